"""What a blank asks for: a number of which kind and range, or something else.

An exercise states it once, in its visible checks. They are read from the notebook, so that a message
in the box above, where the answer is typed, fits what is asked.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from bordercourse.i18n import gettext as _

__all__ = ["KINDS", "AskedNumber", "Blank", "blanks_in"]

KINDS = ("number", "count", "percent", "share", "year")
_DEFAULT_RANGE: Mapping[str, tuple[float | None, float | None]] = {
    "number": (None, None),
    "count": (0, None),
    "percent": (0, 100),
    "share": (0, 1),
    "year": (1800, 2100),
}


@dataclass(frozen=True)
class AskedNumber:
    """A number that is asked for.

    Parameters
    ----------
    kind : str, default "number"
        ``"number"``; ``"count"``, of people, births, days: whole and never negative; ``"percent"``,
        where a number between 0 and 1 is taken for a share; ``"share"``, between 0 and 1; ``"year"``,
        of the common calendar.
    low, high : float, optional
        The stated range; each kind has its own where they are left out.
    unit : str
        What is counted or measured: ``"people"``.

    Examples
    --------
    >>> AskedNumber("count", high=800, unit="entries").problem("typed_again", 2.5)
    'typed_again is 2.5. It counts entries, so it must be a whole number. Leave out a point that marks ...'
    >>> AskedNumber("count", high=800, unit="entries").problem("typed_again", 25)
    ''
    """

    kind: str = "number"
    low: float | None = None
    high: float | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}; it must be one of {', '.join(KINDS)}")

    @property
    def whole(self) -> bool:
        """Whether the number has no decimals."""
        return self.kind in ("count", "year")

    @property
    def range(self) -> tuple[float | None, float | None]:
        """The lowest and the highest number that can be an answer."""
        low, high = _DEFAULT_RANGE[self.kind]
        return (low if self.low is None else self.low), (high if self.high is None else self.high)

    def problem(self, name: str, value: float) -> str:
        """Return why `value` cannot be the answer `name`, and what to do; nothing where it can."""
        low, high = self.range
        inside = (low is None or value >= low) and (high is None or value <= high)
        shown = f"{value:.10g}"
        if self.whole and abs(value - round(value)) > 1e-6:
            return self._not_whole(name, shown)
        if self.kind == "percent" and 0 < abs(value) < 1:
            return _(
                "{name} is {value}, a share of one. The question asks for percent: multiply by 100."
            ).format(name=name, value=shown)
        if inside:
            return ""
        if self.kind == "share" and 1 < value <= 100:
            return _(
                "{name} is {value}, a percent. The question asks for a share of one: divide by 100."
            ).format(name=name, value=shown)
        if self.kind == "year":
            return _(
                "{name} is {value}. It must be a year of the common calendar, {limits}, with four figures."
            ).format(name=name, value=shown, limits=self.limits())
        return _("{name} is {value}. It must be {limits}. Check the unit and the numbers you used.").format(
            name=name, value=shown, limits=self.limits()
        )

    def _not_whole(self, name: str, shown: str) -> str:
        counts = self.unit or (_("years") if self.kind == "year" else _("whole things"))
        return _(
            "{name} is {value}. It counts {unit}, so it must be a whole number. "
            "Leave out a point that marks thousands; if there is none, calculate again."
        ).format(name=name, value=shown, unit=counts)

    def limits(self) -> str:
        """Return the range in words, each number as one would type it."""
        low, high = self.range
        unit = f" {self.unit}" if self.unit else ""
        if low is not None and high is not None:
            return _("between {low} and {high}").format(low=f"{low:.10g}", high=f"{high:.10g}") + unit
        if low is not None:
            return _("at least {low}").format(low=f"{low:.10g}") + unit
        if high is not None:
            return _("at most {high}").format(high=f"{high:.10g}") + unit
        return _("a number") + unit


@dataclass(frozen=True)
class Blank:
    """What one name asks for: a number, named numbers, or (both empty) something else.

    Parameters
    ----------
    number : AskedNumber, optional
        Of the name itself, or of each of its entries.
    entries : mapping of str to AskedNumber
        Where the entries ask for different numbers.
    """

    number: AskedNumber | None = None
    entries: Mapping[str, AskedNumber] | None = None

    def of(self, key: str | None) -> AskedNumber | None:
        """Return the number that the entry `key` asks for, or the name itself."""
        return (self.entries or {}).get(key or "", self.number)


def blanks_in(sources: Iterable[str]) -> dict[str, Blank]:
    """Return what each name asks for, from the visible checks in the code cells `sources`.

    Examples
    --------
    >>> blanks_in(['exercise.check_number("b1", weeks, name="weeks", low=0, unit="weeks")'])
    {'weeks': Blank(number=AskedNumber(kind='number', low=0, high=None, unit='weeks'), entries=None)}
    """
    blanks: dict[str, Blank] = {}
    for source in sources:
        try:
            tree = ast.parse(source)
        except SyntaxError:  # a participant's own cell
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            named = len(node.args) == 2 and isinstance(node.args[1], ast.Name)
            if node.func.attr.startswith("check_") and named:
                answer = node.args[1]
                assert isinstance(answer, ast.Name)
                blanks[answer.id] = _blank(node.func.attr, _literals(node))
    return blanks


def _literals(call: ast.Call) -> dict[str, Any]:
    values = {}
    for keyword in call.keywords:
        try:
            values[keyword.arg or ""] = ast.literal_eval(keyword.value)
        except ValueError:
            continue
    return values


_OF_NUMBER = [field.name for field in fields(AskedNumber)]


def _blank(check: str, keywords: Mapping[str, Any]) -> Blank:
    plain = AskedNumber(**{name: keywords[name] for name in _OF_NUMBER if name in keywords})
    if check == "check_number":
        return Blank(plain)
    numbers = keywords.get("numbers")
    if isinstance(numbers, Mapping):
        return Blank(entries={key: AskedNumber(**of) for key, of in numbers.items()})
    return Blank(plain if numbers is True else None)
