"""Answers come into the judge as plain values: whatever a kernel wrote, it is a value or it is refused.

A participant can make a kernel say anything, but anything it can say is one more plain value: a
wrong answer, no danger. Nothing is ever unpickled, and no class is built that is not named here.
Values that are short to write and endless to use (``1e99999999``, keys with the same hash) are
refused too; what tests make of the others is bounded in time.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from bordercourse.grading.limits import (
    DEEPEST_ANSWER,
    LARGEST_ANSWERS,
    LONGEST_NUMBER,
    MOST_ALIKE,
    MOST_VALUES,
)

__all__ = ["AnswersDamagedError", "decode", "read"]


class AnswersDamagedError(ValueError):
    """Text that a kernel would not have written of itself."""


def read(text: str) -> dict[str, tuple[bool, Any]]:
    """Return ``{name: (True, value)}``, or ``(False, kind)`` for a value that is missing or not plain.

    A missing name has the empty kind. Raises `AnswersDamagedError` for text that `ask` would not write.
    """
    if len(text) > LARGEST_ANSWERS:
        raise AnswersDamagedError("too large")
    try:
        answers = json.loads(text, parse_constant=_no_constant)
        if not isinstance(answers, dict):
            raise AnswersDamagedError("not a table of names")
        return {name: _one(entry) for name, entry in answers.items()}
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
    """Return the plain value that `asking.encode` wrote as `tree`.

    Parameters
    ----------
    tree : object
        Of lists, tables, texts, numbers and None, as JSON has them.
    depth : int
        Levels above it.

    Examples
    --------
    >>> decode({"t": "dict", "v": [[1, {"t": "tuple", "v": [2.5, {"t": "float", "v": "inf"}]}]]})
    {1: (2.5, inf)}
    """
    if depth > 2 * DEEPEST_ANSWER:
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
    if not isinstance(tree, str) or len(tree) > LONGEST_NUMBER:
        raise AnswersDamagedError("not a short text")
    return tree


def _apart(keys: Iterable[Any]) -> None:
    """Refuse keys of which too many share a hash: to put n of them together takes time with n squared."""
    hashes = Counter(map(hash, keys))
    if hashes and max(hashes.values()) > MOST_ALIKE:
        raise AnswersDamagedError("keys that are too much alike")


def _read_dict(tree: Any, depth: int) -> dict[Any, Any]:
    items = [(decode(k, depth), decode(v, depth)) for k, v in tree["v"]]
    _apart(key for key, _value in items)
    return dict(items)


def _members(tree: Any, depth: int) -> list[Any]:
    items = _items(tree["v"], depth)
    _apart(items)
    return items


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if number.is_finite() and abs(number.adjusted()) > LONGEST_NUMBER:
        raise AnswersDamagedError("a number without end")
    return number


def _fraction(text: str) -> Fraction:
    if not re.fullmatch(r"-?[0-9]+(/[0-9]+)?", text):
        raise AnswersDamagedError("not a fraction")
    return Fraction(text)


# Element types that may be named: numbers, truth values, text, dates, categories, and "any plain value".
_DTYPE = re.compile(
    r"bool|boolean|u?int(8|16|32|64)|float(16|32|64)|U?Int(8|16|32|64)|Float(32|64)|object|str|string|"
    r"<U\d{1,5}|(datetime|timedelta)64\[(s|ms|us|ns|D|M|Y)\]|"
    r"datetime64\[(s|ms|us|ns), (?!dateutil)[A-Za-z0-9_+:/-]{1,40}\]|"
    r"interval\[[a-z0-9]+, (left|right|both|neither)\]"
)

_ZONE = re.compile(r"(?!dateutil)[A-Za-z0-9_+:/-]{1,40}")  # dateutil's may name any file


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
    if name.startswith("<U") and int(name[2:]) * len(items) > LARGEST_ANSWERS:
        raise AnswersDamagedError("too large")
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
        index: Any = pd.RangeIndex(start, stop, step)
        if len(index) > MOST_VALUES:
            raise AnswersDamagedError("too large")
    elif tree["t"] == "levels":
        index = pd.MultiIndex.from_arrays([_column(level, depth) for level in tree["levels"]])
    else:
        index = pd.Index(_column(tree, depth))
    index.names = names
    return index


def _read_series(tree: Any, depth: int) -> Any:
    import pandas as pd

    column = _column(tree, depth)
    index = decode(tree["index"], depth)
    if len(index) != len(column):
        raise AnswersDamagedError("rows disagree")
    return pd.Series(column.array, index=index, name=decode(tree["name"], depth))


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
    moment = pd.Timestamp(_int(tree["v"]), unit="ns").as_unit(tree["unit"])
    if tree["tz"] is None:
        return moment
    if not _ZONE.fullmatch(_text(tree["tz"])):
        raise AnswersDamagedError("an unknown time zone")
    return moment.tz_localize("UTC").tz_convert(tree["tz"])


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
    "set": lambda tree, depth: set(_members(tree, depth)),
    "frozenset": lambda tree, depth: frozenset(_members(tree, depth)),
    "Decimal": lambda tree, depth: _decimal(_text(tree["v"])),
    "Fraction": lambda tree, depth: _fraction(_text(tree["v"])),
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
