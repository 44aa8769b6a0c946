"""Errors in a participant's own cell, shown as one short paragraph in place of a traceback.

A mistake is red, in the box where it was made. What only waits (a blank that is still open, a box above
that has not run) is grey: so one mistake makes one red box. Under a grader both stay errors.
"""

from __future__ import annotations

import linecache
import re
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

from bordercourse import page
from bordercourse.course.characters import odd_characters
from bordercourse.course.checks import UnansweredError
from bordercourse.course.form import AskedNumber, Blank
from bordercourse.course.typed import advice
from bordercourse.i18n import gettext as _

__all__ = ["explain", "install", "waiting"]

_CURLY = re.compile("[\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb]")  # what a word processor makes of ' and "
_BARE_WORDS = re.compile(r"[=\[,:]\s*[^\W\d]\w*\s+\w")
_BINDS = re.compile(r"^(\w+)[ \t]*=(?!=)", re.MULTILINE)
_ASSIGNED = re.compile(r"^\s*(\w+)\s*(=.*)$")
_ENTRY = re.compile(r"""(["'])(?P<key>[^"']*)\1\s*:\s*(?P<typed>.*?)\s*(?=,\s*["']|,?\s*}|,?\s*$)""")

_blanks: dict[str, Blank] = {}  # what each name of the open exercise asks for


def _without_comment(line: str) -> str:
    quote = ""
    for n, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "#":
            return line[:n]
    return line


def _name_above(cell: list[str], n: int) -> str:
    """Return the name that the lines of a cell up to the `n`-th were binding."""
    for line in reversed(cell[: n + 1]):
        match = _BINDS.match(line)
        if match:
            return match[1]
    return ""


def _typed_in(line: str, name: str, blanks: Mapping[str, Blank]) -> Iterator[tuple[str, AskedNumber | None]]:
    """Yield what was typed for each blank of a line, and the number that it asks for.

    Where the blank is known to ask for something else, nothing is yielded.
    """
    text = _without_comment(line)
    blank = blanks.get(name)
    if blank is not None and blank.number is None and not blank.entries:
        return
    entries = [(match["key"], match["typed"]) for match in _ENTRY.finditer(text)]
    assigned = _ASSIGNED.match(text)
    if entries:
        for key, typed in entries:
            yield typed, blank.of(key) if blank else None
    elif assigned:
        yield assigned[2].removeprefix("=").strip(), blank.of(None) if blank else None


def _number_tip(line: str, cell: list[str], n: int) -> str:
    """Return the advice on a number in the line that stopped, or else in a line of its cell."""
    rest = [k for k in range(len(cell)) if k != n]
    for k, candidate in [(n, line), *((k, cell[k]) for k in rest)]:
        for typed, asked in _typed_in(candidate, _name_above(cell, k), _blanks):
            if asked is None and not any(char.isdigit() for char in typed):
                continue
            if typed[:1] in ("[", "{") or typed.count('"') > 2 or (typed[:1].isalpha() and asked is None):
                continue
            tip = advice(typed, asked)
            if tip:
                return tip
    return ""


def _shape_tip(line: str) -> str:
    """Return the advice on what stands between a name and its answer, or between two entries."""
    text = _without_comment(line)
    assigned = re.match(r"\s*(\w+)\s*(:?)(=?)", text)
    if assigned and assigned[1] in _blanks and (assigned[2] or not assigned[3]):
        return _("Between {name} and your answer stands one =.").format(name=assigned[1])
    if re.match(r"""\s*(["'])[^"']*\1\s*(=|[^:\s,\])}])""", text):
        return _("Between the name in quotation marks and your answer stands one colon.")
    if re.search(r"""["'\]\d]\s*;""", text):
        return _("Type , in place of ; between two entries.")
    return ""


def _syntax_tip(reason: str, line: str, cell: list[str], n: int) -> str:
    tip = _number_tip(line, cell, n) or _shape_tip(line)
    if tip:
        return tip
    if _CURLY.search(line):
        return _('Type straight quotation marks on the keyboard: "like this". Copied ones may be curly.')
    if "unterminated string" in reason or "EOL" in reason:
        return _('A quotation mark is missing: text stands between two of them, "like this".')
    if "never closed" in reason or "unmatched" in reason or "does not match" in reason:
        return _("A bracket is missing: each opening bracket needs its closing one.")
    odd, _plain = odd_characters(line)
    if odd:
        return " ".join(odd)
    if _BARE_WORDS.search(line):
        return _('Put your words between quotation marks: "like this".')
    if "comma" in reason:
        return _("A comma is missing between two entries, here or in the line before.")
    if "indent" in reason:
        return _("Delete the spaces at the beginning of the line.")
    if "..." in line:
        return _("Your answer stands in place of the three dots: delete them.")
    return _("Compare the line with the box as it was: only the three dots are replaced.")


def _name_tip(name: str, line: str, cell: list[str], n: int) -> str:
    if re.match(rf"\s*{re.escape(name)}\s*==", line):
        return _("Type one = between the name and your answer, not two.")
    blank = _blanks.get(_name_above(cell, n))
    if re.match(rf"\s*{re.escape(name)}\s*:", line):
        return _("Put {name} between quotation marks, as the box had it.").format(name=name)
    answer = re.search(rf"(^|[=\[,:(])\s*{re.escape(name)}\s*([,\])}}#]|$)", line)
    if answer and blank is not None and (blank.number or blank.entries):
        if any(char.isdigit() for char in name):
            return _number_tip(line, cell, n)
        return _("{name} is a word, and a number is asked: type it in figures.").format(name=name)
    if answer:
        return _(
            'If {name} is your answer, put it between quotation marks: "{name}". '
            "If not, run the boxes above first."
        ).format(name=name)
    return _("Run the boxes above first, from the top: menu Run, Run All Above Selected Cell.")


