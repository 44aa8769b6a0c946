"""Plain Splink settings for civil-registration records, on any of Splink's backends.

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

from typing import TYPE_CHECKING, Any, Literal

from bordercourse.i18n import gettext as _
from bordercourse.identity.further_fields import agree_on, field_comparison
from bordercourse.identity.kinds import RULES
from bordercourse.inputs import Anything, Choice, Flag, Keyed, checked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["BLOCKING_FOR_TRAINING", "DETERMINISTIC", "SAME_NAMES", "LinkType", "linkage_settings"]

LinkType = Literal["link_only", "dedupe_only", "link_and_dedupe"]

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

SAME_NAMES = "l.given_key = r.given_key and l.family_key = r.family_key"
"""The second pass where no mother's name is held."""

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
    "l.given_key = r.given_key and l.place_of_birth = r.place_of_birth",
]
_BLOCKING_BY_PLACE_NAME = "l.given_key = r.given_key and l.place_name = r.place_name"


@checked(
    link_type=Choice("link_only", "dedupe_only", "link_and_dedupe"),
    extra=Keyed(Anything()),
    blocking=RULES,
    place_names=Flag(),
)
def linkage_settings(
    link_type: LinkType = "link_only",
    *,
    extra: Mapping[str, Any] | None = None,
    blocking: Sequence[Any] = (),
    place_names: bool = False,
) -> Any:
    """Return plain Splink settings for civil-registration records made by `prepare`.

    Parameters
    ----------
    link_type : {"link_only", "dedupe_only", "link_and_dedupe"}
        Link two files, find duplicates in one, or both.
    extra : mapping, optional
        Further fields, as `link` takes them.
    blocking : sequence, optional
        Further rules that bring pairs together, as `link` takes them.
    place_names : bool
        Whether places are names that may be spelt in several ways. Without it they are codes, of which two
        are either the same or not.

    Returns
    -------
    splink.SettingsCreator
        For any Splink backend (DuckDB, Spark). Six comparisons: given name, family name, mother's
        name, date of birth, sex, place of birth; then the further ones. Names count as exchanged, and
        dates as day and month exchanged, 1 January or 1 July, or one digit apart, before they count as
        different. Common family names and places weigh less than rare ones.

    Raises
    ------
    InputError
        If a value of `extra` is no comparison.

    Examples
    --------
    >>> len(linkage_settings().comparisons)
    6
    >>> len(linkage_settings(extra={"postcode": "code"}, blocking=[["given_key", "postcode"]]).comparisons)
    7
    """
    from splink import SettingsCreator

    rules: list[Any] = [
        *_BLOCKING,
        *([_BLOCKING_BY_PLACE_NAME] if place_names else []),
        *map(agree_on, blocking),
    ]
    return SettingsCreator(
        link_type=link_type,
        unique_id_column_name="record_id",
        comparisons=[
            _name("given", "family", commonness=True),
            _name("family", "given", commonness=True),
            _name("mother", None, commonness=False),
            _birth(),
            _same_or_not("sex", _("same")),
            _place() if place_names else _same_or_not("place_of_birth", _("same place"), commonness=True),
            *(
                field_comparison(column, how) if isinstance(how, str) else how
                for column, how in (extra or {}).items()
            ),
        ],
        blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=True,
        max_iterations=15,
        em_convergence=0.001,
    )


def _labelled(level: Any, label: str) -> Any:
    return level.configure(label_for_charts=label)


def _comparison(levels: list[Any], column: str) -> Any:
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    return cl.CustomComparison([*levels, _labelled(cll.ElseLevel(), _("different"))], column)


def _name(column: str, other: str | None, *, commonness: bool) -> Any:
    import splink.comparison_level_library as cll

    same = cll.ExactMatchLevel(column, term_frequency_adjustments=commonness)
    levels = [
        _labelled(cll.NullLevel(f"{column}_key"), _("missing in one of them")),
        _labelled(same, _("same spelling")),
        _labelled(cll.ExactMatchLevel(f"{column}_key"), _("same consonants")),
        _labelled(cll.JaroWinklerLevel(column, 0.9), _("nearly the same spelling")),
        _labelled(cll.JaroWinklerLevel(f"{column}_key", 0.85), _("nearly the same consonants")),
    ]
    if other:
        exchanged = f"{column}_key_l = {other}_key_r or {other}_key_l = {column}_key_r"
        levels.append(cll.CustomLevel(exchanged, label_for_charts=_("given and family name exchanged")))
    return _comparison(levels, column)


def _birth() -> Any:
    import splink.comparison_level_library as cll

    def level(sql: str, label: str) -> Any:
        return cll.CustomLevel(sql, label_for_charts=label)

    unknown = "birth_year_l is null or birth_year_r is null"
    unknown_day = "substr(birth_date_{side}, 6, 5) in ('01-01', '07-01')"
    default_day = (
        f"birth_year_l = birth_year_r and ({unknown_day.format(side='l')} or {unknown_day.format(side='r')})"
    )
    year_only = "birth_year_l = birth_year_r and (birth_date_l is null or birth_date_r is null)"
    levels = [
        level(unknown, _("missing in one of them")).configure(is_null_level=True),
        _labelled(cll.ExactMatchLevel("birth_date"), _("same day")),
        level("abs(birth_number_l - birth_number_r) <= 1", _("one day apart")),
        level("birth_date_l = birth_swapped_r", _("day and month exchanged")),
        level(default_day, _("same year, one is 1 January or 1 July")),
        level(year_only, _("same year, one has no day")),
        _labelled(cll.LevenshteinLevel("birth_date", 1), _("one digit differs")),
        level("substr(birth_date_l, 6, 5) = substr(birth_date_r, 6, 5)", _("same day of another year")),
    ]
    return _comparison(levels, "birth_date")


def _same_or_not(column: str, label: str, *, commonness: bool = False) -> Any:
    import splink.comparison_level_library as cll

    same = cll.ExactMatchLevel(column, term_frequency_adjustments=commonness)
    missing = _labelled(cll.NullLevel(column), _("missing in one of them"))
    return _comparison([missing, _labelled(same, label)], column)


def _place() -> Any:
    """Compare names of places: 'Pursat' and 'Poursat' are nearly one, 'UT-12' and 'UT-13' are not."""
    import splink.comparison_level_library as cll

    column = "place_of_birth"
    levels = [
        _labelled(cll.NullLevel(column), _("missing in one of them")),
        _labelled(cll.ExactMatchLevel(column, term_frequency_adjustments=True), _("same place")),
        _labelled(cll.ExactMatchLevel("place_name"), _("same place in another spelling or script")),
        _labelled(cll.JaroWinklerLevel("place_name", 0.88), _("nearly the same place")),
    ]
    return _comparison(levels, column)
