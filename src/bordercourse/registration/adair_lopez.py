"""The empirical method of Adair and Lopez for the completeness of death registration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from bordercourse.datasets import load
from bordercourse.errors import InputError, warn
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Choice, Input, Numbers, Text, checked, same_names, shown
from bordercourse.plotting import COLOURS, axes, label
from bordercourse.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Sex = Literal["both", "female", "male"]

__all__ = ["EmpiricalCompleteness", "adair_lopez"]

# Adair and Lopez (2018), Table 2: RegCDR², RegCDR, share 65+, ln(5q0), C5q0, year, constant.
_COEFFICIENTS: dict[tuple[int, str], tuple[float, ...]] = {
    (1, "both"): (-0.0177, 0.6375, -13.8914, -1.1136, 2.2063, -0.0174, 29.3677),
    (1, "male"): (-0.0174, 0.5957, -12.9528, -1.1266, 2.0030, -0.0188, 32.3442),
    (1, "female"): (-0.0198, 0.6959, -17.4154, -1.1720, 1.9387, -0.0144, 23.5542),
    (2, "both"): (-0.0238, 0.8419, -19.6118, -1.5135, 0.0, -0.0251, 44.3755),
    (2, "male"): (-0.0227, 0.7620, -17.3543, -1.4798, 0.0, -0.0265, 47.3778),
    (2, "female"): (-0.0255, 0.8841, -22.1099, -1.5262, 0.0, -0.0217, 37.7887),
}


@dataclass(frozen=True, repr=False)
class EmpiricalCompleteness(Result):
    """Predicted completeness of death registration.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a population: registered_death_rate (per 1,000 a year), country_effect (on the logit
        scale; 0 where none is used) and completeness (share of deaths registered).
    model : int
        1 or 2.
    sex : str
        "both", "female" or "male".
    """

    table: pd.DataFrame
    model: Literal[1, 2]
    sex: Sex

    @property
    def completeness(self) -> Any:
        """Share of deaths registered: a number, or a Series for several populations."""
        column = self.table["completeness"]
        return float(column.iloc[0]) if len(self.table) == 1 else column

    def sentence(self) -> str:
        """Return model, sex and completeness in one line."""
        sex = {"both": _("both sexes"), "female": _("females"), "male": _("males")}[self.sex]
        if len(self.table) == 1:
            return _("Adair-Lopez model {m}, {sex}: completeness {c:.1%}").format(
                m=self.model, sex=sex, c=self.completeness
            )
        return _("Adair-Lopez model {m}, {sex}: {n} populations, {low:.1%} to {high:.1%}").format(
            m=self.model,
            sex=sex,
            n=len(self.table),
            low=self.table["completeness"].min(),
            high=self.table["completeness"].max(),
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw completeness against the registered death rate."""
        ax = axes(ax)
        ax.plot(
            self.table["registered_death_rate"], 100 * self.table["completeness"], "o", color=COLOURS["blue"]
        )
        ax.set_ylim(0, 100)
        if len(self.table) == 1:
            title = _("Predicted: {share:.0%} of deaths are registered").format(share=self.completeness)
        else:
            title = _("Predicted: {low:.0%} to {high:.0%} of deaths are registered").format(
                low=self.table["completeness"].min(), high=self.table["completeness"].max()
            )
        return label(
            ax, title=title, x=_("Registered deaths per 1,000 people a year"), y=_("Registered, % of deaths")
        )


class Countries(Input):
    """One country, or a Series of countries with the populations as index."""

    def read(self, value: Any, name: str) -> Any:
        """Return the name or the Series."""
        if isinstance(value, pd.Series):
            return value.map(lambda one: Text().read(one, name))
        if isinstance(value, str):
            return Text().read(value, name)
        raise InputError(
            name,
            _("this is {kind}.").format(kind=type(value).__name__),
            _("Give a name, or a Series of names with the populations as index."),
        )


