"""Average and rare years, seasons, flow and stock, plans, gravity: published values, limits, identities."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse import displacement
from bordercourse.crossing import needs
from bordercourse.datasets import load
from bordercourse.displacement import (
    DisplacementFlow,
    DisplacementStock,
    PlanningScenario,
    chance_in_years,
    event_curve,
    exceedance_curve,
    gravity_expected,
    gravity_fit,
    readiness,
    readiness_plan,
    stock_after,
    storm_season,
    storms_in_box,
)
from bordercourse.errors import InputError

PERIODS = [2, 5, 10, 25, 50, 100, 250]
LOSSES = [1_000, 5_000, 12_000, 30_000, 55_000, 90_000, 140_000]

# --- average and rare years ---------------------------------------------------------------------------


def test_the_average_year_of_the_worked_curve() -> None:
    """5,835 a year: 900 + 850 + 1,260 + 850 + 725 + 690 by trapezoids, and 560 beyond 250 years."""
    curve = exceedance_curve(PERIODS, LOSSES)
    assert curve.annual_average == pytest.approx(5_835)
    assert curve.tail == pytest.approx(560)
    assert [curve.probable_maximum(period) for period in PERIODS] == pytest.approx(LOSSES)
    assert exceedance_curve(PERIODS[::-1], LOSSES[::-1]).annual_average == pytest.approx(5_835)


def test_the_printed_chances_of_at_least_one_event() -> None:
    """NCAR Command Language prints 0.091 and 0.289 for 53 and 15.2 years, each within 5 years."""
    assert chance_in_years(53, 5) == pytest.approx(0.091, abs=5e-4)
    assert chance_in_years(15.2, 5) == pytest.approx(0.289, abs=1e-3)  # its 15.2 is rounded
    assert chance_in_years(100, 30) == pytest.approx(0.26, abs=5e-3)


@given(st.floats(1, 1e6), st.integers(0, 2_000), st.integers(0, 2_000))
def test_chances_of_two_spans_multiply(period: float, first: int, second: int) -> None:
    none = [1 - chance_in_years(period, years) for years in (first, second, first + second)]
    assert none[0] * none[1] == pytest.approx(none[2], abs=1e-9)
    assert 0 <= chance_in_years(period, first) <= chance_in_years(period, first + second) <= 1


@given(st.lists(st.floats(0, 1e6), min_size=7, max_size=7), st.floats(0, 100), st.floats(0, 1e5))
def test_a_curve_scales_shifts_and_never_falls(losses: list[float], factor: float, more: float) -> None:
    rising = np.sort(losses)
    curve = exceedance_curve(PERIODS, rising)
    assert exceedance_curve(PERIODS, rising * factor).annual_average == pytest.approx(
        factor * curve.annual_average, abs=1e-6
    )
    # What every second year reaches at least is half of it a year on average.
    shifted = exceedance_curve(PERIODS, rising + more)
    assert shifted.annual_average == pytest.approx(curve.annual_average + more / 2, abs=1e-6)
    assert rising[0] / 2 - 1e-6 <= curve.annual_average <= rising[-1] / 2 + 1e-6
    sizes = [curve.probable_maximum(period) for period in np.linspace(2, 250, 40)]
    assert (np.diff(sizes) >= -1e-6).all()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1e6)), min_size=1, max_size=12))
def test_events_add_to_the_average_year(events: list[tuple[float, float]]) -> None:
    chances, losses = zip(*events, strict=True)
    if max(chances) <= 1e-9:  # refused: no event can come
        return
    curve = event_curve(chances, losses)
    assert curve.annual_average == pytest.approx(sum(c * x for c, x in events))
    # The largest loss of a year cannot exceed the sum of its losses, on average.
    yearly, sizes = curve.table["yearly_chance"].to_numpy(), curve.table["loss"].to_numpy()
    largest = float((yearly * np.diff(np.concatenate([[0.0], sizes]))).sum())
    assert largest <= curve.annual_average * (1 + 1e-9) + 1e-6
    assert (np.diff(yearly) <= 1e-12).all()


def test_curves_that_make_no_sense_are_refused() -> None:
    for periods, losses in (([2, 5], [5, 1]), ([2, 2], [1, 5]), ([2], [1]), ([2, 5], [1])):
        with pytest.raises(InputError):
            exceedance_curve(periods, losses)
    with pytest.raises(InputError, match="outside the curve"):
        exceedance_curve(PERIODS, LOSSES).probable_maximum(500)
    with pytest.raises(InputError, match="no event can come"):
        event_curve([0, 0], [1, 2])


# --- seasons ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("box", "storms", "strong"),
    [
        ("South China Sea", 588, 415),
        ("Viet Nam, land and coast", 322, 182),
        ("Thailand and Gulf of Thailand", 143, 45),
        ("Cambodia", 53, 12),
        ("Malaysia, peninsula to Sabah", 36, 6),
        ("Indonesia, north-west, north of the equator", 19, 4),
    ],
)
def test_storm_tables_equal_the_counts_of_their_source(box: str, storms: int, strong: int) -> None:
    """Totals as counted from the archive's western Pacific file (IBTrACS v04r01), 1980 to 2024."""
    rows = load("storms_by_month_1980_2024").query("box == @box")
    assert rows["month"].tolist() == list(range(1, 13))
    assert (rows["storms"].sum(), rows["storms_34kt_or_more"].sum()) == (storms, strong)
    assert (rows["years"] == 45).all()