def _tip(error: BaseException, line: str, cell: list[str], n: int) -> str:
    reason = str(error)
    if isinstance(error, SyntaxError):
        return _syntax_tip(reason, line, cell, n)
    if isinstance(error, NameError):
        return _name_tip(_missing_name(error), line, cell, n)
    if isinstance(error, TypeError) and "not callable" in reason:
        return _number_tip(line, cell, n) or _("Check the brackets: a sign is missing before one.")
    if isinstance(error, TypeError) and "'str'" in reason:
        return _("Text stands in a sum: type each number without quotation marks.")
    if isinstance(error, KeyError):
        return _("Check the spelling of the name between the quotation marks; capital letters count.")
    if isinstance(error, ZeroDivisionError):
        return _("A number below the line is zero: check the values you divide by.")
    if isinstance(error, ImportError):
        return _(
            "A part of the course is missing on this computer. It is not your mistake: call your instructor."
        )
    if isinstance(error, FileNotFoundError):
        return _("Open the notebook from its own folder, and keep its name.")
    return _("Check the line you changed, or ask your neighbour to read it aloud.")


def _missing_name(error: NameError) -> str:
    quoted = str(error).split("'")
    return str(error.name or (quoted[1] if len(quoted) > 1 else ""))


def _place(error: BaseException) -> tuple[int | None, str, list[str]]:
    """Return number and text of the participant's own line, and the lines of its cell.

    It is the last line that ran from a cell, not from a library.
    """
    if isinstance(error, SyntaxError):
        cell = linecache.getlines(error.filename or "")
        return error.lineno, (error.text or "").strip("\n"), cell
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if "ipykernel_" in f.filename or f.filename.startswith("<ipython-input")
    ]
    if not frames:
        return None, "", []
    return frames[-1].lineno, frames[-1].line or "", linecache.getlines(frames[-1].filename)


def explain(error: BaseException) -> list[str]:
    """Return the lines to show for `error`: where in the cell, what to try, what the computer said.

    Examples
    --------
    >>> explain(NameError("name 'district' is not defined", name="district"))[0]
    'This box stopped.'
    """
    number, line, cell = _place(error)
    reason = str(error.msg if isinstance(error, SyntaxError) else error).strip().rstrip(".")
    lines = [_("This box stopped.")]
    if line:
        lines.append(_("Line {n}: {line}").format(n=number, line=line.strip()))
    tip = waiting(error) or _tip(error, line, cell or [line], (number or 1) - 1 if cell else 0)
    lines.append(_("What to do: {tip}").format(tip=tip))
    lines.append(_("(The computer says: {kind}, {reason}.)").format(kind=type(error).__name__, reason=reason))
    return lines


def waiting(error: BaseException) -> str:
    """Return what a box waits for, where `error` is no mistake of this box; else nothing.

    Examples
    --------
    >>> waiting(UnansweredError("weeks is still empty."))
    'weeks is still empty.'
    >>> waiting(ZeroDivisionError("division by zero"))
    ''
    """
    if isinstance(error, UnansweredError):
        return str(error)
    _number, line, _cell = _place(error)
    if isinstance(error, TypeError) and "ellipsis" in str(error).lower():
        return _("A blank is still empty: type your answer in place of the three dots.")
    if not isinstance(error, NameError):
        return ""
    name = _missing_name(error)
    if name == "exercise":
        return _("Run the first grey box of this page, then this one.")
    if "exercise." in line:
        return _(
            "{name} has no value yet. In the box above, your line must begin with {name} and one =. "
            "Run that box until it shows no message, then run this one."
        ).format(name=name)
    return ""


def _forget(shell: Any) -> None:
    """Unbind what a stopped cell was to bind: a check below must not pass on an older answer."""
    cell = shell.history_manager.input_hist_raw[-1]
    for name in _BINDS.findall(cell):
        shell.user_ns.pop(name, None)


def install(blanks: Mapping[str, Blank] | None = None) -> None:
    """Show short errors in this notebook; does nothing outside a notebook kernel.

    Parameters
    ----------
    blanks : mapping of str to Blank, optional
        What the names of the exercise ask for, so that the advice fits.
    """
    _blanks.clear()
    _blanks.update(blanks or {})
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is None or getattr(shell, "kernel", None) is None:
        return

    def short(shell: Any, kind: Any, error: Any, tb: Any, tb_offset: Any = None) -> list[str]:
        live = page.live()  # a grader runs every cell once, so there is nothing older to forget
        note = waiting(error)
        own = getattr(error, "_render_traceback_", None)
        lines: list[str] = [note] if note else own() if own is not None else explain(error)
        if note and live:
            page.show_note(note, getattr(error, "question", ""))
        else:
            # Still an error output of the cell: nbgrader and Validate must see that it failed.
            shell._showtraceback(kind, error, lines)
        if live:
            _forget(shell)
        return lines

    shell.set_custom_exc((Exception,), short)
