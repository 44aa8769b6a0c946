"""A whole day of a class, played with its real parts: the time of each step, and whether each mark is right.

Run: python benchmarks/class_day.py [PEOPLE] (as root on Linux, after `make class`)

The class is opened; everybody comes in at the same moment and works through modules 00 and 01: lesson, then
exercise, each in a kernel of its own, answers and notebook saved. After each module the instructor collects,
grades and returns. At the end stand the roster, the report, and the closing of the class. People answer as
those of `bordercourse rehearse` do: right, wrong in many ways, half, nothing, code that does not run, a cell
lost or doubled. Every score is compared with what it must be; the exit status is 1 if one differs or a step
fails.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from classroom import PORT, ROOT, command, memory

from bordercourse.classroom.accounts import account
from bordercourse.classroom.opening import read_slips, remove_class
from bordercourse.classroom.premises import Premises
from bordercourse.course.answers import FILE_NAME
from bordercourse.evaluation.class_rehearsal import roster_rows
from bordercourse.evaluation.safe_cells import csv_text
from bordercourse.grading.record.release import course_gradebook, release
from bordercourse.grading.rehearsal.simulate import SimulatedParticipant, participants
from bordercourse.grading.run import open_course
from tests.classroom.seated import Seated

MODULES = ("00-welcome", "01-civil-registration")
faults: list[str] = []


def main(count: int) -> int:
    """Play the day; return the exit status."""
    root = Path(tempfile.mkdtemp(prefix="class-day-"))
    root.chmod(0o755)
    os.environ["BORDERCOURSE_CLASS_ROOT"] = str(root)
    ids = [f"day-{n:02}" for n in range(1, count + 1)]
    roster, course = root / "roster.csv", root / "course"
    roster.write_text(csv_text(roster_rows(ids)), encoding="utf-8")
    premises = Premises("benchmark", root)
    began = time.perf_counter()
    try:
        with step("open the class"):
            command("open", str(roster), "--address", "127.0.0.1", "--port", str(PORT))
        lay_out(course)
        seats = {id: Seated(f"http://127.0.0.1:{PORT}", id) for id in ids}
        codes = read_slips(premises)
        with step("everybody comes in"):
            together(ids, lambda id: come_in(seats[id], codes[id]))
        for module in MODULES:
            teach(premises, module, seats, course)
        with step("roster and report"):
            own("roster", str(roster), "--course", str(course))
            print(own("report", "--course", str(course), "--title", "A day").strip())
        with step("close the class"):
            command("close", "--archive", str(root / "work.tar.gz"))
        print(f"archive: {(root / 'work.tar.gz').stat().st_size / 1e6:.1f} MB")
        print(f"the whole day without its people's thinking: {time.perf_counter() - began:.0f} s")
    finally:
        if premises.stored():
            remove_class(premises)
        shutil.rmtree(root, ignore_errors=True)
    for fault in faults:
        print(f"FAULT: {fault}")
    return 1 if faults else 0


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print how long something took."""
    began = time.perf_counter()
    yield
    print(f"{name}: {time.perf_counter() - began:.1f} s", flush=True)


