"""Linking civil-registration records: a thin layer over Splink.

`prepare` turns written names and dates into columns that can be compared across scripts and
calendars. `linkage_settings` is a plain Splink settings object over those columns. `link` trains
it without labels, scores the pairs and returns a `Linkage`.

Linkage proposes; a registrar decides, tells the person, and hears an appeal. Every result says so.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.identity.explain import Explanation, explain_row
from bordercourse.identity.further_fields import blocking_by, check_rule, columns_to_read, labels_of
from bordercourse.identity.kinds import FILE, RULES
from bordercourse.identity.preparing import PREPARED, prepared_frame, warn_of_losses
from bordercourse.identity.readings import ReadingReport
from bordercourse.identity.splink_settings import (
    BLOCKING_FOR_TRAINING,
    DETERMINISTIC,
    SAME_NAMES,
    LinkType,
    linkage_settings,
)
from bordercourse.identity.written_dates import ORDERS
from bordercourse.inputs import Anything, Choice, Keyed, Share, Whole, checked
from bordercourse.results import Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["REGISTRAR_DECIDES", "Linkage", "link"]

REGISTRAR_DECIDES = mark(
    "Linkage proposes; a registrar decides, tells the person, and hears an appeal. No record is "
    "merged, and no person refused, on a score alone."
)

_FILES = ("left_file", "right_file")


@dataclass(frozen=True, repr=False)
class Linkage(Result):
    """Scored pairs of records that may be one person: proposals, and no decision.

    Attributes
    ----------
    pairs : DataFrame
        One row a pair: left and right (record_id), weight (bits), probability; best first.
        Pairs below probability 0.01 are left out.
    deduplicate : bool
        Whether pairs are duplicates within one file.
    readings : tuple of ReadingReport
        What could not be read in each file.
    """

    pairs: pd.DataFrame
    deduplicate: bool
    readings: tuple[ReadingReport, ...]
    _labels: dict[str, str] = field(repr=False)
    _ids: tuple[tuple[str, ...], ...] = field(repr=False)
    _scored: pd.DataFrame = field(repr=False)
    _linker: Any = field(repr=False)
    _predictions: Any = field(repr=False)

    def sentence(self) -> str:
        """Return how many pairs are proposed, who decides, and what could not be read."""
        sure = int((self.pairs["probability"] >= 0.5).sum())
        line = _("{records:,} records, {pairs:,} pairs proposed at probability 0.5 or more. {rule}").format(
            records=sum(map(len, self._ids)), pairs=sure, rule=_(REGISTRAR_DECIDES)
        )
        return "\n".join([line, *(str(loss) for reading in self.readings for loss in reading.losses)])

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
        likely = self.pairs[self.pairs["probability"] >= _threshold(probability)]
        if one_to_one if one_to_one is not None else not self.deduplicate:
            likely = likely[~(likely["left"].duplicated() | likely["right"].duplicated())]
        return likely.reset_index(drop=True)

    def persons(self, probability: float = 0.5) -> pd.DataFrame:
        """Group the records into persons: all records joined by pairs at or above `probability`.

        Parameters
        ----------
        probability : float
            0.01 to 1. With two files, a person gets at most one record of each.

        Returns
        -------
        DataFrame
            person (a running number), file ("left" or "right", where two were linked) and record_id, one
            row a record; a person with one record was linked to none.

        Raises
        ------
        InputError
            If the probability is outside 0.01 to 1.
        """
        if self.deduplicate:
            clusters = self._linker.clustering.cluster_pairwise_predictions_at_threshold(
                self._predictions, _threshold(probability)
            )
            groups = clusters.as_pandas_dataframe()[["cluster_id", "record_id"]]
            clusters.drop_table_from_database_and_remove_from_cache()
        else:
            # One best link each way leaves no chains, so a pair is a person.
            proposals = self.proposals(probability, one_to_one=True)
            left, right = (dict.fromkeys(ids, "") for ids in self._ids)
            right |= dict(zip(proposals["right"], proposals["left"], strict=True))
            # Both files may count from 1: a record is known by its file and its number.
            joined = [("left", own, f"left {own}") for own in left]
            joined += [
                ("right", own, f"left {head}" if head else f"right {own}") for own, head in right.items()
            ]
            groups = pd.DataFrame(joined, columns=["file", "record_id", "cluster_id"])
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
        hit = (rows["record_id_l"] == left) & (rows["record_id_r"] == right)
        if not hit.any():  # the other order is looked up only then: two files may share their numbers
            hit = (rows["record_id_l"] == right) & (rows["record_id_r"] == left)
        if not hit.any():
            raise InputError(
                f"({left!r}, {right!r})",
                _("this pair was not scored, or its probability is below 0.01."),
                _("Take a pair from the table pairs."),
            )
        return explain_row(rows[hit].iloc[0], self.model, self._labels)

    @property
    def model(self) -> dict[str, Any]:
        """The trained model as Splink saves it: m, u and label of every level."""
        saved: dict[str, Any] = self._linker.misc.save_model_to_json()
        return saved


def _threshold(probability: float) -> float:
    if not 0.01 <= probability <= 1:
        raise InputError("probability", str(probability), _("Give a number from 0.01 to 1."))
    return float(probability)


@checked(
    left=FILE,
    right=FILE,
    extra=Keyed(Anything()),
    blocking=RULES,
    certain=RULES,
    date_order=Choice(*ORDERS),
    most_unread=Share(),
    seed=Whole(low=0),
)
def link(
    left: pd.DataFrame,
    right: pd.DataFrame | None = None,
    *,
    extra: Mapping[str, Any] | None = None,
    blocking: Sequence[Any] = (),
    certain: Sequence[Any] = (),
    date_order: str = "dmy",
    most_unread: float = 0.1,
    seed: int = 1,
) -> Linkage:
    """Propose which records of two files, or within one file, are one person.

    The model is trained on the records alone. No labels are used, and a column with the answer
    is not read.

    Parameters
    ----------
    left : DataFrame
        Records with the columns that `prepare` names, or a frame that `prepare` made.
    right : DataFrame, optional
        The other file. Without it, duplicates within `left` are sought.
    extra : mapping, optional
        Further fields to compare. Either a column of both files with "text" (an address) or "code" (a
        postcode, a number of identity), or any name with a comparison of ``splink.comparison_library``.
    blocking : sequence, optional
        Further rules that bring pairs together, beside those of `linkage_settings`: a column, a list of
        columns that must all agree, or a rule of Splink's own. Columns are those that `prepare` makes.
        A further field that tells people apart brings pairs together without being named here.
    certain : sequence, optional
        Further rules, of the same kinds, by which two records are nearly always one person. They help to
        estimate how many pairs match.
    date_order, most_unread
        As in `prepare`.
    seed : int
        For the random pairs from which chance agreement is learnt.

    Returns
    -------
    Linkage
        Scored pairs with their explanation, and what could not be read. Proposals for a registrar, and
        never a decision.

    Raises
    ------
    InputError
        If a column is missing, a record_id repeats, too much of a column cannot be read, a comparison or
        rule cannot be used, or there is too little to learn from.

    Warns
    -----
    CourseWarning
        If a value could not be read.

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
    extra = extra or {}
    columns = columns_to_read(extra, PREPARED)
    frames = [
        _ready(frame, columns, date_order=date_order, most_unread=most_unread)
        for frame in ([left] if right is None else [left, right])
    ]
    for name, frame in zip(("left: ", "right: "), frames, strict=False):
        warn_of_losses(frame, "" if right is None else name)
    _one_type(frames, [column for column, how in columns.items() if how == "as_written"])
    rules = [*blocking_by(extra, frames), *(check_rule(rule, frames) for rule in blocking)]
    kind: LinkType = "dedupe_only" if right is None else "link_only"
    place_names = all(frame["place_name"].notna().any() for frame in frames)
    settings = linkage_settings(kind, extra=extra, blocking=rules, place_names=place_names)
    sure = [*DETERMINISTIC, *(check_rule(rule, frames) for rule in certain)]
    linker, predictions, scored = _score(frames, settings, sure, seed)
    pairs = scored[["record_id_l", "record_id_r", "match_weight", "match_probability"]]
    pairs = pairs.set_axis(["left", "right", "weight", "probability"], axis=1)
    ids = tuple(tuple(frame["record_id"].astype(str)) for frame in frames)
    readings = tuple(frame.attrs.get("reading", ReadingReport(())) for frame in frames)
    return Linkage(pairs, right is None, readings, labels_of(extra), ids, scored, linker, predictions)


