"""Answers cross as plain values, written as type-tagged JSON: code never does.

`ask` runs in the participant's kernel; `read` runs in the judge only. A participant can make
`ask` say anything, but anything it can say is one more plain value: a wrong answer, no danger.
Nothing is ever unpickled, and `read` builds no class that is not named here.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

__all__ = ["LARGEST", "AnswersDamagedError", "Asked", "NotPlainError", "ask", "decode", "encode", "read"]

LARGEST = 2_000_000  # characters of JSON that the answers of one test cell may take
_DEEPEST = 24
_MOST = 200_000  # single values in one answer
_SAFE_INT = 2**53
_LONGEST_INT = 4000  # digits
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


class AnswersDamagedError(ValueError):
    """Text that `ask` would not have written."""


# -- in the participant's kernel ------------------------------------------------------------


def ask(names: Iterable[str], namespace: Mapping[str, Any]) -> str:
    """Return the values of `names` as JSON text; a name that is missing or not plain says so.

    Examples
    --------
    >>> ask(["share", "f", "gone"], {"share": (1, 2.5), "f": len})
    '{"share": {"value": {"t": "tuple", "v": [1, 2.5]}}, "f": {"not plain": "a function"}, "gone": {}}'
    """
    said: dict[str, Any] = {}
    for name in names:
        if name not in namespace:
            said[name] = {}
            continue
        try:
            said[name] = {"value": encode(namespace[name])}
        except NotPlainError as error:
            said[name] = {"not plain": str(error)}
        except Exception as error:
            said[name] = {"not plain": f"a value that fails with {type(error).__name__}"}
    text = json.dumps(said, allow_nan=False)
    if len(text) > LARGEST:
        return json.dumps({name: {"not plain": "too large"} for name in said})
    return text


def encode(value: Any) -> Any:
    """Return `value` in a form that JSON keeps, or raise `NotPlainError`.

    Examples
    --------
    >>> decode(encode({1: "one", "x": float("inf")}))
    {1: 'one', 'x': inf}
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
        self.left = _MOST

    def encode(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0:
            raise NotPlainError("too large")
        if depth > _DEEPEST:
            raise NotPlainError("nested too deep")
        if value is None or value is True or value is False:
            return value
        if value is ...:
            return {"t": "blank"}
        pandas, numpy = sys.modules.get("pandas"), sys.modules.get("numpy")
        if pandas is not None and hasattr(pandas, "DataFrame"):
            made = self._pandas(value, depth, pandas)
            if made is not None:
                return made
        if numpy is not None and hasattr(numpy, "ndarray"):
            made = self._numpy(value, depth, numpy)
            if made is not None:
                return made
        return self._builtin(value, depth)

    def _builtin(self, value: Any, depth: int) -> Any:
        # A subclass crosses as the plain type below it: whatever its methods pretend stays behind.
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            number = int.__int__(value)
            if -_SAFE_INT < number < _SAFE_INT:
                return number
            if number.bit_length() > _LONGEST_INT * 3:
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
            if value.shape[0] * max(1, value.shape[1]) > _MOST:
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


def _kind(value: Any) -> str:
    kind = type(value)
    if callable(value):
        return "a class" if isinstance(value, type) else "a function"
    return f"a {kind.__module__}.{kind.__qualname__}".replace("a builtins.", "a ")[:120]


# -- in the judge -----------------------------------------------------------------------------


def read(text: str) -> dict[str, tuple[bool, Any]]:
    """Return ``{name: (True, value)}``, or ``(False, kind)`` for a value that is missing or not plain.

    A missing name has the empty kind. Raises `AnswersDamagedError` for text that `ask` would not write.
    """
    if len(text) > LARGEST:
        raise AnswersDamagedError("too large")
    try:
        said = json.loads(text, parse_constant=_no_constant)
        if not isinstance(said, dict):
            raise AnswersDamagedError("not a table of names")
        return {name: _one(entry) for name, entry in said.items()}
    except AnswersDamagedError:
        raise
    except Exception as error:
        raise AnswersDamagedError(type(error).__name__) from None


def _one(entry: Any) -> tuple[bool, Any]:
    if not isinstance(entry, dict):
        raise AnswersDamagedError("not an entry")
    if "value" in entry:
        return True, decode(entry["value"])
    kind = entry.get("not plain", "")
    return False, kind[:200] if isinstance(kind, str) else ""


def _no_constant(token: str) -> Any:
    raise AnswersDamagedError(f"{token} outside a tag")


def decode(tree: Any, depth: int = 0) -> Any:
    """Return the plain value that `encode` wrote as `tree`."""
    if depth > 2 * _DEEPEST:
        raise AnswersDamagedError("nested too deep")
    if tree is None or isinstance(tree, (bool, int, float, str)):
        return tree
    if isinstance(tree, list):
        return [decode(item, depth + 1) for item in tree]
    if isinstance(tree, dict) and isinstance(tree.get("t"), str):
        reader = _READERS.get(tree["t"])
        if reader is not None:
            return reader(tree, depth + 1)
    raise AnswersDamagedError("an unknown tag")


def _items(tree: Any, depth: int) -> list[Any]:
    if not isinstance(tree, list):
        raise AnswersDamagedError("not a list")
    return [decode(item, depth) for item in tree]


def _int(tree: Any) -> int:
    if type(tree) is not int:
        raise AnswersDamagedError("not a whole number")
    return tree


def _text(tree: Any) -> str:
    if not isinstance(tree, str) or len(tree) > _LONGEST_INT:
        raise AnswersDamagedError("not a short text")
    return tree


def _read_dict(tree: Any, depth: int) -> dict[Any, Any]:
    return {decode(k, depth): decode(v, depth) for k, v in tree["v"]}


# Element types that may be named: numbers, truth values, text, dates, categories, and "any plain value".
_DTYPE = re.compile(
    r"bool|boolean|u?int(8|16|32|64)|float(16|32|64)|U?Int(8|16|32|64)|Float(32|64)|object|str|string|"
    r"<U\d{1,5}|(datetime|timedelta)64\[(s|ms|us|ns|D|M|Y)\]|"
    r"datetime64\[(s|ms|us|ns), [A-Za-z0-9_+:/-]{1,40}\]|"
    r"interval\[[a-z0-9]+, (left|right|both|neither)\]"
)


def _dtype(tree: Any) -> str:
    name = _text(tree["d"])
    if not _DTYPE.fullmatch(name):
        raise AnswersDamagedError("an unknown element type")
    return name


def _column(tree: Any, depth: int) -> Any:
    """Read one column as a pandas Series."""
    import pandas as pd

    if tree["d"] == "category":
        kinds = pd.Index(_column(tree["categories"], depth + 1))
        codes = [_int(code) for code in tree["v"]]
        return pd.Series(pd.Categorical.from_codes(codes, kinds, ordered=tree["ordered"] is True))
    name = _dtype(tree)
    if name.startswith(("datetime64", "timedelta64")):
        numbers = pd.Series([_int(v) for v in tree["v"]], dtype="int64")
        if ", " in name:
            unit, zone = name[len("datetime64[") : -1].split(", ")
            return numbers.astype(f"datetime64[{unit}]").dt.tz_localize("UTC").dt.tz_convert(zone)
        return numbers.astype(name)  # type: ignore[call-overload]
    items = _items(tree["v"], depth)
    if name.startswith("interval"):
        return pd.Series(pd.arrays.IntervalArray(items))
    return pd.Series(items, dtype="object" if name.startswith("<U") else name)  # type: ignore[call-overload]


def _read_array(tree: Any, depth: int) -> Any:
    import numpy as np

    name, shape = _dtype(tree), tuple(_int(n) for n in tree["s"])
    if name.startswith(("datetime64", "timedelta64")):
        return np.array([_int(v) for v in tree["v"]], dtype="int64").astype(name).reshape(shape)
    items = _items(tree["v"], depth)
    flat: Any = np.empty(len(items), dtype=name if name != "str" else object)
    flat[:] = items
    return flat.reshape(shape)  # raises where the shape and the items disagree


def _read_numpy(tree: Any, depth: int) -> Any:
    import numpy as np

    name, value = _dtype(tree), decode(tree["v"], depth)
    if name.startswith(("datetime64", "timedelta64")):
        return np.array(_int(value), dtype="int64").astype(name)[()]
    if name.startswith("<U"):
        return np.str_(_text(value))
    return np.dtype(name).type(value)


def _read_index(tree: Any, depth: int) -> Any:
    import pandas as pd

    names = _items(tree["names"], depth)
    if tree["t"] == "range":
        start, stop, step = (_int(n) for n in tree["v"])
        made: Any = pd.RangeIndex(start, stop, step)
        if len(made) > _MOST:
            raise AnswersDamagedError("too large")
    elif tree["t"] == "levels":
        made = pd.MultiIndex.from_arrays([_column(level, depth) for level in tree["levels"]])
    else:
        made = pd.Index(_column(tree, depth))
    made.names = names
    return made


def _read_series(tree: Any, depth: int) -> Any:
    import pandas as pd

    made = _column(tree, depth)
    index = decode(tree["index"], depth)
    if len(index) != len(made):
        raise AnswersDamagedError("rows disagree")
    return pd.Series(made.array, index=index, name=decode(tree["name"], depth))


def _read_frame(tree: Any, depth: int) -> Any:
    import pandas as pd

    index, columns = decode(tree["index"], depth), decode(tree["columns"], depth)
    data = [_column(column, depth) for column in tree["data"]]
    if len(columns) != len(data) or any(len(column) != len(index) for column in data):
        raise AnswersDamagedError("rows or columns disagree")
    frame = pd.DataFrame({i: column.array for i, column in enumerate(data)}, index=index)
    frame.columns = columns
    return frame


def _read_timestamp(tree: Any, depth: int) -> Any:
    import pandas as pd

    if tree["unit"] not in ("s", "ms", "us", "ns"):
        raise AnswersDamagedError("an unknown unit")
    made = pd.Timestamp(_int(tree["v"]), unit="ns").as_unit(tree["unit"])
    return made if tree["tz"] is None else made.tz_localize("UTC").tz_convert(_text(tree["tz"]))


def _pandas_name(name: str) -> Callable[[Any, int], Any]:
    def get(tree: Any, depth: int) -> Any:
        import pandas as pd

        return getattr(pd, name)

    return get


def _read_pd_timedelta(tree: Any, depth: int) -> Any:
    import pandas as pd

    return pd.Timedelta(_int(tree["v"]), unit="ns")


def _read_interval(tree: Any, depth: int) -> Any:
    import pandas as pd

    left, right = _items(tree["v"], depth)
    return pd.Interval(left, right, closed=_text(tree["closed"]))  # type: ignore[call-overload]


_READERS: dict[str, Callable[[Any, int], Any]] = {
    "blank": lambda tree, depth: ...,
    "int": lambda tree, depth: int(_text(tree["v"])),
    "float": lambda tree, depth: {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[tree["v"]],
    "complex": lambda tree, depth: complex(*(float(_text(part)) for part in tree["v"])),
    "dict": _read_dict,
    "tuple": lambda tree, depth: tuple(_items(tree["v"], depth)),
    "set": lambda tree, depth: set(_items(tree["v"], depth)),
    "frozenset": lambda tree, depth: frozenset(_items(tree["v"], depth)),
    "Decimal": lambda tree, depth: Decimal(_text(tree["v"])),
    "Fraction": lambda tree, depth: Fraction(_text(tree["v"])),
    "datetime": lambda tree, depth: datetime.fromisoformat(_text(tree["v"])),
    "date": lambda tree, depth: date.fromisoformat(_text(tree["v"])),
    "time": lambda tree, depth: time.fromisoformat(_text(tree["v"])),
    "timedelta": lambda tree, depth: timedelta(*(_int(part) for part in tree["v"])),
    "numpy": _read_numpy,
    "array": _read_array,
    "range": _read_index,
    "levels": _read_index,
    "index": _read_index,
    "series": _read_series,
    "frame": _read_frame,
    "NA": _pandas_name("NA"),
    "NaT": _pandas_name("NaT"),
    "timestamp": _read_timestamp,
    "pd.timedelta": _read_pd_timedelta,
    "interval": _read_interval,
}
