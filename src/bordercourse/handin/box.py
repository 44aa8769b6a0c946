"""The hand-in inside an exercise: a name, a button, and where the file lies."""

from __future__ import annotations

from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from bordercourse.course import quiz
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

__all__ = ["hand_in_box"]


def hand_in_box(module: str, workspace: Path | None = None) -> None:
    """Show a field for the participant's name and a button that makes the hand-in file.

    Shows nothing where nobody can click: a grader's or a batch run.

    Parameters
    ----------
    module : str
        Number and slug of the exercise.
    workspace : path, optional
        The workspace; the one that the notebook runs in where left out.

    See Also
    --------
    bordercourse.handin.hand_in.hand_in : the same from a command line.
    """
    if not quiz.live():
        return
    import ipywidgets as w
    from IPython.display import display

    from bordercourse.desk.places import default_workspace
    from bordercourse.handin.hand_in import remembered_name

    root = workspace or default_workspace()
    known = remembered_name(root)
    # A name that stood in the field would be typed once more behind itself.
    name = w.Text(
        description=_("Your name"),
        placeholder=_("{name} (leave empty to keep it)").format(name=known)
        if known
        else _("as your instructor gave it"),
        layout=w.Layout(width="32em", max_width="98%"),
    )
    button = w.Button(description=_("Make my hand-in file"), button_style="primary")
    button.layout.width = "16em"
    said = w.HTML()

    def press(_button: Any) -> None:
        said.value = f"<div role='status' style='max-width:60em'>{_made(module, name.value, root)}</div>"

    button.on_click(press)
    display(w.VBox([name, button, said]))  # type: ignore[no-untyped-call]


def _made(module: str, name: str, root: Path) -> str:
    """Make the file and return what to tell, as HTML."""
    from bordercourse.course import progress
    from bordercourse.handin.hand_in import hand_in, remember_name, remembered_name

    try:
        before = remembered_name(root)
        participant = remember_name(root, name.strip() or before or "")
        made = hand_in(module, participant, root)
        notebook = root / "exercises" / module / f"{module}.ipynb"
        saved = datetime.fromtimestamp(notebook.stat().st_mtime)
        table = progress(notebook.parent)
    except InputError as error:
        reason = _("Type your name first.") if not name.strip() else str(error)
        return f"<b role='alert'>{escape(reason)}</b>"
    except OSError as error:
        reason = _("The file could not be written ({why}). Tell your instructor.").format(why=error.strerror)
        return f"<b role='alert'>{escape(reason)}</b>"
    lines = [
        _("Your hand-in is ready: {file}").format(file=made.relative_to(root).as_posix()),
        _("It lies in the folder {folder}.").format(folder=made.parent),
        _("It holds your page as it was saved at {time:%H:%M:%S}, for {name}.").format(
            time=saved, name=participant
        ),
        _("Give this one file to your instructor. If you make another one, the newest counts."),
    ]
    missing = ", ".join(quiz.label(question) for question in table.loc[~table["answered"], "question"])
    if missing:
        lines.append(_("Still without an answer: {questions}.").format(questions=missing))
    if before not in (None, participant):
        lines.append(_("Your last file was for {name}. Is the new name right?").format(name=before))
    return "<br>".join([f"<b>{escape(lines[0])}</b>", *map(escape, lines[1:])])
