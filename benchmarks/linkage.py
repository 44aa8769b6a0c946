"""Linkage beside Splink called by hand, in one run: what does our layer cost, and how well does it link?

Two files of 5,000 are linked several times, in turn by `bordercourse.identity.link` and by Splink's
own calls on the same prepared records with the same settings. The report gives the ratio of the
best times (target: at most 1.10) and both errors of the result. Preparing the records (names in four
scripts, three calendars) is shown apart: by hand it would have to be done as well.

Run: python benchmarks/linkage.py [rounds]
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import Any

from bordercourse.datasets import make_linked_files
from bordercourse.identity import (
    BLOCKING_FOR_TRAINING,
    DETERMINISTIC,
    link,
    linkage_errors,
    linkage_settings,
    prepare,
)


def by_hand(left: Any, right: Any) -> Any:
    from splink import DuckDBAPI, Linker

    db = DuckDBAPI()
    tables = [
        db.register(left, dataset_display_name="left_file"),
        db.register(right, dataset_display_name="right_file"),
    ]
    linker = Linker(tables, linkage_settings(), log_level=None)
    linker.training.estimate_probability_two_random_records_match(DETERMINISTIC, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in BLOCKING_FOR_TRAINING:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    return linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()


def seconds(call: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def main(rounds: int = 5) -> None:
    logging.getLogger("splink").setLevel(logging.ERROR)
    register, database = make_linked_files(5000, seed=1)
    preparing, (left, right) = seconds(lambda: (prepare(register), prepare(database)))
    by_hand(left, right), link(left, right)  # both warm
    ours, theirs = [], []
    for _round in range(rounds):
        time_hand, pairs = seconds(lambda: by_hand(left, right))
        time_ours, linkage = seconds(lambda: link(left, right))
        theirs.append(time_hand)
        ours.append(time_ours)
    assert len(pairs) == len(linkage.pairs), "the two ways must score the same pairs"
    print(f"records: 5,000 + 5,000; rounds: {rounds}")
    print(f"prepare, both files: {preparing:.2f} s")
    print(f"Splink by hand:      {min(theirs):.2f} s (best of {rounds})")
    print(f"identity.link:       {min(ours):.2f} s (best of {rounds})")
    print(f"ratio:               {min(ours) / min(theirs):.3f} (target: at most 1.10)")
    print(linkage_errors(linkage.proposals(), register, database))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
