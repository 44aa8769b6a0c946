"""Where there is no Unix, every module can be imported, and grading works without walls."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.grading import as_windows
from tests.grading.classroom import Classroom

IMPORT_ALL = """
import importlib, pkgutil, traceback
import bordercourse
names = [m.name for m in pkgutil.walk_packages(bordercourse.__path__, "bordercourse.")]
for name in names:
    if not name.endswith("__main__") and "_course" not in name:
        try:
            importlib.import_module(name)
        except Exception as error:
            print(name, type(error).__name__, error)
from bordercourse.grading.kernels import pool
print(len(names) > 50, pool.WARM, hasattr(pool.os, "fork"))
"""


def test_every_module_can_be_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        env=as_windows.shell(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "True False False\n", done.stdout + done.stderr


def test_a_class_is_graded_without_walls(room: Classroom, tmp_path: Path) -> None:
    """In the grader, the judge and the kernels; what stops is said, and the rest goes on."""
    room.hand_in("ana", "tiny", room.model("tiny"))
    room.hand_in("ben", "tiny", room.answer("tiny", {"b1-share-answer": "share = 80.0"}))
    (room.root / "submitted" / "cut" / "tiny").mkdir(parents=True)
    (room.root / "submitted" / "cut" / "tiny" / "tiny.ipynb").write_bytes(b'{"cells": [{"ce')
    done = subprocess.run(
        [sys.executable, "-m", "bordercourse", "grade", "tiny", "--no-isolation"],
        env=as_windows.shell(tmp_path),
        cwd=room.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "broken off" in done.stdout
    assert "Kernels are not forked on this system" in done.stdout + done.stderr
    scores = room.scores("tiny")
    assert scores["ana"] == {"b1-share": 3.0, "b2-names": 2.0, "b3-table": 1.0, "d-memo": None}
    assert scores["ben"] == {"b1-share": 3.0, "b2-names": 0.0, "b3-table": 0.0, "d-memo": 0.0}


# JupyterLab itself is not deceived: it would see the administrator, and refuse.
NOBODY_SPECIAL = "import os\nif hasattr(os, 'geteuid'):\n    os.geteuid = lambda: 1000\n"


def test_the_course_opens_and_stops(tmp_path: Path) -> None:
    env = as_windows.shell(tmp_path)
    with (tmp_path / "sitecustomize.py").open("a", encoding="utf-8") as first_lines:
        first_lines.write(NOBODY_SPECIAL)
    start = [sys.executable, "-m", "bordercourse", "start", "--no-browser", "--workspace", "work"]
    said = []
    with subprocess.Popen(
        start, env=env, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as started:
        assert started.stdout is not None
        for line in started.stdout:
            said.append(line)
            if "Keep this window open" in line:
                started.send_signal(signal.SIGINT)  # what Ctrl+C is there
    assert started.returncode == 0, said
    assert any("The course is open" in line for line in said)
    assert "Stopped. Your work is saved" in said[-1]


LAY_OUT = """
from pathlib import Path
from bordercourse.desk.start import prepare_workspace
workspace, notes = prepare_workspace(Path("work"))
print(notes, (workspace.course / "source" / "00-welcome").is_dir(), workspace.exchange.exists())
"""


def test_a_workspace_is_laid_out_handed_in_and_collected(tmp_path: Path) -> None:
    env = as_windows.shell(tmp_path)

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert run("-c", LAY_OUT) == "[] True False\n"
    course = ["-m", "bordercourse"]
    run(*course, "hand-in", "00", "--name", "Nguyễn An", "--workspace", "work")
    (made,) = (tmp_path / "work" / "hand-ins").iterdir()
    assert made.name.startswith("00-welcome_nguyen-an_")
    assert "filed" in run(*course, "collect", str(made.parent), "--course", str(tmp_path / "work" / "course"))
    assert (tmp_path / "work" / "course" / "submitted" / "nguyen-an" / "00-welcome").is_dir()