def test_the_tracks_are_whole() -> None:
    tracks = load("storm_tracks_selected")
    assert tracks.groupby("storm").size().sort_index().to_dict() == {
        "Damrey": 21,
        "Durian": 62,
        "Gay": 40,
        "Haiyan": 38,
        "Ketsana": 24,
        "Linda": 63,
        "Molave": 31,
        "Noru": 34,
        "Pabuk": 34,
        "Vamei": 24,
        "Yagi": 37,
    }
    # A storm within two degrees of the equator: "never there" is false.
    assert tracks.loc[tracks["storm"] == "Vamei", "latitude"].min() == pytest.approx(1.4)


def test_a_box_counts_each_storm_once_also_across_the_date_line() -> None:
    days = pd.to_datetime(["2024-09-06", "2024-09-07", "2024-10-01", "2024-11-01"])
    tracks = pd.DataFrame({"storm_id": list("aabc"), "day": days, "latitude": [10.0, 11, 12, 40]})
    tracks["longitude"], tracks["wind_knots"] = [179.0, -179, 185, 179], [50.0, np.nan, np.nan, 90]
    found = storms_in_box(tracks, south=0, north=20, west=178, east=-174)
    assert found["month"].to_dict() == {"a": 9, "b": 10}
    assert found["wind"].iloc[0] == 50
    assert math.isnan(found["wind"].iloc[1])
    assert len(storms_in_box(tracks, south=-90, north=90, west=-180, east=180)) == 3
    with pytest.raises(InputError, match="above north"):
        storms_in_box(tracks, south=20, north=0, west=0, east=1)


@given(st.lists(st.integers(0, 200), min_size=12, max_size=12), st.floats(0, 1), st.integers(1, 60))
def test_a_season_holds_its_share_and_a_longer_share_no_shorter_season(
    storms: list[int], share: float, years: int
) -> None:
    season = storm_season(storms, years, share=share)
    assert season.storms == sum(storms)
    assert season.storms - season.outside >= share * season.storms - 1e-6
    assert len(season.months) <= len(storm_season(storms, years, share=1.0).months)
    table = season.table
    assert ((table["low"] <= table["a_year"]) & (table["a_year"] <= table["high"])).all()
    turned = storm_season(storms[3:] + storms[:3], years, share=share)
    assert len(turned.months) == len(season.months)
    assert turned.outside == season.outside


def test_garwoods_interval_and_the_month_in_which_no_storm_was_seen() -> None:
    season = storm_season([0, 10, *[0] * 10], 1)
    row = season.table.iloc[1]
    assert (row["low"], row["high"]) == pytest.approx((4.795, 18.390), abs=1e-3)  # Garwood's table, n = 10
    assert season.table["high"].iloc[0] == pytest.approx(3.689, abs=1e-3)  # and n = 0
    assert season.chance_of_one(1) == 0
    assert season.chance_of_one(2) == pytest.approx(1 - math.exp(-10))
    assert "not never" in str(storm_season([0] * 12, 45))


# --- flow and stock -----------------------------------------------------------------------------------

YEAR = ("a country", "2023-01-01", "2023-12-31")


def test_a_flow_and_a_stock_never_add() -> None:
    flow, stock = DisplacementFlow(640_000, *YEAR), DisplacementStock(74_827, "a country", "2023-03-28")
    for one, other in ((flow, stock), (stock, flow), (flow, 5), (5, stock), (stock, 0.0)):
        with pytest.raises(InputError, match="do not add"):
            one + other  # type: ignore[operator]
    with pytest.raises(InputError, match="do not add"):
        sum([flow, stock])  # type: ignore[list-item]


