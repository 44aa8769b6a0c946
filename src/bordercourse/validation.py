"""The course's own records, read by a validator: a key that is missing or misspelt is named with its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

__all__ = ["in_own_words", "read_record"]

T = TypeVar("T")


def read_record(path: Path, kind: type[T], **known: Any) -> T:
    """Return a TOML record as an instance of the dataclass `kind`, every key and type held to it.

    Parameters
    ----------
    path : path
        The file.
    kind : type
        A frozen dataclass; so may its fields be, and lists of them. A class whose
        ``__pydantic_config__`` says ``{"extra": "forbid"}`` takes no key that it does not name.
    **known
        Fields that do not stand in the file, such as its name.

    Raises
    ------
    InputError
        If the file is no TOML, or a key is missing, unknown or of another type: each is named.

    Notes
    -----
    The reading is pydantic's, in its strict mode: the text "60" is not the number 60.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from tempfile import mkdtemp
    >>> @dataclass
    ... class Office:
    ...     name: str
    ...     posts: int
    >>> path = Path(mkdtemp()) / "harbour.toml"
    >>> _size = path.write_text("posts = 'four'")
    >>> read_record(path, Office, name="Harbour")
    Traceback (most recent call last):
        ...
    bordercourse.errors.InputError: harbour.toml: posts: input should be a valid integer. Compare it ...
    """
    # Loaded here: a kernel that only answers questions starts without it.
    import tomllib

    from pydantic import ValidationError

    hashable: Any = kind
    read: Any = _validator(hashable)
    do = _("Compare it with a record that works, in the same folder.")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        # As JSON, a list may become a tuple and nothing else is bent.
        record: T = read.validate_json(json.dumps({**raw, **known}, default=str), strict=True)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(path.name, _("it is no TOML: {why}.").format(why=error), do) from None
    except ValidationError as error:
        problems = "; ".join(_problem(one) for one in error.errors(include_url=False))
        raise InputError(path.name, f"{problems}.", do) from None
    return record


@cache
def _validator(kind: type) -> Any:
    """The validator of one class: to make it takes longer than to read fifty records with it."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def in_own_words(record: T) -> T:
    """Return a record with its texts in the reader's language.

    Parameters
    ----------
    record : dataclass
        As `read_record` gave it. A class names its fields for readers in ``__texts__``: texts, lists of them,
        or tables whose values are texts. Records inside are told too.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Door:
    ...     __texts__ = ("says",)
    ...     code: str
    ...     says: str
    >>> in_own_words(Door("open", "Come in."))
    Door(code='open', says='Come in.')
    """
    assert is_dataclass(record)
    texts = getattr(record, "__texts__", ())
    changed: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name in texts:
            changed[field.name] = _told(value)
        elif is_dataclass(value):
            changed[field.name] = in_own_words(value)
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            changed[field.name] = tuple(in_own_words(one) for one in value)
    return replace(record, **changed)  # type: ignore[type-var]


def _told(value: Any) -> Any:
    if isinstance(value, str):
        # One paragraph is one text: no translation holds a line break.
        paragraphs = [" ".join(part.split("\n")) for part in value.strip().split("\n\n")]
        return "\n\n".join(_(part) for part in paragraphs)
    if isinstance(value, tuple):
        return tuple(_told(one) for one in value)
    if isinstance(value, Mapping):
        return {key: _told(text) for key, text in value.items()}
    return value


def _problem(error: Mapping[str, Any]) -> str:
    """Name the key of a record, and say what is wrong with it."""
    place = error["loc"]
    parts = [f"{part} {n + 1}" for part, n in pairwise(place) if isinstance(n, int)]
    if place and not isinstance(place[-1], int):
        parts.append(str(place[-1]))
    key = ", ".join(dict.fromkeys(parts))
    if error["type"] == "missing":
        return _("{key} is missing").format(key=key)
    if error["type"] == "unexpected_keyword_argument":
        return _("{key} is not known").format(key=key)
    return f"{key}: {error['msg'][:1].lower()}{error['msg'][1:]}"
