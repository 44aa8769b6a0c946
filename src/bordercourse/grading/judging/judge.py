"""The judge: a clean process that holds the tests and never runs a participant's code.

It runs the source's locked setup once and forks for each submission (where fork is missing, it is
started anew for each). What crosses to it is JSON; what comes back is JSON. `Judge` is the grader's
end of the line, ``python -P -m bordercourse.grading.judging.bench`` the other.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bordercourse.errors import CourseError
from bordercourse.grading.intake.source import Plan, SourceError, SourceNotebook
from bordercourse.grading.judging.bench import SECONDS, read_line
from bordercourse.i18n import gettext as _

__all__ = ["Judge"]

_START_SECONDS = 300


class Judge:
    """The grader's end: ``with Judge(source, plan) as judge: judge.mark(...)``.

    Raises
    ------
    SourceError
        On entering, if the source's own setup fails: then nobody is graded.
    """

    def __init__(self, source: SourceNotebook, plan: Plan) -> None:
        self.source, self.plan = source, plan
        self.modules: tuple[str, ...] = ()
        """What the setup has imported, and so every participant's kernel after it."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="bordercourse-judge-", ignore_cleanup_errors=True)
        self._base = Path(self._folder.name) / "source"

    def __enter__(self) -> Judge:
        self._base.mkdir()
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

    def mark(
        self, cells: Sequence[Mapping[str, Any]], answer_sheet: bytes | None
    ) -> list[list[dict[str, Any]]]:
        """Run test cells on the answers of one submission; return the outputs of each.

        Parameters
        ----------
        cells : sequence of mapping
            ``{"name": id, "source": tests, "points": n, "names": [...], "answers": text, "lost": why}``.
        answer_sheet : bytes or None
            The submission's ``answers.json``.
        """
        with self._lock, tempfile.TemporaryDirectory(dir=self._folder.name) as scratch:
            folder = Path(scratch) / "exercise"
            shutil.copytree(self._base, folder)
            (folder / "answers.json").unlink(missing_ok=True)
            if answer_sheet is not None:
                (folder / "answers.json").write_bytes(answer_sheet)
            try:
                if self._process is None or self._process.poll() is not None:
                    self._start()
                made = self._exchange({"folder": str(folder), "cells": list(cells)}, SECONDS + 30)
            except (OSError, ValueError, TimeoutError) as error:
                self._stop()  # the next submission gets a new judge
                made = {"failed": str(error) or type(error).__name__}
        outputs = made.get("outputs") if isinstance(made, dict) else None
        if not isinstance(outputs, list) or len(outputs) != len(cells):
            why = made.get("failed", "") if isinstance(made, dict) else ""
            raise CourseError(_("the tests could not be run on these answers: {why}").format(why=why))
        return outputs

    def _start(self) -> None:
        environment = {**os.environ, "NBGRADER_EXECUTION": "autograde", "MPLBACKEND": "Agg"}
        environment.pop("JPY_PARENT_PID", None)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bordercourse.grading.judging.bench"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=self._base,
            env=environment,
        )
        try:
            made = self._exchange({"base": str(self._base), "setup": self.plan.setup}, _START_SECONDS)
            problem, self.modules = made["problem"], tuple(made["modules"])
        except (OSError, ValueError, KeyError, TimeoutError) as error:
            problem = str(error) or type(error).__name__
        if problem:
            self._stop()
            raise SourceError(
                _("{name}: the source's own setup fails, so nobody can be graded: {why}").format(
                    name=self.source.name, why=problem
                )
            )

    def _exchange(self, said: Any, seconds: float) -> Any:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(said).encode() + b"\n")
        process.stdin.flush()
        return json.loads(read_line(process.stdout, seconds))

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()
            process.communicate()
