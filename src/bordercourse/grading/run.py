"""A whole run: take in, run, judge and record every submission of the exercises asked for.

Preparing and recording happen in this thread, one submission after the other; the participants'
cells run several at a time, in any executor of `concurrent.futures`, and so many are judged.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from bordercourse.errors import CourseError
from bordercourse.files import DamagedError
from bordercourse.grading.disk import StoppedError, check_room, check_scratch, is_full
from bordercourse.grading.due import FORCED, ForcedRun, news, why_due
from bordercourse.grading.hand_in_language import put_into_language, spoken_language
from bordercourse.grading.intake.source import Plan, SourceNotebook, plan
from bordercourse.grading.intake.submitted_files import PlainFiles
from bordercourse.grading.intake.take_in import Submission, take_in
from bordercourse.grading.judging.judge import Judge
from bordercourse.grading.kernels import isolation
from bordercourse.grading.kernels.kept import kept_kernels
from bordercourse.grading.kernels.pool import WARM, IsolationError
from bordercourse.grading.limits import KernelLimits
from bordercourse.grading.record.basis import Basis, fingerprint, parts
from bordercourse.grading.record.course import Course, only_one
from bordercourse.grading.record.marking import fill, script, shown_notebook
from bordercourse.grading.record.shared_gradebook import is_gone
from bordercourse.grading.record.steps import STAGING, without_session_warnings
from bordercourse.grading.sitting import run_cells
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["Outcome", "grade", "open_course", "stock"]


@dataclass(frozen=True)
class Outcome:
    """What became of one submission.

    Parameters
    ----------
    assignment, participant : str
        The exercise, and who handed it in.
    state : str
        ``graded``, ``skipped`` or ``failed``.
    reason, do : str
        Why it failed, or why a part of it was lost; and what to do about a failure.
    repairs, left_out : tuple of str
        What was put right in the hand-in, and which files and outputs were left out.
    """

    assignment: str
    participant: str
    state: str
    reason: str = ""
    do: str = ""
    repairs: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def __str__(self) -> str:
        notes = "; ".join(note for note in (self.reason, *self.repairs, *self.left_out) if note)
        return f"{self.assignment}, {self.participant}: {self.state}" + (f" ({notes})" if notes else "")


@dataclass
class _OpenExercise:
    """An assignment while it is graded."""

    name: str
    sources: list[SourceNotebook]
    plans: dict[str, Plan]
    judges: dict[str, Judge] = field(default_factory=dict)

    @cached_property
    def parts(self) -> dict[str, str]:
        return parts(self.sources)

    def is_test(self, question: str) -> bool:
        return any(question in plan.asked for plan in self.plans.values())

    def imports(self, notebook: str) -> tuple[str, ...]:
        """What a warm kernel may hold: what the setup imports, as the judge has seen."""
        judge = self.judges.get(notebook)
        return judge.modules if judge is not None else self.plans[notebook].imports

    @property
    def trusting(self) -> str:
        return next((plan.trusting for plan in self.plans.values() if plan.trusting), "")


@dataclass
class _Sitting:
    """A submission on its way."""

    participant: str
    basis: Basis
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

    from bordercourse.grading.plain_path import plain_path
    from bordercourse.grading.record.release import course_config

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
        How many participants' kernels run at a time; one more than there are processors where left out.
    force : bool
        Grade again what is graded already. Manual grades and comments stay. If such a run was
        stopped, the next one goes on with those that it did not reach.
    isolate : bool
        Shut participants' code in. See `bordercourse.grading.kernels.isolation`.
    limits : KernelLimits, optional
        How much one submission may use.
    executor : concurrent.futures.Executor, optional
        Where participants' cells run; threads of this process where left out. Who gives one has seen
        that code can be shut in there, see `bordercourse.grading.workers`.
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
    StoppedError
        If a disk is full, before the run or during it, or if other machines are gone during it.
    """
    if isolate and executor is None and not (possible := isolation.available()):
        raise IsolationError(
            _(
                "Submissions cannot be isolated on this machine: {why}. Grade on a Linux machine that can, "
                "or use --no-isolation: participants' code then runs with your rights."
            ).format(why=possible.reason)
        )
    with ExitStack() as stack:
        stack.enter_context(only_one(course.root, course.coursedir.db_url))
        check_room(course.root, course.root / course.coursedir.autograded_directory)
        stack.enter_context(course)
        stack.enter_context(kept_kernels(begin=executor is None, isolate=isolate))
        jobs = jobs or _processors() + 1  # while one waits for the grader, another runs
        if executor is None:
            executor = stack.enter_context(ThreadPoolExecutor(jobs))
        settings = {
            "limits": limits or KernelLimits(),
            "isolate": isolate,
            "hidden": str(course.root.resolve()),
        }
        tell = say or (lambda line: None)
        exercises = [_open_exercise(course, name, stack, tell) for name in assignments]
        markers = stack.enter_context(ThreadPoolExecutor(2 * jobs))  # they wait, here and for the judge
        run = _Run(course, executor, markers, 2 * jobs, settings, report, tell)
        return run.grade(exercises, participants, force)


