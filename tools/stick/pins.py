"""What the course needs on each kind of machine, by the lines of requirements.txt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["SYSTEMS", "Pin", "System", "read_pins"]


@dataclass(frozen=True)
class System:
    """A kind of machine: what pip and uv call it, and what markers of requirements see there."""

    tags: tuple[str, ...]
    uv: str
    pythons: tuple[str, ...]
    sees: dict[str, str] = field(hash=False)


_GLIBC = (35, 34, 31, 28, 27, 26, 24, 17, 12, 5)
SYSTEMS = {
    "linux": System(
        (*(f"manylinux_2_{n}_x86_64" for n in _GLIBC), "manylinux2014_x86_64", "manylinux1_x86_64"),
        "x86_64-manylinux_2_35",
        ("3.11", "3.12", "3.13", "3.14"),
        {
            "os_name": "posix",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "platform_machine": "x86_64",
        },
    ),
    "windows": System(
        ("win_amd64",),
        "x86_64-pc-windows-msvc",
        ("3.12", "3.13", "3.14"),
        {
            "os_name": "nt",
            "sys_platform": "win32",
            "platform_system": "Windows",
            "platform_machine": "AMD64",
        },
    ),
}


@dataclass(frozen=True)
class Pin:
    """One pinned requirement with the hashes that its publisher's files have."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        return next(iter(self.requirement.specifier)).version

    def applies(self, system: System, release: str) -> bool:
        """Whether this release of Python, such as 3.11.2, needs it on this system."""
        seen = {
            **system.sees,
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "python_version": release.rpartition(".")[0],
            "python_full_version": release,
        }
        return self.requirement.marker is None or self.requirement.marker.evaluate(seen)

    def line(self, hashes: Iterable[str], marker: bool = True) -> str:
        """The line of a requirements file."""
        condition = f" ; {self.requirement.marker}" if marker and self.requirement.marker else ""
        return f"{self.name}=={self.version}{condition}" + "".join(
            f" \\\n    --hash=sha256:{one}" for one in sorted(hashes)
        )


def read_pins(text: str) -> list[Pin]:
    """The pins of a requirements file with hashes."""
    pins = []
    for block in re.split(r"\n(?=\S)", text.strip()):
        head = Requirement(block.split("\\")[0].strip())
        pins.append(Pin(head, tuple(re.findall(r"sha256:([0-9a-f]{64})", block))))
    return pins
