# ruff: noqa: E501 - an attack reads best on one line
"""Submissions that attack the marking: what each tries, and what shows that it failed.

All are of the exercise ``tiny``, whose three questions give 3, 2 and 1 points. Unless a submission
says otherwise, it answers nothing and must score nothing. `SECRET` stands in the hidden tests.
"""

from __future__ import annotations

import base64
import json
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.grading.classroom import SECRET, Classroom

NOTHING = {"b1-share": 0.0, "b2-names": 0.0, "b3-table": 0.0}
EVERYTHING = {"b1-share": 3.0, "b2-names": 2.0, "b3-table": 1.0}


@dataclass(frozen=True)
class Hostile:
    """One attack.

    `code` goes into the first answer cell, `change` changes the notebook, `plant` the folder that
    is handed in (it gets the course's root, too). `scores` is what it must get; None where it must
    be refused, for a reason with the words `why`.
    """

    name: str
    tries: str
    code: str = ""
    change: Callable[[Any], None] | None = None
    plant: Callable[[Path, Path], None] | None = None
    scores: dict[str, float] | None = field(default_factory=lambda: dict(NOTHING))
    why: str = ""

    def hand_in(self, room: Classroom) -> None:
        answers = {"b1-share-answer": self.code.replace("@/", f"{room.root}/")} if self.code else {}
        made = room.answer("tiny", answers)
        if self.change is not None:
            self.change(made)
        folder = room.hand_in(self.name, "tiny", made)
        if self.plant is not None:
            self.plant(folder, room.root)


# What would be full marks if a comparison, a number or an iteration could be lied about.
_LIAR = """
class Liar({base}):
    def __new__(cls, *a): return {base}.__new__(cls, *a)
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return 0
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __abs__(self): return 0.0
    def __lt__(self, other): return True
    def __float__(self): return 80.0
    def __len__(self): return 2
    def __getitem__(self, key): return {{1: "one", 2: "two"}}.get(key, "A")
    def __reduce__(self): return (eval, ("print('OWNED')",))
share = names = counts = Liar()
"""

_FORGE = """
import bordercourse.grading.judging.asking as answers
text = {text}
answers.ask = lambda names, namespace: text
answers.Asked.__init__ = lambda self, names, namespace: setattr(self, "text", text)
"""

_PAYLOAD = base64.b64encode(b"cposix\nsystem\n(S'touch /tmp/owned'\ntR.").decode()


def _again(notebook: Any) -> None:
    """A second test cell of the same name that shows a score of its own, with its output stored."""
    from nbformat.v4 import new_code_cell, new_output

    for name in EVERYTHING:
        marks = {"grade": True, "grade_id": name, "locked": False, "points": 99, "schema_version": 3,
                 "solution": False, "task": False}  # fmt: skip
        output = new_output("execute_result", {"text/plain": "99"}, execution_count=1)
        notebook.cells.append(
            new_code_cell("99", metadata={"nbgrader": marks}, outputs=[output], id=f"again-{name}")
        )


def _points(notebook: Any) -> None:
    for cell in notebook.cells:
        if cell.metadata.nbgrader.get("points"):
            cell.metadata.nbgrader.update(points=99, grade=False, solution=True, locked=False)
            cell.source = "99"


def _tests_replaced(notebook: Any) -> None:
    for cell in notebook.cells:
        if cell.metadata.nbgrader.grade_id in EVERYTHING:
            cell.source = "raise SystemExit"
            cell.metadata["tags"] = ["skip-execution", "raises-exception"]


def _bomb(notebook: Any) -> None:
    bomb = base64.b64encode(zlib.compress(b"\0" * 50_000_000, 9)).decode()
    picture = {"image/png": bomb, "application/zip": bomb, "text/html": "<script>alert(1)</script>"}
    notebook.cells[-1]["attachments"] = {"../../../gradebook.db": picture, "a.png": picture}


def _deep(notebook: Any) -> None:
    tree: Any = "x"
    for _ in range(300):
        tree = [tree]
    notebook.cells[0].metadata["deep"] = tree


def _script(notebook: Any) -> None:
    notebook.cells[-1].source = (
        "<script src='https://example.org/x.js'></script><img src=x onerror=alert(1)>"
        "![far](https://example.org/pixel.png) [link](javascript:alert(1)) <iframe src='//example.org'></iframe>"
        "<svg onload=alert(1)></svg> ![up](../../../gradebook.db) <style>@import url(//example.org)</style>"
    )


def _surrogates(notebook: Any) -> None:
    notebook.cells[-1].source = "a memo"
    notebook.cells[1].source += "\nprint('\\ud800', chr(0xD801), '\\x1b[31m', '\\0')"


