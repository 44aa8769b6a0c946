"""What `import bordercourse` costs, as a ratio to a bare interpreter start, in one run.

Run: python benchmarks/import_cost.py
Target: the whole start with the import takes less than three bare starts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 21


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main() -> None:
    bare, full = [], []
    seconds("import bordercourse")  # compile once
    for _ in range(RUNS):  # in turn, so that a busy machine slows both alike
        bare.append(seconds("pass"))
        full.append(seconds("import bordercourse"))
    ratio = statistics.median(f / b for f, b in zip(full, bare, strict=True))
    print(f"bare start      {statistics.median(bare) * 1000:7.1f} ms (median of {RUNS})")
    print(f"with the import {statistics.median(full) * 1000:7.1f} ms")
    print(f"ratio           {ratio:7.2f} (target: below 3)")


if __name__ == "__main__":
    main()
