"""Module 05's figures: what they say, and that no unit is drawn as if it were another."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from bordercourse.crossing import backlog
from bordercourse.datasets import load
from bordercourse.lessons.iraq import (
    document_path_explorer,
    draw_document_path,
    draw_estimates_apart,
    million_again,
    queues_by_formula,
    show_backlogs,
)
from bordercourse.widgets.explorer import Menu

CHOICES = list(
    itertools.product(
        ("both", "missing", "dead"),
        ("held", "none"),
        ("held", "lost"),
        ("open", "closed", "mission"),
        (False, True),
    )
)


def draw(
    head: Any = "missing",
    marriage: Any = "none",
    cards: Any = "held",
    office: Any = "open",
    practice: Any = False,
    days: Any = 20,
    dollars: Any = 30,
) -> Any:
    return draw_document_path(head, marriage, cards, office, practice, days, dollars)


def visits(**choice: Any) -> Any:
    _ax, sentence = draw(**choice)
    return None if sentence.startswith("The path is blocked") else int(sentence.split(" ")[0])


def test_each_survey_has_its_own_axes_and_no_line_joins_two_estimates() -> None:
    axes = draw_estimates_apart(load("iraq_missing_documents"))
    # 10, 8 and 8 of 100 households in 2019; then people, asked about "key", then "core" documents.
    drawn = [[bar.get_width() for bar in ax.containers[1]] for ax in axes]
    assert drawn == [[10, 8, 8], [55, 47, 57], [28, 25, 16]]
    titles = [ax.get_title(loc="left") for ax in axes]
    assert [title[:4] for title in titles] == ["2019", "2020", "2021"]
    assert ["households" in title for title in titles] == [True, False, False]
    for ax in axes:
        assert not ax.get_lines()  # no series
        assert not ax.get_xticks().size
        assert ax.get_xlim() == (0, 100)


def test_the_million_is_worked_out_from_the_survey_and_the_count() -> None:
    together = million_again(load("iraq_displacement"))["Together"]
    assert [round(int(text.replace(",", "")), -4) for text in together] == [1_090_000, 1_120_000]


def test_the_queue_with_blocked_cases_ends_sooner_and_leaves_people_without_a_paper() -> None:
    whole, part, years = queues_by_formula()["Answer"]
    assert "after 40.0 weeks" in whole
    assert "after 25.7 weeks" in part
    assert "4,286 blocked" in part
    assert years.startswith("22 years")


@pytest.mark.parametrize(("head", "marriage", "cards", "office", "practice"), CHOICES)
def test_every_choice_gives_a_picture_and_a_sentence(
    head: Any, marriage: Any, cards: Any, office: Any, practice: Any
) -> None:
    ax, sentence = draw_document_path(head, marriage, cards, office, practice, 20, 30)
    assert ax.get_title(loc="left")
    assert sentence.startswith(ax.get_title(loc="left"))
    assert "Until then the child cannot get: entry in the family record" in sentence
    assert "_" not in sentence
    # Only a lost card with a closed office and no contract leaves no path.
    blocked = (marriage, cards, office) == ("none", "lost", "closed")
    assert sentence.startswith("The path is blocked") is blocked
    if blocked:
        return
    needed = int(sentence.split(" ")[0])
    assert f"about {20 * needed:,} days and {30 * needed:,} US dollars" in sentence
    last = max(bar.get_x() + bar.get_width() for bar in ax.patches)  # type: ignore[attr-defined]
    assert last == pytest.approx(20 * needed)


def test_a_woman_alone_has_the_longer_path_and_the_contract_makes_them_equal() -> None:
    assert visits(head="missing") - visits(head="both") == 2
    assert visits(head="missing", marriage="held") == visits(head="both", marriage="held") == 2


def test_practice_is_marked_and_only_ever_longer() -> None:
    for choice in itertools.product(("both", "missing"), ("held", "none"), ("open", "mission")):
        facts = dict(zip(("head", "marriage", "office"), choice, strict=True)) | {"cards": "lost"}
        assert visits(**facts, practice=True) >= visits(**facts)
    _ax, sentence = draw(cards="lost", practice=True)
    assert "practice, not law" in sentence
    assert "practice" not in draw(cards="lost")[1]


def test_a_clearance_may_be_refused_and_a_death_certificate_is_her_decision() -> None:
    said = draw(cards="lost", practice=True)[1]
    assert "It can be refused, or never come" in said
    assert "No step of this path asks for a security clearance." in draw(marriage="held", practice=True)[1]
    assert "nobody may press her" in draw()[1]
    for choice in ({"head": "both"}, {"marriage": "held"}, {"head": "dead"}):
        assert "press her" not in draw(**choice)[1]


def test_two_parents_without_cards_need_a_card_each() -> None:
    hard = {"cards": "lost", "office": "mission", "practice": True}
    assert visits(head="both", **hard) == visits(head="missing", **hard) > visits(head="dead", **hard)
    said = draw(head="both", **hard)[1]
    assert "the visits of both are counted" in said
    for member in ("father", "mother"):
        assert f"{member}: presence before the office of origin" in said


def test_a_mission_opens_what_a_closed_office_blocks() -> None:
    assert visits(cards="lost", office="closed") is None
    assert visits(cards="lost", office="mission") < visits(cards="lost", office="open")


def test_the_explorer_offers_every_choice(monkeypatch: Any) -> None:
    seen = {}
    monkeypatch.setattr("bordercourse.lessons.iraq.explore", lambda draw, **controls: seen.update(controls))
    document_path_explorer()
    menus = [c for c in seen.values() if isinstance(c, Menu)]
    assert all(menu.start in menu.options for menu in menus)
    assert set(itertools.product(*(menu.options.values() for menu in menus))) == set(CHOICES)


def test_the_title_of_the_futures_counts_those_whom_the_queue_hides(monkeypatch: Any) -> None:
    shown: dict[str, Any] = {}
    monkeypatch.setattr(
        "bordercourse.plotting.show", lambda figure, alt: shown.update(figure=figure, alt=alt)
    )
    plain = backlog(1000, 10, 100, blocked_share=0.2, weeks=20)
    freed = backlog(1000, 10, 100, blocked_share=0.2, unblocked=20, weeks=20)
    show_backlogs({"plain": plain, "freed": freed})
    assert shown["alt"].startswith(f"In week 20 an empty queue can hide {plain.still_blocked:,.0f} people")
    left, right = shown["figure"].axes
    assert [list(line.get_ydata())[1:] for line in left.get_lines()] == [
        list(run.table["waiting"]) for run in (plain, freed)
    ]
    assert [line.get_ydata()[-1] for line in right.get_lines()] == [plain.still_blocked, freed.still_blocked]
