"""Certificates of participation: what they say, who can check them, and what happens to false ones."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jsonschema import Draft201909Validator  # type: ignore[import-untyped]
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from PIL import Image, PngImagePlugin

from bordercourse.cli import main
from bordercourse.documents import BadgeIssuer, TrustList, make_qr, read_qr, verify_badge, verify_document
from bordercourse.documents.seals import encode_base64url
from bordercourse.errors import InputError
from bordercourse.evaluation import certify_command
from bordercourse.evaluation.baking import baked_png, baked_svg, token_inside
from bordercourse.evaluation.certifying import issue, key_path, replace_key, take_back
from bordercourse.evaluation.class_key import ClassKey, make_key, read_key
from bordercourse.evaluation.credential import Participation, credential, sign_credential, status_list
from bordercourse.evaluation.issued import badge_issuers, read_ledger
from tests.documents.test_hostile import mutate
from tests.published import PublishedFiles

from .simulated_class import EXERCISES, simulated

WORDS = "three good words"
DAY, LATER = date(2026, 3, 6), date(2026, 4, 1)
FACTS = Participation("សុខា ចាន់", "A course", ("00", "01"), "Class of March", DAY)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> ClassKey:
    return make_key(tmp_path_factory.mktemp("class") / "keys" / "class-key.pem", WORDS)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> ClassKey:
    return make_key(tmp_path_factory.mktemp("other") / "class-key.pem", WORDS)


def listed(key: ClassKey, **more: Any) -> TrustList:
    line = {"thumbprint": key.thumbprint, "name": "Class of March", "source": "its instructor, by hand"}
    line |= {"start": "2026-03-02", "end": "2026-03-06", "status": status_list(key, [], DAY)}
    return TrustList([], name="our list", badge_issuers=[BadgeIssuer(**{**line, **more})])


def token(key: ClassKey, facts: Participation = FACTS, **changed: Any) -> str:
    return sign_credential({**credential(facts, key.issuer), **changed}, key)


def test_a_credential_holds_to_the_published_schema(key: ClassKey, vectors: PublishedFiles) -> None:
    schema = json.loads((vectors / "badges" / "achievementcredential.json").read_text(encoding="utf-8"))
    validator = Draft201909Validator(schema)
    for facts in (FACTS, replace(FACTS, valid_until=date(2029, 3, 6))):
        whole = credential(facts, key.issuer)
        assert [error.message for error in validator.iter_errors(whole)] == []
        assert list(validator.iter_errors({**whole, "issuer": 5}))  # the schema does refuse


def test_it_says_no_more_than_it_must(key: ClassKey) -> None:
    whole = credential(FACTS, key.issuer)
    assert set(whole) == {"@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject"}
    subject = whole["credentialSubject"]
    assert set(subject) == {"id", "type", "identifier", "narrative", "achievement"}
    first, second = (credential(FACTS, key.issuer) for _ in range(2))
    assert first["credentialSubject"]["id"] != second["credentialSubject"]["id"]
    assert first["credentialSubject"]["achievement"] == second["credentialSubject"]["achievement"]


def test_another_library_accepts_the_token_and_its_header(key: ClassKey) -> None:
    text = token(key)
    jws = JWS()
    jws.deserialize(text)
    assert set(jws.jose_header) == {"alg", "typ", "jwk"}
    assert jws.jose_header["alg"] == "RS256"
    jws.verify(JWK(**jws.jose_header["jwk"]))
    claims = json.loads(jws.payload)
    assert claims["iss"] == claims["issuer"]["id"] == key.issuer
    assert claims["iss"].endswith(JWK(**key.public).thumbprint())
    assert claims["sub"] == claims["credentialSubject"]["id"]
    assert claims["jti"] == claims["id"]
    assert claims["nbf"] == 1772755200


def codes(text: str, trust: TrustList, on: date = LATER) -> tuple[str, ...]:
    found = verify_document(text, trust=trust, on=on)
    assert found.kind.startswith("course certificate")
    assert found.next_step
    return tuple(found.codes.values())


def test_the_four_verdicts_on_a_good_one(key: ClassKey) -> None:
    found = verify_document(token(key), trust=listed(key), on=LATER)
    assert tuple(found.codes.values()) == ("well_formed", "unchanged", "trusted", "officer_decides")
    assert found.legal_effect.answer == "cannot say"
    assert "nothing of who shows it" in str(found)
    assert found.stated["name"] == "សុខា ចាន់"
    assert found.stated["modules"] == "00, 01"
    assert verify_badge(token(key).encode(), trust=listed(key), on=LATER).codes == found.codes


def test_what_is_false_old_or_taken_back(key: ClassKey, other: ClassKey) -> None:
    good = token(key)
    number = json.loads(_body(good))["jti"]
    end = replace(FACTS, valid_until=date(2026, 3, 20))
    whole, fits, trusted = "well_formed", "unchanged", "trusted"
    assert codes(_tampered(good), listed(key)) == (whole, "altered", "not_checked", "not_checked")
    assert codes(token(other), listed(key))[:3] == (whole, fits, "unknown_issuer")
    # Somebody else's key in the header, under the name of this class.
    stolen_name = sign_credential(credential(FACTS, key.issuer), other)
    assert codes(stolen_name, listed(key))[:3] == (whole, fits, "wrong_issuer")
    assert codes(token(key, end), listed(key))[3] == "certificate_expired"
    assert codes(token(key, end), listed(key), date(2026, 3, 20))[3] == "officer_decides"
    assert codes(good, listed(key), date(2026, 3, 5))[3] == "certificate_not_yet_valid"
    revoked = listed(key, status=status_list(key, [number], DAY))
    assert codes(good, revoked)[2:] == (trusted, "certificate_revoked")
    assert codes(good, listed(key, status=""))[2:] == (trusted, "no_card_list")
    assert codes(good, listed(key), date(2026, 9, 1))[2:] == (trusted, "stale_card_list")
    assert codes(good, listed(key, lost="2026-03-10"))[2:] == ("revoked", "not_checked")
    assert codes(good, listed(key, end="2026-03-05"))[2] == "outside_signer"


def _body(text: str) -> bytes:
    import base64

    part = text.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _tampered(text: str) -> str:
    head, _old, signature = text.split(".")
    body = encode_base64url(_body(text).replace(b"Class of March", b"Class of April"))
    return f"{head}.{body}.{signature}"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS256"},
        {"alg": "RS256", "jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}},
        {"alg": "RS256", "jwk": {"kty": "oct", "k": "AAAA"}},
        {"alg": "RS256", "jwk": 5},
        {"alg": "RS256", "kid": "https://example.org/key"},
        {"alg": "RS256", "jwk": None, "crit": ["b64"], "b64": False},
    ],
)
def test_a_header_that_asks_for_something_else_is_malformed(key: ClassKey, header: dict[str, Any]) -> None:
    _head, body, signature = token(key).split(".")
    text = f"{encode_base64url(json.dumps(header).encode())}.{body}.{signature}"
    assert verify_badge(text, trust=listed(key), on=LATER).codes["form"] == "malformed"


@pytest.mark.parametrize(
    "changed",
    [
        {"type": ["VerifiableCredential"]},
        {"validFrom": "2026-03-07T00:00:00Z"},
        {"validFrom": "2026-03-06"},
        {"credentialSubject": {"id": "urn:x", "achievement": 5}},
        {"issuer": {"id": ""}},
    ],
)
def test_claims_and_credential_must_agree(key: ClassKey, changed: dict[str, Any]) -> None:
    whole = json.loads(_body(token(key)))
    text = key.sign(json.dumps({**whole, **changed}).encode())
    assert verify_badge(text, trust=listed(key), on=LATER).codes["form"] == "malformed"


def test_no_changed_letter_verifies(key: ClassKey) -> None:
    original, trust, rng = token(key), listed(key), random.Random(3)
    for _try in range(1500):
        text = mutate(original, rng)
        found = verify_document(text, trust=trust, on=LATER)
        if found.codes["integrity"] == "unchanged":
            assert "".join(text.split()) == original


def test_a_list_that_the_class_did_not_sign_is_told_loudly(key: ClassKey, other: ClassKey) -> None:
    for bad in (status_list(other, [], DAY), token(key), "x"):
        with pytest.raises(InputError, match="its list"):
            listed(key, status=bad)
    with pytest.raises(InputError, match="no thumbprint"):
        listed(key, thumbprint="A" * 42)


# --- the badge ----------------------------------------------------------------------------------------


def test_the_credential_is_baked_into_both_badges(key: ClassKey) -> None:
    text = token(key)
    png = baked_png(text)
    chunk = b"iTXtopenbadgecredential\0\0\0\0\0" + text.encode()  # not compressed, no language
    assert png.count(chunk) == 1
    assert token_inside(png) == text
    svg = baked_svg(text)
    assert svg.index("<openbadges:credential") < svg.index("<circle")
    assert 'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"' in svg
    assert token_inside(svg.encode()) == text
    assert token_inside(text.encode()) == text


def test_a_badge_with_nothing_or_two_things_inside_is_refused(key: ClassKey) -> None:
    plain = BytesIO()
    Image.new("RGB", (4, 4)).save(plain, format="PNG")
    two = baked_svg("a").replace("<circle", '<openbadges:credential verify="b"/><circle', 1)
    bomb = '<!DOCTYPE a [<!ENTITY b "c">]>' + baked_svg("a")
    other_keyword = PngImagePlugin.PngInfo()
    other_keyword.add_itxt("openbadges", token(key))
    older = BytesIO()
    Image.new("RGB", (4, 4)).save(older, format="PNG", pnginfo=other_keyword)
    for data in (plain.getvalue(), older.getvalue(), b"\x89PNG\r\n", two.encode(), bomb.encode()):
        with pytest.raises(InputError, match="credentials"):
            token_inside(data)


def test_the_code_on_paper_holds_the_whole_certificate(key: ClassKey) -> None:
    longest = replace(FACTS, name="ចាន់ " * 20, modules=tuple(f"{n:02}" for n in range(12)))
    text = token(key, longest, validUntil="2029-03-06T23:59:59Z")
    picture = BytesIO()
    make_qr(text).save(picture, kind="png", scale=4)
    assert read_qr(picture.getvalue()) == [text]


# --- a class ------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "course" / "source").mkdir(parents=True)
    return tmp_path / "course" / "certificates"


CLASS = simulated(12, 5)
ONE = CLASS.people[2].id


def out(folder: Path, person: str = ONE) -> str:
    return (folder / "people" / person / "certificate.jwt").read_text(encoding="utf-8").strip()


def trust_of(folder: Path) -> TrustList:
    return TrustList([], badge_issuers=badge_issuers(folder / "public" / "trust.json", "by hand"))


def test_a_class_is_certified_once(folder: Path) -> None:
    replace_key(folder, WORDS, "Class of March", DAY)
    key = read_key(key_path(folder), WORDS)
    lines = issue(CLASS, folder, key, DAY)
    took_part = int(CLASS.handed_in[list(EXERCISES)].any(axis=1).sum())
    assert lines == [f"Certificates: {took_part} issued, 0 as they were."]
    before = {path: path.read_bytes() for path in (folder / "people").rglob("*.*")}
    assert {path.name for path in before} == {
        "certificate.html", "certificate.json", "certificate.jwt", "badge.png", "badge.svg",
    }  # fmt: skip
    assert issue(CLASS, folder, key, DAY) == [f"Certificates: 0 issued, {took_part} as they were."]
    assert {path: path.read_bytes() for path in (folder / "people").rglob("*.*")} == before
    for person in (folder / "people").iterdir():
        assert codes(out(folder, person.name), trust_of(folder)) == (
            "well_formed", "unchanged", "trusted", "officer_decides",
        )  # fmt: skip


def test_pages_and_files_hold_no_sex_country_or_points(folder: Path) -> None:
    replace_key(folder, WORDS, "<script src=x></script>", DAY)
    issue(CLASS, folder, read_key(key_path(folder), WORDS), DAY)
    for path in [*(folder / "people").rglob("certificate.*"), folder / "public" / "trust.json"]:
        text = path.read_text(encoding="utf-8")
        text = _body(text).decode() if path.suffix == ".jwt" else text
        text = re.sub(r"<style>.*?</style>|data:[^\"']*", "", text, flags=re.DOTALL)
        assert not re.search(r"\b(female|male|points|score|example\.org)\b", text)
        assert not [one.country for one in CLASS.people if one.country and one.country in text]
        assert path.suffix != ".html" or "<script" not in text
    public = (folder / "public" / "trust.json").read_text(encoding="utf-8")
    assert not [one.name for one in CLASS.people if one.name in public]


def test_taken_back_and_issued_again(folder: Path) -> None:
    replace_key(folder, WORDS, "Class of March", DAY)
    key = read_key(key_path(folder), WORDS)
    issue(CLASS, folder, key, DAY)
    first = out(folder)
    assert "Taken back" in take_back(folder, ONE, key, DAY)
    assert codes(first, trust_of(folder))[3] == "certificate_revoked"
    with pytest.raises(InputError, match="no certificate of this number or person"):
        take_back(folder, ONE, key, DAY)
    # What somebody took back does not come again by itself.
    lines = issue(CLASS, folder, key, DAY)
    assert lines[0] == f"{ONE}: the certificate was taken back. A new one comes only with --person {ONE}."
    assert "0 issued" in lines[1]
    issue(CLASS, folder, key, DAY, people=[ONE])
    second = out(folder)
    issue(CLASS, folder, key, DAY, people=[ONE.upper()], again=True)  # the name was wrong, say
    assert codes(second, trust_of(folder))[3] == "certificate_revoked"
    assert codes(out(folder), trust_of(folder))[3] == "officer_decides"
    with pytest.raises(InputError, match="not in the class"):
        issue(CLASS, folder, key, DAY, people=["nobody"])


def test_a_lost_key(folder: Path) -> None:
    replace_key(folder, WORDS, "Class of March", DAY)
    lost = read_key(key_path(folder), WORDS)
    issue(CLASS, folder, lost, DAY)
    old = out(folder)
    barred = next(p.name for p in (folder / "people").iterdir() if p.name != ONE)
    take_back(folder, barred, lost, DAY)
    replace_key(folder, WORDS, "", DAY)
    assert read_ledger(folder).class_name == "Class of March"
    with pytest.raises(InputError, match="not the key that the class uses"):
        issue(CLASS, folder, lost, DAY)
    new = read_key(key_path(folder), WORDS)
    assert new.thumbprint != lost.thumbprint
    assert barred in issue(CLASS, folder, new, DAY)[0]
    assert codes(old, trust_of(folder))[2:] == ("revoked", "not_checked")
    # Whoever holds the lost key cannot make a good one either, whatever day it bears.
    assert codes(token(lost), trust_of(folder))[2] == "revoked"
    assert codes(out(folder), trust_of(folder)) == ("well_formed", "unchanged", "trusted", "officer_decides")


def test_a_key_is_guarded(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "class-key.pem"
    with pytest.raises(InputError, match="fewer than 8"):
        make_key(path, "short")
    made = make_key(path, WORDS)
    assert path.stat().st_mode & 0o077 == 0
    assert b"ENCRYPTED" in path.read_bytes()
    assert WORDS not in repr(made)
    with pytest.raises(InputError, match="there is a key already"):
        make_key(path, WORDS)
    with pytest.raises(InputError, match="does not open it"):
        read_key(path, "other words")
    with pytest.raises(InputError, match="there is no key"):
        read_key(tmp_path / "none.pem", WORDS)
    assert isinstance(made.private.private_key, rsa.RSAPrivateKey)


def test_the_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(certify_command, "class_results", lambda course: CLASS)
    course = ["--course", str(folder.parent)]
    assert main(["certify", *course]) == 2  # nobody can type a passphrase here
    monkeypatch.setenv("BORDERCOURSE_PASSPHRASE", WORDS)
    assert main(["certify", *course]) == 2
    assert "certify keys" in capsys.readouterr().err
    assert main(["certify", "keys", *course]) == 2
    assert "the class has no name" in capsys.readouterr().err
    assert main(["certify", "keys", "--class-name", "Class of March", *course]) == 0
    thumbprint = read_ledger(folder).keys[0].thumbprint
    assert thumbprint in capsys.readouterr().out
    assert main(["certify", "keys", *course]) == 0  # shows it again
    assert thumbprint in capsys.readouterr().out
    assert main(["certify", "--valid-until", "2001-01-01", *course]) == 2
    assert main(["certify", *course]) == 0
    assert main(["certify", "revoke", ONE, *course]) == 0
    assert main(["certify", "status", *course]) == 0
    capsys.readouterr()
    assert main(["certify", "check", str(folder / "people" / ONE / "badge.png"), *course]) == 0
    told = capsys.readouterr().out
    assert "issuer trust: yes (trusted)" in told
    assert "certificate_revoked" in told
    assert main(["certify", "check", *course]) == 2
