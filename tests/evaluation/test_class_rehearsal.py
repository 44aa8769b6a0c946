"""A class of forty invented people: roster, grades, report, marks and certificates in one command."""

from __future__ import annotations

from pathlib import Path

import pytest

from bordercourse.cli import main
from bordercourse.evaluation.class_list import class_members
from bordercourse.evaluation.class_results import class_results
from bordercourse.evaluation.issued import read_ledger


@pytest.mark.slow
def test_a_class_of_forty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "played"
    assert main(["rehearse-class", str(folder), "00-welcome"]) == 0
    told = capsys.readouterr().out
    assert "120 hand-ins, 120 as expected." in told
    course = folder / "course"
    people = class_members(course)
    assert {one.country for one in people} == {"Cambodia", "Indonesia", "Malaysia", "Thailand", "Viet Nam"}
    assert len(people) >= 40
    results = class_results(course)
    assert results.handed_in.sum().to_dict() == {"00-welcome": 40, "check-after": 40, "check-before": 40}
    certified = {one.person for one in read_ledger(course / "certificates").certificates}
    assert certified == set(results.handed_in.index[results.handed_in["00-welcome"]])
    page = (course / "report" / "public" / "report.html").read_text(encoding="utf-8")
    assert "By sex" in page
    assert "By country" not in page  # eight of each: too few to show
    assert not [one.name for one in people if one.name in page]
    # What participants see again holds neither country nor sex.
    for path in (course / "feedback").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "@example.org" not in text
        assert ">female<" not in text
    assert main(["rehearse-class", str(folder), "00-welcome"]) == 2