def _write(name: str, data: bytes) -> Callable[[Path, Path], None]:
    def plant(folder: Path, root: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data)

    return plant


def _link(name: str, target: str) -> Callable[[Path, Path], None]:
    def plant(folder: Path, root: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target.replace("@", str(root)))

    return plant


def _pipe(folder: Path, root: Path) -> None:
    os.mkfifo(folder / "data.csv")


def _device(folder: Path, root: Path) -> None:
    try:
        os.mknod(folder / "zeros.csv", 0o666 | 0o020000, os.makedev(1, 5))
    except PermissionError:  # an ordinary user cannot make one
        (folder / "zeros.csv").symlink_to("/dev/zero")


def _names(folder: Path, root: Path) -> None:
    for name in (
        "..\\..\\gradebook.db",
        "a\nb.csv",
        "-rf",
        "$(touch x)",
        "~",
        " ",
        "\u202egpj.exe",
        "x" * 255,
    ):
        (folder / name).write_text("1")
    (folder / os.fsdecode(b"\xff\xfe.csv")).write_text("1")


def _nested(folder: Path, root: Path) -> None:
    inner = folder
    for n in range(40):
        inner = inner / f"d{n}"
        inner.mkdir()
    (inner / "deep.txt").write_text("1")
    for n in range(300):
        (folder / f"many-{n}.txt").write_text("1")


def _modules(folder: Path, root: Path) -> None:
    forged = "class Exercise:\n    def __getattr__(self, name):\n        return lambda *a, **k: 3.0\n"
    for name in ("json", "ast", "pandas", "sitecustomize", "usercustomize", "bordercourse"):
        (folder / f"{name}.py").write_text("raise SystemExit('OWNED')\n")
    room = folder / "bordercourse" / "grading" / "judging"
    room.mkdir(parents=True)
    (folder / "bordercourse" / "__init__.py").write_text(forged)
    (room.parent / "__init__.py").write_text("")
    (room / "__init__.py").write_text("")
    (room / "answers.py").write_text("class Asked:\n    def __init__(self, *a): pass\n")


def _sheet(data: Any) -> Callable[[Path, Path], None]:
    text = data if isinstance(data, bytes) else json.dumps(data).encode()
    return _write("answers.json", text)


_SEARCH = f"""
import os
found = []
for top, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if f not in ("proc", "sys", "usr", "lib", "dev", ".venv", "site-packages")]
    for name in files:
        if name.endswith((".ipynb", ".db", ".json")):
            try:
                if {SECRET[:8]!r} + {SECRET[8:]!r} in open(os.path.join(top, name), errors="replace").read():
                    found.append(os.path.join(top, name))
            except OSError:
                pass
print("FOUND", found) if found else print("nothing found")
"""

_GRADEBOOK = """
import glob, os, sqlite3
for path in ["gradebook.db", "../gradebook.db", "../../gradebook.db", "../../../gradebook.db", "@/gradebook.db"]:
    if os.path.exists(path):
        with sqlite3.connect(path) as c:
            c.execute("UPDATE grade SET manual_score = 99, auto_score = 99")
        print("OWNED")
"""

