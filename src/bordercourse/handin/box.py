"""The hand-in inside an exercise: a name, a button, and where the file lies."""

from __future__ import annotations

import os
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from bordercourse import page
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

__all__ = ["hand_in_box"]


def hand_in_box(module: str, workspace: Path | None = None) -> None:
    """Show a field for the participant's name and a button that makes the hand-in file.

    The name is typed for every file: on a shared computer the last one is somebody else's. Shows
    nothing where nobody can click: a grader's or a batch run.

    Parameters
    ----------
    module : str
        Number and slug of the exercise.
    workspace : path, optional
        The workspace; the one that the notebook runs in where left out.

    See Also
    --------
    bordercourse.handin.hand_in : the same from a command line.
    """
    if not page.live():
        return
    import ipywidgets as w
    from IPython.display import display

    from bordercourse.desk.places import default_workspace

    root = workspace or default_workspace()
    name = w.Text(
        description=_("Your name"),
        placeholder=_("as your instructor gave it"),
        layout=w.Layout(width="32em", max_width="98%"),
    )
    button = w.Button(description=_("Make my hand-in file"), button_style="primary")
    button.layout.min_width, button.layout.width = "16em", "max-content"  # read whole in every language
    answer = w.HTML()

    def press(_button: Any) -> None:
        ready, text = _make(module, name.value, root)
        if ready:
            name.value = ""  # who sits down next must not hand in under it
        answer.value = f"<div role='status' style='max-width:60em'>{text}</div>"

    button.on_click(press)
    display(w.VBox([name, button, answer]))  # type: ignore[no-untyped-call]


def _make(module: str, name: str, root: Path) -> tuple[bool, str]:
    """Make the file; return whether it is there, and what to say, as HTML."""
    from bordercourse.handin.hand_in import last_name, remember_name
    from bordercourse.handin.identifiers import full_name
    from bordercourse.handin.packing import deliver, pack

    if not full_name(name):
        return False, _alert(_("Type your name first."))
    try:
        packed = pack(module, name, root, page=_open_page())
        before = last_name(root)
        path = deliver(packed.parcel, root)
    except InputError as error:
        return False, _alert(str(error))
    remember_name(root, name)
    participant = packed.parcel.participant
    lines = [
        _("Your hand-in is ready: {file}").format(file=path.relative_to(root).as_posix()),
        _("It lies in the folder {folder}.").format(folder=path.parent),
        *_saved(packed.page, participant),
        *packed.notes,
        _("Give this one file to your instructor. If you make another one, the newest counts."),
        *_still_open(packed.parcel.files, module),
    ]
    if before is not None and before != packed.parcel.name:
        lines.append(_("Your last file was for {name}. Is the new name right?").format(name=before))
    return True, "<br>".join([f"<b>{escape(lines[0])}</b>", *map(escape, lines[1:])])


def _alert(text: str) -> str:
    return f"<b role='alert'>{escape(text)}</b>"


def _open_page() -> Path | None:
    """Return the notebook that this kernel belongs to, as Jupyter's server names it."""
    named = os.environ.get("JPY_SESSION_NAME", "")
    return Path(named) if named and Path(named).is_file() else None


def _saved(notebook: Path, participant: str) -> list[str]:
    try:
        time = datetime.fromtimestamp(notebook.stat().st_mtime)
    except (OSError, OverflowError, ValueError):  # a file from a computer with a wrong clock
        return [_("It is for {name}.").format(name=participant)]
    text = _("It holds your page as it was saved at {time:%H:%M:%S}, for {name}.")
    return [text.format(time=time, name=participant)]


def _still_open(files: Any, module: str) -> list[str]:
    from bordercourse.course.answers import FILE_NAME, read_sheet
    from bordercourse.course.notebooks import read_notebook
    from bordercourse.course.progress import questions

    cells = read_notebook(files[f"{module}.ipynb"])
    answers = read_sheet(files[FILE_NAME], module) if FILE_NAME in files else {}
    missing = [page.label(name) for name, _points, answered in questions(cells, answers) if not answered]
    if not missing:
        return []
    return [_("Still without an answer: {questions}.").format(questions=", ".join(missing))]
