"""Documents: machine-readable zones, sealed certificates, trust lists, and four separate verdicts.

A verification answers four questions apart: form, integrity, issuer trust, legal effect. It never says
that an identity is true, and it leaves the link to the bearer to a person.
"""

from __future__ import annotations

from bordercourse.documents.authorities import Authority, make_revocation_list, make_root, make_signer
from bordercourse.documents.badge_issuers import BadgeIssuer
from bordercourse.documents.badges import verify_badge
from bordercourse.documents.card_issuers import CardIssuer, RevokedCertificates
from bordercourse.documents.civil import (
    EVENTS,
    FIELDS,
    REQUIRED_FIELDS,
    CorrectionList,
    issue_certificate,
    verify_certificate,
    write_corrections,
)
from bordercourse.documents.hcert import verify_hcert
from bordercourse.documents.health_issuing import issue_health_certificate, issue_smart_card, published_keys
from bordercourse.documents.jcs import canonical
from bordercourse.documents.known_rules import validity_rules, validity_table
from bordercourse.documents.mrz import (
    MRZ,
    check_digit,
    format_mrz,
    invisible_substitutions,
    invisible_swaps,
    parse_mrz,
    unprotected_positions,
    verify_mrz,
)
from bordercourse.documents.qr import make_qr, read_qr
from bordercourse.documents.reading import verify_document
from bordercourse.documents.sd_jwt import disclose, issue_disclosable, verify_disclosure
from bordercourse.documents.smart_cards import verify_smart_card
from bordercourse.documents.trust import ANSWER, CIVIL, CORRECTIONS, HEALTH, REQUEST, Anchor, TrustList, Usage
from bordercourse.documents.validity import RuleAnswer, RuleEdge, ValidityRule, read_rule
from bordercourse.documents.vdsnc import verify_vdsnc
from bordercourse.documents.verdicts import BEARER, PROTECTION, Verdict, Verification
from bordercourse.documents.yellow_card import judge_yellow_card, yellow_card_fields, yellow_card_table
from bordercourse.identity.transliteration import transliterate, transliterations

__all__ = [
    "ANSWER",
    "BEARER",
    "CIVIL",
    "CORRECTIONS",
    "EVENTS",
    "FIELDS",
    "HEALTH",
    "MRZ",
    "PROTECTION",
    "REQUEST",
    "REQUIRED_FIELDS",
    "Anchor",
    "Authority",
    "BadgeIssuer",
    "CardIssuer",
    "CorrectionList",
    "RevokedCertificates",
    "RuleAnswer",
    "RuleEdge",
    "TrustList",
    "Usage",
    "ValidityRule",
    "Verdict",
    "Verification",
    "canonical",
    "check_digit",
    "disclose",
    "format_mrz",
    "invisible_substitutions",
    "invisible_swaps",
    "issue_certificate",
    "issue_disclosable",
    "issue_health_certificate",
    "issue_smart_card",
    "judge_yellow_card",
    "make_qr",
    "make_revocation_list",
    "make_root",
    "make_signer",
    "parse_mrz",
    "published_keys",
    "read_qr",
    "read_rule",
    "transliterate",
    "transliterations",
    "unprotected_positions",
    "validity_rules",
    "validity_table",
    "verify_badge",
    "verify_certificate",
    "verify_disclosure",
    "verify_document",
    "verify_hcert",
    "verify_mrz",
    "verify_smart_card",
    "verify_vdsnc",
    "write_corrections",
    "yellow_card_fields",
    "yellow_card_table",
]
