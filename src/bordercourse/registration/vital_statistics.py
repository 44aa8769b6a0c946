"""Tables of a vital-statistics report, from one row an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Choice, Column, Day, Days, Numbers, Table, Whole, Words, checked
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.registration.not_stated import NOT_STATED, redistribute, whole_numbers
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ReportTable", "VitalStatistics", "vital_statistics"]

Event = Literal["births", "deaths"]
_UNWRITTEN = {"", "-", "?", "??", "n/a", "na", "none", "not known", "not stated", "unknown", "unspecified"}
_ALL = "all"


@dataclass(frozen=True)
class ReportTable:
    """One table of a report.

    Attributes
    ----------
    number : str
        Its number, such as "3.2".
    title : str
        What stands in it, where and when.
    table : pandas.DataFrame
        The figures; a column whose name ends in "%" holds percentages.
    notes : tuple of str
        What a reader must know, a sentence each.
    """

    number: str
    title: str
    table: pd.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class VitalStatistics(Result):
    """The tables of a report on births or on deaths.

    Attributes
    ----------
    tables : tuple of ReportTable
        In the order of their numbers.
    event : str
        "births" or "deaths".
    year : int
        The year of the report.
    cutoff : pandas.Timestamp
        The day the register was read.
    shares : pandas.Series
        Shares on time, late and delayed of what was registered in the year.
    """

    tables: tuple[ReportTable, ...]
    event: Event
    year: int
    cutoff: pd.Timestamp
    shares: pd.Series[float]

    def table(self, number: str) -> pd.DataFrame:
        """Return a table by its number."""
        for one in self.tables:
            if one.number == number:
                return one.table
        raise InputError(
            "number",
            _("there is no table {number}.").format(number=number),
            _("There are {numbers}.").format(numbers=", ".join(one.number for one in self.tables)),
        )

    def shown_table(self) -> pd.DataFrame:
        """Return the list of tables."""
        return pd.DataFrame({
            "table": [one.number for one in self.tables], "title": [one.title for one in self.tables]
        })  # fmt: skip

    def sentence(self) -> str:
        """Return how many events the report holds and how soon they were registered, in one line."""
        event = _("Births") if self.event == "births" else _("Deaths")
        told = _(
            "{event} of {year} in {n} tables, read on {cutoff}; registered in that year: "
            "{on_time:.1%} on time, {late:.1%} late, {delayed:.1%} delayed"
        )
        shares = {str(name): value for name, value in self.shares.items()}
        return told.format(
            event=event, year=self.year, n=len(self.tables), cutoff=f"{self.cutoff:%Y-%m-%d}", **shares
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw on time, late and delayed by year of registration."""
        rows = self.table("3.2")
        rows = rows[rows.index != _ALL]
        ax = axes(ax)
        below = np.zeros(len(rows))
        for name, colour in {"on time": "blue", "late": "orange", "delayed": "vermilion"}.items():
            share = rows[f"{name}, %"].to_numpy()
            ax.bar(rows.index.astype(str), share, bottom=below, color=COLOURS[colour], label=name)
            below = below + share
        ax.legend(frameon=False)
        return label(ax, title=self.sentence().split("; ")[-1], x=_("Year of registration"), y=_("%"))


_SHARE = Numbers(0.01, 5, do=mark("Give a share such as 0.9, or a Series of them by place or by sex."))
_WRITTEN = Words(gaps=True)


