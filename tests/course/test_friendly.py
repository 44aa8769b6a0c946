"""What a participant types by mistake, and what they are told."""

from __future__ import annotations

import nbformat
import pytest
from nbclient import NotebookClient

from bordercourse.course.friendly import explain

TYPED = {
    "without_paper = 71 million": "Type the number alone",
    'kind = "quotation': "A quotation mark is missing",
    "kind = “quotation”": "Type straight quotation marks",
    "kind = quotation": 'put it between quotation marks: "quotation"',
    "order = [signature, waiver]": 'put it between quotation marks: "signature"',
    'more = {"brigade": 45\n"waiver": 14}': "A comma is missing",
    "u = 0,0025": "a decimal with a point",
    'more = {"women": 34,4, "men": 27}': "a decimal with a point",
    "people = 1,050": "without a comma",
    "company = other adult": "Put your words between quotation marks",
    "month = 09": "9, not 09",
    "women = 34.4%": "without the sign %",
    "share = (400 / 308": "A bracket is missing",
    "  share = 5": "Delete the spaces",
    "share = total / 5": "Run the boxes above first",
    "share = ... + 1": "A blank is still empty",
    "share = 5 / 0": "below the line is zero",
    'exercise.check_number("b1-share", share, name="share")': "Run the first grey box",
}


@pytest.mark.parametrize("typed", TYPED)
def test_a_usual_mistake_meets_advice_that_fits(typed: str) -> None:
    try:
        exec(compile(typed, "ipykernel_1/1.py", "exec"), {})
    except Exception as error:
        # Outside a kernel the line of a run-time error is not kept; a cell is one line here.
        import linecache

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
    for cell in (page.cells[2], page.cells[4]):
        (output,) = cell.outputs
        assert output.output_type == "error"  # Validate and nbgrader see that it failed
        assert "This box stopped." in output.traceback[0]
        assert not any("Traceback" in line for line in output.traceback)
