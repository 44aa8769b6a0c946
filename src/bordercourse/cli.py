"""The command ``bordercourse``: one word for each thing that people do with the course."""

from __future__ import annotations

import errno
import io
import os
import sys
from importlib import import_module

from bordercourse import __version__
from bordercourse.errors import CourseError
from bordercourse.files import why_not_written
from bordercourse.i18n import gettext as _

__all__ = ["main"]

# Each command lives in a module of its own with ``main(arguments) -> exit status``, imported when
# it is called: `bordercourse --help` answers at once.
_COMMANDS = {
    "start": ("bordercourse.desk.start", _("open the course in the browser")),
    "roster": ("bordercourse.evaluation.roster_command", _("say who is in the class")),
    "hand-in": ("bordercourse.handin.hand_in", _("put an exercise and its answers into one file")),
    "collect": ("bordercourse.handin.collect", _("file hand-in files for grading")),
    "grade": ("bordercourse.grading.command", _("grade submissions, quickly and safely")),
    "return": ("bordercourse.handin.hand_back", _("make the feedback files to give back")),
    "report": ("bordercourse.evaluation.report_command", _("report what a class did and learned")),
    "class": ("bordercourse.classroom.command", _("serve the course to a class from one computer")),
    "certify": ("bordercourse.evaluation.certify_command", _("certify who took part")),
    "rehearse": ("bordercourse.grading.rehearsal.rehearse", _("play the course with simulated participants")),
    "rehearse-class": ("bordercourse.evaluation.class_rehearsal", _("play a class, up to its certificates")),
    "register": ("bordercourse.documents.register.serve", _("answer verification requests, for practice")),
    "authoring": ("bordercourse.authoring.command", _("make the invented tables again, for contributors")),
    "translate": ("bordercourse.translate.command", _("translate the course, for contributors")),
    "lesson": ("bordercourse.authoring.lessons", _("run lessons and save them; lay out a new module")),
}


# What the disk or the rights of a user bring about, and no mistake of ours.
_OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS}


def _help() -> str:
    lines = [_("usage: bordercourse COMMAND ..."), ""]
    lines += [f"  {name:<10} {text}" for name, (_module, text) in _COMMANDS.items()]
    lines += ["", _("bordercourse COMMAND --help tells more of each.")]
    return "\n".join(lines)


def _print_any_letter() -> None:
    """Print a letter that the screen does not know as its code, in the place of stopping half-way."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 it found a failure, 2 it could not start."""
    _print_any_letter()
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in ("-h", "--help", "help"):
        print(_help())
        return 0 if given else 2
    if given[0] in ("-V", "--version"):
        print(f"bordercourse {__version__}")
        return 0
    if given[0] not in _COMMANDS:
        print(_("bordercourse: there is no command {name}.").format(name=repr(given[0])), file=sys.stderr)
        print(_help(), file=sys.stderr)
        return 2
    try:
        status = int(import_module(_COMMANDS[given[0]][0]).main(given[1:]))
        sys.stdout.flush()  # here, where a reader that is gone is no traceback
        return status
    except CourseError as error:
        print(f"bordercourse {given[0]}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read what is printed, such as `head`, has seen enough
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # else Python tries once more at its end
        return 141  # as a program that the system ends for this
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            raise
        problem, do = why_not_written(error)
        place = f"{error.filename}: " if error.filename else ""
        print(f"bordercourse {given[0]}: {place}{problem} {do}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(_("\nStopped. What was saved stays saved."), file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
