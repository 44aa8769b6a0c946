"""An attacker who has every published page, and knows who sits in the class, tries to work out a person.

The attacker knows everybody's sex, country and class, and what each handed in; not their points. They put
every figure of every page into one linear programme (scipy's ``linprog``) and ask, person by person, between
which scores that person must lie.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from bordercourse.errors import InputError
from bordercourse.evaluation import report_command
from bordercourse.evaluation.class_results import ClassResults, title_of
from bordercourse.evaluation.disclosure import (
    NARROWEST,
    THRESHOLD,
    broad,
    finished_by_group,
    joined_groups,
    percent,
    shown_groups,
)
from bordercourse.evaluation.report import Cohort, PublicReport, PublishedTable, cohort, public_report

from .simulated_class import simulated

Terms = dict[Any, float]
CHECKS = ("check-before", "check-after")
COLUMNS = {"Mean of the exercises": "score", "Check before": CHECKS[0], "Check after": CHECKS[1]}


def read(text: str) -> tuple[float, float] | None:
    """What a reader learns from a printed share: between which two it lies."""
    numbers = [int(word) for word in re.findall(r"\d+", text)]
    if "%" not in text:
        return None
    if "or more" in text:
        return numbers[0] / 100, 1.0
    if "or less" in text:
        return 0.0, numbers[0] / 100
    if len(numbers) == 2:
        return numbers[0] / 100, numbers[1] / 100
    return (numbers[0] - 0.5) / 100, (numbers[0] + 0.5) / 100


class Attacker:
    """Everything that a page says about a cohort, as inequalities over each person's share of each module."""

    def __init__(self, group: Cohort, report: PublicReport) -> None:
        self.group = group
        self.facts: list[tuple[Terms, float, float]] = []
        self.questions: list[tuple[tuple[str, str], float, float]] = []
        for table in report.tables:
            getattr(self, "_" + table.name.split("-")[0], lambda _t: None)(table)
        self._gain(report.summary)

    def mean(self, people: Any, quantity: str) -> Terms:
        """The mean of a quantity over people, as a sum over shares of modules."""
        terms: Terms = {}
        for person in people:
            exercises = [m for m in self.group.modules if m[0].isdigit()]
            there = [m for m in exercises if pd.notna(self.group.scores.loc[person, m])]
            modules = there if quantity == "score" else [quantity]
            for module in modules:
                terms[person, module] = 1 / len(modules) / len(people)
        return terms

    def _modules(self, table: PublishedTable) -> None:
        names = {title_of(module): module for module in self.group.modules}
        for title, _n, text in table.rows:
            self._know(names[title], self.group.counted(names[title]), text)

    def _know(self, quantity: str, people: Any, text: str) -> None:
        bounds = read(text)
        if bounds:
            self.facts.append((self.mean(people, quantity), *bounds))

    def _by(self, table: PublishedTable) -> None:
        way = table.name.removeprefix("by-")
        people = self.group.people
        words = {"female": "Women", "male": "Men", "other": "Another"}
        labels = people["sex"].map(lambda s: words.get(s, "")) if way == "sex" else people["country"]
        named = {row[0] for row in table.rows}
        groups = labels.where(labels.isin(named), next((n for n in named if "not said" in n), ""))
        for row in table.rows:
            assert int(row[1]) == (groups == row[0]).sum()
            for head, text in zip(table.heads[2:], row[2:], strict=True):
                if head in COLUMNS:
                    quantity = COLUMNS[head]
                    counted = self.group.scores["00-welcome"].index if quantity == "score" else None
                    there = people["score"].dropna().index if counted is not None else self.group.both_checks
                    self._know(quantity, there[(groups == row[0]).loc[there]], text)

    def _questions(self, table: PublishedTable) -> None:
        labels = {(title_of(m), q.split("-")[0].upper()): (m, q) for m, q in self.group.shares.columns}
        for title, name, text in table.rows:
            bounds = read(text)
            if bounds:
                self.questions.append((labels[title, name], *bounds))

    def _gain(self, summary: tuple[str, ...]) -> None:
        both = self.group.both_checks
        text = " ".join(summary)
        printed = re.findall(r"had (.*?) of the points before and (.*?) after", text)
        for quantity, found in zip(CHECKS, printed[0] if printed else (), strict=False):
            self._know(quantity, both, found)
        gain = re.search(r"That is (-?\d\.\d\d) of what", text)
        if gain:
            before, after = self.mean(both, CHECKS[0]), self.mean(both, CHECKS[1])
            for g, low, high in ((float(gain[1]) - 0.005, 0, np.inf), (float(gain[1]) + 0.005, -np.inf, 0)):
                terms = {**after, **{key: -(1 - g) * weight for key, weight in before.items()}}
                self.facts.append((terms, g + low, g + high))

    def ranges(self, wanted: Callable[[str], Terms]) -> Iterator[tuple[str, float, float]]:
        """Yield between which values each person must lie; people alike to the attacker are tried once."""
        tried = set()
        for person in self.group.people.index:
            terms = wanted(person)
            pattern = tuple(self.group.scores.loc[person].notna())
            kind = (self.group.people.loc[person, "sex"], self.group.people.loc[person, "country"], pattern)
            if terms and kind not in tried:
                tried.add(kind)
                yield person, *self._range(person, terms)

    def _range(self, target: str, wanted: Terms) -> tuple[float, float]:
        facts = list(self.facts)
        of_module: dict[str, list[str]] = {}
        for module, question in self.group.shares.columns:
            of_module.setdefault(module, []).append(question)
        for module, questions in of_module.items():
            there = self.group.counted(module)
            others = [p for p in there if p != target]
            k = len(questions)
            # Shares of others by question add up to their shares of the module; so do the target's own.
            terms = {("others", module, q): 1 / k for q in questions} | {(p, module): -1.0 for p in others}
            facts.append((terms, 0, 0))
            if target in there:
                own = {("own", module, q): 1 / k for q in questions} | {(target, module): -1.0}
                facts.append((own, 0, 0))
            for (m, q), low, high in self.questions:
                if m == module:
                    both = {("others", m, q): 1.0} | ({("own", m, q): 1.0} if target in there else {})
                    facts.append((both, low * len(there), high * len(there)))
        names = sorted({name for terms, *_b in facts for name in terms} | set(wanted), key=str)
        place = {name: n for n, name in enumerate(names)}
        most = [len(self.group.counted(name[1])) if name[0] == "others" else 1.0 for name in names]
        rows, limits = [], []
        for terms, low, high in facts:
            line = np.zeros(len(names))
            for name, weight in terms.items():
                line[place[name]] = weight
            for sign, limit in ((1, high), (-1, -low)):
                if np.isfinite(limit):
                    rows.append(sign * line)
                    limits.append(limit + 1e-9)
        goal = np.zeros(len(names))
        for name, weight in wanted.items():
            goal[place[name]] = weight
        ends = [
            linprog(s * goal, A_ub=csr_matrix(np.array(rows)), b_ub=limits, bounds=[(0, m) for m in most])
            for s in (1, -1)
        ]
        assert all(end.status == 0 for end in ends), "the true scores fit every page, so there is a solution"
        return float(ends[0].fun), float(-ends[1].fun)


