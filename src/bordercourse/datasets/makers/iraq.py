"""Invented households in Iraq and the papers they hold.

No row is a real person or household. What was published and what was chosen stands in the docstring of the
maker. No row marks an affiliation, and there are no names.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from bordercourse.datasets.makers.draws import Draws
from bordercourse.datasets.records import SyntheticFrame
from bordercourse.inputs import Whole, checked

__all__ = ["make_iraq_households"]

#: Mean household size, share of people who miss a core document, share of households with a
#: woman at the head. Sizes and shares of the displaced and returned are published; see the maker.
_STATUS: dict[str, tuple[float, float, float]] = {
    "displaced_camp": (5, 0.28, 0.24),
    "displaced_out_of_camp": (6, 0.25, 0.18),
    "returned": (6, 0.16, 0.14),
    "resident": (6, 0.03, 0.10),
}
_OFFICE: dict[str, dict[str, float]] = {
    "A": {"open": 0.2, "reduced": 0.5, "closed": 0.3},
    "B": {"open": 0.5, "reduced": 0.4, "closed": 0.1},
    "C": {"open": 0.8, "reduced": 0.2, "closed": 0.0},
}
_WOMAN_HEAD_ODDS = 1.6
_IRAQ_COLUMNS = (
    "person_id",
    "household_id",
    "governorate",
    "status",
    "sex",
    "age",
    "relation",
    "head_sex",
    "spouse_of_head",
    "birth_registered",
    "birth_certificate",
    "identity_card",
    "nationality_certificate",
    "residence_card",
    "marriage_contract",
    "civil_affairs_office",
    "clearance",
    "days_so_far",
    "cost_usd",
)


@checked(households=Whole(low=40), seed=Whole(low=0))
def make_iraq_households(households: int = 360, seed: int = 5) -> SyntheticFrame:
    """Make people of displaced, returned and resident households with the papers they hold.

    Parameters
    ----------
    households : int
        Households in all, a quarter of each status; at least 40.
    seed : int
        Start of the random numbers.

    Returns
    -------
    SyntheticFrame
        One row a person; see ``describe("iraq_households")``.

    Raises
    ------
    InputError
        If there are fewer than 40 households.

    Notes
    -----
    Published: 28, 25 and 16 % of people in camps, of other displaced people and of returned
    people miss at least one core document (Multi-Cluster Needs Assessment IX, UNHCR 2021), met
    exactly but for rounding; five people a family in camps and six elsewhere (IOM DTM); 98.8 %
    of births of children under five registered (MICS 2018), met among residents; households
    headed by women are "particularly affected" (UNHCR 2019 and 2020).

    Chosen, because no figure was found: 3 % of residents miss a document; the odds are 1.6
    times as high in households headed by a woman; shares of such households; office hours by
    governorate; days and costs; which paper is missing. Clearance is the state of a request,
    drawn apart from sex, age and family: it says nothing about a person.

    Examples
    --------
    >>> people = make_iraq_households(40)
    >>> people["household_id"].nunique()
    40
    """
    draws = Draws(seed, python=True)
    people: list[dict[str, Any]] = []
    for number in range(households):
        status = list(_STATUS)[number * len(_STATUS) // households]
        people += _household(draws, number + 1, status)
    _lose_documents(draws, people)
    frame = pd.DataFrame(people)
    frame.insert(0, "person_id", range(1, len(frame) + 1))
    return SyntheticFrame(frame[list(_IRAQ_COLUMNS)])


def _household(draws: Draws, number: int, status: str) -> list[dict[str, Any]]:
    mean_size, _missing, woman_head = _STATUS[status]
    size = max(2, 1 + draws.poisson(mean_size - 1))
    head_sex = "female" if draws.uniform() < woman_head else "male"
    # A woman heads the household because the husband is dead, missing or away.
    spouse = (
        draws.by_share({"dead": 0.5, "missing": 0.3, "elsewhere": 0.2})
        if head_sex == "female"
        else draws.by_share({"present": 0.93, "dead": 0.07})
    )
    governorate = draws.by_share({"A": 0.45, "B": 0.3, "C": 0.25})
    shared = {
        "household_id": number,
        "governorate": governorate,
        "status": status,
        "head_sex": head_sex,
        "spouse_of_head": spouse,
        "civil_affairs_office": draws.by_share(_OFFICE[governorate]),
    }
    head_age = 22 + int(45 * draws.uniform() ** 1.4)
    members = [("head", head_sex, head_age)]
    if spouse == "present":
        members.append(("spouse", "female", max(18, head_age - 1 - int(6 * draws.uniform()))))
    while len(members) < size:
        if draws.uniform() < 0.86:
            oldest = max(1, min(26, head_age - 18))
            members.append(("child", _sex(draws), int(oldest * draws.uniform())))
        else:
            members.append(("other", _sex(draws), 18 + int(60 * draws.uniform())))
    out = []
    for relation, sex, age in members:
        married = relation in {"head", "spouse"}
        out.append(
            shared
            | {
                "sex": sex,
                "age": age,
                "relation": relation,
                "birth_registered": True,
                "birth_certificate": "held",
                "identity_card": "held",
                "nationality_certificate": "held",
                "residence_card": "held" if age >= 18 else "not_applicable",
                "marriage_contract": "held" if married else "not_applicable",
                "clearance": "not_asked",
                "days_so_far": 0,
                "cost_usd": 0,
            }
        )
    return out


def _lose_documents(draws: Draws, people: list[dict[str, Any]]) -> None:
    """Take papers away from exactly the published share of each status."""
    for status, (_size, share, _women) in _STATUS.items():
        group = [p for p in people if p["status"] == status]
        weight = [_WOMAN_HEAD_ODDS if p["head_sex"] == "female" else 1.0 for p in group]
        for person in draws.sample(group, weight, round(share * len(group))):
            _lose(draws, person)
        if status == "resident":
            # 98.8 % of births of children under five are registered (MICS 2018).
            young = [p for p in group if p["age"] < 5]
            holders = [p for p in young if p["birth_certificate"] == "held" and p["identity_card"] == "held"]
            lacking = max(0, round(0.012 * len(young)) - sum(not p["birth_registered"] for p in young))
            for person in draws.sample(holders, [1.0] * len(holders), lacking):
                person["birth_registered"] = False
                person["birth_certificate"] = "never_issued"


def _lose(draws: Draws, person: dict[str, Any]) -> None:
    """Let one person miss one core paper or several, and record how far the re-issuing went."""
    if person["age"] < 8 and person["status"] != "resident":
        # A birth in the years of conflict: on a paper of an unrecognised authority, or on none.
        how = draws.by_share({"unrecognised": 0.45, "never_issued": 0.25, "lost": 0.30})
        person["birth_certificate"] = how
        person["birth_registered"] = how == "lost"
        person["identity_card"] = "lost" if how == "lost" else "never_issued"
        person["nationality_certificate"] = "lost" if how == "lost" else "never_issued"
    else:
        person["identity_card"] = "lost"
        if draws.uniform() < 0.5:
            person["nationality_certificate"] = "lost"
        if draws.uniform() < 0.3:
            person["birth_certificate"] = "lost"
    if person["residence_card"] == "held" and draws.uniform() < 0.4:
        person["residence_card"] = "lost"
    if person["marriage_contract"] == "held" and draws.uniform() < 0.35:
        person["marriage_contract"] = draws.by_share({"unrecognised": 0.4, "lost": 0.6})
    if draws.uniform() < 0.6:
        person["clearance"] = draws.by_share({"asked": 0.55, "given": 0.45})
        slow = {"open": 1.0, "reduced": 1.6, "closed": 2.4}[person["civil_affairs_office"]]
        person["days_so_far"] = int(20 + slow * 160 * draws.uniform())
        person["cost_usd"] = 5 * int(3 + slow * 40 * draws.uniform())


def _sex(draws: Draws) -> str:
    return "female" if draws.uniform() < 0.5 else "male"
