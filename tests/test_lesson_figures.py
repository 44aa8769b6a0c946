"""Every figure that a lesson prints as evidence stands in a table with a source, or is calculated from one.

How an author marks a paragraph
-------------------------------
A figure is any number in the text, except years, dates, numbers of sections and rules, and whole
numbers up to twelve without a percent sign. In the part *Evidence* every figure is walked. Without
a mark it must stand in a table of the module's manifest record or in a stored output of the lesson.

A mark is a comment on a line of its own, directly above the paragraph, list or table, or at its end.
No reader sees it. It holds a paragraph to exactly what it names, in any part of the lesson:

``<!-- figures: iraq_displacement -->``
    the figures stand in this published table, as printed (rounded as printed; "about 45,000"
    may be rounded to its last digit that is not zero; "1.17 million" is 1,170,000);
``<!-- figures: birth_registration_under5[Iraq, 2018]; iraq_displacement[2022-06-30] -->``
    the figures stand in rows with these values, so that the wrong row does not do (a value with a
    comma stands between double quotation marks);
``<!-- figures: birth_registration_under5; 56.1 - 53.9 = 2.2 -->``
    2.2 is calculated from figures that stand there;
``<!-- figures: output -->``
    the figures stand in a stored output of the lesson (needed for invented tables, whose rows are
    no figures: let a cell count them);
``<!-- figures: cited -->``
    the paragraph itself names source and year in brackets, for a figure that no table holds;
``<!-- figures: invented -->``
    the figures belong to a worked example or to a fictional case.

Several may be given, with a semicolon between them.
"""

from __future__ import annotations

import ast
import csv
import operator
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from bordercourse import datasets
from bordercourse.course import module

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda p: p.stem)

MARK = re.compile(r"<!--\s*figures:\s*(.*?)\s*-->", re.S)
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NO_FIGURES = re.compile(
    r"<!--.*?-->"  # a mark
    r"|```.*?```|`[^`\n]*`"  # code
    r"|\]\([^)]*\)|\b(?:https?://)?[\w-]+(?:\.[\w-]+)*\.(?:org|int|com|net|gov|iq|uk)\b\S*"  # addresses
    r"|^#.*$|^\s*\d+\.\s"  # headings, numbers of a list
    r"|\b\d+(?:\.\d+){2,}\b"  # codes such as 16.9.1
    rf"|\b\d{{1,2}} (?:to \d{{1,2}} )?(?:{MONTHS})\b"  # dates
    r"|\b(?:sections?|articles?|arts?\.|rules?|paragraphs?|paras?\.?|part|parts|goals?|targets?|indicators?|"
    r"SDGs?|Doc|Law|No\.|Recommendation|Comment|Resolution|version|round|chapter|annex|table|step|Manual)"
    r" \**\d[\d.]*(?:(?:,| and| to) \d[\d.]*)*\**"
    r"|\b(?:19|20)\d\d\b(?![,.]\d|\s*(?:%|percent|million|billion))",  # years
    re.S | re.M | re.I,
)
NUMBER = re.compile(
    r"(?P<about>\b(?:about|nearly|almost|around|roughly|over|more than|just under|less than|close to)\s+)?"
    r"(?<![\w.,-])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?!\w)"
    # "1.71 and 2.03 million", "40 or 48 percent": the unit stands behind the last one.
    r"(?=(?:(?:,| and| or| to)* \d[\d.,]*)*(?P<unit>\s*%|\s*percent|\s*per cent|[\s-]million|[\s-]billion))?",
    re.I,
)
SCALE = {"million": 1e6, "billion": 1e9}


@dataclass(frozen=True)
class Figure:
    """A number as printed: what it is worth, and half of its last digit."""

    text: str
    value: float
    half: float
    percent: bool
    counts: bool

    def is_rounded(self, value: float) -> bool:
        """Whether `value`, rounded as the figure is printed, gives the figure."""
        slack = self.half * (1 + 1e-9) + 1e-9
        return abs(value - self.value) <= slack or (
            self.percent and 0 <= value <= 1 and abs(100 * value - self.value) <= slack
        )


