"""The judge: a clean process that holds the tests and never runs a participant's code.

It runs the source's locked setup once and forks for each submission (where fork is missing, it is
started anew for each). What crosses to it is JSON; what comes back is JSON. `Judge` is the grader's
end of the line, ``python -P -m bordercourse.grading.judging.bench`` the other.

Several submissions are judged at a time, so that an answer which was made to take long holds up
nobody else; and each question has its own bound, so that it costs its owner one question.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bordercourse.errors import CourseError
from bordercourse.grading.intake.source import Plan, SourceError, SourceNotebook
from bordercourse.grading.limits import (
    JUDGE_START_SECONDS,
    LARGEST_VERDICT,
    QUESTION_SECONDS,
    QUESTION_WALL_SECONDS,
    SUBMISSION_QUESTIONS,
)
from bordercourse.i18n import gettext as _
from bordercourse.i18n import language

__all__ = ["Judge"]

_FORKS = hasattr(os, "fork") and hasattr(socket, "AF_UNIX")
Outputs = list[dict[str, Any]]


class Judge:
    """The grader's end: ``with Judge(source, plan) as judge: judge.mark(...)``.

    `mark` may be called from several threads at a time.

    Parameters
    ----------
    source : SourceNotebook
    plan : Plan
    seconds : int
        Processor time that the tests of one question may take; all questions of one submission
        together may take so many times as much as `SUBMISSION_QUESTIONS` says.

    Raises
    ------
    SourceError
        On entering, if the source's own setup fails: then nobody is graded.
    """

    def __init__(self, source: SourceNotebook, plan: Plan, seconds: int = QUESTION_SECONDS) -> None:
        self.source, self.plan, self.seconds = source, plan, seconds
        self.modules: tuple[str, ...] = ()
        """What the setup has imported, and so every participant's kernel after it."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="bordercourse-judge-", ignore_cleanup_errors=True)
        self._base = Path(self._folder.name) / "source"
        self._empty = Path(self._folder.name) / "empty"

    def __enter__(self) -> Judge:
        self._base.mkdir()
        self._empty.mkdir()
        if self.source.folder and Path(self.source.folder).is_dir():
            shutil.copytree(
                self.source.folder, self._base, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.ipynb")
            )
        (self._base / f"{self.source.name}.ipynb").write_text(self.source.skeleton(), encoding="utf-8")
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the judge's process and remove its folder."""
        self._stop()
        self._folder.cleanup()

    def mark(self, cells: Sequence[Mapping[str, Any]], answer_sheet: bytes | None) -> list[Outputs]:
        """Run test cells on the answers of one submission; return the outputs of each.

        A question whose tests do not end in time, or end the judge, is lost by itself.

        Parameters
        ----------
        cells : sequence of mapping
            ``{"name": id, "source": tests, "points": n, "names": [...], "answers": text, "lost": why}``.
        answer_sheet : bytes or None
            The submission's ``answers.json``.

        Notes
        -----
        Messages are in the language that is spoken where this is called (`bordercourse.i18n.speaking`).
        """
        verdicts: list[Outputs] = []
        spent = 0.0
        with tempfile.TemporaryDirectory(dir=self._folder.name) as scratch:
            folder = Path(scratch) / "exercise"
            shutil.copytree(self._base, folder)
            (folder / "answers.json").unlink(missing_ok=True)
            if answer_sheet is not None:
                (folder / "answers.json").write_bytes(answer_sheet)
            while len(verdicts) < len(cells):
                if spent >= SUBMISSION_QUESTIONS * self.seconds:
                    verdicts.append(_lost())
                    continue
                left = list(cells[len(verdicts) :])
                request = {"folder": str(folder), "cells": left, "language": language()}
                before = spent
                for outputs, used in self._ask(request):
                    verdicts.append(outputs)
                    spent = before + used
                if len(verdicts) < len(cells):
                    spent += self.seconds
                    verdicts.append(_lost())
        return verdicts

    def _ask(self, request: Mapping[str, Any]) -> Iterator[tuple[Outputs, float]]:
        """The outputs of each question with the processor time until then, as far as they come."""
        with self._line() as (lines, hurry):
            try:
                lines.write(json.dumps(request).encode() + b"\n")
                lines.flush()
                for _question in request["cells"]:
                    with hurry():
                        answer = lines.readline(LARGEST_VERDICT)
                    verdict = json.loads(answer)
                    yield verdict["outputs"], float(verdict["cpu"])
            except (OSError, ValueError):  # it ended, or took too long: what came before counts
                return

    @contextlib.contextmanager
    def _line(self) -> Iterator[tuple[Any, Any]]:
        """A line to a child of the judge, and what bounds the time in which it answers."""
        if not _FORKS:
            with self._lock:  # one process for each, which ends with it
                if self._process is None or self._process.poll() is not None:
                    self._start()
                process = self._process
                assert process is not None
                try:
                    yield _Pipes(process), lambda: _killing(process)
                finally:
                    self._stop()
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with ours, theirs:
            with self._lock:
                self._hand_over(theirs)
            theirs.close()
            ours.settimeout(QUESTION_WALL_SECONDS + 10)
            with ours.makefile("rwb") as lines:
                yield lines, contextlib.nullcontext

    def _hand_over(self, line: socket.socket) -> None:
        """Give the judge the other end of a line; a judge that has ended is started anew."""
        for _attempt in range(2):
            if self._control is None:
                self._start()
            assert self._control is not None
            try:
                socket.send_fds(self._control, [b"."], [line.fileno()])
                return
            except OSError:
                self._stop()
        raise CourseError(_("The process that judges answers ends by itself."))

    def _start(self) -> None:
        environment = {**os.environ, "NBGRADER_EXECUTION": "autograde", "MPLBACKEND": "Agg"}
        environment.pop("JPY_PARENT_PID", None)
        command = [sys.executable, "-P", "-m", "bordercourse.grading.judging.bench"]
        theirs = None
        if _FORKS:
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        number = None if theirs is None else theirs.fileno()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=self._empty,  # an empty entry in PYTHONPATH is the folder in which a program begins
            env=environment,
            pass_fds=() if number is None else (number,),
        )
        if theirs is not None:
            theirs.close()
        try:
            pipes = _Pipes(self._process)
            setup = {
                "base": str(self._base),
                "setup": self.plan.setup,
                "control": number,
                "seconds": self.seconds,
            }
            pipes.write(json.dumps(setup).encode() + b"\n")
            pipes.flush()
            with _killing(self._process, JUDGE_START_SECONDS):
                answer = json.loads(pipes.readline(LARGEST_VERDICT))
            problem, self.modules = answer["problem"], tuple(answer["modules"])
        except (OSError, ValueError, KeyError) as error:
            problem = str(error) or type(error).__name__
        if problem:
            self._stop()
            raise SourceError(
                _("{name}: the source's own setup fails, so nobody can be graded: {why}").format(
                    name=self.source.name, why=problem
                )
            )

    def _stop(self) -> None:
        control, self._control = self._control, None
        if control is not None:
            control.close()
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()
            process.communicate()


class _Pipes:
    """A process's standard streams as one file."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.write, self.flush = process.stdin.write, process.stdin.flush
        self.readline = process.stdout.readline


@contextlib.contextmanager
def _killing(process: subprocess.Popen[bytes], seconds: float = QUESTION_WALL_SECONDS) -> Iterator[None]:
    """End the process if what is done inside does not end in time."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _lost() -> Outputs:
    words = _("The tests took too long on this answer, or could not be run on it.")
    return [{"output_type": "error", "ename": "CellTimeoutError", "evalue": words, "traceback": [words]}]
