"""Screening and referral: tables shipped as data, whose outcome is a route and a next step.

No table says what a person is. None contacts a country of origin about a person who seeks
asylum, may be trafficked, is a child alone or fears that State, until a protection officer
agrees; what is unknown counts as yes. A test walks every case.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import language, mark
from bordercourse.inputs import Anything, Choice, Text, checked
from bordercourse.page import table
from bordercourse.protection.conditions import ChoiceDomain
from bordercourse.protection.decision import DecisionTable
from bordercourse.protection.rules import Decision, Rule
from bordercourse.results import Result

__all__ = ["CONTACT", "ROUTES", "Screening", "screen", "screening_names", "screening_table"]

_FOLDER = Path(__file__).parent / "tables"

#: The doors that a table can open. A country fills in who stands behind each.
ROUTES = {
    "look": mark("look and ask now: care and safety"),
    "health": mark("medical help, food and water"),
    "safety": mark("a safe place and police protection"),
    "child_protection": mark("child protection authority"),
    "best_interests": mark("best-interests procedure for a child"),
    "anti_trafficking": mark("anti-trafficking contact"),
    "asylum": mark("asylum authority or screening office, or UNHCR"),
    "private_talk": mark("a private talk with an interpreter"),
    "statelessness": mark("authority that decides on statelessness, or UNHCR"),
    "birth_registration": mark("civil registrar: birth registration"),
    "documents": mark("legal help with registration and papers"),
    "consular": mark("consular help, if the person asks for it"),
    "information": mark("information and a telephone number"),
    "other_tables": mark("the table for people without papers"),
}

#: What the tables say about contact with the country of origin. The person may always be asked.
CONTACT = {
    "not_until_protection_agrees": mark(
        "do not contact that State or its consulate; wait until a protection officer agrees"
    ),
    "only_with_consent": mark("contact that State only with the person's informed consent"),
    "see_contact_with_origin": mark("the table contact_with_origin decides"),
}


def screening_names() -> list[str]:
    """Return the names of the shipped tables, sorted.

    Examples
    --------
    >>> screening_names()  # doctest: +NORMALIZE_WHITESPACE
    ['children_alone', 'contact_with_origin', 'open_doors', 'people_without_papers',
     'possible_statelessness', 'possible_trafficking']
    """
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


@checked(name=Text())
def screening_table(name: str) -> DecisionTable:
    """Return a shipped table.

    Parameters
    ----------
    name : str
        One of `screening_names()`.

    Raises
    ------
    InputError
        If there is no table of that name.

    Examples
    --------
    >>> screening_table("contact_with_origin").check()
    contact_with_origin: sound. All 162 cases are covered.
    """
    if name not in screening_names():
        raise InputError(
            repr(name), _("no screening table has this name."), _("screening_names() lists them all.")
        )
    return _kept(name, language())


@cache
def _kept(name: str, language: str) -> DecisionTable:
    """Read each table once in each language."""
    return read_table(name)


def read_table(name: str) -> DecisionTable:
    """Read a shipped table in the language that texts are in now.

    Parameters
    ----------
    name : str
        One of `screening_names()`.
    """
    raw: dict[str, Any] = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return DecisionTable(
        name=name,
        title=_(raw["title"]),
        hit=raw["hit"],
        source=f"{raw['source']}. {_(raw['note'])}",
        inputs={key: ChoiceDomain(tuple(spec["values"])) for key, spec in raw["inputs"].items()},
        questions={key: _(spec["question"]) for key, spec in raw["inputs"].items()},
        rules=tuple(
            Rule(
                id=rule["id"],
                when=rule["when"],
                then=rule["then"] | {"next_step": _(rule["then"]["next_step"])},
                because=_(rule["because"]),
            )
            for rule in raw["rules"]
        ),
    )


@dataclass(frozen=True, repr=False)
class Screening(Result):
    """What to do first, which doors are open, and whether anyone may ask the country of origin.

    It is not a finding about the person: it does not say who they are, whether they tell the
    truth, or which status they have.

    Attributes
    ----------
    first : Decision
        Whom to call first, and the next step.
    contact : Decision
        What the table on contact with the country of origin says.
    doors : tuple of str
        All doors that are open, keys of `ROUTES`.
    ask : tuple of str
        Answers that could still change the first call.
    """

    first: Decision
    contact: Decision
    doors: tuple[str, ...]
    ask: tuple[str, ...]

    @property
    def route(self) -> str:
        """The first route, a key of `ROUTES`."""
        return self.first.outcome["route"]

    @property
    def next_step(self) -> str:
        """The first next step, one or more short sentences."""
        return self.first.outcome["next_step"]

    @property
    def may_ask_origin(self) -> str:
        """A key of `CONTACT`: the stricter of the first call and the table contact_with_origin."""
        if "agreed" not in self.contact.rules:
            return self.first.outcome["contact"]
        return self.contact.outcome["contact"]

    def sentence(self) -> str:
        """Return the first route, its step, and whom not to ask, in one line."""
        return _("First: {route}. {step} Country of origin: {contact}.").format(
            route=_(ROUTES[self.route]), step=self.next_step, contact=_(CONTACT[self.may_ask_origin])
        )

    def _repr_html_(self) -> str:
        doors = "".join(f"<li>{escape(_(ROUTES[door]))}</li>" for door in self.doors)
        rows = (
            (_("First"), _(ROUTES[self.route])),
            (_("Next step"), self.next_step),
            (_("Why"), self.first.because[0]),
            (_("Country of origin"), _(CONTACT[self.may_ask_origin])),
            (_("Rule"), ", ".join(self.first.rules)),
        )
        calls = table([], rows, named_rows=True)
        questions = screening_table(self.first.table).questions
        asked = "".join(f"<li>{escape(questions[name])}</li>" for name in self.ask)
        still = f"<p>{_('Answers that could change the first call')}</p><ul>{asked}</ul>" if self.ask else ""
        return f"{calls}<p>{_('All open doors')}</p><ul>{doors}</ul>{still}"


@checked(protection_agrees=Choice("no", "yes"), facts=Anything())
def screen(*, protection_agrees: str = "no", **facts: str) -> Screening:
    """Screen one fictional person: what first, which doors, and whom not to ask.

    Parameters
    ----------
    protection_agrees : {"no", "yes"}
        Whether a protection officer has agreed to contact with the country of origin.
    **facts
        Inputs of the table `people_without_papers`: urgent_care, danger_now, age, company,
        trafficking_signs, seeks_asylum, fears_state, nationality, papers. What is not given
        counts as unknown, `papers` as none. Child protection has confirmed no parent yet.

    Returns
    -------
    Screening
        A route and a next step; never a finding about the person.

    Raises
    ------
    InputError
        If a fact is no input of the table, or has a value outside its list.

    Examples
    --------
    >>> person = screen(urgent_care="no", danger_now="no", age="adult", company="alone",
    ...                 trafficking_signs="no", seeks_asylum="no", fears_state="yes",
    ...                 nationality="known", papers="none")
    >>> person.route, person.may_ask_origin
    ('asylum', 'not_until_protection_agrees')
    >>> person.doors
    ('asylum', 'documents', 'information')
    """
    first = screening_table("people_without_papers")
    full = {name: "none" if name == "papers" else "unknown" for name in first.inputs} | facts
    decided = first.decide(**full)
    # That an adult says "family" settles nothing until child protection has heard both apart.
    child_alone = "no" if full["age"] == "adult" else "unknown"
    if full["age"] == "child" and full["company"] in {"alone", "other_adult"}:
        child_alone = "yes"
    contact = screening_table("contact_with_origin").decide(
        seeks_asylum=full["seeks_asylum"],
        fears_state=full["fears_state"],
        trafficking_signs=full["trafficking_signs"],
        child_alone=child_alone,
        protection_agrees=protection_agrees,
    )
    opened = screening_table("open_doors").decide(**full)
    return Screening(
        first=decided,
        contact=contact,
        doors=tuple(sorted({outcome["route"] for outcome in opened.outcomes})),
        ask=first.narrow(**{k: v for k, v in facts.items() if v != "unknown"}).ask,
    )
