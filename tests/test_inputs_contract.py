"""The contract of input: every public function of a method room is fed the wrong values, and the equal ones.

What a function demands is declared on it (`bordercourse.inputs`). This test reads the declarations, so a new
function is covered as soon as it is declared and one right call of it stands in `CALLS`. A wrong value ends
in an `InputError` that names the input; numpy scalars, nullable columns and Python numbers give one result.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import inspect
import io
import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bordercourse.datasets import load, make_linked_files
from bordercourse.documents.register import QuestionLimits
from bordercourse.documents.trust import CIVIL
from bordercourse.errors import CourseError, CourseWarning, InputError
from bordercourse.inputs import (
    A,
    Choice,
    Column,
    Columns,
    Day,
    Days,
    Flag,
    Flags,
    Input,
    Keyed,
    Labels,
    Named,
    Number,
    Numbers,
    OneOrSeveral,
    Several,
    Table,
    Text,
    Whole,
    Words,
    inputs_of,
)
from bordercourse.planning import CountryPlan
from tests.documents.specimen import RECORD
from tests.registration.reference.comparing import CAMBODIA

# --- one right call of every public function, by room ----------------------------------------------

CENSUSES = load("mozambique_censuses_1997_2007")
WOMEN = CENSUSES[CENSUSES["sex"] == "female"]
CENSUS: dict[str, Any] = {
    "table": WOMEN,
    "population": ("population_1997", "population_2007"),
    "deaths": "household_deaths_per_year",
    "dates": ("1997-08-01", "2007-08-01"),
    "age": "age",
    "by": "sex",
}
SINGLE = pd.Series(np.arange(200, 100, -1), index=np.arange(100))
FIVES = pd.Series(np.arange(900, 100, -50), index=range(0, 80, 5))
COUNTED = {
    **CAMBODIA,
    "children_lived": pd.Series(40_000, index=[0, 5, 10]),
    "women_survivors": (10_000 * CAMBODIA["women_survivors"]).round(),
    "radix": 10_000,
    "women_45q15": [0.25, 0.25, 0.25],
    "pattern": CAMBODIA["women"].loc[:45],
    "pattern_before": CAMBODIA["women"].loc[:45],
}
RATES = pd.Series(1, index=[0, 1, *range(5, 80, 5)])
STEPS = load("document_steps")
DISTRICTS = pd.DataFrame(
    {
        "district": ["near", "far"],
        "per_day": [50, 60],
        "full_days": [4, 10],
        "max_days": [4, 10],
        "cost_day": [100, 80],
        "cost_travel": [0, 200],
        "female_share": [0.25, 0.5],
        "distance_km": [5, 120],
    }
)
LOG = pd.DataFrame(
    {
        "case": ["a", "a", "b"],
        "step": ["declare", "register", "declare"],
        "time": pd.to_datetime(["2024-01-01", "2024-01-05", "2024-01-02"]),
        "sex": ["f", "f", "m"],
    }
)
BIRTHS = pd.DataFrame(
    {
        "born": pd.to_datetime(["2023-01-01", "2023-01-01", "2024-12-20"]),
        "registered": pd.to_datetime(["2023-01-11", "2023-03-02", None]),
        "sex": ["f", "m", "f"],
    }
)
REGISTERED = BIRTHS.assign(district="North", mother=[20, 30, 25])
EVENTS = pd.DataFrame({"r": [True, True, False], "s": [True, False, True], "v": ["A", "A", "A"]})
LISTS = load("uk_trafficking_lists_2013")
PLAN = CountryPlan({"owner": "Registrar on duty"}, "16.9.1", written=dt.date(2026, 12, 4))
COUNTS = pd.DataFrame({"girls": [12, 3, 8], "boys": [9, 11, 6]}, index=["a", "b", "c"])


def path(**changes: Any) -> Any:
    from bordercourse.registration import shortest_path

    return shortest_path(STEPS, "passport", ("national_card",), country="IRQ", **changes)


def rules() -> Any:
    from bordercourse.protection import Rule

    return [Rule("1", {"x": "yes"}, {"do": "a"}), Rule("2", {"x": "no"}, {"do": "b"})]


def yes_no() -> Any:
    from bordercourse.protection import YES_NO

    return YES_NO


REGISTER, DATABASE = (pd.DataFrame(file) for file in make_linked_files(120, seed=2))
RENAMED = {"place_of_birth": "district"}


@functools.cache
def files() -> tuple[pd.DataFrame, pd.DataFrame]:
    from bordercourse.identity import prepare

    one, other = (prepare(file) for file in (REGISTER, DATABASE))
    return one, other


@functools.cache
def linkage() -> Any:
    from bordercourse.identity import link

    return link(*files())


def civil(written: str) -> Any:
    from bordercourse.identity import read_date

    return read_date(written)


IDENTITY: dict[str, dict[str, Any]] = {
    "age_only": {"age": 17, "on": "2025-06-10"},
    "agreement_weight": {"m": 0.875, "u": 0.0625},
    "compare_dates": {"left": civil("3/4/1990"), "right": civil("4/3/1990")},
    "compare_names": {"left": "Vanna", "right": "វណ្ណា"},
    "disagreement_weight": {"m": 0.875, "u": 0.0625},
    "error_tradeoff": {
        "linkage": linkage(),
        "left": REGISTER,
        "right": DATABASE,
        "probabilities": [0.5, 0.75],
        "one_to_one": True,
        "by": ["sex"],
        "person": "true_person",
    },
    "inclusion_audit": {
        "proposals": linkage().proposals(),
        "left": REGISTER,
        "by": ["sex", "script"],
        "smallest": 2,
    },
    "january_heaping": {"dates": [dt.date(1990, 1, 1), dt.date(1990, 5, 4)]},
    "level_letters": {"text": "Jean‑Luc"},
    "link": {
        "left": REGISTER.rename(columns=RENAMED),
        "right": DATABASE.rename(columns=RENAMED),
        "extra": {"district": "code"},
        "blocking": ["l.given_key = r.given_key and l.district = r.district"],
        "certain": ["l.birth_date = r.birth_date and l.district = r.district"],
        "date_order": "dmy",
        "most_unread": 0.25,
        "seed": 1,
    },
    "linkage_errors": {
        "proposals": linkage().proposals(),
        "left": REGISTER,
        "right": DATABASE,
        "by": ["sex"],
        "person": "true_person",
    },
    "linkage_settings": {
        "link_type": "link_only",
        "extra": {"postcode": "code"},
        "blocking": ["postcode"],
        "place_names": True,
    },
    "match_probability": {"weight": 2.5},
    "mrz_arabic": {"name": "محمد"},
    "name_distances": {"left": "Dwayne", "right": "Duane"},
    "normalise_name": {"name": "NGUYỄN Thị-Ánh"},
    "pairs_that_agree": {"left": files()[0], "right": files()[1], "on": ["given_key", "birth_date"]},
    "prepare": {
        "records": REGISTER.rename(columns=RENAMED),
        "extra": {"district": "code"},
        "date_order": "dmy",
        "most_unread": 0.25,
    },
    "prior_weight": {"probability": 0.0625},
    "read_date": {"written": "4/5/2530", "calendar": "buddhist", "country": "TH", "order": "dmy"},
    "reading_report": {"prepared": files()[0]},
    "romanise": {"name": "សុវណ្ណ"},
    "script_of": {"name": "សុវណ្ណ"},
    "skeleton": {"name": "សុវណ្ណ"},
    "swap_day_and_month": {"day": "1990-04-12"},
    "transliterate": {"name": "Щука", "language": "bul"},
    "transliterations": {"name": "Щука", "language": "bul"},
}

CALLS: dict[str, dict[str, dict[str, Any]]] = {
    "identity": IDENTITY,
    "datasets": {
        "describe": {"name": "clinic_twelve"},
        "load": {"name": "clinic_twelve"},
        "make_district": {"n": 40, "seed": 1},
        "make_facility_births": {"n": 40, "seed": 1},
        "make_iraq_households": {"households": 40, "seed": 1},
        "make_linked_files": {"n": 20, "seed": 1, "shared": 0.5},
        "make_border_week": {
            "seed": 3,
            "guessed": "k002",
            "second_place": "k073",
            "check_off": "t01",
        },
        "make_mozambique_brigades": {"seed": 6},
        "make_people": {"n": 20, "seed": 1},
        "make_practice_certificates": {
            "seed": 3,
            "stories": ["genuine", "altered"],
            "signs": ["no need seen", "not sure"],
            "prefix": "P",
            "names": "traditions",
        },
        "make_process_log": {"n": 40, "seed": 1},
        "make_register": {"n": 40, "seed": 1},
        "readable": {"table": load("clinic_twelve"), "columns": ["area"], "name": "clinic_twelve"},
    },
    "registration": {
        "Member": {"name": "mother", "kind": "woman", "held": ("national_card",)},
        "abridged_life_table": {"rates": RATES, "sex": "female"},
        "adair_lopez": {
            "registered_death_rate": 5.0,
            "share_65": 0.0625,
            "under5_mortality": 0.0625,
            "year": 2010,
            "model": 1,
            "under5_completeness": 0.5,
            "sex": "both",
            "country": "Iraq",
        },
        "adjusted_extinct_generations": {
            **CENSUS,
            "ages": (15, 65),
            "balance_ages": (25, 55),
            "open_expectation": 2.5,
            "deaths_are": "yearly",
            "migration": "household_deaths_per_year",
            "migration_are": "total",
            "line": "sd",
            "growth": "logarithm",
            "adjust": "census",
            "compared": "birthdays",
        },
        "adult_mortality": {**CENSUS, "completeness": 0.625, "deaths_are": "yearly"},
        "three_methods": {
            **CENSUS,
            "ages": (25, 55),
            "open_expectation": 2.5,
            "deaths_are": "yearly",
            "migration": "household_deaths_per_year",
            "migration_are": "total",
            "line": "sd",
            "growth": "logarithm",
            "compared": "birthdays",
        },
        "age_sensitivity": {
            **CENSUS,
            "method": "hybrid",
            "between": (15, 60),
            "least_ages": 8,
            "fit": "rmse",
            "open_expectation": 2.5,
            "deaths_are": "yearly",
            "migration": "household_deaths_per_year",
            "migration_are": "total",
            "line": "sd",
            "growth": "logarithm",
            "compared": "birthdays",
        },
        "age_sex_accuracy": {"males": FIVES, "females": FIVES + 1},
        "bachi": {"counts": SINGLE, "first": 23, "last": 77},
        "blocked_by": {
            "steps": STEPS,
            "lost": "birth_record",
            "country": "MOZ",
            "circumstances": [],
            "lawful": True,
        },
        "brass_growth_balance": {
            "table": WOMEN,
            "population": "population_2007",
            "deaths": "household_deaths_per_year",
            "ages": (25, 55),
            "years_from_deaths_to_census": 0.5,
            "line": "sd",
            "age": "age",
            "by": "sex",
        },
        "brigade_rates": {"work": load("mozambique_brigades"), "full_days": 5, "most_days": 30},
        "coale_li": {"counts": SINGLE, "first": 60, "last": 89},
        "heaping_table": {"counts": SINGLE},
        "jdanov": {"counts": SINGLE, "ages": [85, 90]},
        "kannisto": {"counts": SINGLE, "ages": [85, 90]},
        "noumbissi": {"counts": SINGLE, "first": 20, "years": 30},
        "spoorenberg": {"counts": SINGLE, "first": 20, "last": 64},
        "compare_paths": {"first": path(), "second": path(), "labels": ("one", "other")},
        "constraint_prices": {"districts": DISTRICTS, "budget": 1000, "rules": {"min_days": 1}},
        "coverage": {"reached": 90, "population": 100},
        "deaths_ratio_10_39_to_40_59": CENSUS,
        "direct_completeness": {"registered": 90, "expected": 100},
        "document_graph": {"steps": STEPS, "country": "MOZ"},
        "dual_system": {"matched": 5, "register_only": 5, "survey_only": 10},
        "dual_system_table": {"table": EVENTS, "in_register": "r", "in_survey": "s", "strata": "v"},
        "extinct_generations": {
            **CENSUS,
            "ages": (25, 55),
            "open_expectation": 2.5,
            "deaths_are": "yearly",
            "migration": "household_deaths_per_year",
            "migration_are": "total",
            "compared": "birthdays",
        },
        "find": {"name": "ggb"},
        "greedy_plan": {"districts": DISTRICTS, "budget": 1000, "later_yield": 0.5, "days_available": 9},
        "growth_balance": {
            **CENSUS,
            "ages": (25, 55),
            "deaths_are": "yearly",
            "migration": "household_deaths_per_year",
            "migration_are": "total",
            "line": "sd",
            "growth": "logarithm",
        },
        "household_path": {
            "steps": STEPS,
            "members": [],  # filled below: it needs the room
            "goal": "passport",
            "country": "IRQ",
            "for_members": ["mother"],
            "household_held": ["family_record"],
            "circumstances": ["late_birth"],
            "closed": ["court"],
            "lawful": True,
            "cost": "visits",
        },
        "myers": {"counts": SINGLE, "first": 10, "last": 89},
        "open_age_expectation": {"ratio": 0.875, "sex": "female", "open_age": 80},
        "parity_fertility_ratio": {
            "parity": pd.Series(range(1, 8), index=range(15, 50, 5)),
            "rates": pd.Series(1, index=range(15, 50, 5)),
            "mothers_age_at": "birth",
            "multipliers": "Brass",
            "ages": [20, 25],
        },
        "reverse_survival": COUNTED,
        "plan_brigades": {
            "districts": DISTRICTS,
            "budget": 1000,
            "later_yield": 0.5,
            "days_available": 9,
            "female_share": 0.25,
            "far_share": 0.25,
            "min_days": 1,
        },
        "population_at": {
            "table": WOMEN,
            "population": ("population_1997", "population_2007"),
            "dates": ("1997-08-01", "2007-08-01"),
            "on": "2003-07-01",
            "growth": "linear",
            "age": "age",
            "by": "sex",
        },
        "redistribute": {"counts": COUNTS, "not_stated": "c"},
        "vital_statistics": {
            "events": REGISTERED,
            "event": "births",
            "year": 2023,
            "occurred": "born",
            "registered": "registered",
            "cutoff": "2024-12-31",
            "limit_days": 30,
            "year_days": 365,
            "sex": "sex",
            "place": "district",
            "mothers_age": "mother",
            "completeness": 0.875,
            "completeness_low": 0.75,
            "completeness_high": 1,
        },
        "write_workbook": {
            "report": None,  # filled below: it needs the room
            "path": io.BytesIO(),
            "country": "Utopia",
            "office": "Registry",
            "notes": ["One."],
        },
        "process_map": {"log": LOG, "case": "case", "step": "step", "time": "time", "by": "sex"},
        "regroup_ages": {
            "table": WOMEN,
            "counts": "population_2007",
            "age": "age",
            "by": "sex",
            "open_age": 75,
        },
        "sex_ratio_at_birth": {"boys": 5300, "girls": 4700, "level": 0.875, "usual": (102, 107)},
        "shortest_path": {
            "steps": STEPS,
            "goal": "national_card",
            "held": ("family_record",),
            "kind": "woman",
            "country": "IRQ",
            "household_held": (),
            "circumstances": ["no_old_card"],
            "closed": (),
            "lawful": True,
            "cost": "visits",
        },
        "timeliness": {
            "table": BIRTHS,
            "occurred": "born",
            "registered": "registered",
            "cutoff": "2024-12-31",
            "limit_days": 30,
            "year_days": 365,
            "by": "sex",
        },
        "whipple": {"counts": SINGLE, "first": 23, "last": 62},
    },
    "planning": {
        "cohens_kappa": {"first": ["whole", "whole", "gap"], "second": ["whole", "gap", "gap"]},
        "evidence_of": {"table": "identity_gender_gap", "row": 1},
        "indicator_words": {"code": "16.9.1"},
        "open_points": {"plan": PLAN},
        "plan_docx": {"plan": PLAN},
        "plan_page": {"plan": PLAN},
        "read_plan": {"stored": PLAN.stored()},
        "target_of": {"code": "16.9.1"},
    },
    "protection": {
        "DecisionTable": {
            "name": "two rules",
            "inputs": {"x": yes_no()},
            "rules": rules(),
            "hit": "UNIQUE",
            "title": "A title",
            "source": "",
            "questions": {"x": "Is it so?"},
        },
        "Rule": {"id": "1", "when": {"x": "yes"}, "then": {"do": "a"}, "because": "a reason"},
        "anonymity": {
            "frame": load("clinic_twelve"),
            "quasi_identifiers": ["area", "age_group"],
            "sensitive": "condition",
        },
        "choices": {"values": ("a", "b")},
        "fragility": {"lists": LISTS, "count": "cases", "enter": 0.0625},
        "laplace_noise": {"counts": pd.Series([100, 20, 3]), "epsilon": 1.0, "seed": 7, "sensitivity": 1.0},
        "main_effects": {"lists": LISTS, "count": "cases"},
        "numbers": {"low": 0, "high": 120, "whole": True},
        "recoverable": {"table": COUNTS, "hidden": COUNTS < 5},
        "screen": {"protection_agrees": "no", "facts": {"age": "adult", "seeks_asylum": "yes"}},
        "screening_table": {"name": "contact_with_origin"},
        "small_cells": {"table": COUNTS, "threshold": 5},
        "stepwise": {"lists": LISTS, "count": "cases", "enter": 0.0625},
        "suppress": {"table": COUNTS, "threshold": 5},
    },
}


def _member() -> Any:
    from bordercourse.registration import Member

    return Member("mother", "woman", ("national_card",))


def _report() -> Any:
    from bordercourse.registration import vital_statistics

    return vital_statistics(**CALLS["registration"]["vital_statistics"])


CALLS["registration"]["household_path"]["members"] = [_member()]
CALLS["registration"]["write_workbook"]["report"] = _report()


def crossing_calls() -> dict[str, dict[str, Any]]:
    """Return one right call of every public function of crossing."""
    from bordercourse import crossing

    alone = crossing.Party("alone", 0.75, 0.5, searched=0.25)
    family = crossing.Party("family", 0.25, 1.5, people=4, rank=1, needs=("step-free",))
    gates = crossing.Lane("gates", ("alone",), 4)
    desks = crossing.Lane("desks", ("family", "alone"), (2, 1), has=("step-free",))
    searches = crossing.SearchRoom(1, 2)
    post = crossing.Post((alone, family), (gates, desks), searches)
    outages = [crossing.Outage("gates", 0.5, 1.5)]
    day = {"post": post, "arrivals": [120, 240], "seed": 1, "outages": outages, "variation": 0.5}
    return {
        "Lane": {"name": "desks", "serves": ["alone"], "desks": 6, "has": ["step-free"]},
        "Outage": {"lane": "gates", "begins": 0.5, "ends": 1.5, "desks": 0},
        "Party": {
            "name": "family",
            "share": 0.25,
            "minutes": 1.5,
            "people": 4,
            "rank": 1,
            "needs": ["step-free"],
            "searched": 0.0625,
            "women": 0.5,
        },
        "Post": {"parties": [alone, family], "lanes": [gates, desks], "searches": searches},
        "SearchRoom": {"women": 1, "men": 2, "rooms": 1, "minutes": 5},
        "backlog": {
            "start": 12_000,
            "arrivals": 200,
            "capacity": 500,
            "blocked_share": 0.25,
            "closed_weeks": [3],
            "unblocked": 10,
            "weeks": 60,
        },
        "capacity_needed": {"start": 12_000, "arrivals": 200, "weeks": 40, "blocked_share": 0.25},
        "clearance_time": {"start": 12_000, "arrivals": 200, "capacity": 500, "blocked_share": 0.25},
        "desks_needed": {"arrivals": 200, "minutes": 3, "within": 0.5, "share": 0.75},
        "erlang_b": {"load": 2.5, "desks": 3},
        "erlang_c": {"load": 2.5, "desks": 3},
        "fluid_queue": {"arrivals": [1000, 500], "capacity": 720, "start": 10, "step": 0.5},
        "line_days": {
            "arrivals": [120, 240],
            "minutes": 0.5,
            "desks": 3,
            "days": 3,
            "seed": 1,
            "variation": 0.5,
        },
        "outage_queue": {"arrivals": 1000, "normal": 1200, "reduced": 720, "hours": 34},
        "priority_waits": {"arrivals": [1, 5], "minutes": 20, "desks": 3},
        "simulate_day": day,
        "simulate_days": {**day, "days": 2},
        "steady_line": {"arrivals": 6, "minutes": 20, "desks": 3},
        "waiting_needs": {"people": 9520, "person_hours": 1000},
    }


CALLS["crossing"] = crossing_calls()


def displacement_calls() -> dict[str, dict[str, Any]]:
    """Return one right call of every public function of displacement."""
    from bordercourse import displacement

    period = ("north", "2024-01-01", "2024-12-31")
    stock = displacement.DisplacementStock(1_000, "north", "2023-12-31")
    scenario: dict[str, Any] = {
        "name": "small",
        "people": 500,
        "hours": 6,
        "nights": 2,
        "without_papers": 0.5,
        "minutes": 8,
        "desk_hours": 8,
        "days": 2,
    }
    tracks = pd.DataFrame(
        {
            "storm_id": ["a", "a", "b"],
            "day": pd.to_datetime(["2024-09-06", "2024-09-07", "2024-10-01"]),
            "latitude": [18.0, 20.0, 10.0],
            "longitude": [110.0, 107.0, 105.0],
            "wind_knots": [80.0, 60.0, 20.0],
        }
    )
    columns = {"storm": "storm_id", "time": "day", "latitude": "latitude", "longitude": "longitude"}
    pairs = pd.DataFrame({"people": [1, 2, 4, 8], "distance": [1, 3, 2, 5], "moved": [60, 40, 120, 96]})
    return {
        "DisplacementFlow": {
            "movements": 500,
            "place": "north",
            "begins": period[1],
            "ends": period[2],
            "notes": ["a model's"],
        },
        "DisplacementStock": {"people": 500, "place": "north", "on": "2024-12-31", "notes": ["counted"]},
        "PlanningScenario": scenario,
        "chance_in_years": {"return_period": 53, "years": 5},
        "event_curve": {"chances": [0.25, 0.5], "losses": [90_000, 50_000]},
        "exceedance_curve": {"return_periods": [2, 5, 10], "losses": [1_000, 5_000, 12_000]},
        "gravity_expected": {
            "table": pairs,
            "coefficients": {"constant": 1, "people": 1, "distance": -1},
            "logged": ["people", "distance"],
        },
        "gravity_fit": {"table": pairs, "counted": "moved", "logged": ["people", "distance"]},
        "readiness_plan": {"scenarios": [displacement.PlanningScenario(**scenario)]},
        "stock_after": {
            "stock": stock,
            "displaced": displacement.DisplacementFlow(500, *period),
            "ended": displacement.DisplacementFlow(400, *period),
        },
        "storm_season": {"storms": list(range(12)), "years": 45, "share": 0.75},
        "storms_in_box": {
            "tracks": tracks,
            "south": 8,
            "north": 23,
            "west": 102,
            "east": 110,
            **columns,
            "wind": "wind_knots",
        },
    }


CALLS["displacement"] = displacement_calls()


def resilience_calls() -> dict[str, dict[str, Any]]:
    """Return one right call of every public function of resilience."""
    from bordercourse import documents, resilience

    root = documents.make_root("Root", "UTO")
    signer = documents.make_signer("Signer", root, CIVIL)
    revocations = documents.make_revocation_list(root, {}, start="2025-05-26", end="2025-06-09")
    use: dict[str, Any] = {
        "key_identifier": "a1",
        "certificate": signer.der,
        "first_used": "2025-05-01",
        "last_used": "2025-05-02",
        "documents": 3,
    }
    log = resilience.read_logs(load("utopia_border_log")["line"].head(120))
    places = {p: [e, n] for p, e, n in load("utopia_border_places").itertuples(index=False)}
    step: dict[str, Any] = {"hour": 0.5, "do": "Open the book", "who": "shift leader"}
    service: dict[str, Any] = {
        "name": "entries",
        "mtd": 4,
        "rto": 3,
        "rpo": 1,
        "entries": 300,
        "steps": [resilience.ManualStep(**step)],
    }
    server = resilience.availability(99, 1)
    return {
        "BorderService": service,
        "ManualStep": step,
        "SignerUse": use,
        "alarm_odds": {"base_rate": 0.25, "found": 0.5, "false_alarms": 0.125},
        "attack_tree": {
            "goal": "open",
            "gates": {"open": ("or", ["cut", "bribe"])},
            "costs": {"cut": 10, "bribe": 20},
        },
        "availability": {"mtbf": 20_000, "mttr": 2, "name": "disk"},
        "check_switched_off": {"log": log, "check": "revocation", "minutes": 60},
        "count_alarms": {"found": [resilience.night_exports(log)], "misused": ["k041"]},
        "degraded_plan": {"services": [resilience.BorderService(**service)]},
        "failed_bursts": {"log": log, "failures": 10, "minutes": 10, "by": "account"},
        "impossible_travel": {"log": log, "places": places, "speed": 250},
        "in_parallel": {"parts": [server, server], "common_cause": 0.125, "name": "two"},
        "in_series": {"parts": [server, server], "name": "both"},
        "night_exports": {"log": log, "rows": 1000, "begins": 22, "ends": 5},
        "read_logs": {"lines": list(load("utopia_border_log")["line"].head(3))},
        "trust_hygiene": {
            "revocation_lists": [revocations],
            "signers": [resilience.SignerUse(**use)],
            "on": "2025-06-02",
        },
    }


CALLS["resilience"] = resilience_calls()
QUESTIONS = pd.DataFrame({"q1": [0, 1, 0, 0, 1, 1], "q2": [0, 0, 0, 1, 0, 1], "q3": [0, 0, 0, 0, 0, 1]})
CALLS["evaluation"] = {
    "cohens_kappa": {"first": ["whole", "whole", "gap"], "second": ["whole", "gap", "gap"]},
    "cronbach_alpha": {"points": QUESTIONS},
    "gain_by_topic": {
        "before": QUESTIONS,
        "after": 1 - QUESTIONS,
        "topics": {"q1": "register", "q2": "register", "q3": "border"},
        "maximum": 1,
    },
    "gain_of_means": {"before": 40, "after": 70, "maximum": 100},
    "item_analysis": {"right": QUESTIONS, "share": 0.25},
    "kuder_richardson_20": {"right": QUESTIONS},
    "normalised_gain": {
        "before": [8, 10, 12, 6, 9, 11],
        "after": [14, 15, 17, 12, 13, 16],
        "maximum": 20,
        "level": 0.75,
        "resamples": 200,
        "seed": 1,
    },
    "unused_distractors": {
        "choices": pd.DataFrame({"q1": ["a", "b", None]}),
        "options": {"q1": ["a", "b", "c"]},
    },
}

ZONE = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"


def documents_calls() -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Return one right call of every public function of documents, and of its register."""
    from bordercourse import documents as doc
    from bordercourse.documents import practice, practice_health
    from bordercourse.documents.register import Register
    from bordercourse.documents.register.utopia import practice_clock

    sealed = doc.issue_certificate(RECORD, practice.registrar())
    whole = doc.issue_disclosable(RECORD, practice.registrar())
    shown = doc.disclose(whole, ["entry"])
    judged = {"trust": practice.trust_list(), "on": "2025-06-02"}
    health = {"trust": practice_health.trust_list(), "on": "2025-06-02"}
    corrections = practice.corrections()
    root = practice.registry_root()
    picture = io.BytesIO()
    doc.make_qr(sealed).save(picture, kind="png", scale=3)
    zone = {"code": "I", "state": "UTO", "primary": "Eriksson", "secondary": "Anna Maria"}
    zone |= {"number": "D23145890", "nationality": "UTO", "born": "740812", "sex": "F", "expires": "120415"}
    signer = practice.registrar()
    register = Register("sqlite://", trust=practice.trust_list(), signer=practice.register_signer())
    cases = practice.certificates().loc[lambda rows: rows["case_id"] == "P17"]
    rooms = {
        "Anchor": {
            "certificate": root.der,
            "state": "UTO",
            "usages": ["civil"],
            "role": "root",
            "source": "handed over",
        },
        "TrustList": {
            "anchors": practice.trust_list().anchors,
            "revocation_lists": (),
            "name": "practice",
            "valid_until": "2025-06-09",
            "card_issuers": practice_health.trust_list().card_issuers,
            "revoked_certificates": (),
            "badge_issuers": (),
        },
        "BadgeIssuer": {
            "thumbprint": "A" * 43,
            "name": "Class of March",
            "source": "handed over by the instructor",
            "start": "2026-03-02",
            "end": "2026-03-06",
            "lost": "no",
            "status": "no list",
        },
        "canonical": {"value": {"b": 1, "a": "é"}},
        "check_digit": {"text": "AB2134<<<"},
        "disclose": {"whole": whole, "parts": ["entry"]},
        "format_mrz": {"format": "TD2", **zone, "optional": "", "optional_2": "", "language": ""},
        "issue_certificate": {"record": RECORD, "signer": signer},
        "issue_disclosable": {"record": RECORD, "signer": signer},
        "judge_yellow_card": {
            "on": "2025-06-02",
            "vaccinated": "2012-03-01",
            "seen": {"gap_or_change": "yes"},
        },
        "make_qr": {"text": "UTOPIA"},
        "make_revocation_list": {
            "root": root,
            "revoked": {signer: "2025-02-10"},
            "start": "2025-05-26",
            "end": "2025-06-09",
        },
        "make_root": {"name": "Root", "state": "UTO", "start": "2020-01-01", "end": "2030-01-01"},
        "make_signer": {
            "name": "Signer",
            "root": root,
            "usage": CIVIL,
            "start": "2023-01-01",
            "end": "2026-01-01",
        },
        "parse_mrz": {"text": ZONE},
        "read_qr": {"picture": picture.getvalue()},
        "transliterate": {"name": "Müller", "language": "ukr"},
        "transliterations": {"name": "Müller", "language": "ukr"},
        "unprotected_positions": {"format": "TD3"},
        "verify_certificate": {"text": sealed, **judged, "corrections": corrections},
        "verify_disclosure": {"text": shown, **judged},
        "verify_document": {"text": sealed, **judged, "corrections": corrections},
        "verify_mrz": {"text": ZONE, "on": "2025-06-02"},
        "verify_hcert": {"text": practice_health.health_code(), **health},
        "verify_badge": {"text": "ey.no.badge", **health},
        "verify_smart_card": {"text": practice_health.card_code(), **health},
        "CardIssuer": {
            "address": practice_health.ADDRESS,
            "keys": doc.published_keys(practice_health.card_office()),
            "state": "UTO",
            "source": "handed over",
            "revocation_lists": (),
        },
        "RevokedCertificates": {
            "state": "UTO",
            "kind": "UCI",
            "hashes": ["0" * 32],
            "start": "2025-05-26",
            "end": "2025-06-09",
        },
        "issue_health_certificate": {
            "content": practice_health.VACCINATED,
            "signer": practice_health.health_office(),
            "issued": "2025-05-01",
            "expires": "2025-11-01",
        },
        "issue_smart_card": {
            "record": practice_health.RECORD,
            "issuer": practice_health.card_office(),
            "address": practice_health.ADDRESS,
            "issued": "2025-05-01",
            "expires": "2025-11-01",
            "rid": "abc",
        },
        "published_keys": {"issuer": practice_health.card_office(), "version": 3},
        "read_rule": {
            "published": {
                "Identifier": "VR-UT-0001",
                "Version": "1.0.0",
                "Country": "UT",
                "CertificateType": "Vaccination",
                "ValidFrom": "2025-01-01T00:00:00Z",
                "ValidTo": "2026-01-01T00:00:00Z",
                "Description": [{"lang": "en", "desc": "two doses"}],
                "Logic": {">": [{"var": "payload.v.0.dn"}, 1]},
            }
        },
        "verify_vdsnc": {"text": sealed, **judged},
        "write_corrections": {
            "certificates": {"UTO-B-C0RR-0001": "corrected"},
            "start": "2025-05-26",
            "end": "2025-06-09",
            "signer": signer,
        },
    }
    asking = {
        "QuestionLimits": {
            "per_minute": 3,
            "per_certificate": 3,
            "per_certificate_all": 9,
            "misses_per_day": 3,
        },
        "Register": {
            "url": "sqlite://",
            "trust": practice.trust_list(),
            "signer": practice.register_signer(),
            "limits": QuestionLimits(),
            "clock": practice_clock(),
        },
        "ask_practice_register": {"cases": cases, "line_down": True},
        "ask_register": {
            "stated": {**RECORD, "is": "UTO"},
            "address": "",
            "asker": practice.border_agency(),
            "trust": practice.trust_list(),
            "protection": "seeks asylum",
            "bearer": "seems the subject",
            "fields": ["name"],
            "on": "2025-06-02",
            "seconds": 1,
        },
        "make_app": {"register": register, "hosts": ["localhost"]},
        "practice_register": {"limits": QuestionLimits(per_minute=3)},
        "running": {"register": register, "port": 8080},
        "write_question": {
            "stated": {**RECORD, "is": "UTO"},
            "to": "UTO",
            "asker": practice.border_agency(),
            "at": "2025-06-02",
            "fields": ["name"],
            "identifier": "0" * 32,
        },
    }
    return rooms, asking  # type: ignore[return-value]


