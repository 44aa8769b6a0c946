"""JupyterLab set up for a person who sees it for the first time.

Everything is written into the workspace's own ``.lab`` folder, which JupyterLab is told to use in
place of the user's: their own settings are neither read nor changed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from bordercourse import look
from bordercourse.course.answers import FILE_NAME as ANSWERS
from bordercourse.desk.home import LAB_EXTENSIONS
from bordercourse.desk.lab_words import lab_words
from bordercourse.desk.language import english_pages, lab_locale, workspace_language
from bordercourse.desk.workspace import Workspace
from bordercourse.files import write_whole
from bordercourse.grading.record.gradebook import put_programs_on_path

__all__ = ["environment", "write_settings"]

_LOOK = {
    "@jupyterlab/application-extension:shell": {"startMode": "single"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 20},
    "@jupyterlab/filebrowser-extension:browser": {
        "showLastModifiedColumn": False,
        "singleClickNavigation": True,
    },
    "@jupyterlab/notebook-extension:tracker": {
        "codeCellConfig": {"lineNumbers": False, "lineWrap": True},
        "showInputPlaceholder": True,  # folded code shows its first line, the caption
        "windowingMode": "none",  # pages are short; drawing cells only in sight leaves white gaps
    },
}

_TRANSLATION = "@jupyterlab/translation-extension:plugin"

# JupyterLab takes letter sizes from the user's settings alone, so these are written once, as such.
_LETTERS = {"overrides": {"code-font-size": "15px", "content-font-size1": "16px", "ui-font-size1": "14px"}}

_HIDDEN = ("__pycache__", "*.pyc", "*.pyo", ".DS_Store", "*~")  # JupyterLab's own list

# The first layout: files on the left, nothing on the right. JupyterLab writes over it from then on.
_FIRST_LAYOUT = {
    "data": {
        "layout-restorer:data": {
            "left": {"collapsed": False, "visible": True, "current": "filebrowser"},
            "right": {"collapsed": True, "visible": True, "widgets": []},
            "relativeSizes": [0.19, 0.81, 0],
        }
    },
    "metadata": {"id": "default"},
}

# What a participant does not need here, or what would ask the network.
_WITHOUT = (
    "@jupyter-notebook/lab-extension",
    "@jupyterlab/application-extension:property-inspector",
    "@jupyterlab/cell-toolbar-extension",  # a cell deleted or doubled by mistake is hard to grade
    "@jupyterlab/debugger-extension",
    "@jupyterlab/extensionmanager-extension",
    "@jupyterlab/fileeditor-extension:language-server",
    "@jupyterlab/lsp-extension",
    "@jupyterlab/notebook-extension:language-server",
    "@jupyterlab/terminal-extension",
    "@jupyter/nbgrader:course-list",
)
_FOR_INSTRUCTORS = ("@jupyter/nbgrader:formgrader",)
_FOR_AUTHORS = ("@jupyter/nbgrader:create-assignment",)
_NEEDS_EXCHANGE = ("@jupyter/nbgrader:assignment-list",)
_NEEDS_ENTRIES = ("@jupyter/nbgrader:menu",)  # without the parts above it opens empty

# nbconvert's own part asks a server on the internet for MathJax. Formgrader's page only needs to be
# told that it is ready; without it the page does not put the cursor on the first mark.
_NO_MATHJAX = """\
{%- macro mathjax(url='') -%}
<script>
window.MathJax = {Hub: {Startup: {signal: {Interest: function (ready) {
    setTimeout(function () { ready("End"); });
}}}}};
</script>
{%- endmacro %}
"""


# Every kernel of the workspace shows short errors, also before the first cell of an exercise has run.
# IPython puts the folder of these files first on the path: a file named like a package hides it.
_STARTUP_NAME = "10-short-errors.py"
_STARTUP = """\
from bordercourse.course.friendly import install as _install
_install()
del _install
"""


def write_settings(
    workspace: Workspace, *, instructor: bool, author: bool = False, hub: bool = False
) -> None:
    """Write the settings of JupyterLab and nbgrader into ``.lab``.

    Parameters
    ----------
    workspace : Workspace
        The workspace.
    instructor : bool
        Whether there is a course to grade: shows Formgrader.
    author : bool
        Whether exercises are written here: shows nbgrader's Create Assignment.
    hub : bool
        Whether the hub of a class starts JupyterLab, and says where it listens.
    """
    folder, served = workspace.lab, workspace.served
    exchange = instructor and sys.platform != "win32"
    without = list(_WITHOUT)
    without += [] if instructor else _FOR_INSTRUCTORS
    without += [] if author else _FOR_AUTHORS
    without += [] if exchange else _NEEDS_EXCHANGE
    without += [] if exchange or instructor else _NEEDS_ENTRIES
    locale, words = lab_locale(workspace.root), lab_words(workspace_language(workspace.root))
    _write_json(
        folder / "labconfig" / "default_setting_overrides.json", {**_LOOK, _TRANSLATION: {"locale": locale}}
    )
    # JupyterLab turns a table into a list of its keys.
    page = {"disabledExtensions": dict.fromkeys(without, True), "bordercourseWords": json.dumps(words)}
    _write_json(folder / "labconfig" / "page_config.json", page)
    own = _user_settings(folder) / "@jupyterlab"
    _write_once(own / "apputils-extension" / "themes.jupyterlab-settings", _LETTERS)
    _write_once(
        own / "shortcuts-extension" / "shortcuts.jupyterlab-settings", {"shortcuts": _letters_that_command()}
    )
    _write_once(_layouts(folder) / "default-37a8.jupyterlab-workspace", _FIRST_LAYOUT)
    _write_json(folder / "jupyter_server_config.json", _server(served, instructor, exchange, hub))
    if instructor:
        nbgrader = f"c = get_config()\nload_subconfig('nbgrader_config.py', path={str(served.course)!r})\n"
    else:
        nbgrader = f"c = get_config()\nc.Exchange.assignment_dir = {str(served.exercises)!r}\n"
    write_whole(folder / "nbgrader_config.py", nbgrader)
    _write_look(folder / "custom")
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    (startup / "bordercourse.py").unlink(missing_ok=True)  # an earlier edition wrote it
    write_whole(startup / _STARTUP_NAME, _STARTUP)
    template = folder / "data" / "nbconvert" / "templates" / "base" / "mathjax.html.j2"
    template.parent.mkdir(parents=True, exist_ok=True)
    write_whole(template, _NO_MATHJAX)


def _write_look(folder: Path) -> None:
    """JupyterLab serves this folder as /custom/ and takes the sheet in it into every page."""
    (folder / "fonts").mkdir(parents=True, exist_ok=True)
    write_whole(folder / "custom.css", look.stylesheet("fonts/"))
    for font in look.font_files():
        shutil.copyfile(font, folder / "fonts" / font.name)


def _user_settings(folder: Path) -> Path:
    return folder / "lab" / "user-settings"


def _layouts(folder: Path) -> Path:
    return folder / "lab" / "workspaces"


def _letters_that_command() -> list[dict[str, Any]]:
    """Return JupyterLab's shortcuts of one letter, turned off.

    Who types beside a text instead of into it would add, cut and change cells letter by letter.
    """
    from jupyterlab.commands import get_app_dir

    schemas = Path(get_app_dir()) / "schemas" / "@jupyterlab"
    shortcuts = []
    for name in ("notebook-extension/tracker.json", "mainmenu-extension/plugin.json"):
        schema = json.loads((schemas / name).read_text(encoding="utf-8"))
        for shortcut in schema.get("jupyter.lab.shortcuts", []):
            keys = shortcut.get("keys", [])
            if keys and all(len(key.removeprefix("Shift ")) == 1 for key in keys):
                shortcuts.append({**shortcut, "disabled": True})
    return shortcuts


def _server(workspace: Workspace, instructor: bool, exchange: bool, hub: bool) -> dict[str, Any]:
    extensions = {
        "bordercourse.desk.home": True,
        "bordercourse.grading.formgrader": instructor,
        "nbgrader.server_extensions.formgrader": False,  # its pages trust what participants wrote
        "nbgrader.server_extensions.assignment_list": exchange,
        "nbgrader.server_extensions.course_list": False,
        "jupyter_lsp": False,
        "jupyter_server_terminals": False,
        "notebook": False,
    }
    server: dict[str, Any] = {
        "root_dir": str(workspace.root),
        "open_browser": False,
        "terminals_enabled": False,
        "jpserver_extensions": extensions,
        "tornado_settings": {"headers": {"Content-Security-Policy": _policy()}},
        "allow_root": hasattr(os, "geteuid") and os.geteuid() == 0,
        **({} if hub else {"ip": "127.0.0.1", "port_retries": 0}),
    }
    return {
        "ServerApp": server,
        "JupyterApp": {"answer_yes": True},  # Ctrl+C stops at once; the work is saved
        "LabApp": {
            "news_url": None,
            "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
            "extension_manager": "readonly",
            "custom_css": True,
            "extra_labextensions_path": [str(LAB_EXTENSIONS)],
        },
        # The stored answers need no eyes: a file that is seen is opened, and closed with "Save?".
        "ContentsManager": {"hide_globs": [*_HIDDEN, ANSWERS]},
        # How a page is printed.
        "HTMLExporter": {
            "embed_images": True,
            "exclude_input_prompt": True,
            "exclude_output_prompt": True,
            "preprocessors": ["bordercourse.desk.printed.FoldedStaysFolded"],
        },
        "KernelManager": {"transport_encryption": "auto"},  # else every kernel warns that it has none
    }


def _policy() -> str:
    """What a page of JupyterLab may do: load from this server alone, and run its own scripts.

    JupyterLab cleans what a notebook shows; where it lets something pass, the browser refuses it. The page
    holds one script of its own, which is known by its hash. JupyterLab checks settings with code that it
    makes itself, hence ``unsafe-eval``.
    """
    from jupyterlab.commands import get_app_dir

    index = (Path(get_app_dir()) / "static" / "index.html").read_text(encoding="utf-8")
    own = re.findall(r"<script>(.*?)</script>", index, re.DOTALL)
    hashes = [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in own]
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' 'unsafe-eval' {' '.join(hashes)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        ]
    )


def _write_once(path: Path, content: Mapping[str, Any]) -> None:
    """Write what a person may change later."""
    if not path.exists():
        _write_json(path, content)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(content, indent=1) + "\n")


def environment(workspace: Workspace, token: str) -> dict[str, str]:
    """Return the environment in which JupyterLab runs: this Python's programs, the workspace's settings.

    Parameters
    ----------
    workspace : Workspace
        The workspace.
    token : str
        What the browser must show to be let in.
    """
    lab = workspace.served.lab
    variables = dict(os.environ)
    put_programs_on_path(variables)
    for name in ("JUPYTER_CONFIG_PATH", "JUPYTERLAB_DIR", "BORDERCOURSE_LANGUAGE", "BORDERCOURSE_ENGLISH"):
        variables.pop(name, None)
    language = workspace_language(workspace.root)
    if language:
        variables["BORDERCOURSE_LANGUAGE"] = language
        variables["BORDERCOURSE_ENGLISH"] = ",".join(english_pages(workspace.root, language))
    variables |= {
        "JUPYTER_CONFIG_DIR": str(lab),
        "JUPYTER_DATA_DIR": str(lab / "data"),
        "JUPYTER_PATH": str(lab / "data"),  # before the environment's own templates
        "JUPYTER_RUNTIME_DIR": str(lab / "data" / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(_user_settings(lab)),
        "JUPYTERLAB_WORKSPACES_DIR": str(_layouts(lab)),
        "IPYTHONDIR": str(lab / "ipython"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_TOKEN": token,
        "BORDERCOURSE_WORKSPACE": str(workspace.root),
    }
    return variables
