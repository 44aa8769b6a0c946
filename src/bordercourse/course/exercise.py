"""One exercise: what the cells of a participant's notebook call.

``choice``, ``choices`` and ``casebook`` show questions; ``check_*`` are the visible checks;
``mark_*`` stand in hidden tests only, print the message and return the score.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bordercourse import page
from bordercourse.course import casebook as _casebook
from bordercourse.course import checks, friendly, marks, quiz
from bordercourse.course.answers import AnswerSheet
from bordercourse.course.checks import AnswerError, UnansweredError
from bordercourse.course.form import AskedNumber, Blank, blanks_in
from bordercourse.course.notebooks import read_notebook
from bordercourse.course.progress import questions
from bordercourse.files import DamagedError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    import pandas as pd

    from bordercourse.course.casebook import Case
    from bordercourse.course.marks import Slip

__all__ = ["Exercise"]


class Exercise:
    """The exercise of one module, in the folder where its notebook lies.

    Parameters
    ----------
    module : str
        AskedNumber and slug, such as ``"00-welcome"``: the name of the notebook without ``.ipynb``.
    folder : path, default the working folder
        Where the notebook and ``answers.json`` lie.

    Notes
    -----
    The points of a question stand once, in the notebook's nbgrader metadata, and are read from there.
    """

    def __init__(self, module: str, folder: str | os.PathLike[str] = ".") -> None:
        self.module = module
        self.folder = Path(folder)
        self.sheet = AnswerSheet(module, folder)
        self._points: dict[str, float] | None = None
        self._cases: dict[str, list[str]] = {}
        friendly.install(self._blanks())
        if page.live():
            done = len(self.sheet.read())
            page.show_note(_("Ready. Questions with a saved click: {done}.").format(done=done))

    def __repr__(self) -> str:
        return _("Exercise {module}").format(module=self.module)

    # -- points ---------------------------------------------------------------------------

    def points(self, question: str) -> float:
        """Return the points of a question, as the notebook's metadata states them."""
        if self._points is None:
            self._points = self._read_points()
        try:
            return self._points[question]
        except KeyError:
            raise AnswerError(
                _("This notebook has no question {question}. Get a fresh copy from your instructor.").format(
                    question=question
                )
            ) from None

    def _cells(self) -> list[dict[str, Any]]:
        return read_notebook((self.folder / f"{self.module}.ipynb").read_bytes())

    def _read_points(self) -> dict[str, float]:
        try:
            cells = self._cells()
        except (OSError, DamagedError):
            raise AnswerError(
                _(
                    "I cannot find {name} in this folder. Keep the notebook's name, "
                    "and open it from its own folder."
                ).format(name=f"{self.module}.ipynb")
            ) from None
        return {name: points for name, points, _answered in questions(cells, {})}

    def _blanks(self) -> dict[str, Blank]:
        """Read what each blank asks for; nothing where the notebook was renamed: then advice is general."""
        try:
            return blanks_in(cell["source"] for cell in self._cells() if cell["cell_type"] == "code")
        except (OSError, DamagedError):
            return {}

    def _points_or_none(self, question: str) -> float | None:
        # A question is worth showing even where the notebook was renamed.
        try:
            return self.points(question)
        except AnswerError:
            return None

    # -- questions that are clicked ----------------------------------------------------------

    def choice(self, question: str, text: str, options: Mapping[str, str]) -> None:
        """Show a question with one answer."""
        quiz.ask(self.sheet, question, text, options, self._points_or_none(question), several=False)

    def choices(self, question: str, text: str, options: Mapping[str, str]) -> None:
        """Show a question where several answers may be ticked."""
        quiz.ask(self.sheet, question, text, options, self._points_or_none(question), several=True)

    def casebook(
        self,
        question: str,
        cases: Mapping[str, str],
        decisions: Mapping[str, str],
        reasons: Mapping[str, str],
    ) -> None:
        """Show cases, each with a decision and a reason to pick."""
        self._cases[question] = list(cases)
        quiz.ask_cases(self.sheet, question, cases, decisions, reasons, self._points_or_none(question))

    # -- visible checks ----------------------------------------------------------------------

    def _passed(self, question: str, detail: str = "") -> None:
        worth = quiz.points_text(self._points_or_none(question))
        head = f"{page.label(question)} ({worth})" if worth else page.label(question)
        print(f"{head}: {_('Visible checks passed.')} {detail}".rstrip())

    def _answered(self, question: str) -> Any:
        answer = self.sheet[question]
        if answer in (None, "", [], {}):
            raise UnansweredError(
                _("{question} is not answered yet. Click your answer above.").format(
                    question=page.label(question)
                ),
                question,
            )
        return answer

    def check_choice(self, question: str) -> None:
        """Check that one answer is stored."""
        answer = self._answered(question)
        if not isinstance(answer, str):
            raise AnswerError(
                _("{question} needs one answer. Click it again above.").format(question=page.label(question))
            )
        self._passed(question, _("Your answer is saved."))

    def check_choices(self, question: str) -> None:
        """Check that at least one box is ticked."""
        answer = self._answered(question)
        if not isinstance(answer, list) or not all(isinstance(a, str) for a in answer):
            raise AnswerError(
                _("{question} needs ticked boxes. Click them again above.").format(
                    question=page.label(question)
                )
            )
        self._passed(question, _("Your answers are saved."))

    def check_casebook(self, question: str) -> None:
        """Check that at least one case is decided, and say how many are."""
        answer = self._answered(question)
        if not isinstance(answer, dict):
            raise AnswerError(
                _("{question} needs decisions. Choose them again above.").format(
                    question=page.label(question)
                )
            )
        done = [
            name
            for name, given in answer.items()
            if isinstance(given, dict) and given.get("decision") and given.get("reason")
        ]
        if not done:
            raise UnansweredError(
                _("{question}: no case has both a decision and a reason yet.").format(
                    question=page.label(question)
                ),
                question,
            )
        detail = _("Cases with a decision and a reason: {done}.").format(done=len(done))
        still_open = [name for name in self._cases.get(question, []) if name not in done]
        if still_open:
            detail += " " + _("Still open: {cases}.").format(cases=", ".join(still_open))
        self._passed(question, detail)

    def check_number(
        self,
        question: str,
        value: Any,
        *,
        name: str,
        low: float | None = None,
        high: float | None = None,
        unit: str = "",
        kind: str = "number",
    ) -> None:
        """Check that `value` is a number of a `kind` (see `form.AskedNumber`) between `low` and `high`."""
        number = checks.check_number(value, name, AskedNumber(kind, low, high, unit))
        self._passed(question, f"{name} = {number:.10g}{f' {unit}' if unit else ''}.")

    def check_text(
        self, question: str, value: Any, *, name: str, options: Iterable[str] | None = None
    ) -> None:
        """Check that `value` is text, one of `options` where given."""
        self._passed(question, f"{name} = {checks.check_text(value, name, options=options)!r}.")

    def check_list(
        self,
        question: str,
        value: Any,
        *,
        name: str,
        length: int | None = None,
        options: Iterable[str] | None = None,
    ) -> None:
        """Check that `value` is a list, of `length` and of entries among `options` where given."""
        items = checks.check_list(value, name, length=length, options=options)
        self._passed(question, f"{name}: {', '.join(map(str, items))}.")

    def check_mapping(
        self,
        question: str,
        value: Any,
        *,
        name: str,
        keys: Iterable[str],
        numbers: bool | Mapping[str, Mapping[str, Any]] = False,
        options: Mapping[str, Iterable[str]] | None = None,
        low: float | None = None,
        high: float | None = None,
        unit: str = "",
        kind: str = "number",
    ) -> None:
        """Check that `value` names exactly `keys`.

        Parameters
        ----------
        question, value, name
            As in the other checks.
        keys : iterable of str
            The names that it must have.
        numbers : bool or mapping, optional
            True where each value is a number of the one form that `low`, `high`, `unit` and `kind`
            state; or that form for each key: ``{"day": {"kind": "count", "low": 1, "high": 31}}``.
        options : mapping of str to texts, optional
            The texts that the value of a key may be.
        """
        given = checks.check_mapping(value, name, keys=keys)
        for key, listed in (options or {}).items():
            given[key] = checks.check_text(given[key], f"{name}[{key!r}]", options=listed)
        if numbers is True:
            numbers = {key: {"kind": kind, "low": low, "high": high, "unit": unit} for key in given}
        for key, form in (numbers or {}).items():
            checks.check_number(given[key], f"{name}[{key!r}]", AskedNumber(**form))
        self._passed(question, f"{name}: {', '.join(f'{key} {entry}' for key, entry in given.items())}.")

    def check_table(
        self, question: str, value: Any, *, name: str, columns: Iterable[str], rows: int | None = None
    ) -> None:
        """Check that `value` is a table with `columns`, and `rows` rows where given."""
        self._passed(question, f"{name}: {len(checks.check_table(value, name, columns=columns, rows=rows))}.")

    # -- marks, called from hidden tests -------------------------------------------------------

    def mark(self, question: str, share: float, message: str) -> float:
        """Print the message and return the score: `share` of the question's points.

        The score is rounded to two decimals and never above the points: nbgrader discards a
        submission whose partial credit exceeds them by rounding.
        """
        points = self.points(question)
        score = min(points, max(0.0, round(float(share) * points, 2)))
        print(
            _("{question}: {score:g} of {points}. {message}").format(
                question=page.label(question), score=score, points=quiz.points_text(points), message=message
            )
        )
        return score

    def mark_choice(self, question: str, key: str, hints: Mapping[str, str] | None = None) -> float:
        """Mark one choice; see `marks.mark_choice`."""
        return self.mark(question, *marks.mark_choice(self.sheet[question], key, hints))

    def mark_choices(
        self, question: str, key: Sequence[str], hints: Mapping[str, str] | None = None
    ) -> float:
        """Mark ticked boxes; see `marks.mark_choices`."""
        return self.mark(question, *marks.mark_choices(self.sheet[question] or [], key, hints))

    def mark_casebook(self, question: str, key: Mapping[str, Case], reviewer: str = "") -> float:
        """Mark a casebook; see `casebook.mark_casebook`."""
        answers = self.sheet[question]
        answers = answers if isinstance(answers, Mapping) else {}
        return self.mark(question, *_casebook.mark_casebook(answers, key, reviewer))

    def mark_number(
        self,
        question: str,
        value: Any,
        *,
        key: float,
        tolerance: float,
        slips: Iterable[Slip] = (),
        why: str = "",
    ) -> float:
        """Mark a number; see `marks.mark_number`."""
        return self.mark(question, *marks.mark_number(float(value), key, tolerance, slips, why))

    def mark_text(
        self, question: str, value: str, *, key: str, hints: Mapping[str, str] | None = None
    ) -> float:
        """Mark a text that must equal `key`; capital letters do not count."""
        known = {name.casefold(): name for name in (key, *(hints or {}))}
        text = value.strip()
        return self.mark(question, *marks.mark_choice(known.get(text.casefold(), text), key, hints))

    def mark_list(
        self,
        question: str,
        value: Sequence[Any],
        *,
        key: Sequence[Any],
        ordered: bool = False,
        slips: Iterable[Slip] = (),
        why: str = "",
    ) -> float:
        """Mark a list; see `marks.mark_list`."""
        return self.mark(question, *marks.mark_list(list(value), key, ordered=ordered, slips=slips, why=why))

    def mark_mapping(
        self,
        question: str,
        value: Mapping[str, Any],
        *,
        key: Mapping[str, Any],
        tolerance: float = 0.0,
        hints: Mapping[str, str] | None = None,
        why: str = "",
    ) -> float:
        """Mark named answers; see `marks.mark_mapping`."""
        return self.mark(question, *marks.mark_mapping(value, key, tolerance=tolerance, hints=hints, why=why))

    def mark_table(
        self,
        question: str,
        value: pd.DataFrame,
        *,
        key: pd.DataFrame,
        on: str,
        tolerance: float = 0.0,
        why: str = "",
    ) -> float:
        """Mark a table; see `marks.mark_table`."""
        return self.mark(question, *marks.mark_table(value, key, on=on, tolerance=tolerance, why=why))
