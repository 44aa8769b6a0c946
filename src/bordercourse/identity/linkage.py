"""Linking civil-registration records: a thin layer over Splink.

`prepare` turns written names and dates into columns that can be compared across scripts and
calendars. `linkage_settings` is a plain Splink settings object over those columns. `link` trains
it without labels, scores the pairs and returns a `Linkage`.

Linkage proposes; a registrar decides, tells the person, and hears an appeal. Every result says so.

A national register can run the same settings on Splink's Spark backend, unchanged: prepare the
records with `prepare` (for example through ``mapInPandas``), then ::

    from splink import Linker, SparkAPI
    from bordercourse.identity import BLOCKING_FOR_TRAINING, DETERMINISTIC, linkage_settings

    db = SparkAPI(spark_session=spark)
    linker = Linker([db.register(left), db.register(right)], linkage_settings())
    linker.training.estimate_probability_two_random_records_match(DETERMINISTIC, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e8, seed=1)
    for rule in BLOCKING_FOR_TRAINING:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=0.01)

Nothing in the settings is written for one database: the levels are Splink's own, or comparisons
that every SQL dialect has.
"""

from __future__ import annotations

import datetime as dt
import functools
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.identity.dates import CivilDate, read_date, swap_day_and_month
from bordercourse.identity.explain import Explanation, explain_row
from bordercourse.identity.names import romanise, skeleton

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BLOCKING_FOR_TRAINING",
    "DETERMINISTIC",
    "REGISTRAR_DECIDES",
    "Linkage",
    "link",
    "linkage_settings",
    "prepare",
]

LinkType = Literal["link_only", "dedupe_only", "link_and_dedupe"]

REGISTRAR_DECIDES = (
    "Linkage proposes; a registrar decides, tells the person, and hears an appeal. No record is "
    "merged, and no person refused, on a score alone."
)

_REQUIRED = ["record_id", "given_name", "family_name", "sex", "birth_date"]
_FILES = ("left_file", "right_file")
_OPTIONAL = ["calendar", "calendar_country", "place_of_birth", "mother_name"]

DETERMINISTIC = [
    "l.given_key = r.given_key and l.birth_date = r.birth_date and l.mother_key = r.mother_key",
    "l.given_key = r.given_key and l.family_key = r.family_key and l.birth_date = r.birth_date",
]
"""Rules that hardly ever join two people; they give the share of pairs that match."""

BLOCKING_FOR_TRAINING = [
    "l.birth_date = r.birth_date",
    "l.given_key = r.given_key and l.mother_key = r.mother_key",
]
"""Two passes of training: each learns the fields that the other holds fixed."""

_SAME_NAMES = "l.given_key = r.given_key and l.family_key = r.family_key"  # where no mother's name is held

_BLOCKING: list[Any] = [
    "l.birth_date = r.birth_date",
    "l.birth_date = r.birth_swapped",
    "l.given_key = r.given_key and l.mother_key = r.mother_key",
    "l.given_key = r.given_key and l.family_key = r.family_key and l.sex = r.sex",
    "l.given_key = r.family_key and l.family_key = r.given_key",
    "l.mother_key = r.mother_key and l.birth_year = r.birth_year",
    "l.mother_key = r.mother_key and l.place_of_birth = r.place_of_birth",
    "l.family_key = r.family_key and l.birth_year = r.birth_year and l.place_of_birth = r.place_of_birth",
    "l.given_key = r.given_key and l.birth_year = r.birth_year",
]


