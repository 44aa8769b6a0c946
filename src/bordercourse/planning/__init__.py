"""Planning: a country's action plan on one page, what is still open in it, and whom it may harm.

`CountryPlan` holds what a team wrote; `open_points` says what is missing, and `harm_checklist` is the
course's checklist as a decision table. `RUBRIC` is what two readers judge, `cohens_kappa` how far they agree.
`plan_page` and `plan_docx` make documents to take home, with the form to fill in after three months.
"""

from bordercourse.planning.agreement import Agreement, cohens_kappa
from bordercourse.planning.checklist import ANSWERS, CANNOT_SEE, NOTHING_FOUND, VERDICTS, harm_checklist
from bordercourse.planning.country_plan import FIELDS, CountryPlan, PlanField, open_points, read_plan
from bordercourse.planning.docx_export import plan_docx
from bordercourse.planning.evidence import (
    Evidence,
    evidence_of,
    evidence_tables,
    indicator_words,
    indicators,
    target_of,
)
from bordercourse.planning.page_export import plan_page
from bordercourse.planning.rubric import MARKS, RUBRIC

__all__ = [
    "ANSWERS",
    "CANNOT_SEE",
    "FIELDS",
    "MARKS",
    "NOTHING_FOUND",
    "RUBRIC",
    "VERDICTS",
    "Agreement",
    "CountryPlan",
    "Evidence",
    "PlanField",
    "cohens_kappa",
    "evidence_of",
    "evidence_tables",
    "harm_checklist",
    "indicator_words",
    "indicators",
    "open_points",
    "plan_docx",
    "plan_page",
    "read_plan",
    "target_of",
]
