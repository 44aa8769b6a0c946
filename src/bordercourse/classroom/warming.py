"""What the warm parent does once, so that no server and no kernel of the class has to do it again.

A page of memory is shared until somebody writes into it, and Python writes into every object that it looks
at. So it does not suffice to import a library: what it makes at its first use (patterns, validators,
templates, tables) is made here as well, by living through the first minutes of a participant.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import io
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar

__all__ = ["FIRST_LESSON", "warm_up"]

FIRST_LESSON = "00-welcome"

# What servers and kernels import anyway. Leaving one out only costs time and memory.
_SERVER = (
    "jupyterhub.singleuser",  # not its `app`: that would switch to the older kind of server
    "jupyterhub.singleuser.extension",
    "jupyter_server.serverapp",
    "jupyter_server.services.contents.largefilemanager",
    *(
        f"jupyter_server.{part}.handlers"
        for part in (
            "kernelspecs",
            "nbconvert",
            "services.api",
            "services.config",
            "services.contents",
            "services.events",
            "services.kernels",
            "services.kernelspecs",
            "services.nbconvert",
            "services.security",
            "services.sessions",
            "view",
        )
    ),
    "jupyter_server.services.shutdown",
    "jupyterlab.labapp",
    "jupyterlab_server",
    "nbgrader.apps",
    "nbgrader.server_extensions.validate_assignment",
    "nbconvert.exporters",
    "anyio._backends._asyncio",
    "ipykernel.kernelspec",
    "jinja2.ext",
    "notebook_shim.nbserver",
    "psutil",
    "tornado.platform.asyncio",
    "bordercourse.classroom.seat",
    "bordercourse.classroom.room_kernel",
    "bordercourse.desk.home.server",
    "bordercourse.handin.box",
)
_KERNEL = (
    "faulthandler",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "jedi",
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "ipywidgets",
    "pandas.io.formats.html",
    "pydantic",
    "bordercourse.course",
    "bordercourse.course.friendly",
    "bordercourse.datasets",
    "bordercourse.plotting",
    "bordercourse.widgets",
    "bordercourse.widgets.explorer",
    "bordercourse.widgets.story",
    "bordercourse.lessons.welcome",
)


def warm_up() -> list[str]:
    """Import, make and draw what servers and kernels need; return what could not be warmed, and why.

    Nothing fails here: what was not warmed is done by each server and kernel for itself.
    """
    cold = []
    for name in (*_SERVER, *_KERNEL):
        try:
            importlib.import_module(name)
        except ImportError as error:
            cold.append(f"{name}: {error}")
    _leave_the_debugger_out()
    _let_tables_be_wide()
    tasks: tuple[Callable[[], None], ...] = (
        _know_the_provisioners,
        _see_the_home_page,
        _read_a_lesson,
        _run_a_lesson,
    )
    for task in tasks:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                task()
        except Exception as error:
            cold.append(f"{task.__name__}: {type(error).__name__}: {error}")
    gc.collect()
    gc.freeze()
    return cold


def _leave_the_debugger_out() -> None:
    """Let kernels start without the debugger, which this course's JupyterLab does not show.

    It would take 8 MB of each kernel; and the list of modules that the kernel makes for it writes into every
    module that was ever imported, which takes 15 MB more.
    """
    from ipykernel import ipkernel

    sys.modules["debugpy"] = None  # type: ignore[assignment]  # importlib: an import that fails
    try:
        importlib.import_module("ipykernel.debugger")
    finally:
        del sys.modules["debugpy"]
    vars(ipkernel)["sys"] = _SystemWithoutModules()


def _know_the_provisioners() -> None:
    """Let servers know how kernels may be started without reading the records of all installed packages."""
    from jupyter_client.provisioning import factory

    known = functools.cache(vars(factory)["entry_points"])
    known(group=factory.KernelProvisionerFactory.GROUP_NAME)
    vars(factory)["entry_points"] = known


class _SystemWithoutModules:
    """The module ``sys`` as the kernel's own file sees it."""

    modules: ClassVar[dict[str, ModuleType]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def _let_tables_be_wide() -> None:
    """Let pandas print as many columns as it does where it is imported by a kernel; here it saw none."""
    pandas = sys.modules.get("pandas")
    if pandas is not None:
        pandas.set_option("display.max_columns", 20)


def _see_the_home_page() -> None:
    """Read where somebody stands who has done nothing yet, and write the page."""
    from bordercourse.desk.home.server import page
    from bordercourse.desk.home.stations import course_state
    from bordercourse.desk.places import shipped

    page(base="/", state=course_state(shipped().lessons.parent), thanks="", guard="")


def _read_a_lesson() -> None:
    """Read and check a notebook, as when it is opened and saved."""
    import nbformat

    nbformat.validate(nbformat.read(_first_lesson(), as_version=4))


def _run_a_lesson() -> None:
    """Run the cells of the first lesson; no kernel is there that would show what they draw."""
    import nbformat
    from ipywidgets import Widget

    names: dict[str, object] = {}
    for cell in nbformat.read(_first_lesson(), as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    Widget.close_all()


def _first_lesson() -> str:
    from bordercourse.desk.places import shipped

    return str(shipped().lessons / f"{FIRST_LESSON}.ipynb")
