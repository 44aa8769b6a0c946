"""The four verdicts on a machine-readable zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bordercourse.documents.kinds import Moment, Scanned
from bordercourse.documents.mrz.layouts import LAYOUTS
from bordercourse.documents.mrz.zone import MRZ, parse_mrz
from bordercourse.documents.verdicts import CANNOT_SAY, NO, YES, Verdict, Verification, moment
from bordercourse.errors import InputError
from bordercourse.i18n import mark
from bordercourse.inputs import checked

if TYPE_CHECKING:
    from datetime import date, datetime

__all__ = ["verify_mrz"]

KIND = mark("machine-readable zone")
_DIGITS = "ICAO Doc 9303-3, 4.9"
_LAW = mark("your law on travel documents")
_STATED = (
    "format",
    "code",
    "state",
    "primary",
    "secondary",
    "number",
    "nationality",
    "born",
    "sex",
    "expires",
)
_TRUST = Verdict(
    "issuer trust",
    CANNOT_SAY,
    "not_checked",
    mark("Nobody signs the printed zone. The signed copy of these data is in the chip."),
    "ICAO Doc 9303-11",
)


@checked(text=Scanned(), on=Moment())
def verify_mrz(text: str, *, on: date | datetime | str) -> Verification:
    """Give the four verdicts on a machine-readable zone; never raises on hostile `text`.

    Check digits find most slips of reading. Nobody signed them and anyone can compute them, so
    integrity is never ``yes``: the signed copy is in the chip.

    Parameters
    ----------
    text : str
        The lines, as :func:`parse_mrz` takes them.
    on : date, datetime or str
        The day for which to judge: whether the document has expired is said for this day.

    Returns
    -------
    Verification
        Form is judged field by field: ``no`` where one holds what Doc 9303 does not allow there.

    Examples
    --------
    >>> zone = "I<UTOD231458907<<<<<<<<<<<<<<< 7408122F1204159UTO<<<<<<<<<<<6 ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    >>> found = verify_mrz(zone, on="2025-06-02")
    >>> found.codes["integrity"], found.codes["legal effect"]
    ('not_signed', 'document_expired')
    >>> found.legal_effect.reason
    'By its zone, the document ended on 2012-04-15. It still says for whom it was made.'
    """
    at = moment(on)
    try:
        zone = parse_mrz(text)
    except InputError as error:
        form = Verdict("form", NO, "malformed", f"{error.problem} {error.do}", "ICAO Doc 9303-3, 4")
        why = mark("The form failed, so there is nothing to check.")
        integrity = Verdict("integrity", CANNOT_SAY, "not_checked", why, _DIGITS)
        words = mark("The zone repeats the printed page. What the document allows is for the law to say.")
        return Verification(KIND, at, form, integrity, _TRUST, _legal("not_checked", words))
    stated = {field: getattr(zone, field) for field in _STATED}
    return Verification(KIND, at, _form(zone), _integrity(zone), _TRUST, _validity(zone, at), stated)


def _form(zone: MRZ) -> Verdict:
    rule = LAYOUTS[zone.format].rule
    if zone.faults:
        words = mark("{name}: these fields hold what Doc 9303 does not allow there: {faults}.")
        listed = "; ".join(fault.problem for fault in zone.faults)
        return Verdict("form", NO, "malformed", words, rule, {"name": zone.format, "faults": listed})
    words = mark("{name}: each field holds what Doc 9303 allows there.")
    if zone.name_may_be_cut:
        words = mark(
            "{name}: each field holds what Doc 9303 allows there. The name fills its field, so a part of it "
            "may be missing: read the printed page."
        )
    return Verdict("form", YES, "well_formed", words, rule, {"name": zone.format})


def _integrity(zone: MRZ) -> Verdict:
    wrong = [digit.field for digit in zone.check_digits if not digit.fits]
    if wrong:
        words = mark("These check digits do not fit: {fields}.")
        return Verdict("integrity", NO, "misread", words, _DIGITS, {"fields": ", ".join(wrong)})
    words = mark("All check digits fit, which anyone can arrange. They are not a signature.")
    return Verdict("integrity", CANNOT_SAY, "not_signed", words, _DIGITS)


def _validity(zone: MRZ, at: datetime) -> Verdict:
    """Say how the date of expiry stands to the day that was asked for; what follows is for the law."""
    end = zone.expires_on(at)
    if end is None:
        return _legal(
            "not_checked", mark("No date of expiry can be read in the zone: read the printed page.")
        )
    if end < at.date():
        words = mark("By its zone, the document ended on {day}. It still says for whom it was made.")
        return _legal("document_expired", words, day=end.isoformat())
    words = mark("By its zone, the document runs until {day}. What it allows is for the law to say.")
    return _legal("not_checked", words, day=end.isoformat())


def _legal(code: str, words: str, **values: str) -> Verdict:
    return Verdict("legal effect", CANNOT_SAY, code, words, _LAW, values)
