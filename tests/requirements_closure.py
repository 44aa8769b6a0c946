"""What a package needs, as the installed packages declare it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["closure"]


def closure(names: Iterable[Requirement], environment: dict[str, str]) -> tuple[set[str], set[str]]:
    """What the named packages need on this system, and which of it is not installed."""
    needed: set[str] = set()
    missing: set[str] = set()
    seen: set[tuple[str, str]] = set()
    todo = [(canonicalize_name(r.name), frozenset(r.extras)) for r in names]
    while todo:
        name, extras = todo.pop()
        needed.add(name)
        for extra in ["", *sorted(extras)]:
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            try:
                wants = requires(name) or []
            except PackageNotFoundError:
                missing.add(name)
                continue
            for want in map(Requirement, wants):
                if want.marker is None or want.marker.evaluate({**environment, "extra": extra}):
                    todo.append((canonicalize_name(want.name), frozenset(want.extras)))
    return needed, missing
