"""The hygiene report, and the plan for work by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bordercourse.documents import CIVIL, make_revocation_list, make_root, make_signer
from bordercourse.errors import InputError
from bordercourse.resilience import (
    BorderService,
    HygieneReport,
    ManualStep,
    SignerUse,
    degraded_plan,
    trust_hygiene,
)

ON = "2025-06-02"
ROOT = make_root("Root of Utopia", "UTO")
SIGNER = make_signer("Signer", ROOT, CIVIL, start="2025-01-01", end="2026-01-01")
OTHER = make_signer("Other", ROOT, CIVIL, start="2025-01-01", end="2025-06-20")


def findings(report: HygieneReport) -> list[str]:
    return list(report.table["finding"])


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2025-05-26", "2025-06-09", []),
        ("2025-03-04", "2025-12-31", []),  # 90 days
        ("2025-03-03", "2025-12-31", ["list older than 90 days"]),
        ("2025-05-01", "2025-06-01", ["list has ended"]),
        ("2025-01-01", "2025-02-01", ["list older than 90 days", "list has ended"]),
        ("2025-06-10", "2025-07-01", ["list is not yet valid"]),
    ],
)
def test_a_list_is_fresh_for_ninety_days(start: str, end: str, found: list[str]) -> None:
    crl = make_revocation_list(ROOT, {}, start=start, end=end)
    assert findings(trust_hygiene([crl], [], on=ON)) == found


@pytest.mark.parametrize(
    ("first", "last", "documents", "found"),
    [
        ("2025-02-01", "2025-05-04", 100_000, []),
        ("2025-02-01", "2025-05-05", 5, ["signer used too long"]),
        ("2025-02-01", "2025-02-02", 100_001, ["signer used too often"]),
        ("2024-12-20", "2025-01-20", 5, ["seal outside its signer's dates"]),
    ],
)
def test_a_signer_is_used_for_three_months(first: str, last: str, documents: int, found: list[str]) -> None:
    use = SignerUse("a1", SIGNER.der, first, last, documents)  # type: ignore[arg-type]
    assert findings(trust_hygiene([], [use], on=ON)) == found


def test_a_signer_that_ends_and_two_with_one_identifier() -> None:
    same = [SignerUse("a1", one.der, "2025-05-01", "2025-05-02", 3) for one in (SIGNER, OTHER)]  # type: ignore[arg-type]
    assert findings(trust_hygiene([], same, on=ON)) == [
        "signer ends soon",
        "two signers with one identifier",
    ]
    again = [SignerUse("a1", SIGNER.der, "2025-05-01", "2025-05-02", 3)] * 2  # type: ignore[arg-type]
    assert findings(trust_hygiene([], again, on=ON)) == []


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(InputError, match="revocation_lists"):
        trust_hygiene([b"no list"], [], on=ON)
    with pytest.raises(InputError, match="a1"):
        trust_hygiene([], [SignerUse("a1", b"no", "2025-05-01", "2025-05-02", 3)], on=ON)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="before first used"):
        trust_hygiene([], [SignerUse("a1", SIGNER.der, "2025-05-02", "2025-05-01", 3)], on=ON)  # type: ignore[arg-type]


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_list_is_named_or_reported(at: int, other: int) -> None:
    whole = make_revocation_list(ROOT, {SIGNER: "2025-05-27"}, start="2025-05-26", end="2025-06-09")
    damaged = bytearray(whole)
    damaged[at % len(damaged)] = other
    try:
        report = trust_hygiene([bytes(damaged)], [], on=ON)
    except InputError as error:
        report, named = None, error.name
    assert named == "revocation_lists" if report is None else report.lists == 1


BOOK = ManualStep(0.5, "Open the entry book", "shift leader")
SLIPS = ManualStep(2, "Give provisional slips", "clerk")


def test_the_most_urgent_service_comes_first_and_the_steps_in_order_of_time() -> None:
    births = BorderService("births", mtd=72, rto=48, rpo=24, entries=2, steps=(SLIPS,))
    entries = BorderService("entries", mtd=4, rto=3, rpo=1, entries=300, steps=(BOOK,))
    plan = degraded_plan([births, entries])
    assert [one.name for one in plan.services] == ["entries", "births"]
    assert list(plan.checklist()["do"]) == [BOOK.do, SLIPS.do]
    assert list(plan.checklist(1)["do"]) == [BOOK.do]
    after = plan.after(5).set_index("service")
    assert after.loc["entries", "state"].startswith("people are harmed")
    assert after.loc["births", "state"] == "in time"
    assert list(after["on_paper"]) == [1500, 10]
    assert list(after["to_repeat"]) == [300, 48]
    assert list(after["hours_left"]) == [0, 67]


def test_a_recovery_time_is_shorter_than_the_tolerable_time() -> None:
    """NIST SP 800-34 Rev. 1: "the RTO must normally be shorter than the MTD"."""
    late = BorderService("entries", mtd=4, rto=4, rpo=1, entries=1, steps=(BOOK,))
    with pytest.raises(InputError, match="not shorter"):
        degraded_plan([late])
    never = BorderService("entries", mtd=2, rto=1, rpo=1, entries=1, steps=(SLIPS,))
    with pytest.raises(InputError, match="already harmed"):
        degraded_plan([never])
    good = BorderService("entries", mtd=4, rto=2, rpo=1, entries=1, steps=(BOOK,))
    with pytest.raises(InputError, match="twice"):
        degraded_plan([good, good])