HOSTILE = [
    Hostile("gradebook", "rewrite every grade in the gradebook", _GRADEBOOK),
    Hostile("search", "find the hidden tests on the disk", _SEARCH),
    Hostile(
        "own-notebook",
        "find the hidden tests in the notebook beside it",
        "print('FOUND') if 'BEGIN ' + 'HIDDEN' in open('tiny.ipynb').read() else None",
    ),
    Hostile("history", "find tests among the cells that ran", "print(*globals().get('In', []), *globals().values())"),
    Hostile("liar-list", "a list that equals everything", _LIAR.format(base="list")),
    Hostile("liar-dict", "a dict that holds every answer", _LIAR.format(base="dict")),
    Hostile("liar-text", "a text that equals everything", _LIAR.format(base="str")),
    Hostile("liar-int", "a whole number that equals everything", _LIAR.format(base="int")),
    Hostile("liar-float", "a number whose differences are nothing", _LIAR.format(base="float")),
    Hostile("liar-object", "an object that equals everything and runs code when unpickled", _LIAR.format(base="object")),
    Hostile("liar-class", "an object that claims another class", (
        "class C:\n    __class__ = property(lambda self: list)\n    __iter__ = lambda self: iter('AB')\n"
        "share = names = counts = C()"
    )),
    Hostile("slow", "an object that never stops iterating", (
        "class Slow(list):\n    def __iter__(self):\n        while True: yield 1\n"
        "    def __len__(self): return 10**9\nnames = counts = Slow()"
    )),
    Hostile("nan", "a number that is no number", "share = float('nan')\nnames = [share]\ncounts = {1: share, 2: share}"),
    Hostile("infinity", "a number without end", "share = float('inf')\nnames = -share\ncounts = {1: share, 2: -share}"),
    Hostile("transformer", "rewrite the cells that come later", (
        "get_ipython().input_transformers_post.append(lambda lines: [])\n"
        "get_ipython().input_transformers_cleanup.append(lambda lines: ['share = 80.0'])"
    )),
    Hostile("syntax", "rewrite the syntax tree of later cells", (
        "import ast\nclass T(ast.NodeTransformer):\n    def visit_Module(self, node):\n        node.body = []\n"
        "        return node\nget_ipython().ast_transformers.append(T())"
    )),
    Hostile("formatter", "show every score as 3", (
        "f = get_ipython().display_formatter.formatters['text/plain']\n"
        "for kind in (int, float, str, list, dict): f.for_type(kind, lambda obj, p, cycle: p.text('3.0'))"
    )),
    Hostile("displayhook", "show a score of its own", (
        "import sys\nsys.displayhook = lambda value: print('3.0')\n"
        "get_ipython().displayhook_class = None\n3.0"
    )),
    Hostile("showtraceback", "hide every error", (
        "get_ipython().showtraceback = lambda *a, **k: None\nget_ipython()._showtraceback = lambda *a, **k: None\n"
        "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: [])"
    )),
    Hostile("run-cell", "replace what runs cells", (
        "ip = get_ipython()\nold = ip.run_cell\nip.run_cell = lambda code, *a, **k: old('3.0', *a, **k)\n"
        "ip.user_expressions = lambda e: {'answers': {'status': 'ok', 'data': {'text/plain': '3.0'}}}"
    )),
    Hostile("hooks", "print a score after every cell", (
        "get_ipython().events.register('post_run_cell', lambda r: print('b1-share: 3 of 3 points'))\n3.0"
    )),
    Hostile("builtins", "replace built-in functions", (
        "import builtins, math\nfor name in ('abs', 'sum', 'float', 'isinstance', 'len', 'max', 'min', 'round'):\n"
        "    setattr(builtins, name, lambda *a, **k: 3.0)\nmath.isfinite = lambda x: True"
    )),
    Hostile("imports", "replace the library that is asked for answers", (
        "import sys, types\nfake = types.ModuleType('bordercourse.grading.judging.asking')\n"
        "fake.Asked = lambda names, namespace: {n: {'value': 80.0} for n in names}\n"
        "sys.modules[fake.__name__] = fake\nsys.meta_path.clear()"
    )),
    Hostile("forged-score", "send a score in the place of answers", _FORGE.format(text="'3.0'")),
    Hostile("forged-verdict", "send a verdict in the place of answers", _FORGE.format(
        text="""'{"share": {"value": {"t": "score", "v": 3}}, "outputs": [[{"output_type": "execute_result"}]]}'"""
    )),
    Hostile("pickle", "send a pickle", _FORGE.format(
        text=f"""'{{"share": {{"value": {{"t": "pickle", "v": "{_PAYLOAD}"}}}}}}'"""
    )),
    Hostile("reduce", "send a tag that would build any class", _FORGE.format(
        text="""'{"share": {"value": {"t": "__reduce__", "v": ["posix.system", "touch /tmp/owned"]}}}'"""
    )),
    Hostile("huge-answer", "send an answer of 60 MB", _FORGE.format(text="""'"' + 'a' * 60_000_000 + '"'""")),
    Hostile("deep-answer", "send an answer nested 500,000 deep", _FORGE.format(
        text="""'{"share": {"value": ' + '[' * 500_000 + ']' * 500_000 + '}}'"""
    )),
    Hostile("huge-number", "send a number of 10 million digits", _FORGE.format(
        text="""'{"share": {"value": ' + '9' * 1_900_000 + '}}'"""
    )),
    Hostile("array-bomb", "send a small text for a huge array", _FORGE.format(
        text="""'{"share": {"value": {"t": "array", "d": "float64", "s": [100000, 100000], "v": []}}}'"""
    )),
    Hostile("endless-number", "send a number that is short to write and endless to use", _FORGE.format(
        text="""'{"share": {"value": {"t": "Fraction", "v": "1e99999999"}}}'"""
    )),
    Hostile("alike", "send keys that all have one hash", _FORGE.format(
        text="""'{"counts": {"value": {"t": "dict", "v": ['
        + ', '.join(f'[{{"t": "int", "v": "{n * (2**61 - 1)}"}}, 1]' for n in range(40_000)) + ']}}}'"""
    )),
    Hostile("not-text", "send bytes that are no text", _FORGE.format(text="b'\\\\xff' * 100")),
    Hostile("loop", "send a value that holds itself", "names = []\nnames.append(names)\nshare = counts = names"),
    Hostile("functions", "answer with code", "share = names = counts = lambda *a: 3.0"),
    Hostile("given", "replace the given data", (
        "births, expected = [0.001], 100\nshare = 0.001\nnames = counts = None"
    )),
    Hostile("thread", "change answers while they are read", (
        "import threading, time\nshare = 0.0\n"
        "def flip():\n    while True:\n        globals()['share'] = object()\n        globals()['share'] = 0.5\n"
        "threading.Thread(target=flip, daemon=True).start()"
    )),
    Hostile("points", "give itself 99 points", change=_points),
    Hostile("again", "bring test cells of the same names with stored scores", change=_again),
    Hostile("tests-replaced", "replace the tests and have them skipped", change=_tests_replaced),
    Hostile("bomb", "a zip bomb as a pasted picture, named as a path upwards", change=_bomb),
    Hostile("deep-notebook", "metadata nested too deep", change=_deep),
    Hostile("script", "scripts and remote pictures in a memo", change=_script),
    Hostile("html", "scripts and remote pictures in an output", (
        "from IPython.display import HTML, Javascript, SVG, display\n"
        "display(HTML('<script>alert(1)</script><img src=\"https://example.org/p.png\"><b onclick=x()>b</b>'))\n"
        "display(Javascript('alert(1)'))\n"
        "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"></svg>'))"
    )),
    Hostile("surrogates", "text that cannot be written", change=_surrogates),
    Hostile("pipe", "a pipe that blocks whoever reads it", plant=_pipe),
    Hostile("device", "a device that never ends", plant=_device),
    Hostile("link-gradebook", "a link to the gradebook", plant=_link("data.csv", "@/gradebook.db")),
    Hostile("link-source", "a link to the folder of solutions", plant=_link("data", "@/source")),
    Hostile("link-neighbour", "a link to a neighbour's answers", plant=_link("answers.json", "../../honest-1/tiny/tiny.ipynb")),
    Hostile(
        "link-notebook", "the solution itself as the notebook, through a link",
        plant=_link("tiny.ipynb", "@/source/tiny/tiny.ipynb"), scores=None, why="tiny.ipynb",
    ),
    Hostile("link-time", "a time of handing in read through a link", plant=_link("timestamp.txt", "/etc/hostname")),
    Hostile("bad-time", "a time that is none", plant=_write("timestamp.txt", b"9" * 150)),
    Hostile("names", "file names that lead elsewhere", plant=_names),
    Hostile("nested", "thousands of files, folders nested deep", plant=_nested),
    Hostile("modules", "files that hide the standard library and a fake bordercourse", plant=_modules),
    Hostile("huge-file", "a file of 60 MB", plant=_write("data.bin", b"\0" * 60_000_000)),
    Hostile("huge-notebook", "a notebook of 40 MB", plant=_write("tiny.ipynb", b" " * 40_000_000), scores=None, why="larger than"),
    Hostile("deep-json", "a notebook nested too deep", plant=_write("tiny.ipynb", b"[" * 500_000), scores=None, why="deep"),
    Hostile("cut-off", "a notebook cut off in the middle", plant=_write("tiny.ipynb", b'{"cells": [{"ce'), scores=None, why="broken off"),
    Hostile("deep-sheet", "an answer sheet nested too deep", plant=_sheet(b"[" * 400_000)),
    Hostile("huge-sheet", "an answer sheet of 5 MB", plant=_sheet(b" " * 5_000_000)),
    Hostile("forged-sheet", "scores in the answer sheet", plant=_sheet({"answers": {"b1-share": 80}, "scores": EVERYTHING})),
    Hostile("exit", "take the honest answers along and end the kernel", "import os\nos._exit(0)"),
    Hostile("right-then-exit", "nothing: the answers before the end must count", "", scores={
        "b1-share": 3.0, "b2-names": 2.0, "b3-table": 0.0
    }, change=lambda nb: _end_in(nb)),
    Hostile("stdout", "close what it prints to", "import os, sys\nos.close(1); os.close(2); sys.stdout = None"),
    Hostile("zmq", "close the kernel's own connections", (
        "k = get_ipython().kernel\nk.iopub_socket.close() if hasattr(k.iopub_socket, 'close') else None\n"
        "k.session.send = lambda *a, **k: None"
    )),
]  # fmt: skip


def _end_in(notebook: Any) -> None:
    """Right answers to the first two questions; the third ends the kernel."""
    answers = {"b1-share-answer": "share = 80.0", "b2-names-answer": "names = ['A', 'B']",
               "b3-table-answer": "import os\nos._exit(1)"}  # fmt: skip
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.nbgrader.grade_id, cell.source)
