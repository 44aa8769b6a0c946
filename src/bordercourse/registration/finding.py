"""A method found by the name that somebody types: of its author, of another package, or short."""

from __future__ import annotations

import difflib
import importlib
import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from bordercourse.i18n import gettext as _
from bordercourse.inputs import Text, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OTHER_NAMES", "MethodsFound", "find", "source_of"]

#: What else each method is called: by its authors, by R's DDM, DemoTools and fertestr, in short.
OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "abridged_life_table": ("life table", "LTABR", "lt_abridged", "e0", "expectation of life"),
    "adair_lopez": ("completeness of death registration", "empirical completeness method", "Adair and Lopez"),
    "adjusted_extinct_generations": (
        "ggbseg", "GGB-SEG", "hybrid", "Hill, You and Choi", "delta method", "Dorrington",
    ),
    "adult_mortality": ("45q15", "adjusted death rates", "mortality of adults"),
    "age_sensitivity": ("ages by fit", "age trim", "ggbgetAgesFit", "seggetAgesFit", "sensitivity to ages"),
    "age_sex_accuracy": ("UN age-sex accuracy index", "joint score", "AGESEX", "age-sex score"),
    "bachi": ("check_heaping_bachi",),
    "brass_growth_balance": (
        "completeness of death registration", "Brass", "Brass growth balance", "BGB",
        "one-census growth balance",
    ),
    "coale_li": ("Coale-Li", "check_heaping_coale_li"),
    "coverage": ("coverage of registration",),
    "deaths_ratio_10_39_to_40_59": ("30d10/20d40", "30d10 / 20d40"),
    "direct_completeness": (
        "completeness", "completeness of birth registration", "birth registration completeness", "SDG 16.9.1",
        "SDG 17.19.2",
    ),
    "dual_system": (
        "Chandrasekaran-Deming", "Lincoln-Petersen", "Chapman", "capture-recapture", "dual record",
    ),
    "extinct_generations": (
        "completeness of death registration", "net migration", "seg", "synthetic extinct generations",
        "Bennett-Horiuchi", "Bennett and Horiuchi", "BH",
    ),
    "growth_balance": (
        "completeness of death registration", "net migration", "ggb", "generalised growth balance",
        "generalized growth balance", "Hill",
        "two-census growth balance",
    ),
    "heaping_table": ("heaping by province", "age heaping", "digit preference"),
    "jdanov": ("check_heaping_jdanov",),
    "kannisto": ("check_heaping_kannisto",),
    "myers": ("Myers' blended index", "check_heaping_myers"),
    "noumbissi": ("modified Whipple", "check_heaping_noumbissi"),
    "open_age_expectation": ("open age group", "open interval", "eOpen", "eOpenCD", "e(omega)"),
    "parity_fertility_ratio": (
        "P/F ratio", "P/F Brass", "Brass P/F", "PF", "TFR", "total fertility", "fertBrassPF",
    ),
    "population_at": ("mid-year population", "intercensal population", "interpolation between censuses"),
    "process_map": ("process mining", "directly-follows graph"),
    "redistribute": ("not stated", "not known", "unknown redistributed", "pro rata"),
    "regroup_ages": ("five-year groups", "group01", "groupAges"),
    "reverse_survival": ("TFR", "FertRevSurv", "births by reverse survival"),
    "sex_ratio_at_birth": ("SRB", "sex ratio"),
    "spoorenberg": ("total modified Whipple index", "Wtot", "check_heaping_spoorenberg"),
    "three_methods": (
        "ddm", "death distribution methods", "completeness of death registration", "net migration",
    ),
    "timeliness": ("late registration", "delayed registration", "late births"),
    "vital_statistics": ("vital statistics report", "tables of a report"),
    "whipple": ("Whipple's index", "check_heaping_whipple"),
    "write_workbook": ("Excel", "xlsx", "workbook"),
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class MethodsFound(Result):
    """The methods that go by a name.

    Attributes
    ----------
    asked : str
        The name that was typed.
    table : pandas.DataFrame
        One row a method: method (the function), also_called, does, source.
    exact : bool
        Whether a method has this name or is called so; else the name is only near, or stands in the help.
    """

    asked: str
    table: pd.DataFrame
    exact: bool

    def shown_table(self) -> pd.DataFrame:
        """Return the methods."""
        return self.table

    def sentence(self) -> str:
        """Return the functions and what they do, a line each."""
        if self.table.empty:
            return _(
                "No method is called {name}, and none is near. All stand in registration.find('')."
            ).format(name=self.asked)
        lines = [f"registration.{row.method}: {row.does}" for row in self.table.itertuples()]
        if not self.exact:
            lines.insert(0, _("No method is called {name}. Near it:").format(name=self.asked))
        return "\n".join(lines)


