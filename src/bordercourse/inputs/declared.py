"""The decorator that reads every input of a function by its declaration."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numpy as np

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.inputs.columns import read_columns

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["InTable", "Input", "advice", "checked", "inputs_of", "shown"]

P = ParamSpec("P")
R = TypeVar("R")
_LONGEST = 60


class Input:
    """What one input must be. A room may declare a kind of its own by a subclass with `read`.

    ``maybe`` lets ``None`` pass where it is not the default.
    """

    maybe: bool = False

    def read(self, value: Any, name: str) -> Any:
        """Return `value` as the function uses it, or raise an `InputError` that names the input."""
        raise NotImplementedError


class InTable(Input):
    """An input that names columns of another input, `table`; `holds` is what must stand in them."""

    table: str
    holds: Input | None

    def columns(self, value: Any) -> tuple[str, ...]:
        """Return the columns that an input, after `read`, names."""
        raise NotImplementedError


def shown(value: object) -> str:
    """Return a value as a reader would write it: 5, not np.int64(5); a long one by its kind.

    Examples
    --------
    >>> shown(np.int64(5)), shown("half"), shown(range(3)), shown(list(range(40)))
    ('5', "'half'", 'range(0, 3)', 'a list')
    """
    if isinstance(value, np.generic) and not isinstance(value, np.datetime64 | np.timedelta64):
        value = value.item()
    text = str(value) if isinstance(value, np.datetime64 | np.timedelta64) else repr(value)
    if len(text) <= _LONGEST and "\n" not in text:
        return text
    return _("a {kind}").format(kind=type(value).__name__)


def advice(do: str, otherwise: str) -> str:
    """Return what a declaration says to do, in the reader's language; `otherwise` where it says nothing."""
    return _(do) if do else otherwise


def inputs_of(function: Callable[..., Any]) -> Mapping[str, Input]:
    """Return what a function declares of its inputs, by name; empty for a function that declares nothing.

    Examples
    --------
    >>> from bordercourse.crossing import clearance_time
    >>> inputs_of(clearance_time)["start"]
    Number(low=0, high=inf, above=None, below=None)
    """
    declared: Mapping[str, Input] = getattr(function, "__inputs__", {})
    return declared


def checked(**inputs: Input) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare the inputs of a function: each is read by its declaration before the function runs.

    Every parameter is declared. Above a class, the inputs are those of its constructor. ``None`` passes
    where it is the default. A call that names an input which the function has not, or that leaves one out,
    is answered with a sentence too.

    Parameters
    ----------
    **inputs : Input
        What each parameter must be.

    Returns
    -------
    function
        A decorator that keeps the signature.

    Raises
    ------
    TypeError
        When the function is defined: a parameter is not declared, or a declaration has no parameter.

    Examples
    --------
    >>> from bordercourse.inputs import Number, Whole
    >>> @checked(days=Whole(low=1), cost=Number(low=0))
    ... def total(days, cost=100.0):
    ...     return days * cost
    >>> total(np.int64(3))
    300.0
    >>> total("3")
    Traceback (most recent call last):
        ...
    bordercourse.errors.InputError: days: '3' is text, not a number. Write it without quotation marks.
    >>> total(days=3, costs=5)
    Traceback (most recent call last):
        ...
    bordercourse.errors.InputError: costs: total() has no such input. Did you mean cost? It has: days, cost.
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        if isinstance(function, type):
            made: Any = function
            made.__init__ = checked(**inputs)(made.__init__)
            made.__inputs__ = MappingProxyType(inputs)
            return function
        title = function.__qualname__.removesuffix(".__init__").rsplit(".", 1)[-1]
        signature = inspect.signature(function)
        parameters = {name: p for name, p in signature.parameters.items() if name not in ("self", "cls")}
        if set(parameters) != set(inputs):
            odd = ", ".join(sorted(set(parameters) ^ set(inputs)))
            raise TypeError(f"{function.__qualname__}: declare each parameter once ({odd})")
        may_lack = {name: kind.maybe or parameters[name].default is None for name, kind in inputs.items()}
        kinds = [(name, kind, may_lack[name]) for name, kind in inputs.items()]  # once, not in every call
        tables = {name: kind for name, kind in inputs.items() if isinstance(kind, InTable)}
        named_kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        by_name = not tables and all(p.kind in named_kinds for p in signature.parameters.values())
        positional = [p.name for p in signature.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
        known = frozenset(signature.parameters)
        needed = frozenset(p.name for p in signature.parameters.values() if p.default is p.empty)

        @wraps(function)
        def read_first(*args: P.args, **kwargs: P.kwargs) -> R:
            given: Any
            if by_name:  # `Signature.bind` takes many times longer
                given = {**dict(zip(positional, args, strict=False)), **kwargs}
                # One input too many, or given twice, leaves fewer names than values.
                if (
                    len(given) == len(args) + len(kwargs)
                    and needed.issubset(given)
                    and known.issuperset(given)
                ):
                    for name, kind, maybe in kinds:
                        if name in given and not (maybe and given[name] is None):
                            given[name] = kind.read(given[name], name)
                    return function(**given)  # type: ignore[call-arg]
            bound = _bound(signature, title, args, kwargs)
            written = set(bound.arguments)
            bound.apply_defaults()
            given = bound.arguments
            columns: dict[str, list[tuple[str, Input | None]]] = {}
            for name, kind, maybe in kinds:
                in_table = tables.get(name)
                if name not in written and in_table is None:
                    continue  # a default is right as it stands; one that names a column is looked up
                if given[name] is None and maybe:
                    continue
                given[name] = kind.read(given[name], name)
                if in_table is not None:
                    named = columns.setdefault(in_table.table, [])
                    named += [(column, in_table.holds) for column in in_table.columns(given[name])]
            for table, named in columns.items():
                given[table] = read_columns(given[table], named, table)
            return function(*bound.args, **bound.kwargs)

        read_first.__inputs__ = MappingProxyType(inputs)  # type: ignore[attr-defined]
        return read_first

    return declare


def _bound(
    signature: inspect.Signature, function: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> inspect.BoundArguments:
    try:
        return signature.bind(*args, **kwargs)
    except TypeError as error:
        raise _wrong_call(signature, function, args, kwargs, str(error)) from None


def _wrong_call(
    signature: inspect.Signature, function: str, args: tuple[Any, ...], kwargs: dict[str, Any], problem: str
) -> InputError:
    """Return the sentence for a call that does not fit: a name unknown, an input left out, one too many."""
    names = [name for name in signature.parameters if name not in ("self", "cls")]
    has = _("It has: {names}.").format(names=", ".join(names))
    unknown = [name for name in kwargs if name not in names]
    if unknown:
        near = difflib.get_close_matches(unknown[0], names, n=1)
        hint = _("Did you mean {name}?").format(name=near[0]) + " " if near else ""
        return InputError(
            unknown[0], _("{function}() has no such input.").format(function=function), hint + has
        )
    try:
        there = signature.bind_partial(*args, **kwargs).arguments
    except TypeError:
        return InputError(function, f"{problem}.", has)
    lacking = [
        name
        for name, p in signature.parameters.items()
        if p.default is p.empty and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL) and name not in there
    ]
    return InputError(lacking[0], _("{function}() needs it.").format(function=function), _("Give it."))