def test_only_what_counts_nobody_twice_adds() -> None:
    first = DisplacementFlow(10, "north", "2024-01-01", "2024-06-30")
    second = DisplacementFlow(5, "north", "2024-07-01", "2024-12-31")
    assert str(first + second) == str(second + first)
    assert sum([first, second]).movements == 15  # type: ignore[union-attr]
    south = DisplacementFlow(1, "south", "2024-01-01", "2024-06-30")
    assert (first + south).movements == 11
    for other in (first, first + south, DisplacementFlow(5, "north", "2024-07-02", "2024-12-31")):
        with pytest.raises(InputError, match="overlap"):
            first + other
    here, there = DisplacementStock(10, "north", "2024-01-01"), DisplacementStock(3, "south", "2024-01-01")
    assert sum([here, there]).people == 13  # type: ignore[union-attr]
    for other_stock in (here, here + there, DisplacementStock(3, "south", "2024-01-02")):
        with pytest.raises(InputError, match="again"):
            here + other_stock


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_people_are_conserved(before: int, fled: int, ended: int) -> None:
    stock = DisplacementStock(before, "a country", "2022-12-31")
    flows = DisplacementFlow(fled, *YEAR), DisplacementFlow(ended, *YEAR)
    if ended > before + fled:
        with pytest.raises(InputError, match="more movements end"):
            stock_after(stock, *flows)
    else:
        assert stock_after(stock, *flows).people == before + fled - ended


def test_a_stock_takes_flows_of_its_own_place_from_the_next_day() -> None:
    flow = DisplacementFlow(1, *YEAR)
    for place, day in (("elsewhere", "2022-12-31"), ("a country", "2022-12-30")):
        with pytest.raises(InputError, match="does not fit the stock"):
            stock_after(DisplacementStock(5, place, day), flow, flow)
    with pytest.raises(InputError, match="before begins"):
        DisplacementFlow(1, "north", "2024-02-01", "2024-01-01")


# --- plans of readiness -------------------------------------------------------------------------------


def test_the_minimums_of_the_code_are_those_of_the_table() -> None:
    printed = load("humanitarian_minimums").set_index("item")["sphere_number"]
    assert printed["water, all uses"] == readiness.LITRES_A_DAY
    assert printed["people for one tap"] == needs.PEOPLE_A_TAP
    assert printed["people for one toilet"] == readiness.PEOPLE_A_TOILET
    assert printed["covered living space"] == readiness.SQUARE_METRES
    assert printed["people for one bathing place"] == readiness.PEOPLE_A_BATH
    assert printed["drinking and food"] <= needs.LITRES_A_DAY <= 3


def amounts(scenario: PlanningScenario) -> dict[tuple[str, str], int]:
    table = readiness_plan([scenario]).table
    return table.set_index(["part", "item"])["amount"].to_dict()


def test_hours_of_a_line_are_not_days_of_a_camp() -> None:
    line = amounts(PlanningScenario("line", 500, hours=6))
    stay = amounts(PlanningScenario("stay", 500, nights=2))
    assert {part for part, _item in line} == {"line", "papers"}
    assert {part for part, _item in stay} == {"stay", "papers"}
    assert line["line", "drinking water"] == 375  # 3 litres a day, a quarter of a day, 500 people
    assert stay["stay", "water"] == 15_000
    assert (line["line", "toilets"], stay["stay", "toilets"]) == (10, 25)
    assert (line["line", "toilets for women, of these"], stay["stay", "toilets for women, of these"]) == (
        8,
        19,
    )
    assert stay["stay", "covered space"] == 1_750
    with pytest.raises(InputError, match="hours"):
        PlanningScenario("a day and more", 500, hours=25)


def test_desks_and_papers_by_hand() -> None:
    given = amounts(PlanningScenario("p", 960, without_papers=0.5, minutes=10, desk_hours=8, days=2))
    assert given["papers", "registration desks"] == 10  # 9,600 minutes in two days of 480
    assert given["papers", "registration forms"] == 960
    assert given["papers", "provisional papers"] == 480


@given(st.integers(0, 10**5), st.integers(0, 10**4), st.integers(0, 30), st.floats(0, 24))
def test_more_people_never_need_less(people: int, more: int, nights: int, hours: float) -> None:
    small, large = (amounts(PlanningScenario("p", n, hours, nights)) for n in (people, people + more))
    assert all(large[key] >= small[key] >= 0 for key in small)