def _is_text(name: str) -> bool:
    """Whether a name can be written down, also where the system gave it in bytes of its own."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _open_exercise(course: Course, name: str, stack: ExitStack, tell: Callable[[str], None]) -> _OpenExercise:
    """Read the sources and start their judges: what fails here stops the run before anyone is graded."""
    sources = course.sources(name)
    exercise = _OpenExercise(name, sources, {source.name: plan(source) for source in sources})
    for source in sources:
        way = exercise.plans[source.name]
        if way.asked and not way.trusting:
            exercise.judges[source.name] = stack.enter_context(Judge(source, way))
    if exercise.trusting:
        tell(_("{name}: as trusting as stock: {why}.").format(name=name, why=exercise.trusting))
    return exercise


class _Run:
    """One run over several exercises."""

    def __init__(
        self,
        course: Course,
        executor: Executor,
        markers: Executor,
        ahead: int,
        settings: dict[str, Any],
        report: Report | None,
        tell: Callable[[str], None],
    ) -> None:
        self.course, self.executor, self.ahead, self.settings = course, executor, ahead, settings
        self.markers = markers
        self.report, self.tell = report, tell
        self.outcomes: list[Outcome] = []
        self.total = 0
        self.forced = ForcedRun(course.root / STAGING / "forced.json")

    def grade(
        self, exercises: Sequence[_OpenExercise], participants: Sequence[str] | None, force: bool
    ) -> list[Outcome]:
        """Grade the submissions that are due, and say what became of each."""
        work, absent = [], []
        for exercise in exercises:
            name, present = exercise.name, self.course.participants(exercise.name)
            absent += [
                Outcome(name, one, "failed", _("handed in nothing"), _("Look at the name, or collect first."))
                for one in sorted(set(participants or ()) - set(present))
            ]
            who = [one for one in present if participants is None or one in participants]
            counted = ngettext("{name}: {n} submission.", "{name}: {n} submissions.", len(who))
            if not present:
                counted = _("{name}: nobody has handed in yet.")
            self.tell(counted.format(name=name, n=len(who)))
            work.append((exercise, who))
        if force:
            everybody = [(exercise.name, one) for exercise, who in work for one in who]
            self.forced.begin(everybody, self.tell)
        if not WARM:
            self.tell(_("Kernels are not forked on this system: each starts anew, which takes longer."))
        self.total = len(absent) + sum(len(who) for _exercise, who in work)
        for outcome in absent:
            self._done(outcome)
        for exercise, who in work:
            due = self._due(exercise, who)
            for one in who:
                if not due[one]:
                    self._done(Outcome(exercise.name, one, "skipped"))
            self._grade_all(exercise, [one for one in who if due[one]])
        return self.outcomes

    def _due(self, exercise: _OpenExercise, who: Sequence[str]) -> dict[str, str]:
        """Say why each submission must be graded; nothing where its mark rests on what is there now."""
        due, noted = {}, {}
        for one in who:
            if (exercise.name, one) in self.forced.left:
                due[one] = FORCED
            else:
                noted[one] = self.course.noted_basis(exercise.name, one, exercise.is_test)
                due[one] = why_due(noted[one], self._basis(exercise, one))
        for line in news(exercise.name, due, noted, Basis("", exercise.parts)):
            self.tell(line)
        return due

    def _basis(self, exercise: _OpenExercise, participant: str) -> Basis:
        return Basis(fingerprint(self._submitted(exercise, participant)), exercise.parts)

    def _submitted(self, exercise: _OpenExercise, participant: str) -> Path:
        return self.course.folder(self.course.coursedir.submitted_directory, participant, exercise.name)

    def _grade_all(self, exercise: _OpenExercise, who: Sequence[str]) -> None:
        """Keep the executor busy with submissions made ready, and record each as it comes back."""
        waiting = list(reversed(who))
        running: list[_Sitting] = []
        while waiting or running:
            while waiting and len(running) < self.ahead:
                participant = waiting.pop()
                try:
                    running.append(self._prepare(exercise, participant))
                except Exception as error:
                    self._failed(exercise, participant, error)
            pending = [task for sitting in running for task in sitting.tasks.values() if not task.done()]
            ready = [sitting for sitting in running if all(task.done() for task in sitting.tasks.values())]
            if ready:
                running.remove(ready[0])
                self._record(exercise, ready[0])
            elif pending:
                wait(pending, return_when=FIRST_COMPLETED)

    def _prepare(self, exercise: _OpenExercise, participant: str) -> _Sitting:
        course, name = self.course, exercise.name
        if not _is_text(participant):
            raise DamagedError(_("the name of its folder is in an old encoding: give it another name"))
        basis = self._basis(exercise, participant)
        taken = take_in(
            self._submitted(exercise, participant), course.inbox(name, participant), exercise.sources
        )
        notebooks = course.sanitise(name, participant)
        language = spoken_language(taken.language, name)
        for content in notebooks.values():
            put_into_language(content, language, name)
        files = course.files(name, participant)
        tasks = {}
        for notebook, content in notebooks.items():
            cells = self.executor.submit(
                run_cells,
                script(content, exercise.plans[notebook]),
                PlainFiles(files, [f"{notebook}.ipynb"]),
                f"{notebook}.ipynb",
                shown_notebook(content),
                exercise.imports(notebook),
                **self.settings,
                language=language,
            )
            way, judge = exercise.plans[notebook], exercise.judges.get(notebook)
            tasks[notebook] = self.markers.submit(_mark, cells, content, way, judge, files, language)
        return _Sitting(participant, replace(basis, language=language), taken, notebooks, tasks)

    def _record(self, exercise: _OpenExercise, sitting: _Sitting) -> None:
        name, participant = exercise.name, sitting.participant
        lost: list[str] = []
        left_out = [*sitting.taken.left_out]
        try:
            for task in sitting.tasks.values():
                result = task.result()
                lost += [result["stopped"]] if result["stopped"] else []
                left_out += result["left_out"]
            check_scratch()
            self.course.save(name, participant, sitting.notebooks, sitting.basis)
        except Exception as error:
            self._failed(exercise, participant, error)
            return
        repairs = sitting.taken.repairs
        self._done(Outcome(name, participant, "graded", "; ".join(lost), "", repairs, tuple(left_out)))

    def _failed(self, exercise: _OpenExercise, participant: str, error: Exception) -> None:
        """Leave one submission out; where the disk is full or workers are gone, no more can be graded."""
        self.course.forget(exercise.name, participant)
        if isinstance(error, StoppedError):
            raise error
        if is_gone(error):
            raise StoppedError(
                _(
                    "The gradebook's server does not answer any more. What is graded is kept. Run the "
                    "command again when it does: it goes on where it stopped."
                )
            ) from None
        if is_full(error):
            check_room(self.course.root)
        self._done(Outcome(exercise.name, participant, "failed", *_why(error)))

    def _done(self, outcome: Outcome) -> None:
        self.forced.done((outcome.assignment, outcome.participant))
        self.outcomes.append(outcome)
        if self.report is not None:
            self.report(outcome, len(self.outcomes), self.total)


def _mark(
    cells: Future[dict[str, Any]], notebook: Any, plan: Plan, judge: Judge | None, files: Path, language: str
) -> dict[str, Any]:
    """Wait for a participant's cells, have the answers judged, and return what became of the cells."""
    result = cells.result()
    fill(notebook, plan, result, judge, files, language)
    return result


