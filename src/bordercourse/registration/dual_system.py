"""Two lists of the same events: how many did both miss?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Column, Columns, Flags, Labels, Numbers, Table, checked, same_names
from bordercourse.plotting import COLOURS, axes, label, name_rows
from bordercourse.registration.ages import names
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["DualSystem", "dual_system", "dual_system_table"]


@dataclass(frozen=True, repr=False)
class DualSystem(Result):
    """Events estimated from two lists, by stratum and in all.

    Attributes
    ----------
    strata : pandas.DataFrame
        One row a stratum: matched, register_only, survey_only, missed_by_both, total and se
        (Chandrasekaran and Deming), total_chapman and se_chapman (events); register_completeness and
        survey_completeness (shares). Where nothing matched, the first estimate is missing (NaN).
    """

    strata: pd.DataFrame

    @property
    def total(self) -> float:
        """Chandrasekaran-Deming total, summed over the strata."""
        return float(self.strata["total"].sum(skipna=False))

    @property
    def se(self) -> float:
        """Standard error of `total`, strata independent."""
        return float(np.sqrt((self.strata["se"] ** 2).sum(skipna=False)))

    @property
    def total_chapman(self) -> float:
        """Chapman total, summed over the strata."""
        return float(self.strata["total_chapman"].sum())

    @property
    def se_chapman(self) -> float:
        """Standard error of `total_chapman`, strata independent."""
        return float(np.sqrt((self.strata["se_chapman"] ** 2).sum()))

    @property
    def register_completeness(self) -> float:
        """Events in the register over the Chandrasekaran-Deming total of all strata."""
        return float((self.strata["matched"] + self.strata["register_only"]).sum()) / self.total

    @property
    def survey_completeness(self) -> float:
        """Events in the survey over the Chandrasekaran-Deming total of all strata."""
        return float((self.strata["matched"] + self.strata["survey_only"]).sum()) / self.total

    def by(self, level: str | Sequence[str]) -> pd.DataFrame:
        """Return totals by one or more index levels, such as district, each summed over its strata."""
        wanted = list(Columns("strata", do=mark("Give a name, or a list of names.")).read(level, "level"))
        if not set(wanted) <= set(self.strata.index.names):
            raise InputError(
                "level",
                _("{level} is not a level of the strata.").format(level=repr(level)),
                _("The levels are {levels}.").format(levels=", ".join(map(repr, self.strata.index.names))),
            )
        summed = self.strata.assign(se=self.strata["se"] ** 2, se_chapman=self.strata["se_chapman"] ** 2)
        columns = [column for column in summed if not column.endswith("_completeness")]
        # min_count: a district with a stratum that has no estimate has no total either.
        grouped = summed[columns].groupby(level=wanted, sort=False, observed=True)
        result = grouped.sum().where(grouped.count().eq(grouped.size(), axis=0))
        result[["se", "se_chapman"]] = np.sqrt(result[["se", "se_chapman"]])
        return _with_completeness(result)

    def sentence(self) -> str:
        """Return totals and completeness in one line."""
        if np.isnan(self.total):
            return _(
                "Dual system: no estimate, nothing matched in {k} of {n} strata; Chapman {chapman:,.1f} "
                "(s.e. {se_c:,.1f})"
            ).format(
                k=int(self.strata["total"].isna().sum()),
                n=len(self.strata),
                chapman=self.total_chapman,
                se_c=self.se_chapman,
            )
        return _(
            "Dual system: {total:,.1f} events (s.e. {se:,.1f}), Chapman {chapman:,.1f} (s.e. {se_c:,.1f}); "
            "register {share:.1%} complete"
        ).format(
            total=self.total,
            se=self.se,
            chapman=self.total_chapman,
            se_c=self.se_chapman,
            share=self.register_completeness,
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw where the events stand: in both lists, in one, or by estimate in neither."""
        ax = axes(ax)
        columns = ["matched", "register_only", "survey_only", "missed_by_both"]
        words = [_("in both lists"), _("register only"), _("survey only"), _("missed by both (estimate)")]
        colours = ["blue", "sky", "orange", "grey"]
        at, start = np.arange(len(self.strata)), np.zeros(len(self.strata))
        for column, word, colour in zip(columns, words, colours, strict=True):
            width = self.strata[column].fillna(0).to_numpy()
            ax.barh(at, width, left=start, label=word, color=COLOURS[colour])
            start = start + width
        name_rows(ax, self.strata.index, many=_("{n} strata"))
        ax.legend(frameon=False, fontsize=9, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.16))
        if np.isnan(self.total):
            title = _("No estimate in all: nothing matched in {k} of {n} strata").format(
                k=int(self.strata["total"].isna().sum()), n=len(self.strata)
            )
        else:
            title = _("The register holds {share:.0%} of the events, if the lists are independent").format(
                share=self.register_completeness
            )
        return label(ax, title=title, x=_("Events"))


_EVENTS = Numbers(low=0, whole=True)


