"""The explorer of module 02: its waterfall follows from its controls, and it always names the risk."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest

from bordercourse.datasets import make_linked_files
from bordercourse.identity import Explanation, Step, linkage_errors, pairs_that_agree, prepare
from bordercourse.lessons import legal_identity as views

FINDINGS = ("agrees", "differs", "missing")


@pytest.mark.parametrize(
    ("given", "mother", "birth", "family"), list(itertools.product(FINDINGS, repeat=4))[::7]
)
def test_the_bars_add_up_and_the_sentence_names_who_bears_the_error(
    given: str, mother: str, birth: str, family: str
) -> None:
    ax, sentence = views.draw_weights(given, mother, birth, family, 5, 90)
    widths = [float(bar.get_width()) for bar in ax.patches]  # type: ignore[attr-defined]
    assert len(widths) == 6
    assert sum(widths[:-1]) == pytest.approx(widths[-1])
    proposed = widths[-1] >= math.log2(views.LINE / (1 - views.LINE))
    assert sentence.startswith("Proposed" if proposed else "Not proposed")
    assert ("a false link joins them" in sentence) is proposed
    assert ("the link is missed" in sentence) is not proposed
    assert " 0.0%" not in sentence  # a score never reads as certainty
    assert "100.0%" not in sentence


def test_a_common_name_weighs_less_than_a_rare_one() -> None:
    rare = views.draw_weights("agrees", "missing", "missing", "agrees", 5, 90)[1]
    common = views.draw_weights("agrees", "missing", "missing", "agrees", 390, 90)[1]
    assert rare.startswith("Proposed")
    assert common.startswith("Not proposed")


def test_two_agreeing_names_are_not_enough_in_a_nation() -> None:
    findings: dict[str, Any] = {
        "given": "agrees",
        "mother": "missing",
        "birth": "missing",
        "family": "agrees",
    }
    village = views.draw_weights(**findings, common=5, kept=90, people=300)
    nation = views.draw_weights(**findings, common=5, kept=90, people=300_000_000)
    assert village[1] == views.draw_weights(**findings, common=5, kept=90)[1]
    assert village[1].startswith("Proposed to the registrar. In a file of 300 people: ")
    assert nation[1].startswith("Not proposed")
    assert "300,000,000 people" in nation[1]
    assert "5 of 1,000 pairs of strangers agree on it, and 90 of 100 pairs of one person" in nation[1]
    bars = [float(ax.patches[0].get_width()) for ax, _ in (village, nation)]  # type: ignore[attr-defined]
    # log2 of the odds 1 to 299, and 1 to 299,999,999
    assert bars == pytest.approx([-8.224, -28.160], abs=0.001)
    labels = [text.get_text() for text in nation[0].get_yticklabels()]
    assert labels[0] == "before any field\n(1 pair in 300,000,000)"


@pytest.mark.parametrize("field", ["mother", "birth"])
def test_one_more_field_brings_a_married_woman_back(field: str) -> None:
    fields = {"mother": "missing", "birth": "missing"}
    assert views.draw_weights("agrees", **fields, family="differs", common=5, kept=90)[1].startswith("Not")  # type: ignore[arg-type]
    fields[field] = "agrees"
    assert views.draw_weights("agrees", **fields, family="differs", common=5, kept=90)[1].startswith(  # type: ignore[arg-type]
        "Proposed"
    )


def test_the_figure_of_rules_tells_both_errors_and_who_bears_them(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[object, str]] = []
    monkeypatch.setattr(views.plotting, "show", lambda ax, alt: shown.append((ax, alt)))
    register, database = make_linked_files(200, seed=2)
    by_place = pairs_that_agree(prepare(register), prepare(database), on=["mother_key", "place_of_birth"])
    rules = {
        "strict clerk": linkage_errors(
            pairs_that_agree(register, database, on=["given_name", "birth_date"]), register, database
        ),
        "broad": linkage_errors(by_place, register, database),
    }
    views.show_rules(rules)
    ((ax, alt),) = shown
    assert ax.get_title("left") == "The strict clerk misses everybody whose name is not in Latin letters"  # type: ignore[attr-defined]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]  # type: ignore[attr-defined]
    assert "0 false" in legend[0]
    by_sex, _, by_script = legend[1].partition("; by script: ")
    assert "(by sex: women " in by_sex
    assert by_script.endswith(")")
    for part in ("women: missed", "false", "Thai script"):
        assert part in alt
    views.show_rules({"broad": rules["broad"]})
    assert shown[1][0].get_title("left") == "Who bears the missed links depends on the rule"  # type: ignore[attr-defined]


def test_the_pair_is_shown_with_both_values(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[object, str]] = []
    monkeypatch.setattr(views.plotting, "show", lambda ax, alt: shown.append((ax, alt)))
    views.show_pair(Explanation("R", "D", -8.0, (Step("given name", "different", "lan", "", -4.0),)))
    ((ax, alt),) = shown
    labels = [text.get_text() for text in ax.get_yticklabels()]  # type: ignore[attr-defined]
    assert labels[0] == "before any field\n(1 pair in 257)"
    assert labels[1] == "given name\nlan / –"
    assert labels[2] == "total\n(less than 0.1%)"
    assert "total -12.0 bits" in alt
