"""Hostile input: a verdict each time, an exception never, and no changed byte that verifies.

The suite tries some thousand inputs for each format; ``BORDERCOURSE_MUTATIONS=100000`` tries that many.
"""

from __future__ import annotations

import json
import os
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse import documents as doc
from bordercourse.documents import practice
from bordercourse.documents.reading import READERS, Reader
from bordercourse.documents.scanned import level
from bordercourse.documents.seals import read_seal
from bordercourse.documents.verdicts import moment
from bordercourse.errors import InputError, MalformedError
from tests.documents.specimen import RECORD
from tests.published import PublishedFiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from bordercourse.documents.verdicts import Verification

TRIES = int(os.environ.get("BORDERCOURSE_MUTATIONS", "2500"))
ON = practice.TODAY
_ALPHABET = '0123456789ABCDEFabcdef<{}[]",:.~-_=\\ \n\x00\u0301\ud800é😀'
_PIECES = [
    "null",
    "true",
    "1e999",
    "-0",
    "9" * 30,
    "[[[[[[[[[[[[[[[[",
    '{"t":{}}',
    '"\\ud800"',
    "~~~",
    "A" * 300,
]


def mutate(text: str, rng: random.Random) -> str:
    """Change `text` in one to four places: replace, delete, insert, double, cut, swap, or a new value."""
    for _round in range(rng.choice((1, 1, 1, 2, 4))):
        if not text:
            return text
        i, j = sorted((rng.randrange(len(text)), rng.randrange(len(text))))
        kind = rng.randrange(8)
        if kind <= 1:
            text = text[:i] + rng.choice(_ALPHABET) + text[i + 1 :]
        elif kind == 2:
            text = text[:i] + text[i + rng.randint(1, 4) :]
        elif kind == 3:
            text = text[:i] + rng.choice(_PIECES) + text[i:]
        elif kind == 4:
            text = text[:i] + text[i:j][:200] + text[i:]
        elif kind == 5:
            text = text[:i]
        elif kind == 6 and i + 1 < len(text):
            text = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
        else:
            text = _change_a_value(text, rng)
    return text


def _change_a_value(text: str, rng: random.Random) -> str:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return text[::-1]
    spots: list[tuple[Any, Any]] = []

    def walk(node: Any) -> None:
        for key in (
            list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        ):
            spots.append((node, key))
            walk(node[key])

    walk(whole)
    if not spots:
        return "[" + text + "]"
    node, key = rng.choice(spots)
    values: list[Any] = [
        None,
        True,
        1,
        -1,
        2**70,
        1.5,
        "",
        "x" * 250,
        [],
        {},
        [{}],
        {"a": []},
        "2024-02-30",
        "\ud800",
    ]
    node[key] = rng.choice(values)
    return json.dumps(whole)


def _sealed_bytes(text: str) -> tuple[bytes, bytes] | None:
    try:
        seal = read_seal(text)
    except MalformedError:
        return None
    return seal.signed, seal.signature


def hold(original: str, verify: Callable[[str], Verification], sealed: bool, seed: int) -> dict[str, int]:
    """Try `TRIES` mutations and count the deciding codes; fail if a changed byte verifies."""
    rng = random.Random(seed)
    before = _sealed_bytes(original) if sealed else None
    counts: dict[str, int] = {}
    for _try in range(TRIES):
        text = mutate(original, rng)
        found = verify(text)
        codes = found.codes
        assert all(v.answer in {"yes", "no", "cannot say"} for v in found.verdicts)
        assert found.next_step
        if codes["integrity"] == "unchanged":
            if sealed:
                assert _sealed_bytes(text) == before, text
            else:
                assert text == original, text
        counts[found.deciding.code] = counts.get(found.deciding.code, 0) + 1
    return counts


def test_civil_certificates() -> None:
    original = doc.issue_certificate(RECORD, practice.registrar())
    trust, lists = practice.trust_list(), practice.corrections()
    counts = hold(
        original, lambda t: doc.verify_certificate(t, trust=trust, on=ON, corrections=lists), True, 1
    )
    assert counts["malformed"] > TRIES / 4
    assert counts["altered"] > TRIES / 100


