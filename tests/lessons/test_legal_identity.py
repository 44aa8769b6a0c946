"""Module 02: its tables and figures follow from the records, and its explorer always names both errors."""

from __future__ import annotations

import itertools
import math

import pytest

from bordercourse import plotting
from bordercourse.datasets import load, make_linked_files
from bordercourse.identity import Explanation, FieldWeight, link
from bordercourse.lessons import legal_identity as views

Shown = list[tuple[object, str]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    figures: Shown = []
    monkeypatch.setattr(plotting, "show", lambda ax, alt: figures.append((ax, alt)))
    return figures


@pytest.mark.parametrize(
    ("given", "family", "mother", "birth"), list(itertools.product((True, False), repeat=4))
)
def test_the_bars_are_both_errors_of_the_rule(given: bool, family: bool, mother: bool, birth: bool) -> None:
    ax, sentence = views.draw_rule(given, family, mother, birth)
    women, men, false = (float(bar.get_width()) for bar in ax.patches)  # type: ignore[attr-defined]
    assert men == pytest.approx(100 * (1 - 0.9 ** sum((given, family, mother, birth))))
    assert (women > men) is family  # only the family name changes at marriage
    assert 0 <= false <= 100
    assert "women" in sentence
    assert "a stranger fits too" in sentence


def test_a_common_name_and_a_large_file_bring_strangers() -> None:
    rule = {"given": True, "family": True, "mother": False, "birth": False}
    village = views.draw_rule(**rule)[1]
    assert village.startswith("Of 100 women 29 are missed, and of 100 men 19.")
    assert "In 1 of 100" in village
    # 300 people, 5 in 1,000 with the given name, 390 in 1,000 with the family name: 0.585 strangers
    assert "In 44 of 100" in views.draw_rule(**rule, common=390)[1]
    nation = views.draw_rule(**rule, people=3_000_000)[1]
    assert "In more than 99 of 100" in nation
    assert nation.endswith("Each search finds about 75 strangers.")


def test_nearly_none_is_not_none() -> None:
    sentence = views.draw_rule(True, True, True, True)[1]
    assert "In fewer than 1 of 100" in sentence


def test_the_ten_people_are_those_of_the_sum_by_hand(shown: Shown) -> None:
    views.show_ten_people()
    ((ax, alt),) = shown
    left = [n for _question, n in views.TEN]
    assert left[0] == 10
    assert sorted(left, reverse=True) == left
    # Ten thousand births, of which each question leaves the same part.
    assert 10_000 * math.prod(b / a for a, b in itertools.pairwise(left)) == pytest.approx(1000)
    assert len(ax.patches) == 2 * 10 * len(left)  # type: ignore[attr-defined]
    assert "given name: Lina: 1 left" in alt


def test_both_errors_of_england_have_their_own_total(shown: Shown) -> None:
    views.show_england(load("linkage_errors_england"))
    assert "(3,609 of 88,596)" in shown[0][1]
    assert "(176 of 77,810)" in shown[0][1]


def test_a_khmer_date_is_in_doubt_near_the_change_of_the_year_only() -> None:
    days = views.date_table().set_index("As written").iloc[:, 1]
    assert days["12/2/2543"] == "2000-02-12"
    assert days["12/5/2543"] == "1999-05-12 or 2000-05-12"
    assert days["12/2/2470"] == "1928-02-12"


def test_every_pair_of_names_has_an_answer_in_words() -> None:
    answers = views.name_table().iloc[:, 1].tolist()
    assert [answer.split()[0] for answer in answers] == ["Likely", "Likely", "Perhaps", "Perhaps"]


def test_rules_tell_both_errors_and_who_bears_them(shown: Shown) -> None:
    register, database = make_linked_files(200, seed=2)
    linkage = link(register, database)
    counted = views.rules(register, database, linkage)
    table = views.rule_table(counted).set_index("Rule")
    missed, false, women, men = table.columns
    assert missed == "Missed links, of 200"
    assert int(table.loc["strict clerk", missed]) > int(table.loc["patient clerk", missed])
    assert int(table.loc["patient clerk, family name too", women]) > int(table.loc["patient clerk", women])
    assert men == "Men missed, of 100"
    assert int(table.loc["computer, line 50", false]) >= int(table.loc["computer, line 99.9", false])
    views.show_scripts(counted)
    ((ax, alt),) = shown
    assert "finds nobody whose name is not in Latin letters" in alt
    assert len(ax.patches) == 12  # type: ignore[attr-defined]
    audit = views.audit_table(linkage, register)
    assert audit["Group"].tolist()[:3] == ["everybody", "women", "men"]
    assert audit["Births registered"][0] == "200"


def test_the_pair_is_shown_with_both_values_and_no_certainty(shown: Shown) -> None:
    steps = (
        FieldWeight("given name", "different", "lan", "", -4.0),
        FieldWeight("sex", "same", "F", "F", 1.0),
    )
    views.show_pair(Explanation("R", "D", -8.0, steps))
    ((ax, alt),) = shown
    labels = [text.get_text() for text in ax.get_yticklabels()]  # type: ignore[attr-defined]
    assert labels == ["given name\nlan / –", "sex\nF"]
    assert "For one person speak: sex. For two people speak: given name." in alt
