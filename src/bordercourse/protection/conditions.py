"""Finite domains of a decision table's inputs, and the conditions that rules set on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import Choice, Flag, Number, Several, Text, Whole, checked

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "YES_NO",
    "YES_NO_UNKNOWN",
    "ChoiceDomain",
    "Domain",
    "NumberDomain",
    "choices",
    "numbers",
    "parse",
]


class Condition(Protocol):
    """Something that holds for a value or not."""

    def holds(self, atom: Any) -> bool: ...


class Domain(Protocol):
    """The values that an input can have, cut into finitely many atoms."""

    def atoms(self, conditions: Sequence[Any]) -> list[Any]: ...
    def locate(self, value: Any, atoms: list[Any], name: str) -> int: ...
    def show(self, atom: Any) -> Any: ...
    def read(self, text: str, name: str) -> Condition: ...


@dataclass(frozen=True)
class _OneOf:
    values: frozenset[Any]

    def holds(self, atom: Any) -> bool:
        return atom in self.values


@dataclass(frozen=True)
class ChoiceDomain:
    """A closed list of values; `YES_NO` and `YES_NO_UNKNOWN` are two of them."""

    values: tuple[str, ...]

    def atoms(self, conditions: Sequence[Any]) -> list[Any]:
        return list(self.values)

    def show(self, atom: Any) -> Any:
        return atom

    def locate(self, value: Any, atoms: list[Any], name: str) -> int:
        if {"yes", "no"} <= set(self.values) and isinstance(value, bool | np.bool_):
            value = "yes" if value else "no"
        return self.values.index(Choice(*self.values).read(value, name))

    def read(self, text: str, name: str) -> Condition:
        negated = re.fullmatch(r"not\((.*)\)", text)
        parts = [part.strip() for part in (negated[1] if negated else text).split(",")]
        for part in parts:
            Choice(*self.values).read(part, name)
        return _OneOf(frozenset(self.values) - set(parts) if negated else frozenset(parts))


@dataclass(frozen=True)
class _Span:
    """An interval; `low_in` and `high_in` say whether its ends belong to it."""

    low: float
    high: float
    low_in: bool = True
    high_in: bool = True

    def holds(self, atom: _Span) -> bool:
        below = self.low < atom.low or (self.low == atom.low and (self.low_in or not atom.low_in))
        above = self.high > atom.high or (self.high == atom.high and (self.high_in or not atom.high_in))
        return below and above

    def contains(self, value: float) -> bool:
        return self.holds(_Span(value, value))


@dataclass(frozen=True)
class NumberDomain:
    """Every number from `low` to `high`, both included; `whole` keeps whole numbers only."""

    low: float
    high: float
    whole: bool = False

    def atoms(self, conditions: Sequence[Any]) -> list[Any]:
        """Cut the range at every bound, then join neighbours that no condition tells apart."""
        spans = [c for c in conditions if isinstance(c, _Span)]
        ends = {self.low, self.high} | {e for s in spans for e in (s.low, s.high)}
        cuts = sorted(e for e in ends if self.low <= e <= self.high)
        pieces = []
        for i, cut in enumerate(cuts):
            pieces.append(_Span(cut, cut))
            if i + 1 < len(cuts) and (not self.whole or cuts[i + 1] - cut > 1):
                pieces.append(_Span(cut, cuts[i + 1], low_in=False, high_in=False))
        out: list[_Span] = []
        for piece in pieces:
            if out and all(s.holds(piece) == s.holds(out[-1]) for s in spans):
                piece = _Span(out[-1].low, piece.high, out[-1].low_in, piece.high_in)
                out.pop()
            out.append(piece)
        return out

    def show(self, atom: _Span) -> Any:
        """Return a number inside the atom, to name the case by."""
        low, high = atom.low, atom.high
        if self.whole:
            return int((low + (not atom.low_in) + high - (not atom.high_in)) // 2)
        middle = (low + high) / 2
        return int(middle) if float(middle).is_integer() else middle

    def locate(self, value: Any, atoms: list[Any], name: str) -> int:
        kind = Whole if self.whole else Number
        number = kind(self.low, self.high).read(value, name)
        return next(i for i, atom in enumerate(atoms) if atom.contains(number))

    def read(self, text: str, name: str) -> Condition:
        number = r"\s*(-?\d+(?:\.\d+)?)\s*"
        if m := re.fullmatch(rf"(<=|>=|<|>){number}", text):
            end = self._end(m[2])
            span = {
                "<": _Span(-inf, end, high_in=False),
                "<=": _Span(-inf, end),
                ">": _Span(end, inf, low_in=False),
                ">=": _Span(end, inf),
            }[m[1]]
        elif m := re.fullmatch(rf"([\[\(]){number}\.\.{number}([\]\)])", text):
            span = _Span(self._end(m[2]), self._end(m[3]), m[1] == "[", m[4] == "]")
        elif m := re.fullmatch(number, text):
            span = _Span(self._end(m[1]), self._end(m[1]))
        else:
            raise InputError(
                name,
                _("{text!r} is no condition on a number.").format(text=text),
                _("Write <18, >=18, [5..18) or 7."),
            )
        return span

    def _end(self, text: str) -> float:
        value = float(text)
        if self.whole and not value.is_integer():
            raise InputError(text, _("this input has whole numbers only."), _("Write a whole number."))
        return value


class _Any:
    def holds(self, atom: Any) -> bool:
        return True


@checked(values=Several(Text(), least=2, do=mark("Give two or more.")))
def choices(*values: str) -> ChoiceDomain:
    """Return the domain of a closed list of at least two values.

    Examples
    --------
    >>> choices("child", "adult").values
    ('child', 'adult')
    """
    if len(set(values)) != len(values):
        raise InputError(
            "choices", _("{values}: a value stands twice.").format(values=values), _("Give each value once.")
        )
    return ChoiceDomain(tuple(values))


@checked(low=Number(), high=Number(), whole=Flag())
def numbers(low: float, high: float, *, whole: bool = False) -> NumberDomain:
    """Return the domain of all numbers from `low` to `high`, both included.

    Parameters
    ----------
    low, high : float
        The ends.
    whole : bool
        Keep whole numbers only.

    Returns
    -------
    NumberDomain

    Raises
    ------
    InputError
        If an end is no number, or `low` is not below `high`.

    Examples
    --------
    >>> numbers(0, 120, whole=True)
    NumberDomain(low=0, high=120, whole=True)
    """
    if not low < high:
        raise InputError("numbers", f"{low:g} .. {high:g}.", _("The first must be smaller than the second."))
    return NumberDomain(_plain(low), _plain(high), whole)


def _plain(end: float) -> float:
    """Return 120 for 120.0: the ends of a domain are shown."""
    return int(end) if float(end).is_integer() else end


YES_NO = ChoiceDomain(("yes", "no"))
YES_NO_UNKNOWN = ChoiceDomain(("yes", "no", "unknown"))


def parse(text: str, domain: Domain, name: str) -> Condition:
    """Read a condition; ``"-"`` holds for every value."""
    stripped = text.strip()
    return _Any() if stripped == "-" else domain.read(stripped, name)
