"""What the functions of this room demand of their input, beyond the kinds that all rooms share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from bordercourse.documents.verdicts import moment
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import A, Anything, Input, Keyed, Several, Text, shown

__all__ = ["DER", "LINE", "NAMES", "RECORD", "Moment", "Scanned", "Usages", "WrittenDay"]


class Scanned(Input):
    """What a scanner read, hostile or not: nothing in it is refused here, the verdicts say what is wrong."""

    def read(self, value: Any, name: str) -> Any:
        """Return the value."""
        return value


class Moment(Input):
    """A day or a moment: a date, a text such as "2025-06-02", or a datetime with its time zone."""

    def read(self, value: Any, name: str) -> datetime:
        """Return the moment in UTC; a plain day means noon."""
        if isinstance(value, np.datetime64):
            value = value.astype("datetime64[us]").item()
            value = value.date() if isinstance(value, datetime) else value
        try:
            return moment(value)
        except (InputError, OverflowError) as error:
            problem = getattr(error, "problem", _("{value} is not a date.").format(value=shown(value)))
            do = getattr(error, "do", _("Give a date, such as 2025-06-02."))
            raise InputError(name, problem, do) from None


class WrittenDay(Input):
    """A day that stands in a list as text, year first."""

    def read(self, value: Any, name: str) -> str:
        """Return the day as 2025-06-02."""
        return f"{Moment().read(value, name):%Y-%m-%d}"


class Usages(Input):
    """The names of the usages that a line may vouch for."""

    def read(self, value: Any, name: str) -> frozenset[str]:
        """Return a set that cannot be changed."""
        return frozenset(Several(Text(), least=1).read(value, name))


#: A certificate or a list as bytes (DER).
DER = A(bytes, do=mark("Give the bytes (DER), such as authority.der."))
#: The parts of a certificate by name; what each must hold is said by the profile.
RECORD = Keyed(Anything())
#: One line, which may be empty.
LINE = Text(empty=True)
NAMES = Several(Text())
