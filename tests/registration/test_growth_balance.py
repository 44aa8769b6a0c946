"""Growth balance: published results, identities, limits, refusals."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.errors import CourseWarning, InputError
from bordercourse.registration import brass_growth_balance, growth_balance
from bordercourse.registration.line import fit_line
from tests.registration.reference.comparing import census

AGES = np.arange(0, 85, 5)
KEYS: dict[str, Any] = {
    "population": ("census_1", "census_2"),
    "deaths": "deaths",
    "dates": ("2000-01-01", "2010-01-01"),
}
YEARS = 3653 / 365.25


def balanced(completeness: float, growth: float, *, coverage_ratio: float = 1.0) -> pd.DataFrame:
    """Two censuses and deaths that lie exactly on the line: what goes in must come out."""
    second = 1e6 * np.exp(-0.045 * AGES - 0.0006 * np.maximum(AGES - 40, 0) ** 2)
    first = second * np.exp(-YEARS * growth)
    lived = np.cumsum(second[::-1])[::-1] * np.exp(-YEARS * growth / 2)
    entries = np.sqrt(first[:-1] * second[1:]) / 5 - growth * lived[1:]
    above = np.concatenate([[1.3 * entries[0]], entries])
    deaths = above - np.append(above[1:], 0)
    assert (deaths > 0).all()
    return pd.DataFrame(
        {
            "age": AGES,
            "census_1": first * coverage_ratio,
            "census_2": second,
            "deaths": completeness * deaths,
        }
    )


# Lima and Queiroz, worked tables for Mozambique 1997-2007: slope, intercept, completeness, k1/k2.
PUBLISHED = {
    "female": (1.520712, 0.000961, 0.657587, 1.009657),
    "male": (1.424017, -0.010694, 0.702239, 0.898589),
}


@pytest.mark.parametrize("sex", ["female", "male"])
def test_mozambique_is_as_published(mozambique: pd.DataFrame, census: dict[str, Any], sex: str) -> None:
    result = growth_balance(mozambique[mozambique["sex"] == sex], ages=(25, 55), **census)
    got = (result.slope, result.intercept, result.completeness, result.coverage_ratio)
    assert [round(value, 6) for value in got] == list(PUBLISHED[sex])


def test_mozambique_by_sex_is_each_sex(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    both = growth_balance(mozambique, ages=(25, 55), by="sex", **census)
    assert both.completeness.round(6).to_dict() == {sex: row[2] for sex, row in PUBLISHED.items()}


# The same tables, women, by the ages of the line; printed with three decimals.
@pytest.mark.parametrize(
    ("ages", "printed"),
    [((15, 55), 0.572), ((25, 55), 0.658), ((25, 65), 0.681), ((30, 60), 0.694), ((30, 70), 0.697)],
)
def test_the_answer_depends_on_the_ages(
    mozambique: pd.DataFrame, census: dict[str, Any], ages: tuple[int, int], printed: float
) -> None:
    result = growth_balance(mozambique[mozambique["sex"] == "female"], ages=ages, **census)
    assert round(result.completeness, 3) == printed


# Mozambique, females, censuses of 1997 and 2007: Lima and Queiroz, worked sheet for the generalised growth
# balance, in AdultCoverage (commit 292d5de); seven digits of five of its rows.
WORKED = pd.DataFrame(
    {
        "birthdays": [299501.2, 166897.3, 63129.17, 25287.56, 11113.3],
        "years_lived": [7490786, 3301533, 1162661, 280408.6, 97327.35],
        "growth_rate": [0.02626492, 0.02626736, 0.02390953, 0.03264616, 0.0435431],
        "death_rate": [0.0104656, 0.01450597, 0.02102942, 0.03724736, 0.05480584],
        "residual": [0.0137177, 0.0242841, 0.03038762, 0.05753496, 0.07064163],
    },
    index=[5, 25, 45, 65, 75],
)


def test_the_worked_rows_are_as_published(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    women = mozambique[mozambique["sex"] == "female"]
    points = growth_balance(women, ages=(25, 55), **census).points.set_index("age").loc[WORKED.index]
    for column in WORKED:
        np.testing.assert_allclose(points[column], WORKED[column], rtol=5e-7, err_msg=column)


@given(
    c=st.floats(0.05, 1.2),
    growth=st.floats(0.0, 0.012),
    k=st.floats(0.8, 1.25),
    line=st.sampled_from(["sd", "orthogonal"]),
)
@settings(max_examples=50, deadline=None)
def test_what_went_in_comes_out(c: float, growth: float, k: float, line: Any) -> None:
    result = growth_balance(balanced(c, growth, coverage_ratio=k), ages=(15, 70), line=line, **KEYS)
    assert result.coverage_ratio == pytest.approx(k, rel=1e-6)
    # Relative to the average census; and with the better census complete.
    assert result.completeness == pytest.approx(c / np.sqrt(k), rel=1e-6)
    assert result.completeness_full_census == pytest.approx(c / max(k, 1), rel=1e-6)
    assert result.estimates["correlation"].iloc[0] == pytest.approx(1, rel=1e-6)


@pytest.mark.filterwarnings("ignore:completeness of")
@given(factor=st.floats(0.1, 3))
@settings(max_examples=30, deadline=None)
def test_twice_the_deaths_twice_the_completeness(factor: float) -> None:
    table = balanced(0.5, 0.01)
    more = table.assign(deaths=table["deaths"] * factor)
    one, two = (growth_balance(t, ages=(20, 60), **KEYS) for t in (table, more))
    assert two.completeness == pytest.approx(factor * one.completeness, rel=1e-9)
    assert two.intercept == pytest.approx(one.intercept, abs=1e-12)


def test_migration_that_is_known_is_taken_out() -> None:
    table = balanced(0.7, 0.01)
    lived_above = np.sqrt(table["census_1"][::-1].cumsum() * table["census_2"][::-1].cumsum())[::-1]
    # Constant net arrivals m per person above every age raise growth by m; told of them, nothing changes.
    m = 0.004
    arrivals = m * lived_above - np.append((m * lived_above).to_numpy()[1:], 0)
    moved = table.assign(
        census_1=table["census_1"] * np.exp(-m * YEARS / 2),
        census_2=table["census_2"] * np.exp(m * YEARS / 2),
        arrivals=arrivals,
    )
    told = growth_balance(moved, ages=(15, 70), migration="arrivals", **KEYS)
    untold = growth_balance(moved, ages=(15, 70), **KEYS)
    assert told.completeness == pytest.approx(0.7, rel=1e-9)
    assert told.coverage_ratio == pytest.approx(1, rel=1e-9)
    assert untold.coverage_ratio == pytest.approx(np.exp(-m * YEARS), rel=1e-9)


def test_growth_rates_agree_when_growth_is_slow() -> None:
    table = balanced(0.6, 0.005)
    a = growth_balance(table, ages=(20, 60), **KEYS)
    b = growth_balance(table, ages=(20, 60), growth="increment", **KEYS)
    assert a.completeness != b.completeness
    assert a.completeness == pytest.approx(b.completeness, rel=1e-3)


def test_many_districts_equal_one_at_a_time_in_any_row_order() -> None:
    truth = {("North", "f"): 0.3, ("South", "m"): 0.6, ("South", "f"): 0.9}
    parts = [balanced(c, 0.01).assign(district=d, sex=s) for (d, s), c in truth.items()]
    table = pd.concat(parts).sort_values("age", kind="stable")
    result = growth_balance(table, ages=(20, 60), by=["district", "sex"], **KEYS)
    assert result.completeness.to_dict() == pytest.approx(truth)
    indexed = growth_balance(
        table.set_index(["district", "sex"]), ages=(20, 60), by=["district", "sex"], **KEYS
    )
    pd.testing.assert_frame_equal(indexed.estimates, result.estimates)
    assert result.points.shape[0] == len(table)
    chosen = result.points[(result.points["district"] == "North") & (result.points["sex"] == "f")]
    np.testing.assert_allclose(
        chosen["death_rate"], growth_balance(parts[0], ages=(20, 60), **KEYS).points["death_rate"]
    )


@pytest.mark.parametrize("kind", ["Int64", "Float64", "int64[pyarrow]", "object", "int32", "uint32"])
def test_the_kind_of_number_does_not_matter(kind: str) -> None:
    table = balanced(0.7, 0.01).round()
    table["age"] = table["age"].astype(float)  # as a spreadsheet gives it
    plain = growth_balance(table, ages=(20, 60), **KEYS).estimates
    other = table.astype({"census_1": kind, "census_2": kind, "deaths": kind}).set_axis([5] * len(table))
    pd.testing.assert_frame_equal(growth_balance(other, ages=(20, 60), **KEYS).estimates, plain)


@pytest.mark.parametrize(
    "dates",
    [
        (datetime.date(2000, 1, 1), datetime.date(2010, 1, 1)),
        (np.datetime64("2000-01-01"), pd.Timestamp("2010-01-01")),
        ["2000-01-01T00:00+07:00", "2010-01-01"],
        ("2543-01-01", "2553-01-01"),  # both of the Buddhist Era: the years between are the same
    ],
)
def test_the_kind_of_date_does_not_matter(dates: Any) -> None:
    plain = growth_balance(balanced(0.7, 0.01), ages=(20, 60), **KEYS)
    other = growth_balance(balanced(0.7, 0.01), ages=(20, 60), **{**KEYS, "dates": dates})
    assert other.years == pytest.approx(plain.years, abs=0.01)


def test_names_in_khmer_are_names() -> None:
    table = pd.concat([balanced(c, 0.01).assign(ស្រុក=d) for d, c in {"សៀមរាប": 0.4, "កំពត": 0.8}.items()])
    result = growth_balance(table, ages=(20, 60), by="ស្រុក", **KEYS)
    assert result.completeness.to_dict() == pytest.approx({"សៀមរាប": 0.4, "កំពត": 0.8})
    assert result.plot(population="កំពត").get_title(loc="left").startswith("កំពត: 80%")


def test_an_age_without_deaths_is_an_age() -> None:
    table = balanced(0.7, 0.01)
    table.loc[table["age"] == 40, "deaths"] = 0.0
    result = growth_balance(table, ages=(20, 60), **KEYS)
    assert 0 < result.completeness < 1


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_the_orthogonal_line_is_the_first_axis_of_the_points(seed: int) -> None:
    # The axis as linear algebra finds it, also where the line is nearly flat or nearly upright.
    random = np.random.default_rng(seed)
    x = random.normal(size=(1, 12))
    y = 10.0 ** random.uniform(-4, 4) * (x * 10.0 ** random.uniform(-4, 1) + random.normal(size=(1, 12)))
    slope, intercept, correlation = fit_line(x, y, "orthogonal")
    if correlation[0] <= 0:
        assert np.isnan(slope[0])
        return
    centred = np.concatenate([x - x.mean(), y - y.mean()])
    (down, across), *_ = np.linalg.svd(centred)[0].T
    assert slope[0] == pytest.approx(across / down, rel=1e-8)
    assert intercept[0] == pytest.approx(y.mean() - slope[0] * x.mean(), rel=1e-8, abs=1e-12)


def test_points_that_fall_have_no_estimate() -> None:
    table = balanced(0.7, 0.0)
    # Hardly anyone dies except at the young ages: the death rate falls as the birth rate rises.
    falling = table.assign(deaths=np.where(AGES < 60, table["deaths"], 0.0))
    result = growth_balance(
        pd.concat([falling.assign(d="bad"), table.assign(d="good")]), ages=(20, 60), by="d", **KEYS
    )
    assert np.isnan(result.completeness["bad"])
    assert result.completeness["good"] == pytest.approx(0.7)
    # It is said, not hidden behind the median of the others.
    assert repr(result).endswith("median completeness 70.0% (1 without an estimate)")
    assert result.plot().get_title(loc="left") == "Completeness is 70% in good (1 without an estimate)"
    assert result.plot(population="bad").get_title(loc="left").startswith("bad: no estimate")
    alone = growth_balance(table.assign(deaths=0), ages=(20, 60), **KEYS)
    assert repr(alone) == "Growth balance, ages 20 to 64: no estimate, the points do not rise together"
    brass = brass_growth_balance(
        table.assign(deaths=0), population="census_2", deaths="deaths", ages=(20, 60)
    )
    assert repr(brass).endswith("no estimate, the points do not rise together")


def test_it_prints_in_one_line_and_plots(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    result = growth_balance(mozambique, ages=(25, 55), by="sex", **census)
    assert (
        repr(result)
        == "Growth balance of 2 populations, ages 25 to 59: completeness female 65.8%, male 70.2%"
    )
    one = result.plot(population="female")
    used = next(drawn for drawn in one.get_lines() if drawn.get_label() == "age used in the line")
    assert len(used.get_xdata()) == 7  # type: ignore[arg-type]
    assert one.get_title(loc="left") == "female: 66% of deaths are reported, if the line holds"
    assert "66% to 70%" in result.plot().get_title(loc="left")
    with pytest.raises(InputError, match="'girls' is not among the 2 populations"):
        result.plot(population="girls")


def mend(**columns: Any) -> pd.DataFrame:
    return balanced(0.5, 0.01).assign(**columns)


REFUSED: list[tuple[pd.DataFrame, dict[str, Any], str]] = [
    (mend(deaths=-1.0), {}, r"deaths: a count is negative \(-1\)"),
    (mend(deaths=np.nan), {}, "deaths: a value is missing"),
    (mend(deaths="many"), {}, "deaths: some values are not numbers"),
    (mend(census_2=0.0), {}, "census_2: a value is zero"),
    (mend().drop(4), {}, "age: age 25 follows age 15. Give five-year groups without a gap"),
    (pd.concat([mend(), mend()]), {}, r"age: age 0 stands twice.*name their column in by="),
    (mend(age="eighty"), {}, "age: 'eighty' in row 0 is no age"),
    (mend(), {"dates": ("2010-01-01", "2000-01-01")}, r"second census \(2000-01-01\) is not after the first"),
    (mend(), {"dates": ("2010-01-01", "2010-01-01")}, "dates: the second census"),
    (mend(), {"dates": "2010"}, "dates: '2010' is not a list. Give two dates"),
    # pandas reads a bare 2000 as nanoseconds after 1970: ten years would be ten billionths of a second.
    (mend(), {"dates": (2000, 2010)}, "dates: 2000 is not a date"),
    (mend(), {"dates": (2000.5, 2010.5)}, "dates: 2000.5 is not a date"),
    (mend(), {"dates": ("1997-08-01", "2550-08-01")}, "553.0 years apart. Give dates of one calendar"),
    (mend(), {"dates": ("2000-01-01", "2000-01-02")}, "0.0 years apart"),
    (mend(), {"population": "ab"}, "population: 'ab' are not 2 columns"),
    (mend(), {"population": ("census_1", "census_1")}, "are not 2 columns"),
    (mend(deaths=True), {}, "deaths: some values are not numbers"),
    (mend(deaths="12"), {}, "deaths: some values are not numbers"),
    (mend(deaths=pd.Timestamp("2020-01-01")), {}, "deaths: some values are not numbers"),
    (mend(deaths=1j), {}, "deaths: some values are not numbers"),
    (
        mend().astype({"deaths": "Float64"}).assign(deaths=lambda t: t["deaths"].where(t["age"] > 0)),
        {},
        "deaths: a value is missing",
    ),
    (mend(age=[a + 0.5 for a in AGES]), {}, "age: ages are not whole numbers"),
    (mend(age=np.where(AGES == 40, np.nan, AGES)), {}, "age: an age is missing or negative"),
    (mend(age=AGES - 50), {}, "age: an age is missing or negative"),
    (mend().iloc[:1], {}, "age: there are 1 age groups. Give five or more"),
    (mend().iloc[:4], {}, "age: there are 4 age groups"),
    (mend().assign(extra=1).rename(columns={"extra": "deaths"}), {}, "table: there are two columns 'deaths'"),
    (pd.concat([mend(d=7), mend(d=8, age=AGES + 5)]), {"by": "d"}, "age: 8 has other age groups than 7"),
    (mend(), {"ages": (0, 60)}, "ages: 0 is not the lower limit of a group that can be used"),
    (mend(), {"ages": (25, 80)}, "Choose between 5 and 75"),
    (mend(), {"ages": (25, 30)}, "25 to 30 leaves 2 points"),
    (mend(), {"ages": 25}, "ages: 25 is not a list. Give two lower limits"),
    (mend(), {"line": "ols"}, "line: 'ols' is not a choice"),
    (mend(), {"growth": "linear"}, "growth: 'linear' is not"),
    (mend(), {"by": "district"}, "table: there is no column 'district'"),
    (mend().iloc[:0], {}, "table: the table has no rows"),
    (
        pd.concat([mend(d="A"), mend(d="B"), mend(d="C").iloc[:-1]]),
        {"by": "d"},
        "d: 'C' has 16 age groups, others have 17",
    ),
    (pd.concat([mend(d="A"), mend(d="B", age=AGES + 5)]), {"by": "d"}, "'B' has other age groups than 'A'"),
    (pd.concat([mend(d="A"), mend(d=None)]), {"by": "d"}, "d: a value is missing"),
    (pd.concat([mend(d="A"), mend(d="B"), mend(d="B")]), {"by": "d"}, "age 0 stands twice in 'B'"),
]


@pytest.mark.parametrize(("table", "change", "message"), REFUSED)
def test_impossible_input_is_refused_by_name(
    table: pd.DataFrame, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        growth_balance(table, **{**KEYS, "ages": (25, 55), **change})


def test_something_else_than_a_table_is_refused() -> None:
    with pytest.raises(InputError, match="table: this is list, not a table"):
        growth_balance([1, 2], ages=(25, 55), **KEYS)  # type: ignore[arg-type]


@given(c=st.floats(0.1, 1.0), growth=st.floats(0.0, 0.03), lag=st.floats(-2, 2))
@settings(max_examples=50, deadline=None)
def test_brass_returns_what_a_stable_population_holds(c: float, growth: float, lag: float) -> None:
    people = 1e6 * np.exp(-(0.03 + growth) * AGES - 0.0006 * np.maximum(AGES - 40, 0) ** 2)
    above = np.cumsum(people[::-1])[::-1]
    entries = np.sqrt(people[:-1] * people[1:]) / 5 - growth * above[1:]
    deaths_above = np.concatenate([[1.3 * entries[0]], entries])
    # Deaths of a year `lag` before the census are fewer by the growth since.
    deaths = c * (deaths_above - np.append(deaths_above[1:], 0)) * np.exp(-growth * lag)
    table = pd.DataFrame({"age": AGES, "people": people, "deaths": deaths})
    result = brass_growth_balance(
        table, population="people", deaths="deaths", ages=(15, 70), years_from_deaths_to_census=lag
    )
    assert result.completeness == pytest.approx(c, rel=1e-6)
    assert result.growth_rate == pytest.approx(growth, abs=1e-8)
    assert repr(result).startswith("Brass growth balance, ages 15 to 74: completeness")


def test_brass_takes_districts_and_plots() -> None:
    table = pd.concat([balanced(c, 0.0).assign(d=d) for d, c in {"A": 0.4, "B": 0.8}.items()])
    result = brass_growth_balance(table, population="census_2", deaths="deaths", ages=(15, 70), by="d")
    assert result.completeness.to_dict() == pytest.approx({"A": 0.4, "B": 0.8})
    assert result.slope["A"] == pytest.approx(2.5)
    assert result.plot(population="A").get_title(loc="left").startswith("A: 40%")
    assert "40% to 80%" in result.plot().get_title(loc="left")


@pytest.mark.parametrize("lag", [[1, 2], 1000, "half", float("nan")])
def test_an_impossible_lag_is_refused_by_name(lag: Any) -> None:
    with pytest.raises(InputError, match="years_from_deaths_to_census: "):
        brass_growth_balance(
            balanced(0.5, 0.01),
            population="census_2",
            deaths="deaths",
            ages=(15, 70),
            years_from_deaths_to_census=lag,
        )


def test_the_resistant_line_is_not_moved_by_one_wild_age() -> None:
    x = np.linspace(0.01, 0.1, 10)[None, :]
    y = 0.002 + 1.25 * x
    wild = y.copy()
    wild[0, 8] += 1
    straight = fit_line(x, y, "resistant")
    moved = fit_line(x, wild, "resistant")
    assert float(moved[0][0]) == pytest.approx(float(straight[0][0])) == pytest.approx(1.25)
    assert float(moved[1][0]) == pytest.approx(0.002)
    assert fit_line(x, wild, "least squares")[0] > 3


def test_falling_points_have_no_resistant_line() -> None:
    x = np.linspace(0.01, 0.1, 10)[None, :]
    assert np.isnan(fit_line(x, -x, "resistant")[0]).all()


def test_migrants_may_be_given_as_a_total() -> None:
    table = balanced(0.8, 0.02).assign(yearly=np.linspace(900, 100, len(AGES)))
    table["total"] = table["yearly"] * YEARS
    yearly = growth_balance(table, ages=(15, 60), migration="yearly", **KEYS)
    total = growth_balance(table, ages=(15, 60), migration="total", migration_are="total", **KEYS)
    assert total.completeness == pytest.approx(yearly.completeness, rel=1e-12)
    assert yearly.completeness != pytest.approx(growth_balance(table, ages=(15, 60), **KEYS).completeness)


def test_south_africa_is_as_published() -> None:
    """IUSSP, Tools for Demographic Estimation: men, 2001 to 2007, ages 5 to 80, with migration: 0.906."""
    found = growth_balance(**census("South Africa"), ages=(5, 80))
    assert round(found.completeness_full_census, 3) == 0.906
    assert round(found.completeness, 3) == 0.917  # 1 / slope is another number, and is printed by its name


def test_groups_in_words_count_by_their_lower_limit(mozambique: pd.DataFrame, census: dict[str, Any]) -> None:
    women = mozambique[mozambique["sex"] == "female"]
    words = {
        0: "under 1" if 1 in set(women["age"]) else "0-4",
        1: "1-4",
        int(women["age"].max()): "80 and over",
    }
    said = women.assign(age=[words.get(int(age), f"{age}–{age + 4}") for age in women["age"]])
    expected = growth_balance(women, ages=(25, 55), **census)
    found = growth_balance(said, ages=(25, 55), **census)
    assert found.completeness == expected.completeness
    assert found.points["age"].tolist() == expected.points["age"].tolist()


def test_migration_of_ten_years_called_yearly_is_told(
    mozambique: pd.DataFrame, census: dict[str, Any]
) -> None:
    women = mozambique[mozambique["sex"] == "female"].assign(moved=lambda t: 0.02 * t["population_1997"])
    with pytest.warns(CourseWarning, match='say migration_are="total"'):
        slip = growth_balance(women, ages=(25, 55), migration="moved", **census)
    assert "net migration of 1." in str(slip)
    right = growth_balance(women, ages=(25, 55), migration="moved", migration_are="total", **census)
    assert not right.notes
