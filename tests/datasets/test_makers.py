"""Invented tables made again: byte for byte, by one way of drawing that no version of numpy can move."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse import datasets
from bordercourse.authoring import synthetic_tables
from bordercourse.cli import main
from bordercourse.datasets.makers import stories
from bordercourse.datasets.makers.certificates import _PROTECTION
from bordercourse.datasets.makers.draws import Draws
from bordercourse.errors import InputError
from bordercourse.protection.signs import NO_SIGN, NOT_SURE, SIGNS

# As numpy 2.4 and Python 3.11 drew them when the tables were made.
FIXED = {
    "below": [2, 3, 0, 755, 2, 149690572],
    "order": [7, 3, 5, 4, 0, 1, 2, 6],
    "uniform": [0.4091991363691613, 0.5495936876730595, 0.027559113243068367],
    "between": [1988, 1988],
    "python": [0.6229016948897019, 43],
    "by_share": ["a", "a", "c", "b", "a", "a"],
    "sample": ["e", "a", "f"],
}


@pytest.mark.parametrize("name", synthetic_tables.synthetic_names())
def test_made_again_the_table_has_the_same_bytes(name: str) -> None:
    record = datasets.describe(name)
    assert (
        synthetic_tables.as_stored(synthetic_tables.remade(record))
        == (synthetic_tables.TABLES / f"{name}.csv").read_bytes()
    )
    assert f"Made by: datasets.{record.maker.name}(" in str(record)


@pytest.mark.parametrize("name", datasets.names())
def test_an_invented_table_names_its_maker_and_seed_and_a_real_one_has_none(name: str) -> None:
    record = datasets.describe(name)
    assert (record.maker is not None) is record.synthetic
    if record.maker and record.maker.name != "make_clinic_twelve":  # made by hand
        assert "seed" in record.maker.arguments


def test_the_numbers_behind_every_table_are_fixed() -> None:
    draws = Draws(1)
    assert [draws.below(n) for n in (6, 6, 1, 1000, 3, 2**32 - 1)] == FIXED["below"]
    assert draws.order(8) == FIXED["order"]
    assert [draws.uniform() for _ in range(3)] == FIXED["uniform"]
    assert [Draws(24, 2).between(1950, 2025) for _ in range(2)] == FIXED["between"]
    assert [Draws(5, python=True).uniform(), Draws(6, python=True).poisson(40.0)] == FIXED["python"]
    weighted = Draws(3)
    assert [weighted.by_share({"a": 0.5, "b": 0.3, "c": 0.2}) for _ in range(6)] == FIXED["by_share"]
    assert Draws(3).sample("abcdef", [1, 2, 3, 4, 5, 6], 3) == FIXED["sample"]


@given(st.integers(0, 2**32), st.integers(1, 2**32 - 1))
def test_a_number_below_n_is_below_n(seed: int, n: int) -> None:
    assert 0 <= Draws(seed).below(n) < n
    assert sorted(Draws(seed).order(n % 20)) == list(range(n % 20))
    assert 0 <= Draws(seed).uniform() < 1


def test_draws_are_even() -> None:
    draws = Draws(1)
    many = 60_000

    def fits(counts: Counter[object], shares: dict[object, float]) -> bool:
        # Five standard errors of each count.
        return all(
            abs(counts[key] - many * p) < 5 * math.sqrt(many * p * (1 - p)) for key, p in shares.items()
        )

    assert fits(Counter(draws.below(6) for _ in range(many)), dict.fromkeys(range(6), 1 / 6))
    orders = Counter(tuple(draws.order(3)) for _ in range(many))
    assert len(orders) == 6
    assert fits(orders, dict.fromkeys(orders, 1 / 6))  # type: ignore[arg-type]
    shares = {"a": 2.0, "b": 1.0, "c": 1.0}
    assert fits(Counter(draws.by_share(shares) for _ in range(many)), {k: v / 4 for k, v in shares.items()})
    counts = [draws.poisson(35.5) for _ in range(20_000)]
    assert sum(counts) / len(counts) == pytest.approx(35.5, abs=5 * math.sqrt(35.5 / 20_000))
    first = Counter(draws.sample("ab", [3.0, 1.0], 1)[0] for _ in range(many))
    assert fits(first, {"a": 0.75, "b": 0.25})


def test_the_signs_that_certificates_carry_are_those_of_protection() -> None:
    assert {sign for sign, _told in _PROTECTION} == {NO_SIGN, *SIGNS, NOT_SURE}
    assert [person[3] for person in stories.PEOPLE] == [person[3] for person in stories.UTOPIANS]


def test_the_command_says_which_tables_would_change_and_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(synthetic_tables, "TABLES", tmp_path)
    stored = Path(datasets.__file__).parent / "tables" / "clinic_twelve.csv"
    (tmp_path / "clinic_twelve.csv").write_bytes(stored.read_bytes() + b"13,north,under 30,cancer\n")
    ask = ["authoring", "tables", "clinic_twelve"]
    assert main([*ask, "--check"]) == 1
    assert "clinic_twelve: would change" in capsys.readouterr().out
    assert main(ask) == 0
    assert (tmp_path / "clinic_twelve.csv").read_bytes() == stored.read_bytes()
    assert main([*ask, "--check"]) == 0
    assert main(["authoring", "tables", "clinic_twelf"]) == 2
    assert "Did you mean 'clinic_twelve'" in capsys.readouterr().err


def test_the_key_of_the_casebook_is_no_part_of_the_package(tmp_path: Path) -> None:
    record = datasets.describe("casebook_certificates")
    assert "stories" not in str(record)
    with pytest.raises(InputError, match="Work in a checkout"):
        synthetic_tables.remade(record, tmp_path)
    with pytest.raises(InputError, match="its record names no maker"):
        synthetic_tables.remade(datasets.describe("births_and_deaths"))