def _score(
    frames: Sequence[pd.DataFrame], settings: Any, certain: list[Any], seed: int
) -> tuple[Any, Any, pd.DataFrame]:
    """Train a model on one file or two, and return it with its scored pairs, the surest first."""
    from splink import DuckDBAPI, Linker

    db = DuckDBAPI()
    tables = [
        db.register(frame, dataset_display_name=name) for frame, name in zip(frames, _FILES, strict=False)
    ]
    logging.getLogger("splink").setLevel(logging.ERROR)
    linker = Linker(tables[0] if len(tables) == 1 else tables, settings, log_level=None)
    _train(linker, frames, certain, seed)
    predictions = linker.inference.predict(threshold_match_probability=0.01, warning_mode="never")
    scored = predictions.as_pandas_dataframe()
    # Weights of equal pairs differ in their last digits from run to run, as the threads add them up.
    weight = scored["match_weight"].round(6)
    order = scored.assign(match_weight=weight).sort_values(
        ["match_weight", "record_id_l", "record_id_r"], ascending=[False, True, True]
    )
    return linker, predictions, scored.loc[order.index].reset_index(drop=True)


def _ready(records: pd.DataFrame, columns: Mapping[str, str], **how: Any) -> pd.DataFrame:
    """Return prepared records, whether they came as written or were prepared before."""
    if not set(PREPARED) <= set(records.columns):
        return prepared_frame(records, columns, **how)
    lacking = [column for column in columns if column not in records.columns]
    if lacking:
        raise InputError(
            "extra",
            _("the prepared records do not hold {column}.").format(column=repr(lacking[0])),
            _("Name it in extra when you call prepare, or give the records as written."),
        )
    return records


def _one_type(frames: Sequence[pd.DataFrame], columns: Sequence[str]) -> None:
    """Write columns of Splink's own comparisons as numbers in both files, or as texts in both."""
    for column in columns:
        if not all(pd.api.types.is_numeric_dtype(frame[column].infer_objects()) for frame in frames):
            for frame in frames:
                frame[column] = frame[column].astype("str")
        else:
            for frame in frames:
                frame[column] = pd.to_numeric(frame[column])


def _train(linker: Any, frames: Sequence[pd.DataFrame], certain: list[Any], seed: int) -> None:
    """Learn all parameters from the records alone."""
    from splink.internals.exceptions import SplinkException

    training = linker.training
    mothers = all(frame["mother_key"].notna().any() for frame in frames)
    rules = BLOCKING_FOR_TRAINING if mothers else [BLOCKING_FOR_TRAINING[0], SAME_NAMES]
    try:
        training.estimate_probability_two_random_records_match(certain, recall=0.7)
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
