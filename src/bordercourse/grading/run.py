"""A whole run: take in, run, judge and record every submission of the exercises asked for.

Preparing and recording happen in this thread, one submission after the other; the participants'
cells run several at a time, in any executor of `concurrent.futures`.
"""

from __future__ import annotations

import errno
import glob
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bordercourse.errors import CourseError
from bordercourse.files import DamagedError
from bordercourse.grading.grades import Course, only_one, without_session_warnings
from bordercourse.grading.intake.source import Plan, SourceNotebook, plan
from bordercourse.grading.intake.take_in import Submission, take_in
from bordercourse.grading.judging.judge import Judge
from bordercourse.grading.kernels import isolation
from bordercourse.grading.kernels.provisioner import WARM, IsolationError
from bordercourse.grading.limits import KernelLimits
from bordercourse.grading.marking import fill, script, shown_notebook
from bordercourse.grading.sitting import kept_kernels, run_cells
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["Outcome", "grade", "open_course", "stock"]


@dataclass(frozen=True)
class Outcome:
    """What became of one submission."""

    assignment: str
    participant: str
    state: str  # graded, skipped or failed
    reason: str = ""  # why it failed, or why a part of it was lost
    do: str = ""  # what to do about a failure
    repairs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def __str__(self) -> str:
        notes = [self.reason, *self.repairs, *self.left_out]
        told = "; ".join(note for note in notes if note)
        return f"{self.assignment}, {self.participant}: {self.state}" + (f" ({told})" if told else "")


@dataclass
class _Exercise:
    """An assignment while it is graded."""

    name: str
    sources: list[SourceNotebook]
    plans: dict[str, Plan]
    judges: dict[str, Judge] = field(default_factory=dict)

    def is_test(self, question: str) -> bool:
        return any(question in made.asked for made in self.plans.values())

    def imports(self, notebook: str) -> tuple[str, ...]:
        """What a warm kernel may hold: what the setup imports, as the judge has seen."""
        judge = self.judges.get(notebook)
        return judge.modules if judge is not None else self.plans[notebook].imports

    @property
    def trusting(self) -> str:
        return next((made.trusting for made in self.plans.values() if made.trusting), "")


@dataclass
class _Sitting:
    """A submission on its way."""

    participant: str
    taken: Submission
    notebooks: dict[str, Any]
    tasks: dict[str, Future[dict[str, Any]]]


Report = Callable[[Outcome, int, int], None]
"""Called after each submission with the outcome, how many are done, and how many there are."""


def open_course(root: Path | str = ".", config: Any = None) -> Course:
    """Return the nbgrader course in `root`, with the settings of its ``nbgrader_config.py``.

    Parameters
    ----------
    root : path or str
        The course's folder.
    config : traitlets.config.Config, optional
        Settings in the place of the file's.
    """
    from nbgrader.coursedir import CourseDirectory

    from bordercourse.grading.paths import plain_path
    from bordercourse.grading.release import course_config

    config = config if config is not None else course_config(Path(root))
    coursedir = CourseDirectory(config=config)
    if not config.CourseDirectory.get("root"):
        coursedir.root = str(plain_path(Path(root)))
    return Course(coursedir, config)


