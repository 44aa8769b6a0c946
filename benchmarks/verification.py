"""How much of the time of a verification is the signature check itself.

Prints one ratio a format in one run: verifications a second, through the one door, over bare ECDSA P-256
checks a second of the same signature, in the same process, in alternating rounds. 0.60 is aimed at; below
0.45 the run fails.

    python benchmarks/verification.py [rounds]
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from bordercourse import documents as doc
from bordercourse.documents import practice, practice_health
from bordercourse.documents.cose import read_sign1
from bordercourse.documents.hcert import _unpacked
from bordercourse.documents.seals import read_seal
from bordercourse.documents.smart_cards import _from_digits, _taken_apart

if TYPE_CHECKING:
    from collections.abc import Callable

RECORD = {
    "certificate": "UTO-B-7K3F-9Q2M",
    "entry": "1990/0123",
    "event": "birth",
    "event_date": "1990-05-12",
    "registered": "1990-05-30",
    "issued": "2024-03-01",
    "office": "Utopia City",
    "name": "ERIKSSON ANNA MARIA",
    "name_native": "สมหญิง",
    "sex": "F",
    "mother": "ERIKSSON EVA",
    "father": "ERIKSSON OLE",
}
BATCH = 200
AIM, LEAST = 0.60, 0.45
ALGORITHM = ec.ECDSA(hashes.SHA256())


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()  # of this process alone, so that neighbours on the machine do not count
    for _each in range(BATCH):
        work()
    return time.process_time() - start


def bare(signature: bytes, signed: bytes, signer: doc.Authority) -> Callable[[], None]:
    """The check of one signature, and nothing else."""
    key = signer.key.public_key()
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    return lambda: key.verify(der, signed, ALGORITHM)


def formats() -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """For each format, the bare check and the whole verification of the same document."""
    civil = doc.issue_certificate(RECORD, practice.registrar())
    seal = read_seal(civil)
    certificate, card = practice_health.health_code(), practice_health.card_code()
    envelope = read_sign1(_unpacked(certificate))
    _identifier, _payload, signed, signature = _taken_apart(_from_digits(card))
    trust, lists, health = practice.trust_list(), practice.corrections(), practice_health.trust_list()
    on = practice.TODAY
    return {
        "civil certificate": (
            bare(seal.signature, seal.signed, practice.registrar()),
            lambda: doc.verify_document(civil, trust=trust, on=on, corrections=lists),
        ),
        "EU certificate (HC1)": (
            bare(envelope.signature, envelope.signed, practice_health.health_office()),
            lambda: doc.verify_document(certificate, trust=health, on=on),
        ),
        "SMART Health Card": (
            bare(signature, signed, practice_health.card_office()),
            lambda: doc.verify_document(card, trust=health, on=on),
        ),
    }


def main(rounds: int = 25) -> int:
    works = formats()
    for check, whole in works.values():
        check(), whole()
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _round in range(rounds):
        for name, (check, whole) in works.items():
            times[name].append((seconds(check), seconds(whole)))
    ratios = []
    for name, pairs in times.items():
        ratio = statistics.median(b / w for b, w in pairs)
        each = statistics.median(w for _b, w in pairs) / BATCH
        ratios.append(ratio)
        print(f"{name:22} {each * 1e6:7.1f} us {1 / each:8.0f} a second; ratio {ratio:.2f} of {AIM:.2f}")
    return 0 if min(ratios) >= LEAST else 1


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:2])))