def narrowest(group: Cohort, report: PublicReport, quantity: str) -> float:
    attacker = Attacker(group, report)
    there = (group.people["score"] if quantity == "score" else group.scores[quantity]).dropna().index
    found = attacker.ranges(lambda person: attacker.mean([person], quantity) if person in there else {})
    return min(high - low for _person, low, high in found)


# Three classes of one programme. Small ones are reported together; each person stands on one page.
CLASSES = (simulated(26, 11), simulated(13, 12), simulated(9, 13, women=0.2))


@pytest.mark.slow
@pytest.mark.parametrize("quantity", ["score", "00-welcome", *CHECKS])
@pytest.mark.parametrize(
    "together",
    [(0,), (1, 2), (0, 1, 2)],
    ids=["large alone", "small together", "all together"],
)
def test_no_score_follows_from_the_pages_of_three_classes(together: tuple[int, ...], quantity: str) -> None:
    group = cohort([CLASSES[n] for n in together])
    assert narrowest(group, public_report(group, "Report"), quantity) >= NARROWEST


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("skill", [0.05, 0.95])
def test_a_class_that_knew_nearly_nothing_or_everything_gives_nobody_away(seed: int, skill: float) -> None:
    group = cohort([simulated(14, 30 + seed, countries=("Cambodia", "Thailand"), skill=skill, women=0.5)])
    for quantity in ("score", "check-after"):
        assert narrowest(group, public_report(group, "Report"), quantity) >= NARROWEST


