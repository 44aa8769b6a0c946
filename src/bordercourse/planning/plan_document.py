"""What a plan's document says, part by part: the page and the file for Word are made of the same parts."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext
from bordercourse.planning.checklist import ANSWERS, CANNOT_SEE, VERDICTS, harm_checklist
from bordercourse.planning.country_plan import FIELDS, CountryPlan, open_points
from bordercourse.planning.evidence import indicator_words, target_of
from bordercourse.planning.rubric import MARKS, RUBRIC

__all__ = ["PlanPart", "checked_rows", "clean", "parts_of", "small_print", "state_of", "title_of"]

_TURNED = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they show a text in another order


@dataclass(frozen=True)
class PlanPart:
    """A part of the document: a heading, a table of two columns, and a note below."""

    heading: str
    heads: tuple[str, str]
    rows: tuple[tuple[str, str], ...]
    note: str = ""
    first: float = 0.31  # share of the width that the first column takes
    room: bool = False  # whether the second column is to be written in by hand


def clean(text: str) -> str:
    """Return only what may stand in a document.

    Control characters and halves of letters stop a program that opens it, and marks that turn the order of
    letters show another text than was written. Each becomes a space; line breaks stay.

    Parameters
    ----------
    text : str
        What somebody typed.
    """
    level = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter if letter == "\n" or not _stops(letter) else " " for letter in level).strip()


def _stops(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return kind in ("Cc", "Cs", "Zl", "Zp") or letter in _TURNED or ord(letter) & 0xFFFE == 0xFFFE


def title_of(plan: CountryPlan) -> str:
    """Return the title of the document."""
    country = " ".join(clean(plan.line("country")).split())
    return _("Action plan: {country}").format(country=country) if country else _("Action plan")


def small_print(plan: CountryPlan) -> str:
    """Return what stands at the foot of each page."""
    return _(
        "A draft from a course, of {day}. It is no official plan of a country, and no publication of IOM or "
        "of the United Nations."
    ).format(day=plan.written)


def state_of(plan: CountryPlan) -> str:
    """Return what a reader must know before the first line: that it is a draft, and what is open in it."""
    n, stops = len(open_points(plan)), sum(word == _(VERDICTS["stop"]) for word, _step in checked_rows(plan))
    words = [_("A draft.")]
    if n:
        words.append(ngettext("{n} point is still open.", "{n} points are still open.", n).format(n=n))
    if stops:
        words.append(
            ngettext(
                "The checklist says stop to {n} point: do not begin before it is settled.",
                "The checklist says stop to {n} points: do not begin before they are settled.",
                stops,
            ).format(n=stops)
        )
    return " ".join(words)


def parts_of(plan: CountryPlan) -> list[PlanPart]:
    """Return the parts of the document, in order."""
    heads = (_("Line"), _("In this plan"))
    parts = [
        PlanPart(_("Problem and evidence"), heads, (*_lines(plan, "problem"), *_evidence(plan))),
        PlanPart(_("What we do"), heads, _lines(plan, "measure", "owner", "cost")),
        PlanPart(
            _("How we shall know"),
            heads,
            (*_lines(plan, "counted", "baseline", "baseline_date", "goal", "goal_date"), *_indicator(plan)),
            _("The indicator of the world says where the plan belongs. What we count says whether it works."),
        ),
        PlanPart(_("People"), heads, _lines(plan, "risk", "safeguard")),
        PlanPart(_("Monday"), heads, _lines(plan, "first_step", "first_step_date")),
        *_checklist(plan),
    ]
    still_open = open_points(plan)
    if still_open:
        rows = tuple((str(n), text) for n, text in enumerate(still_open, start=1))
        said = ngettext("Still open: {n} point", "Still open: {n} points", len(rows)).format(n=len(rows))
        parts.append(PlanPart(said, (_("Number"), _("What is open")), rows, first=0.12))
    return [*parts, _second_reader(), _follow_up(plan)]


def _lines(plan: CountryPlan, *names: str) -> tuple[tuple[str, str], ...]:
    return tuple((_(FIELDS[name].label), clean(plan.line(name))) for name in names)


def _evidence(plan: CountryPlan) -> list[tuple[str, str]]:
    return [
        row
        for one in plan.evidence
        for row in (
            (_("Evidence: {title}").format(title=one.title), one.words),
            (_("Its caution"), one.caution),
            (_("Its source"), one.source),
        )
    ]


def _indicator(plan: CountryPlan) -> list[tuple[str, str]]:
    wording, leaves_out = indicator_words(plan.indicator)
    return [
        (_("Target of the Sustainable Development Goals"), target_of(plan.indicator)),
        (_("Its indicator"), f"{plan.indicator} {wording}".strip()),
        (_("What this indicator leaves out"), leaves_out),
    ]


def checked_rows(plan: CountryPlan) -> list[tuple[str, str]]:
    """Return what the checklist says of a plan: the verdict of each rule that fits, and what to do."""
    if not plan.is_checked:
        n = len(harm_checklist().inputs) - len(plan.checked)
        said = ngettext("{n} question has no answer yet.", "{n} questions have no answer yet.", n)
        return [(_("not whole"), said.format(n=n))]
    found = harm_checklist().decide(**plan.checked)
    return [
        (_(VERDICTS[one["verdict"]]), f"{one['step']} {because}")
        for one, because in zip(found.outcomes, found.because, strict=True)
    ]


def _checklist(plan: CountryPlan) -> list[PlanPart]:
    table = harm_checklist()
    answers = tuple(
        (question, _spoken(plan.checked.get(name, ""))) for name, question in table.questions.items()
    )
    return [
        PlanPart(
            _("Checklist: humane, and fair to every gender"),
            (_("Question"), _("Answer")),
            answers,
            table.source,
            first=0.78,
        ),
        PlanPart(
            _("What the checklist finds"),
            (_("Verdict"), _("What to do, and why")),
            tuple(checked_rows(plan)),
            _(CANNOT_SEE),
            first=0.2,
        ),
    ]


def _spoken(answer: str) -> str:
    """An answer as a reader sees it; one that was not given is said to be open."""
    return _(ANSWERS[answer]) if answer else _("not answered")


def _second_reader() -> PlanPart:
    return PlanPart(
        _("For a second reader"),
        (_("Point"), " / ".join(_(word) for word in MARKS.values())),
        tuple((_(point), "") for point in RUBRIC.values()),
        _("Two readers judge apart, and talk about each point on which they differ."),
        first=0.78,
        room=True,
    )


def _follow_up(plan: CountryPlan) -> PlanPart:
    asks = [
        _("Was the first step made, and on which day? If not, what stopped it?"),
        _("The number of what we count, today, and its source"),
        _("What else changed in these months, and may explain the number?"),
        _("Was anybody harmed, or afraid to come? Women and men apart, without names"),
        _("What did you do otherwise than planned?"),
        _("What did you use from the course, and what was missing?"),
        _("The next step, its owner and its day"),
    ]
    return PlanPart(
        _("After three months, on {day}").format(day=plan.follow_up),
        (_("Question"), _("Answer")),
        tuple((one, "") for one in asks),
        _(
            "Three months is this course's choice: no standard sets it. Write no person's name. The answers "
            "say what you did; they do not show that the course was the cause."
        ),
        first=0.45,
        room=True,
    )