def prepare(records: pd.DataFrame) -> pd.DataFrame:
    """Turn written records into columns that can be compared across scripts and calendars.

    Parameters
    ----------
    records : DataFrame
        One row a record: record_id (no repeats), given_name, family_name, sex, birth_date (as
        written), and optionally calendar ("gregorian" if absent), calendar_country,
        place_of_birth, mother_name. Missing values are allowed except in record_id. Other columns,
        such as one that holds the true answer, are not read.

    Returns
    -------
    DataFrame
        record_id, sex (F or M; a marker X or any other is left empty, so that it never counts
        against a person), place_of_birth; given, family, mother (romanised) and given_key,
        family_key, mother_key (their consonants); birth_date (ISO text, where one day is meant),
        birth_swapped (day and month exchanged), birth_number (days since 1 January 1900),
        birth_year. A date that cannot be read is left empty, so that no one is lost for it.

    Raises
    ------
    InputError
        If a column is missing or a record_id is missing or repeated.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"record_id": "R1", "given_name": "ផល្លា", "family_name": "សុខ", "sex": "F",
    ...        "birth_date": "4/5/1987"}
    >>> prepare(pd.DataFrame([row]))[["given", "birth_date", "birth_swapped"]].values.tolist()
    [['phlla', '1987-05-04', '1987-04-05']]
    """
    missing = [name for name in _REQUIRED if name not in records.columns]
    if missing:
        raise InputError(
            "records",
            _("the column {name} is missing.").format(name=repr(missing[0])),
            _("Give the columns {names}.").format(names=", ".join(_REQUIRED)),
        )
    ids = records["record_id"]
    if ids.isna().any() or ids.duplicated().any():
        raise InputError(
            "record_id",
            _("a value is missing or stands twice."),
            _("Give each record its own record_id."),
        )
    plain = pd.DataFrame(records).reindex(columns=[*_REQUIRED, *_OPTIONAL]).astype(object)
    plain = plain.where(plain.notna(), None)
    out = pd.DataFrame({"record_id": plain["record_id"].astype("str")})
    # A marker X, or one not stated, speaks neither for nor against a pair.
    out["sex"] = plain["sex"].where(plain["sex"].isin(["F", "M"]), None)
    out["place_of_birth"] = plain["place_of_birth"]
    for column, source in (("given", "given_name"), ("family", "family_name"), ("mother", "mother_name")):
        out[column] = [_romanised(name) for name in plain[source]]
        out[f"{column}_key"] = [_key(name) for name in plain[source]]
    dates = [
        _date(*row)
        for row in zip(plain["birth_date"], plain["calendar"], plain["calendar_country"], strict=True)
    ]
    days = [None if date is None else date.earliest if date.exact else date.calculated for date in dates]
    years = [None if d is None else {d.earliest.year, d.latest.year} for d in dates]
    out["birth_date"] = [day and day.isoformat() for day in days]
    swapped = [day and swap_day_and_month(day) for day in days]
    out["birth_swapped"] = [day and day.isoformat() for day in swapped]
    start = dt.date(1900, 1, 1)
    out["birth_number"] = pd.array([day and (day - start).days for day in days], dtype="Int64")
    out["birth_year"] = [
        str(day.year) if day else str(next(iter(year))) if year and len(year) == 1 else None
        for day, year in zip(days, years, strict=True)
    ]
    # Splink asks both files for the same types, also where a column is empty in one of them.
    texts = [column for column in out.columns if column != "birth_number"]
    return out.astype(dict.fromkeys(texts, "str")).reset_index(drop=True)


@functools.lru_cache(maxsize=50_000)
def _romanised(name: str | None) -> str | None:
    return (romanise(name) or None) if name else None


@functools.lru_cache(maxsize=50_000)
def _key(name: str | None) -> str | None:
    return (skeleton(name) or None) if name else None


def _date(written: str | None, calendar: str | None, country: str | None) -> CivilDate | None:
    try:
        return read_date(written, calendar or "gregorian", country=country) if written else None
    except InputError:
        return None