@pytest.mark.slow
def test_the_attacker_wins_where_nothing_is_left_out() -> None:
    """The attack is worth something: on a page with plain means by small groups it finds people."""
    group = cohort([simulated(26, 11, countries=[f"Country {n}" for n in range(12)])])
    safe = public_report(group, "Report")
    people, scores = group.people, group.people["score"]
    rows = []
    for country, members in people.groupby("country"):
        rows.append((str(country), str(len(members)), f"{100 * scores[members.index].mean():.0f} %"))
    (at,) = [n for n, row in enumerate(rows) if row[0] == ""]
    rows[at] = ("not said", *rows[at][1:])
    table = PublishedTable("by-country", "", ("Country", "People", "Mean of the exercises"), tuple(rows))
    attacked = PublicReport("", safe.summary, (*safe.tables, table))
    assert min(int(row[1]) for row in rows) < THRESHOLD
    assert narrowest(group, attacked, "score") < NARROWEST


@pytest.mark.parametrize("seed", range(30))
def test_no_hidden_count_is_told_more_narrowly_than_the_rule(seed: int) -> None:
    group = cohort([simulated(40, seed), simulated(36, 100 + seed), simulated(30, 200 + seed)])
    finished, people = group.people["finished"], group.people
    facts: list[tuple[pd.Series[bool], int]] = [(pd.Series(True, index=people.index), int(finished.sum()))]
    hidden: list[pd.Series[bool]] = []
    for table in public_report(group, "Report").tables:
        if table.name.startswith("by-") and "Handed in every exercise" in table.heads:
            at = table.heads.index("Handed in every exercise")
            labels = (
                people["country"]
                if table.name == "by-country"
                else people["sex"].map({"female": "Women", "male": "Men", "": ""})
            )
            named = {row[0] for row in table.rows}
            groups = labels.where(labels.isin(named), next((n for n in named if "not said" in n), ""))
            for row in table.rows:
                inside = groups == row[0]
                if row[at].isdigit():
                    assert int(row[at]) == finished[inside].sum()
                    assert int(row[at]) == 0 or int(row[at]) >= THRESHOLD
                    facts.append((inside, int(row[at])))
                elif 0 < min(finished[inside].sum(), (~finished)[inside].sum()) < THRESHOLD:
                    hidden.append(inside)
    equations = np.array([inside.to_numpy(float) for inside, _n in facts])
    for inside in hidden:
        goal = inside.to_numpy(float)
        low, high = (
            s * linprog(s * goal, A_eq=equations, b_eq=[n for _i, n in facts], bounds=(0, 1)).fun
            for s in (1, -1)
        )
        assert high - low >= THRESHOLD


# --- one class is published once ----------------------------------------------------------------------


@pytest.fixture
def courses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    results: dict[Path, ClassResults] = {}
    for n, one in enumerate(CLASSES):
        path = tmp_path / f"class-{n}" / "course"
        path.mkdir(parents=True)
        results[path] = one
    monkeypatch.setattr(report_command, "class_results", lambda course: results[course])
    return list(results)


