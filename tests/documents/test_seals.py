"""Seals, trust lists and disclosure: each way to fail is told apart."""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse import documents as doc
from bordercourse.documents import practice
from bordercourse.documents.authorities import Authority
from bordercourse.documents.jcs import canonical, read_json
from bordercourse.documents.verdicts import NO, YES, Verification
from bordercourse.errors import InputError, MalformedError
from tests.documents.specimen import RECORD
from tests.published import PublishedFiles

ON = practice.TODAY


def verify(text: str, on: str = ON, **more: Any) -> Verification:
    return doc.verify_certificate(text, trust=practice.trust_list(), on=on, **more)


def sealed(signer: Authority | None = None, **changes: str) -> str:
    return doc.issue_certificate(RECORD | changes, signer or practice.registrar())


# --- the teaching profile ----------------------------------------------------------------------


def test_a_genuine_certificate_gets_three_times_yes_and_a_person_decides() -> None:
    found = verify(sealed(), corrections=practice.corrections())
    assert [v.answer for v in found.verdicts] == [YES, YES, YES, "cannot say"]
    assert found.legal_effect.code == "officer_decides"
    assert found.stated["name_native"] == "สมหญิง"
    assert str(found).endswith(
        "Link to bearer: not checked. A certificate proves an event, not that this person is its subject."
    )
    for verdict in found.verdicts:
        assert verdict.reason
        assert verdict.source


@pytest.mark.parametrize(
    ("signer", "on", "answer", "code"),
    [
        (practice.former_registrar, ON, NO, "expired"),
        (practice.future_registrar, ON, NO, "not_yet_valid"),
        (practice.revoked_registrar, ON, NO, "revoked"),
        (practice.revoked_registrar, "2024-06-01", NO, "revoked"),
        (practice.health_signer, ON, NO, "wrong_usage"),
        (practice.register_signer, ON, NO, "wrong_usage"),
        (practice.foreign_registrar, ON, NO, "unknown_key"),
        (practice.registrar, "2025-06-30", "cannot say", "stale_revocation_list"),
        (practice.registrar, "2025-05-01", "cannot say", "stale_revocation_list"),
        (practice.registrar, ON, YES, "trusted"),
    ],
)
def test_each_fault_of_the_signer_is_told_apart(signer: Any, on: str, answer: str, code: str) -> None:
    found = verify(sealed(signer()), on)
    assert (found.issuer_trust.answer, found.issuer_trust.code) == (answer, code)
    assert found.integrity.answer == YES  # the signature fits; that alone says nothing about trust
    if code != "trusted":
        assert found.legal_effect.code == "not_checked"


def test_a_certificate_of_another_state_under_this_root_is_refused() -> None:
    impostor = dataclasses.replace(practice.registrar(), state="RUR")
    assert verify(sealed(impostor)).codes["issuer trust"] == "wrong_issuer"


def test_no_revocation_list_is_not_the_same_as_a_stale_one() -> None:
    lines, _lists = practice.anchors()
    bare = doc.TrustList(lines)
    assert doc.verify_certificate(sealed(), trust=bare, on=ON).codes["issuer trust"] == "no_revocation_list"
    old = doc.TrustList(*practice.anchors(), valid_until="2025-06-01")
    assert doc.verify_certificate(sealed(), trust=old, on=ON).codes["issuer trust"] == "stale_trust_list"


@pytest.mark.parametrize(("field", "value"), [("name", "ERIKSSON ANNA"), ("event_date", "1990-05-13")])
def test_a_changed_content_is_seen(field: str, value: str) -> None:
    whole = json.loads(sealed())
    whole["data"]["msg"][field] = value
    found = verify(json.dumps(whole))
    assert found.codes["integrity"] == "altered"
    assert found.codes["issuer trust"] == "not_checked"
    assert found.integrity.answer == NO


def test_another_spelling_of_the_same_content_still_fits() -> None:
    whole = json.loads(sealed())
    assert verify(json.dumps(whole, indent=3, ensure_ascii=True)).codes["integrity"] == "unchanged"


def test_the_two_lists_are_two() -> None:
    lists = practice.corrections()
    superseded = verify(sealed(certificate="UTO-B-C0RR-0001"), corrections=lists)
    assert (superseded.issuer_trust.code, superseded.legal_effect.code) == ("trusted", "superseded")
    withdrawn = verify(sealed(certificate="UTO-M-W1TH-0002"), corrections=lists)
    assert withdrawn.legal_effect.code == "withdrawn"
    assert verify(sealed()).legal_effect.code == "no_corrections_list"
    stale = dataclasses.replace(lists, end=lists.start)
    assert verify(sealed(), corrections=stale).legal_effect.code == "stale_corrections_list"
    elsewhere = dataclasses.replace(lists, state="RUR")
    assert verify(sealed(), corrections=elsewhere).legal_effect.code == "no_corrections_list"


