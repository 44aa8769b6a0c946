"""What an officer found before verification: the signs of need, written once for every room.

A sign is seen or told, never proved. It stops one thing only: no one asks the State of origin. It is never
sent to that State, and it is no finding about the person.
"""

from __future__ import annotations

from bordercourse.i18n import mark

__all__ = ["MAY_ASK", "NOT_SURE", "NO_SIGN", "OFFICER_AGREES", "PROTECTION_CHECKS", "SIGNS"]

#: Nothing points to a need of protection.
NO_SIGN = mark("no need seen")
#: A protection officer agreed to the question.
OFFICER_AGREES = mark("officer agrees")
#: Nobody knows yet; it counts as a sign.
NOT_SURE = mark("not sure")
#: The signs of need.
SIGNS = (mark("seeks asylum"), mark("may be trafficked"), mark("child alone"), mark("fears that State"))

#: The two answers after which a register may be asked.
MAY_ASK = (NO_SIGN, OFFICER_AGREES)
#: Every answer to "What did you find before you ask?"
PROTECTION_CHECKS = (*MAY_ASK, *SIGNS, NOT_SURE)