def own(*words: str) -> str:
    """Run ``bordercourse`` as the instructor does, beside the class."""
    done = subprocess.run(
        [sys.executable, "-m", "bordercourse", *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        faults.append(f"bordercourse {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def lay_out(course: Path) -> None:
    """Make the instructor's course from the checkout."""
    for module in MODULES:
        shutil.copytree(ROOT / "exercises" / "source" / module, course / "source" / module)
    shutil.copy(ROOT / "exercises" / "nbgrader_config.py", course)
    release(course / "source", course / "release", MODULES, gradebook=course_gradebook(course))


def together(ids: list[str], do: Callable[[str], None]) -> None:
    """Let everybody do something at the same moment; what fails is a fault with its name."""

    def one(id: str) -> None:
        try:
            do(id)
        except Exception as error:
            faults.append(f"{id}: {type(error).__name__}: {error}")

    threads = [threading.Thread(target=one, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def come_in(seat: Seated, code: str) -> None:
    """Type name and code, and see the home page."""
    assert seat.come_in(code), "not let in"
    assert seat.look("bordercourse/home").status_code == 200


def teach(premises: Premises, module: str, seats: dict[str, Seated], course: Path) -> None:
    """Let everybody work through a module; then collect, grade and return it."""
    ids = list(seats)
    lesson, exercise = f"lessons/{module}.ipynb", f"exercises/{module}/{module}.ipynb"
    kinds = list(
        participants(
            course / "source" / module / f"{module}.ipynb",
            premises.workspace(ids[0]) / exercise,  # as it was handed out
            ROOT / "tests" / "answers" / module / "answers.toml",
        )
    )
    cast = {id: kinds[n % len(kinds)] for n, id in enumerate(ids)}
    with step(f"{module}: everybody's lesson"):
        together(ids, lambda id: run_all(seats[id], lesson))
    print(f"  memory (PSS) of everything: {memory(premises)}")
    together(ids, lambda id: shut_down(seats[id]))
    with step(f"{module}: everybody's exercise"):
        together(ids, lambda id: answer(seats[id], module, exercise, cast[id]))
    print(f"  memory (PSS) of everything: {memory(premises)}")
    together(ids, lambda id: shut_down(seats[id]))
    with step(f"{module}: collect"):
        print(f"  {command('collect', module[:2], '--course', str(course)).splitlines()[-1]}")
    with step(f"{module}: grade"):
        print("  " + "".join(own("grade", module, "--plain", "--course", str(course)).splitlines()[-1:]))
    compare(course, module, cast)
    with step(f"{module}: return"):
        command("return", module[:2], "--course", str(course))
    home = [list((premises.workspace(id) / "feedback").glob(f"{module}*.html")) for id in ids]
    owned = [page[0].stat().st_uid == account(id).pw_uid for id, page in zip(ids, home, strict=True) if page]
    if owned != [True] * len(ids):
        faults.append(f"{module}: {sum(owned)} of {len(ids)} feedback pages came home")


def run_all(seat: Seated, path: str) -> None:
    """Open a notebook, run its cells, save."""
    kernel = seat.open_lesson(path)
    content = seat.notebook(path)
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            kernel.run("".join(cell["source"]))
    kernel.close()
    assert seat.save(path, content) == 200, "not saved"


def answer(seat: Seated, module: str, path: str, person: SimulatedParticipant) -> None:
    """Answer an exercise, run its cells as `Run All Cells` does, and save what was clicked and written."""
    sheet = json.dumps({"format": 1, "module": module, "answers": person.answers})
    body = {"type": "file", "format": "text", "content": sheet}
    reply = seat.ask("PUT", f"api/contents/exercises/{module}/{FILE_NAME}", json=body)
    assert reply.status_code in (200, 201), f"answers not stored: {reply.status_code}"
    content: Any = json.loads(nbformat.writes(person.notebook))
    assert seat.save(path, content) == 200, "not saved"
    run_all(seat, path)


def shut_down(seat: Seated) -> None:
    """End a person's kernels, as the course asks when a lesson is finished."""
    for session in seat.ask("GET", "api/sessions").json():
        seat.ask("DELETE", f"api/sessions/{session['id']}")


def compare(course: Path, module: str, cast: dict[str, SimulatedParticipant]) -> None:
    """Compare every score in the gradebook with what it must be."""
    from nbgrader.api import Gradebook, MissingEntry

    coursedir = open_course(course).coursedir
    right = 0
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        for id, person in cast.items():
            try:
                grades = gradebook.find_submission_notebook(module, module, id).grades
            except MissingEntry:
                faults.append(f"{module} {id}: was not graded")
                continue
            given = {grade.name: grade.auto_score for grade in grades}
            for question, want in person.expected.items():
                if given.get(question) == want.score:
                    right += 1
                else:
                    faults.append(f"{module} {id} {question}: {given.get(question)}, not {want.score}")
    print(f"  {right} of {sum(len(person.expected) for person in cast.values())} scores are exact")


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