#: A crude death rate below this, per 1,000, is more often one per person.
LIKELY_PER_PERSON = 0.06

_SHARE = Numbers(0, 1, do=mark("Give a share between 0 and 1, not a percentage."))


@checked(
    registered_death_rate=Numbers(0, 60, do=mark("Give deaths per 1,000 people a year.")),
    share_65=Numbers(0, 0.6, do=mark("Give a share between 0 and 1, not a percentage.")),
    under5_mortality=Numbers(1e-4, 0.5, do=mark("Give a probability (0.0366), not deaths per 1,000 (36.6).")),
    year=Numbers(1950, 2100, do=mark("Give a calendar year, such as 2019.")),
    model=Choice(1, 2),
    under5_completeness=_SHARE,
    sex=Choice("both", "female", "male"),
    country=Countries(),
)
def adair_lopez(
    registered_death_rate: object,
    share_65: object,
    under5_mortality: object,
    year: object,
    *,
    model: Literal[1, 2],
    under5_completeness: object | None = None,
    sex: Sex = "both",
    country: str | pd.Series[str] | None = None,
) -> EmpiricalCompleteness:
    r"""Predict how complete death registration is, by the empirical method of Adair and Lopez.

    .. math:: \mathrm{logit}\, C = \beta_1 R^2 + \beta_2 R + \beta_3 A + \beta_4 \ln({}_5q_0)
       + \beta_5 C_{5q0} + \beta_6 \, year + \beta_0 + country

    with R the registered crude death rate and A the share aged 65 and over. Model 2 has no C5q0.

    Parameters
    ----------
    registered_death_rate : number, array or pandas.Series
        Registered deaths per **1,000** people a year. A Series names the populations.
    share_65 : number, array or pandas.Series
        People aged 65 and over as a **share** of all (0.04, not 4).
    under5_mortality : number, array or pandas.Series
        5q0 as a **probability** (0.0366, not 36.6 per 1,000), of the true level, not the registered.
    year : number, array or pandas.Series
        Calendar year.
    model : {1, 2}
        Model 1 uses `under5_completeness`, model 2 does not.
    under5_completeness : number, array or pandas.Series, optional
        Share of under-five deaths that are registered; for model 1 only.
    sex : {"both", "female", "male"}
        Which of the three fits; the inputs must be of that sex (the 5q0 and its completeness too).
    country : str or pandas.Series of str, optional
        Adds the country's effect. 110 countries have one for both sexes, 108 for each sex (data set
        ``adair_lopez_country_effects``); Cambodia, Indonesia, Mozambique and Viet Nam do not.
        Leave it out for a district or a country without one.

    Returns
    -------
    EmpiricalCompleteness

    Raises
    ------
    InputError
        A value has the wrong unit or sign, model 1 lacks `under5_completeness` or model 2 has it, or the
        country has no effect.

    Notes
    -----
    *What the result is not.* It is a prediction from 110 countries between 1970 and 2015, not a count. It
    fails where adults die unusually often for the level of child mortality (HIV, war), and says little
    beyond 2015: the trend with the year is carried on. The squared term turns the curve down above
    16.8 to 18 registered deaths per 1,000 people, by model and sex: do not use it there. A rate below 0.06
    brings a warning that it may be per person. Printed
    coefficients are rounded; with them the published predictions are met within 0.025.

    References
    ----------
    T. Adair and A. D. Lopez (2018), "Estimating the completeness of death registration: An empirical
    method", PLOS ONE 13(5), e0197047: Table 2, and S2 to S7 Tables for the country effects.

    Examples
    --------
    Iraq in 2008. The article predicts 0.588 from unrounded coefficients:

    >>> from bordercourse.registration import adair_lopez
    >>> adair_lopez(3.35973, 0.033037, 0.036607, 2008, model=2, country="Iraq")
    Adair-Lopez model 2, both sexes: completeness 56.6%
    """
    if (model == 1) != (under5_completeness is not None):
        raise InputError(
            "under5_completeness",
            _("model 1 needs it.") if model == 1 else _("model 2 has no place for it."),
            _("Give it with model 1, leave it out with model 2."),
        )
    given = [registered_death_rate, share_65, under5_mortality, year]
    titles = ["registered_death_rate", "share_65", "under5_mortality", "year"]
    if under5_completeness is not None:
        given.append(under5_completeness)
        titles.append("under5_completeness")
    index, arrays = _aligned(given, titles)
    rate, old, q5, when = arrays[:4]
    child = arrays[4] if model == 1 else np.zeros_like(rate)
    if (rate == 0).any():
        raise InputError(
            "registered_death_rate",
            _("no death is registered."),
            _("Then completeness is 0; the model cannot say so and would predict more."),
        )
    notes = _small_rate(rate)
    effect = _effects(country, index, model, sex)
    b = _COEFFICIENTS[model, sex]
    logit = b[0] * rate**2 + b[1] * rate + b[2] * old + b[3] * np.log(q5) + b[4] * child + b[5] * when + b[6]
    completeness = 1 / (1 + np.exp(-(logit + effect)))
    table = pd.DataFrame(
        {"registered_death_rate": rate, "country_effect": effect, "completeness": completeness}, index=index
    )
    return EmpiricalCompleteness(table, model, sex, notes=notes)