def linkage_settings(link_type: LinkType = "link_only") -> Any:
    """Return plain Splink settings for civil-registration records made by `prepare`.

    Parameters
    ----------
    link_type : {"link_only", "dedupe_only", "link_and_dedupe"}
        Link two files, find duplicates in one, or both.

    Returns
    -------
    splink.SettingsCreator
        For any Splink backend (DuckDB, Spark). Six comparisons: given name, family name, mother's
        name, date of birth, sex, place of birth. Names count as exchanged, and dates as day and
        month exchanged, 1 January or 1 July, or one digit apart, before they count as different. Common
        family names and places weigh less than rare ones.

    Examples
    --------
    >>> len(linkage_settings().comparisons)
    6
    """
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import SettingsCreator

    def level(sql: str, label: str) -> Any:
        return cll.CustomLevel(sql, label_for_charts=label)

    def labelled(creator: Any, label: str) -> Any:
        return creator.configure(label_for_charts=label)

    def name(column: str, other: str | None, commonness: bool) -> Any:
        same = cll.ExactMatchLevel(column, term_frequency_adjustments=commonness)
        levels = [
            labelled(cll.NullLevel(f"{column}_key"), _("missing in one of them")),
            labelled(same, _("same spelling")),
            labelled(cll.ExactMatchLevel(f"{column}_key"), _("same consonants")),
            labelled(cll.JaroWinklerLevel(column, 0.9), _("nearly the same spelling")),
            labelled(cll.JaroWinklerLevel(f"{column}_key", 0.85), _("nearly the same consonants")),
        ]
        if other:
            exchanged = f"{column}_key_l = {other}_key_r or {other}_key_l = {column}_key_r"
            levels.append(level(exchanged, _("given and family name exchanged")))
        return cl.CustomComparison([*levels, labelled(cll.ElseLevel(), _("different"))], column)

    unknown = "birth_year_l is null or birth_year_r is null"
    unknown_day = "substr(birth_date_{side}, 6, 5) in ('01-01', '07-01')"
    default_day = (
        f"birth_year_l = birth_year_r and ({unknown_day.format(side='l')} or {unknown_day.format(side='r')})"
    )
    year_only = "birth_year_l = birth_year_r and (birth_date_l is null or birth_date_r is null)"
    birth = [
        level(unknown, _("missing in one of them")).configure(is_null_level=True),
        labelled(cll.ExactMatchLevel("birth_date"), _("same day")),
        level("abs(birth_number_l - birth_number_r) <= 1", _("one day apart")),
        level("birth_date_l = birth_swapped_r", _("day and month exchanged")),
        level(default_day, _("same year, one is 1 January or 1 July")),
        level(year_only, _("same year, one has no day")),
        labelled(cll.LevenshteinLevel("birth_date", 1), _("one digit differs")),
        level("substr(birth_date_l, 6, 5) = substr(birth_date_r, 6, 5)", _("same day of another year")),
        labelled(cll.ElseLevel(), _("different")),
    ]
    place = [
        labelled(cll.NullLevel("place_of_birth"), _("missing in one of them")),
        labelled(cll.ExactMatchLevel("place_of_birth", term_frequency_adjustments=True), _("same place")),
        labelled(cll.ElseLevel(), _("different")),
    ]
    sex = [
        labelled(cll.NullLevel("sex"), _("missing in one of them")),
        labelled(cll.ExactMatchLevel("sex"), _("same")),
        labelled(cll.ElseLevel(), _("different")),
    ]
    return SettingsCreator(
        link_type=link_type,
        unique_id_column_name="record_id",
        comparisons=[
            name("given", "family", commonness=True),
            name("family", "given", commonness=True),
            name("mother", None, commonness=False),
            cl.CustomComparison(birth, "birth_date"),
            cl.CustomComparison(sex, "sex"),
            cl.CustomComparison(place, "place_of_birth"),
        ],
        blocking_rules_to_generate_predictions=_BLOCKING,
        retain_intermediate_calculation_columns=True,
        max_iterations=15,
        em_convergence=0.001,
    )


