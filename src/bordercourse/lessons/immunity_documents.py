"""Module 09: the yellow card, health codes with their four answers, and what each way of showing tells."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from bordercourse import page, plotting
from bordercourse.documents import judge_yellow_card, validity_rules, verify_document, yellow_card_fields
from bordercourse.documents import practice_health as practice
from bordercourse.documents.verdicts import NO, YES
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.widgets.explorer import Menu, explore

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from bordercourse.documents import TrustList, Verdict

__all__ = [
    "draw_ways",
    "show_blocked",
    "show_card",
    "show_cards",
    "show_codes",
    "show_disputed_days",
    "show_doses",
    "ways_explorer",
]

#: What stands on the card of the story, field by field.
_ENTRIES = (
    mark("HANA SOL"),
    mark("14 May 1979"),
    mark("female"),
    mark("Utopia"),
    mark("UT 204 771"),
    mark("(signed)"),
    mark("yellow fever"),
    mark("yellow fever vaccine"),
    mark("3 March 2009"),
    mark("(signed), doctor"),
    mark("B7?4 (not readable)"),
    mark("13 March 2009 to 12 March 2019"),
    mark("(stamp)"),
)


def show_card() -> None:
    """Show the yellow card of the story: its thirteen fields, and no photograph, chip or code."""
    from matplotlib.patches import FancyBboxPatch

    fields = list(zip(yellow_card_fields()["field"], _ENTRIES, strict=True))
    ax = plotting.axes(width=8.2, height=4.3)
    box = FancyBboxPatch(
        (0.2, 0.2), 15.6, len(fields) + 0.5, boxstyle="round,pad=0.15", facecolor="#F7DC8A", edgecolor="black"
    )
    ax.add_patch(box)
    for row, (field, entry) in enumerate(fields):
        y = len(fields) - row
        ax.text(0.5, y, field, va="center", fontsize=10)
        ax.text(9.3, y, _(entry), va="center", fontsize=11, fontweight="bold")
    ax.set(xlim=(0, 16), ylim=(0, len(fields) + 1))
    ax.set_axis_off()
    plotting.label(ax, title=_("A yellow card: thirteen fields, no photograph, no chip, no code"))
    words = "; ".join(f"{field}: {_(entry)}" for field, entry in fields)
    plotting.show(ax, alt=_("The invented card of Hana Sol. {words}.").format(words=words))


def show_doses(doses: pd.DataFrame) -> None:
    """Show the table ``vaccine_doses_by_income``: bars, each with its group and its day."""
    names = [f"{group}, {day:%-d %B %Y}" for group, day in zip(doses["group"], doses["day"], strict=True)]
    colours = ["vermilion" if group == "low income" else "sky" for group in doses["group"]]
    ax = plotting.axes(width=8.2, height=4.4)
    bars = ax.barh(names, doses["percent"], color=[plotting.COLOURS[each] for each in colours])
    ax.bar_label(bars, labels=list(doses["wording"]), padding=4)
    ax.invert_yaxis()
    ax.set_xlim(0, 100)
    plotting.label(
        ax,
        title=_(
            "One COVID-19 dose or more: 3 of 100 people in October 2021 where income was low, "
            "70 where it was high"
        ),
        x=_("people with at least one dose, percent (orange: low income)"),
    )
    words = "; ".join(f"{name}: {value}" for name, value in zip(names, doses["wording"], strict=True))
    plotting.show(ax, alt=_("People with at least one dose, percent. {words}.").format(words=words))


_UNSIGNED, _MARK = {"clinician_signed": "no"}, {"holder_signed": "mark"}
_LETTER = {"form": "none", "medical_reason": "yes"}
#: Cards of the table: what is seen, the rule that decides, the vaccination, and what is not in order.
_CARDS: tuple[tuple[str, str, str | None, dict[str, str]], ...] = (
    (mark("vaccinated on 23 May 2025"), mark("annex 7: tenth day"), "2025-05-23", {}),
    (mark("vaccinated on 24 May 2025"), mark("annex 7: ninth day"), "2025-05-24", {}),
    (mark("vaccinated in 2009, 'until 2019'"), mark("annex 7: for life"), "2009-03-03", {}),
    (
        mark("a mark for the signature, noted whose"),
        mark("annex 6, point 8"),
        "2020-01-15",
        {"holder_signed": "mark"},
    ),
    (mark("the batch number erased"), mark("annex 6, point 6"), "2020-01-15", {"gap_or_change": "yes"}),
    (mark("a stamp, no signature of a clinician"), mark("annex 6, point 4"), "2020-01-15", _UNSIGNED),
    (mark("a child on the mother's card"), mark("annex 6, point 7"), "2020-01-15", {"own_card": "no"}),
    (mark("no card; a doctor's letter"), mark("annex 6, point 9"), None, _LETTER),
)


def show_cards() -> None:
    """Show what eight cards yield on 2 June 2025, and by which point of the Regulations."""
    rows = []
    for words, point, vaccinated, seen in _CARDS:
        decision = judge_yellow_card(on=practice.TODAY, vaccinated=vaccinated, **seen)
        rows.append([_(words), _(decision.outcome["effect"]), _(point)])
    page.show_html(page.table([_("The card shows"), _("It yields"), _("Rule")], rows, named_rows=True))


#: Codes of the table: what was done to it, its specimen, and the day on which it is scanned.
_CODES = (
    (mark("EU code, as issued"), "as issued", practice.TODAY),
    (mark("the same, in December"), "as issued", "2025-12-02"),
    (mark("one letter of the name changed"), "altered", practice.TODAY),
    (mark("signed with another key"), "wrong key", practice.TODAY),
    (mark("signer not on our list"), "unknown issuer", practice.TODAY),
    (mark("our list of revoked codes is old"), "as issued", "2025-06-30"),
    (mark("SMART card, issuer unknown"), "card of an unknown issuer", practice.TODAY),
    (mark("EU code of a person who does not exist"), "false person", practice.TODAY),
)
_SIGNS = {YES: "✓", NO: "✗"}


def show_codes() -> None:
    """Show the four answers of the scanner on eight codes."""
    trust, texts = practice.trust_list(), practice.specimens()
    rows = []
    for words, specimen, on in _CODES:
        scan = verify_document(texts[specimen], trust=trust, on=on)
        rows.append([_(words), *map(_in_short, scan.verdicts)])
    heads = [_("Code"), _("Form"), _("Unchanged?"), _("Issuer?"), _("Legal effect")]
    page.show_html(page.table(heads, rows, named_rows=True))


def _in_short(verdict: Verdict) -> str:
    if verdict.code == "not_checked":
        return "–"
    sign = _SIGNS.get(verdict.answer, "?")
    return sign if verdict.answer == YES else f"{sign} {_(verdict.word)}"


def show_blocked() -> None:
    """Show for how many of six people a code still counts: as it was, signer blocked, one number revoked."""
    lists = (
        (_("Nothing is done"), practice.trust_list()),
        (_("The signer is taken off the list"), practice.trust_list(signer_listed=False)),
        (_("One number is revoked"), practice.trust_list(false_number_revoked=True)),
    )
    rows = [[words, *accepted(trust)] for words, trust in lists]
    heads = [_("What is done"), _("5 honest codes: stand"), _("1 false code: stands")]
    page.show_html(page.table(heads, rows, named_rows=True))


def accepted(trust: TrustList) -> tuple[int, int]:
    """Return how many codes of honest people and of the false person no answer speaks against."""
    counts = {True: 0, False: 0}
    for name, text in practice.holders().items():
        scan = verify_document(text, trust=trust, on=practice.TODAY)
        stands = all(v.answer == YES for v in scan.verdicts[:3]) and scan.legal_effect.answer != NO
        counts[name == practice.FALSE_PERSON] += stands
    return counts[False], counts[True]


#: Days of the table: the rule, how many days it turns on, the dose, and the moment in UTC.
_DAYS = (
    ("VR-AT-0005", "2022-01-01", "2022-09-28T00:00:00"),
    ("VR-AT-0005", "2022-01-01", "2022-09-28T00:00:01"),
    ("VR-ES-0003", "2021-07-01", "2021-07-15T00:00:00"),
    ("VR-ES-0003", "2021-07-01", "2021-07-15T12:00:00"),
)
_WORDS = {
    "VR-AT-0005": (mark("less than 270 days"), lambda days: days < 270),
    "VR-ES-0003": (mark("more than 14 days"), lambda days: days > 14),
}


def show_disputed_days() -> None:
    """Show two rules on the day on which they turn: by their words, and as they were published."""
    rows = []
    for rule, dose, written in _DAYS:
        at = datetime.fromisoformat(f"{written}+00:00")
        days = (at.date() - datetime.fromisoformat(dose).date()).days
        words, holds = _WORDS[rule]
        judged = validity_rules()[rule].judge({"v": [{"dn": 2, "sd": 2, "dt": dose}]}, on=at)
        asked = _("yes") if holds(days) else _("no")
        ran = _("yes") if judged.answer == "accepts" else _("no")
        rows.append([_(words), days, f"{at:%H:%M:%S}", asked, ran])
    heads = [_("Words of the rule"), _("Days"), _("Clock"), _("By its words"), _("As it was run")]
    page.show_html(page.table(heads, rows))


# --- one vaccination, shown four ways ---------------------------------------------------------------

_FACTS = {
    "name": mark("name"),
    "born": mark("date of birth"),
    "disease": mark("disease"),
    "day": mark("day of the vaccination"),
    "issuer": mark("the office that says so"),
    "doses": mark("number of doses"),
    "product": mark("product"),
    "batch": mark("batch number"),
    "number": mark("number of the certificate"),
    "clinician": mark("clinician's own signature"),
    "signature": mark("person's own signature"),
    "sex": mark("sex"),
    "nationality": mark("nationality"),
    "paper": mark("number of an identity paper"),
}
_WHO = {"name", "born", "issuer", "disease", "day"}
QUESTIONS = {
    mark("Was this person vaccinated, and when?"): _WHO,
    mark("Is the series of doses complete?"): _WHO | {"doses"},
    mark("Is this yellow card in order?"): _WHO | {"product", "batch", "clinician", "signature"},
}
# What the model of the card has no field for is left out; the parts of an EU certificate, as facts.
_CARD = _FACTS.keys() - {"doses", "number"}
_EU = {"fn": "name", "dob": "born", "tg": "disease", "mp": "product", "dt": "day", "dn": "doses"} | {
    "office": "issuer",
    "ci": "number",
}


def ways(needed: set[str]) -> dict[str, set[str]]:
    """Return what a desk learns of one vaccination in each of four ways, from the specimens themselves."""
    scan = verify_document(practice.health_code(), trust=practice.trust_list(), on=practice.TODAY)
    entries = [entry["resource"] for entry in practice.RECORD["entry"]]
    held: set[str] = set().union(*entries)
    smart = {"name": "name", "birthDate": "born", "occurrenceDateTime": "day", "vaccineCode": "product"}
    card = {fact for part, fact in smart.items() if part in held} | {"issuer"}
    return {
        _("yellow card"): set(_CARD),
        _("EU code"): {fact for part, fact in _EU.items() if part in scan.stated},
        _("SMART card"): card | ({"disease"} if "product" in card else set()),  # the product names it
        _("shown in part"): set(practice.shown_in_part(sorted(needed))),
    }


def draw_ways(needed: set[str]) -> tuple[Axes, str]:
    """Return the picture and the sentence of one vaccination that is shown four ways.

    Parameters
    ----------
    needed : set of str
        The facts that the desk needs for its question.
    """
    from matplotlib.patches import Rectangle

    shown = ways(needed)
    facts = sorted(_FACTS, key=lambda fact: (fact not in needed, list(_FACTS).index(fact)))
    ax = plotting.axes(width=8.2, height=4.7)
    looks = {(True, True): ("blue", "✓"), (False, True): ("orange", "+"), (True, False): ("vermilion", "✗")}
    for column, learns in enumerate(shown.values()):
        for row, fact in enumerate(facts):
            colour, sign = looks.get((fact in needed, fact in learns), ("grey", ""))
            alpha = 0.45 if sign else 0.08
            ax.add_patch(
                Rectangle((column, row), 1, 1, facecolor=plotting.COLOURS[colour], alpha=alpha, edgecolor="w")
            )
            ax.text(column + 0.5, row + 0.5, sign, ha="center", va="center", fontweight="bold")
    ax.set(xlim=(0, len(shown)), ylim=(len(facts), 0))
    ax.set_xticks([i + 0.5 for i in range(len(shown))], list(shown), fontweight="bold")
    ax.set_yticks([i + 0.5 for i in range(len(facts))], [_(_FACTS[fact]) for fact in facts])
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    plotting.label(ax, title=_("✓ needed   + shown, not needed   ✗ lacking"))
    return ax, _ways_in_words(shown, needed)


def _ways_in_words(shown: dict[str, set[str]], needed: set[str]) -> str:
    parts = []
    for way, learns in shown.items():
        lacking = ", ".join(_(_FACTS[fact]) for fact in _FACTS if fact in needed - learns)
        words = _("{way} {n} ({more} not needed)").format(way=way, n=len(learns), more=len(learns - needed))
        parts.append(words + (_(" without {lacking}").format(lacking=lacking) if lacking else ""))
    return _("The desk needs {n} facts. Shown: {parts}.").format(n=len(needed), parts="; ".join(parts))


def ways_explorer() -> None:
    """Choose what the desk asks; see what each of four ways tells it, and what it lacks."""
    options: dict[str, Any] = {_(question): needed for question, needed in QUESTIONS.items()}
    explore(draw_ways, needed=Menu(_("The desk asks"), options, next(iter(options))))
