"""ICAO's own sealed health proofs (VDS-NC), verified offline against a passport authority's root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bordercourse.documents.civil import TRUST
from bordercourse.documents.kinds import Moment, Scanned
from bordercourse.documents.seals import Profile, Seal, verify_seal
from bordercourse.documents.trust import HEALTH
from bordercourse.documents.verdicts import CANNOT_SAY, Verdict, Verification
from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import checked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from bordercourse.documents.trust import TrustList

__all__ = ["verify_vdsnc"]

_NUMBERS = {"icao.vacc": "uvci", "icao.test": "utci"}


def _check(header: Mapping[str, Any], message: Mapping[str, Any]) -> None:
    person = message.get("pid")
    if not isinstance(person, dict) or not isinstance(person.get("n"), str) or not person["n"]:
        raise MalformedError(_("The name of the person (pid.n) is missing."))
    number = message.get(_NUMBERS[header["t"]])
    if not isinstance(number, str) or not 1 <= len(number) <= 12:
        raise MalformedError(_("The number of the proof is missing or longer than 12 characters."))


VDSNC = Profile(
    kind=mark("ICAO sealed health proof (VDS-NC)"),
    form_rule="ICAO Technical Report VDS-NC 1.1 (2021)",
    types={"icao.vacc": "NV", "icao.test": "NT"},
    version=1,
    usage=HEALTH,
    check=_check,
)


@checked(text=Scanned(), trust=TRUST, on=Moment())
def verify_vdsnc(text: str | bytes, *, trust: TrustList, on: date | datetime | str) -> Verification:
    """Verify a sealed proof of vaccination or testing in ICAO's format.

    Parameters
    ----------
    text : str or bytes
        What the barcode holds. It may be hostile: nothing in it makes this function raise.
    trust : TrustList
        Roots and revocation lists on the officer's device.
    on : date, datetime or str
        The day for which to judge (``"2021-10-01"``).

    Returns
    -------
    Verification
        Four verdicts. It is not a decision on entry, and says nothing on who holds the proof.

    References
    ----------
    ICAO, Technical Report: VDS-NC, Visible Digital Seal for non-constrained environments, 1.1 (2021).
    """
    return verify_seal(text, VDSNC, trust, on, _effect)


def _effect(seal: Seal, at: datetime) -> Verdict:
    return Verdict(
        "legal effect",
        CANNOT_SAY,
        "officer_decides",
        mark("The seal shows who recorded a vaccination or test. Entry rules say what it is worth."),
        mark("the entry rules of your State on that day"),
    )
