"""A whole run: take in, run, judge and record every submission of the exercises asked for.

Preparing and recording happen in this thread, one submission after the other; the participants'
cells run several at a time, in any executor of `concurrent.futures`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bordercourse.errors import CourseError
from bordercourse.grading import isolation
from bordercourse.grading.grades import Course, only_one
from bordercourse.grading.handin import HandIn, take_in
from bordercourse.grading.judge import Judge
from bordercourse.grading.limits import Limits
from bordercourse.grading.marking import fill, script, shown_notebook
from bordercourse.grading.provisioner import IsolationError
from bordercourse.grading.sitting import close_kernels, run_cells
from bordercourse.grading.source import Plan, SourceNotebook, plan
from bordercourse.i18n import gettext as _

__all__ = ["Outcome", "grade", "open_course", "stock"]


@dataclass(frozen=True)
class Outcome:
    """What became of one submission."""

    assignment: str
    participant: str
    state: str  # graded, skipped or failed
    reason: str = ""  # why it failed, or why a part of it was lost
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
    taken: HandIn
    notebooks: dict[str, Any]
    tasks: dict[str, Future[dict[str, Any]]]


Report = Callable[[Outcome, int, int], None]
"""Called after each submission with the outcome, how many are done, and how many there are."""


def open_course(root: Path | str = ".", config: Any = None) -> Course:
    """Return the nbgrader course in `root`, with the settings of its ``nbgrader_config.py``."""
    from nbgrader.coursedir import CourseDirectory

    from bordercourse.grading.release import course_config

    folder = Path(root).absolute()
    config = config if config is not None else course_config(folder)
    coursedir = CourseDirectory(config=config)
    if not config.CourseDirectory.get("root"):
        coursedir.root = str(folder)
    return Course(coursedir, config)


def grade(
    course: Course,
    assignments: Iterable[str],
    *,
    participants: Sequence[str] | None = None,
    jobs: int | None = None,
    force: bool = False,
    isolate: bool = True,
    limits: Limits | None = None,
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
        Shut participants' code in. See `bordercourse.grading.isolation`.
    limits : Limits, optional
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
    """
    if isolate and not (possible := isolation.available()):
        raise IsolationError(
            _(
                "Submissions cannot be isolated on this machine: {why}. Grade on a Linux machine that can, "
                "or use --no-isolation: participants' code then runs with your rights."
            ).format(why=possible.reason)
        )
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        stack.enter_context(only_one(course.root))
        stack.enter_context(course)
        jobs = jobs or _processors()
        if executor is None:
            executor = stack.enter_context(ThreadPoolExecutor(jobs))
        stack.callback(close_kernels)
        work: list[tuple[_Exercise, list[str]]] = []
        absent: list[Outcome] = []
        for name in assignments:
            exercise = _open_exercise(course, name, stack)
            if say is not None and exercise.trusting:
                say(_("{name}: as trusting as stock: {why}.").format(name=name, why=exercise.trusting))
            who = course.participants(name)
            absent += [
                Outcome(name, one, "failed", _("handed in nothing"))
                for one in sorted(set(participants or ()) - set(who))
            ]
            work.append((exercise, [one for one in who if participants is None or one in participants]))
        total = len(absent) + sum(len(who) for _exercise, who in work)

        def done(outcome: Outcome) -> None:
            outcomes.append(outcome)
            if report is not None:
                report(outcome, len(outcomes), total)

        for outcome in absent:
            done(outcome)
        settings = {"limits": limits or Limits(), "isolate": isolate, "hidden": str(course.root)}
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
                done(Outcome(exercise.name, participant, "failed", _told(error)))
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
        return Outcome(
            name, participant, "failed", _told(error), sitting.taken.repairs, sitting.taken.left_out
        )
    return Outcome(
        name, participant, "graded", "; ".join(lost), sitting.taken.repairs, sitting.taken.left_out
    )


def _told(error: BaseException) -> str:
    said = str(error).strip().splitlines()
    if isinstance(error, CourseError):
        return str(error)
    return f"{type(error).__name__}: {said[0] if said else ''}".rstrip(": ")[:300]


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
    from nbgrader.converters.base import NbGraderException
    from traitlets.config import Config

    config = Config(course.config)
    for section in ("sanitize_preprocessors", "autograde_preprocessors"):
        config.Autograde.pop(section, None)
    outcomes: list[Outcome] = []
    with only_one(course.root):
        for name in assignments:
            who = [one for one in course.participants(name) if participants is None or one in participants]
            for n, participant in enumerate(who, start=1):
                course.coursedir.assignment_id, course.coursedir.student_id = name, participant
                converter = Autograde(coursedir=course.coursedir, config=config)
                converter.force = force
                state, reason = "graded", ""
                try:
                    converter.start()
                except (NbGraderException, Exception) as error:
                    state, reason = "failed", _told(error)
                outcomes.append(Outcome(name, participant, state, reason))
                if report is not None:
                    report(outcomes[-1], n, len(who))
    return outcomes
