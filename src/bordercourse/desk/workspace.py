"""Lay out a workspace: lessons, exercises and, in a checkout, an nbgrader course with its exchange.

::

    workspace/
      lessons/        the lessons, to read and run
      exercises/      one folder an exercise, to answer and hand in
      course/         for instructors: sources, gradebook, submissions, feedback (a checkout only)
      exchange/       where nbgrader's exercises go out and come in (a checkout only, not on Windows)
      .lab/           settings of JupyterLab for this workspace; the user's own stay untouched
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from bordercourse import __version__
from bordercourse.desk.copies import Ledger, copy_exercise, copy_lessons, fingerprint
from bordercourse.desk.language import lay_pages
from bordercourse.desk.places import LEDGER, Shipped
from bordercourse.files import write_whole
from bordercourse.grading.plain_path import link_to, plain_path
from bordercourse.grading.record.gradebook import mend_gradebook
from bordercourse.grading.record.release import (
    ReleaseError,
    course_config,
    course_gradebook,
    exercises_in,
    release,
)
from bordercourse.grading.record.shared_gradebook import begin_on_server
from bordercourse.i18n import gettext as _

__all__ = ["Workspace", "lay_out"]

_NBGRADER_CONFIG = '''\
"""Written anew by `bordercourse start`. The course's settings stand in exercises/nbgrader_config.py."""

from pathlib import Path

from bordercourse.grading.plain_path import plain_path

c = get_config()
load_subconfig("nbgrader_config.py", path=str(plain_path(Path({settings!r}))))

