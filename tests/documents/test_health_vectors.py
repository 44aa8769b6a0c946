"""Published health certificates and cards: each yields, through the one door, what its publisher says.

The files stay with their publishers (tests/vectors.toml); a file that is absent is named by the skipped test.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import b45
import pytest

from bordercourse import documents as doc
from bordercourse.documents import practice_health, trust
from bordercourse.documents.cose import read_sign1
from bordercourse.documents.hcert import _base45, _unpacked
from bordercourse.documents.signers import read_certificate
from bordercourse.errors import InputError, MalformedError

SPEC = "https://spec.smarthealth.cards/examples/issuer"
OTHER = "https://other.example/issuer"
CRL = "https://raw.githubusercontent.com/smart-on-fhir/health-cards-dev-tools/main/testdata/badcrl/"


def read(vectors: Path, name: str) -> str:
    folder, _slash, file = name.partition("/")
    path = vectors / folder / file
    if not path.is_file():
        pytest.skip(f"{name} is not on this machine: run `make vectors`")
    return path.read_text(encoding="utf-8")


def eu(vectors: Path, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(read(vectors, name))
    return loaded


def signer_of(case: dict[str, Any]) -> bytes:
    return base64.b64decode(case["TESTCTX"]["CERTIFICATE"])


def signers(*ders: bytes, state: str = "AT") -> doc.TrustList:
    return doc.TrustList(
        [doc.Anchor(der, state, frozenset({"health"}), "signer", "specimen") for der in ders]
    )


def clock(case: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(case["TESTCTX"]["VALIDATIONCLOCK"])


GOOD = ("well_formed", "unchanged", "trusted", "no_card_list")
BAD = ("malformed", "not_checked", "not_checked", "not_checked")


@pytest.mark.parametrize(
    ("name", "codes", "why"),
    [
        ("dcc/CO1", GOOD, ""),  # PS256, 2048 bits
        ("dcc/CO2", GOOD, ""),  # PS256, 3072 bits
        ("dcc/CO3", GOOD, ""),  # ES256
        ("dcc_extra/CO28", GOOD, ""),  # both tags, ES256
        ("dcc_extra/DGC3", GOOD, ""),
        ("dcc_extra/DGC4", GOOD, ""),
        ("dcc_extra/DGC5", GOOD, ""),
        ("dcc_extra/DGC6", GOOD, ""),
        ("dcc/B1", BAD, "Base45"),
        ("dcc/CBO1", BAD, "health certificate"),
        ("dcc/DGC1", BAD, "Latin letters"),
        ("dcc/DGC2", BAD, "exactly one"),
        ("dcc/H1", BAD, "none of these"),
        ("dcc/Z1", BAD, "packed"),
        ("dcc_extra/CBO2", BAD, "behind the signed envelope"),
        ("dcc_extra/H2", BAD, "Version"),
        ("dcc_extra/H3", BAD, "none of these"),
        ("dcc_extra/Z2", BAD, "packed"),
    ],
)
def test_each_eu_certificate_yields_what_its_publisher_says(
    vectors: Path, name: str, codes: tuple[str, ...], why: str
) -> None:
    case = eu(vectors, f"{name}.json")
    trusted = [] if "CERTIFICATE" not in case["TESTCTX"] else [signer_of(case)]
    state = "SE" if name.endswith("CO28") else "AT"
    found = doc.verify_document(case["PREFIX"], trust=signers(*trusted, state=state), on=clock(case))
    assert tuple(found.codes.values()) == codes
    assert why in found.deciding.reason
    assert all(verdict.reason for verdict in found.verdicts if verdict.answer != "yes")


def test_an_unreadable_picture_holds_no_code(vectors: Path) -> None:
    case = eu(vectors, "dcc/Q1.json")
    with pytest.raises(InputError, match="PNG or JPEG"):
        doc.read_qr(base64.b64decode(case["2DCODE"]))


@pytest.mark.parametrize(
    ("name", "on", "question", "code"),
    [
        ("dcc/CO1", "2021-05-05T18:00:00+00:00", "legal effect", "certificate_expired"),
        ("dcc/CO2", "2021-05-10T18:00:00+00:00", "legal effect", "certificate_expired"),
        ("dcc/CO3", "2021-05-05T17:59:59+00:00", "legal effect", "no_card_list"),
        ("dcc/CO3", "2021-05-05T18:00:00+00:00", "legal effect", "certificate_expired"),
        ("dcc/CO3", "2021-05-03T17:59:59+00:00", "issuer trust", "not_yet_valid"),
        ("dcc/CO1", "2021-06-02T18:00:01+00:00", "issuer trust", "expired"),
        ("dcc_extra/CO28", "2021-05-20T12:26:06+00:00", "legal effect", "certificate_not_yet_valid"),
        ("dcc_extra/CO28", "2021-08-18T12:26:07+00:00", "legal effect", "certificate_expired"),
    ],
)
def test_dates_of_certificate_and_signer(vectors: Path, name: str, on: str, question: str, code: str) -> None:
    case = eu(vectors, f"{name}.json")
    listed = signers(signer_of(case), state="SE" if name.endswith("CO28") else "AT")
    found = doc.verify_document(case["PREFIX"], trust=listed, on=datetime.fromisoformat(on))
    assert found.codes[question] == code


@pytest.mark.parametrize("name", ["dcc/CO1", "dcc/CO2", "dcc/CO3", "dcc_extra/CO28"])
def test_a_flipped_bit_of_the_content_is_seen(vectors: Path, name: str) -> None:
    case = eu(vectors, f"{name}.json")
    raw = bytearray(_unpacked(case["PREFIX"]))
    content = read_sign1(bytes(raw)).content
    place = raw.index(content) + len(content) - 20
    raw[place] ^= 1
    text = "HC1:" + b45.encode(zlib.compress(bytes(raw)))
    found = doc.verify_document(text, trust=signers(signer_of(case)), on=clock(case))
    assert found.integrity.answer != "yes"


def test_a_wrong_key_or_a_wrong_kind_of_key_fits_nothing(vectors: Path) -> None:
    cases = {n: eu(vectors, f"{n}.json") for n in ("dcc/CO1", "dcc/CO2", "dcc/CO3", "dcc_extra/CO28")}
    keys = {n: read_certificate(signer_of(case)).public_key() for n, case in cases.items()}
    for name, case in cases.items():
        envelope = read_sign1(_unpacked(case["PREFIX"]))
        assert [n for n, key in keys.items() if envelope.fits(key)] == [name]
        stranger = next(signer_of(other) for n, other in cases.items() if n != name)
        found = doc.verify_document(case["PREFIX"], trust=signers(stranger), on=clock(case))
        assert (found.integrity.answer, found.integrity.code) == ("cannot say", "unknown_key")


def test_every_signer_with_the_identifier_is_tried(vectors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two States had one identifier (dgca-verifier-service, issue 30): the first key alone is not enough."""
    case, other = eu(vectors, "dcc/CO3.json"), eu(vectors, "dcc/CO1.json")
    identifier = read_sign1(_unpacked(case["PREFIX"])).key_id
    monkeypatch.setattr(trust, "key_identifier", lambda der: identifier)
    for both in ([case, other], [other, case]):
        found = doc.verify_document(case["PREFIX"], trust=signers(*map(signer_of, both)), on=clock(case))
        assert tuple(found.codes.values()) == GOOD
    found = doc.verify_document(case["PREFIX"], trust=signers(signer_of(other)), on=clock(case))
    assert found.codes["integrity"] == "altered"