def grade(
    course: Course,
    assignments: Iterable[str],
    *,
    participants: Sequence[str] | None = None,
    jobs: int | None = None,
    force: bool = False,
    isolate: bool = True,
    limits: KernelLimits | None = None,
    executor: Executor | None = None,
    report: Report | None = None,
    say: Callable[[str], None] | None = None,
) -> list[Outcome]:
    """Grade what was handed in, and return what became of each submission.

    Parameters
    ----------
    course : Course
        From `open_course`.
    assignments : iterable of str
        Names of exercises, such as ``"01-civil-registration"``.
    participants : sequence of str, optional
        Only these.
    jobs : int, optional
        How many participants' kernels run at a time; the number of processors where left out.
    force : bool
        Grade again what is graded already. Manual grades and comments stay.
    isolate : bool
        Shut participants' code in. See `bordercourse.grading.kernels.isolation`.
    limits : KernelLimits, optional
        How much one submission may use.
    executor : concurrent.futures.Executor, optional
        Where participants' cells run; threads of this process where left out.
    report, say : callable, optional
        Called after each submission, and with a line about each exercise.

    Raises
    ------
    SourceError
        If the instructor's own notebook or its setup fails: nobody of it was graded.
    LockedError
        If another run is grading this course.
    IsolationError
        If participants' code cannot be shut in here.
    GradebookError
        If the gradebook cannot be read and written.
    InputError
        If the gradebook knows no exercise of a name.
    """
    if isolate and not (possible := isolation.available()):
        raise IsolationError(
            _(
                "Submissions cannot be isolated on this machine: {why}. Grade on a Linux machine that can, "
                "or use --no-isolation: participants' code then runs with your rights."
            ).format(why=possible.reason)
        )
    outcomes: list[Outcome] = []
    tell = say or (lambda line: None)
    with ExitStack() as stack:
        stack.enter_context(only_one(course.root))
        stack.enter_context(course)
        stack.enter_context(kept_kernels())
        jobs = jobs or _processors()
        if executor is None:
            executor = stack.enter_context(ThreadPoolExecutor(jobs))
        work: list[tuple[_Exercise, list[str]]] = []
        absent: list[Outcome] = []
        for name in assignments:
            exercise = _open_exercise(course, name, stack)
            if exercise.trusting:
                tell(_("{name}: as trusting as stock: {why}.").format(name=name, why=exercise.trusting))
            there = course.participants(name)
            absent += [
                Outcome(name, one, "failed", _("handed in nothing"), _("Look at the name, or collect first."))
                for one in sorted(set(participants or ()) - set(there))
            ]
            who = [one for one in there if participants is None or one in participants]
            counted = ngettext("{name}: {n} submission.", "{name}: {n} submissions.", len(who))
            if not there:
                counted = _("{name}: nobody has handed in yet.")
            tell(counted.format(name=name, n=len(who)))
            work.append((exercise, who))
        if not WARM:
            tell(_("Kernels are not forked on this system: each starts anew, which takes longer."))
        total = len(absent) + sum(len(who) for _exercise, who in work)

        def done(outcome: Outcome) -> None:
            outcomes.append(outcome)
            if report is not None:
                report(outcome, len(outcomes), total)

        for outcome in absent:
            done(outcome)
        settings = {
            "limits": limits or KernelLimits(),
            "isolate": isolate,
            "hidden": str(course.root.resolve()),
        }
        for exercise, who in work:
            _grade_all(course, exercise, who, executor, 2 * jobs, force, settings, done)
    return outcomes


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _open_exercise(course: Course, name: str, stack: ExitStack) -> _Exercise:
    """Read the sources and start their judges: what fails here stops the run before anyone is graded."""
    sources = course.sources(name)
    exercise = _Exercise(name, sources, {source.name: plan(source) for source in sources})
    for source in sources:
        made = exercise.plans[source.name]
        if made.asked and not made.trusting:
            exercise.judges[source.name] = stack.enter_context(Judge(source, made))
    return exercise


def _grade_all(
    course: Course,
    exercise: _Exercise,
    who: list[str],
    executor: Executor,
    ahead: int,
    force: bool,
    settings: dict[str, Any],
    done: Callable[[Outcome], None],
) -> None:
    """Keep the executor busy with submissions made ready, and record each as it comes back."""
    waiting = list(reversed(who))
    running: list[_Sitting] = []
    while waiting or running:
        while waiting and len(running) < ahead:
            participant = waiting.pop()
            if not force and course.is_done(exercise.name, participant, exercise.is_test):
                done(Outcome(exercise.name, participant, "skipped"))
                continue
            try:
                running.append(_prepare(course, exercise, participant, executor, settings))
            except Exception as error:
                course.forget(exercise.name, participant)
                done(Outcome(exercise.name, participant, "failed", *_why(error)))
        if not running:
            continue
        pending = [task for sitting in running for task in sitting.tasks.values() if not task.done()]
        ready = [sitting for sitting in running if all(task.done() for task in sitting.tasks.values())]
        if not ready:
            wait(pending, return_when=FIRST_COMPLETED)
            continue
        running.remove(ready[0])
        done(_record(course, exercise, ready[0]))


