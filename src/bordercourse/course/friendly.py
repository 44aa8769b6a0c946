"""Errors in a participant's own cell, shown as one short paragraph in place of a traceback."""

from __future__ import annotations

import re
import traceback
from typing import Any

from bordercourse.course import quiz
from bordercourse.i18n import gettext as _

__all__ = ["explain", "install"]

_CURLY = re.compile("[\u2018\u2019\u201c\u201d]")  # what a word processor makes of ' and "
_NUMBER_AND_WORDS = re.compile(r"[=\[,:]\s*[\d.,]+\s*[^\W\d_]")
_COMMA_IN_NUMBER = re.compile(r"\d,\d")
_BARE_WORDS = re.compile(r"[=\[,:]\s*[^\W\d]\w*\s+\w")
_PER_CENT = re.compile(r"\d\s*%")
_BINDS = re.compile(r"^(\w+)[ \t]*=(?!=)", re.MULTILINE)


def _syntax_tip(said: str, line: str) -> str:
    if _CURLY.search(line):
        return _('Type straight quotation marks on the keyboard: "like this". Copied ones may be curly.')
    if "unterminated string" in said or "EOL" in said:
        return _('A quotation mark is missing: text stands between two of them, "like this".')
    if "never closed" in said or "unmatched" in said or "does not match" in said:
        return _("A bracket is missing: each opening bracket needs its closing one.")
    if "leading zeros" in said and not _COMMA_IN_NUMBER.search(line):
        return _("Write the number without a zero in front: 9, not 09.")
    if _PER_CENT.search(line):
        return _("Type the number without the sign %.")
    if _COMMA_IN_NUMBER.search(line):
        return _("Write a number without a comma: 1050; and a decimal with a point: 0.86.")
    if _NUMBER_AND_WORDS.search(line):
        return _("Type the number alone, without words, spaces or signs.")
    if _BARE_WORDS.search(line):
        return _('Put your words between quotation marks: "like this".')
    if "comma" in said:
        return _("A comma is missing between two entries, here or in the line before.")
    if "indent" in said:
        return _("Delete the spaces at the beginning of the line.")
    return _("Compare the line with the box as it was: only the three dots are replaced.")


def _name_tip(name: str, line: str) -> str:
    if name == "exercise":
        return _("Run the first grey box of this page, then this one.")
    if "exercise." in line:
        return _(
            "The box above has not run, or it stopped with a message. "
            "Correct it, run it, then run this box again."
        )
    if re.search(rf"(^|[=\[,:(])\s*{re.escape(name)}\s*([,\])}}#]|$)", line):
        return _(
            'If {name} is your answer, put it between quotation marks: "{name}". '
            "If not, run the boxes above first."
        ).format(name=name)
    return _("Run the boxes above first, from the top: menu Run, Run All Above Selected Cell.")


def _tip(error: BaseException, line: str) -> str:
    said = str(error)
    if "..." in line or "ellipsis" in said.lower():
        return _("A blank is still empty: type your answer in place of the three dots.")
    if isinstance(error, SyntaxError):
        return _syntax_tip(said, line)
    if isinstance(error, NameError):
        return _name_tip(str(error.name or said.split("'")[1] if "'" in said else error.name), line)
    if isinstance(error, KeyError):
        return _("Check the spelling of the name between the quotation marks; capital letters count.")
    if isinstance(error, ZeroDivisionError):
        return _("A number below the line is zero: check the values you divide by.")
    if isinstance(error, FileNotFoundError):
        return _("Open the notebook from its own folder, and keep its name.")
    return _("Check the line you changed, or ask your neighbour to read it aloud.")


def _place(error: BaseException) -> tuple[int | None, str]:
    """Return number and text of the participant's own line: the last that ran from a cell, not a library."""
    if isinstance(error, SyntaxError):
        return error.lineno, (error.text or "").strip()
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if "ipykernel_" in f.filename or f.filename.startswith("<ipython-input")
    ]
    return (frames[-1].lineno, frames[-1].line or "") if frames else (None, "")


def explain(error: BaseException) -> list[str]:
    """Return the lines to show for `error`: where in the cell, what to try, what the computer said.

    Examples
    --------
    >>> explain(NameError("name 'district' is not defined", name="district"))[0]
    'This box stopped.'
    """
    number, line = _place(error)
    said = str(error.msg if isinstance(error, SyntaxError) else error).strip().rstrip(".")
    lines = [_("This box stopped.")]
    if line:
        lines.append(_("Line {n}: {line}").format(n=number, line=line))
    lines.append(_("What to do: {tip}").format(tip=_tip(error, line)))
    lines.append(_("(The computer says: {kind}, {said}.)").format(kind=type(error).__name__, said=said))
    return lines


def _forget(shell: Any) -> None:
    """Unbind what a stopped cell was to bind: a check below must not pass on an older answer."""
    cell = shell.history_manager.input_hist_raw[-1]
    for name in _BINDS.findall(cell):
        shell.user_ns.pop(name, None)


def install() -> None:
    """Show short errors in this notebook; does nothing outside a notebook kernel."""
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is None or getattr(shell, "kernel", None) is None:
        return

    def short(shell: Any, kind: Any, error: Any, tb: Any, tb_offset: Any = None) -> list[str]:
        own = getattr(error, "_render_traceback_", None)
        lines: list[str] = own() if own is not None else explain(error)
        # Still an error output of the cell: nbgrader and Validate must see that it failed.
        shell._showtraceback(kind, error, lines)
        if quiz.live():  # a grader runs every cell once, so there is nothing older to forget
            _forget(shell)
        return lines

    shell.set_custom_exc((Exception,), short)
