"""``bordercourse rehearse``: the whole loop of nbgrader for simulated participants, an instructor's dry run.

Generate, release, hand in, collect, autograde and write feedback, in a course of its own in a
temporary folder; then compare every score and message with what it must be.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import nbformat

from bordercourse.course import manifest
from bordercourse.errors import CourseError, InputError
from bordercourse.grading.plain_path import plain_path
from bordercourse.grading.record.gradebook import mend_gradebook
from bordercourse.grading.record.release import course_config
from bordercourse.grading.rehearsal.simulate import SimulatedParticipant, participants
from bordercourse.i18n import gettext as _

__all__ = ["RehearsalError", "RehearsedHandIn", "main", "rehearse"]

COURSE_ID = "rehearsal"


@dataclass(frozen=True)
class RehearsedHandIn:
    """One participant of one module: what was expected, what was given."""

    module: str
    participant: str
    expected: float
    given: float
    differences: tuple[str, ...]


class RehearsalError(CourseError):
    """The loop itself broke: a step of nbgrader failed."""


def _api(root: Path, exchange: Path) -> Any:
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    config = course_config(root)
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = COURSE_ID
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    config.Exchange.root = str(exchange)
    config.ExchangeCollect.check_owner = False  # one user plays every participant here
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def _must(result: dict[str, Any], step: str) -> None:
    if not result["success"]:
        last = (result.get("error") or result.get("log") or "").strip().splitlines()
        raise RehearsalError(_("{step} failed: {why}").format(step=step, why=last[-1] if last else "?"))


def _submit(api: Any, module: str, person: SimulatedParticipant, folder: Path, exchange: Path) -> None:
    from nbgrader.exchange.default import ExchangeSubmit
    from traitlets.config import Config

    person.hand_in(folder / module, module)
    config = Config(api.config)
    config.Exchange.assignment_dir = str(folder)
    config.Exchange.cache = str(exchange.parent / "cache")
    from nbgrader.coursedir import CourseDirectory

    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id, coursedir.student_id = module, person.name
    app = ExchangeSubmit(coursedir=coursedir, authenticator=api.authenticator, config=config)
    app.log.setLevel("ERROR")
    app.start()


def _lay_out(source: Path, modules: Iterable[str], root: Path) -> None:
    (root / "source").mkdir(parents=True)
    shutil.copy(source.parent / "nbgrader_config.py", root)
    for module in modules:
        if not (source / module / f"{module}.ipynb").is_file():
            raise InputError(
                module, _("no exercise of this name."), _("There are: {names}.").format(names=_names(source))
            )
        shutil.copytree(source / module, root / "source" / module)


def _names(source: Path) -> str:
    return ", ".join(sorted(path.name for path in source.iterdir() if path.is_dir()))


def _output(cell: Any) -> str:
    text = ""
    for output in cell.get("outputs", []):
        text += output.get("text", "") or "\n".join(output.get("traceback", []))
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def _compare(api: Any, root: Path, module: str, person: SimulatedParticipant) -> RehearsedHandIn:
    from nbgrader.api import Gradebook, MissingEntry

    differences: list[str] = []
    expected = given = 0.0
    try:
        notebook = nbformat.read(root / "autograded" / person.name / module / f"{module}.ipynb", as_version=4)
        with Gradebook(api.coursedir.db_url, COURSE_ID) as gradebook:
            grades = {
                g.name: g for g in gradebook.find_submission_notebook(module, module, person.name).grades
            }
            for question, want in person.expected.items():
                score = grades[question].auto_score if question in grades else None
                expected += want.score or 0.0
                given += score or 0.0
                if score != want.score:
                    differences.append(f"{question}: {score} ({_('expected')} {want.score})")
    except (FileNotFoundError, MissingEntry):
        return RehearsedHandIn(
            module,
            person.name,
            sum(w.score or 0 for w in person.expected.values()),
            0.0,
            (_("was not graded"),),
        )
    marked = [cell for cell in notebook.cells if cell.metadata.get("nbgrader")]
    messages = {cell.metadata.nbgrader.grade_id: _output(cell) for cell in marked}
    for question, want in person.expected.items():
        if want.says and want.says not in messages.get(question, ""):
            differences.append(f"{question}: {_('message without')} {want.says!r}")
    page = root / "feedback" / person.name / module / f"{module}.html"
    differences += _feedback(page)
    return RehearsedHandIn(module, person.name, expected, given, tuple(differences))


def _feedback(page: Path) -> list[str]:
    """A feedback page must exist, load nothing from the network and show no hidden test."""
    if not page.is_file():
        return [_("no feedback page")]
    html = page.read_text(encoding="utf-8")
    problems = []
    remote = re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"'](?:https?:)?//[^\"']+", html)
    if remote:
        problems.append(_("the feedback page loads from the network: {what}").format(what=remote[0][:80]))
    if "HIDDEN TESTS" in html:
        problems.append(_("the feedback page shows a hidden test"))
    return problems


def rehearse(
    source: Path,
    answers: Path,
    modules: Iterable[str],
    *,
    count: int | None = None,
    stock: bool = False,
    keep: Path | None = None,
    out: TextIO | None = None,
) -> list[RehearsedHandIn]:
    """Play the loop for `modules` and return one row a participant.

    Parameters
    ----------
    source : path
        ``exercises/source``.
    answers : path
        ``tests/answers``.
    modules : iterable of str
        Numbers and slugs.
    count : int, optional
        How many participants a module; every kind once where left out, repeated in turn where more.
    stock : bool
        Grade with nbgrader's own autograde, one participant after the other. It stops at damaged
        notebooks, which are then rows with differences.
    keep : path, optional
        Where to leave the played course; a temporary folder otherwise.
    out : text file, optional
        Where progress is printed; nothing is printed where left out.

    Raises
    ------
    InputError
        If a module or its simulated answers are missing.
    RehearsalError
        If a step of nbgrader fails.
    """
    modules = list(modules)
    with tempfile.TemporaryDirectory() as scratch:
        (keep or Path(scratch)).mkdir(parents=True, exist_ok=True)
        root = plain_path(keep or Path(scratch)) / "course"
        exchange = root.parent / "exchange"
        exchange.mkdir(parents=True)
        exchange.chmod(0o777)  # nbgrader insists: every participant must be able to hand in
        _lay_out(source, modules, root)
        mend_gradebook(root / "gradebook.db")
        api = _api(root, exchange)
        cast = {module: _play(api, module, root, exchange, answers, count, out) for module in modules}
        rows = []
        for module, people in cast.items():
            _progress(out, _("{module}: grading {n} participants").format(module=module, n=len(people)))
            _grade(api, module, stock=stock)
            _must(api.generate_feedback(module), f"{module}: feedback")
            rows += [_compare(api, root, module, person) for person in people]
        return rows


def _play(
    api: Any, module: str, root: Path, exchange: Path, answers: Path, count: int | None, out: TextIO | None
) -> list[SimulatedParticipant]:
    """Generate and release one module, hand in for every participant, and collect."""
    _must(api.generate_assignment(module), f"{module}: generate")
    _must(api.release_assignment(module), f"{module}: release")
    release = root / "release" / module / f"{module}.ipynb"
    kinds = list(
        participants(root / "source" / module / f"{module}.ipynb", release, answers / module / "answers.toml")
    )
    people = []
    for n in range(len(kinds) if count is None else count):
        again, kind = divmod(n, len(kinds))
        person = kinds[kind]
        name = person.name if not again else f"{person.name}-{again + 1}"
        person = SimulatedParticipant(name, person.notebook, person.answers, person.expected)
        _submit(api, module, person, root.parent / "desks" / name, exchange)
        people.append(person)
        _progress(out, _("{module}: handed in {n}").format(module=module, n=n + 1))
    _must(api.collect(module), f"{module}: collect")
    return people


def _grade(api: Any, module: str, *, stock: bool) -> None:
    from bordercourse.grading import run

    course = run.open_course(api.coursedir.root, config=api.config)
    if stock:
        run.stock(course, [module])
    else:
        run.grade(course, [module])


def _progress(out: TextIO | None, text: str) -> None:
    if out is not None:
        end = "" if out.isatty() else "\n"
        print(f"\r\033[K{text}" if out.isatty() else text, end=end, file=out, flush=True)


# -- the command line ----------------------------------------------------------------------------


def _checkout() -> Path:
    """Return the course's checkout: only that holds the solutions to rehearse with."""
    here = Path.cwd()
    for folder in [here, *here.parents, *Path(__file__).parents]:
        if (folder / "exercises" / "source").is_dir() and (folder / "tests" / "answers").is_dir():
            return folder
    raise InputError(
        _("this folder"),
        _("is not inside a checkout of the course."),
        _("Rehearse where exercises/source and tests/answers are."),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordercourse rehearse",
        description=_(
            "Play the whole loop with simulated participants, and compare every score and message."
        ),
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=_("such as 00-welcome; all if left out"))
    parser.add_argument(
        "--participants", type=int, metavar="N", help=_("how many a module (default: each kind once)")
    )
    parser.add_argument("--stock", action="store_true", help=_("grade with nbgrader's own autograde"))
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help=_("leave the played course here to look at")
    )
    return parser


def _line(row: RehearsedHandIn) -> str:
    mark = "!=" if row.differences else "ok"
    line = f"{mark}  {row.module:<24} {row.participant:<16} {row.expected:6.2f} {row.given:6.2f}"
    return "\n".join([line, *(f"      {difference}" for difference in row.differences)])


def main(arguments: list[str]) -> int:
    """Run the command; return 1 if any score, message or page is not what it must be."""
    options = _parser().parse_args(arguments)
    root = _checkout()
    wanted = [manifest.module(n).slug for n in options.modules] or [m.slug for m in manifest.modules(None)]
    if options.participants is not None and options.participants < 1:
        raise InputError("--participants", _("must be 1 or more."), "")
    rows = rehearse(
        root / "exercises" / "source",
        root / "tests" / "answers",
        wanted,
        count=options.participants,
        stock=options.stock,
        keep=options.keep,
        out=sys.stderr,
    )
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(_("    module                   participant      expected  given"))
    for row in rows:
        print(_line(row))
    wrong = [row for row in rows if row.differences]
    print(
        _("{n} participants, {right} as expected, {wrong} not.").format(
            n=len(rows), right=len(rows) - len(wrong), wrong=len(wrong)
        )
    )
    return 1 if wrong else 0
