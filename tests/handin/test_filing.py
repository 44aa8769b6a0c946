"""The newest hand-in stands; nothing is lost, whatever the clocks, the disk or the folder do."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bordercourse.handin.collect import Collected, collect
from bordercourse.handin.filing import Filed, file_parcel
from bordercourse.handin.parcel import Parcel, write_parcel

from .conftest import MODULE, NOON, notebook

Give = Callable[..., Path]
NOW = NOON + timedelta(days=3)
HOUR = timedelta(hours=1)


def parcel(text: str, time: datetime = NOON, answers: bytes | None = None) -> Parcel:
    files = {f"{MODULE}.ipynb": notebook(text)}
    return Parcel("an", MODULE, time, files if answers is None else {**files, "answers.json": answers})


def put(course: Path, one: Parcel) -> Filed:
    return file_parcel(one, "an", course, NOW)


def text_of(folder: Path) -> str:
    cells = json.loads((folder / f"{MODULE}.ipynb").read_text(encoding="utf-8"))["cells"]
    return str(cells[0]["source"]) if cells else ""


def current(course: Path) -> str:
    return text_of(course / "submitted" / "an" / MODULE)


def earlier(course: Path) -> list[str]:
    return sorted(text_of(path) for path in (course / "earlier").glob(f"an/{MODULE}/*"))


def stamp(course: Path) -> str:
    return (course / "submitted" / "an" / MODULE / "timestamp.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("year", [1970, 1979, 2108, 9999])
def test_a_clock_that_is_wrong_is_told_and_decides_nothing(course: Path, year: int) -> None:
    wrong = datetime(year, 3, 4, tzinfo=UTC)
    told = put(course, parcel("first", wrong))
    assert told.kind == "filed"
    assert f"the clock of that computer was wrong ({year}-03-04)" in told.note
    assert stamp(course) == "2026-03-07 12:00:00.000000 UTC", "the time of collection"
    assert put(course, parcel("first", wrong)).kind == "known"
    told = put(course, parcel("second", wrong))
    assert told.kind == "apart"
    assert "kept as earlier/an" in told.note
    assert (current(course), earlier(course)) == ("first", ["second"])
    assert put(course, parcel("second", wrong)).kind == "known"
    assert put(course, parcel("third", NOW + HOUR)).kind == "filed"
    assert (current(course), earlier(course)) == ("third", ["first", "second"])


def test_where_the_collectors_own_clock_was_never_set_times_are_only_compared(course: Path) -> None:
    for time in (NOON, NOON + HOUR):
        one = parcel(f"{time:%H}", time)
        assert file_parcel(one, "an", course, datetime(1970, 1, 1, tzinfo=UTC)).kind == "filed"
    assert current(course) == "13"


def test_the_same_work_again_is_known_whatever_its_time(course: Path) -> None:
    put(course, parcel("work"))
    assert put(course, parcel("work", NOON + HOUR)).kind == "known"
    assert put(course, parcel("work", answers=b'{"answers": {}}', time=NOON + HOUR)).kind == "filed"
    assert put(course, parcel("work", time=NOON + 2 * HOUR)).kind == "filed", "taken back"


def test_other_work_of_the_same_second_is_not_called_known(course: Path) -> None:
    put(course, parcel("one"))
    told = put(course, parcel("other"))
    assert told.kind == "apart"
    assert "another one of the same time" in told.note
    assert (current(course), earlier(course)) == ("one", ["other"])


def by_hand(course: Path, text: str, time: str | None) -> None:
    folder = course / "submitted" / "an" / MODULE
    folder.mkdir(parents=True)
    (folder / f"{MODULE}.ipynb").write_bytes(notebook(text))
    if time is not None:
        (folder / "timestamp.txt").write_text(time, encoding="utf-8")


@pytest.mark.parametrize(
    ("time", "kind", "says"),
    [
        ("2026-03-04 11:00:00.000000 UTC", "filed", "in the place of an earlier one"),
        ("2026-03-04 17:00:00.000000 +07", "filed", "in the place of an earlier one"),  # 10:00 UTC
        ("2026-03-04 17:00:00 +0700", "filed", "in the place of an earlier one"),
        ("2026-03-04T17:00:00+07:00", "filed", "in the place of an earlier one"),
        ("2026-03-04 09:00:00 -0500", "older", "kept as earlier"),  # 14:00 UTC
        ("2026-03-04 13:00:00 UTC", "older", "kept as earlier"),
        ("2026-03-04 20:00:00 ICT", "filed", "time is not sure"),  # 13:00 UTC, if it is Indochina's
        ("2026-03-04 20:00:00", "filed", "time is not sure"),
        ("2026-03-02 20:00:00", "filed", "in the place of an earlier one"),
        ("2026-03-06 20:00:00", "older", "kept as earlier"),
        ("yesterday", "filed", "time is not sure"),
        (None, "filed", "time is not sure"),
    ],
)
def test_only_times_that_are_sure_are_compared(course: Path, time: str | None, kind: str, says: str) -> None:
    by_hand(course, "by hand", time)
    told = put(course, parcel("new"))
    assert told.kind == kind
    assert says in told.note
    assert {current(course), *earlier(course)} == {"by hand", "new"}
    assert current(course) == ("new" if kind == "filed" else "by hand")


@pytest.mark.parametrize("step", ["open", "fsync", "rename"])
def test_a_disk_that_fills_up_leaves_what_was_filed(
    course: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    put(course, parcel("old"))
    before = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}

    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    really = os.replace

    def full_at_the_end(source: Path, target: Path) -> None:
        if ".collect-" in str(source):
            full()
        really(source, target)

    with monkeypatch.context() as patch:
        if step == "open":
            patch.setattr(Path, "open", full)
        elif step == "fsync":
            patch.setattr(os, "fsync", full)
        else:
            patch.setattr(os, "replace", full_at_the_end)
        with pytest.raises(OSError, match="No space"):
            put(course, parcel("new", NOON + HOUR))
    assert {path: path.read_bytes() for path in course.rglob("*") if path.is_file()} == before
    assert put(course, parcel("new", NOON + HOUR)).kind == "filed"
    assert (current(course), earlier(course)) == ("new", ["old"])


def told(box: Path, course: Path) -> dict[str, Collected]:
    return {one.path.name: one for one in collect(box, course, [MODULE], now=NOW)}


def test_a_full_disk_is_a_sentence_and_the_rest_goes_on(box: Path, small_disk: Path, give: Give) -> None:
    course = small_disk / "course"
    (course / "source" / MODULE).mkdir(parents=True)
    give("an", "a")
    large = json.dumps({"cells": [], "metadata": {"filler": os.urandom(700_000).hex()}}).encode()
    write_parcel(Parcel("binh", MODULE, NOON, {f"{MODULE}.ipynb": large}, "binh"), box / "01 binh.zip")
    give("cuc", "c")
    lines = told(box, course)
    assert [one.kind for one in lines.values()] == ["filed", "refused", "filed"]
    assert "not filed, since in the course the disk is full" in lines["01 binh.zip"].text
    assert sorted(path.name for path in (course / "submitted").glob("*/*/*.ipynb")) == [f"{MODULE}.ipynb"] * 2
    assert not list(course.glob(".collect-*"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_course_without_the_right_to_write_is_a_sentence(box: Path, course: Path, give: Give) -> None:
    give("an")
    course.chmod(0o555)
    try:
        assert "no right to write" in told(box, course)["00 an.zip"].text
    finally:
        course.chmod(0o755)


def test_no_right_to_write_is_a_sentence(
    box: Path, course: Path, give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    give("an")
    give("binh")
    really = os.replace

    def forbidden(source: Path, target: Path) -> None:
        if "binh" in str(target):
            raise PermissionError(errno.EACCES, "Permission denied")
        really(source, target)

    monkeypatch.setattr(os, "replace", forbidden)
    lines = told(box, course)
    assert [one.kind for one in lines.values()] == ["filed", "refused"]
    assert "you have no right to write or read there" in lines["01 binh.zip"].text