def _why(error: BaseException) -> tuple[str, str]:
    """Say why a submission could not be graded, and what to do."""
    if isinstance(error, DamagedError):
        return str(error), _("Mend the hand-in or ask for it again, then run the command again.")
    if is_full(error):
        return _("it does not fit on the disk"), _("Make room, then run the command again.")
    again = _("Run the command again. If that does not help, look into the files that were handed in.")
    if isinstance(error, CourseError):
        return str(error), again
    words = str(error).strip().splitlines()
    return f"{type(error).__name__}: {words[0] if words else ''}".rstrip(": ")[:300], again


def stock(
    course: Course,
    assignments: Iterable[str],
    *,
    participants: Sequence[str] | None = None,
    force: bool = False,
    report: Report | None = None,
) -> list[Outcome]:
    """Grade with nbgrader's own Autograde, one participant after the other, to compare with.

    Parameters
    ----------
    course, assignments, participants, force, report
        As for `grade`.
    """
    from nbgrader.converters import Autograde
    from traitlets.config import Config

    config = Config(course.config)
    for section in ("sanitize_preprocessors", "autograde_preprocessors"):
        config.Autograde.pop(section, None)
    outcomes: list[Outcome] = []
    with only_one(course.root, course.coursedir.db_url), without_session_warnings():
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