here = Path(__file__).resolve().parent
c.CourseDirectory.root = str(plain_path(here))
c.Exchange.root = str(plain_path(here.parent / "exchange"))
c.Exchange.assignment_dir = str(plain_path(here.parent / "exercises"))
'''


@dataclass(frozen=True)
class Workspace:
    """The folders of a participant or an instructor."""

    root: Path

    @property
    def served(self) -> Workspace:
        """The same folders by a plain path, for programs that take some signs of a path for orders."""
        root = self.root if sys.platform == "win32" else self.root.resolve()
        return Workspace(plain_path(root))

    @property
    def lessons(self) -> Path:
        """The lessons, to read and run."""
        return self.root / "lessons"

    @property
    def exercises(self) -> Path:
        """The exercises, to answer and hand in."""
        return self.root / "exercises"

    @property
    def course(self) -> Path:
        """The nbgrader course of the instructor."""
        return self.root / "course"

    @property
    def exchange(self) -> Path:
        """nbgrader's exchange."""
        return self.root / "exchange"

    @property
    def pages(self) -> Path:
        """The course's pages in the workspace's language, as they are laid out."""
        return self.lab / "pages"

    @property
    def lab(self) -> Path:
        """Settings, log and data of JupyterLab."""
        return self.root / ".lab"


def lay_out(
    root: Path, shipped: Shipped, *, author: bool = False, language: str = ""
) -> tuple[Workspace, list[str]]:
    """Make or renew the workspace at `root`; return it with what its owner should be told.

    Nothing that a participant or an instructor made is ever overwritten.

    Parameters
    ----------
    root : path
        The workspace's folder; it is made where it is not there.
    shipped : Shipped
        What this installation carries.
    author : bool
        Whether exercises are written here: the course's sources are then the checkout's own. Else the
        course has a copy, so that an update changes no exercise for which somebody has handed in.
    language : str
        A language that is offered: lessons and exercises are laid out in it, and stay English in the
        gradebook. English where left out.

    Raises
    ------
    OSError
        If something cannot be written.
    """
    workspace = Workspace(root.expanduser().absolute())
    workspace.lab.mkdir(parents=True, exist_ok=True)
    with Ledger(workspace.root / LEDGER).at_once() as ledger:
        lessons, released = shipped.lessons, shipped.released
        notices: list[str] = []
        if shipped.sources is not None:
            released, notices = _lay_out_course(workspace, shipped.sources, ledger, author)
        if language:
            lay_pages(lessons, workspace.pages / "lessons", language)
            lessons = workspace.pages / "lessons"
            if released is not None:
                lay_pages(released, workspace.pages / "exercises", language)
                released = workspace.pages / "exercises"
        notices = copy_lessons(lessons, workspace.lessons, ledger) + notices
        if shipped.sources is not None and released is not None and sys.platform != "win32":
            _hand_out_all(workspace, released, ledger)  # nbgrader's exchange does not run on Windows
        workspace.exercises.mkdir(exist_ok=True)
        if released is not None:
            for folder in sorted(released.glob("[!.]*/")):
                notices.append(copy_exercise(folder, workspace.exercises / folder.name, ledger))
        return workspace, [line for line in (_updated(ledger), *notices) if line]


def _updated(ledger: Ledger) -> str:
    """Note the version of the course in the workspace; say so where it is another one than before."""
    before, ledger["version"] = ledger["version"], __version__
    if before in (None, __version__):
        return ""
    return _("The course was version {before} here, and is now version {now}.").format(
        before=before, now=__version__
    )


def _lay_out_course(
    workspace: Workspace, sources: Path, ledger: Ledger, author: bool
) -> tuple[Path, list[str]]:
    """Make the nbgrader course around `sources`; return the released exercises and what to tell."""
    course = workspace.course
    course.mkdir(exist_ok=True)
    own = course / "source"
    notices = _carry_sources(own, sources, ledger, author)
    settings = str(sources.parent)
    write_whole(course / "nbgrader_config.py", _NBGRADER_CONFIG.format(settings=settings))
    gradebook, released = course_gradebook(course), course / "release"
    if isinstance(gradebook, str):
        begin_on_server(gradebook)
    else:
        mend_gradebook(gradebook)
    released.mkdir(exist_ok=True)
    for module in exercises_in(own):
        state = f"{fingerprint(own / module)} {fingerprint(sources.parent / 'nbgrader_config.py')}"
        here = isinstance(gradebook, str) or gradebook.is_file()
        if ledger[f"released/{module}"] == state and here and (released / module).is_dir():
            continue
        try:
            release(own, released, [module], gradebook=gradebook)
        except ReleaseError as error:  # such as cells added after the first submission
            notices.append(str(error))
            continue
        ledger[f"released/{module}"] = state
    return released, notices


def _carry_sources(own: Path, sources: Path, ledger: Ledger, author: bool) -> list[str]:
    """Lay the exercises' sources into the course; return what its owner should be told.

    A class has a copy and is marked by the source that was handed out to it: an exercise for which somebody
    has handed in keeps its source, and so does one that the instructor changed. An author has a link.
    """
    linked = own.is_symlink() or _is_junction(own)
    if author:
        if linked or not own.is_dir() or not _kept(own, sources, ledger):
            _link(own, sources)
            return []
        notices = [
            _(
                "This workspace has a class's own exercises, which stay. To write exercises, start with a "
                "workspace of its own: --workspace DIR."
            )
        ]
    else:
        notices = []
    if linked:  # an author's course, or one of an earlier version
        own.unlink() if own.is_symlink() else own.rmdir()
    own.mkdir(exist_ok=True)
    kept = _kept(own, sources, ledger)
    for module in exercises_in(sources):
        here, new, known = own / module, fingerprint(sources / module), f"source/{module}"
        if module in kept:
            if ledger[f"{known}/kept"] != new:  # said once for each new version
                notices.append(kept[module])
            ledger[f"{known}/kept"] = new
            continue
        if here.is_dir() and fingerprint(here) != new:
            shutil.rmtree(here)
        if not here.is_dir():
            shutil.copytree(sources / module, here, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        ledger[known] = new
    return notices


def _kept(own: Path, sources: Path, ledger: Ledger) -> dict[str, str]:
    """Name the exercises of a course that a newer source must not replace, each with the reason."""
    reasons = {}
    for module in exercises_in(sources):
        here, new = own / module, fingerprint(sources / module)
        handed_in = any((own.parent / "submitted").glob(f"*/{module}"))
        before = (ledger[f"released/{module}"] or new).split()[0]
        if here.is_dir() and fingerprint(here) == new:
            continue
        if here.is_dir() and handed_in:
            reasons[module] = _(
                "{module} has a new version. This class has hand-ins for it, and goes on with the version "
                "that was handed out. A new class, in a new workspace, gets the new one."
            ).format(module=module)
        elif here.is_dir() and fingerprint(here) != ledger[f"source/{module}"]:
            reasons[module] = _("{module} has a new version. Your own changed source stays: {path}.").format(
                module=module, path=here
            )
        elif handed_in and before != new:
            # An earlier version of the course kept no copy, and a newer key would mark the answers wrongly.
            reasons[module] = _(
                "{module} has a new version. This class has hand-ins for the older one, whose source was not "
                "kept, so they are not graded here. Put the older exercise into {path}, or grade them with "
                "the older version of the course."
            ).format(module=module, path=here)
    return reasons


def _link(link: Path, target: Path) -> None:
    """Make `link` lead to the folder `target`, in place of what stands there: a link, or else a copy."""
    if link.is_symlink() or _is_junction(link):
        if link.resolve() == target.resolve():
            return
        link.unlink() if link.is_symlink() else link.rmdir()
    elif link.is_dir():
        shutil.rmtree(link)
    try:
        link_to(link, os.path.relpath(target, link.parent))
    except ValueError:  # another drive
        link_to(link, target)
    except OSError:
        shutil.copytree(target, link)


def _is_junction(path: Path) -> bool:
    # os.path.isjunction is new in Python 3.12; a junction is no symlink but leads elsewhere.
    return sys.platform == "win32" and path.is_dir() and path.resolve() != path.absolute()


def _hand_out_all(workspace: Workspace, released: Path, ledger: Ledger) -> None:
    """Put every released exercise into the exchange that is not there as it is now."""
    for module in exercises_in(released):
        state = fingerprint(released / module)
        if ledger[f"handed out/{module}"] != state:
            _hand_out(workspace, released, module)
            ledger[f"handed out/{module}"] = state


def _hand_out(workspace: Workspace, released: Path, module: str) -> None:
    """Put one released exercise into nbgrader's exchange, where Assignment List finds it."""
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeReleaseAssignment

    config = course_config(workspace.course)
    config.CourseDirectory.release_directory = str(plain_path(released.resolve()))
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = module
    giver = ExchangeReleaseAssignment(
        coursedir=coursedir, authenticator=Authenticator(config=config), config=config
    )
    giver.force = True
    giver.log = logging.Logger("bordercourse.release", logging.CRITICAL)
    giver.start()
