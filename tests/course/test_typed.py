"""Whoever does what a message says gets on: no advice is taken back by the next one.

A participant of this file types a number in an odd way, reads the message and does what it says, word by
word, until the visible check passes.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bordercourse.course import AnswerError, checks, friendly
from bordercourse.course.characters import odd_characters
from bordercourse.course.form import AskedNumber, Blank
from bordercourse.course.typed import advice

UNIT = "people"
ASKED = {
    "number": AskedNumber(low=0, high=10_000_000, unit=UNIT),
    "count": AskedNumber("count", high=10_000_000, unit=UNIT),
    "percent": AskedNumber("percent"),
    "share": AskedNumber("share"),
    "year": AskedNumber("year"),
}


def message(typed: str, asked: AskedNumber) -> str:
    """Run a box with ``answer = typed`` and its check, and return what the participant is told."""
    friendly._blanks.update(answer=Blank(asked))
    source, place = f"answer = {typed}", "ipykernel_7/1.py"
    linecache.cache[place] = (len(source), None, [source], place)
    names: dict[str, object] = {}
    try:
        exec(compile(source, place, "exec"), names)
        checks.check_number(names["answer"], "answer", asked)
    except AnswerError as error:
        return str(error)
    except Exception as error:
        (line,) = [line for line in friendly.explain(error) if line.startswith("What to do")]
        return line
    finally:
        friendly._blanks.clear()
    return ""


SO = re.compile(r"Type it so: (.+?)(?: if it marks thousands, (.+) if it marks a decimal)?$")


def follow(told: str, typed: str) -> list[str]:
    """Do what a message says, and nothing else; where it leaves a choice, return both."""
    so = SO.search(told)
    if so:
        return [way for way in so.groups() if way]
    if "without quotation marks" in told:
        return [typed.strip().strip('"')]
    if "Leave out a point that marks thousands" in told:
        return [typed.replace(".", "")]
    if "multiply by 100" in told:
        return [f"({typed}) * 100"]
    if "divide by 100" in told:
        return [f"({typed}) / 100"]
    raise AssertionError(f"nobody can do what this says: {told!r} (typed {typed!r})")


def is_about_typing(told: str) -> bool:
    return bool(SO.search(told)) or "Type the number alone" in told


def ways_out(typed: str, asked: AskedNumber) -> Iterator[str]:
    """Yield every text that passes at the end of a chain of messages; fail where one takes back another."""
    open_ends = [[typed]]
    while open_ends:
        path = open_ends.pop()
        told = message(path[-1], asked)
        if not told:
            yield path[-1]
            continue
        assert len(path) < 4, f"no end: {path}, {told}"
        if len(path) > 1:
            assert not is_about_typing(told), f"{path}: then {told}"
        if "It must be" in told and not re.search(r"by 100|Leave out", told):
            continue  # outside the range: the one reading of two that cannot be meant
        for way in follow(told, path[-1]):
            assert way not in path, f"a circle: {path} and back to {way}"
            open_ends.append([*path, way])


def grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


def in_digits(zero: str) -> Callable[[int], str]:
    return lambda n: "".join(chr(ord(zero) + int(digit)) for digit in str(n))


TYPED: dict[str, Callable[[int], str]] = {
    **{f"digits from {zero}": in_digits(zero) for zero in "០๐໐၀٠۰०０𝟎"},
    **{
        f"thousands by {mark!r}": lambda n, mark=mark: grouped(n, mark)  # type: ignore[misc]
        for mark in " ,'’\u00a0\u202f\u2009٬，"
    },
    "thousands by a point": lambda n: grouped(n, "."),
    "an = in front": lambda n: f"= {n}",
    "an = of full width": lambda n: f"＝{n}",
    "a unit behind": lambda n: f"{n} people",
    "a unit close behind": lambda n: f"{n}people",
    "a word in front": lambda n: f"about {n}",
    "a sign of money": lambda n: f"${n}",
    "another sign of money": lambda n: f"{n} ៛",
    "quotation marks": lambda n: f'"{n}"',
    "curly quotation marks": lambda n: f"“{n}”",
    "quotation marks and a unit": lambda n: f'"{grouped(n, " ")} people"',
    "dots that stay": lambda n: f"...{n}",
    "one sign for three dots": lambda n: f"… {n}",
    "a zero in front": lambda n: f"0{n}",
    "a comma behind": lambda n: f"{n},",
    "a bracket that is open": lambda n: f"({n} * 2 / 2",
    "a bracket that was not opened": lambda n: f"{n} * 2 / 2)",
    "brackets of full width": lambda n: f"（{n}）",
    "a times sign": lambda n: f"{n} × 1",
    "an x": lambda n: f"{n} x 1",
    "a dot in the middle": lambda n: f"{n} · 1",
    "a division sign": lambda n: f"{2 * n} ÷ 2",
    "a colon": lambda n: f"{2 * n} : 2",
    "a long minus": lambda n: f"{n + 7} − 7",
    "a dash": lambda n: f"{n + 7} – 7",
    "an invisible space": lambda n: f"\u200b{n}",
    "an invisible space inside": lambda n: f"{str(n)[0]}\u200b{str(n)[1:]}",
    "no sign before a bracket": lambda n: f"{n}(2 - 1)",
    "a sum and its result": lambda n: f"{n} * 1 = {n}",
    "two slips at once": lambda n: f"= {in_digits('០')(n)} people",
    "Khmer thousands": lambda n: "".join(c if c == "." else chr(0x17E0 + int(c)) for c in grouped(n, ".")),
}


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("how", TYPED)
@given(number=st.integers(1000, 9_999_999), kind=st.sampled_from(["number", "count"]))
@example(number=1000, kind="count")
@example(number=5250, kind="number")
def test_following_the_messages_leads_to_the_number(how: str, number: int, kind: str) -> None:
    typed = TYPED[how](number)
    if "point" in how or how == "Khmer thousands":
        # One point is a decimal to a computer; only a count can tell, and only where a fraction is left.
        assume(number >= 1_000_000 or (kind == "count" and (number % 1000 != 0 or "Khmer" in how)))
    ends = [eval(way) for way in ways_out(typed, ASKED[kind])]
    assert number in [round(end) for end in ends], ends
    if kind == "count":
        assert ends == [number]
    assert message(typed, ASKED[kind]), "an odd number passes"


@pytest.mark.parametrize("how", ["{}%", "{} ％", '"{}%"', "{} percent", "{},0", "{}٪"])
@given(percent=st.integers(2, 99))
def test_a_percent_is_reached_from_each_way_of_typing_it(how: str, percent: int) -> None:
    assert [eval(way) for way in ways_out(how.format(percent), ASKED["percent"])] == [percent]
    assert list(ways_out(f"{percent / 100}", ASKED["percent"])) == [f"({percent / 100}) * 100"]


@pytest.mark.parametrize("how", ["{}%", "{}", '"{} %"', "0,{:02d}"])
@given(percent=st.integers(2, 99))
def test_a_share_is_reached_from_each_way_of_typing_it(how: str, percent: int) -> None:
    (way,) = ways_out(how.format(percent), ASKED["share"])
    assert eval(way) == pytest.approx(percent / 100)


@pytest.mark.parametrize("how", ["{}", '"{}"', "= {}", "year {}", "{}."])
@given(year=st.integers(1800, 2100))
def test_a_year_is_reached_from_each_way_of_typing_it(how: str, year: int) -> None:
    assert [eval(way) for way in ways_out(how.format(year), ASKED["year"])] == [year]


@given(st.text(max_size=60), st.sampled_from(list(ASKED)))
def test_no_text_breaks_the_advice_or_passes_for_a_number(text: str, kind: str) -> None:
    advice(text, ASKED[kind])
    odd_characters(text)
    with pytest.raises(AnswerError):
        checks.check_number(text, "answer", ASKED[kind])


@given(st.decimals(0, 9_999_999, places=2), st.sampled_from(["", "{} / 2", "({} - 3) * 2", "-{}"]))
def test_a_number_that_is_well_typed_gets_no_advice(number: object, shape: str) -> None:
    assert advice((shape or "{}").format(number)) == ""


@pytest.mark.parametrize("size", [10_000, 1_000_000])
def test_no_time_is_spent_on_a_book(size: int) -> None:
    """What a hand-in may hold in place of a number is not searched through."""
    assert advice("a" * size) == ""
    assert odd_characters("\u200b" * size) == ([], "\u200b" * size)
