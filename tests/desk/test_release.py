"""Releasing takes out solutions and hidden tests, and replaces a folder whole or not at all."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import nbformat
import pytest

from bordercourse.errors import InputError
from bordercourse.grading.record.gradebook import (
    GradebookError,
    course_versions,
    mend_gradebook,
    put_programs_on_path,
)
from bordercourse.grading.record.release import ReleaseError, exercises_in, release
from bordercourse.grading.record.steps import without_session_warnings

from .conftest import HIDDEN, MODULE, SOLUTION, write_source


def test_the_release_holds_the_blank_and_no_secret(sources: Path, tmp_path: Path) -> None:
    (folder,) = release(sources, tmp_path / "out")
    text = (folder / f"{MODULE}.ipynb").read_text(encoding="utf-8")
    assert SOLUTION not in text
    assert HIDDEN not in text
    first, second = nbformat.reads(text, as_version=4).cells
    assert first.source.strip() == "answer = ..."
    assert second.source == "print('checked')"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [MODULE], "no scratch folder is left"
    assert sorted(path.name for path in sources.parent.iterdir()) == ["nbgrader_config.py", "source"]


def test_the_gradebook_learns_the_points(sources: Path, tmp_path: Path) -> None:
    gradebook = tmp_path / "gradebook.db"
    release(sources, tmp_path / "out", gradebook=gradebook)
    with closing(sqlite3.connect(gradebook)) as database:
        assert database.execute("SELECT max_score FROM grade_cells").fetchall() == [(2.0,)]


def test_the_release_is_the_same_with_and_without_a_gradebook(sources: Path, tmp_path: Path) -> None:
    (a,) = release(sources, tmp_path / "a")
    (b,) = release(sources, tmp_path / "b", gradebook=tmp_path / "gradebook.db")
    assert (a / f"{MODULE}.ipynb").read_bytes() == (b / f"{MODULE}.ipynb").read_bytes()


def test_an_unknown_exercise_is_named(sources: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="01-tiny"):
        release(sources, tmp_path / "out", ["02-none"])


def test_a_refused_exercise_leaves_the_old_release(sources: Path, tmp_path: Path) -> None:
    (folder,) = release(sources, tmp_path / "out")
    before = (folder / f"{MODULE}.ipynb").read_bytes()
    path = sources / MODULE / f"{MODULE}.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("### END SOLUTION", "###"), encoding="utf-8")
    with pytest.raises(ReleaseError, match=MODULE):
        release(sources, tmp_path / "out")
    assert (folder / f"{MODULE}.ipynb").read_bytes() == before


def test_an_update_with_other_questions_after_hand_ins_is_told_in_plain_words(
    sources: Path, tmp_path: Path
) -> None:
    from nbgrader.api import Gradebook

    database = tmp_path / "gradebook.db"
    (folder,) = release(sources, tmp_path / "out", gradebook=database)
    before = (folder / f"{MODULE}.ipynb").read_bytes()
    with without_session_warnings(), Gradebook(f"sqlite:///{database}") as book:
        book.add_student("sokha")
        book.add_submission(MODULE, "sokha")
    path = sources / MODULE / f"{MODULE}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    more = nbformat.v4.new_code_cell("print('another')")
    more.metadata["nbgrader"] = dict(notebook.cells[1].metadata["nbgrader"], grade_id="b9-another")
    notebook.cells.append(more)
    nbformat.write(notebook, path)
    with pytest.raises(ReleaseError) as refused:
        release(sources, tmp_path / "out", gradebook=database)
    text = str(refused.value)
    assert text.startswith(f"{MODULE} asks other questions in this version")
    assert "RuntimeError" not in text
    assert "nbgrader" not in text
    assert (folder / f"{MODULE}.ipynb").read_bytes() == before


def test_other_folders_are_no_exercises(tmp_path: Path) -> None:
    source = write_source(tmp_path)
    (source / "notes").mkdir()
    (source / "notes" / "draft.ipynb").write_text("{}", encoding="utf-8")
    assert exercises_in(source) == [MODULE]


def half_made(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a gradebook as nbgrader leaves it where it does not find alembic."""
    from nbgrader.api import Gradebook

    with monkeypatch.context() as patch:
        patch.setenv("PATH", "")
        with pytest.raises(FileNotFoundError, match="alembic"):
            Gradebook(f"sqlite:///{path}")
    assert path.is_file()


def test_a_half_made_gradebook_is_mended_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "gradebook.db"
    half_made(path, monkeypatch)
    assert mend_gradebook(path)
    assert not mend_gradebook(path)
    with closing(sqlite3.connect(path)) as database:
        assert len(database.execute("SELECT version_num FROM alembic_version").fetchall()) == 1


def test_a_new_gradebook_is_one_that_nbgrader_would_have_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbgrader.api import Gradebook

    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    ours, theirs = tmp_path / "ours.db", tmp_path / "theirs.db"
    assert mend_gradebook(ours)
    for path in (ours, theirs):
        Gradebook(f"sqlite:///{path}").close()
    assert not mend_gradebook(theirs)
    tables = []
    for path in (ours, theirs):
        with closing(sqlite3.connect(path)) as database:
            rows = sorted(database.execute("SELECT type, name, sql FROM sqlite_master"))
            tables.append((rows, database.execute("SELECT * FROM alembic_version").fetchall()))
    assert [name for _kind, name, _sql in tables[0][0]] == [name for _kind, name, _sql in tables[1][0]]
    assert tables[0][1] == tables[1][1]


def test_a_foreign_file_is_named_and_so_is_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(GradebookError, match=r"none.gradebook\.db cannot be written"):
        mend_gradebook(tmp_path / "none" / "gradebook.db")
    (tmp_path / "notes.db").write_text("these are notes, and no database at all " * 10, encoding="utf-8")
    with pytest.raises(GradebookError, match=r"notes\.db"):
        mend_gradebook(tmp_path / "notes.db")


def test_programs_come_first_on_path_once() -> None:
    environment = {"PATH": "/elsewhere"}
    put_programs_on_path(environment)
    put_programs_on_path(environment)
    assert environment["PATH"].count(str(Path(sys.executable).parent)) == 1
    assert environment["PATH"].endswith("/elsewhere")


def test_a_gradebook_names_the_versions_of_the_course_that_worked_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "gradebook.db"
    assert course_versions(path) == []
    for version in ("0.9.0", "0.9.0", "1.0.0"):
        monkeypatch.setattr("bordercourse.grading.record.gradebook.__version__", version)
        mend_gradebook(path)
    assert [version for version, _since in course_versions(path)] == ["0.9.0", "1.0.0"]
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{path}", "tiny") as gradebook:  # nbgrader does not mind our table
        assert gradebook.students == []
    assert course_versions(tmp_path / "none.db") == []
    assert not (tmp_path / "none.db").exists()
