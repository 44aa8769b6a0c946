"""Module 04's figures: the navigator says what the tables say, and the map keeps what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.datasets import load
from bordercourse.lessons import irregular_migrants as lesson
from bordercourse.protection import CONTACT, ROUTES, screen, screening_table

TABLE = screening_table("people_without_papers")
told = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from(domain.values) for name, domain in TABLE.inputs.items()},  # type: ignore[attr-defined]
)


@settings(max_examples=20, deadline=None)
@given(told)
def test_the_picture_says_what_the_table_says(told: dict[str, str]) -> None:
    ax, sentence = lesson.draw_referral(**told)
    person = screen(**told)
    assert ax.get_title(loc="left") == f"Call first: {ROUTES[person.route]}"
    assert sentence.startswith(f"Rule {person.first.rules[0]}.")
    assert person.next_step in sentence
    assert CONTACT[person.may_ask_origin] in sentence
    marks = [t.get_text() for t in ax.texts if t.get_text() in {"▶", "○", "↓", "×"}]
    assert len(marks) == len(TABLE.rules)
    assert marks.count("▶") == 1
    # No number is shown about a person.
    assert not any(text.get_text().strip().rstrip("%").isdigit() for text in ax.texts)


def test_what_is_not_told_is_not_known() -> None:
    assert (
        lesson.draw_referral(papers=None, age="adult")[1]
        == lesson.draw_referral(papers=lesson._NOT_KNOWN, age="adult")[1]
        == lesson.draw_referral(age="adult")[1]
        == lesson.draw_referral(age="adult", trafficking_signs="unknown")[1]
    )


def test_every_menu_value_is_a_value_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(lesson, "explore", lambda draw, **menus: seen.update(menus))
    lesson.referral_navigator()
    assert list(seen) == list(TABLE.inputs)
    for name, menu in seen.items():
        assert None not in menu.options.values()  # a list would show nothing
        values = set(menu.options.values()) - {lesson._NOT_KNOWN}
        assert values == set(TABLE.inputs[name].values)  # type: ignore[attr-defined]
        assert menu.options[menu.start] in {"unknown", lesson._NOT_KNOWN}  # nothing is preset to "no"


def test_the_two_counts_are_the_tables() -> None:
    counts = load("refugees_and_stateless")
    for country in counts["country"].unique():
        ax, said = lesson.draw_two_counts(counts, country)
        rows = counts[counts["country"] == country].set_index("year")
        assert f"{int(rows.loc[2019, 'stateless']):,}" in said
        # Four pieces: no line joins the two rules of counting.
        pieces = [line for line in ax.get_lines() if len(line.get_xdata()) > 2]  # type: ignore[arg-type]
        assert len(pieces) == 4
        for line in pieces:
            years = list(line.get_xdata())  # type: ignore[arg-type]
            assert max(years) <= 2018 or min(years) >= 2019  # type: ignore[type-var]
    # UNHCR's split of the count of 2021, as Nationality For All reports it.
    malaysia = counts[(counts["iso3"] == "MYS") & (counts["year"] == 2021)]
    assert malaysia["stateless"].tolist() == [103_380 + 9_040]


def test_countries_stand_in_the_order_of_the_alphabet() -> None:
    countries = list(dict.fromkeys(load("refugees_and_stateless")["country"]))
    assert countries == sorted(countries)


def test_the_map_keeps_every_script_and_starts_no_formula(tmp_path: Any) -> None:
    path = tmp_path / "map.csv"
    filled = lesson.read_referral_map(path)
    assert not any(text for row in filled.values() for text in row.values())
    filled["asylum"] = {"who": "ក្រសួង", "telephone": "+66 2 000", "languages": "ไทย, العربية"}
    filled["health"]["who"] = "=1+1"
    lesson.save_referral_map(path, filled)
    again = lesson.read_referral_map(path)
    assert again["asylum"] == filled["asylum"]
    assert again["health"]["who"] == "1+1"
    assert set(again) <= set(ROUTES)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"door\nnowhere\n", b"a,b\n1,2\n"])
def test_a_broken_map_is_read_as_empty(tmp_path: Any, content: bytes) -> None:
    path = tmp_path / "map.csv"
    path.write_bytes(content)
    assert set(lesson.read_referral_map(path)["asylum"].values()) == {""}


def test_the_rules_are_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(lesson.page, "show_html", shown.append)
    lesson.show_referral_rules(TABLE)
    lesson.referral_map("nowhere.csv")
    for route in {rule.then["route"] for rule in TABLE.rules}:
        assert ROUTES[route] in shown[0]
    assert "P5–P7" in shown[0]
    assert "under 18, or in doubt" in shown[0]
    assert "private number" in shown[1]
    assert ROUTES["asylum"] in shown[2]


def test_what_is_not_known_stays_in_view_even_where_it_cannot_change_the_first_call() -> None:
    said = lesson.draw_referral(
        urgent_care="no",
        danger_now="no",
        age="child",
        company="alone",
        trafficking_signs="no",
        papers="none",
    )[1]
    assert said.endswith("Not known yet: asylum, fear, nationality.")
    said = lesson.draw_referral(urgent_care="no", danger_now="no", age="unknown", company="other_adult")[1]
    assert "age*, signs of control*, asylum*" in said


def test_what_nobody_asked_is_never_shown_as_ruled_out() -> None:
    """Sefa: a sign settles the first call, but asylum and fear are still to be asked."""
    ax, _said = lesson.draw_referral(
        urgent_care="no",
        danger_now="no",
        company="other_adult",
        trafficking_signs="yes",
        nationality="known",
    )
    texts = [t.get_text() for t in ax.texts]
    mark = {rule.id: texts[texts.index(rule.id) - 1] for rule in TABLE.rules}
    assert mark["P5 child and control"] == "▶"
    assert mark["P9 asylum"] == mark["P10 fear"] == mark["P12 ask about asylum"] == "↓"
    assert mark["P11 ask about control"] == mark["P14 nationality"] == "×"
    assert not any("cannot" in text for text in texts)


@settings(max_examples=20, deadline=None)
@given(told)
def test_a_rule_is_ruled_out_by_an_answer_only(told: dict[str, str]) -> None:
    ax, _said = lesson.draw_referral(**told)
    texts = [t.get_text() for t in ax.texts]
    for rule in TABLE.rules:
        if texts[texts.index(rule.id) - 1] == "×":
            assert any(told.get(name, "unknown") != "unknown" for name in rule.when), rule.id


def test_two_rules_leave_out_exactly_one_age(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(lesson.page, "show_html", shown.append)
    lesson.show_two_rule_gap()
    assert ">18</th>" in shown[0].replace(" ", "")
    assert "no rule fits" in shown[0]


def test_the_card_of_a_person_says_what_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(lesson.page, "show_html", shown.append)
    answers = {"urgent_care": "no", "danger_now": "no", "age": "child", "company": "family"}
    lesson.show_referral(**answers)
    person = screen(**answers)
    for text in (ROUTES[person.route], person.next_step, CONTACT[person.may_ask_origin]):
        assert text in shown[0]
