"""The judge's own process: run the setup once, then test cells on answers that are plain values.

It imports next to nothing of its own: what it holds is what the source's setup imports.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import math
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

from bordercourse.errors import CourseError
from bordercourse.grading.judging.answers import AnswersDamagedError, read
from bordercourse.i18n import gettext as _

__all__ = ["SECONDS", "Bench", "read_line"]

SECONDS = 120  # that the tests of one submission may take
_LARGEST_REPLY = 20_000_000


class MissingAnswerError(CourseError):
    """A question whose answer did not come across."""


_LONGEST = 100_000  # characters that one test cell may print


class Bench:
    """Where test cells run. `base` is the folder of the source's other files."""

    def __init__(self, base: str) -> None:
        os.chdir(base)
        sys.path.append(base)  # last: nothing there hides an installed module
        self.names: dict[str, Any] = {"__name__": "__main__", "display": _display}

    def set_up(self, cells: Sequence[tuple[str, str]]) -> str:
        """Run the source's locked cells; return what failed, or nothing."""
        for name, code in cells:
            said = io.StringIO()
            try:
                with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                    _execute(code, name, self.names)
            except BaseException as error:
                return f"{name}: {type(error).__name__}: {error}"
        return ""

    def mark(self, folder: str, cells: Sequence[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
        """Return the outputs of each test cell, in a folder with one submission's answer sheet."""
        os.chdir(folder)
        return [self._one(cell) for cell in cells]

    def _one(self, cell: Mapping[str, Any]) -> list[dict[str, Any]]:
        before = dict(self.names)
        said = io.StringIO()
        outputs: list[dict[str, Any]] = []
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
                self.names.update(_answers(cell))
                result = _execute(cell["source"], cell["name"], self.names)
                outputs = _result(result, cell["points"])
        except BaseException as error:
            outputs = [_error(error, cell["source"], cell["name"])]
        finally:
            self.names.clear()
            self.names.update(before)
        text = said.getvalue()
        if text:
            if len(text) > _LONGEST:
                text = text[:_LONGEST] + "\n..."
            text = text.encode("utf-8", "replace").decode("utf-8")
            outputs.insert(0, {"output_type": "stream", "name": "stdout", "text": text})
        return outputs


def _answers(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Decode the answers that a test cell reads, or say which one is missing."""
    names: Sequence[str] = cell["names"]
    if not names:
        return {}
    if cell.get("lost"):
        raise MissingAnswerError(
            _("This question could not be marked, because the notebook stopped before it: {why}.").format(
                why=cell["lost"]
            )
        )
    try:
        given = read(cell["answers"])
    except AnswersDamagedError:
        raise MissingAnswerError(
            _("The answer to this question could not be read as a plain value.")
        ) from None
    values: dict[str, Any] = {}
    for name in names:
        there, value = given.get(name, (False, ""))
        if not there and not value:
            raise MissingAnswerError(
                _("{name} does not exist. Did the cell above that makes it run without an error?").format(
                    name=name
                )
            )
        if not there:
            raise MissingAnswerError(
                _(
                    "{name} is {kind}. The answer must be a plain value: a number, a text, a list, "
                    "a set of named answers or a table."
                ).format(name=name, kind=value)
            )
        values[name] = value
    return values


def _execute(source: str, name: str, names: dict[str, Any]) -> Any:
    """Run a cell as a notebook would and return the value of its last line."""
    tree = ast.parse(source, f"<{name}>")
    last = tree.body[-1] if tree.body else None
    ends = source.rstrip().endswith(";")
    if isinstance(last, ast.Expr) and not ends:
        body = ast.Module(tree.body[:-1], type_ignores=[])
        exec(compile(body, f"<{name}>", "exec"), names)
        return eval(compile(ast.Expression(last.value), f"<{name}>", "eval"), names)
    exec(compile(tree, f"<{name}>", "exec"), names)
    return None


def _result(value: Any, points: float) -> list[dict[str, Any]]:
    """Write a score as nbgrader reads it: a number from 0 to the points, or nothing for all of them."""
    if value is None:
        return []
    if isinstance(value, Real) and not isinstance(value, bool):
        score = float(value)
        if not math.isfinite(score):
            raise AssertionError(_("The test gave no number."))
        text = repr(min(max(score, 0.0), float(points)))
    else:
        text = repr(value)
    return [
        {
            "output_type": "execute_result",
            "data": {"text/plain": text},
            "metadata": {},
            "execution_count": None,
        }
    ]


def _error(error: BaseException, source: str, name: str) -> dict[str, Any]:
    """Say what stopped a test: the message, and the line's number for the instructor."""
    kind, said = type(error).__name__, str(error)[:2000]
    if isinstance(error, CourseError):
        lines = error._render_traceback_()
    else:
        places = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == f"<{name}>"]
        where = _("line {n} of this cell: ").format(n=places[-1]) if places else ""
        lines = [f"{where}{kind}: {said}".rstrip(": ")]
    said, *lines = (text.encode("utf-8", "replace").decode() for text in (said, *lines))
    return {"output_type": "error", "ename": kind, "evalue": said, "traceback": lines}


def _display(*things: Any, **_kwargs: Any) -> None:
    for thing in things:
        print(repr(thing))


# -- the process ---------------------------------------------------------------------------------


def read_line(pipe: Any, seconds: float) -> bytes:
    """Read one line of limited length within `seconds`."""
    if os.name == "nt":  # pipes cannot be waited for there
        line: bytes = pipe.readline(_LARGEST_REPLY)
        return line
    end = time.monotonic() + seconds
    parts: list[bytes] = []
    size = 0
    while not parts or not parts[-1].endswith(b"\n"):
        left = end - time.monotonic()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            raise TimeoutError(_("no answer in time"))
        part = os.read(pipe.fileno(), 1 << 16)
        size += len(part)
        if not part or size > _LARGEST_REPLY:
            raise ValueError(_("the judge ended"))
        parts.append(part)
    return b"".join(parts)


def main() -> None:
    """Serve: one line of setup, then one line for each submission."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints below Python's own streams stays out of the replies
    os.set_inheritable(replies.fileno(), False)
    requests = sys.stdin.buffer

    def reply(said: Any) -> None:
        replies.write(json.dumps(said).encode() + b"\n")
        replies.flush()

    first = json.loads(requests.readline())
    bench = Bench(first["base"])
    before = set(sys.modules)
    problem = bench.set_up(first["setup"])
    reply({"problem": problem, "modules": [name for name in sys.modules if name not in before]})
    if problem:
        return
    for line in requests:
        request = json.loads(line)
        if not hasattr(os, "fork"):
            reply({"outputs": bench.mark(request["folder"], request["cells"])})
            return
        reply(_forked(bench, request))


def _forked(bench: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    """Mark in a child, so that nothing stays for the next submission."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(read)
            _limit()
            made = json.dumps({"outputs": bench.mark(request["folder"], request["cells"])}).encode()
            with os.fdopen(write, "wb") as pipe:
                pipe.write(made + b"\n")
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    try:
        with os.fdopen(read, "rb") as pipe:
            said: Any = json.loads(read_line(pipe, SECONDS))
    except (ValueError, TimeoutError) as error:
        with contextlib.suppress(OSError):
            os.kill(child, signal.SIGKILL)
        said = {"failed": str(error)}
    os.waitpid(child, 0)
    return said if isinstance(said, dict) else {"failed": "?"}


def _limit() -> None:
    """Bound what a test can use on an answer that was made to hurt it."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000_000, 50_000_000))
        with open("/proc/self/statm", encoding="ascii") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + 1_000_000_000, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
