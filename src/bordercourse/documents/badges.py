"""Certificates of a course: Open Badges 3.0, signed with the key of a class, judged without any network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bordercourse.documents.badge_issuers import URN, badge_thumbprint, open_token, second
from bordercourse.documents.civil import TRUST
from bordercourse.documents.kinds import Moment, Scanned
from bordercourse.documents.scanned import level
from bordercourse.documents.seals import decode_base64url, malformed, not_reached, unchanged, well_formed
from bordercourse.documents.verdicts import CANNOT_SAY, NO, YES, Verdict, Verification, moment
from bordercourse.errors import MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import checked

if TYPE_CHECKING:
    from datetime import date, datetime

    from bordercourse.documents.badge_issuers import BadgeIssuer, BadgeStatus
    from bordercourse.documents.trust import TrustList

__all__ = ["judge_badge", "looks_like_badge", "verify_badge"]

KIND = "course certificate (Open Badges 3.0)"
FORM_RULE = "Open Badges 3.0, 1EdTech; RFC 7515 (JWS)"
SIGNATURE_RULE = "RFC 7515 section 5.2, RFC 7518 section 3.3 (RS256)"
TRUST_RULE = mark("your own list of classes; RFC 7638 (thumbprint of a key)")
LAW = mark("what your office accepts as a proof of training")


def looks_like_badge(text: str) -> bool:
    """Say whether a text is one signed token whose header names RS256."""
    if not text.startswith("ey") or text.count(".") != 2 or "~" in text:
        return False
    try:
        head = decode_base64url(text.partition(".")[0][:4096])
    except MalformedError:
        return False
    return b'"RS256"' in head


@checked(text=Scanned(), trust=TRUST, on=Moment())
def verify_badge(text: str | bytes, *, trust: TrustList, on: date | datetime | str) -> Verification:
    """Give the four verdicts on a certificate of a course (Open Badges 3.0, compact JWS).

    Parameters
    ----------
    text : str or bytes
        The token. It may be hostile: nothing in it makes this function raise.
    trust : TrustList
        The officer's list; its `badge_issuers` vouch for classes.
    on : date, datetime or str
        The day for which to judge.

    Returns
    -------
    Verification
        Four verdicts. It never says who shows the certificate, and is no measure of skill.

    References
    ----------
    Open Badges Specification 3.0, 1EdTech: JSON Web Token proof format.

    Examples
    --------
    >>> from bordercourse.documents import practice
    >>> verify_badge("ey.no.badge", trust=practice.trust_list(), on="2025-06-02").codes["form"]
    'malformed'
    """
    at = moment(on)
    try:
        return judge_badge(level(text), trust, at)
    except MalformedError as error:
        return malformed(KIND, at, str(error), FORM_RULE)


def judge_badge(text: str, trust: TrustList, at: datetime) -> Verification:
    """Give the four verdicts on a certificate whose text was levelled; never raises on hostile text.

    Parameters
    ----------
    text : str
        The token.
    trust : TrustList
        The officer's list; its `badge_issuers` vouch for classes.
    at : datetime.datetime
        The moment for which to judge.
    """
    try:
        key, content, fits = open_token("".join(text.split()))  # a mail or a form broke its one long line
        start, end, stated = _content(content)
        thumbprint = badge_thumbprint(key)
    except MalformedError as error:
        return malformed(KIND, at, str(error), FORM_RULE)
    form = well_formed(FORM_RULE)
    if not fits:
        return Verification(KIND, at, form, _ALTERED, *not_reached(), stated)
    verdict, issuer, status = _issuer(stated["is"], thumbprint, trust, at, start)
    legal = not_reached()[1] if issuer is None else _effect(stated["certificate"], status, at, start, end)
    return Verification(KIND, at, form, unchanged(SIGNATURE_RULE), verdict, legal, stated)


def _content(content: dict[str, Any]) -> tuple[datetime, datetime | None, dict[str, Any]]:
    """Hold a credential to the standard; return from when until when it counts, and what it states."""
    kinds, issuer, subject = (content.get(name) for name in ("type", "issuer", "credentialSubject"))
    named = isinstance(kinds, list) and {"OpenBadgeCredential", "AchievementCredential"} & {
        kind for kind in kinds if isinstance(kind, str)
    }
    if not named or "VerifiableCredential" not in kinds:  # type: ignore[operator]
        raise MalformedError(_("It does not say that it is an Open Badge."))
    if not isinstance(issuer, dict) or not isinstance(subject, dict):
        raise MalformedError(_("Issuer or subject is missing."))
    achievement = subject.get("achievement")
    if not isinstance(achievement, dict):
        raise MalformedError(_("It names no achievement."))
    for claim, value in (("iss", issuer.get("id")), ("jti", content.get("id")), ("sub", subject.get("id"))):
        if not isinstance(value, str) or not value or content.get(claim) != value:
            raise MalformedError(_("The claim {name} does not fit the credential.").format(name=claim))
    start = second(content.get("nbf"))
    end = None if content.get("exp") is None else second(content["exp"])
    for name, day in (("validFrom", start), ("validUntil", end)):
        if content.get(name) != (None if day is None else f"{day:%Y-%m-%dT%H:%M:%SZ}"):
            raise MalformedError(_("The claim {name} does not fit the credential.").format(name=name))
    if end is not None and end < start:
        raise MalformedError(_("It ends before it was issued."))
    stated = {
        "is": issuer["id"],
        "class": _text(issuer.get("name")),
        "name": _name(subject.get("identifier")),
        "course": _text(achievement.get("name")),
        "modules": _text(subject.get("narrative")),
        "issued": f"{start:%Y-%m-%d}",
        "certificate": content["id"],
    }
    return start, end, stated


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _name(identifiers: object) -> str:
    one = identifiers[0] if isinstance(identifiers, list) and identifiers else {}
    named = isinstance(one, dict) and one.get("identityType") == "name" and one.get("hashed") is False
    return _text(one.get("identityHash")) if named else ""


def _issuer(
    stated: str, thumbprint: str, trust: TrustList, at: datetime, issued: datetime
) -> tuple[Verdict, BadgeIssuer | None, BadgeStatus | None]:
    if stated != URN + thumbprint:
        words = mark("The certificate names {issuer} as its issuer, but another key signed it.")
        return _say(NO, "wrong_issuer", words, issuer=stated[:120]), None, None
    known = trust.badge_issuer(thumbprint)
    if known is None:
        words = mark("Nobody on the list '{name}' vouches for the key {key}.")
        return _say(NO, "unknown_issuer", words, name=trust.name, key=thumbprint), None, None
    line, status = known
    if line.lost:
        words = mark("The class lost this key on {day}. Somebody else may have signed with it.")
        return _say(NO, "revoked", words, day=line.lost), None, None
    if not moment(line.start).date() <= issued.date() <= moment(line.end).date():
        words = mark("The class {name} signed from {start} to {end}; this was issued on another day.")
        values = {"name": line.name, "start": line.start, "end": line.end}
        return _say(NO, "outside_signer", words, **values), None, None
    stale = trust.stale(at)
    if stale is not None:
        return stale, None, None
    words = mark("The list '{name}' vouches for the key of the class {issuer}.")
    return _say(YES, "trusted", words, name=trust.name, issuer=line.name), line, status


def _effect(
    number: str, status: BadgeStatus | None, at: datetime, start: datetime, end: datetime | None
) -> Verdict:
    if end is not None and at >= end:
        return _worth(
            NO, "certificate_expired", mark("This certificate expired on {day}."), f"{end:%Y-%m-%d}"
        )
    if at.date() < start.date():
        words = mark("This certificate counts from {day} on.")
        return _worth(NO, "certificate_not_yet_valid", words, f"{start:%Y-%m-%d}")
    if status is not None and number in status.revoked:
        return _worth(NO, "certificate_revoked", mark("The class took this certificate back."))
    if status is None:
        return _worth(CANNOT_SAY, "no_card_list", mark("You have no list of the certificates taken back."))
    if not status.start <= at <= status.end:
        words = mark("The list of certificates taken back speaks for other days.")
        return _worth(CANNOT_SAY, "stale_card_list", words)
    words = mark(
        "It says that the key of this class signed it: somebody of this name took part. It says nothing of "
        "who shows it, and nothing of skill or rank."
    )
    return _worth(CANNOT_SAY, "officer_decides", words)


def _worth(answer: str, code: str, words: str, day: str = "") -> Verdict:
    return Verdict("legal effect", answer, code, words, LAW, {"day": day} if day else None)


def _say(answer: str, code: str, words: str, **values: str) -> Verdict:
    return Verdict("issuer trust", answer, code, words, TRUST_RULE, values)


_ALTERED = Verdict(
    "integrity", NO, "altered", mark("The content and the signature do not fit."), SIGNATURE_RULE
)
