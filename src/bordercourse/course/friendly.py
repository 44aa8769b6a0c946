"""Errors in a participant's own cell, shown as one short paragraph in place of a traceback."""

from __future__ import annotations

import traceback
from typing import Any

from bordercourse.i18n import gettext as _

__all__ = ["explain", "install"]


def _tip(error: BaseException, line: str) -> str:
    if "..." in line or "ellipsis" in str(error).lower():
        return _("A blank is still empty: type your answer in place of the three dots.")
    if isinstance(error, NameError):
        return _("Run the cells above first, from the top: menu Run, Run All Above Selected Cell.")
    if isinstance(error, KeyError):
        return _("Check the spelling of the name between the quotation marks; capital letters count.")
    if isinstance(error, ZeroDivisionError):
        return _("A number below the line is zero: check the values you divide by.")
    if isinstance(error, FileNotFoundError):
        return _("Open the notebook from its own folder, and keep its name.")
    return _("Check the line you changed, or ask your neighbour to read it aloud.")


def explain(error: BaseException) -> list[str]:
    """Return the lines to show for `error`: what happened, where in the cell, what to try.

    Examples
    --------
    >>> explain(NameError("name 'district' is not defined"))[0]
    "This cell stopped: NameError, name 'district' is not defined."
    """
    said = str(error).strip().rstrip(".")
    lines = [_("This cell stopped: {kind}, {said}.").format(kind=type(error).__name__, said=said)]
    # The participant's own line: the last frame that ran from a cell, not from a library.
    frames = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if "ipykernel_" in f.filename or f.filename.startswith("<ipython-input")
    ]
    line = (frames[-1].line or "") if frames else ""
    if line:
        lines.append(_("Line {n}: {line}").format(n=frames[-1].lineno, line=line))
    lines.append(_("What to do: {tip}").format(tip=_tip(error, line)))
    return lines


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
        return lines

    shell.set_custom_exc((Exception,), short)