def _small_rate(rate: Floats) -> tuple[str, ...]:
    """Return a note where a rate is more likely one per person, and warn of it."""
    low = rate[rate < LIKELY_PER_PERSON]
    if not len(low):
        return ()
    note = _(
        "{rate:g} registered deaths per 1,000 people a year is very few. "
        "If it is per person, multiply by 1,000."
    ).format(rate=low[0])
    warn(note)
    return (note,)


def _aligned(given: list[object], titles: list[str]) -> tuple[pd.Index[Any] | None, list[Floats]]:
    index, ordered = same_names(
        dict(zip(titles, given, strict=True)),
        _("it names other populations than the rest."),
        _("Give all for the same ones."),
    )
    arrays = [np.atleast_1d(np.asarray(value, dtype=np.float64)) for value in ordered.values()]
    try:
        together = list(np.broadcast_arrays(*arrays))
    except ValueError:
        together = []
    if together and not together[0].size:
        raise InputError(titles[0], _("there are no populations."), _("Check the filter that made it."))
    if not together or together[0].ndim > 1 or (index is not None and len(together[0]) != len(index)):
        raise InputError(
            ", ".join(titles), _("they have different lengths."), _("Give one of each for every population.")
        )
    return index, together


@cache
def _known_effects(model: int, sex: Sex) -> pd.Series[float]:
    table = load("adair_lopez_country_effects")
    return table[(table["model"] == model) & (table["sex"] == sex)].set_index("country")["effect"]


def _effects(
    country: str | pd.Series[str] | None, index: pd.Index[Any] | None, model: int, sex: Sex
) -> float | Floats:
    if country is None:
        return 0.0
    known = _known_effects(model, sex)
    if isinstance(country, pd.Series):
        same = index is not None and country.index.is_unique and len(country) == len(index)
        if index is None or not same or not country.index.isin(index).all():
            raise InputError("country", _("it names other populations."), _("Give all for the same ones."))
        wanted = list(country.reindex(index))
    else:
        wanted = [country]  # one for all
    unknown = [name for name in wanted if name not in known.index]
    if unknown:
        raise InputError(
            "country",
            _("{country} has no effect in model {model} for {sex}.").format(
                country=shown(unknown[0]), model=model, sex=repr(sex)
            ),
            _("Leave it out, or choose a name in load('adair_lopez_country_effects')."),
        )
    effects: Floats = known.loc[wanted].to_numpy(dtype=np.float64)
    return float(effects[0]) if isinstance(country, str) else effects
