"""bordercourse: an open masterclass in legal identity and humane border management.

The rooms of the library are imported on first use, so that ``import bordercourse``
stays quick and loads neither pandas nor ipywidgets.

Examples
--------
>>> import bordercourse as bc
>>> bc.load("people_without_proof_of_identity").shape[1]
6
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # so that the import does not load typing, which costs more than all the rest
if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

_ROOMS = (
    "course",
    "crossing",
    "datasets",
    "displacement",
    "documents",
    "grading",
    "identity",
    "lessons",
    "protection",
    "registration",
    "resilience",
    "widgets",
)
_SHORTCUTS = {
    "load": "datasets",
    "describe": "datasets",
    "names": "datasets",
    "hand_in_box": "handin.box",
}

__all__ = [*_ROOMS, *_SHORTCUTS, "__version__"]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"bordercourse.{name}")
    if name in _SHORTCUTS:
        return getattr(import_module(f"bordercourse.{_SHORTCUTS[name]}"), name)
    raise AttributeError(f"module 'bordercourse' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
