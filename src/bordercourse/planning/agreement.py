"""Agreement between two reviewers who judged the same things, beyond what chance gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Several, Text, checked
from bordercourse.results import Result

__all__ = ["Agreement", "cohens_kappa"]

_LABELS = Several(Text(), least=2)


@dataclass(frozen=True, repr=False)
class Agreement(Result):
    """How far two reviewers agree.

    Attributes
    ----------
    kappa : float
        1 where they always agree, 0 where they agree as often as chance would have it.
    agreed, by_chance : float
        Share of the things judged alike, and the share that chance alone would give.
    table : pandas.DataFrame
        How often each pair of labels was given: rows the first reviewer, columns the second.
    """

    kappa: float
    agreed: float
    by_chance: float
    table: pd.DataFrame

    def sentence(self) -> str:
        """Return kappa in one line."""
        return _("kappa {kappa:.2f}: alike in {agreed:.0%} of {n}, {chance:.0%} by chance").format(
            kappa=self.kappa, agreed=self.agreed, n=int(self.table.to_numpy().sum()), chance=self.by_chance
        )


@checked(first=_LABELS, second=_LABELS)
def cohens_kappa(first: Any, second: Any) -> Agreement:
    """Return Cohen's kappa of two reviewers who gave each thing one label.

    ``kappa = (agreed - by chance) / (1 - by chance)``. Chance is what two reviewers would agree on who give
    each label as often as these did, and look at nothing.

    Parameters
    ----------
    first, second : sequence of str
        The labels of each reviewer, in the same order of things; two or more things.

    Returns
    -------
    Agreement

    Raises
    ------
    InputError
        If the two differ in length, or both gave everything one and the same label.

    Notes
    -----
    *What the result is not.* It does not say who is right. Where nearly everything gets one label, kappa is
    low although the reviewers agree often: read it together with the table. All disagreements count alike.

    References
    ----------
    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20
    (1960), 37-46.

    Examples
    --------
    >>> cohens_kappa(["whole", "whole", "gap", "gap"], ["whole", "gap", "gap", "gap"])
    kappa 0.50: alike in 75% of 4, 50% by chance
    """
    if len(first) != len(second):
        raise InputError(
            "second",
            _("{m} labels for {n} of first.").format(m=len(second), n=len(first)),
            _("Give one label of each reviewer for each thing."),
        )
    labels = sorted({*first, *second})
    table = pd.crosstab(pd.Series(first), pd.Series(second)).reindex(
        index=labels, columns=labels, fill_value=0
    )
    table.index.name, table.columns.name = "first", "second"
    shares = table.to_numpy(dtype=float) / len(first)
    agreed = float(shares.trace())
    by_chance = float(shares.sum(axis=1) @ shares.sum(axis=0))
    if len(labels) == 1:
        raise InputError(
            "first",
            _("both reviewers gave everything the label {label}.").format(label=repr(labels[0])),
            _("Kappa needs two labels; say that they agreed everywhere."),
        )
    return Agreement((agreed - by_chance) / (1 - by_chance), agreed, by_chance, table)