@checked(
    events=Table(),
    event=Choice("births", "deaths"),
    year=Whole(1900, 2200),
    occurred=Column("events", Days()),
    registered=Column("events", Days(gaps=True)),
    cutoff=Day(mark('Give the day the register was read, such as "2024-12-31".')),
    limit_days=Whole(1, 36_525),
    year_days=Whole(1, 36_525),
    sex=Column("events", _WRITTEN),
    place=Column("events", _WRITTEN),
    mothers_age=Column("events", Numbers(8, 70, gaps=True)),
    completeness=_SHARE,
    completeness_low=_SHARE,
    completeness_high=_SHARE,
)
def vital_statistics(
    events: pd.DataFrame,
    *,
    event: Event,
    year: int,
    occurred: str,
    registered: str,
    cutoff: object,
    limit_days: int,
    year_days: int = 365,
    sex: str,
    place: str,
    mothers_age: str | None = None,
    completeness: object | None = None,
    completeness_low: object | None = None,
    completeness_high: object | None = None,
) -> VitalStatistics:
    """Make the tables of a vital-statistics report from a register, one row an event.

    Events belong to the year in which they **occurred**; how soon they were registered is told by the
    year in which they were **registered**.

    Parameters
    ----------
    events : pandas.DataFrame
        One row an event.
    event : {"births", "deaths"}
        What they are.
    year : int
        The year of the report.
    occurred, registered : str
        Columns with the day of the event and of its registration (missing: not registered, not counted).
    cutoff : date
        The day the register was read. A registration after it is not counted.
    limit_days : int
        Days that your law allows: on time.
    year_days : int
        Days to the end of the time of grace: late until then, delayed after it.
    sex, place : str
        Columns with the sex, and the place of usual residence. Empty, "unknown", "?" and the like: not
        stated.
    mothers_age : str, optional
        Column with the mother's age in years, for births.
    completeness : float or pandas.Series, optional
        Registered events as a share of all, one for all, or by place, by sex, or by both (the index).
    completeness_low, completeness_high : float or pandas.Series, optional
        Its interval, such as that of `age_sensitivity`, in the same form.

    Returns
    -------
    VitalStatistics
        Tables 3.1 (year of occurrence by year of registration), 3.2 (on time, late, delayed), 3.4 (not
        stated,
        and redistributed), 3.5 (adjusted by completeness, with its interval), 4.1 or 5.1 (by place and sex),
        4.3 (births by age of the mother).

    Raises
    ------
    InputError
        A column is missing or not what it must be, a registration comes before its event, an event after the
        cut-off, nothing was registered of that year, or completeness is missing for a place.

    Notes
    -----
    *What the result is not.* A count of registered events is not the number of events: print table 3.5 beside
    it. The events of the last year before the cut-off are still being registered. Redistribution
    supposes that the not stated are like the others.

    References
    ----------
    Vital Strategies, ECA, ESCAP and Statistics Norway (2020), *Production of a Vital Statistics Report:
    Guide*,
    whose sections give the tables their numbers (3.2 timeliness, 3.3 completeness, 3.4 adjustment and
    redistribution, 4 births, 5 deaths). United Nations (2014), *Principles and Recommendations for a Vital
    Statistics System, Revision 3*, paragraphs 356-373, on late registration.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import vital_statistics
    >>> births = pd.DataFrame({
    ...     "born": pd.to_datetime(["2023-01-01", "2023-05-01", "2023-06-01", "2022-01-01"]),
    ...     "entered": pd.to_datetime(["2023-01-11", "2023-09-01", "2023-06-05", "2023-06-01"]),
    ...     "sex": ["girl", "boy", None, "boy"],
    ...     "district": ["North", "North", "North", "South"],
    ... })
    >>> vital_statistics(
    ...     births, event="births", year=2023, occurred="born", registered="entered", cutoff="2024-12-31",
    ...     limit_days=30, sex="sex", place="district",
    ... )
    Births of 2023 in 4 tables, read on 2024-12-31; registered in that year: 50.0% on time, 25.0% late, 25.0%
    delayed
    """
    at = pd.Timestamp(cutoff).normalize()  # type: ignore[arg-type]
    rows = _registered(events, occurred, registered, at)
    rows["sex"], rows["place"] = _stated(rows[sex]), _stated(rows[place])
    of_year = rows[rows["occurred_in"] == year]
    if of_year.empty:
        raise InputError(
            "year",
            _("nothing is registered of {year}.").format(year=year),
            _("Check the year and the dates."),
        )
    if limit_days > year_days:
        raise InputError(
            "limit_days",
            _("{a} and {b} days are not in order.").format(a=limit_days, b=year_days),
            _("Give a limit that is not above year_days."),
        )
    _whole_interval(completeness, completeness_low, completeness_high)
    head = _("Live births") if event == "births" else _("Deaths")
    chapter = "4" if event == "births" else "5"
    read = _("Register read on {day}.").format(day=f"{at:%Y-%m-%d}")
    timing, shares = _timing(rows, limit_days, year_days, year)
    raw = pd.crosstab(of_year["place"], of_year["sex"])
    final = redistribute(raw)
    tables = [
        ReportTable(
            "3.1",
            _("{head} by year of occurrence and year of registration").format(head=head),
            _with_totals(pd.crosstab(rows["occurred_in"], rows["registered_in"])),
            (read, _("The last years are still being registered.")),
        ),
        ReportTable(
            "3.2",
            _("{head} by timeliness and year of registration").format(head=head),
            timing,
            (
                read,
                _("On time: within {a} days. Late: within {b} days. Delayed: after {b} days.").format(
                    a=limit_days, b=year_days
                ),
            ),
        ),
        ReportTable(
            "3.4",
            _("{head} of {year}, as registered and with the not stated redistributed").format(
                head=head, year=year
            ),
            _before_and_after(raw, final),
            (read, _("Not stated are shared out like those stated, in each place; totals stay.")),
        ),
        ReportTable(
            f"{chapter}.1",
            _("{head} of {year} by place of usual residence and sex").format(head=head, year=year),
            _with_totals(final),
            (read, _("By year of occurrence. Not stated redistributed; see table 3.4.")),
        ),
    ]
    if completeness is not None:
        adjusted = _adjusted(final, completeness, completeness_low, completeness_high)
        note = _("Adjusted: registered over completeness. Low and high are those of completeness alone.")
        title = _("{head} of {year}, adjusted by completeness").format(head=head, year=year)
        tables.insert(3, ReportTable("3.5", title, adjusted, (read, note)))
    if mothers_age is not None:
        title = _("{head} of {year} by age of mother").format(head=head, year=year)
        tables.append(ReportTable(f"{chapter}.3", title, _by_age(of_year[mothers_age]), (read,)))
    return VitalStatistics(tuple(tables), event, year, at, shares, notes=_notes(rows, year))


