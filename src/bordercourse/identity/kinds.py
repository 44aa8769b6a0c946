"""What the functions of this room demand of their input, beyond the kinds that all rooms share."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bordercourse.i18n import mark
from bordercourse.inputs import A, Anything, Input, Several, Text

__all__ = ["FIELDS", "FILE", "GROUPS", "NAME", "PAIRS", "RULES", "AsWritten"]


class AsWritten(Input):
    """A value as an office or a program wrote it: the function itself says what it can read."""

    def read(self, value: Any, name: str) -> Any:
        """Return the value."""
        return value


FILE = A(pd.DataFrame, do=mark("Give a table of records: a pandas DataFrame."))
PAIRS = A(pd.DataFrame, do=mark("Give pairs as Linkage.proposals returns them."))
NAME = Text(empty=True)
GROUPS = Several(Text())
RULES = Several(Anything())
FIELDS = Several(Text(), least=1, do=mark("Name columns that stand in both files, in a list."))