def test_what_runs_short_comes_first() -> None:
    plan = readiness_plan([PlanningScenario("p", 500, hours=6, nights=2)])
    short = plan.short({"line: drinking water": 375, "stay: toilets": 5, "stay: water": 7_500})
    assert short["item"].tolist() == ["toilets", "water", "drinking water"]
    assert short["covers"].tolist() == [0.2, 0.5, 1.0]
    with pytest.raises(InputError, match="no 'stay: watr'"):
        plan.short({"stay: watr": 1})
    with pytest.raises(InputError, match="twice"):
        readiness_plan([PlanningScenario("p", 1), PlanningScenario("p", 2)])


# --- gravity ------------------------------------------------------------------------------------------


def test_the_two_counties_that_the_lesson_works_by_hand() -> None:
    """A. Crymble, The Programming Historian 8, 2019, step 3: 95.806 by weights of three decimals, and 83.

    The second was printed with the six decimals of its Table 4, and the remainder dropped.
    """
    names = ["population", "distance", "wheat", "wages", "trajectory"]
    hertfordshire = pd.DataFrame([[97_389, 35.3, 63.82, 90, 4.44]], columns=names)
    buckinghamshire = pd.DataFrame([[95_936, 46.7, 63.0, 96, -8.33]], columns=names)
    rounded = dict(zip(["constant", *names], [-3.848, 1.235, -0.542, -0.024, -0.025, -0.014], strict=True))
    table_4 = [-3.84678, 1.235208, -0.541863, -0.023957, -0.025184, -0.013779]
    exact = dict(zip(["constant", *names], table_4, strict=True))
    logged = ["population", "distance"]
    assert gravity_expected(hertfordshire, rounded, logged=logged)[0] == pytest.approx(95.806, abs=1e-3)
    assert int(gravity_expected(buckinghamshire, exact, logged=logged)[0]) == 83


@given(st.integers(0, 2**32 - 1))
def test_fitted_movement_adds_up_to_what_was_counted(seed: int) -> None:
    draws = np.random.default_rng(seed)
    pairs = pd.DataFrame({"people": draws.uniform(1e4, 1e6, 40), "distance": draws.uniform(10, 900, 40)})
    truth = {"constant": -6.0, "people": 0.9, "distance": -0.4}
    logged = ["people", "distance"]
    pairs["moved"] = gravity_expected(pairs, truth, logged=logged)
    exact = gravity_fit(pairs, counted="moved", logged=logged)
    assert exact.coefficients == pytest.approx(truth, abs=1e-6)
    pairs["moved"] = draws.poisson(pairs["moved"])
    model = gravity_fit(pairs, counted="moved", logged=logged)
    assert model.table["expected"].sum() == pytest.approx(pairs["moved"].sum())
    again = gravity_expected(pairs, model.coefficients, logged=logged)
    assert again.tolist() == pytest.approx(model.table["expected"].tolist())


def test_a_table_that_tells_nothing_is_refused() -> None:
    pairs = pd.DataFrame({"people": [1, 2, 4], "distance": [1, 2, 4], "moved": [1, 2, 3]})
    with pytest.raises(InputError, match="tell the columns apart"):
        gravity_fit(pairs, counted="moved", logged=["people", "distance"])
    with pytest.raises(InputError, match="one of table and coefficients"):
        gravity_expected(pairs, {"constant": 1, "people": 1, "wealth": 1}, logged=["people"])


# --- what results are not -----------------------------------------------------------------------------


def test_every_estimate_says_what_it_is_not_and_none_forecasts_arrivals() -> None:
    functions = [getattr(displacement, name) for name in displacement.__all__]
    functions = [one for one in functions if inspect.isfunction(one)]
    assert len(functions) == 9
    for function in functions:
        assert "*What the result is not.*" in (inspect.getdoc(function) or ""), function.__name__
    for function in (exceedance_curve, readiness_plan):
        assert "arrivals" in (inspect.getdoc(function) or "").partition("What the result is not")[2]
    assert "forecasts arrivals" in (displacement.__doc__ or "")
    assert "no forecast" in str(readiness_plan([PlanningScenario("p", 1)]))
    assert "not a promise" in str(storm_season([1] * 12, 45))


def test_results_draw_themselves() -> None:
    curve, season = exceedance_curve(PERIODS, LOSSES), storm_season([1] * 12, 45)
    for result in (curve, season):
        axes = result.plot()
        assert axes.get_title(loc="left")
        assert axes.get_xlabel()
        assert "<table" in result._repr_html_()