def figures(text: str) -> list[Figure]:
    """The figures of a piece of Markdown or of an output."""
    found = []
    for m in NUMBER.finditer(re.sub(r"[*_]{1,2}(?=\S)|(?<=\S)[*_]{1,2}", "", NO_FIGURES.sub(" ", text))):
        digits, unit = m["number"].replace(",", ""), (m["unit"] or "").strip(" -\n").lower()
        scale = SCALE.get(unit, 1.0)
        decimals = len(digits.partition(".")[2])
        zeros = len(digits) - len(digits.rstrip("0")) if not decimals and m["about"] else 0
        percent = unit in {"%", "percent", "per cent"}
        found.append(
            Figure(
                text=f"{m[0]} {unit}".strip(),
                value=float(digits) * scale,
                half=0.5 * scale * 10.0 ** (zeros - decimals) if scale > 1 or decimals or zeros else 0.5,
                percent=percent,
                counts=not (digits.isdigit() and int(digits) <= 12 and not percent and scale == 1),
            )
        )
    return found


def values(texts: Iterable[Any]) -> set[float]:
    """All numbers of cells or outputs."""
    out: set[float] = set()
    for text in texts:
        if isinstance(text, str):
            out |= {f.value for f in figures(text)}
        elif isinstance(text, (int, float)) and not isinstance(text, bool):
            out.add(float(text))
    return out


@cache
def table_values(source: str) -> frozenset[float]:
    """The numbers of a published table, or of the rows that hold the values in brackets."""
    name, _, wanted = source.rstrip("]").partition("[")
    record, table = datasets.describe(name), datasets.load(name)
    assert not record.synthetic, f"{name} is invented: count its rows in a cell, and mark `output`"
    assert record.sources, name
    for value in next(csv.reader([wanted], skipinitialspace=True), []):
        fits = table.astype(str).apply(lambda column, v=value: column.eq(v)).any(axis=1)
        table = table[fits]
    assert len(table), f"no row of {source}"
    cells = [c for column in table for c in table[column].dropna().tolist()]
    return frozenset(values([*cells, *([] if wanted else [record.description])]))


def outputs(path: Path) -> set[float]:
    """The numbers of the stored outputs, as text."""
    texts = [
        o.get("text")
        or re.sub(r"<[^>]+>", " ", o.get("data", {}).get("text/html", ""))  # tables for reading
        or o.get("data", {}).get("text/plain", "")
        for cell in nbformat.read(path, as_version=4).cells
        for o in cell.get("outputs", [])
    ]
    return values(t for t in texts if "<IPython" not in t)


def blocks(path: Path) -> Iterator[tuple[str, str, bool]]:
    """Each block of Markdown of a lesson, with its mark, and whether it stands in the part Evidence."""
    evidence = False
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "markdown":
            continue
        for block in re.split(r"\n\s*\n", cell.source):
            if block.startswith("## "):
                heading = block.split("\n")[0].lower()
                evidence = "evidence" in heading and "method" not in heading
            mark = MARK.search(block)
            yield block, mark[1] if mark else "", evidence


OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def calculated(sum_: str, known: set[float]) -> float:
    """The result of ``56.1 - 53.9 = 2.2``, if its parts are known and it is right."""
    left, _, right = sum_.replace(",", "").partition("=")

    def work(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return float(OPERATORS[type(node.op)](work(node.left), work(node.right)))
        assert isinstance(node, ast.Constant), sum_
        part = figures(ast.get_source_segment(left.strip(), node) or "")
        number = float(node.value)  # type: ignore[arg-type]
        # 100, a year and a whole number up to twelve need no source.
        free = number == 100 or not part or not part[0].counts
        assert free or any(part[0].is_rounded(v) for v in known), f"{number:g} of {sum_!r} has no source"
        return number

    result = work(ast.parse(left.strip(), mode="eval").body)
    (printed,) = figures(right) or [None]  # type: ignore[list-item]
    assert printed is not None, sum_
    assert printed.is_rounded(result), f"{left.strip()} is {result}, not {right.strip()}"
    return printed.value


def untraced(block: str, mark: str, *, tables: Iterable[str], printed: set[float]) -> list[str]:
    """The figures of a block that no source holds."""
    named = [part.strip() for part in mark.split(";") if part.strip()]
    if "invented" in named:
        return []
    if "cited" in named:
        assert re.search(r"\([^)]*\b(19|20)\d\d\b[^)]*\)", block), (
            f"name source and year in brackets: {block}"
        )
        return []
    known: set[float] = set()
    if named:
        for part in named:
            if part == "output":
                known |= printed
            elif "=" not in part:
                known |= table_values(part)
        known |= {calculated(part, known) for part in named if "=" in part}
    else:
        known |= printed
        for name in tables:
            if not datasets.describe(name).synthetic:
                known |= table_values(name)
    return [f.text for f in figures(block) if f.counts and not any(f.is_rounded(v) for v in known)]


@every_lesson
def test_every_figure_of_the_evidence_and_of_marked_paragraphs_has_a_source(path: Path) -> None:
    tables, printed = module(path.stem).tables, outputs(path)
    lost = []
    for block, mark, evidence in blocks(path):
        if mark or evidence:
            lost += [
                f"{figure!r} in: {block[:90]!r}"
                for figure in untraced(block, mark, tables=tables, printed=printed)
            ]
    assert not lost, "\n".join(
        ["These figures stand in no table and in no output; see how to mark a paragraph above:", *lost]
    )


@every_lesson
def test_a_figure_changed_in_its_last_digit_is_noticed(path: Path) -> None:
    """Where a paragraph names its rows, no other number passes for the printed one."""
    for block, mark, _evidence in blocks(path):
        if "[" not in mark or "output" in mark:
            continue
        for figure in (f for f in figures(block) if f.counts):
            step = 2 * figure.half
            wrong = Figure(figure.text, figure.value + step, figure.half, figure.percent, figure.counts)
            known: set[float] = set()
            for part in mark.split(";"):
                if "=" not in part:
                    known |= table_values(part.strip())
            others = known - {v for v in known if figure.is_rounded(v)}
            assert not any(wrong.is_rounded(v) for v in others), f"{figure.text} may be misprinted unseen"


def test_what_counts_as_a_figure() -> None:
    text = (
        "In 2018 (round 126; section 3; 30 June 2022; indicator 16.9.1) **98.8 percent** of 5 villages, "
        "about 45,000 children, between 1.17 and 2.03 million people, 3 % and `load(17)`."
    )
    assert [f.text for f in figures(text) if f.counts] == [
        "98.8 percent",
        "about 45,000",
        "1.17 million",
        "2.03 million",
        "3 %",
    ]


@pytest.mark.parametrize(
    ("block", "mark", "lost"),
    [
        ("98.8 percent in 2018", "birth_registration_under5[IRQ, 2018]", []),
        ("98.9 percent in 2018", "birth_registration_under5[IRQ, 2018]", ["98.9 percent"]),
        # The right number from the wrong row.
        ("99.2 percent in 2018", "birth_registration_under5[IRQ, 2018, total]", ["99.2 percent"]),
        ("1.18 million people", "iraq_displacement[2022-06-30]", []),
        ("1.19 million people", "iraq_displacement[2022-06-30]", ["1.19 million"]),
        ("about 1,180,000 people", "iraq_displacement[2022-06-30]", []),
        ("1,180,000 people", "iraq_displacement[2022-06-30]", ["1,180,000"]),
        ("2.2 points", "birth_registration_under5[MOZ, 2015]; 56.1 - 53.9 = 2.2", []),
        ("2.3 points", "birth_registration_under5[MOZ, 2015]; 56.1 - 53.9 = 2.2", ["2.3"]),
        ("42 arrows", "output", []),
        ("43 arrows", "output", ["43"]),
        ("42 arrows", "iraq_displacement", ["42"]),
        ("40 percent (World Bank, 2017)", "cited", []),
        ("77 boats", "invented", []),
    ],
)
def test_a_figure_without_a_source_is_found(block: str, mark: str, lost: list[str]) -> None:
    assert untraced(block, mark, tables=(), printed={42.0}) == lost


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("iraq_households", "invented"),
        ("birth_registration_under5[IRQ, 1066]", "no row"),
        ("birth_registration_under5[MOZ, 2015]; 56.1 - 53.9 = 2.4", "not 2.4"),
        ("birth_registration_under5[MOZ, 2015]; 77.7 - 53.9 = 23.8", "has no source"),
        ("cited", "source and year"),
    ],
)
def test_a_mark_that_proves_nothing_is_refused(mark: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        untraced("20 percent", mark, tables=(), printed=set())


def test_no_published_table_is_without_a_source() -> None:
    for name in datasets.names():
        if not datasets.describe(name).synthetic:
            assert datasets.describe(name).sources
            assert isinstance(datasets.load(name), pd.DataFrame)
