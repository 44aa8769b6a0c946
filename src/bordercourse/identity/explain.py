"""Why a pair of records scored as it did: a waterfall for a clerk."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from bordercourse.i18n import gettext as _
from bordercourse.identity.weights import match_probability, prior_weight
from bordercourse.page import table
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Explanation", "FieldWeight", "explain_row"]


@dataclass(frozen=True)
class FieldWeight:
    """What one field added to the score of a pair.

    Attributes
    ----------
    field, finding : str
        The field, and how the two values compare.
    left, right : str
        The compared values ("" where missing).
    weight : float
        Bits; positive speaks for one person, negative for two.
    """

    field: str
    finding: str
    left: str
    right: str
    weight: float

    def __str__(self) -> str:
        values = f" [{self.left or '–'} / {self.right or '–'}]" if self.left or self.right else ""
        return f"{self.weight:+6.1f}  {self.field}: {self.finding}{values}"


@dataclass(frozen=True, repr=False)
class Explanation(Result):
    """The score of one pair, field by field.

    Attributes
    ----------
    left, right : str
        record_id of the two records.
    prior : float
        Weight before any field is seen, in bits.
    field_weights : tuple of FieldWeight
        One a field; `prior` and these weights add up to `weight`.
    """

    left: str
    right: str
    prior: float
    field_weights: tuple[FieldWeight, ...]

    @property
    def weight(self) -> float:
        """Total weight in bits."""
        return self.prior + sum(step.weight for step in self.field_weights)

    @property
    def probability(self) -> float:
        """The model's belief that a pair like this is one person, 0 to 1."""
        return match_probability(self.weight)

    @property
    def percent(self) -> str:
        """The probability in percent, written so that it never reads as certainty."""
        return _percent(self.probability)

    def sentence(self) -> str:
        """Return the waterfall in words, a line a field."""
        lines = [
            _("Records {left} and {right}: one person?").format(left=self.left, right=self.right),
            f"{self.prior:+6.1f}  " + _("before any field is seen: most pairs are two people"),
            *map(str, self.field_weights),
            f"{self.weight:+6.1f}  " + _("total, a probability of {p}").format(p=self.percent),
            _("Each +1 doubles the odds, each -1 halves them. A registrar decides, not this score."),
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        heads = (_("field"), self.left, self.right, _("finding"), _("weight, bits"))
        rows = [
            (step.field, step.left or "–", step.right or "–", step.finding, f"{step.weight:+.1f}")
            for step in self.field_weights
        ]
        last = str(self).splitlines()
        return (
            f"{table(heads, rows)}"
            f"<p>{escape(last[1].strip())}<br>{escape(last[-2].strip())}</p><p><i>{escape(last[-1])}</i></p>"
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the waterfall: from the prior, field by field, to the total."""
        ax = axes(ax)
        names = [_("before"), *(step.field for step in self.field_weights), _("total")]
        changes = [self.prior, *(step.weight for step in self.field_weights)]
        level = 0.0
        ax.use_sticky_edges = False
        for at, change in enumerate([*changes, sum(changes)]):
            if at == len(changes):
                level, colour = 0.0, COLOURS["black"]
            else:
                colour = COLOURS["grey"] if at == 0 else COLOURS["blue" if change >= 0 else "vermilion"]
            ax.barh(at, change, left=level, color=colour)
            # The number stands at the end that the bar moves to, on white where the zero line crosses it.
            ax.annotate(
                f"{change:+.1f}",
                (level + change, at),
                xytext=(4 if change >= 0 else -4, 0),
                textcoords="offset points",
                ha="left" if change >= 0 else "right",
                va="center",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
            level += change
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
        ax.axvline(0, color=COLOURS["black"], linewidth=0.8)
        ax.margins(x=0.15)
        title = _("The fields add up to a probability of {p}").format(p=self.percent)
        return label(ax, title=title, x=_("weight, bits (0 is even odds)"))


def _percent(probability: float) -> str:
    """Write a probability so that it never reads as certainty."""
    if probability > 0.999:
        return _("more than 99.9%")
    return _("less than 0.1%") if probability < 0.001 else f"{probability:.1%}"


def explain_row(
    row: pd.Series[Any], model: dict[str, Any], labels: Mapping[str, str] | None = None
) -> Explanation:
    """Read one scored row of Splink, with the trained model, as an `Explanation`.

    Parameters
    ----------
    row : Series
        A row of Splink's predictions with its intermediate columns (gamma_, mw_).
    model : dict
        The model as Splink saves it.
    labels : mapping of str to str, optional
        What to call further fields, by Splink's name of the comparison.

    Returns
    -------
    Explanation
        Its weight equals the row's match_weight.
    """
    steps = tuple(_step(row, comparison, labels or {}) for comparison in model["comparisons"])
    prior = prior_weight(model["probability_two_random_records_match"])
    return Explanation(str(row["record_id_l"]), str(row["record_id_r"]), prior, steps)


def _step(row: pd.Series[Any], comparison: dict[str, Any], labels: Mapping[str, str]) -> FieldWeight:
    name = comparison["output_column_name"]
    levels = comparison["comparison_levels"]
    # Splink numbers the levels from the best (highest) down to 0, and a missing value is -1.
    known = [level for level in levels if not level.get("is_null_level")]
    gamma = int(row[f"gamma_{name}"])
    finding = (
        next(level for level in levels if level.get("is_null_level")) if gamma < 0 else known[-1 - gamma]
    )
    weight = float(row[f"mw_{name}"])
    label = str(finding["label_for_charts"])
    common = f"mw_tf_adj_{name}"
    if common in row.index:
        adjustment = float(row[common])
        weight += adjustment
        if abs(adjustment) >= 0.1:
            label += ", " + (_("a common one") if adjustment < 0 else _("a rare one"))
    return FieldWeight(
        labels.get(name) or _field(name), label, _value(row, f"{name}_l"), _value(row, f"{name}_r"), weight
    )


def _field(column: str) -> str:
    names = {
        "given": _("given name"),
        "family": _("family name"),
        "mother": _("mother's name"),
        "birth_date": _("date of birth"),
        "sex": _("sex"),
        "place_of_birth": _("place of birth"),
    }
    return names.get(column, column)


def _value(row: pd.Series[Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)
