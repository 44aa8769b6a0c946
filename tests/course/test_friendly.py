"""What a participant types by mistake, and what they are told."""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from bordercourse.course import friendly
from bordercourse.course.form import blanks_in
from bordercourse.course.friendly import explain

TYPED = {
    "without_paper = 71 million": "Write out million in figures",
    'kind = "quotation': "A quotation mark is missing",
    "kind = “quotation”": "Type straight quotation marks",
    "kind = quotation": 'put it between quotation marks: "quotation"',
    "order = [signature, waiver]": 'put it between quotation marks: "signature"',
    'more = {"brigade": 45\n"waiver": 14}': "A comma is missing",
    "u = 0,0025": "Type it so: 0.0025",
    'more = {"women": 34,4, "men": 27}': "Type it so: 34.4",
    "people = 1,050": "Type it so: 1050 if it marks thousands, 1.050 if",
    "company = other adult": "Put your words between quotation marks",
    "month = 09": "Leave out the zero in front. Type it so: 9",
    "women = 34.4%": "Leave out the sign %. Type it so: 34.4",
    "weeks = = 5 000": "the = in front of the number. Leave out the space inside 5 000. Type it so: 5000",
    "weeks == 30": "Type one = between the name and your answer",
    "weeks = ５": "full-width digits. Type it so: 5",
    "weeks = ៣០  # of waiting": "Khmer digits. Type it so: 30",
    "weeks = ๓๐": "Thai digits. Type it so: 30",
    "weeks = ٣٠": "Arabic-Indic digits. Type it so: 30",
    "weeks = −5": "in place of − (U+2212, minus sign). Type it so: -5",
    "weeks = 5\u00a0000": "U+00A0, no-break space). Type it so: 5000",
    "weeks = 5\u200b000": "U+200B, zero width space): type the line again. Type it so: 5000",
    "weeks = 8400 ÷ 280": "in place of ÷ (U+00F7, division sign). Type it so: 8400 / 280",
    "weeks = 12 × 3": "in place of × (U+00D7, multiplication sign). Type it so: 12 * 3",
    "weeks = 12 x 3": "Type * in place of the letter x. Type it so: 12 * 3",
    "weeks = 2(3 + 4)": "A sign is missing beside a bracket: type * to multiply. Type it so: 2 * (3 + 4)",
    "weeks = 8400 / 280 = 30": "without a second =. Type it so: 30",
    "weeks = 5'000": "Leave out the mark ' inside 5'000. Type it so: 5000",
    "weeks = 5.000.000": "Leave out the point inside 5.000.000. Type it so: 5000000",
    "weeks = 3O": "Type the figure zero, not the letter O. Type it so: 30",
    "weeks = 1l": "Type the figure one, not a letter that looks like it. Type it so: 11",
    "weeks = 8400 /": "A number is missing behind /.",
    "weeks = 30 =": "Leave out the = at the end. Type it so: 30",
    "weeks = 30..": "Leave out the . at the end.",
    'weeks = 30 + "5"': "type each number without quotation marks",
    'blocked = ["entry"; "card"]': "Type , in place of ; between two entries.",
    'gorin = {\n    "days" = 7,\n}': "stands one colon",
    'gorin = {\n    "days" 7,\n}': "stands one colon",
    "gorin = {\n    days: 7,\n}": "Put days between quotation marks",
    "weeks = 30 weeks": "Leave out the words: weeks. Type it so: 30",
    "weeks = 30weeks": "Leave out the words: weeks. Type it so: 30",
    "weeks = ... 30": "Your answer stands in place of the three dots: delete them. Type it so: 30",
    'gorin = {\n    "days": 5 000,\n    "registrations": 7,\n}': "Leave out the space inside 5 000",
    'gorin = {\n    "days": (40 * 2 + 30 * 10,\n    "registrations": 7,\n}': "A bracket is missing",
    "share = (400 / 308": "A bracket is missing",
    "  share = 5": "Delete the spaces",
    "share = total / 5": "Run the boxes above first",
    "share = ... + 1": "A blank is still empty",
    "share = 5 / 0": "below the line is zero",
    'exercise.check_number("b1-share", share, name="share")': "Run the first grey box",
}


