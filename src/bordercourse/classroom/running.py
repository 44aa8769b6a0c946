"""The programs of a class: its warm parent and its hub are started, found again and ended."""

from __future__ import annotations

import os
import random
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bordercourse.classroom.hub_line import HubLine
from bordercourse.classroom.parent_line import ParentSilentError, ask_parent
from bordercourse.classroom.premises import Premises
from bordercourse.errors import CourseError, InputError
from bordercourse.i18n import gettext as _

__all__ = [
    "PYTHON",
    "class_python",
    "free_ports",
    "parent_answers",
    "start_hub",
    "start_parent",
    "stop_programs",
]

PYTHON = Path("/opt/bordercourse/bin/python")  # where `make class` installs
_NOBODY = 65534
_PORTS = range(16_000, 20_000)  # below those of people's seats
_PATIENCE = 90  # seconds
# Said by a Python that a participant could run: that the course is there, as its wheel brings it.
_CHECK = (
    "import importlib.util as u, pathlib, sys;"
    "p = pathlib.Path(u.find_spec('bordercourse').origin).parent;"
    "sys.exit(not ((p / '_course' / 'lessons').is_dir() and u.find_spec('jupyterhub')"
    " and u.find_spec('configurable_http_proxy')))"
)
_HUB = '''\
"""Written anew by `bordercourse class open`."""

from pathlib import Path

from bordercourse.classroom.hub import configure
from bordercourse.classroom.premises import Premises

configure(get_config(), Premises({name!r}, Path({root!r})))
'''


def class_python(named: Path | None = None) -> Path:
    """Return a Python that participants can run and that holds the course's wheel.

    A checkout does not serve: it holds the solutions.

    Parameters
    ----------
    named : path, optional
        Which one to take; else the one that runs now or the one that ``make class`` installs.

    Raises
    ------
    InputError
        If there is none.
    """
    for python in [named] if named else [Path(sys.executable), PYTHON]:
        if python.is_file() and _serves(python):
            return python
    raise InputError(
        "--python",
        _("there is no installation of the course that participants can use."),
        _(
            "Run `make class` in the checkout once, or `sudo sh install.sh --class` from the course's stick; "
            "either installs the course into {folder}."
        ).format(folder=PYTHON.parent.parent),
    )


def _serves(python: Path) -> bool:
    try:
        command = [str(python), "-I", "-c", _CHECK]
        done = subprocess.run(
            command, user=_NOBODY, group=_NOBODY, extra_groups=[], cwd="/", env={}, capture_output=True
        )
    except OSError:
        return False
    return done.returncode == 0


def free_ports(count: int) -> list[int]:
    """Return ports of this machine that nobody holds now.

    They lie below those that Linux hands out (ip(7)): a class keeps its ports while its programs are down,
    and no other program should be given them meanwhile.

    Parameters
    ----------
    count : int
        How many.

    Raises
    ------
    OSError
        If too few are free.
    """
    ports: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
        if len(ports) == count:
            return ports
    raise OSError(0, "no port is free")


def _environment(python: Path) -> dict[str, str]:
    """Nothing of the administrator's own: what stands here, a participant's process inherits."""
    return {
        "PATH": f"{python.parent}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "HOME": "/",
        "PYTHONNOUSERSITE": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
        # One thread a kernel: thirty people share the processors, and a fork takes no threads along.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # mallopt(3): what is freed goes back to the machine, and threads share what they keep.
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_MMAP_THRESHOLD_": "262144",
        "MALLOC_TRIM_THRESHOLD_": "262144",
    }


def parent_answers(premises: Premises) -> bool:
    """Tell whether the warm parent of a class answers."""
    try:
        return ask_parent(premises.door, "ping") > 0
    except ParentSilentError:
        return False


def start_parent(premises: Premises, python: Path) -> Callable[[], None]:
    """Start the warm parent; return what waits until it is warm, and raises CourseError if it never is."""
    _end(premises, "parent")
    folder = premises.door.parent / "matplotlib"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    command = [str(python), "-m", "bordercourse.classroom.parent", str(premises.door)]
    env = {**_environment(python), "MPLCONFIGDIR": str(folder)}
    return _start(premises, "parent", command, env, lambda: parent_answers(premises))


def start_hub(premises: Premises, python: Path) -> Callable[[], None]:
    """Start the hub with its proxy; return what waits for its answer, and raises CourseError without one."""
    _end(premises, "hub")
    for name in ("proxy_token", "desk_token"):
        if not (premises.records / name).exists():
            premises.keep(name, secrets.token_hex(32))
    settings = premises.keep("jupyterhub_config.py", _HUB.format(name=premises.name, root=str(premises.root)))
    command = [str(python), "-m", "jupyterhub", "--config", str(settings)]
    line = HubLine(premises)
    return _start(premises, "hub", command, _environment(python), line.answers)


def _start(
    premises: Premises, name: str, command: Sequence[str], env: dict[str, str], ready: Callable[[], bool]
) -> Callable[[], None]:
    log = premises.records / f"{name}.log"
    if log.exists():
        log.replace(log.with_suffix(".log.before"))  # what it said before it died
    premises.keep(log.name, "")
    with log.open("ab") as lines:
        program = subprocess.Popen(
            command,
            cwd=premises.records,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a terminal that is closed takes no class with it
            umask=0o077,
        )
    premises.store({**premises.stored(), name: program.pid})

    def wait() -> None:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and program.poll() is None:
            if ready():
                return
            time.sleep(0.1)
        words = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise CourseError(
            _("The {name} of the class does not start.\n{words}").format(name=name, words=words)
        )

    return wait


def stop_programs(premises: Premises, names: Sequence[str] = ("hub", "proxy", "parent")) -> None:
    """End hub, proxy and warm parent, or some of them, where they run."""
    for name in names:
        _end(premises, name)


def _end(premises: Premises, name: str) -> None:
    """End one program of this class; another one that has its number by now is left alone."""
    import psutil

    try:
        number = int(
            (premises.records / "proxy.pid").read_text(encoding="ascii").split()[0]
            if name == "proxy"
            else premises.stored()[name]
        )
        program = psutil.Process(number)
        if not _is_ours(premises, name, program):
            return
        program.terminate()
        try:
            program.wait(10)
        except psutil.TimeoutExpired:
            program.kill()
            program.wait(5)
    except (KeyError, ValueError, IndexError, OSError, psutil.Error):
        return


def _is_ours(premises: Premises, name: str, program: object) -> bool:
    words = list(program.cmdline())  # type: ignore[attr-defined]
    marks = {
        "hub": str(premises.records / "jupyterhub_config.py"),
        "parent": str(premises.door),
        "proxy": "bordercourse.classroom.room_proxy",
    }
    return marks[name] in words and os.geteuid() == 0
