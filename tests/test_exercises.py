"""Every exercise source is held to the shape that lets it be graded fairly and safely."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bordercourse.course import module, modules, progress
from bordercourse.grading.record.release import release
from bordercourse.grading.rehearsal.simulate import participants

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "exercises" / "source"
SOURCES = sorted(SOURCE.glob("*/*.ipynb"))
GRADED_MODULES = [p for p in SOURCES if module(p.stem).kind == "module"]
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)\n?### END HIDDEN TESTS", re.S)

every_source = pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.stem)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def marked(path: Path) -> dict[str, Any]:
    """Cells that nbgrader knows, by grade id."""
    cells = [c for c in read(path).cells if "nbgrader" in c.metadata]
    ids = [c.metadata.nbgrader.grade_id for c in cells]
    assert len(ids) == len(set(ids)), "a repeated grade id stops generation with a schema traceback"
    return dict(zip(ids, cells, strict=True))


def graded_code(path: Path) -> dict[str, Any]:
    return {k: c for k, c in marked(path).items() if c.metadata.nbgrader.grade and c.cell_type == "code"}


def bound(source: str) -> set[str]:
    """Names that a piece of code binds."""
    tree = ast.parse(source)
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(a.asname or a.name).split(".")[0] for a in node.names}
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return names


def read_names(source: str) -> set[str]:
    tree = ast.parse(source)
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    return names - bound(source) - set(dir(builtins))


def test_there_are_exercises() -> None:
    assert {m.slug for m in modules(None)} == {p.parent.name for p in SOURCES}
    assert all(p.stem == p.parent.name for p in SOURCES)


@every_source
def test_folder_holds_nothing_that_would_be_released_over_a_participants_answers(path: Path) -> None:
    assert not (path.parent / "answers.json").exists()


@every_source
def test_every_cell_is_locked_or_an_answer(path: Path) -> None:
    for cell in read(path).cells:
        assert "nbgrader" in cell.metadata, f"cell {cell.id} is not held by nbgrader"
        g = cell.metadata.nbgrader
        assert g.schema_version == 3
        assert g.locked is not g.solution, cell.id
        assert re.fullmatch(r"[a-z][a-z0-9-]+", g.grade_id), g.grade_id
        assert not cell.get("outputs")


@every_source
def test_one_setup_without_magics(path: Path) -> None:
    setup = marked(path)["setup"]
    code = next(c for c in read(path).cells if c.cell_type == "code")
    assert code.metadata.nbgrader.grade_id == "setup", "the setup is the first code cell"
    ast.parse(setup.source)  # a magic is not Python
    assert f'Exercise("{path.stem}")' in setup.source


@every_source
def test_points_are_whole_and_stated_once(path: Path) -> None:
    graded = [c for c in marked(path).values() if c.metadata.nbgrader.grade]
    points = [c.metadata.nbgrader.points for c in graded]
    assert all(isinstance(p, int) and p > 0 for p in points)
    if module(path.stem).kind == "check":
        assert points == [1] * 20
    else:
        assert 20 <= sum(points) <= 30, sum(points)
    for cell in graded:
        assert not re.search(r"\bpoints?\s*=", cell.source), "points stand in the metadata alone"


@every_source
def test_each_test_reads_only_setup_names_and_answers(path: Path) -> None:
    cells = marked(path)
    given = bound(cells["setup"].source)
    for name, cell in graded_code(path).items():
        answer = cells.get(f"{name}-answer")
        allowed = given | (bound(answer.source) if answer is not None else set())
        assert read_names(cell.source) <= allowed, f"{name} reads {read_names(cell.source) - allowed}"
        others = {
            n
            for other, c in cells.items()
            if other != name and c.cell_type == "code"
            for n in read_names(c.source)
        }
        assert not bound(cell.source) & others, f"{name} binds a name that another cell reads"


@every_source
def test_visible_check_first_then_the_hidden_score(path: Path) -> None:
    for name, cell in graded_code(path).items():
        visible = HIDDEN.sub("", cell.source).strip()
        assert re.search(r"exercise\.check_\w+\(\s*\"" + name + '"', visible), f"{name}: no visible check"
        (hidden,) = HIDDEN.findall(cell.source)
        assert cell.source.rstrip().endswith("### END HIDDEN TESTS")
        last = ast.parse(hidden).body[-1]
        assert isinstance(last, ast.Expr), f"{name}: the score must be the last expression"
        assert "exercise.mark" in ast.unparse(last)
        assert name in ast.unparse(last), f"{name} marks another question"


@every_source
def test_answers_are_named_plain_values_with_one_blank_a_line(path: Path) -> None:
    for name, cell in marked(path).items():
        g = cell.metadata.nbgrader
        if not g.solution or cell.cell_type != "code":
            continue
        scaffold, rest = cell.source.split("### BEGIN SOLUTION")
        solution = rest.split("### END SOLUTION")[0]
        blanks = {
            n.targets[0].id
            for n in ast.parse(scaffold).body
            if isinstance(n, ast.Assign)
            and isinstance(n.targets[0], ast.Name)
            and "..." in ast.unparse(n.value)
        }
        assert blanks, f"{name}: no blank to fill"
        assert blanks <= bound(solution), f"{name}: the solution leaves a blank open"
        assert max(line.count("...") for line in scaffold.splitlines()) == 1, f"{name}: one blank a line"
        kinds = {type(n) for n in ast.walk(ast.parse(cell.source))}
        assert not kinds & {ast.FunctionDef, ast.Lambda, ast.ClassDef}, f"{name}: an answer is a plain value"


@every_source
def test_the_simulated_answers_fit_the_exercise(path: Path) -> None:
    """Names and keys only, in a second; the scores and messages are compared by `bordercourse rehearse`."""
    answers = ROOT / "tests" / "answers" / path.stem / "answers.toml"
    cast = list(participants(path, path, answers))
    assert len(cast) > 6, f"{answers}: give two or three wrong answers for every question"


@pytest.mark.parametrize("path", GRADED_MODULES, ids=lambda p: p.stem)
def test_parts_a_to_d(path: Path) -> None:
    cells = marked(path)
    graded = [k for k, c in cells.items() if c.metadata.nbgrader.grade]
    assert 4 <= sum(k.startswith("a") for k in graded) <= 6
    assert 3 <= sum(k.startswith("b") for k in graded) <= 5
    assert sum(k.startswith("c") for k in graded) == 1
    assert graded[-1] == "d-memo"
    memo = cells["d-memo"]
    assert memo.cell_type == "markdown"
    assert len(memo.source.split()) <= 120
    text = "\n".join(c.source for c in read(path).cells if c.cell_type == "markdown")
    assert "120 words" in text
    # Part B left empty can still pass: the other parts hold at least half of the points.
    points = {k: cells[k].metadata.nbgrader.points for k in graded}
    assert sum(v for k, v in points.items() if not k.startswith("b")) >= sum(points.values()) / 2


@every_source
def test_run_all_cells_shows_every_question(path: Path) -> None:
    """A check that stops on an empty answer must not stop the cells below it."""
    assert all(cell.metadata.get("tags") == ["raises-exception"] for cell in graded_code(path).values())
    assert "**Run All Cells**" in marked(path)["title"].source
    # The code of a question repeats its words in red: it is folded, and the page reads as a form.
    open_ = [
        name
        for name, cell in marked(path).items()
        if name.endswith("-show") and cell.metadata.get("jupyter") != {"source_hidden": True}
    ]
    assert not open_, f"fold these cells again (View, Collapse Selected Code) and save: {open_}"


@every_source
def test_the_way_to_hand_in_is_the_same_everywhere(path: Path) -> None:
    cells = marked(path)
    assert list(cells)[-2:] == ["hand-in", "hand-in-box"]
    assert f'bordercourse.hand_in_box("{path.stem}")' in cells["hand-in-box"].source
    if module(path.stem).kind == "module":
        assert cells["hand-in"].source == marked(GRADED_MODULES[0])["hand-in"].source
        assert "Click the text below, press **Enter**, delete it, and write." in cells["part-d"].source


@pytest.mark.parametrize("path", GRADED_MODULES, ids=lambda p: p.stem)
def test_casebook_cases_all_have_a_key_with_a_rule(path: Path) -> None:
    cells = marked(path)
    (name,) = [k for k, c in cells.items() if c.metadata.nbgrader.grade and k.startswith("c")]
    shown = ast.parse(cells[f"{name}-show"].source)
    call = next(n for n in ast.walk(shown) if isinstance(n, ast.Call))
    lists = {k.arg: ast.literal_eval(k.value) for k in call.keywords if k.arg != "cases"}
    cases = next(k.value for k in call.keywords if k.arg == "cases")
    (hidden,) = HIDDEN.findall(cells[name].source)
    key = next(n for n in ast.walk(ast.parse(hidden)) if isinstance(n, ast.Dict))
    keyed = {ast.literal_eval(k): v for k, v in zip(key.keys, key.values, strict=True) if k is not None}
    if isinstance(cases, ast.Dict):  # a casebook drawn from a table is checked by the rehearsal
        assert set(keyed) == set(ast.literal_eval(cases))
    low, high = (6, 12) if path.stem.startswith("00") else (8, 12)
    assert low <= len(keyed) <= high
    for case, value in keyed.items():
        assert isinstance(value, ast.Call)
        decision, reason, rule = (ast.literal_eval(a) for a in value.args[:3])
        assert set(decision) <= set(lists["decisions"]), case
        assert set(reason) <= set(lists["reasons"]), case
        assert rule.strip(), f"{case} cites no rule"
        for k in value.keywords:
            if k.arg == "costs":
                assert set(ast.literal_eval(k.value)) <= set(lists["decisions"]) - set(decision), case


def secret_lines() -> Iterator[str]:
    """Lines of 20 characters or more of every solution and hidden block."""
    for path in SOURCES:
        for cell in read(path).cells:
            blocks = HIDDEN.findall(cell.source)
            blocks += re.findall(r"### BEGIN SOLUTION\n(.*?)\n?### END SOLUTION", cell.source, re.S)
            g = cell.metadata.get("nbgrader", {})
            if g.get("solution") and cell.cell_type == "markdown":
                blocks.append(cell.source)
            for block in blocks:
                yield from (line.strip() for line in block.splitlines() if len(line.strip()) >= 20)


def test_no_lesson_and_no_library_file_shows_a_solution_or_a_hidden_test() -> None:
    secrets = set(secret_lines())
    assert secrets
    for folder, pattern in (("notebooks", "**/*.ipynb"), ("src", "**/*.*")):
        for path in (ROOT / folder).glob(pattern):
            if path.suffix in {".pyc"} or not path.is_file():
                continue
            text = (
                "\n".join(c.source for c in read(path).cells)
                if path.suffix == ".ipynb"
                else path.read_text(encoding="utf-8", errors="ignore")
            )
            found = [s for s in secrets if s in text]
            assert not found, f"{path.name}: {found[:2]}"


@every_source
def test_an_author_can_type_into_every_cell(path: Path) -> None:
    """Release locks the cells for participants; a source that is locked takes no key, and says nothing."""
    locked = [cell.id for cell in read(path).cells if "editable" in cell.metadata]
    assert not locked, f"take `editable` out of the metadata of these cells: {locked}"


@every_source
def test_it_names_the_lesson_that_it_belongs_to(path: Path) -> None:
    record = module(path.stem)
    if record.kind == "module":
        title = marked(path)["title"].source
        named = (f"or the lesson *{record.title}", "for the lesson of the same name")
        assert named[0] in title or named[1] in title, f"it does not name its lesson, {record.title!r}"


def test_a_released_exercise_counts_as_not_begun(tmp_path: Path) -> None:
    release(ROOT / "exercises" / "source", tmp_path)
    begun = {
        path.name: table[table["answered"]]["question"].tolist()
        for path in sorted(tmp_path.iterdir())
        if (table := progress(path))["answered"].any()
    }
    assert not begun, "an answer is there before anybody typed one"
