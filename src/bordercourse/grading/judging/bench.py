"""The judge's own process: run the setup once, then test cells on answers that are plain values.

It imports next to nothing of its own: what it holds is what the source's setup imports. Where there
is `fork`, each submission gets a child of its own, several at a time; where a question takes its
child too long, the child ends with it, and the grader asks another about the questions after it.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import math
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

from bordercourse.errors import CourseError
from bordercourse.grading.judging.plain_values import AnswersDamagedError, read
from bordercourse.grading.limits import LONGEST_TEST_OUTPUT, QUESTION_WALL_SECONDS
from bordercourse.i18n import gettext as _
from bordercourse.i18n import speaking

if sys.platform != "win32":
    import resource

__all__ = ["Bench", "TooLongError"]

_GRACE = 2  # seconds after which a question that does not end by itself is ended


class MissingAnswerError(CourseError):
    """A question whose answer did not come across."""


class TooLongError(BaseException):
    """The tests of one question took too long on this answer. No ``except Exception`` of theirs stops it."""


class Bench:
    """Where test cells run.

    Parameters
    ----------
    base : str
        The folder of the source's other files.
    seconds : int
        Processor time that the tests of one question may take.
    """

    def __init__(self, base: str, seconds: int) -> None:
        self.seconds = seconds
        os.chdir(base)
        sys.path[:] = [path for path in sys.path if path and os.path.realpath(path) != os.path.realpath(base)]
        sys.path.append(base)  # last: nothing there hides an installed module
        self.names: dict[str, Any] = {"__name__": "__main__", "display": _display}

    def set_up(self, cells: Sequence[tuple[str, str]]) -> str:
        """Run the source's locked cells; return what failed, or nothing."""
        for name, code in cells:
            printed = io.StringIO()
            try:
                with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                    _execute(code, name, self.names)
            except BaseException as error:
                return f"{name}: {type(error).__name__}: {error}"
        return ""

    def mark(self, folder: str, cells: Sequence[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
        """Yield the outputs of each test cell.

        Parameters
        ----------
        folder : str
            With one submission's answer sheet.
        cells : sequence of mapping
            As for `bordercourse.grading.judging.judge.Judge.mark`.
        """
        os.chdir(folder)
        for cell in cells:
            with _in_time(self.seconds):
                outputs = self._one(cell)
            yield outputs

    def _one(self, cell: Mapping[str, Any]) -> list[dict[str, Any]]:
        before = dict(self.names)
        printed = io.StringIO()
        outputs: list[dict[str, Any]] = []
        try:
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
                self.names.update(_answers(cell))
                result = _execute(cell["source"], cell["name"], self.names)
                outputs = _result(result, cell["points"])
        except BaseException as error:
            outputs = [_error(error, cell["source"], cell["name"])]
        finally:
            self.names.clear()
            self.names.update(before)
        text = printed.getvalue()
        if text:
            if len(text) > LONGEST_TEST_OUTPUT:
                text = text[:LONGEST_TEST_OUTPUT] + "\n..."
            text = text.encode("utf-8", "replace").decode("utf-8")
            outputs.insert(0, {"output_type": "stream", "name": "stdout", "text": text})
        return outputs


@contextlib.contextmanager
def _in_time(seconds: int) -> Iterator[None]:
    """End what takes too long: by an error where Python runs, else by the end of this process."""
    if sys.platform == "win32":  # the grader ends this process from outside
        yield
        return
    used = math.ceil(time.process_time())
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + _GRACE, hard))
    signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, QUESTION_WALL_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _too_long(*_signal_and_frame: object) -> None:
    raise TooLongError(_("The tests took too long on this answer."))


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
        text = repr(value)[:LONGEST_TEST_OUTPUT]
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
    kind, words = type(error).__name__, str(error)[:2000]
    if isinstance(error, TooLongError):
        kind, lines = "CellTimeoutError", [words]
    elif isinstance(error, CourseError):
        lines = error._render_traceback_()
    else:
        places = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == f"<{name}>"]
        where = _("line {n} of this cell: ").format(n=places[-1]) if places else ""
        lines = [f"{where}{kind}: {words}".rstrip(": ")]
    words, *lines = (
        text[:LONGEST_TEST_OUTPUT].encode("utf-8", "replace").decode() for text in (words, *lines)
    )
    return {"output_type": "error", "ename": kind, "evalue": words, "traceback": lines}


def _display(*things: Any, **_kwargs: Any) -> None:
    for thing in things:
        print(repr(thing))


# -- the process ---------------------------------------------------------------------------------


def main() -> None:
    """Serve: one line of setup, then submissions, each by a line of its own."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints below Python's own streams stays out of the replies
    os.set_inheritable(replies.fileno(), False)
    requests = sys.stdin.buffer
    first = json.loads(requests.readline())
    bench = Bench(first["base"], first["seconds"])
    before = set(sys.modules)
    problem = bench.set_up(first["setup"])
    _reply(replies, {"problem": problem, "modules": [name for name in sys.modules if name not in before]})
    if problem:
        return
    if first["control"] is None:
        line = requests.readline()
        if line:
            _answer(bench, json.loads(line), replies)
        return
    replies.close()
    _serve(bench, socket.socket(fileno=first["control"]))


def _serve(bench: Bench, control: socket.socket) -> None:
    """Fork a child for each line that comes over `control`, until that closes."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: their lines tell how they end
    while True:
        message, numbers, _flags, _address = socket.recv_fds(control, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                control.close()
                _limit()
                with socket.socket(fileno=numbers[0]) as line, line.makefile("rwb") as lines:
                    _answer(bench, json.loads(lines.readline()), lines)
            finally:
                os._exit(0)
        for number in numbers:
            os.close(number)


def _answer(bench: Bench, request: Mapping[str, Any], replies: Any) -> None:
    """Mark one submission; each question's outputs go out as soon as they are there."""
    with speaking(request["language"]):
        for outputs in bench.mark(request["folder"], request["cells"]):
            _reply(replies, {"outputs": outputs, "cpu": time.process_time()})


def _reply(replies: Any, message: Any) -> None:
    replies.write(json.dumps(message).encode() + b"\n")
    replies.flush()


def _limit() -> None:
    """Bound what tests can use on answers that were made to hurt them."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000_000, 50_000_000))
        with open("/proc/self/statm", encoding="ascii") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + 1_000_000_000, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
