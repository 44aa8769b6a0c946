"""The yellow card: the international certificate of vaccination on paper, its fields and its rules.

It has no photograph, no chip and no code. What it yields is a decision table, which says what a paper is
worth and what to do next, never what a person is.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bordercourse.i18n import gettext as _
from bordercourse.i18n import language, mark
from bordercourse.inputs import Anything, Day, checked
from bordercourse.protection.conditions import choices
from bordercourse.protection.decision import DecisionTable
from bordercourse.protection.rules import Decision, Rule

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["judge_yellow_card", "yellow_card_fields", "yellow_card_table"]

_TABLE = Path(__file__).parent / "tables" / "yellow_card.toml"
_FIRST_DAY, _OLD = 10, 10  # days after the vaccination (annex 7); years that a card counted before 2016
#: What a card can yield; the words are translated where they are shown.
EFFECTS = (
    mark("counts"),
    mark("not yet"),
    mark("may be invalid"),
    mark("not in order"),
    mark("cannot say"),
    mark("medical reason"),
    mark("no card"),
)
#: What a card in order shows.
_IN_ORDER = {
    "form": "model",
    "own_card": "yes",
    "clinician_signed": "yes",
    "gap_or_change": "no",
    "holder_signed": "own hand",
    "english_or_french": "yes",
    "vaccine": "approved",
    "medical_reason": "no",
}


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


def yellow_card_table() -> DecisionTable:
    """Return the decision table: what a card yields, and what to do next.

    Its outcome has ``effect`` (counts, not yet, may be invalid, not in order, cannot say, medical reason, no
    card) and ``next_step``.

    References
    ----------
    WHO, International Health Regulations (2005), annex 6, points 1 to 10, and annex 7 as amended by WHA67.13
    (in force since 11 July 2016). The measures without a card: Government of Canada, travel.gc.ca.

    Examples
    --------
    >>> yellow_card_table().check()
    yellow_card: sound. All 6144 cases are covered.
    """
    return _kept(language())


@cache
def _kept(language: str) -> DecisionTable:
    """Read the table once in each language."""
    return read_yellow_card()


def read_yellow_card() -> DecisionTable:
    """Read the table from its file, in the language that is spoken now."""
    raw = _read()
    return DecisionTable(
        name="yellow_card",
        title=_(raw["title"]),
        hit=raw["hit"],
        source=f"{raw['source']}. {_(raw['note'])}",
        inputs={name: choices(*asked["values"]) for name, asked in raw["inputs"].items()},
        questions={name: _(asked["question"]) for name, asked in raw["inputs"].items()},
        rules=[
            Rule(
                id=rule["id"],
                when=rule["when"],
                then=rule["then"] | {"next_step": _(rule["then"]["next_step"])},
                because=_(rule["because"]),
            )
            for rule in raw["rules"]
        ],
    )


def yellow_card_fields() -> pd.DataFrame:
    """Return what stands on the card: ``field`` and ``filled_by``, one row a field, in the card's order.

    References
    ----------
    WHO, International Health Regulations (2005), annex 6, model certificate.

    Examples
    --------
    >>> len(yellow_card_fields())
    13
    """
    import pandas as pd

    rows = [{name: _(words) for name, words in field.items()} for field in _read()["fields"]]
    return pd.DataFrame(rows)


@checked(on=Day(), vaccinated=Day(), seen=Anything())
def judge_yellow_card(*, on: Any, vaccinated: Any = None, **seen: str) -> Decision:
    """Say what one card yields on one day.

    Parameters
    ----------
    on : date or str
        The day of arrival.
    vaccinated : date or str, optional
        The day of the vaccination; None where the card does not show it.
    **seen
        Inputs of `yellow_card_table` that are not as on a card in order, such as ``clinician_signed="no"``.
        What is not named was looked at, and is in order.

    Returns
    -------
    Decision
        What the card is worth, and the next step. It is no finding about the person.

    Raises
    ------
    InputError
        If the table does not ask what was given, or does not know its value.

    Examples
    --------
    >>> judge_yellow_card(vaccinated="2012-03-01", on="2025-06-02").outcome["effect"]
    'counts'
    >>> judge_yellow_card(vaccinated="2025-05-26", on="2025-06-02").outcome["effect"]
    'not yet'
    """
    return yellow_card_table().decide(days=_since(vaccinated, on), **(_IN_ORDER | seen))


def _since(vaccinated: pd.Timestamp | None, on: pd.Timestamp) -> str:
    """Return which span of the table lies between two days."""
    import pandas as pd

    if vaccinated is None or on < vaccinated:
        return "unreadable"
    if (on - vaccinated).days < _FIRST_DAY:
        return "under 10 days"
    old = on > vaccinated + pd.DateOffset(years=_OLD)
    return "over 10 years" if old else "10 days to 10 years"
