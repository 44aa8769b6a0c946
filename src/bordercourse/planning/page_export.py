"""A plan as a page that stands alone: it loads nothing, runs no script, and prints on A4."""

from __future__ import annotations

from markupsafe import Markup

from bordercourse import look, page
from bordercourse.i18n import language
from bordercourse.inputs import checked
from bordercourse.planning.country_plan import PLAN, CountryPlan
from bordercourse.planning.plan_document import PlanPart, parts_of, small_print, state_of, title_of

__all__ = ["plan_page"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"

_PAGE = Markup(
    '<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    "<title>{title}</title>\n<style>\n{sheet}\n{own}\n</style>\n</head>\n"
    '<body class="bc-page"><header><h1 dir="auto">{title}</h1><p><b>{state}</b></p></header>\n'
    "<main>{body}</main>\n"
    "<footer><p>{small}</p></footer></body>\n</html>\n"
)
_PART = Markup('<section{room} style="--first: {first:.0%}"><h2>{heading}</h2>{rows}{note}</section>\n')
_SHEET = Markup(
    ".bc-page header {border-bottom: 6px solid var(--bc-teal); margin-bottom: 1rem;}\n"
    ".bc-page h1 {overflow-wrap: anywhere;}\n"
    ".bc-page h2 {border-top: 0; padding-top: 0; margin: 1.4em 0 .3em; "
    "font-size: 1.2em; color: var(--bc-teal);}\n"
    ".bc-page table {table-layout: fixed; margin: .4em 0;}\n"
    ".bc-page tbody th {color: var(--bc-ink); font-weight: 600;}\n"
    ".bc-page :is(th, td) {overflow-wrap: anywhere;}\n"
    ".bc-page :is(th, td):first-child {width: var(--first);}\n"
    ".bc-page td {white-space: pre-line; height: 1.7em;}\n"
    ".room td {height: 2.6em;}\n"
    ".note, footer {color: var(--bc-quiet); font-size: .88em;}\n"
    "@media print {@page {size: A4; margin: 16mm;} .bc-page {font-size: 10pt; line-height: 1.4;}}"
)


@checked(plan=PLAN)
def plan_page(plan: CountryPlan) -> str:
    """Return the plan as an HTML page in the look of the course.

    Parameters
    ----------
    plan : CountryPlan
        The plan, whole or not: what is open is listed.

    Examples
    --------
    >>> "Still open" in plan_page(CountryPlan())
    True
    """
    return str(
        _PAGE.format(
            language=language() or "en",
            policy=_POLICY,
            title=title_of(plan),
            sheet=Markup(look.stylesheet("inside")),
            own=_SHEET,
            body=Markup("").join(_section(part) for part in parts_of(plan)),
            state=state_of(plan),
            small=small_print(plan),
        )
    )


def _section(part: PlanPart) -> Markup:
    note = Markup('<p class="note">{}</p>').format(part.note) if part.note else Markup("")
    rows = page.table(part.heads, part.rows, named_rows=True)
    room = Markup(' class="room"') if part.room else Markup("")
    return _PART.format(room=room, first=part.first, heading=part.heading, rows=rows, note=note)