def _notes(rows: pd.DataFrame, year: int) -> tuple[str, ...]:
    """Say what a table of one register cannot show by itself."""
    notes = []
    sexes = [one for one in sorted(rows["sex"].unique()) if one != NOT_STATED]
    if len(sexes) > 2:
        notes.append(
            _(
                "the column of sex has {n} values: {values}. Make one word of those that mean the same."
            ).format(n=len(sexes), values=", ".join(sexes))
        )
    first, last = rows["occurred_in"].min(), rows["registered_in"].max()
    if first == year or rows["registered_in"].min() == first:
        notes.append(
            _(
                "no event before {first} is in the table, so the first years of registration "
                "look too punctual in table 3.2."
            ).format(first=first)
        )
    if rows["occurred_in"].max() < last:
        notes.append(
            _(
                "no event after {year} is in the table, so registrations of {last} look too late in "
                "table 3.2."
            ).format(year=rows["occurred_in"].max(), last=last)
        )
    return tuple(notes)


def _whole_interval(best: Any, low: Any, high: Any) -> None:
    """Refuse an interval without its estimate, or with one end."""
    if best is None and (low is not None or high is not None):
        raise InputError(
            "completeness", _("there is an interval and no estimate."), _("Give completeness too.")
        )
    if (low is None) != (high is None):
        lacking = "completeness_low" if low is None else "completeness_high"
        raise InputError(lacking, _("one end of the interval is missing."), _("Give both ends, or none."))


def _registered(events: pd.DataFrame, occurred: str, registered: str, at: pd.Timestamp) -> pd.DataFrame:
    rows = events.assign(
        event_day=events[occurred].dt.normalize(), entry_day=events[registered].dt.normalize()
    )
    if (rows["event_day"] > at).any():
        raise InputError(
            occurred,
            _("an event lies after the cut-off ({day}).").format(day=f"{rows['event_day'].max():%Y-%m-%d}"),
            _("Check the dates and the cut-off."),
        )
    early = int((rows["entry_day"] < rows["event_day"]).sum())
    if early:
        raise InputError(
            registered,
            _("{n} registrations come before their event.").format(n=early),
            _("Mend the dates; a registration cannot come first."),
        )
    rows = rows[rows["entry_day"] <= at].copy()
    rows["occurred_in"], rows["registered_in"] = rows["event_day"].dt.year, rows["entry_day"].dt.year
    return rows


def _stated(column: pd.Series[Any]) -> pd.Series[Any]:
    text = column.astype("object").where(column.notna(), "").astype(str).str.strip()
    return text.where(~text.str.lower().isin(_UNWRITTEN), NOT_STATED)


def _timing(rows: pd.DataFrame, limit: int, grace: int, year: int) -> tuple[pd.DataFrame, pd.Series[float]]:
    days = (rows["entry_day"] - rows["event_day"]).dt.days
    kinds = ["on time", "late", "delayed"]
    kind = pd.Categorical(np.select([days <= limit, days <= grace], kinds[:2], kinds[2]), categories=kinds)
    counts = pd.crosstab(rows["registered_in"], kind, dropna=False).reindex(columns=kinds, fill_value=0)
    counts.loc[_ALL] = counts.sum()
    counts["total"] = counts.sum(axis=1)
    for name in kinds:
        counts[f"{name}, %"] = 100 * counts[name] / counts["total"]
    row = counts.loc[year] if year in counts.index else counts.loc[_ALL]
    shares = pd.Series({name.replace(" ", "_"): row[f"{name}, %"] / 100 for name in kinds})
    return counts, shares