def test_a_corrections_list_must_be_signed_for_that_purpose() -> None:
    forged = doc.write_corrections({"X": "withdrawn"}, start=ON, end=ON, signer=practice.registrar())
    with pytest.raises(InputError, match="does not allow"):
        doc.CorrectionList.read(forged, trust=practice.trust_list())
    altered = practice.corrections_text().replace('"withdrawn"', '"corrected"')
    with pytest.raises(InputError, match="do not fit"):
        doc.CorrectionList.read(altered, trust=practice.trust_list())
    for bad in ("{}", sealed(), "", "\ud800"):
        with pytest.raises(InputError):
            doc.CorrectionList.read(bad, trust=practice.trust_list())


@pytest.mark.parametrize(
    "change",
    [
        {"event_date": "1990-13-01"},
        {"event_date": "2567-05-12"},  # a Buddhist-Era year written as Gregorian lies after the registration
        {"event": "adoption"},
        {"name": ""},
        {"name": "  "},
        {"name": "\u200c\u200d"},
        {"name": "A" * 300},
        {"name": "line\nbreak"},
        {"unknown": "x"},
        {"registered": "1989-01-01"},
        {"issued": "1989-01-01"},
    ],
)
def test_a_record_outside_the_profile_is_not_issued(change: dict[str, str]) -> None:
    with pytest.raises(InputError):
        doc.issue_certificate(RECORD | change, practice.registrar())


def test_a_verification_is_neither_true_nor_false() -> None:
    with pytest.raises(InputError, match="four answers"):
        bool(verify(sealed()))


def test_no_text_ever_calls_an_identity_true() -> None:
    from bordercourse.documents.verdicts import _NEXT

    texts = [str(verify(sealed(), corrections=practice.corrections())), *_NEXT.values()]
    texts += [str(verify(sealed(s()))) for s in (practice.revoked_registrar, practice.foreign_registrar)]
    for text in texts:
        low = text.lower()
        assert "identity" not in low
        assert "genuine person" not in low
        assert "fake" not in low


def test_every_code_has_a_next_step() -> None:
    """Whatever verdict decides, the officer is told what to do, and the person is not forgotten."""
    for signer in (practice.registrar, practice.former_registrar, practice.health_signer):
        for text in (sealed(signer()), "{", ""):
            found = verify(text)
            assert len(found.next_step) > 40
            assert found.protection.startswith("Protection first")


def test_html_escapes_what_the_document_states() -> None:
    found = doc.verify_certificate(sealed(name="<b>x</b>"), trust=practice.trust_list(), on=ON)
    html = found._repr_html_()
    assert "<b>x</b>" not in html
    assert "not checked" in html


# --- ICAO's own seal ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def icao(vectors: PublishedFiles) -> tuple[str, doc.TrustList, bytes]:
    folder = vectors / "vdsnc"
    root, crl = (base64.b64decode((folder / f"aus_{name}.b64").read_text()) for name in ("csca", "crl"))
    anchor = doc.Anchor(root, "AUS", frozenset({"health"}), "root", "published specimen")
    (specimen, *_) = sorted(folder.glob("aus_*_valid.json"))
    return specimen.read_text(), doc.TrustList([anchor], [crl]), root


@pytest.mark.parametrize(
    ("on", "answer", "code"),
    [
        ("2021-10-01", YES, "trusted"),
        ("2021-11-17", "cannot say", "stale_revocation_list"),  # noon; the list ended at 03:56
        ("2022-01-01", "cannot say", "stale_revocation_list"),
        ("2021-08-20", NO, "not_yet_valid"),
        ("2032-01-01", NO, "expired"),
    ],
)
def test_icao_specimen(icao: tuple[str, doc.TrustList, bytes], on: str, answer: str, code: str) -> None:
    text, trust, _root = icao
    found = doc.verify_vdsnc(text, trust=trust, on=on)
    assert (found.form.answer, found.integrity.answer) == (YES, YES)
    assert (found.issuer_trust.answer, found.issuer_trust.code) == (answer, code)
    assert found.stated["uvci"] == json.loads(text)["data"]["msg"]["uvci"]
    assert doc.verify_document(text, trust=trust, on=on).codes == found.codes


def test_icao_root_vouches_for_nothing_else(icao: tuple[str, doc.TrustList, bytes]) -> None:
    text, trust, root = icao
    civil_only = doc.TrustList([doc.Anchor(root, "AUS", frozenset({"civil"}), "root", "wrongly listed")])
    assert doc.verify_vdsnc(text, trust=civil_only, on="2021-10-01").codes["issuer trust"] == "wrong_usage"
    other = doc.TrustList([doc.Anchor(root, "UTO", frozenset({"health"}), "root", "wrong State")])
    assert doc.verify_vdsnc(text, trust=other, on="2021-10-01").codes["issuer trust"] == "wrong_issuer"
    nobody = practice.trust_list()
    assert doc.verify_vdsnc(text, trust=nobody, on="2021-10-01").codes["issuer trust"] == "unknown_key"
    as_civil = doc.verify_certificate(text, trust=trust, on="2021-10-01")
    assert as_civil.codes["form"] == "malformed"


