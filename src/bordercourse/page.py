"""What a notebook page shows: HTML, notes, tables, and whether a person sits before it.

Text is escaped here, once, by markupsafe: plain text goes in as text, `markupsafe.Markup` as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from markupsafe import Markup

__all__ = ["label", "live", "renew_note", "show_html", "show_note", "table"]

_LEFT = Markup(' style="text-align:left;vertical-align:top"')  # a notebook sets figures to the right


def live() -> bool:
    """Tell whether a person can click: a notebook kernel that no grader or batch run has started."""
    if os.environ.get("NBGRADER_EXECUTION") or os.environ.get("BORDERCOURSE_STATIC"):
        return False
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    shell = get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None


def show_html(html: str) -> None:
    """Display HTML in the notebook.

    Parameters
    ----------
    html : str
        Markup whose texts are escaped already.
    """
    from IPython.display import HTML, display

    display(HTML(str(html)))  # type: ignore[no-untyped-call]


def show_note(text: str, name: str = "") -> None:
    """Display a note in grey: something waits, and nothing is wrong.

    Parameters
    ----------
    text : str
        Plain text.
    name : str
        What `renew_note` finds the note by; without one it stays as it is.
    """
    from IPython.display import display

    known = {"display_id": _note_id(name)} if name else {}
    display(_note(text), raw=True, **known)  # type: ignore[no-untyped-call]


def renew_note(text: str, name: str) -> None:
    """Put another text into a note that the page shows; nothing happens where it shows none of this name.

    Parameters
    ----------
    text : str
        Plain text.
    name : str
        As the note was called in `show_note`.
    """
    from IPython.display import update_display

    if live():
        update_display(_note(text), raw=True, display_id=_note_id(name))  # type: ignore[no-untyped-call]


def _note_id(name: str) -> str:
    return f"bordercourse-note-{name}"


def _note(text: str) -> dict[str, str]:
    html = Markup(
        '<div role="status" style="max-width:60em;padding:.4em .8em;border-left:4px solid #8A8A8A;'
        'background:#F2F2F2;color:#333">{}</div>'
    ).format(text)
    return {"text/plain": text, "text/html": str(html)}


def label(question: str) -> str:
    """Return what a page calls a question.

    Examples
    --------
    >>> label("a1-registration")
    'A1'
    """
    return question.split("-")[0].upper()


def table(heads: Sequence[object], rows: Iterable[Sequence[object]], *, named_rows: bool = False) -> Markup:
    """Return a table as HTML.

    Parameters
    ----------
    heads : sequence
        The heads of the columns; no line of heads where empty.
    rows : iterable of sequences
        The cells of each row: text, numbers, or `markupsafe.Markup` for what is HTML already.
    named_rows : bool
        Whether the first cell of a row names it: it is read aloud with each cell of the row.

    Examples
    --------
    >>> print(table([], [["Ana & Co"]]))
    <table><tbody><tr><td style="text-align:left;vertical-align:top">Ana &amp; Co</td></tr></tbody></table>
    """
    head = Markup("").join(Markup('<th scope="col"{}>{}</th>').format(_LEFT, text) for text in heads)
    body = Markup("").join(Markup("<tr>{}</tr>").format(_cells(row, named_rows)) for row in rows)
    heading = Markup("<thead><tr>{}</tr></thead>").format(head) if heads else Markup("")
    return Markup("<table>{}<tbody>{}</tbody></table>").format(heading, body)


def _cells(row: Sequence[object], named: bool) -> Markup:
    cells = [Markup("<td{}>{}</td>").format(_LEFT, cell) for cell in row]
    if named and cells:
        cells[0] = Markup('<th scope="row"{}>{}</th>').format(_LEFT, row[0])
    return Markup("").join(cells)