@dataclass(frozen=True)
class Linkage:
    """Scored pairs of records that may be one person: proposals, and no decision.

    Attributes
    ----------
    pairs : DataFrame
        One row a pair: left and right (record_id), weight (bits), probability; best first.
        Pairs below probability 0.01 are left out.
    deduplicate : bool
        Whether pairs are duplicates within one file.
    """

    pairs: pd.DataFrame
    deduplicate: bool
    _ids: tuple[tuple[str, ...], ...] = field(repr=False)
    _scored: pd.DataFrame = field(repr=False)
    _linker: Any = field(repr=False)
    _predictions: Any = field(repr=False)

    def __str__(self) -> str:
        sure = int((self.pairs["probability"] >= 0.5).sum())
        return _("{records:,} records, {pairs:,} pairs proposed at probability 0.5 or more. {rule}").format(
            records=sum(map(len, self._ids)), pairs=sure, rule=_(REGISTRAR_DECIDES)
        )

    __repr__ = __str__

    def proposals(self, probability: float = 0.5, *, one_to_one: bool | None = None) -> pd.DataFrame:
        """Return the pairs to lay before a registrar.

        Parameters
        ----------
        probability : float
            Only pairs at or above it, 0.01 to 1.
        one_to_one : bool, optional
            Keep a pair only if each record is the other's best. By default for two files, where
            each holds a person once, and not for duplicates in one file.

        Returns
        -------
        DataFrame
            left, right, weight, probability.

        Raises
        ------
        InputError
            If the probability is outside 0.01 to 1.
        """
        found = self.pairs[self.pairs["probability"] >= _threshold(probability)]
        if one_to_one if one_to_one is not None else not self.deduplicate:
            found = found[~(found["left"].duplicated() | found["right"].duplicated())]
        return found.reset_index(drop=True)

    def persons(self, probability: float = 0.5) -> pd.DataFrame:
        """Group the records into persons: all records joined by pairs at or above `probability`.

        Parameters
        ----------
        probability : float
            0.01 to 1. With two files, a person gets at most one record of each.

        Returns
        -------
        DataFrame
            person (a running number) and record_id, one row a record; a person with one record
            was linked to none.

        Raises
        ------
        InputError
            If the probability is outside 0.01 to 1.
        """
        if self.deduplicate:
            found = self._linker.clustering.cluster_pairwise_predictions_at_threshold(
                self._predictions, _threshold(probability)
            )
            groups = found.as_pandas_dataframe()[["cluster_id", "record_id"]]
            found.drop_table_from_database_and_remove_from_cache()
        else:
            # One best link each way leaves no chains, so a pair is a person.
            proposals = self.proposals(probability, one_to_one=True)
            left, right = (dict.fromkeys(ids, "") for ids in self._ids)
            left |= dict(zip(proposals["left"], proposals["left"], strict=True))
            right |= dict(zip(proposals["right"], proposals["left"], strict=True))
            joined = [(head or own, own) for file in (left, right) for own, head in file.items()]
            groups = pd.DataFrame(joined, columns=["cluster_id", "record_id"])
        persons = groups.sort_values(["cluster_id", "record_id"]).reset_index(drop=True)
        persons.insert(0, "person", persons.groupby("cluster_id", sort=True).ngroup() + 1)
        return persons.drop(columns="cluster_id")

    def explain(self, left: str, right: str) -> Explanation:
        """Show how each field moved the score of one pair, for a clerk who must judge it.

        Parameters
        ----------
        left, right : str
            record_id of a pair in `pairs`, in either order.

        Returns
        -------
        Explanation
            Readable text, and a waterfall by ``.plot()``.

        Raises
        ------
        InputError
            If the pair was not scored.
        """
        rows = self._scored
        hit = ((rows["record_id_l"] == left) & (rows["record_id_r"] == right)) | (
            (rows["record_id_l"] == right) & (rows["record_id_r"] == left)
        )
        if not hit.any():
            raise InputError(
                f"({left!r}, {right!r})",
                _("this pair was not scored, or its probability is below 0.01."),
                _("Take a pair from the table pairs."),
            )
        return explain_row(rows[hit].iloc[0], self.model)

    @property
    def model(self) -> dict[str, Any]:
        """The trained model as Splink saves it: m, u and label of every level."""
        saved: dict[str, Any] = self._linker.misc.save_model_to_json()
        return saved