def test_icao_signer_for_vaccinations_may_not_seal_tests(icao: tuple[str, doc.TrustList, bytes]) -> None:
    from bordercourse.documents.verdicts import moment

    text, trust, _root = icao
    der = base64.urlsafe_b64decode(json.loads(text)["sig"]["cer"])
    verdict = trust.verdict(trust.signer(der), doc.HEALTH, moment("2021-10-01"), document_type="NT")
    assert verdict.code == "wrong_usage"


# --- trust lists -------------------------------------------------------------------------------


def test_a_faulty_trust_list_is_told_loudly() -> None:
    root = practice.registry_root()
    good = doc.Anchor(root.der, "UTO", frozenset({"civil"}), "root", "x")
    with pytest.raises(InputError, match="cannot be read"):
        doc.TrustList([dataclasses.replace(good, certificate=b"no")])
    with pytest.raises(InputError, match="no authority"):
        doc.TrustList([dataclasses.replace(good, certificate=practice.registrar().der)])
    with pytest.raises(InputError, match="role: .friend. is not a choice"):
        doc.TrustList([dataclasses.replace(good, role="friend")])
    foreign = doc.make_revocation_list(practice.border_root(), start=ON, end=ON)
    with pytest.raises(InputError, match="no listed root signed it"):
        doc.TrustList([good], [foreign])
    with pytest.raises(InputError, match="cannot be read"):
        doc.TrustList([good], [b"no"])
    impostor = doc.make_root(root.name, "UTO", end="2034-01-01")
    same_name = dataclasses.replace(impostor, key=practice.border_root().key)
    forged = doc.make_revocation_list(same_name, start="2025-05-26", end="2025-06-09")
    with pytest.raises(InputError, match="no listed root signed it"):
        doc.TrustList([good], [forged])


def test_a_listed_signer_is_found_by_its_key_identifier() -> None:
    """As an EU health certificate needs it: the list names signers, two may share an identifier."""
    signer = practice.registrar()
    line = doc.Anchor(signer.der, "UTO", frozenset({"civil"}), "signer", "x")
    trust = doc.TrustList([line])
    import hashlib

    key_id = hashlib.sha256(signer.der).digest()[:8]
    (found,) = trust.by_key_id(key_id)
    assert trust.by_key_id(b"12345678") == ()
    assert found is trust.signer(signer.der)
    assert doc.verify_certificate(sealed(), trust=trust, on=ON).codes["issuer trust"] == "trusted"


def test_a_signer_under_a_root_with_the_same_name_but_another_key_is_unknown() -> None:
    root = practice.registry_root()
    impostor = dataclasses.replace(root, key=practice.border_root().key)
    forged = doc.make_signer("Utopia City Registrar", impostor, doc.CIVIL)
    assert verify(sealed(forged)).codes["issuer trust"] == "unknown_key"


def test_a_root_that_signs_certificates_itself_is_refused() -> None:
    assert verify(sealed(practice.registry_root())).codes["issuer trust"] in {"wrong_usage", "unknown_key"}