def test_no_flip_of_any_bit_of_the_signed_part_verifies() -> None:
    """Every bit of every character of the content, one at a time."""
    original = doc.issue_certificate(RECORD, practice.registrar())
    trust = practice.trust_list()
    raw = original.encode()
    first, last = raw.index(b'"data":') + 7, raw.index(b',"sig":')
    assert json.loads(raw[first:last])["msg"]["name"] == RECORD["name"]
    for place in range(first, last):
        for bit in range(8):
            changed = bytearray(raw)
            changed[place] ^= 1 << bit
            found = doc.verify_certificate(bytes(changed), trust=trust, on=ON)
            assert found.integrity.answer != "yes", (place, bit)


def test_icao_seals(vectors: PublishedFiles) -> None:
    import base64

    folder = vectors / "vdsnc"
    root, crl = (base64.b64decode((folder / f"aus_{name}.b64").read_text()) for name in ("csca", "crl"))
    trust = doc.TrustList([doc.Anchor(root, "AUS", frozenset({"health"}), "root", "specimen")], [crl])
    original = min(folder.glob("aus_*_valid.json")).read_text()
    counts = hold(original, lambda t: doc.verify_vdsnc(t, trust=trust, on="2021-10-01"), True, 2)
    assert counts["malformed"] > TRIES / 4


def test_certificates_shown_in_part() -> None:
    trust = practice.trust_list()
    whole = doc.issue_disclosable(RECORD, practice.registrar())
    original = doc.disclose(whole, ["event_date", "name", "name_native"])
    rng = random.Random(3)
    parts = original.split("~")
    for _try in range(TRIES):
        text = mutate(original, rng)
        found = doc.verify_disclosure(text, trust=trust, on=ON)
        if found.codes["integrity"] == "unchanged":  # only parts left out, or in another order
            token, *shown = "".join(level(text).split()).split("~")
            assert token == parts[0]
            assert set(shown) <= set(parts[1:])
        assert found.next_step


@pytest.mark.parametrize("format", ["TD1", "TD2", "TD3", "MRV-A", "MRV-B"])
def test_zones(format: str) -> None:
    original = doc.format_mrz(
        format,
        code={"MRV": "V", "TD3": "P"}.get(format[:3], "I"),
        state="UTO",
        primary="ERIKSSON",
        secondary="ANNA MARIA",
        number="D23145890",
        nationality="UTO",
        born="740812",
        sex="F",
        expires="320415",
    )
    counts = hold(original, lambda t: doc.verify_mrz(t, on=ON), False, 4)
    assert "unchanged" not in counts


def test_health_certificates() -> None:
    """A changed letter either changes nothing that was signed, or the signature no longer fits."""
    from bordercourse.documents import practice_health
    from bordercourse.documents.cose import read_sign1
    from bordercourse.documents.hcert import _unpacked

    def envelope(text: str) -> tuple[bytes, bytes]:
        taken = read_sign1(_unpacked(level(text)))
        return taken.signed, taken.signature

    trust = practice_health.trust_list()
    counts = _hold_health(practice_health.health_code(), trust, envelope, 7)
    assert counts["malformed"] > TRIES / 2


def test_health_cards() -> None:
    from bordercourse.documents import practice_health
    from bordercourse.documents.smart_cards import _from_digits, _taken_apart

    def token(text: str) -> tuple[bytes, bytes]:
        plain = level(text)
        _identifier, _payload, signed, signature = _taken_apart(
            _from_digits(plain) if plain.startswith("shc:") else plain
        )
        return signed, signature

    trust = practice_health.trust_list()
    digits = practice_health.card_code()
    assert _hold_health(digits, trust, token, 8)["malformed"] > TRIES / 3
    counts = _hold_health(_from_digits(digits), trust, token, 9)
    assert counts["malformed"] > TRIES / 3


def _hold_health(
    original: str, trust: doc.TrustList, taken: Callable[[str], tuple[bytes, bytes]], seed: int
) -> dict[str, int]:
    rng = random.Random(seed)
    before = taken(original)
    counts: dict[str, int] = {}
    for _try in range(TRIES):
        text = mutate(original, rng)
        found = doc.verify_document(text, trust=trust, on=ON)
        assert all(v.answer in {"yes", "no", "cannot say"} and v.reason for v in found.verdicts)
        assert found.next_step
        if found.codes["integrity"] == "unchanged":
            assert taken(text) == before, text
        counts[found.deciding.code] = counts.get(found.deciding.code, 0) + 1
    return counts