@checked(name=Text(empty=True))
def find(name: str) -> MethodsFound:
    """Find a method of registration by any of its names.

    Parameters
    ----------
    name : str
        What you would type: "ggb", "Bennett-Horiuchi", "45q15", "reverse survival". Capitals, spaces and
        marks do not count. An empty text gives all methods.

    Returns
    -------
    MethodsFound

    Raises
    ------
    InputError
        The name is no text.

    Notes
    -----
    A name that no method has gives those whose name is near or whose help holds the words, and says so.

    Examples
    --------
    >>> from bordercourse.registration import find
    >>> find("Bennett-Horiuchi")
    registration.extinct_generations: Estimate how complete reported deaths are, by synthetic extinct
    generations.
    >>> find("ggb").table["method"].tolist()
    ['growth_balance']
    """
    methods = _methods()
    wanted = _plain(name)
    names = {method: [_plain(one) for one in (method, *OTHER_NAMES.get(method, ()))] for method in methods}
    chosen = list(methods) if not wanted else [method for method in methods if wanted in names[method]]
    exact = bool(chosen)
    if not chosen:
        near = difflib.get_close_matches(
            wanted, [one for some in names.values() for one in some], n=5, cutoff=0.75
        )
        chosen = [method for method in methods if set(near) & set(names[method])]
        inside = [
            method for method in methods if any(len(wanted) > 3 and wanted in one for one in names[method])
        ]
        chosen = list(dict.fromkeys([*chosen, *inside, *_by_words(name, methods)]))[:8]
    table = pd.DataFrame(
        [
            (
                method,
                "; ".join(OTHER_NAMES.get(method, ())),
                _does(methods[method]),
                source_of(methods[method]),
            )
            for method in chosen
        ],
        columns=["method", "also_called", "does", "source"],
    )
    return MethodsFound(name, table, exact)


def _by_words(asked: str, methods: dict[str, Callable[..., Any]]) -> list[str]:
    """Return the methods whose name or help holds every word that was typed; first those named so."""
    words = [word for word in re.findall(r"[a-z0-9]+", asked.lower()) if len(word) > 2 and word not in _SMALL]
    if not words:
        return []
    found = []
    for method, function in methods.items():
        called = " ".join((method, *OTHER_NAMES.get(method, ()), _does(function))).lower()
        told = f"{called} {inspect.getdoc(function) or ''}".lower()
        if all(word in told for word in words):
            found.append((-sum(word in called for word in words), method))
    return [method for _in_name, method in sorted(found)]


_SMALL = frozenset({"the", "and", "for", "with", "from"})


def source_of(function: Callable[..., Any]) -> str:
    """Return the section References of a function's help on one line; empty without one."""
    found = re.search(
        r"References\n-+\n(.*?)(?:\n\n[A-Z][a-z]+\n-+\n|\Z)", inspect.getdoc(function) or "", re.S
    )
    # Sources of many methods stand on one page: without the numbers by which one help tells its own apart.
    return " ".join(re.sub(r"\.\. \[\d+\] ", "", found.group(1)).split()) if found else ""


def _does(function: Callable[..., Any]) -> str:
    return " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _methods() -> dict[str, Callable[..., Any]]:
    room = importlib.import_module("bordercourse.registration")
    return {
        name: getattr(room, name) for name in sorted(room.__all__) if inspect.isfunction(getattr(room, name))
    }
