"""Feedback goes back to the one whom it concerns, with a name and a date, and not before its time."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bordercourse.grading.plain_path import link_to
from bordercourse.grading.run import open_course
from bordercourse.handin.hand_back import main
from tests.grading.classroom import CONFIG, Classroom, tiny

PEOPLE = {"an": "Memo of An.", "nguyen-an": "Memo of another.", "sokha": "Memo of Sokha."}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, isolate: bool) -> Classroom:
    """Three people handed in both checks and an exercise; one of them, in one, through the exchange."""
    root = tmp_path_factory.mktemp("class")
    exchange = root / "exchange"
    exchange.mkdir()
    exchange.chmod(0o777)
    config = CONFIG + (
        f"c.Exchange.root = {str(exchange)!r}\n"
        'c.ExchangeFactory.release_feedback = "bordercourse.grading.record.exchange.ReleaseFeedback"\n'
    )
    made = Classroom(root / "course", dict.fromkeys(("check-before", "check-after", "tiny"), tiny), config)
    for module in ("check-before", "tiny"):
        for who, memo in PEOPLE.items():
            answers = {"b1-share-answer": "share = 80", "d-memo": memo}
            folder = made.hand_in(who, module, made.answer(module, answers), sheet={"a1": "secret"})
            (folder / "timestamp.txt").write_text("2026-11-27 09:05:00.000000 UTC")
    (made.root / "submitted" / "sokha" / "tiny" / "submission_secret.txt").write_text("only sokha's")
    made.hand_in("an", "check-after", made.answer("check-after", {"d-memo": "x"}))
    made.grade("check-before", "tiny", isolate=isolate)
    return made


def test_each_file_is_one_persons(room: Classroom, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tiny", "--course", str(room.root)]) == 0
    folder = room.root / "return" / "tiny"
    pages = {path.name: path.read_text() for path in folder.iterdir()}
    assert len(pages) == 3
    for who, memo in PEOPLE.items():
        (page,) = [
            t for n, t in pages.items() if re.fullmatch(rf"tiny-{who}-\d{{4}}-\d\d-\d\d-feedback\.html", n)
        ]
        assert memo in page
        assert f">{who}</dd>" in page
        assert not any(other in page for other in PEOPLE.values() if other != memo)
    assert not list(room.root.glob("return/**/answers.json"))
    assert not list(room.root.glob("feedback/**/answers.json"))
    said = capsys.readouterr().out
    assert f"tiny: 3 files in {folder}" in said
    assert "A memo is not marked yet: an, nguyen-an, sokha." in said
    assert "1 participant finds it in Assignment List too." in said


def test_the_report_names_the_folder_as_its_owner_does(
    room: Classroom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = tmp_path / "link"
    link_to(link, room.root)
    assert main(["tiny", "--course", str(link)]) == 0
    assert f"3 files in {room.root.resolve() / 'return' / 'tiny'}." in capsys.readouterr().out


def test_an_exercise_that_nobody_handed_in_is_told(
    room: Classroom, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(room.root / "source" / "tiny", room.root / "source" / "idle")
    (room.root / "source" / "idle" / "tiny.ipynb").rename(room.root / "source" / "idle" / "idle.ipynb")
    try:
        assert main(["idle", "--course", str(room.root)]) == 1
    finally:
        shutil.rmtree(room.root / "source" / "idle")
    said = capsys.readouterr().out
    assert "idle: nobody has handed it in" in said
    assert "0 files" not in said


def test_the_exchange_gives_only_to_who_handed_in_there(room: Classroom) -> None:
    main(["tiny", "--course", str(room.root)])
    outbound = list((room.root.parent / "exchange" / "tests" / "feedback").glob("*.html"))
    assert len(outbound) == 1
    assert "Memo of Sokha." in outbound[0].read_text()


def test_a_second_return_leaves_one_file_a_person(room: Classroom, tmp_path: Path) -> None:
    old = tmp_path / "stick" / "tiny" / "tiny-an-2020-01-01-feedback.html"
    others = [old.with_name(f"tiny-{n}-feedback.html") for n in ("nguyen-an-2020-01-01", "an-notes")]
    old.parent.mkdir(parents=True)
    for path in (old, *others):
        path.write_text("old")
    assert (
        main(["tiny", "--course", str(room.root), "--to", str(tmp_path / "stick"), "--participant", "an"])
        == 0
    )
    names = {path.name for path in old.parent.iterdir()}
    assert old.name not in names
    assert names >= {path.name for path in others}
    assert len(names) == 3


def test_the_first_check_waits_for_the_second(room: Classroom, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-before", "--course", str(room.root)]) == 1
    said = capsys.readouterr().out
    assert "held back" in said
    assert "nguyen-an, sokha" in said
    assert not (room.root / "return" / "check-before").exists()
    assert main(["check-before", "--course", str(room.root), "--check-after-is-over"]) == 0
    assert len(list((room.root / "return" / "check-before").iterdir())) == 3


def test_nbgraders_own_release_ends_without_a_traceback(
    room: Classroom, caplog: pytest.LogCaptureFixture
) -> None:
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    main(["tiny", "--course", str(room.root)])
    settings = open_course(room.root).config
    settings.CourseDirectory.root = str(room.root)
    api = NbGraderAPI(CourseDirectory(config=settings), config=settings)
    assert api.release_feedback("tiny")["success"]
    assert api.release_feedback("tiny", "an")["success"]
    held = api.release_feedback("check-before")
    assert not held["success"]
    assert "held back" in held["log"]


def test_what_is_not_there_is_told(room: Classroom, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-after", "--course", str(room.root)]) == 1
    assert "an: is not graded yet" in capsys.readouterr().out
    assert main(["tiny", "--course", str(room.root), "--participant", "nobody"]) == 1
    assert "nobody: has handed in nothing" in capsys.readouterr().out
    with pytest.raises(Exception, match="no exercise of this name"):
        main(["09", "--course", str(room.root)])
