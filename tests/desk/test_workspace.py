"""Starting twice, or with a newer course, loses no participant's work."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bordercourse.desk import places
from bordercourse.desk.copies import Ledger
from bordercourse.desk.places import Shipped
from bordercourse.desk.settings import environment, write_settings
from bordercourse.desk.workspace import Workspace, lay_out

from .conftest import HIDDEN, MODULE, SOLUTION, write_source


@pytest.fixture
def course(tmp_path: Path, sources: Path) -> Shipped:
    lessons = tmp_path / "checkout" / "notebooks"
    (lessons / "annex").mkdir(parents=True)
    (lessons / "01-tiny.ipynb").write_text("first edition", encoding="utf-8")
    (lessons / "annex" / "01-tiny.ipynb").write_text("annex", encoding="utf-8")
    (lessons / ".ipynb_checkpoints").mkdir()
    (lessons / ".ipynb_checkpoints" / "01-tiny.ipynb").write_text("old", encoding="utf-8")
    return Shipped(lessons, None, sources)


def everything(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "gradebook.db" not in path.name
    }


def test_a_checkout_gives_lessons_exercises_course_and_exchange(course: Shipped, tmp_path: Path) -> None:
    workspace, told = lay_out(tmp_path / "work", course)
    assert told == []
    assert sorted(everything(workspace.lessons)) == ["01-tiny.ipynb", "annex/01-tiny.ipynb"]
    released = (workspace.exercises / MODULE / f"{MODULE}.ipynb").read_text(encoding="utf-8")
    assert SOLUTION not in released
    assert HIDDEN not in released
    assert (workspace.course / "source" / MODULE / f"{MODULE}.ipynb").is_file()
    assert (workspace.course / "gradebook.db").is_file()
    if sys.platform != "win32":
        assert (workspace.exchange / "tiny" / "outbound" / MODULE / f"{MODULE}.ipynb").is_file()


def test_a_second_start_changes_nothing(course: Shipped, tmp_path: Path) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    before = everything(workspace.root)
    assert lay_out(tmp_path / "work", course)[1] == []
    assert everything(workspace.root) == before


def other_questions(sources: Path) -> None:
    """A newer version of the exercise, which asks one question more."""
    path = sources / MODULE / f"{MODULE}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    more = json.loads(json.dumps(notebook["cells"][-1]))
    more["id"] = more["metadata"]["nbgrader"]["grade_id"] = "b9-more"
    notebook["cells"].append(more)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_a_class_with_hand_ins_keeps_the_exercise_that_was_handed_out(
    course: Shipped, sources: Path, tmp_path: Path
) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    (workspace.course / "submitted" / "sokha" / MODULE).mkdir(parents=True)
    before = everything(workspace.course)
    other_questions(sources)
    (line,) = lay_out(tmp_path / "work", course)[1]
    assert line.startswith(f"{MODULE} has a new version. This class has hand-ins for it")
    assert everything(workspace.course) == before
    assert lay_out(tmp_path / "work", course)[1] == [], "said once"
    # Another class has the new version.
    other, told = lay_out(tmp_path / "other", course)
    assert told == []
    assert "b9-more" in (other.exercises / MODULE / f"{MODULE}.ipynb").read_text(encoding="utf-8")


def test_without_hand_ins_the_newer_exercise_is_released(
    course: Shipped, sources: Path, tmp_path: Path
) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    other_questions(sources)
    assert lay_out(tmp_path / "work", course)[1] == []
    for part in (workspace.course / "source", workspace.course / "release", workspace.exercises):
        assert "b9-more" in (part / MODULE / f"{MODULE}.ipynb").read_text(encoding="utf-8"), part


def test_an_instructors_own_source_stays(course: Shipped, sources: Path, tmp_path: Path) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    own = workspace.course / "source" / MODULE / f"{MODULE}.ipynb"
    own.write_text(own.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    other_questions(sources)
    (line,) = lay_out(tmp_path / "work", course)[1]
    assert "Your own changed source stays" in line
    assert "b9-more" not in own.read_text(encoding="utf-8")


def test_a_class_of_an_earlier_version_is_not_marked_by_newer_keys(
    course: Shipped, sources: Path, tmp_path: Path
) -> None:
    """Earlier versions led `source` to the checkout: an update changed the key of what was handed in."""
    workspace, _told = lay_out(tmp_path / "work", course, author=True)
    (workspace.course / "submitted" / "sokha" / MODULE).mkdir(parents=True)
    released = everything(workspace.course / "release")
    other_questions(sources)
    (line,) = lay_out(tmp_path / "work", course)[1]
    assert "whose source was not kept" in line
    assert not (workspace.course / "source" / MODULE).exists()
    assert everything(workspace.course / "release") == released
    assert lay_out(tmp_path / "work", course)[1] == [], "said once"


def test_an_unchanged_exercise_of_an_earlier_version_goes_on(course: Shipped, tmp_path: Path) -> None:
    workspace, _told = lay_out(tmp_path / "work", course, author=True)
    (workspace.course / "submitted" / "sokha" / MODULE).mkdir(parents=True)
    assert lay_out(tmp_path / "work", course)[1] == []
    assert (workspace.course / "source" / MODULE / f"{MODULE}.ipynb").is_file()


def test_an_author_takes_nothing_from_a_class(course: Shipped, sources: Path, tmp_path: Path) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    (workspace.course / "submitted" / "sokha" / MODULE).mkdir(parents=True)
    other_questions(sources)
    before = everything(workspace.course)
    first, second = lay_out(tmp_path / "work", course, author=True)[1]
    assert "--workspace DIR" in first
    assert "goes on with the version" in second
    assert everything(workspace.course) == before


def test_an_author_works_on_the_checkout_itself(course: Shipped, sources: Path, tmp_path: Path) -> None:
    workspace, _told = lay_out(tmp_path / "work", course, author=True)
    assert (workspace.course / "source").resolve() == sources.resolve()
    lay_out(tmp_path / "work", course)
    assert (workspace.course / "source").resolve() != sources.resolve()
    assert (sources / MODULE / f"{MODULE}.ipynb").is_file(), "only the link is gone"


def test_a_changed_lesson_stays_and_a_newer_edition_is_laid_beside_it_once(
    course: Shipped, tmp_path: Path
) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    mine = workspace.lessons / "01-tiny.ipynb"
    mine.write_text("my notes", encoding="utf-8")
    assert lay_out(tmp_path / "work", course)[1] == []
    (course.lessons / "01-tiny.ipynb").write_text("second edition", encoding="utf-8")
    (line,) = lay_out(tmp_path / "work", course)[1]
    assert "01-tiny-version-2.ipynb" in line
    assert mine.read_text(encoding="utf-8") == "my notes"
    assert (workspace.lessons / "01-tiny-version-2.ipynb").read_text(encoding="utf-8") == "second edition"
    assert lay_out(tmp_path / "work", course)[1] == [], "said once"
    assert not (workspace.lessons / "01-tiny-version-3.ipynb").exists()


def test_an_untouched_lesson_is_renewed_in_place(course: Shipped, tmp_path: Path) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    (course.lessons / "01-tiny.ipynb").write_text("second edition", encoding="utf-8")
    assert lay_out(tmp_path / "work", course)[1] == []
    assert (workspace.lessons / "01-tiny.ipynb").read_text(encoding="utf-8") == "second edition"


@pytest.mark.parametrize("touch", ["answers.json", f"{MODULE}.ipynb"])
def test_a_touched_exercise_stays_when_the_source_changes(
    course: Shipped, tmp_path: Path, touch: str
) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    (workspace.exercises / MODULE / touch).write_text("mine", encoding="utf-8")
    before = everything(workspace.exercises)
    write_source(tmp_path / "checkout" / "exercises", solution="other = 1\nanswer = other + 41")
    lay_out(tmp_path / "work", course)
    assert everything(workspace.exercises) == before


def test_an_untouched_exercise_follows_its_source(course: Shipped, tmp_path: Path) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    path = course.sources / MODULE / f"{MODULE}.ipynb" if course.sources else Path()
    path.write_text(path.read_text(encoding="utf-8").replace("checked", "checked anew"), encoding="utf-8")
    lay_out(tmp_path / "work", course)
    assert "checked anew" in (workspace.exercises / MODULE / f"{MODULE}.ipynb").read_text(encoding="utf-8")


def test_a_lost_ledger_loses_no_work(course: Shipped, tmp_path: Path) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    mine = workspace.exercises / MODULE / "answers.json"
    mine.write_text("mine", encoding="utf-8")
    (workspace.lessons / "01-tiny.ipynb").write_text("my notes", encoding="utf-8")
    (workspace.lab / "shipped.json").write_text("[damaged", encoding="utf-8")
    lay_out(tmp_path / "work", course)
    assert mine.read_text(encoding="utf-8") == "mine"
    assert (workspace.lessons / "01-tiny.ipynb").read_text(encoding="utf-8") == "my notes"


def test_a_refused_source_is_told_and_does_not_stop_the_start(course: Shipped, tmp_path: Path) -> None:
    path = course.sources / MODULE / f"{MODULE}.ipynb" if course.sources else Path()
    path.write_text(path.read_text(encoding="utf-8").replace("### END SOLUTION", "###"), encoding="utf-8")
    workspace, told = lay_out(tmp_path / "work", course)
    assert len(told) == 1
    assert MODULE in told[0]
    assert (workspace.lessons / "01-tiny.ipynb").is_file()


def test_an_installed_package_gives_lessons_and_exercises_alone(course: Shipped, tmp_path: Path) -> None:
    from bordercourse.grading.record.release import release

    assert course.sources is not None
    release(course.sources, tmp_path / "carried")
    workspace, _told = lay_out(tmp_path / "work", Shipped(course.lessons, tmp_path / "carried", None))
    assert (workspace.exercises / MODULE / f"{MODULE}.ipynb").is_file()
    assert not workspace.course.exists()


def settings_of(workspace: Workspace) -> tuple[dict[str, bool], dict[str, dict[str, object]]]:
    page = json.loads((workspace.lab / "labconfig" / "page_config.json").read_text(encoding="utf-8"))
    server = json.loads((workspace.lab / "jupyter_server_config.json").read_text(encoding="utf-8"))
    return page["disabledExtensions"], server


def test_formgrader_shows_to_instructors_alone(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for instructor in (True, False):
        write_settings(workspace, instructor=instructor)
        off, server = settings_of(workspace)
        assert ("@jupyter/nbgrader:formgrader" in off) is not instructor
        extensions = server["ServerApp"]["jpserver_extensions"]
        assert isinstance(extensions, dict)
        assert extensions["bordercourse.grading.formgrader"] is instructor
        assert extensions["nbgrader.server_extensions.formgrader"] is False, "it trusts what people wrote"
        assert "@jupyter/nbgrader:validate-assignment" not in off


def test_a_letter_size_that_the_user_chose_stays(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write_settings(workspace, instructor=False)
    (letters,) = workspace.lab.rglob("themes.jupyterlab-settings")
    letters.write_text('{"theme": "JupyterLab Dark"}', encoding="utf-8")
    write_settings(workspace, instructor=False)
    assert "Dark" in letters.read_text(encoding="utf-8")


def test_jupyter_reads_and_writes_in_the_workspace_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/somebody/elses")
    variables = environment(Workspace(tmp_path), "token")
    assert "JUPYTER_CONFIG_PATH" not in variables
    folders = [name for name in variables if name.startswith("JUPYTER") and name.endswith("_DIR")]
    assert len(folders) == 5
    assert all(Path(variables[name]).is_relative_to(tmp_path) for name in folders)


def test_the_workspace_lies_in_a_checkout_unless_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BORDERCOURSE_WORKSPACE", raising=False)
    assert places.default_workspace() == Path(__file__).resolve().parents[2] / "workspace"
    monkeypatch.setenv("BORDERCOURSE_WORKSPACE", str(tmp_path))
    assert places.default_workspace() == tmp_path


def test_the_grading_page_finds_a_mathjax_that_asks_nobody(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write_settings(workspace, instructor=True)
    program = (
        "from nbconvert import HTMLExporter; from nbformat.v4 import new_notebook;"
        "print(HTMLExporter(template_name='classic').from_notebook_node(new_notebook())[0])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(workspace, "t"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "window.MathJax = {Hub" in run.stdout
    assert "cloudflare.com/ajax/libs/mathjax" not in run.stdout


def test_a_begun_exercise_stays_and_its_owner_is_told_of_a_newer_one(course: Shipped, tmp_path: Path) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    mine = workspace.exercises / MODULE / f"{MODULE}.ipynb"
    mine.write_text(mine.read_text(encoding="utf-8").replace("answer = ...", "answer = 41"), encoding="utf-8")
    begun = mine.read_bytes()
    assert lay_out(tmp_path / "work", course)[1] == [], "the course has no newer one"
    write_source(
        tmp_path / "checkout" / "exercises", solution="answer = 84 / 2", stub="answer = ...  # a number"
    )
    for _day in (1, 2):
        told = lay_out(tmp_path / "work", course)[1]
        assert len(told) == 1
        assert f"The exercise {MODULE} is as you left it. The course has a newer one." in told[0]
        assert mine.read_bytes() == begun
    mine.parent.rename(workspace.exercises / "mine")
    assert lay_out(tmp_path / "work", course)[1] == []
    assert "# a number" in mine.read_text(encoding="utf-8")


def test_a_workspace_knows_its_version_and_tells_of_an_update(
    course: Shipped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bordercourse.desk.workspace.__version__", "0.9.0")
    assert lay_out(tmp_path / "work", course)[1] == []
    monkeypatch.setattr("bordercourse.desk.workspace.__version__", "1.0.0")
    assert lay_out(tmp_path / "work", course)[1] == [
        "The course was version 0.9.0 here, and is now version 1.0.0."
    ]
    assert lay_out(tmp_path / "work", course)[1] == []


def unreadable(path: Path) -> None:
    """Put a file there that exists and that nobody, the administrator neither, can read."""
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        if not Path("/proc/self/mem").is_file():
            pytest.skip("the administrator can read every file here")
        path.symlink_to("/proc/self/mem")
    else:
        path.write_text("x", encoding="utf-8")
        path.chmod(0)
    with pytest.raises(OSError), path.open("rb") as file:
        file.read(1)


@pytest.mark.skipif(sys.platform == "win32", reason="rights of another kind")
@pytest.mark.parametrize(
    "place",
    [f"exercises/{MODULE}/notes.txt", f"exercises/{MODULE}/{MODULE}.ipynb", "lessons/01-tiny.ipynb"],
)
def test_what_cannot_be_read_is_its_owners_and_stops_nothing(
    course: Shipped, tmp_path: Path, place: str
) -> None:
    workspace, _told = lay_out(tmp_path / "work", course)
    unreadable(workspace.root / place)
    assert lay_out(tmp_path / "work", course)[1] == []
    assert os.path.lexists(workspace.root / place)
    (course.lessons / "annex" / "01-tiny.ipynb").write_text("second edition", encoding="utf-8")
    (course.lessons / "01-tiny.ipynb").write_text("second edition", encoding="utf-8")
    write_source(tmp_path / "checkout" / "exercises", stub="answer = ...  # a number")
    (line,) = lay_out(tmp_path / "work", course)[1]
    assert "is as you left it" in line
    assert Path(place).stem.removesuffix(".ipynb") in line or f"exercise {MODULE}" in line
    assert os.path.lexists(workspace.root / place)
    annex = workspace.lessons / "annex" / "01-tiny.ipynb"
    assert annex.read_text(encoding="utf-8") == "second edition", "the others are renewed"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
@pytest.mark.parametrize("leads_to", ["nowhere", "themselves", "a file"])
def test_a_link_in_the_way_of_a_lesson_or_exercise_stops_nothing(
    course: Shipped, tmp_path: Path, leads_to: str
) -> None:
    workspace = tmp_path / "work"
    (tmp_path / "a file").write_text("mine", encoding="utf-8")
    for link in (workspace / "lessons" / "annex", workspace / "exercises" / MODULE):
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(link if leads_to == "themselves" else tmp_path / leads_to)
    _workspace, told = lay_out(workspace, course)
    assert (workspace / "lessons" / "01-tiny.ipynb").is_file()
    assert (workspace / "exercises" / MODULE).is_symlink()
    assert (tmp_path / "a file").read_text(encoding="utf-8") == "mine"
    assert [line.split(":")[0] for line in told] == ["annex/01-tiny.ipynb was left as it is"]


@pytest.mark.parametrize("small_disk", [1], indirect=True)
def test_a_full_disk_is_nothing_to_skip(course: Shipped, small_disk: Path) -> None:
    (course.lessons / "large.bin").write_bytes(os.urandom(3_000_000))
    with pytest.raises(OSError, match="No space left"):
        lay_out(small_disk / "work", course)


def test_a_ledger_that_waits_is_written_at_the_end_also_where_the_work_failed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    ledger = Ledger(path)

    def fail() -> None:
        with ledger.at_once() as noted:
            noted["lessons/a"] = "1"
            assert not path.exists()
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert Ledger(path)["lessons/a"] == "1"
    ledger["lessons/a"] = "2"
    assert Ledger(path)["lessons/a"] == "2"
