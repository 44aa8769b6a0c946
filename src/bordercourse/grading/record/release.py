"""Make the exercises that participants receive: the sources without solutions and hidden tests.

nbgrader itself makes them. There is no second way of taking solutions out, so there is none that
could leave one in.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bordercourse.course.manifest import number_of
from bordercourse.errors import CourseError, InputError
from bordercourse.files import need_space, put_in_place
from bordercourse.grading.plain_path import plain_path
from bordercourse.grading.record.gradebook import is_on_server, mend_gradebook
from bordercourse.i18n import gettext as _

__all__ = ["ReleaseError", "course_config", "course_gradebook", "exercises_in", "named_exercise", "release"]

CONFIG = "nbgrader_config.py"

# How nbgrader says that marks would lose their question: it keeps the cells of what was handed in.
_OTHER_CELLS = "Cannot add or remove cells"


class ReleaseError(CourseError):
    """An exercise that nbgrader could not release."""


def exercises_in(source: Path) -> list[str]:
    """Return the names of the exercises in a folder of sources, sorted.

    Parameters
    ----------
    source : path
        A folder with one folder an exercise, whose notebook bears its name.
    """
    return sorted(path.parent.name for path in source.glob("*/*.ipynb") if path.stem == path.parent.name)


def named_exercise(name: str, source: Path) -> str:
    """Return the exercise that `name` means: its number and slug, or its number alone.

    Parameters
    ----------
    name : str
        As a person typed it. What names no exercise, or several, comes back as it is.
    source : path
        The folder of sources.
    """
    exercises = [known for known in exercises_in(source) if name in (known, number_of(known))]
    return exercises[0] if len(exercises) == 1 else name


def course_config(folder: Path) -> Any:
    """Return the traitlets configuration that ``nbgrader_config.py`` in `folder` states.

    Parameters
    ----------
    folder : path
        The course's folder; where it holds no such file, the configuration is empty.
    """
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    if not (folder / CONFIG).is_file():
        return Config()
    return PyFileConfigLoader(CONFIG, path=str(plain_path(folder))).load_config()


def course_gradebook(course: Path) -> Path | str:
    """Return where a course keeps its marks: a file in its folder, or the address of a server.

    Parameters
    ----------
    course : path
        The course's folder. A file there counts before the settings, which take seconds to read.
    """
    file = course / "gradebook.db"
    if file.is_file():
        return file
    url = course_config(course).CourseDirectory.get("db_url", "")
    return str(url) if url and is_on_server(str(url)) else file


def release(
    source: Path,
    destination: Path,
    modules: Iterable[str] | None = None,
    *,
    gradebook: Path | str | None = None,
) -> list[Path]:
    """Release exercises into `destination`, one folder a module, and return the folders.

    Parameters
    ----------
    source : path
        The folder of sources, ``exercises/source``; ``nbgrader_config.py`` lies beside it.
    destination : path
        Where the released folders go. A folder that stands there already is replaced.
    modules : iterable of str, optional
        Numbers and slugs; all exercises of `source` where left out.
    gradebook : path or str, optional
        The gradebook that learns of the exercises, a file or the address of one that was begun on a
        server. No gradebook is touched where left out.

    Raises
    ------
    InputError
        If there is no such exercise.
    ReleaseError
        If nbgrader refuses an exercise.
    OSError
        If something cannot be written.
    """
    known = exercises_in(source)
    chosen = known if modules is None else list(modules)
    for module in chosen:
        if module not in known:
            raise InputError(
                repr(module),
                _("there is no exercise of this name."),
                _("The exercises are: {names}.").format(names=", ".join(known) or "-"),
            )
    destination.mkdir(parents=True, exist_ok=True)
    if isinstance(gradebook, Path):
        mend_gradebook(gradebook)
    return [_release_one(source, destination, module, gradebook) for module in chosen]


def _release_one(source: Path, destination: Path, module: str, gradebook: Path | str | None) -> Path:
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells

    # nbgrader writes into a folder of its own; the finished exercise then takes its place in one step.
    with tempfile.TemporaryDirectory(dir=destination, prefix=".release-") as scratch:
        config = course_config(source.parent)
        config.CourseDirectory.root = str(plain_path(source.parent))
        config.CourseDirectory.source_directory = source.name
        config.CourseDirectory.release_directory = str(plain_path(Path(scratch)))
        if isinstance(gradebook, str):
            config.CourseDirectory.db_url = gradebook
        elif gradebook is not None:
            config.CourseDirectory.db_url = f"sqlite:///{plain_path(gradebook.parent) / gradebook.name}"
        else:
            config.GenerateAssignment.no_database = True
            config.GenerateAssignment.preprocessors = [
                step for step in GenerateAssignment.preprocessors.default() if step is not SaveCells
            ]
        coursedir = CourseDirectory(config=config)
        coursedir.assignment_id = module
        maker = GenerateAssignment(coursedir=coursedir, config=config)
        lines = _Lines()
        maker.log = lines.logger
        try:
            maker.start()
        except (NbGraderException, SystemExit):
            need_space(destination)  # nbgrader says of a full disk that something is wrong
            if _OTHER_CELLS in lines.text():
                raise ReleaseError(
                    _(
                        "{module} asks other questions in this version, and people handed in the older ones. "
                        "The older exercise stays handed out, and marks stay. To grade more hand-ins of it, "
                        "install the version that they were made with. Begin a new class in a new "
                        "workspace: add --workspace and a folder."
                    ).format(module=module)
                ) from None
            raise ReleaseError(
                _("{module} cannot be released. nbgrader says:\n{why}").format(
                    module=module, why=lines.text()
                )
            ) from None
        exercise, target = Path(scratch) / module, destination / module
        if target.is_dir():
            shutil.rmtree(target)
        put_in_place(exercise, target)
    return target


class _Lines(logging.Handler):
    """The warnings of one run of nbgrader, kept apart from everybody else's log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.logger = logging.Logger("bordercourse.release", logging.WARNING)
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())

    def text(self) -> str:
        """What was said, without the lines of a traceback, which help nobody who wrote an exercise."""
        lines = [line for record in self.lines for line in record.splitlines()]
        words = [line for line in lines if line.strip() and not line.startswith((" ", "Traceback"))]
        return "\n".join(dict.fromkeys(words))
