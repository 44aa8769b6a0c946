"""The two errors of linkage, always side by side, and who bears them.

A missed link leaves one person with two half records: a mother who cannot show that she is
registered. A false link gives two people one record: a child who takes on another's history.
Lowering the threshold trades the first for the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.identity.kinds import FILE, GROUPS, PAIRS
from bordercourse.identity.letters import script_of
from bordercourse.identity.linkage import Linkage
from bordercourse.inputs import A, Flag, Number, Several, Text, checked
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes


__all__ = ["ErrorTradeoff", "LinkageErrors", "error_tradeoff", "group_of", "label_of", "linkage_errors"]


@dataclass(frozen=True, repr=False)
class LinkageErrors(Result):
    """Missed and false links of a set of proposals, in all and by group.

    Attributes
    ----------
    table : DataFrame
        First row all records, then one row a group: by, group, true_links, missed, missed_rate
        (share of true links that were not proposed), proposed, false, false_rate (share of
        proposed links that join two people). A link counts for the group of its left record; a
        pair of duplicates in one file counts half to each record.
    """

    table: pd.DataFrame

    def _all(self, column: str) -> float:
        return float(self.table[column].iloc[0])

    @property
    def missed_rate(self) -> float:
        """Share of true links that were not proposed, 0 to 1."""
        return self._all("missed_rate")

    @property
    def false_rate(self) -> float:
        """Share of proposed links that join two people, 0 to 1."""
        return self._all("false_rate")

    @property
    def recall(self) -> float:
        """1 minus the missed rate."""
        return 1 - self.missed_rate

    @property
    def precision(self) -> float:
        """1 minus the false rate."""
        return 1 - self.false_rate

    @property
    def f(self) -> float:
        """Harmonic mean of precision and recall. It hides which error was made, and to whom."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def sentence(self) -> str:
        """Return both errors, in all and by group."""
        row = self.table.iloc[0]
        line = _(
            "Missed {missed:,.0f} of {true:,.0f} true links ({m:.2%}); "
            "false {false:,.0f} of {proposed:,.0f} proposed ({f:.2%})."
        ).format(
            missed=row["missed"],
            true=row["true_links"],
            m=row["missed_rate"],
            false=row["false"],
            proposed=row["proposed"],
            f=row["false_rate"],
        )
        groups = "; ".join(
            _("{group}: missed {m:.2%}, false {f:.2%}").format(
                group=label_of(g["by"], g["group"]), m=g["missed_rate"], f=g["false_rate"]
            )
            for _index, g in self.table.iloc[1:].iterrows()
        )
        return f"{line} {groups}." if groups else line

    def _repr_html_(self) -> str:
        rates = {"missed_rate": "{:.2%}", "false_rate": "{:.2%}"}
        shown = self.table.assign(**{name: self.table[name].map(form.format) for name, form in rates.items()})
        return str(shown.to_html(index=False))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw both error rates by group."""
        ax = axes(ax)
        rows = self.table
        names = [label_of(by, group) for by, group in zip(rows["by"], rows["group"], strict=True)]
        at = range(len(rows))
        missed, false = _("missed links, % of true"), _("false links, % of proposed")
        ax.barh([y - 0.2 for y in at], rows["missed_rate"] * 100, 0.4, color=COLOURS["blue"], label=missed)
        ax.barh([y + 0.2 for y in at], rows["false_rate"] * 100, 0.4, color=COLOURS["vermilion"], label=false)
        ax.set_yticks(list(at), names)
        ax.invert_yaxis()
        ax.legend(frameon=False)
        title = _("Who bears the errors: {m:.1%} of links missed, {f:.1%} false").format(
            m=self.missed_rate, f=self.false_rate
        )
        return label(ax, title=title, x=_("percent"))


@checked(proposals=PAIRS, left=FILE, right=FILE, by=GROUPS, person=Text())
def linkage_errors(
    proposals: pd.DataFrame,
    left: pd.DataFrame,
    right: pd.DataFrame | None = None,
    *,
    by: Sequence[str] = ("sex", "script"),
    person: str = "true_person",
) -> LinkageErrors:
    """Count missed and false links where the truth is known, in all and by group.

    Parameters
    ----------
    proposals : DataFrame
        Pairs with the columns left and right (record_id), as `Linkage.proposals` returns them.
    left, right : DataFrame
        The files, with record_id and the column `person`. Without `right`, duplicates in `left`.
    by : sequence of str
        Columns of `left`; "script" is the script of the given name, "names" whether there is a family name.
    person : str
        The column that holds the true person. No linkage reads it.

    Returns
    -------
    LinkageErrors
        Both error rates, never one alone. They hold for these files; another register has others.

    Raises
    ------
    InputError
        If a column is missing, a record_id stands twice, or a proposal names a record of neither file.

    Examples
    --------
    >>> import pandas as pd
    >>> a = pd.DataFrame({"record_id": ["R1", "R2"], "true_person": ["x", "y"], "sex": ["F", "M"]})
    >>> b = pd.DataFrame({"record_id": ["D1", "D2"], "true_person": ["x", "y"]})
    >>> print(linkage_errors(pd.DataFrame({"left": ["R1"], "right": ["D2"]}), a, b, by=["sex"]))
    Missed 2 of 2 true links (100.00%); false 1 of 1 proposed (100.00%). women: missed 100.00%, ...
    """
    truth = _true_persons("left", left, person)
    other = truth if right is None else _true_persons("right", right, person)
    _check_ends(proposals, truth, other)
    size = pd.Series(list(other.values()), dtype=object).value_counts()
    meets = left[person].map(size).fillna(0)
    if right is None:
        meets = (meets - 1) / 2  # a pair of duplicates counts half to each of its records
    proposed = _ends(proposals, truth, other, halves=right is None)
    groups = {"all": pd.Series(_("all records"), index=left.index)}
    groups |= {name: group_of(left, name) for name in by}
    rows = []
    for name, labels in groups.items():
        true = meets.groupby(labels).sum()
        group_of_record = dict(zip(truth, labels, strict=True))
        sums = proposed.groupby(proposed["record_id"].map(group_of_record))[["share", "right"]].sum()
        sums = sums.reindex(true.index, fill_value=0.0)
        for group, t, n, ok in zip(true.index, true, sums["share"], sums["right"], strict=True):
            missed, false = t - ok, n - ok
            rates = (missed / t if t else 0.0, false / n if n else 0.0)
            rows.append(
                (name, group, _whole(t), _whole(missed), rates[0], _whole(n), _whole(false), rates[1])
            )
    columns = ["by", "group", "true_links", "missed", "missed_rate", "proposed", "false", "false_rate"]
    return LinkageErrors(pd.DataFrame(rows, columns=columns))


def _true_persons(name: str, file: pd.DataFrame, person: str) -> dict[str, object]:
    """Return the true person of each record."""
    for column in ("record_id", person):
        if column not in file.columns:
            raise InputError(
                name,
                _("the column {column} is missing.").format(column=repr(column)),
                _("Errors can be counted only where the true person of each record is known."),
            )
    ids = file["record_id"].astype(str)
    if ids.duplicated().any():
        twice = ids[ids.duplicated()].iloc[0]
        raise InputError(
            name,
            _("the record_id {id} stands twice.").format(id=repr(twice)),
            _("Give each record its own record_id."),
        )
    return dict(zip(ids, file[person], strict=True))


def _check_ends(proposals: pd.DataFrame, left: dict[str, object], right: dict[str, object]) -> None:
    """Refuse proposals that name a record of no file: they would be counted nowhere."""
    for column, known in (("left", left), ("right", right)):
        if column not in proposals.columns:
            raise InputError(
                "proposals",
                _("the column {column} is missing.").format(column=repr(column)),
                _("Give pairs as Linkage.proposals returns them."),
            )
        strange = [record for record in proposals[column].astype(str) if record not in known]
        if strange:
            raise InputError(
                "proposals",
                _("{n:,} pairs name a record that is not in the {file} file, the first {id}.").format(
                    n=len(strange), file=column, id=repr(strange[0])
                ),
                _("Give the files that were linked."),
            )


def label_of(by: str, group: str) -> str:
    """Return the words for a group.

    Parameters
    ----------
    by : str
        What the records are grouped by: "all", "sex", "script", "names" or a column.
    group : str
        The value that the group shares.

    Returns
    -------
    str
        In the reader's language, as "women" for F of sex.
    """
    known = {("sex", "F"): _("women"), ("sex", "M"): _("men")}
    if by == "script":
        return _("{script} script").format(script=group)
    return str(group) if by in {"all", "names"} else known.get((by, group), f"{by} {group}")


def _whole(count: float) -> float:
    return int(count) if float(count).is_integer() else float(count)


def _ends(
    proposals: pd.DataFrame, truth: dict[str, object], other: dict[str, object], *, halves: bool
) -> pd.DataFrame:
    """Say for each proposed pair whose group bears it, with what share, and whether it is right."""
    pairs = {(str(a), str(b)) for a, b in zip(proposals["left"], proposals["right"], strict=True)}
    if halves:
        pairs = {(min(pair), max(pair)) for pair in pairs}
    rows = []
    for a, b in sorted(pairs):
        right = truth.get(a) is not None and truth.get(a) == other.get(b)
        share = 0.5 if halves else 1.0
        rows += [(end, share, share * right) for end in ((a, b) if halves else (a,))]
    return pd.DataFrame(rows, columns=["record_id", "share", "right"])


def group_of(left: pd.DataFrame, name: str) -> pd.Series[str]:
    """Return the group of each record: a column, the script of its given name, or its number of names.

    Parameters
    ----------
    left : DataFrame
        Records as written.
    name : str
        A column, "script" or "names".

    Returns
    -------
    Series
        One group a record; "not stated" where the column is empty.

    Raises
    ------
    InputError
        If there is no such column.
    """
    if name in left.columns:
        return pd.Series(left[name].astype(object).where(left[name].notna(), _("not stated")))
    if name == "script" and "given_name" in left.columns:
        return pd.Series(left["given_name"]).map(lambda n: script_of(n) if isinstance(n, str) else "None")
    if name == "names" and "family_name" in left.columns:
        return pd.Series(left["family_name"]).notna().map({True: _("two names"), False: _("one name only")})
    raise InputError(
        "by",
        _("{name} is not a column of the left file.").format(name=repr(name)),
        _("Give columns of the left file, or script, or names."),
    )


@dataclass(frozen=True, repr=False)
class ErrorTradeoff(Result):
    """Both error rates at every threshold.

    Attributes
    ----------
    table : DataFrame
        probability (the threshold), missed, missed_rate, false, false_rate; one row a threshold.
    groups : DataFrame
        The same by group: who bears the errors at each threshold. The columns of
        `LinkageErrors.table`, with probability in front.
    """

    table: pd.DataFrame
    groups: pd.DataFrame

    def cheapest(self, cost_missed: float, cost_false: float) -> float:
        """Return the threshold with the lowest total cost of both errors.

        Parameters
        ----------
        cost_missed, cost_false : float
            What one missed and one false link cost, in any common unit. Who sets them, and for
            whom, is a decision of people.

        Returns
        -------
        float
            The threshold; the lowest one if several cost the same.

        Raises
        ------
        InputError
            If a cost is negative.
        """
        if cost_missed < 0 or cost_false < 0:
            raise InputError("cost", _("it is negative."), _("Give costs of zero or more."))
        cost = self.table["missed"] * cost_missed + self.table["false"] * cost_false
        return float(self.table["probability"].iloc[int(cost.argmin())])

    def sentence(self) -> str:
        """Return both errors at the lowest and the highest threshold."""
        low, high = self.table.iloc[0], self.table.iloc[-1]
        line = _("at {p} missed {m:.2%}, false {f:.2%}")
        return "; ".join(
            line.format(p=row["probability"], m=row["missed_rate"], f=row["false_rate"])
            for row in (low, high)
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw both rates against the threshold."""
        ax = axes(ax)
        x = self.table["probability"]
        ax.plot(x, self.table["missed_rate"] * 100, color=COLOURS["blue"], label=_("missed, % of true links"))
        ax.plot(
            x,
            self.table["false_rate"] * 100,
            color=COLOURS["vermilion"],
            linestyle="--",
            label=_("false, % of proposed links"),
        )
        ax.legend(frameon=False)
        low, high = self.table.iloc[0], self.table.iloc[-1]
        traded = low["missed"] < high["missed"] and low["false"] > high["false"]
        title = (
            _("A stricter threshold trades false links for missed ones")
            if traded
            else _("Both errors at every threshold")
        )
        return label(ax, title=title, x=_("threshold (probability)"), y=_("percent"))


