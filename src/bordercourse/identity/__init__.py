"""One person, one record: names, dates and record linkage across scripts and calendars.

Names: `compare_names`, `romanise`, `skeleton`, `mrz_arabic`. Dates: `read_date`, `age_only`,
`compare_dates`, `january_heaping`. Linkage: `link`, then `Linkage.proposals`, ``.explain`` and
``.persons``; `linkage_errors` counts both errors and who bears them, and `inclusion_audit` shows
who is left unlinked where the truth is not known.

Linkage proposes; a registrar decides.
"""

from bordercourse.identity.audit import inclusion_audit, pairs_that_agree
from bordercourse.identity.date_comparison import DateComparison, compare_dates
from bordercourse.identity.dates import CivilDate, age_only, read_date, swap_day_and_month
from bordercourse.identity.error_counts import ErrorTradeoff, LinkageErrors, error_tradeoff, linkage_errors
from bordercourse.identity.explain import Explanation, FieldWeight
from bordercourse.identity.january import JanuaryHeaping, january_heaping
from bordercourse.identity.letters import level_letters, script_of
from bordercourse.identity.linkage import REGISTRAR_DECIDES, Linkage, link
from bordercourse.identity.name_comparison import NameComparison, compare_names, name_distances
from bordercourse.identity.names import normalise_name, romanise, skeleton
from bordercourse.identity.preparing import prepare
from bordercourse.identity.readings import (
    ColumnReading,
    ReadingReport,
    reading_report,
)
from bordercourse.identity.splink_settings import BLOCKING_FOR_TRAINING, DETERMINISTIC, linkage_settings
from bordercourse.identity.transliteration import mrz_arabic, transliterate, transliterations
from bordercourse.identity.weights import (
    agreement_weight,
    disagreement_weight,
    match_probability,
    prior_weight,
)

__all__ = [
    "BLOCKING_FOR_TRAINING",
    "DETERMINISTIC",
    "REGISTRAR_DECIDES",
    "CivilDate",
    "ColumnReading",
    "DateComparison",
    "ErrorTradeoff",
    "Explanation",
    "FieldWeight",
    "JanuaryHeaping",
    "Linkage",
    "LinkageErrors",
    "NameComparison",
    "ReadingReport",
    "age_only",
    "agreement_weight",
    "compare_dates",
    "compare_names",
    "disagreement_weight",
    "error_tradeoff",
    "inclusion_audit",
    "january_heaping",
    "level_letters",
    "link",
    "linkage_errors",
    "linkage_settings",
    "match_probability",
    "mrz_arabic",
    "name_distances",
    "normalise_name",
    "pairs_that_agree",
    "prepare",
    "prior_weight",
    "read_date",
    "reading_report",
    "romanise",
    "script_of",
    "skeleton",
    "swap_day_and_month",
    "transliterate",
    "transliterations",
]
