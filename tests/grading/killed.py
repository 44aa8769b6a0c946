"""Grade a course in child processes that are killed at random moments; say what was seen.

``python killed.py COURSE KILLS SEED ISOLATE``. The course's exercise is ``tiny``. When all of it is
graded, it is graded again with ``force``, so that every kill meets a run at work.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from pathlib import Path

from bordercourse.grading.run import grade, open_course


def graded(root: Path) -> set[str]:
    return {path.parent.name for path in (root / "autograded").glob("*/tiny")}


def unsound(root: Path) -> list[str]:
    """What must not be: a marked notebook without all its grades, half a file, a damaged database."""
    found = []
    with sqlite3.connect(root / "gradebook.db") as db:
        if db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            found.append("the database is damaged")
        without = db.execute(
            "SELECT sa.student_id FROM grade g JOIN submitted_notebook n ON g.notebook_id = n.id "
            "JOIN submitted_assignment sa ON n.assignment_id = sa.id JOIN base_cell c ON g.cell_id = c.id "
            "WHERE g.auto_score IS NULL AND c.name LIKE 'b%'"
        )
        found += [f"{who}: shown without grades" for (who,) in without if who in graded(root)]
    for who in graded(root):
        try:
            json.loads((root / "autograded" / who / "tiny" / "tiny.ipynb").read_text())
        except (OSError, ValueError) as error:
            found.append(f"{who}: {error}")
    return found


def start(root: Path, isolate: bool) -> int:
    force = len(graded(root)) == len(list((root / "submitted").iterdir()))
    child = os.fork()
    if child == 0:
        code = 1
        try:
            outcomes = grade(open_course(root), ["tiny"], force=force, isolate=isolate)
            code = any(outcome.state == "failed" for outcome in outcomes)
        finally:
            os._exit(code)
    return child


def main() -> None:
    root, kills, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))
    isolate = sys.argv[4] == "True"
    twin = Path(shutil.copytree(root, root.with_name("twin")))
    begun = time.monotonic()
    os.waitpid(start(twin, isolate), 0)  # one whole run elsewhere, to know how long one takes
    whole = time.monotonic() - begun
    problems, moments = unsound(root), []  # type: ignore[var-annotated]
    while len(moments) < kills:
        child = start(root, isolate)
        moment = chance.uniform(0.2, 1.0) * whole
        time.sleep(moment)
        if os.waitpid(child, os.WNOHANG)[0]:
            whole *= 0.9  # it was quicker than the first
            continue
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        moments.append(round(moment, 2))
        problems += unsound(root)
    # The last run after the last kill must complete what is missing.
    code = os.waitpid(start(root, isolate), 0)[1]
    print(json.dumps({"problems": problems + unsound(root), "kills": len(moments), "code": code}))


if __name__ == "__main__":
    main()