def cards_list(vectors: Path) -> doc.TrustList:
    own, other = read(vectors, "shc/jwks_spec_issuer.json"), read(vectors, "shc/jwks_other_issuer.json")
    crl_keys = read(vectors, "shc/crl_issuer.jwks.json")
    issuers = [
        doc.CardIssuer(SPEC, own, "USA", "specification"),
        doc.CardIssuer(OTHER, other, "USA", "tools"),
    ]
    for kind in ("invalid_method", "version_mismatch"):
        listed = read(vectors, f"shc/crl_{kind}.crl.json")
        issuers.append(doc.CardIssuer(CRL + kind.replace("_", "-"), crl_keys, "USA", "tools", (listed,)))
    return doc.TrustList([], card_issuers=issuers)


@pytest.mark.parametrize(
    ("name", "codes", "why"),
    [
        ("valid_qr_numeric", ("well_formed", "unchanged", "trusted", "no_card_list"), "list"),
        ("invalid_signature", ("well_formed", "altered", "not_checked", "not_checked"), "do not fit"),
        ("issuer_kid_mismatch", ("well_formed", "unchanged", "wrong_issuer", "not_checked"), "belongs to"),
        (
            "issuer_unknown_good_signature",
            ("well_formed", "unchanged", "unknown_issuer", "not_checked"),
            "foo",
        ),
        ("unknown_kid", ("well_formed", "unknown_key", "not_checked", "not_checked"), "not make it false"),
        ("no_kid", ("well_formed", "unknown_key", "not_checked", "not_checked"), "not make it false"),
        ("no_alg", BAD, "no algorithm"),
        ("not_compressed", BAD, "packed"),
        ("der_signature", BAD, "64 bytes"),
        ("qr_odd_count", BAD, "pairs"),
        ("qr_number_too_big", BAD, "no letter"),
        ("qr_wrong_header", BAD, "shc:/"),
        (
            "crl_invalid_method",
            ("well_formed", "unchanged", "trusted", "unusable_card_list"),
            "cannot be used",
        ),
        ("crl_version_mismatch", ("well_formed", "unchanged", "trusted", "stale_card_list"), "not the one"),
    ],
)
def test_each_card_yields_what_its_publisher_says(
    vectors: Path, name: str, codes: tuple[str, ...], why: str
) -> None:
    text = read(vectors, f"shc/{name}.txt")
    found = doc.verify_document(text, trust=cards_list(vectors), on="2022-01-10")
    assert tuple(found.codes.values()) == codes
    assert why in found.deciding.reason
    assert all(verdict.reason for verdict in found.verdicts if verdict.answer != "yes")