@pytest.fixture(autouse=True)
def no_exercise_is_open() -> Iterator[None]:
    friendly.install()
    yield
    friendly.install()


@pytest.mark.filterwarnings("ignore:'int' object is not callable")
@pytest.mark.parametrize("typed", TYPED)
def test_a_usual_mistake_meets_advice_that_fits(typed: str) -> None:
    try:
        exec(compile(typed, "ipykernel_1/1.py", "exec"), {})
    except Exception as error:
        # Outside a kernel the line of a run-time error is not kept; a cell is one line here.
        linecache.cache["ipykernel_1/1.py"] = (len(typed), None, typed.splitlines(True), "ipykernel_1/1.py")
        lines = explain(error)
    assert lines[0] == "This box stopped."
    assert TYPED[typed] in lines[-2], lines


def test_in_a_kernel_a_stopped_box_leaves_no_older_answer() -> None:
    sources = [
        "from bordercourse.course.friendly import install; install()",
        "paper = 71\nother = 5",
        "paper = 71 million",
        'print("paper" in globals(), other)',
        "exercise.check(paper)",
    ]
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(page, allow_errors=True, kernel_name="python3").execute()
    assert page.cells[3].outputs[0].text == "False 5\n"
    (output,) = page.cells[2].outputs
    assert output.output_type == "error"
    assert "This box stopped." in output.traceback[0]
    assert not any("Traceback" in line for line in output.traceback)


PAGE = [
    "from bordercourse.course import Exercise\nexercise = Exercise('05-iraq')",
    "{answer}",
    "exercise.check_number('b1-weeks', weeks, name='weeks', low=0, high=1000, unit='weeks')",
]


def boxes(answer: str, **kernel: Any) -> list[list[str]]:
    """Run a small exercise and return the kinds of what stands below each box."""
    sources = [source.replace("{answer}", answer) for source in PAGE]
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(page, allow_errors=True, kernel_name="python3").execute(**kernel)
    return [[output.output_type for output in cell.outputs] for cell in page.cells]


@pytest.mark.parametrize(
    ("answer", "colours"),
    [
        ("weeks = ...", [[], ["display_data"]]),
        ("weeks = ''", [[], ["display_data"]]),
        ("weeks = ... / 280", [["display_data"], ["display_data"]]),
        ("weeks = 5 000", [["error"], ["display_data"]]),
        ("weeks == 30", [["error"], ["display_data"]]),
        ("weeks = thirty", [["error"], ["display_data"]]),
        ("week = 30", [[], ["display_data"]]),
        ("weeks = '30 weeks'", [[], ["error"]]),
        ("weeks = 30", [[], ["stream"]]),
    ],
)
def test_one_mistake_makes_one_red_box_and_what_waits_is_grey(answer: str, colours: list[list[str]]) -> None:
    assert boxes(answer)[1:] == colours


def test_under_a_grader_what_is_not_answered_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert boxes("weeks = ...")[1:] == [[], ["error"]]


def test_advice_fits_what_the_exercise_asks_for() -> None:
    friendly.install(blanks_in(["exercise.check_number('b1', weeks, name='weeks', kind='count')"]))
    with pytest.raises(SyntaxError) as stopped:
        compile("weeks = 2,520 people", "ipykernel_1/2.py", "exec")
    assert explain(stopped.value)[2].endswith("Type it so: 2520")
    with pytest.raises(SyntaxError) as stopped:
        compile("weeks = Rp 5.000", "ipykernel_1/2.py", "exec")
    assert "Leave out the words: Rp." in explain(stopped.value)[2]
    with pytest.raises(SyntaxError) as stopped:
        compile("weeks 30", "ipykernel_1/2.py", "exec")
    assert "Between weeks and your answer stands one =" in explain(stopped.value)[2]
    with pytest.raises(NameError) as unknown:
        exec(compile("weeks = thirty", "ipykernel_1/3.py", "exec"), {})
    linecache.cache["ipykernel_1/3.py"] = (1, None, ["weeks = thirty"], "ipykernel_1/3.py")
    assert "a number is asked: type it in figures" in explain(unknown.value)[2]


def test_a_missing_package_is_not_the_participants_mistake() -> None:
    error = ModuleNotFoundError("No module named 'simpy'", name="simpy")
    assert "call your instructor" in " ".join(explain(error))