def _with_totals(counts: pd.DataFrame) -> pd.DataFrame:
    table = counts.copy()
    table.columns = table.columns.astype(object)
    table.index = table.index.astype(object)
    table["total"] = table.sum(axis=1)
    table.loc[_ALL] = table.sum()
    return table


def _before_and_after(raw: pd.DataFrame, final: pd.DataFrame) -> pd.DataFrame:
    before = raw.add_prefix(_("registered, "))
    after = final.add_prefix(_("redistributed, ")).reindex(raw.index)
    return _with_totals_of(pd.concat([before, after], axis=1))


def _with_totals_of(table: pd.DataFrame) -> pd.DataFrame:
    table = table.astype("Int64")
    table.loc[_ALL] = table.sum()
    return table


def _adjusted(final: pd.DataFrame, best: Any, low: Any, high: Any) -> pd.DataFrame:
    long = final.stack().rename("registered").rename_axis(["place", "sex"]).to_frame()
    long["completeness"] = _share_of(best, long.index, "completeness")
    ends = {"adjusted": long["completeness"]}
    # The higher the completeness, the lower the true number.
    if high is not None:
        ends["low"] = _share_of(high, long.index, "completeness_high")
    if low is not None:
        ends["high"] = _share_of(low, long.index, "completeness_low")
    wrong = {"high": "completeness_low", "low": "completeness_high"}
    for name, share in ends.items():
        beyond = share > long["completeness"] if name == "high" else share < long["completeness"]
        if name in wrong and beyond.any():
            raise InputError(
                wrong[name],
                _("it lies on the wrong side of completeness."),
                _("Give low, best and high in this order, such as 0.84, 0.88 and 0.92."),
            )
        long[name] = whole_numbers((long["registered"] / share).to_numpy())
    counts = [name for name in long.columns if name != "completeness"]
    total = long[counts].sum()
    long["completeness, %"] = 100 * long.pop("completeness")
    result = long[["registered", "completeness, %", *ends]]
    whole = {"completeness, %": 100 * total["registered"] / total["adjusted"], **total}
    result = result.reset_index()
    result.loc[len(result)] = {"place": _ALL, "sex": _ALL, **whole}
    return result.set_index(["place", "sex"]).astype(dict.fromkeys(counts, "int64"))


def _share_of(value: Any, index: pd.MultiIndex, name: str) -> pd.Series[float]:
    if not isinstance(value, pd.Series):
        array = np.asarray(value, dtype=np.float64)
        if array.ndim:
            raise InputError(
                name, _("it does not say which place is which."), _("Give a number, or a Series with names.")
            )
        return pd.Series(float(array), index=index)
    if isinstance(value.index, pd.MultiIndex) and not len(index.difference(value.index)):
        return value.reindex(index)
    for level in ("place", "sex"):
        keys = index.get_level_values(level)
        if set(keys) <= set(value.index):
            return pd.Series(value.reindex(keys).to_numpy(), index=index)
    lacking = [one for one in index.get_level_values("place").unique() if one not in value.index]
    raise InputError(
        name,
        _("there is none for {place}.").format(place=lacking[0]),
        _("Give one for every place, or one for each sex."),
    )


def _by_age(ages: pd.Series[float]) -> pd.DataFrame:
    edges = [0, 15, 20, 25, 30, 35, 40, 45, 50, 200]
    names = ["under 15", *(f"{a} to {a + 4}" for a in range(15, 50, 5)), "50 and over"]
    groups = pd.cut(ages, edges, right=False, labels=names).value_counts().reindex(names)
    table = pd.DataFrame({"registered": groups})
    unknown = int(ages.isna().sum())
    if unknown == len(ages):
        raise InputError(ages.name, _("nothing is stated."), _("Leave mothers_age out."))  # type: ignore[arg-type]
    table["redistributed"] = whole_numbers(groups.to_numpy() * len(ages) / (len(ages) - unknown))
    table.loc[NOT_STATED] = [unknown, 0]
    table.index = table.index.astype(object)
    table.loc[_ALL] = table.sum()
    return table