@checked(
    linkage=A(Linkage, do=mark("Make it with link.")),
    left=FILE,
    right=FILE,
    probabilities=Several(Number(low=0.01, high=1), least=1),
    one_to_one=Flag(),
    by=GROUPS,
    person=Text(),
)
def error_tradeoff(
    linkage: Linkage,
    left: pd.DataFrame,
    right: pd.DataFrame | None = None,
    *,
    probabilities: Sequence[float] = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999),
    one_to_one: bool | None = None,
    by: Sequence[str] = ("sex", "script"),
    person: str = "true_person",
) -> ErrorTradeoff:
    """Count both errors of a linkage at several thresholds.

    Parameters
    ----------
    linkage : Linkage
        From `link`.
    left, right, by, person
        As in `linkage_errors`.
    probabilities : sequence of float
        Thresholds, 0.01 to 1.
    one_to_one : bool, optional
        As in `Linkage.proposals`.

    Returns
    -------
    ErrorTradeoff
        With a plot, and the cheapest threshold for stated costs.

    Raises
    ------
    InputError
        As `Linkage.proposals` and `linkage_errors`.
    """
    counted = []
    for probability in probabilities:
        proposals = linkage.proposals(probability, one_to_one=one_to_one)
        table = linkage_errors(proposals, left, right, by=by, person=person).table
        table.insert(0, "probability", probability)
        counted.append(table)
    columns = ["probability", "missed", "missed_rate", "false", "false_rate"]
    every = pd.concat(counted, ignore_index=True)
    whole = every["by"] == "all"
    return ErrorTradeoff(
        every.loc[whole, columns].reset_index(drop=True), every[~whole].reset_index(drop=True)
    )
