"""Module 09: its tables and pictures follow from the specimens, the rules and the card's own table."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import pytest

from bordercourse import page, plotting
from bordercourse.datasets import load
from bordercourse.documents import practice_health, verify_document
from bordercourse.lessons import immunity_documents as lesson


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The rows of what a function of the lesson shows as a table."""
    rows: list[list[str]] = []

    def keep(html: str) -> None:
        for row in re.findall(r"<tr>(.*?)</tr>", str(html)):
            rows.append(re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row))

    monkeypatch.setattr(page, "show_html", keep)
    return rows


def test_the_table_of_cards(shown: list[list[str]]) -> None:
    lesson.show_cards()
    assert [row[1] for row in shown[1:]] == [
        "counts",
        "not yet",
        "counts",
        "counts",
        "may be invalid",
        "not in order",
        "no card",
        "medical reason",
    ]


def test_the_point_named_beside_a_card_is_the_one_that_decides() -> None:
    from bordercourse.documents import judge_yellow_card

    for _words, point, vaccinated, seen in lesson._CARDS:
        found = judge_yellow_card(on=practice_health.TODAY, vaccinated=vaccinated, **seen)
        part, _comma, number = point.replace(":", ",").partition(",")
        assert part in found.because[0]
        if "point" in number:
            assert number.strip() in found.because[0]


def test_the_table_of_codes(shown: list[list[str]]) -> None:
    lesson.show_codes()
    answers = [row[1:] for row in shown[1:]]
    assert answers[0] == ["✓", "✓", "✓", "? officer decides"]
    assert answers[1][3] == "✗ expired"
    assert answers[2] == answers[3] == ["✓", "✗ altered", "–", "–"], "another key looks like a changed letter"
    assert answers[4][1] == "? unknown key"
    assert answers[5][3] == "? stale revocation list"
    assert answers[6] == ["✓", "✓", "✗ unknown issuer", "–"]
    assert answers[7] == answers[0], "a true signature on a person who does not exist"


def test_blocking_a_signer_stops_the_honest_too_and_one_number_does_not(shown: list[list[str]]) -> None:
    lesson.show_blocked()
    assert [row[1:] for row in shown[1:]] == [["5", "1"], ["0", "0"], ["5", "0"]]


def test_after_the_block_the_answer_is_no_word_against_anybody() -> None:
    blocked = practice_health.trust_list(signer_listed=False)
    for text in practice_health.holders().values():
        found = verify_document(text, trust=blocked, on=practice_health.TODAY)
        assert (found.integrity.answer, found.integrity.code) == ("cannot say", "unknown_key")


def test_the_days_on_which_words_and_rule_differ(shown: list[list[str]]) -> None:
    lesson.show_disputed_days()
    assert [row[1:] for row in shown[1:]] == [
        ["270", "00:00:00", "no", "yes"],
        ["270", "00:00:01", "no", "no"],
        ["14", "00:00:00", "no", "yes"],
        ["14", "12:00:00", "no", "yes"],
    ]


def test_what_each_way_shows_comes_from_the_specimen() -> None:
    needed = next(iter(lesson.QUESTIONS.values()))
    assert len(needed) == 5
    found = {way: (len(facts), len(facts - needed)) for way, facts in lesson.ways(needed).items()}
    assert found == {"yellow card": (12, 7), "EU code": (8, 3), "SMART card": (6, 1), "shown in part": (5, 0)}


@pytest.mark.parametrize("question", list(lesson.QUESTIONS))
def test_each_question_has_a_picture_and_a_sentence(question: str) -> None:
    needed = lesson.QUESTIONS[question]
    ax, sentence = lesson.draw_ways(needed)
    assert sentence.startswith(f"The desk needs {len(needed)} facts.")
    assert len(ax.patches) == 4 * 14
    plt.close("all")


def test_no_code_stands_for_a_yellow_card() -> None:
    _ax, sentence = lesson.draw_ways(lesson.QUESTIONS["Is this yellow card in order?"])
    hand = "without batch number, clinician's own signature, person's own signature"
    assert sentence.count(hand) == 3
    plt.close("all")


def test_a_part_that_is_not_asked_is_not_shown() -> None:
    assert set(practice_health.shown_in_part(["name", "sex"])) == {"name", "issuer"}


def test_each_picture_is_described(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    monkeypatch.setattr(plotting, "show", lambda _ax, alt: texts.append(alt))
    lesson.show_card()
    lesson.show_doses(load("vaccine_doses_by_income"))
    assert "Manufacturer and batch number: B7?4 (not readable)" in texts[0]
    assert "low income, 24 October 2021: 3;" in texts[1]
    plt.close("all")