def test_both_cards_verify_and_the_second_key_ended_on_1_june_2022(vectors: Path) -> None:
    held = json.loads(read(vectors, "shc/valid_two_cards.json"))["parameter"]
    trusted = cards_list(vectors)
    for card in held:
        found = doc.verify_document(card["valueString"], trust=trusted, on="2022-01-10")
        assert (found.codes["integrity"], found.codes["issuer trust"]) == ("unchanged", "trusted")
    found = doc.verify_document(held[1]["valueString"], trust=trusted, on="2022-06-02")
    assert (found.codes["integrity"], found.codes["issuer trust"]) == ("unchanged", "expired")


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("payload_expired", ("well_formed", "unchanged", "trusted", "certificate_expired")),
        ("payload_exp_before_nbf", BAD),
        ("payload_not_yet_valid", ("well_formed", "unchanged", "trusted", "certificate_not_yet_valid")),
    ],
)
def test_each_bare_payload_signed_for_practice_yields_its_fault(
    vectors: Path, name: str, codes: tuple[str, ...]
) -> None:
    """The published payloads carry no signature, so the practice office signs their content and dates."""
    from bordercourse.documents.health_issuing import sign_card

    card = json.loads(read(vectors, f"shc/{name}.json")) | {"iss": practice_health.ADDRESS}
    text = sign_card(card, practice_health.card_office())
    found = doc.verify_document(text, trust=practice_health.trust_list(), on=practice_health.TODAY)
    assert tuple(found.codes.values()) == codes


PASSING = {"sign-pass-01", "sign-pass-02", "sign-pass-03", "A_3"}


