"""A sitting stores what a notebook would show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bordercourse.grading.intake.submitted_files import PlainFiles
from bordercourse.grading.limits import MOST_CELL_MESSAGES
from bordercourse.grading.sitting import run_cells


@pytest.fixture(scope="module")
def sat(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs cells without walls, which make no difference here."""

    def run(*cells: str) -> dict[str, Any]:
        steps = [{"do": "run", "source": cell} for cell in cells]
        folder = str(tmp_path_factory.mktemp("files"))
        result: dict[str, Any] = run_cells(steps, PlainFiles(Path(folder)), "x.ipynb", "{}", isolate=False)
        assert result["stopped"] == ""
        return result

    return run


def text(result: dict[str, Any], n: int) -> str:
    return "".join(output.get("text", "") for output in result["cells"][n]["outputs"])


WIDGET = """
import ipywidgets
out = ipywidgets.Output()
with out:
    for n in range({count}):
        print("x" * 4000, flush=True)
print("outside")
"""


def test_an_output_widget_takes_outputs_in_and_knows_them_in_the_next_cell(sat: Any) -> None:
    result = sat(
        WIDGET.format(count=3),
        "print(len(out.outputs[0]['text']))",
        "out.clear_output()",
        "print(out.outputs)",
        "with out:\n    print('again')",
        "print(out.outputs[0]['text'])",
    )
    assert text(result, 0) == "outside\n"
    assert text(result, 1) == f"{3 * 4001}\n"
    assert (text(result, 3), text(result, 4), text(result, 5)) == ("()\n", "", "again\n\n")


def test_many_outputs_of_a_widget_cost_no_more_than_they_are(sat: Any) -> None:
    """To tell the widget all of them after each would be 250 times the bound on a kernel."""
    result = sat(WIDGET.format(count=400), "print(len(out.outputs[0]['text']))")
    assert text(result, 1) == f"{400 * 4001}\n"


def test_a_display_that_a_later_cell_changes_is_stored_as_it_was_last(sat: Any) -> None:
    result = sat("handle = display('first', display_id=True)", "handle.update('second')")
    assert result["cells"][0]["outputs"][0]["data"]["text/plain"] == "'second'"


def test_outputs_without_end_are_cut_and_told_and_the_next_cell_runs(sat: Any) -> None:
    many = f"for n in range({MOST_CELL_MESSAGES + 500}):\n    print(n, flush=True)\n'last'"
    result = sat(many, "print('after')")
    # A line may come as one message or as two, as the kernel's own buffer happens to be emptied.
    assert f"\n{MOST_CELL_MESSAGES // 2 - 1}\n" in text(result, 0)
    assert "Too much output" in text(result, 0)
    assert f"{MOST_CELL_MESSAGES + 400}" not in text(result, 0)
    assert result["cells"][0]["outputs"][-1]["data"]["text/plain"] == "'last'"
    assert text(result, 1) == "after\n"


def test_files_of_the_hand_in_are_there(sat: Any, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a")
    steps = [{"do": "run", "source": "print(open('data.csv').read(), open('x.ipynb').read())"}]
    result = run_cells(steps, PlainFiles(tmp_path), "x.ipynb", "{}", isolate=False)
    assert text(result, 0) == "a {}\n"
