"""How much of the time of a verification is the signature check itself.

Prints one ratio in one run: verifications a second over bare ECDSA P-256 checks a second,
the same seal, the same key, the same process, in alternating rounds. At least 0.40 is wanted.

    python benchmarks/verification.py [rounds]
"""

from __future__ import annotations

import cProfile
import pstats
import statistics
import sys
import time
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from bordercourse import documents as doc
from bordercourse.documents import practice
from bordercourse.documents.seals import read_seal

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
WANTED = 0.40


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()  # of this process alone, so that neighbours on the machine do not count
    for _each in range(BATCH):
        work()
    return time.process_time() - start


def main(rounds: int = 25) -> int:
    text = doc.issue_certificate(RECORD, practice.registrar())
    trust, lists = practice.trust_list(), practice.corrections()
    seal = read_seal(text)
    key = practice.registrar().key.public_key()
    r, s = seal.signature[:32], seal.signature[32:]
    der = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    algorithm = ec.ECDSA(hashes.SHA256())

    def bare() -> None:
        key.verify(der, seal.signed, algorithm)

    def whole() -> None:
        doc.verify_certificate(text, trust=trust, on=practice.TODAY, corrections=lists)

    bare(), whole()
    pairs = [(seconds(bare), seconds(whole)) for _round in range(rounds)]
    ratio = statistics.median(b / w for b, w in pairs)
    for name, column in (("bare signature check", 0), ("whole verification", 1)):
        each = statistics.median(pair[column] for pair in pairs) / BATCH
        print(f"{name:22} {each * 1e6:8.1f} us  {1 / each:8.0f} a second")
    print(f"ratio (verification / bare) {ratio:.2f}; wanted at least {WANTED:.2f}")

    profile = cProfile.Profile()
    profile.runcall(seconds, whole)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    inside = sorted(((row[2], name[2]) for name, row in stats.items()), reverse=True)
    total = sum(own for own, _name in inside)
    print("what bounds it (share of own time, under the profiler):")
    for own, name in inside[:8]:
        print(f"  {own / total:5.1%}  {name}")
    return 0 if ratio >= WANTED else 1


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:2])))