@pytest.mark.parametrize("first", [b"\xff", b"\x80", b"\x00"])
def test_a_signer_with_a_number_that_is_not_positive_is_malformed_without_a_warning(first: bytes) -> None:
    """RFC 5280 section 4.1.2.2. Today's library only warns, a later one refuses: the verdict is the same."""
    import warnings

    from cryptography import x509

    signer = practice.registrar()
    number = signer.certificate.serial_number.to_bytes(9, "big").lstrip(b"\x00")
    at = signer.der.index(number)
    hostile = (
        signer.der[:at] + first + (b"\x00" * 7 if first == b"\x00" else number[1:]) + signer.der[at + 8 :]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(ValueError):  # refused already
            assert x509.load_der_x509_certificate(hostile).serial_number <= 0
    whole = json.loads(sealed())
    whole["sig"]["cer"] = base64.urlsafe_b64encode(hostile).rstrip(b"=").decode()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = verify(json.dumps(whole))
    assert found.codes["form"] == "malformed"
    assert "signer's certificate" in found.form.reason


def test_whatever_a_later_library_raises_on_a_stranger_the_answer_is_a_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from bordercourse.documents import signers as module

    class NewFaultError(Exception):
        pass

    def refuse(der: bytes) -> None:
        raise NewFaultError(der[:4])

    strange = sealed(doc.make_signer("Never seen before", practice.registry_root(), doc.CIVIL))
    trust = practice.trust_list()
    monkeypatch.setattr(module.x509, "load_der_x509_certificate", refuse)
    found = doc.verify_certificate(strange, trust=trust, on=ON)
    assert found.codes["form"] == "malformed"


def test_practice_authorities_are_the_same_on_every_machine() -> None:
    import hashlib

    digest = hashlib.sha256(sealed().encode()).hexdigest()
    assert digest == "76e576fff5ac0f093bd9a4ef9bd95e604bc428576dfb1ab8879924ea4e15fcde"


# --- canonical JSON ----------------------------------------------------------------------------


def test_canonical_sorts_names_as_rfc_8785_section_3_2_3_prints() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    expected = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(canonical(dict.fromkeys(names, 0)))) == expected
    assert (
        canonical({"a": '\u20ac$\u000f\nA\'B"\\\\"/'}).decode() == '{"a":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1.5}',
        '{"a":NaN}',
        '{"a":1e3}',
        '{"a":1,"a":1}',
        "[" * 20000,
        "[" * 500,
        '"\\ud800"',
        f'{{"a":{2**60}}}',
        b"\xff",
    ],
)
def test_json_outside_the_bounds_is_malformed(text: str | bytes) -> None:
    with pytest.raises(MalformedError):
        canonical(read_json(text))


SIGNS = 'a\u00e9\u20ac\ufb33\U0001f600\U00010000\uffff\r\n"\\/\x7f\u2028'
KEYS = st.text(max_size=6) | st.text(SIGNS, max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=15,
)


@given(JSON)
@settings(max_examples=500, deadline=None)
def test_the_one_spelling_is_that_of_the_published_library(value: Any) -> None:
    import rfc8785

    try:
        expected = rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):  # half a character
        with pytest.raises(MalformedError):
            canonical(value)
        return
    assert canonical(value) == expected
    assert read_json(expected) == value


@pytest.mark.parametrize("value", [1.5, 1e3, float("nan"), 2**53, (1,), {1: 2}, b"x"])
def test_what_our_spelling_refuses_though_others_write_it(value: Any) -> None:
    with pytest.raises(MalformedError):
        canonical(value)


# --- selective disclosure ----------------------------------------------------------------------


def test_what_is_not_shown_stays_unknown() -> None:
    whole = doc.issue_disclosable(RECORD, practice.registrar())
    found = doc.verify_disclosure(
        doc.disclose(whole, ["event_date", "sex"]), trust=practice.trust_list(), on=ON
    )
    assert found.stated == {
        "is": "UTO",
        "certificate": "UTO-B-7K3F-9Q2M",
        "event": "birth",
        "issued": "2024-03-01",
        "event_date": "1990-05-12",
        "sex": "F",
    }
    assert found.codes["issuer trust"] == "trusted"
    nothing = doc.disclose(whole, [])
    assert "ERIKSSON" not in nothing
    assert base64.urlsafe_b64encode(b"ERIKSSON").decode()[:8] not in nothing


def test_the_published_disclosure_digest() -> None:
    """The digest that the SD-JWT specification prints for the disclosure of family_name, Möbius."""
    from sd_jwt.common import SDJWTCommon

    disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert (
        SDJWTCommon("compact")._b64hash(disclosure.encode()) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    )


def test_a_shown_part_that_nobody_signed_is_altered() -> None:
    trust = practice.trust_list()
    shown = doc.disclose(doc.issue_disclosable(RECORD, practice.registrar()), ["sex"])
    extra = (
        base64.urlsafe_b64encode(json.dumps(["salt", "name", "SOMEONE ELSE"]).encode()).decode().rstrip("=")
    )
    assert doc.verify_disclosure(shown + extra + "~", trust=trust, on=ON).codes["integrity"] == "altered"
    token, part, end = shown.split("~")
    other = doc.disclose(doc.issue_disclosable(RECORD | {"sex": "M"}, practice.registrar()), ["sex"]).split(
        "~"
    )[1]
    assert doc.verify_disclosure(f"{token}~{other}~{end}", trust=trust, on=ON).codes["integrity"] == "altered"
    revoked = doc.disclose(doc.issue_disclosable(RECORD, practice.revoked_registrar()), ["sex"])
    assert doc.verify_disclosure(revoked, trust=trust, on=ON).codes["issuer trust"] == "revoked"
    assert part != other


@pytest.mark.parametrize("parts", [["mother"], ["no such part"]])
def test_a_part_that_is_not_there_cannot_be_shown(parts: list[str]) -> None:
    with pytest.raises(InputError, match="not in this certificate"):
        doc.disclose(doc.issue_disclosable(RECORD, practice.registrar()), parts)
