"""Answers leave a participant's kernel as plain values, written as type-tagged JSON: code never does.

This side runs in the participant's kernel, which can make it say anything. What it says is read in
the judge, by `bordercourse.grading.judging.plain_values`.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bordercourse.grading.limits import DEEPEST_ANSWER, LARGEST_ANSWERS, LONGEST_NUMBER, MOST_VALUES

__all__ = ["Asked", "NotPlainError", "ask", "encode"]

_SAFE_INT = 2**53
_SEQUENCES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (tuple, tuple.__iter__),
    (set, set.__iter__),
    (frozenset, frozenset.__iter__),
)
_WRITTEN: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (Decimal, str),
    (Fraction, str),
    (datetime, datetime.isoformat),
    (date, date.isoformat),
    (time, time.isoformat),
)


class NotPlainError(TypeError):
    """A value that is not plain: only its kind is told."""


def ask(names: Iterable[str], namespace: Mapping[str, Any]) -> str:
    """Return the values of `names` as JSON text; a name that is missing or not plain says so.

    Parameters
    ----------
    names : iterable of str
    namespace : mapping of str to object
        The participant's own.

    Examples
    --------
    >>> ask(["share", "f", "gone"], {"share": (1, 2.5), "f": len})
    '{"share": {"value": {"t": "tuple", "v": [1, 2.5]}}, "f": {"not plain": "a function"}, "gone": {}}'
    """
    answers: dict[str, Any] = {}
    for name in names:
        if name not in namespace:
            answers[name] = {}
            continue
        try:
            answers[name] = {"value": encode(namespace[name])}
        except NotPlainError as error:
            answers[name] = {"not plain": str(error)}
        except Exception as error:
            answers[name] = {"not plain": f"a value that fails with {type(error).__name__}"}
    text = json.dumps(answers, allow_nan=False)
    if len(text) > LARGEST_ANSWERS:
        return json.dumps({name: {"not plain": "too large"} for name in answers})
    return text


def encode(value: Any) -> Any:
    """Return `value` in a form that JSON keeps, or raise `NotPlainError`.

    Examples
    --------
    >>> encode({1: "one", "x": float("inf")})
    {'t': 'dict', 'v': [[1, 'one'], ['x', {'t': 'float', 'v': 'inf'}]]}
    """
    return _Encoder().encode(value, 0)


class Asked:
    """The answers as text, which IPython passes on without quotation marks."""

    def __init__(self, names: Iterable[str], namespace: Mapping[str, Any]) -> None:
        self.text = ask(names, namespace)

    def _repr_mimebundle_(self, **_kwargs: Any) -> dict[str, str]:
        return {"text/plain": self.text}


class _Encoder:
    def __init__(self) -> None:
        self.left = MOST_VALUES

    def encode(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0:
            raise NotPlainError("too large")
        if depth > DEEPEST_ANSWER:
            raise NotPlainError("nested too deep")
        if value is None or value is True or value is False:
            return value
        if value is ...:
            return {"t": "blank"}
        pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
        if pandas is not None and hasattr(pandas, "DataFrame"):
            tree = self._pandas(value, depth, pandas)
            if tree is not None:
                return tree
        if numpy is not None and hasattr(numpy, "ndarray"):
            tree = self._numpy(value, depth, numpy)
            if tree is not None:
                return tree
        return self._builtin(value, depth)

    def _builtin(self, value: Any, depth: int) -> Any:
        # A subclass crosses as the plain type below it: whatever its methods pretend stays behind.
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            number = int.__int__(value)
            if -_SAFE_INT < number < _SAFE_INT:
                return number
            if number.bit_length() > LONGEST_NUMBER * 3:
                raise NotPlainError("too large")
            return {"t": "int", "v": str(number)}
        if isinstance(value, float):
            real = float.__float__(value)
            return real if math.isfinite(real) else {"t": "float", "v": repr(real)}
        if isinstance(value, list):
            return [self.encode(item, depth + 1) for item in list.__iter__(value)]
        if isinstance(value, dict):
            items = [
                [self.encode(k, depth + 1), self.encode(v, depth + 1)]
                for k, v in zip(dict.keys(value), dict.values(value), strict=True)
            ]
            return {"t": "dict", "v": items}
        for kind, walk in _SEQUENCES:
            if isinstance(value, kind):
                return {"t": kind.__name__, "v": [self.encode(item, depth + 1) for item in walk(value)]}
        if isinstance(value, complex):
            return {"t": "complex", "v": [repr(value.real), repr(value.imag)]}
        for kind, write in _WRITTEN:
            if isinstance(value, kind):
                if _grows(value):
                    raise NotPlainError("too large")
                return {"t": kind.__name__, "v": write(value)}
        if isinstance(value, timedelta):
            return {"t": "timedelta", "v": [value.days, value.seconds, value.microseconds]}
        raise NotPlainError(_kind(value))

    def _numpy(self, value: Any, depth: int, np: Any) -> Any:
        if isinstance(value, np.generic) and not isinstance(value, np.void):
            dtype = str(value.dtype)
            if value.dtype.kind in "mM":
                return {"t": "numpy", "d": dtype, "v": int(value.astype("int64"))}
            if value.dtype.kind in "biufU":
                return {"t": "numpy", "d": dtype, "v": self._builtin(value.item(), depth)}
            raise NotPlainError(_kind(value))
        if isinstance(value, np.ndarray):
            array = np.asarray(value)
            return {"t": "array", "s": list(array.shape), **self._values(array.ravel(), depth)}
        return None

    def _values(self, values: Any, depth: int) -> dict[str, Any]:
        """Write one column of a table or one flat array: its type and its items."""
        dtype = str(values.dtype)
        kind = getattr(values.dtype, "kind", "O")
        if dtype.startswith(("datetime64", "timedelta64")):
            items: list[Any] = [int(v) for v in values.astype("int64")]
            self.left -= len(items)
        elif dtype == "category":
            pandas = sys.modules["pandas"]
            categorical = pandas.Categorical(values)
            return {
                "d": "category",
                "ordered": bool(categorical.ordered),
                "categories": self._values(categorical.categories, depth + 1),
                "v": [int(code) for code in categorical.codes],
            }
        else:
            if kind == "V":
                raise NotPlainError("an array of records")
            items = [self.encode(item, depth + 1) for item in values.tolist()]
        if self.left < 0:
            raise NotPlainError("too large")
        return {"d": dtype, "v": items}

    def _pandas(self, value: Any, depth: int, pd: Any) -> Any:
        if value is pd.NA:
            return {"t": "NA"}
        if value is pd.NaT:
            return {"t": "NaT"}
        if isinstance(value, pd.Timestamp):
            zone = None if value.tz is None else str(value.tz)
            return {"t": "timestamp", "v": int(value.value), "unit": value.unit, "tz": zone}
        if isinstance(value, pd.Timedelta):
            return {"t": "pd.timedelta", "v": int(value.value)}
        if isinstance(value, pd.Interval):
            ends = [self.encode(value.left, depth + 1), self.encode(value.right, depth + 1)]
            return {"t": "interval", "v": ends, "closed": value.closed}
        if isinstance(value, pd.Index):
            return self._index(value, depth, pd)
        if isinstance(value, pd.Series):
            return {
                "t": "series",
                "name": self.encode(value.name, depth + 1),
                "index": self._index(value.index, depth + 1, pd),
                **self._values(value, depth),
            }
        if isinstance(value, pd.DataFrame):
            if value.shape[0] * max(1, value.shape[1]) > MOST_VALUES:
                raise NotPlainError("too large")
            return {
                "t": "frame",
                "index": self._index(value.index, depth + 1, pd),
                "columns": self._index(value.columns, depth + 1, pd),
                "data": [self._values(value.iloc[:, i], depth + 1) for i in range(value.shape[1])],
            }
        return None

    def _index(self, index: Any, depth: int, pd: Any) -> dict[str, Any]:
        names = [self.encode(name, depth + 1) for name in index.names]
        if isinstance(index, pd.RangeIndex):
            return {"t": "range", "names": names, "v": [index.start, index.stop, index.step]}
        if isinstance(index, pd.MultiIndex):
            levels = [self._values(index.get_level_values(i), depth + 1) for i in range(index.nlevels)]
            return {"t": "levels", "names": names, "levels": levels}
        return {"t": "index", "names": names, **self._values(index, depth)}


def _grows(value: Any) -> bool:
    """Whether a number is endless to use, however short it is to write."""
    if isinstance(value, Fraction):
        return max(value.numerator.bit_length(), value.denominator.bit_length()) > LONGEST_NUMBER * 3
    if isinstance(value, Decimal) and value.is_finite():
        return abs(value.adjusted()) > LONGEST_NUMBER or len(value.as_tuple().digits) > LONGEST_NUMBER
    return False


def _kind(value: Any) -> str:
    kind = type(value)
    if callable(value):
        return "a class" if isinstance(value, type) else "a function"
    return f"a {kind.__module__}.{kind.__qualname__}".replace("a builtins.", "a ")[:120]