def _threshold(probability: float) -> float:
    if not 0.01 <= probability <= 1:
        raise InputError("probability", str(probability), _("Give a number from 0.01 to 1."))
    return float(probability)


def link(left: pd.DataFrame, right: pd.DataFrame | None = None, *, seed: int = 1) -> Linkage:
    """Propose which records of two files, or within one file, are one person.

    The model is trained on the records alone. No labels are used, and a column with the answer
    is not read.

    Parameters
    ----------
    left : DataFrame
        Records with the columns that `prepare` names, or a frame that `prepare` made.
    right : DataFrame, optional
        The other file. Without it, duplicates within `left` are sought.
    seed : int
        For the random pairs from which chance agreement is learnt.

    Returns
    -------
    Linkage
        Scored pairs with their explanation. Proposals for a registrar, and never a decision.

    Raises
    ------
    InputError
        If a column is missing, a record_id repeats, or there is too little to learn from.

    Notes
    -----
    Fellegi and Sunter's model, with m learnt by expectation-maximisation and u from random pairs,
    by Splink 5 on DuckDB.

    Examples
    --------
    >>> from bordercourse.datasets import make_linked_files
    >>> register, database = make_linked_files(300)
    >>> linkage = link(register, database)
    >>> bool(len(linkage.proposals()) > 280)
    True
    """
    from splink import DuckDBAPI, Linker

    frames = [_prepared(frame) for frame in ([left] if right is None else [left, right])]
    db = DuckDBAPI()
    kind: LinkType = "dedupe_only" if right is None else "link_only"
    names = _FILES
    tables = [
        db.register(frame, dataset_display_name=name) for frame, name in zip(frames, names, strict=False)
    ]
    logging.getLogger("splink").setLevel(logging.ERROR)
    linker = Linker(tables[0] if right is None else tables, linkage_settings(kind), log_level=None)
    _train(linker, frames, seed)
    predictions = linker.inference.predict(threshold_match_probability=0.01, warning_mode="never")
    scored = predictions.as_pandas_dataframe()
    scored = scored.sort_values(["match_weight", "record_id_l", "record_id_r"], ascending=[False, True, True])
    scored = scored.reset_index(drop=True)
    pairs = scored[["record_id_l", "record_id_r", "match_weight", "match_probability"]]
    pairs = pairs.set_axis(["left", "right", "weight", "probability"], axis=1)
    ids = tuple(tuple(frame["record_id"].astype(str)) for frame in frames)
    return Linkage(pairs, right is None, ids, scored, linker, predictions)


def _prepared(records: pd.DataFrame) -> pd.DataFrame:
    return records if "given_key" in records.columns else prepare(records)


def _train(linker: Any, frames: Sequence[pd.DataFrame], seed: int) -> None:
    """Learn all parameters from the records alone."""
    from splink.internals.exceptions import SplinkException

    training = linker.training
    mothers = all(frame["mother_key"].notna().any() for frame in frames)
    rules = BLOCKING_FOR_TRAINING if mothers else [BLOCKING_FOR_TRAINING[0], _SAME_NAMES]
    try:
        training.estimate_probability_two_random_records_match(DETERMINISTIC, recall=0.7)
        if not linker.misc.save_model_to_json()["probability_two_random_records_match"]:
            raise ValueError(_("no two of them agree on names and date of birth"))
        training.estimate_u_using_random_sampling(max_pairs=2e6, seed=seed)
        for rule in rules:
            training.estimate_parameters_using_expectation_maximisation(rule)
    except (SplinkException, ValueError, ZeroDivisionError) as error:
        reason = str(error).split(".  ")[0]
        raise InputError(
            "records",
            _("they hold too little to learn from ({reason}).").format(reason=reason),
            _("Link files of some hundred records that share people, or weigh pairs by hand."),
        ) from None
