"""Classes of invented people with results, as `class_results` reads them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bordercourse.evaluation.class_results import AskedQuestion, ClassResults
from bordercourse.evaluation.roster_file import ClassMember

COUNTRIES = ("Cambodia", "Indonesia", "Malaysia", "Thailand", "Viet Nam")
NAMES = (
    "សុខា ចាន់",
    "Nguyễn Thị Hoà",
    "สมชาย ใจดี",
    "Siti binti Ahmad",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
)
EXERCISES = ("00-welcome", "01-civil-registration", "02-legal-identity")


def simulated(
    people: int,
    seed: int,
    *,
    countries: Sequence[str] = COUNTRIES,
    women: float = 0.4,
    skill: float = 0.6,
    absent: float = 0.1,
) -> ClassResults:
    """A class that took three exercises and both checks, some of them not all."""
    rng = np.random.default_rng(seed)
    members = tuple(
        ClassMember(
            f"st{n}",
            NAMES[n % len(NAMES)],
            email=f"st{n}@example.org",
            country=str(rng.choice([*countries, ""])),
            sex="female" if rng.random() < women else str(rng.choice(["male", "male", "male", ""])),
        )
        for n in range(people)
    )
    ids = [one.id for one in members]
    places = [(m, f"{part}-word") for m in EXERCISES for part in ("a1", "a2", "b1", "c")]
    places += [(c, f"q{n:02}-word") for c in ("check-before", "check-after") for n in range(1, 21)]
    places.sort()
    columns = pd.MultiIndex.from_tuples(places, names=["module", "question"])
    able = np.clip(rng.normal(skill, 0.2, people), 0.02, 0.98)
    points = pd.DataFrame(index=ids, columns=columns, dtype=float)
    for place in places:
        shift = -0.2 if place[0] == "check-before" else 0.0
        points[place] = (rng.random(people) < np.clip(able + shift, 0, 1)).astype(float)
    handed_in = pd.DataFrame(True, index=ids, columns=sorted({module for module, _q in places}))
    for module in handed_in:
        handed_in[module] = rng.random(people) > absent
        points.loc[~handed_in[module], module] = np.nan
    asked = {
        place: AskedQuestion(f"Question {place[1]}?", {"a": "right", "b": "wrong", "z": "I do not know"}, "a",
                             EXERCISES[int(place[1][1:3]) % 3])
        for place in places if place[0].startswith("check")
    }  # fmt: skip
    chosen = pd.DataFrame(
        {place: points[place].map({1.0: "a", 0.0: "b"}) for place in asked}, index=ids, dtype=object
    )
    chosen.columns = pd.MultiIndex.from_tuples(list(asked), names=["module", "question"])
    return ClassResults(
        f"class {seed}", members, points, pd.Series(1.0, index=columns), handed_in, chosen, asked
    )
