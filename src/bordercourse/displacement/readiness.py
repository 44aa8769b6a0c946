"""What to have ready: planning scenarios of the user, by published minimums."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from bordercourse.crossing.needs import PEOPLE_A_TAP, WOMENS_TOILETS, waiting_needs
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Keyed, Number, Several, Share, Text, Whole, checked
from bordercourse.results import Result

__all__ = ["PlanningScenario", "ReadinessPlan", "readiness_plan"]

# The Sphere Handbook 2018; the shelter handbook of Thailand's Department of Disaster Prevention and
# Mitigation, B.E. 2565 (2022), prints the same for water, space and toilets for women. See the table
# humanitarian_minimums: a test holds these numbers to it.
LITRES_A_DAY = 15.0
PEOPLE_A_TOILET = 20
SQUARE_METRES = 3.5
PEOPLE_A_BATH = 50


@checked(
    name=Text(),
    people=Whole(0, 10_000_000),
    hours=Number(0, 24),
    nights=Whole(0, 3_650),
    without_papers=Share(),
    minutes=Number(above=0),
    desk_hours=Number(above=0, high=24),
    days=Whole(1, 3_650),
)
@dataclass(frozen=True)
class PlanningScenario:
    """People for whom a post prepares. The user chooses the number; no source forecasts it.

    Parameters
    ----------
    name : str
        What the plan calls it: "small", "as in 2024".
    people : int
        People who come, in all. A planning number, not a forecast.
    hours : float
        Hours that each waits in the line, 0 to 24. Who waits longer stays a night: use `nights`.
    nights : int
        Nights that each stays in a shelter.
    without_papers : float
        Share who lost their papers, 0 to 1.
    minutes : float
        Minutes at a desk to register one person.
    desk_hours : float
        Hours that a desk works in a day.
    days : int
        Days in which all must be registered.
    """

    name: str
    people: int
    hours: float = 0.0
    nights: int = 0
    without_papers: float = 0.0
    minutes: float = 10.0
    desk_hours: float = 8.0
    days: int = 1


@dataclass(frozen=True, repr=False)
class ReadinessPlan(Result):
    """What each scenario needs.

    Attributes
    ----------
    table : pandas.DataFrame
        scenario, part ("line", "stay" or "papers"), item, amount (whole, rounded up), unit, basis.
    """

    table: pd.DataFrame

    def sentence(self) -> str:
        """Return which scenarios the plan holds, in one line."""
        names = self.table["scenario"].unique()
        return _("What {n} planning scenarios need ({names}); no forecast of who will come").format(
            n=len(names), names=", ".join(names)
        )

    def shown_table(self) -> pd.DataFrame:
        """Return the plan."""
        return self.table

    def short(self, stocks: Mapping[str, float]) -> pd.DataFrame:
        """Return what runs short: each scenario and item with what is there, and the share it covers.

        Parameters
        ----------
        stocks : mapping of str to float
            What is there, by ``part: item`` (``"stay: water"``). What is not named is not judged; a name
            that no scenario needs is refused, because it may be a slip.

        Returns
        -------
        pandas.DataFrame
            scenario, part, item, amount, there, covers (0 to 1), unit; what covers least comes first.
        """
        keys = self.table["part"] + ": " + self.table["item"]
        given = Keyed(Number(low=0)).read(stocks, "stocks")
        strange = sorted(set(given) - set(keys))
        if strange:
            raise InputError(
                "stocks",
                _("the plan has no {name!r}.").format(name=strange[0]),
                _("Choose from {values}.").format(values=", ".join(dict.fromkeys(keys))),
            )
        rows = self.table[keys.isin(given)].drop(columns="basis")
        rows = rows.assign(there=keys[rows.index].map(given).astype(float))
        covers = (rows["there"] / rows["amount"].where(rows["amount"] > 0)).clip(upper=1).fillna(1.0)
        rows = rows.assign(covers=covers)
        order = ["scenario", "part", "item", "amount", "there", "covers", "unit"]
        return rows.sort_values("covers", kind="stable")[order].reset_index(drop=True)


Row = tuple[str, str, float, str, str]


def _line(scenario: PlanningScenario) -> list[Row]:
    needs = waiting_needs(scenario.people, scenario.people * scenario.hours)
    return [("line", *row) for row in needs.itertuples(index=False, name=None)]


def _stay(scenario: PlanningScenario) -> list[Row]:
    people, sphere = scenario.people, _("Sphere 2018")
    toilets = math.ceil(people / PEOPLE_A_TOILET)
    rows = [
        (_("water"), people * scenario.nights * LITRES_A_DAY, _("litres"), _("15 litres a person a day")),
        (_("taps"), people / PEOPLE_A_TAP, _("taps"), _("250 people a tap")),
        (_("toilets"), toilets, _("toilets"), _("20 people a toilet")),
        (
            _("toilets for women, of these"),
            WOMENS_TOILETS * toilets,
            _("toilets"),
            _("three for women to one for men"),
        ),
        (_("bathing places"), people / PEOPLE_A_BATH, _("places"), _("50 people a place, for a short time")),
        (_("covered space"), people * SQUARE_METRES, _("square metres"), _("3.5 square metres a person")),
    ]
    return [("stay", item, amount, unit, f"{sphere}: {basis}") for item, amount, unit, basis in rows]


def _papers(scenario: PlanningScenario) -> list[Row]:
    work = scenario.people * scenario.minutes
    desks = work / (60 * scenario.desk_hours * scenario.days)
    choice = _("minutes, hours and days are the user's")
    lost = _("share without papers is the user's; protection first, papers after")
    return [
        ("papers", _("registration desks"), desks, _("desks"), choice),
        ("papers", _("registration forms"), scenario.people, _("forms"), _("one a person, a child too")),
        ("papers", _("provisional papers"), scenario.people * scenario.without_papers, _("papers"), lost),
    ]


@checked(scenarios=Several(A(PlanningScenario, do=mark("Make it with PlanningScenario(...).")), least=1))
def readiness_plan(scenarios: list[PlanningScenario]) -> ReadinessPlan:
    """Return water, shade, toilets, desks and papers for planning scenarios, by published minimums.

    Hours of a line are not days of a camp. The part "line" takes what a person drinks, hour by hour, and a
    toilet for 50 people (`crossing.waiting_needs`); the part "stay" takes what a day and a night need, 15
    litres and a toilet for 20. Each part stands in the plan only where the scenario has hours, or nights.

    *What the result is not.* No forecast of arrivals: no source counts who crosses a border in a disaster,
    and the numbers of people are the user's. Minimums are a floor, not a target, and say nothing of food,
    medicine, safety at night, or of those who cannot move and never reach the post.

    Parameters
    ----------
    scenarios : list of PlanningScenario
        One or more, each with its own name.

    Returns
    -------
    ReadinessPlan
        One row for each scenario and item, with its unit and where its number comes from.

    Raises
    ------
    InputError
        If a name is used twice.

    References
    ----------
    Sphere Association, *The Sphere Handbook*, 2018, water supply and shelter.

    Examples
    --------
    >>> plan = readiness_plan([PlanningScenario("small", 500, hours=6, nights=2, without_papers=0.5)])
    >>> rows = plan.table.set_index(["part", "item"])["amount"]
    >>> [int(rows[key]) for key in [("line", "drinking water"), ("stay", "water"), ("stay", "toilets")]]
    [375, 15000, 25]
    """
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        raise InputError("scenarios", _("a name is used twice."), _("Give each its own name."))
    rows = []
    for scenario in scenarios:
        needs = _line(scenario) if scenario.hours else []
        needs += _stay(scenario) if scenario.nights else []
        rows += [(scenario.name, *need) for need in needs + _papers(scenario)]
    table = pd.DataFrame(rows, columns=["scenario", "part", "item", "amount", "unit", "basis"])
    # What a float makes of 0.1 * 30 is 3, not 3.0000000000000004 and so 4.
    table["amount"] = [math.ceil(round(amount, 6)) for amount in table["amount"]]
    return ReadinessPlan(table)
