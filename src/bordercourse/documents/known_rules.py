"""Twelve validity rules of 2021 to 2023, and what their words and their published cases say of each edge."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bordercourse.documents.validity import RuleEdge, ValidityRule, instant
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["validity_rules", "validity_table"]

_TABLE = Path(__file__).parent / "tables" / "validity_rules.toml"


@cache
def validity_rules() -> dict[str, ValidityRule]:
    """Return twelve rules of 2021 to 2023 by their identifiers.

    They are history, and unofficial: no rule here says what any State asks today.

    References
    ----------
    eu-digital-green-certificates, dgc-business-rules-testdata, state of 13 April 2023. Its 99 cases are held
    by tests/documents/test_validity_rules.py.

    Examples
    --------
    >>> [rule.identifier for rule in validity_rules().values() if any(e.disputed for e in rule.edges)]
    ['VR-ES-0003', 'VR-AT-0005']
    """
    rows = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["rules"]
    rules = []
    for row in rows:
        dates = {name: instant(row[name]) for name in ("start", "end")}
        edges = tuple(RuleEdge(**edge) for edge in row.get("edges", ()))
        rules.append(ValidityRule(**{**row, **dates, "logic": json.loads(row["logic"]), "edges": edges}))
    return {rule.identifier: rule for rule in rules}


def validity_table() -> pd.DataFrame:
    """Return the edges of `validity_rules`: what the words say of each, and what its published case fixes.

    Returns
    -------
    pandas.DataFrame
        ``rule``, ``asks``, ``edge`` (with its unit), ``words``, ``case``, ``agree`` (yes, no, or words
        silent): one row an edge.

    Examples
    --------
    >>> table = validity_table()
    >>> table.loc[table["agree"] == "no", ["rule", "edge"]].values.tolist()
    [['VR-ES-0003', '14 days'], ['VR-ES-0003', '270 days'], ['VR-AT-0005', '270 days']]
    """
    import pandas as pd

    rows = []
    for rule in validity_rules().values():
        for edge in rule.edges:
            agree = _("no") if edge.disputed else _("yes") if edge.words == edge.case else _("words silent")
            length = _("{n} days") if edge.unit == "day" else _("{n} hours")
            row = {"rule": rule.identifier, "asks": rule.asked, "edge": length.format(n=edge.at)}
            rows.append(row | {"words": _(edge.words), "case": _(edge.case), "agree": agree})
    return pd.DataFrame(rows)