CALLS["documents"], CALLS["documents.register"] = documents_calls()
# Salt, or a page that is sent, is drawn at random: two calls give two texts.
DIFFERS = {"issue_disclosable", "disclose", "practice_register", "running", "make_app"}


def function_of(room: str, name: str) -> Callable[..., Any]:
    made: Callable[..., Any] = getattr(import_module(f"bordercourse.{room}"), name)
    return made


def parameters_of(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


def call(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Call with each input by its name; a star takes several of them."""
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for name, value in given.items():
        kind = parameters_of(function)[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            positional += list(value)
        elif kind is inspect.Parameter.VAR_KEYWORD:
            named |= value
        else:
            named[name] = value
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", CourseWarning)
        return function(*positional, **named)


# --- what is wrong for an input, and what is equal to a right one -----------------------------------

GENERIC: list[Any] = [
    None, "", "12", "half", b"12", True, np.True_, 1 + 2j, float("nan"), np.float64("nan"), pd.NA, pd.NaT,
    float("inf"), -float("inf"), -1, np.int64(-1), 0, 1e308, 10**400, Decimal("NaN"), Decimal("sNaN"),
    dt.date(2024, 1, 1), pd.Timestamp("2024-01-01"), np.datetime64("2024-01-01"), pd.Timedelta(days=1),
    object(), len, int, {}, {"a": 1}, set(), (), [], [None], ["12"], [float("nan")], [[1], [3, 4]], [len],
    np.array([]), np.array([1.0, np.nan]), np.zeros((2, 2)), pd.Series(dtype=float), pd.Series(["x"]),
    pd.Index([1, 2]), pd.DataFrame(), pd.DataFrame({"a": ["x"]}), range(3), iter([1]),
]  # fmt: skip
EMPTY_OR_LIST = (list, tuple, set, np.ndarray, pd.Series, pd.Index, range, type(iter([])))  # type: ignore[var-annotated]


def real(value: Any) -> bool:
    number = isinstance(value, int | float | np.integer | np.floating | Decimal | Fraction)
    return number and not isinstance(value, bool) and not Decimal(str(value)).is_nan()


def must_fail(kind: Input, value: Any) -> bool:
    """Whether no value like this may pass, by the meaning of the words and not by the code."""
    if isinstance(kind, Number):
        if not real(value):
            return True
        outside = not kind.low <= value <= kind.high or abs(value) > 2**53
        outside |= kind.above is not None and value <= kind.above
        outside |= kind.below is not None and value >= kind.below
        return bool(outside or (isinstance(kind, Whole) and value != int(value)))
    if isinstance(kind, Flag):
        return not isinstance(value, bool | np.bool_)
    if isinstance(kind, Choice):
        kinds = str if isinstance(kind.values[0], str) else int
        return not isinstance(value, kinds) or isinstance(value, bool) or value not in kind.values
    if isinstance(kind, Text):
        return not isinstance(value, str) or not (value or kind.empty)
    if isinstance(kind, Day):
        return not isinstance(value, dt.date | np.datetime64) or value is pd.NaT
    if isinstance(kind, A):
        return not isinstance(value, kind.kinds)
    if isinstance(kind, Column | Columns | Table):
        return True  # no generic value names a column, or is a table with rows of numbers
    if isinstance(kind, Several | OneOrSeveral):
        several = isinstance(value, EMPTY_OR_LIST)
        if isinstance(kind, OneOrSeveral) and not several:
            return must_fail(kind.each, value)
        return not several or any(must_fail(kind.each, one) for one in _listed(value))
    if isinstance(kind, Keyed):
        return not isinstance(value, Mapping)
    if isinstance(kind, Numbers):
        if isinstance(value, EMPTY_OR_LIST):
            return any(not real(one) or abs(one) > 2**53 for one in _listed(value))
        return must_fail(Number(kind.low, kind.high, kind.above), value)
    return False  # a kind of its own room, or anything: a sentence or a result, no other error


def _listed(value: Any) -> list[Any]:
    return [] if isinstance(value, type(iter([]))) else list(value)


def equals(kind: Input, value: Any) -> Iterator[Any]:
    """Return other ways to write a right value."""
    if isinstance(kind, Number | Numbers | OneOrSeveral) and isinstance(value, int | float):
        yield from (np.float64(value), np.array(value), Decimal(str(value)), Fraction(str(value)))
        if float(value).is_integer():
            yield from (int(value), float(value), np.int64(value), np.uint16(value))
    elif isinstance(kind, Choice | Flag | Text):
        if isinstance(value, bool):
            yield np.bool_(value)
        elif isinstance(value, str):
            yield np.str_(value)
        else:
            yield from (np.int64(value), float(value))
    elif isinstance(kind, Day):
        yield from (pd.Timestamp(value), np.datetime64(value), dt.date.fromisoformat(value))
    elif isinstance(kind, Several) and isinstance(value, list | tuple):
        yield from (
            list(value),
            tuple(value),
            np.array([*value], dtype=object),
            pd.Series([*value], dtype=object),
        )
    elif isinstance(value, pd.Series):
        yield from (value.astype(name) for name in ("Int64", "Float64", "object", "int64[pyarrow]"))


def columns_of(inputs: Mapping[str, Input], given: Mapping[str, Any]) -> list[tuple[str, Any, Input]]:
    """Return the columns that a right call reads: the table's input, the column, what it must hold."""
    found: list[tuple[str, Any, Input]] = []
    for name, kind in inputs.items():
        if isinstance(kind, Table):
            held = {**kind.holds, **{c: k for c, k in kind.may_hold.items() if c in given[name].columns}}
            if kind.cells is not None:
                held |= dict.fromkeys(given[name].columns, kind.cells)
            found += [(name, column, one) for column, one in held.items()]
        elif isinstance(kind, Column | Columns) and kind.holds is not None:
            named = given[name] if isinstance(given[name], list | tuple) else [given[name]]
            found += [(kind.table, column, kind.holds) for column in named]
    return found


def wrong_columns(kind: Input, column: pd.Series[Any]) -> Iterator[pd.Series[Any]]:
    """Return the column with something wrong in its first row, or in all of it."""
    plain = column.astype(object).reset_index(drop=True)

    def first(value: Any) -> pd.Series[Any]:
        changed = plain.copy()
        changed.iloc[0] = value
        return changed

    gaps = getattr(kind, "gaps", False)
    if isinstance(kind, Numbers):
        yield from (
            first("12"),
            first(True),
            first(1j),
            first(float("inf")),
            first(pd.Timestamp("2024-01-01")),
        )
        yield plain.map(str)
        if kind.low >= 0 or kind.above is not None:
            yield first(-1)
        if kind.above is not None:
            yield first(0)
        if not math.isinf(kind.high):
            yield first(kind.high + 1)
        if kind.whole:
            yield first(0.5)
    elif isinstance(kind, Flags):
        yield from (first("True"), first(2), first("yes"))
    elif isinstance(kind, Days):
        yield from (plain.map(str), first(20240101), first("12"))
    elif isinstance(kind, Words):
        yield from (first(5), first(True), first(b"x"))
        if kind.one_of:
            yield first("none of them")
    elif not isinstance(kind, Labels):  # a kind of the room: ages
        yield from (plain.map(str), first("0"), first(-5), first(2.5), first(True))
    if not gaps:
        yield from (first(None), first(float("nan")), first(pd.NA))


def equal_columns(kind: Input, column: pd.Series[Any]) -> Iterator[pd.Series[Any]]:
    """Return the column as other kinds of pandas column."""
    types = pd.api.types
    if isinstance(kind, Numbers):
        yield from (column.astype(name) for name in ("Float64", "float64", "object", "double[pyarrow]"))
    elif isinstance(kind, Flags):
        yield from (column.astype(name) for name in ("boolean", "object", "int64", "bool[pyarrow]"))
    elif isinstance(kind, Words | Labels) and not types.is_numeric_dtype(column):
        yield column.astype("object")
        if isinstance(kind, Labels):
            yield column.astype("category")
    elif isinstance(kind, Days):
        yield column.astype("datetime64[ns]")
        yield pd.Series([None if pd.isna(day) else day.date() for day in column], dtype="object")
    elif types.is_numeric_dtype(column):
        yield from (column.astype(name) for name in ("Int64", "float64", "object"))


def with_column(table: pd.DataFrame, column: Any, values: pd.Series[Any]) -> pd.DataFrame:
    changed = pd.DataFrame(table).copy()
    changed[column] = pd.Series(values.array, index=changed.index)
    return changed


def same(left: Any, right: Any) -> None:
    """Demand equal results, whatever kind of result."""
    if isinstance(left, pd.DataFrame | pd.Series):
        one, other = (
            {name: list(c) for name, c in pd.DataFrame(t).reset_index().items()} for t in (left, right)
        )
        assert list(one) == list(other)
        for name, values in one.items():
            same(values, other[name])
    elif hasattr(left, "create_settings_dict"):
        assert left.create_settings_dict("duckdb") == right.create_settings_dict("duckdb")
    elif dataclasses.is_dataclass(left):
        for field in (field for field in dataclasses.fields(left) if field.repr):
            same(getattr(left, field.name), getattr(right, field.name))
    elif real(left) and real(right):
        assert left == pytest.approx(right, rel=1e-12)
    elif isinstance(left, np.ndarray):
        np.testing.assert_allclose(left, right)
    elif left is pd.NaT or left is pd.NA or left != left:  # not a number
        assert pd.isna(right)
    elif isinstance(left, tuple | list):
        assert len(left) == len(right)
        for one, other in zip(left, right, strict=True):
            same(one, other)
    elif type(left).__eq__ is object.__eq__:  # type: ignore[comparison-overlap]
        assert repr(left).split(" at ")[0] == repr(right).split(" at ")[0]  # compared by identity elsewhere
    else:
        assert left == right


def fails_with_a_sentence(function: Callable[..., Any], given: Mapping[str, Any], about: str) -> None:
    with pytest.raises(InputError) as refused:
        call(function, given)
    assert about in str(refused.value)
    assert refused.value.do.strip(), "it says what is wrong, and not what to do"


@functools.cache
def right_result(room: str, name: str) -> Any:
    """Return what the right call gives; every equal call is held against it."""
    return call(function_of(room, name), CALLS[room][name])


def content(frame: pd.DataFrame) -> str:
    return f"{frame.to_csv()}{frame.dtypes.to_dict()}"


@pytest.fixture(autouse=True, scope="module")
def trained_once() -> Iterator[None]:
    """Train once on the same records, settings, rules and seed: some fifty calls of `link` read the same.

    Whatever is read otherwise trains anew, so no case is lost.
    """
    module = import_module("bordercourse.identity.linkage")
    score, known = module._score, {}  # type: ignore[var-annotated]

    def score_once(frames: Any, settings: Any, certain: Any, seed: int) -> Any:
        rules = [r if isinstance(r, str) else r.create_blocking_rule_dict("duckdb") for r in certain]
        read = [*map(content, frames), settings.create_settings_dict("duckdb"), rules, seed]
        key = repr(read)
        if key not in known:
            known[key] = score(frames, settings, certain, seed)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_score", score_once)
        yield


# --- the contract -----------------------------------------------------------------------------------

EVERY = [(room, name) for room, calls in CALLS.items() for name in calls]
STARS = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
INPUTS = [
    (room, name, given)
    for room, name in EVERY
    for given in CALLS[room][name]
    if parameters_of(function_of(room, name))[given].kind not in STARS
]
STARRED = [
    (room, name, given)
    for room, name in EVERY
    for given in CALLS[room][name]
    if parameters_of(function_of(room, name))[given].kind in STARS
]


@pytest.mark.parametrize("room", CALLS)
def test_every_public_function_declares_its_inputs_and_is_called_here(room: str) -> None:
    module = import_module(f"bordercourse.{room}")
    public = {name: getattr(module, name) for name in module.__all__}
    functions = {name for name, one in public.items() if not inspect.isclass(one) and callable(one)}
    asking = {name for name in functions if parameters_of(public[name])}
    undeclared = [name for name in asking if set(inputs_of(public[name])) != set(parameters_of(public[name]))]
    assert not undeclared, f"put @checked(...) above {undeclared}"
    declared = {name for name, one in public.items() if inspect.isclass(one) and inputs_of(one)}
    assert set(CALLS[room]) == asking | declared, "give one right call of each in CALLS"


@pytest.mark.parametrize(("room", "name"), EVERY)
def test_the_right_call_gives_every_input_and_a_result(room: str, name: str) -> None:
    function, given = function_of(room, name), CALLS[room][name]
    assert set(given) == set(inputs_of(function))
    right_result(room, name)


@pytest.mark.parametrize(("room", "name", "given"), INPUTS)
def test_a_wrong_value_is_answered_with_a_sentence(room: str, name: str, given: str) -> None:
    function, right = function_of(room, name), CALLS[room][name]
    kind, parameter = inputs_of(function)[given], parameters_of(function)[given]
    for value in GENERIC:
        wrong = {**right, given: iter([1]) if isinstance(value, type(iter([]))) else value}
        left_out = value is None and (parameter.default is None or kind.maybe)
        if not left_out and must_fail(kind, value):
            fails_with_a_sentence(function, wrong, "" if isinstance(kind, Column | Columns) else given)
        else:
            with suppress(CourseError):
                call(function, wrong)


@pytest.mark.parametrize(("room", "name", "given"), STARRED)
def test_a_wrong_value_among_several_is_answered_with_a_sentence(room: str, name: str, given: str) -> None:
    function, right = function_of(room, name), CALLS[room][name]
    kind, several = inputs_of(function)[given], right[given]
    for value in GENERIC:
        if isinstance(several, Mapping):
            for key in several:
                wrong = {**right, given: {**several, key: value}}
                if isinstance(kind, Named) and not must_fail(kind.inputs[key], value):
                    continue
                answer = isinstance(value, bool | np.bool_) and not isinstance(kind, Named)  # yes or no
                if value is not None and not answer:
                    fails_with_a_sentence(function, wrong, key)
        elif must_fail(kind.each, value):  # type: ignore[attr-defined]
            fails_with_a_sentence(function, {**right, given: (*several, value)}, given)


@pytest.mark.parametrize(("room", "name", "given"), INPUTS)
def test_equal_values_give_the_same_result(room: str, name: str, given: str) -> None:
    function, right = function_of(room, name), CALLS[room][name]
    kind = inputs_of(function)[given]
    expected = right_result(room, name)
    for value in equals(kind, right[given]) if name not in DIFFERS else ():
        if name == "laplace_noise" and given == "counts" and "pyarrow" in str(value.dtype):
            continue  # the noise keeps the kind of the column
        same(call(function, {**right, given: value}), expected)


@pytest.mark.parametrize(("room", "name"), EVERY)
def test_columns_are_read_by_what_they_must_hold(room: str, name: str) -> None:
    function, right = function_of(room, name), CALLS[room][name]
    expected = right_result(room, name)
    for table, column, kind in columns_of(inputs_of(function), right):
        frame = pd.DataFrame(right[table])
        for values in wrong_columns(kind, frame[column]):
            wrong = {**right, table: with_column(frame, column, values)}
            fails_with_a_sentence(function, wrong, str(column))
        for values in equal_columns(kind, frame[column]):
            same(call(function, {**right, table: with_column(frame, column, values)}), expected)
        if inputs_of(function)[table].cells is None and column not in inputs_of(function)[table].may_hold:  # type: ignore[attr-defined]
            fails_with_a_sentence(function, {**right, table: frame.drop(columns=column)}, str(column))
        twice = pd.concat([frame, frame[[column]]], axis=1)
        fails_with_a_sentence(function, {**right, table: twice}, str(column))
        fails_with_a_sentence(function, {**right, table: frame.iloc[:0]}, table)


@pytest.mark.parametrize(("room", "name", "given"), INPUTS)
def test_a_column_is_named_once(room: str, name: str, given: str) -> None:
    function, right = function_of(room, name), CALLS[room][name]
    if isinstance(inputs_of(function)[given], Columns):
        named = right[given] if isinstance(right[given], list | tuple) else [right[given]]
        fails_with_a_sentence(function, {**right, given: [named[0], named[0]]}, given)


@pytest.mark.parametrize(("room", "name"), EVERY)
def test_a_call_that_does_not_fit_is_answered_with_a_sentence(room: str, name: str) -> None:
    function, right = function_of(room, name), CALLS[room][name]
    asked = parameters_of(function).values()
    if any(p.kind is inspect.Parameter.VAR_KEYWORD for p in asked):
        return  # any name is taken, and looked up
    if any(p.default is p.empty and p.kind is not inspect.Parameter.VAR_POSITIONAL for p in asked):
        fails_with_a_sentence(function, {}, f"{name}() needs it")
    named = {p.name for p in asked if p.kind is not inspect.Parameter.VAR_POSITIONAL}
    with pytest.raises(InputError, match=r"colour: .*\(\) has no such input"):
        function(**{key: right[key] for key in named}, colour="blue")


# --- the wrong answers that this contract was made for ------------------------------------------------


def test_the_answers_that_were_wrong() -> None:
    from bordercourse.crossing import backlog, capacity_needed, clearance_time
    from bordercourse.registration import brigade_rates, greedy_plan, plan_brigades, shortest_path

    # A sum of a column is a right number.
    arrivals = pd.DataFrame({"cases": [150, 50]})["cases"].sum()
    assert clearance_time(12_000, arrivals=arrivals, capacity=500) == 40.0
    assert capacity_needed(np.float32(12_000), arrivals=arrivals, weeks=np.int8(40)) == 500.0  # type: ignore[arg-type]
    assert backlog(12_000, arrivals, pd.Series([500] * 60), weeks=np.int64(60)).cleared_after == 40.0  # type: ignore[arg-type]
    # Text is never a number.
    for wrong in (
        lambda: clearance_time("12000", 200, 500),  # type: ignore[arg-type]
        lambda: plan_brigades(DISTRICTS, 1000, later_yield="half"),  # type: ignore[arg-type]
        lambda: plan_brigades(DISTRICTS, "1000"),  # type: ignore[arg-type]
        lambda: greedy_plan(DISTRICTS.assign(per_day=["50", "60"]), 1000),
        lambda: backlog(12_000, ["200"] * 60, 500, weeks=60),  # type: ignore[list-item]
        lambda: shortest_path([1], "passport"),  # type: ignore[arg-type]
        lambda: brigade_rates(pd.DataFrame()),
        lambda: brigade_rates(pd.DataFrame({"a": [1]})),
        lambda: plan_brigades(DISTRICTS, True),
    ):
        with pytest.raises(InputError):
            wrong()
