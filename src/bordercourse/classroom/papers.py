"""Hand-ins are fetched from the homes, and feedback is brought there: each as the owner of the home."""

from __future__ import annotations

import base64
import csv
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bordercourse.classroom.accounts import account, owner_of
from bordercourse.classroom.premises import Premises
from bordercourse.classroom.visits import VisitError, visit
from bordercourse.errors import CourseError, InputError
from bordercourse.files import write_whole
from bordercourse.grading.record.release import exercises_in, named_exercise
from bordercourse.handin.collect import collect
from bordercourse.handin.packing import pack
from bordercourse.handin.parcel import write_parcel
from bordercourse.i18n import gettext as _

__all__ = ["Fetched", "bring_feedback", "course_exercise", "fetch_hand_ins"]

FEEDBACK = "feedback"  # the folder of a workspace in which the home page looks for it
_MINUTES = 600  # seconds for work on the course as a whole


@dataclass(frozen=True)
class Fetched:
    """What became of one participant's hand-in or feedback.

    Parameters
    ----------
    participant : str
        Whose it is.
    done : bool
        Whether it is at its place now.
    text : str
        The same for a person.
    """

    participant: str
    done: bool
    text: str


def course_exercise(name: str, course: Path) -> str:
    """Return the exercise of a course that `name` means.

    Raises
    ------
    InputError
        If the course has no such exercise.
    """
    source = course / "source"
    module = named_exercise(name, source) if source.is_dir() else name
    if module not in (exercises_in(source) if source.is_dir() else []):
        raise InputError(
            repr(name),
            _("the course in {folder} has no such exercise.").format(folder=course),
            _("Run `bordercourse start` once in a checkout, or name the course's folder with --course."),
        )
    return module


def fetch_hand_ins(premises: Premises, module: str, course: Path) -> Iterator[Fetched]:
    """File the exercise of everybody in the class, as `bordercourse collect` files hand-in files.

    Parameters
    ----------
    premises : Premises
        The class.
    module : str
        From `course_exercise`.
    course : path
        The instructor's nbgrader course. What is filed there belongs to who owns it.
    """
    parcels = {}
    for id in premises.people():
        try:
            parcels[id] = visit(account(id), partial(_packed, module, id, premises.workspace(id)))
        except (VisitError, InputError) as error:
            yield Fetched(id, False, _("not fetched: {why}").format(why=error))
    filed = visit(
        owner_of(course),
        partial(_filed, module, course, parcels, premises.people()),
        seconds=_MINUTES,
    )
    for id, kind, text in json.loads(filed):
        yield Fetched(id, kind not in ("refused", "apart"), text)


def _packed(module: str, participant: str, workspace: Path) -> bytes:
    parcel = pack(module, participant, workspace).parcel
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "hand-in.zip"
        write_parcel(parcel, path)
        return path.read_bytes()


def _filed(module: str, course: Path, parcels: dict[str, bytes], people: dict[str, str]) -> bytes:
    with tempfile.TemporaryDirectory() as scratch:
        box = Path(scratch) / "box"
        box.mkdir()
        for id, content in parcels.items():
            (box / f"{id}.zip").write_bytes(content)
        roster = Path(scratch) / "roster.csv"
        with roster.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("id", "name"), *people.items()])
        told = [(one.path.stem, one.kind, one.text) for one in collect(box, course, [module], roster=roster)]
    return json.dumps(told).encode()


def bring_feedback(
    premises: Premises, module: str, course: Path, *, check_after_is_over: bool = False
) -> Iterator[Fetched]:
    """Bring the feedback page of everybody who has one into their home, where the home page shows it.

    Parameters
    ----------
    premises : Premises
        The class.
    module : str
        From `course_exercise`.
    course : path
        The instructor's nbgrader course.
    check_after_is_over : bool
        Whether the feedback of check-before may go out though somebody has not handed in check-after.

    Raises
    ------
    CourseError
        If the feedback must wait.
    """
    made = json.loads(
        visit(owner_of(course), partial(_made, module, course, check_after_is_over), seconds=_MINUTES)
    )
    if made["waiting"]:
        raise CourseError(
            _(
                "The feedback of {module} is held back until these have handed in check-after: {names}. When "
                "that check is over, add --check-after-is-over."
            ).format(module=module, names=", ".join(made["waiting"]))
        )
    homes = {id.casefold(): id for id in premises.people()}
    for participant, problem, name, content in made["pages"]:
        id = homes.get(participant.casefold())
        if id is None:
            yield Fetched(participant, False, _("is nobody of this class."))
        elif problem:
            yield Fetched(id, False, problem)
        else:
            page = base64.b64decode(content)
            try:
                visit(account(id), partial(_put, premises.workspace(id) / FEEDBACK, name, page))
            except (VisitError, InputError) as error:
                yield Fetched(id, False, _("not brought: {why}").format(why=error))
            else:
                yield Fetched(id, True, name)


def _made(module: str, course: Path, over: bool) -> bytes:
    from bordercourse.grading.record.exchange import still_to_hand_in
    from bordercourse.grading.run import open_course
    from bordercourse.handin.hand_back import hand_back

    opened = open_course(course)
    waiting = [] if over else still_to_hand_in(opened, module)
    pages = []
    if not waiting:
        with tempfile.TemporaryDirectory() as scratch:
            for one in hand_back(opened, module, Path(scratch)):
                file = one.file
                content = base64.b64encode(file.read_bytes()).decode() if file else ""
                pages.append((one.participant, one.problem, file.name if file else "", content))
    return json.dumps({"waiting": waiting, "pages": pages}).encode()


def _put(folder: Path, name: str, page: bytes) -> bytes:
    folder.mkdir(exist_ok=True)
    write_whole(folder / name, page)
    # A page of another day would be a second truth.
    for earlier in folder.glob(f"{name[: -len('0000-00-00-feedback.html')]}*-feedback.html"):
        if earlier.name != name:
            earlier.unlink()
    return b""