def test_no_flip_of_any_bit_of_a_signed_envelope_verifies() -> None:
    """The flip is made inside, where no check sum of the packing sees it first."""
    import zlib

    import b45

    from bordercourse.documents import practice_health
    from bordercourse.documents.hcert import _unpacked

    trust = practice_health.trust_list()
    raw = _unpacked(practice_health.health_code())
    for place in range(len(raw)):
        for bit in range(8):
            changed = bytearray(raw)
            changed[place] ^= 1 << bit
            text = "HC1:" + b45.encode(zlib.compress(bytes(changed)))
            found = doc.verify_document(text, trust=trust, on=ON)
            assert found.integrity.answer != "yes", (place, bit)


def test_one_door_for_everything() -> None:
    trust = practice.trust_list()
    sealed = doc.issue_certificate(RECORD, practice.registrar())
    counts = hold(sealed, lambda t: doc.verify_document(t, trust=trust, on=ON), True, 5)
    assert counts["malformed"] > 0


@pytest.mark.parametrize("text", [b"\xff\xfe", b"{}", b"P<UTO", "", None, 7, [], {"a": 1}])
def test_the_one_door_gives_a_verdict_on_what_is_not_text(text: Any) -> None:
    found = doc.verify_document(text, trust=practice.trust_list(), on=ON)
    assert found.codes["form"] == "malformed"
    assert found.next_step


def test_the_one_door_takes_the_bytes_of_a_code_too() -> None:
    sealed = doc.issue_certificate(RECORD, practice.registrar()).encode()
    assert doc.verify_document(sealed, trust=practice.trust_list(), on=ON).codes["issuer trust"] == "trusted"


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_damaged_picture_is_read_or_refused(kind: str) -> None:
    import io

    from PIL import Image

    raw, saved = io.BytesIO(), io.BytesIO()
    doc.make_qr("UTOPIA 123").save(raw, kind="png", scale=3)
    Image.open(raw).convert("L").save(saved, kind)
    rng = random.Random(6)
    outcomes = set()
    for _try in range(max(300, TRIES // 10)):
        picture = bytearray(saved.getvalue())
        for _each in range(rng.choice((1, 1, 2, 20))):
            picture[rng.randrange(len(picture))] = rng.randrange(256)
        try:
            outcomes.add(bool(doc.read_qr(bytes(picture[: rng.choice((len(picture), len(picture) // 2))]))))
        except InputError:
            outcomes.add(None)  # type: ignore[arg-type]
    assert outcomes == {True, False, None}


@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_verdict(text: str | bytes) -> None:
    trust = practice.trust_list()
    for found in (
        doc.verify_certificate(text, trust=trust, on=ON),
        doc.verify_vdsnc(text, trust=trust, on=ON),
        doc.verify_disclosure(text, trust=trust, on=ON),
    ):
        assert found.codes["form"] == "malformed"


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
@given(text=st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_every_reader_gives_a_verdict_on_any_text(reader: Reader, text: str) -> None:
    """A new format is tried here as soon as it stands in READERS, whatever the readers before it take."""
    assert reader.recognises(text) in (True, False)
    found = reader.verify(text, practice.trust_list(), moment(ON), practice.corrections())
    assert "yes" not in {found.integrity.answer, found.issuer_trust.answer}, reader.name
    assert found.next_step


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_json_in_the_place_of_any_part_gets_a_verdict(value: Any) -> None:
    trust = practice.trust_list()
    whole = json.loads(doc.issue_certificate(RECORD, practice.registrar()))
    for outer, inner in (("data", "hdr"), ("data", "msg"), ("sig", "alg"), ("sig", "cer"), ("sig", "sigvl")):
        kept = whole[outer][inner]
        whole[outer][inner] = value
        found = doc.verify_certificate(json.dumps(whole), trust=trust, on=ON)
        assert found.codes["form"] == "malformed"
        whole[outer][inner] = kept