def _prepare(
    course: Course, exercise: _Exercise, participant: str, executor: Executor, settings: dict[str, Any]
) -> _Sitting:
    submitted = course.folder(course.coursedir.submitted_directory, participant, exercise.name)
    taken = take_in(submitted, course.inbox(exercise.name, participant), exercise.sources)
    notebooks = course.sanitise(exercise.name, participant)
    files = str(course.files(exercise.name, participant))
    tasks = {
        name: executor.submit(
            run_cells,
            script(notebook, exercise.plans[name]),
            files,
            f"{name}.ipynb",
            shown_notebook(notebook),
            exercise.imports(name),
            **settings,
        )
        for name, notebook in notebooks.items()
    }
    return _Sitting(participant, taken, notebooks, tasks)


def _record(course: Course, exercise: _Exercise, sitting: _Sitting) -> Outcome:
    name, participant = exercise.name, sitting.participant
    files = course.files(name, participant)
    lost: list[str] = []
    try:
        for notebook, task in sitting.tasks.items():
            result = task.result()
            lost += [result["stopped"]] if result["stopped"] else []
            fill(
                sitting.notebooks[notebook],
                exercise.plans[notebook],
                result,
                exercise.judges.get(notebook),
                files,
            )
        course.save(name, participant, sitting.notebooks)
    except Exception as error:
        course.forget(name, participant)
        return Outcome(name, participant, "failed", *_why(error))
    taken = sitting.taken
    return Outcome(name, participant, "graded", "; ".join(lost), "", taken.repairs, taken.left_out)


def _why(error: BaseException) -> tuple[str, str]:
    """Say why a submission could not be graded, and what to do."""
    if isinstance(error, DamagedError):
        return str(error), _("Mend the hand-in or ask for it again, then run the command again.")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("the disk is full"), _("Make room, then run the command again.")
    again = _("Run the command again. If that does not help, look into the files that were handed in.")
    if isinstance(error, CourseError):
        return str(error), again
    said = str(error).strip().splitlines()
    return f"{type(error).__name__}: {said[0] if said else ''}".rstrip(": ")[:300], again


def stock(
    course: Course,
    assignments: Iterable[str],
    *,
    participants: Sequence[str] | None = None,
    force: bool = False,
    report: Report | None = None,
) -> list[Outcome]:
    """Grade with nbgrader's own Autograde, one participant after the other, to compare with."""
    from nbgrader.converters import Autograde
    from traitlets.config import Config

    config = Config(course.config)
    for section in ("sanitize_preprocessors", "autograde_preprocessors"):
        config.Autograde.pop(section, None)
    outcomes: list[Outcome] = []
    with only_one(course.root), without_session_warnings():
        work = [
            (name, one)
            for name in assignments
            for one in course.participants(name)
            if participants is None or one in participants
        ]
        for name, participant in work:
            course.coursedir.assignment_id = name
            course.coursedir.student_id = glob.escape(participant)  # nbgrader looks for it with a glob
            converter = Autograde(coursedir=course.coursedir, config=config)
            converter.force = force
            try:
                converter.start()
            except Exception as error:
                outcomes.append(Outcome(name, participant, "failed", *_why(error)))
            else:
                outcomes.append(Outcome(name, participant, "graded"))
            if report is not None:
                report(outcomes[-1], len(outcomes), len(work))
    return outcomes