@pytest.mark.parametrize(
    "number",
    [
        *(f"A_{n}" for n in (3, 4, 5, 6, 7)),
        *(f"sign-pass-0{n}" for n in (1, 2, 3)),
        *(f"sign-fail-0{n}" for n in (1, 2, 3, 4, 6, 7)),
    ],
)
def test_each_cose_example_passes_or_fails(vectors: Path, number: str) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    case = json.loads(read(vectors, f"cose/{number}.json"))
    raw, given = bytes.fromhex(case["output"]["cbor"]), case["input"].get("sign0") or {}
    x, y = (coordinate(given.get("key", {}), name) for name in "xy")
    try:
        envelope = read_sign1(raw, external=bytes.fromhex(given.get("external", "")))
        fits = envelope.fits(ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key())
    except MalformedError:
        fits = False
    assert fits == (number in PASSING)
    found = doc.verify_document(
        "HC1:" + b45.encode(zlib.compress(raw)), trust=practice_health.trust_list(), on="2025-06-02"
    )
    assert found.codes["form"] == "malformed"  # signed or not, none of them is a health certificate
    assert found.form.reason


def coordinate(key: dict[str, str], name: str) -> int:
    if f"{name}_hex" in key:
        return int(key[f"{name}_hex"], 16)
    text = key.get(name, "AA")
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


# --- without any published file -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "raw"), [("BB8", b"AB"), ("%69 VD92EX0", b"Hello!!"), ("QED8WEX0", b"ietf!")]
)
def test_base45_of_rfc_9285(text: str, raw: bytes) -> None:
    assert _base45(text) == raw


def test_base45_reads_every_group_of_letters_by_its_number_and_refuses_those_above() -> None:
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
    for group in itertools.chain(itertools.product(letters, repeat=2), itertools.product(letters, repeat=3)):
        number = sum(letters.index(letter) * 45**place for place, letter in enumerate(group))
        text, size = "QED" + "".join(group), len(group) - 1
        if number < 256**size:
            assert _base45(text) == b"ie" + number.to_bytes(size, "big")
        else:
            with pytest.raises(MalformedError):
                _base45(text)


def test_base45_reads_what_an_independent_library_wrote() -> None:
    for size in range(200):
        raw = hashlib.shake_128(bytes([size])).digest(size)
        assert _base45(str(b45.encode(raw))) == raw


@pytest.mark.parametrize(
    "text", ["GGW", "::::", ":::", "A", "ABCD", "::", "bb8", "B\u00e98", "A😀A", "V5", "FGWGGW"]
)
def test_base45_that_the_rfc_refuses(text: str) -> None:
    if text == "FGWGGW":
        assert _base45("FGW") == (15 + 45 * 16 + 2025 * 32).to_bytes(2, "big")  # 65,535
    with pytest.raises(MalformedError):
        _base45(text)


def test_a_blank_at_the_end_may_belong_to_the_code() -> None:
    trusted, on = practice_health.trust_list(), practice_health.TODAY
    texts = []
    for day in range(1, 29):
        text = doc.issue_health_certificate(
            practice_health.VACCINATED,
            practice_health.health_office(),
            issued=f"2025-04-{day:02d}",
            expires="2025-12-01",
        )
        texts.append(text)
        for around in (text, f" {text}\r\n", f"]Q1{text}", f"{text} "):
            assert doc.verify_document(around, trust=trusted, on=on).codes["integrity"] == "unchanged"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    trusted, on = practice_health.trust_list(), practice_health.TODAY
    bomb = zlib.compress(bytes(10_000_000), 9)
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    bare = pack.compress(bytes(10_000_000)) + pack.flush()
    header = base64.urlsafe_b64encode(b'{"zip":"DEF","alg":"ES256","kid":"x"}').rstrip(b"=").decode()
    body, seal = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (bare, bytes(64)))
    for text in ("HC1:" + b45.encode(bomb), f"{header}.{body}.{seal}"):
        found = doc.verify_document(text, trust=trusted, on=on)
        assert found.codes["form"] == "malformed"
        assert "longer than 16384" in found.form.reason, found.form.reason


