"""A class of simulated people on this machine: how long each waits, and what the machine must have.

Run: python benchmarks/classroom.py [PEOPLE] [LESSON] (as root on Linux, after `make class`)
Target, for 30 people on two cores: everybody's first cell in the same second, median at most 10 s and, with
servers started before, 8 s; 4.0 GB for everything; 30 hand-ins fetched in 10 s.

Each person comes in with name and code, opens the lesson, runs all its cells and saves. A second round starts
with no server running, as when everybody comes back after a power cut. Accounts and homes are made under a
folder of their own and are removed at the end.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bordercourse.classroom.accounts import account, end_processes  # noqa: E402
from bordercourse.classroom.hub_line import HubLine  # noqa: E402
from bordercourse.classroom.opening import read_slips, remove_class  # noqa: E402
from bordercourse.classroom.premises import Premises  # noqa: E402
from bordercourse.classroom.running import class_python  # noqa: E402
from tests.classroom.seated import Seated  # noqa: E402

PORT = 8765


def main(count: int, lesson: str) -> None:
    """Open a class, let everybody work in it twice, fetch the hand-ins, and remove it."""
    root = Path(tempfile.mkdtemp(prefix="class-benchmark-"))
    root.chmod(0o755)
    os.environ["BORDERCOURSE_CLASS_ROOT"] = str(root)
    roster = root / "roster.csv"
    rows = [f"bench-{n:02},Simulated Person {n:02}" for n in range(1, count + 1)]
    roster.write_text("\n".join(["id,name", *rows]) + "\n", encoding="utf-8")
    premises = Premises("benchmark", root)
    try:
        opened = time.perf_counter()
        command("open", str(roster), "--address", "127.0.0.1", "--port", str(PORT))
        print(f"open: {count} people, {time.perf_counter() - opened:.1f} s from nothing to the address")
        codes = read_slips(premises)
        for round in ("servers started before", "no server running"):
            if round == "no server running":
                end_processes(list(codes))
                until(lambda: not any(HubLine(premises).servers().values()))
            used = spent(premises)
            waits = together(premises, codes, lesson)
            tell(round, waits)
            print(f"  processor seconds of everything, a person: {(spent(premises) - used) / count:.2f}")
            print(f"  memory (PSS) of everything: {memory(premises)}")
        fetch(premises, root)
    finally:
        if premises.stored():
            remove_class(premises)
        shutil.rmtree(root, ignore_errors=True)


def command(*words: str) -> str:
    """Run ``bordercourse class`` as the instructor does."""
    line = [str(class_python()), "-m", "bordercourse", "class", *words, "--name", "benchmark"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stdout + done.stderr)
    return done.stdout


def together(premises: Premises, codes: dict[str, str], lesson: str) -> list[dict[str, float | str]]:
    """Let everybody come in at the same moment; return when each had the page, the first cell and all."""
    cells = [
        c.source
        for c in nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", 4).cells
        if c.cell_type == "code"
    ]
    start = threading.Barrier(len(codes))
    waits: list[dict[str, float | str]] = [{} for _code in codes]

    def one(who: str, code: str, wait: dict[str, float | str]) -> None:
        start.wait()
        began = time.perf_counter()
        try:
            person = Seated(f"http://127.0.0.1:{PORT}", who)
            assert person.come_in(code), "not let in"
            person.look(f"lab/tree/lessons/{lesson}.ipynb")
            wait["page"] = time.perf_counter() - began
            kernel = person.open_lesson(f"lessons/{lesson}.ipynb")
            said = kernel.run(cells[0])
            wait["error"] = said if "Error" in said else ""
            wait["first cell"] = time.perf_counter() - began
            for cell in cells[1:]:
                kernel.run(cell)
            wait["all cells"] = time.perf_counter() - began
            status = person.save(f"lessons/{lesson}.ipynb", person.notebook(f"lessons/{lesson}.ipynb"))
            assert status == 200, f"not saved: {status}"
            wait["saved"] = time.perf_counter() - began
        except Exception as error:
            wait["error"] = f"{type(error).__name__}: {error}"

    threads = [
        threading.Thread(target=one, args=(who, code, wait))
        for (who, code), wait in zip(codes.items(), waits, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


def tell(round: str, waits: list[dict[str, float | str]]) -> None:
    """Print how long people waited."""
    print(f"{round}: {sum('saved' in wait for wait in waits)} of {len(waits)} ran all cells and saved")
    for step in ("page", "first cell", "all cells"):
        seconds = [float(wait[step]) for wait in waits if step in wait]
        if seconds:
            print(f"  {step}: {min(seconds):.1f} / {statistics.median(seconds):.1f} / {max(seconds):.1f} s")
    for error in sorted({str(wait["error"]) for wait in waits if wait.get("error")}):
        print(f"  error: {error}")


def programs(premises: Premises) -> list[tuple[str, psutil.Process]]:
    """Everything that runs for the class, by what it is."""
    users = {account(id).pw_uid for id in premises.people()}
    found = []
    for one in psutil.process_iter(["uids", "name", "cmdline"]):
        words = " ".join(one.info["cmdline"] or [])
        if one.info["uids"] and one.info["uids"].real in users:
            found.append(("kernel" if "kernel" in one.info["name"] else "server", one))
        elif "bordercourse.classroom.parent" in words and str(premises.door) in words:
            found.append(("parent", one))
        elif str(premises.records) in words or "classroom.room_proxy" in words:
            found.append(("proxy" if "classroom.room_proxy" in words else "hub", one))
    return found


def memory(premises: Premises) -> str:
    """Proportional memory of each kind of program, and of all."""
    sums: dict[str, list[float]] = {}
    for kind, one in programs(premises):
        try:
            sums.setdefault(kind, []).append(one.memory_full_info().pss / 1e6)
        except psutil.Error:
            continue
    parts = [
        f"{len(each)} {kind} {sum(each):.0f} MB ({sum(each) / len(each):.0f} each)"
        for kind, each in sums.items()
    ]
    return f"{sum(sum(each) for each in sums.values()) / 1000:.2f} GB: {', '.join(parts)}"


def spent(premises: Premises) -> float:
    """Processor seconds of everything that runs for the class now."""
    total = 0.0
    for _kind, one in programs(premises):
        try:
            total += sum(one.cpu_times()[:2])
        except psutil.Error:
            continue
    return total


def until(met: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + seconds
    while not met() and time.monotonic() < end:
        time.sleep(0.5)


def fetch(premises: Premises, root: Path) -> None:
    """Fetch everybody's exercise as the instructor does."""
    course = root / "course"
    shutil.copytree(ROOT / "exercises" / "source" / "00-welcome", course / "source" / "00-welcome")
    began = time.perf_counter()
    lines = command("collect", "00", "--course", str(course)).splitlines()
    print(f"collect: {time.perf_counter() - began:.1f} s. {lines[-1]}")
    filed = len(list((course / "submitted").glob("*/00-welcome")))
    print(json.dumps({"filed": filed, "people": len(premises.people())}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30, sys.argv[2] if len(sys.argv) > 2 else "00-welcome")