def write(courses: list[Path], **more: Any) -> str:
    return "\n".join(report_command.write_reports(courses, "Report", on=date(2026, 3, 6), **more))


def test_a_small_class_alone_has_no_public_page(courses: list[Path]) -> None:
    told = write(courses[2:])
    assert "No public report" in told
    assert "9 people" in told
    assert not (courses[2] / "report" / "public").exists()
    assert (courses[2] / "report" / "instructor" / "instructor.html").is_file()


@pytest.mark.parametrize("second", [[0], [0, 1, 2], [0, 1]], ids=["other results", "all", "two"])
def test_pages_that_could_be_subtracted_are_refused(
    courses: list[Path], second: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No public report" not in write(courses[:1])
    page = (courses[0] / "report" / "public" / "report.html").read_bytes()
    assert "No public report" not in write(courses[:1])  # the same page again
    if second == [0]:
        monkeypatch.setattr(report_command, "class_results", lambda course: simulated(27, 11))
    told = write([courses[n] for n in second])
    assert "No public report" in told
    assert "subtracted" in told
    assert (courses[0] / "report" / "public" / "report.html").read_bytes() == page
    assert "No public report" not in write([courses[n] for n in second], replace=True)


def test_a_class_reported_with_others_gets_no_page_of_its_own(courses: list[Path]) -> None:
    write(courses[1:])
    assert "subtracted" in write(courses[1:2])
    assert "No public report" not in write(courses[:1])  # other people


# --- the rules, by hand -------------------------------------------------------------------------------


def test_shares_are_printed_without_their_ends() -> None:
    assert [percent(x) for x in (0, 0.1, 0.104, 0.5, 0.896, 0.9, 1)] == [
        "10 % or less", "10 % or less", "10 %", "50 %", "90 %", "90 % or more", "90 % or more",
    ]  # fmt: skip
    assert [broad(x) for x in (0, 0.11, 0.3, 0.7, 0.89, 1)] == [
        "10 % or less", "10 to 20 %", "30 to 40 %", "70 to 80 %", "80 to 90 %", "90 % or more",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "joined"),
    [
        ({"a": 20, "b": 12}, {"a": 20, "b": 12}),
        ({"a": 20, "b": 12, "c": 4}, {"a": 20, "rest": 16}),  # four alone could be worked out
        ({"a": 20, "b": 6, "c": 4}, {"a": 20, "rest": 10}),
        ({"a": 20, "": 15}, {"a": 20, "rest": 15}),
        ({"a": 30, "b": 4}, None),
        ({"a": 9, "b": 9}, None),
    ],
)
def test_small_groups_stand_together(sizes: dict[str, int], joined: dict[str, int] | None) -> None:
    labels = pd.Series([name for name, n in sizes.items() for _ in range(n)])
    found = joined_groups(labels, "rest")
    assert (None if found is None else found.value_counts().to_dict()) == joined


def test_a_mean_that_subtraction_would_give_is_left_out() -> None:
    assert shown_groups(pd.Series({"a": 20, "b": 12})) == ["a", "b"]
    assert shown_groups(pd.Series({"a": 20, "b": 12, "c": 4})) == ["a"]
    assert shown_groups(pd.Series({"a": 20, "b": 4})) == []


def test_counts_that_cannot_be_hidden_are_not_shown() -> None:
    assert finished_by_group(pd.DataFrame({"yes": [12, 17], "no": [3, 3]}, index=["a", "b"])) is None
    whole = pd.DataFrame({"yes": [30, 40], "no": [12, 15]}, index=["a", "b"])
    shown = finished_by_group(whole)
    assert shown is not None
    assert shown.to_numpy().tolist() == whole.to_numpy().tolist()


def test_fewer_than_ten_people_are_no_report() -> None:
    with pytest.raises(InputError, match="could speak of persons"):
        public_report(cohort([simulated(9, 1)]), "Report")
