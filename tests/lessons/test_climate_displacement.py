"""The figures of module 07 say what tables and arithmetic give, at the ends of every control too."""

from __future__ import annotations

import itertools

import pytest

from bordercourse import datasets
from bordercourse.displacement import storms_in_box
from bordercourse.lessons import climate_displacement as lesson

ENDS = itertools.product((100, 3000), (0, 5), (True, False))
STOCKS = {"water": 400, "shade": 300, "desks": 5, "forms": 200}


def test_the_season_and_what_lies_outside_it() -> None:
    found = lesson.season()
    assert found.months == (6, 7, 8, 9, 10, 11)
    assert (found.storms, found.outside, found.years) == (588, 107, 45)
    assert found.outside / found.years > 2


def test_the_map_parts_the_storms_by_the_season_and_names_each_once() -> None:
    tracks = datasets.load("storm_tracks_selected")
    ax, words = lesson.draw_tracks(tracks)
    later = words.split("Later: ")[1]
    assert later.startswith("Vamei 2001, Durian 2006, Pabuk 2018. Two boxes")
    texts = [text.get_text() for text in ax.texts]
    names = [text.split()[0] for text in texts if not text.startswith("box")]
    assert sorted(names) == sorted(tracks["storm"].unique())
    assert {text for text in texts if text.startswith("box")} == {"box A", "box B"}
    low, high = ax.get_xlim()
    assert all(low < text.get_position()[0] < high for text in ax.texts)


def test_the_outlines_are_closed_and_hold_the_places_that_everybody_knows() -> None:
    from matplotlib.path import Path

    rings = [
        Path(ring[["longitude", "latitude"]].to_numpy())
        for _number, ring in datasets.load("land_outlines").groupby("ring")
    ]
    assert all((ring.vertices[0] == ring.vertices[-1]).all() for ring in rings)  # type: ignore[index]

    def on_land(longitude: float, latitude: float) -> bool:
        return any(ring.contains_point((longitude, latitude)) for ring in rings)

    # Inland: central Thailand, Cambodia, Borneo, Luzon, Sumatra. At sea: east of Viet Nam, the Andaman Sea.
    assert all(on_land(*at) for at in [(100.5, 15.5), (105, 12.5), (114, 1), (121, 16), (101.5, 0)])
    assert not any(on_land(*at) for at in [(113, 13), (96, 10), (110, 5), (119, 12)])


def test_no_line_of_the_map_is_a_border() -> None:
    """The mainland is one outline: the sea is the only edge inside the map."""
    from matplotlib.path import Path

    rings = [
        Path(ring[["longitude", "latitude"]].to_numpy())
        for _number, ring in datasets.load("land_outlines").groupby("ring")
    ]
    inland = [(100.5, 15.5), (103, 19), (105, 12.5), (107, 17), (96, 21), (101.5, 4), (108, 24)]
    held = [[ring.contains_point(at) for ring in rings].index(True) for at in inland]
    assert set(held) == {held[0]}


def test_vamei_passed_close_to_the_equator() -> None:
    tracks = datasets.load("storm_tracks_selected")
    vamei = tracks[tracks["storm"] == "Vamei"]
    assert vamei["latitude"].min() == 1.4
    assert len(storms_in_box(vamei, south=1, north=2, west=95, east=110)) == 1


def test_the_board_of_the_lesson() -> None:
    assert lesson.covered(600, 0, STOCKS) == pytest.approx(
        {"forms": 200 / 600, "shade": 0.5, "water": 400 / 600, "desks": 5 / 13}
    )
    assert lesson.covered(600, 2, STOCKS)["desks"] == pytest.approx(5 / 7)  # registered before they leave
    _ax, sentence = lesson.draw_board(1, 600, 0, **STOCKS)
    assert sentence.startswith("January: 9 storms in 45 years, outside the season")
    assert "forms (33 % of the need)" in sentence
    assert "Harm" in sentence
    assert "plain sheet" in sentence
    assert all(harm in sentence for harm in ("Water: small", "Shade: old", "Desks: those"))
    _ax, sentence = lesson.draw_board(10, 600, 2, **STOCKS)
    assert sentence.startswith("October: 96 storms in 45 years.")
    assert "water (2 % of the need)" in sentence


def test_the_month_never_changes_what_people_need() -> None:
    sentences = {lesson.draw_board(month, 900, 1, **STOCKS)[1].split("years")[1] for month in range(1, 13)}
    assert len({sentence.split("For 900")[1] for sentence in sentences}) == 1


@pytest.mark.parametrize(("people", "nights", "much"), list(ENDS))
def test_every_end_of_the_controls_has_a_picture_and_a_sentence(people: int, nights: int, much: bool) -> None:
    ends = (60_000, 3000, 70, 3000) if much else (0, 0, 1, 0)
    ax, sentence = lesson.draw_board(2, people, nights, *ends)
    assert sentence.endswith(".")
    short = lesson.covered(people, nights, dict(zip(STOCKS, ends, strict=True)))
    assert ("runs short" in sentence) == all(share == 1 for share in short.values())
    assert all(0 <= share <= 1 for share in short.values())
    assert len(ax.figure.axes) == 2


def test_a_stock_that_lacks_a_little_never_reads_whole() -> None:
    _ax, sentence = lesson.draw_board(6, 3000, 0, 60_000, 2999, 70, 3000)
    assert "shade (99 % of the need)" in sentence


def test_a_share_is_rounded_and_not_cut() -> None:
    ax, _sentence = lesson.draw_board(1, 600, 0, **STOCKS)
    right = ax.figure.axes[1]
    assert "67 %" in [text.get_text() for text in right.texts]