@checked(matched=_EVENTS, register_only=_EVENTS, survey_only=_EVENTS)
def dual_system(matched: object, register_only: object, survey_only: object) -> DualSystem:
    r"""Estimate all events from two lists that cover the same events.

    With C events in both lists, N1 in the register only and N2 in the survey only:

    .. math:: N = C + N_1 + N_2 + N_1 N_2 / C

    (Chandrasekaran and Deming) and ``(n1+1)(n2+1)/(C+1) - 1`` (Chapman, less biased when C is
    small), where n1 = C + N1 and n2 = C + N2.

    Parameters
    ----------
    matched, register_only, survey_only : number, array or pandas.Series
        Counts, by stratum or in all. A Series names the strata; levels of its index can be summed
        over with `DualSystem.by`.

    Returns
    -------
    DualSystem

    Raises
    ------
    InputError
        A count is negative, missing or not whole, or the three do not fit together.

    Notes
    -----
    *What the result is not.* The formula holds if the lists are independent within a stratum, the
    matching is right, and both cover the same births or deaths. A child whom the clinic tells the
    registrar of is likelier to be in both lists: then N is too **low** and completeness looks too good.
    A match that is missed makes N too high. Strata in which the chances are even (village, sex, place of
    birth) take out the part of dependence that they explain. The standard error covers chance alone,
    none of this.

    References
    ----------
    C. Chandrasekaran and W. E. Deming (1949), Journal of the American Statistical Association 44,
    101-115. D. G. Chapman (1951), University of California Publications in Statistics 1, 131-160;
    G. Seber (1970), Biometrics 26, 13-22, for its variance.

    Examples
    --------
    Ten events in one list, fifteen in the other, five in both:

    >>> from bordercourse.registration import dual_system
    >>> dual_system(matched=5, register_only=5, survey_only=10)
    Dual system: 30.0 events (s.e. 7.7), Chapman 28.3 (s.e. 5.9); register 33.3% complete
    """
    index, given = same_names(
        {"matched": matched, "register_only": register_only, "survey_only": survey_only},
        _("it names other strata than the rest."),
        _("Give all for the same strata."),
    )
    arrays = {name: np.atleast_1d(np.asarray(value, dtype=np.float64)) for name, value in given.items()}
    sizes = {array.shape for array in arrays.values()}
    if len(sizes) > 1 or len(next(iter(sizes))) > 1:
        raise InputError(
            "matched, register_only, survey_only",
            _("they hold different numbers of strata."),
            _("Give one of each for every stratum."),
        )
    if sizes == {(0,)}:
        raise InputError("matched", _("there are no strata."), _("Check the filter that made it."))
    c, n1_only, n2_only = arrays["matched"], arrays["register_only"], arrays["survey_only"]
    n1, n2 = c + n1_only, c + n2_only
    with np.errstate(divide="ignore", invalid="ignore"):
        missed = np.where(c > 0, n1_only * n2_only / c, np.nan)
        variance = np.where(c > 0, n1 * n2 * n1_only * n2_only / c**3, np.nan)
    variance_chapman = (n1 + 1) * (n2 + 1) * n1_only * n2_only / ((c + 1) ** 2 * (c + 2))
    table = pd.DataFrame(
        {
            "matched": c,
            "register_only": n1_only,
            "survey_only": n2_only,
            "missed_by_both": missed,
            "total": c + n1_only + n2_only + missed,
            "se": np.sqrt(variance),
            "total_chapman": (n1 + 1) * (n2 + 1) / (c + 1) - 1,
            "se_chapman": np.sqrt(variance_chapman),
        },
        index=index,
    )
    return DualSystem(_with_completeness(table))


@checked(
    table=Table(),
    in_register=Column("table", Flags()),
    in_survey=Column("table", Flags()),
    strata=Columns("table", Labels()),
)
def dual_system_table(
    table: pd.DataFrame,
    *,
    in_register: str,
    in_survey: str,
    strata: str | Sequence[str] | None = None,
) -> DualSystem:
    """Estimate all events from a table with one row an event and two yes/no columns.

    Parameters
    ----------
    table : pandas.DataFrame
        One row an event that stands in at least one list, after matching.
    in_register, in_survey : str
        Columns that say whether the event is in the register, in the survey (true or false).
    strata : str or list of str, optional
        Columns that make the strata.

    Returns
    -------
    DualSystem

    Raises
    ------
    InputError
        A column is missing or not true/false, a row is in neither list, or has no stratum.

    Notes
    -----
    *What the result is not.* Rows that the matching paired wrongly, or failed to pair, are taken as they
    stand; `dual_system` says what that and dependence do to the total.

    See Also
    --------
    dual_system : the formula, its assumptions and its sources.

    Examples
    --------
    >>> import pandas as pd
    >>> from bordercourse.registration import dual_system_table
    >>> births = pd.DataFrame({"register": [True] * 10 + [False] * 10, "clinic": [False] * 5 + [True] * 15})
    >>> dual_system_table(births, in_register="register", in_survey="clinic").total
    30.0
    """
    keys = names(strata)
    register, survey = table[in_register], table[in_survey]
    if not (register | survey).all():
        raise InputError(
            f"{in_register}, {in_survey}",
            _("{n} rows are in neither list.").format(n=int((~(register | survey)).sum())),
            _("Keep rows that are in at least one; those missed by both are what is estimated."),
        )
    cells = pd.DataFrame(
        {"matched": register & survey, "register_only": register & ~survey, "survey_only": survey & ~register}
    ).astype(int)
    if not keys:
        counts = cells.sum()
        return dual_system(counts["matched"], counts["register_only"], counts["survey_only"])
    summed = cells.groupby([table[key] for key in keys], observed=True).sum()
    return dual_system(summed["matched"], summed["register_only"], summed["survey_only"])


def _with_completeness(table: pd.DataFrame) -> pd.DataFrame:
    total = table["total"].where(table["total"] > 0)
    return table.assign(
        register_completeness=(table["matched"] + table["register_only"]) / total,
        survey_completeness=(table["matched"] + table["survey_only"]) / total,
    )