def test_a_bomb_takes_no_more_memory_than_the_bound() -> None:
    import tracemalloc

    from bordercourse.documents.packed import inflate

    bomb = zlib.compress(bytes(50_000_000), 9)
    tracemalloc.start()
    with pytest.raises(MalformedError):
        inflate(bomb, header=True)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize(
    "raw", [b"\x81" * 4000, b"\x9b\x7f" + b"\xff" * 7, b"\xd8\x1c\x81\xd8\x1d\x00", b"\xa2\x01\x02\x01\x03"]
)
def test_cbor_that_nests_claims_or_repeats_gets_a_verdict(raw: bytes) -> None:
    text = "HC1:" + b45.encode(zlib.compress(raw))
    found = doc.verify_document(text, trust=practice_health.trust_list(), on="2025-06-02")
    assert found.codes["form"] == "malformed"


def test_lists_of_single_revoked_certificates() -> None:
    import hashlib

    offices = practice_health
    lines = offices.trust_list().anchors
    number = offices.VACCINATED["v"][0]["ci"]

    def code(kind: str, text: str, start: str = "2025-05-26") -> str:
        digest = hashlib.sha256(text.encode()).hexdigest()[:32]
        revoked = [doc.RevokedCertificates("UTO", kind, (digest,), start, "2025-06-09")]
        listed = doc.TrustList(lines, revoked_certificates=revoked)
        return doc.verify_document(offices.health_code(), trust=listed, on=offices.TODAY).codes[
            "legal effect"
        ]

    assert code("UCI", number) == "certificate_revoked"
    assert code("COUNTRYCODEUCI", f"UTO{number}") == "certificate_revoked"
    assert code("UCI", "URN:another") == "officer_decides"
    assert code("UCI", "URN:another", "2025-06-05") == "stale_card_list"
    assert code("UCI", number, "2025-06-05") == "certificate_revoked"  # what is on a list stays revoked


@pytest.mark.parametrize(
    ("rids", "code"),
    [
        ('["abc"]', "certificate_revoked"),
        ('["abc.1700000000"]', "officer_decides"),  # only cards that are older
        ('["abc.1900000000"]', "certificate_revoked"),
        ('["xyz"]', "officer_decides"),
        ("[1]", "unusable_card_list"),
        ("{}", "unusable_card_list"),
    ],
)
def test_lists_of_revoked_cards(rids: str, code: str) -> None:
    office, address = practice_health.card_office(), practice_health.ADDRESS
    text = doc.issue_smart_card(
        practice_health.RECORD, office, address=address, issued="2025-03-11", rid="abc"
    )
    keys = doc.published_keys(office, version=3)
    identifier = json.loads(keys)["keys"][0]["kid"]
    listed = f'{{"kid": "{identifier}", "method": "rid", "ctr": 3, "rids": {rids}}}'
    trusted = doc.TrustList([], card_issuers=[doc.CardIssuer(address, keys, "UTO", "handed over", (listed,))])
    assert doc.verify_document(text, trust=trusted, on=practice_health.TODAY).codes["legal effect"] == code


def test_issue_and_expiry_stand_inside_the_dates_of_the_signer() -> None:
    for issued, expires in (("2022-12-01", "2025-12-01"), ("2025-03-01", "2026-06-01")):
        text = doc.issue_health_certificate(
            practice_health.VACCINATED, practice_health.health_office(), issued=issued, expires=expires
        )
        found = doc.verify_document(text, trust=practice_health.trust_list(), on=practice_health.TODAY)
        assert (found.integrity.answer, found.codes["issuer trust"]) == ("yes", "outside_signer")


def test_a_signer_of_tests_may_not_sign_a_vaccination() -> None:
    from bordercourse.documents import practice
    from bordercourse.documents.hcert import TEST

    office = doc.make_signer("Utopia Test Office", practice.health_root(), TEST)
    text = doc.issue_health_certificate(
        practice_health.VACCINATED, office, issued="2025-03-11", expires="2025-12-01"
    )
    found = doc.verify_document(text, trust=signers(office.der, state="UTO"), on="2025-06-02")
    assert found.codes["issuer trust"] == "wrong_usage"
