"""A record with a slip names the file, the key and what to do; no record is half read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bordercourse.course import manifest, modules
from bordercourse.course.manifest import Module, number_of
from bordercourse.datasets import records
from bordercourse.datasets.records import Record
from bordercourse.errors import InputError
from bordercourse.validation import read_record

GOOD = Path(manifest.__file__).parent / "modules" / "04-irregular-migrants.toml"


def changed(folder: Path, old: str, new: str) -> Path:
    text = GOOD.read_text(encoding="utf-8")
    assert old in text
    path = folder / "44-copy.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("title = ", "titel = ", "title is missing"),
        ("title = ", "titel = ", "titel is not known"),
        ("not_for = ", "# ", "not_for is missing"),
        ("\nindicator = ", "\n# ", "goals 1, indicator is missing"),
        ("\nanswer = ", "\nkey = ", "self_check 1, answer is missing"),
        ("\nanswer = ", "\nkey = 'a'\nanswer = ", "self_check 1, key is not known"),
        ("\ngoal = ", '\ngoal = "16" #', "goals 1, goal: input should be a valid integer"),
        ('kind = "module"', 'kind = "modul"', "kind: input should be 'module' or 'check'"),
        ('kind = "module"', "kind = module", "it is no TOML: Invalid value (at line 1"),
    ],
)
def test_a_slip_in_a_record_is_named_with_file_and_key(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(InputError) as told:
        read_record(changed(tmp_path, old, new), Module, slug="44-copy")
    assert str(told.value).startswith("44-copy.toml: ")
    assert says in str(told.value)
    assert "Compare it with a record that works" in str(told.value)


def test_a_slip_in_the_record_of_a_table_is_named(tmp_path: Path) -> None:
    good = Path(records.__file__).parent / "tables" / "births_and_deaths.toml"
    path = tmp_path / "births.toml"
    text = good.read_text(encoding="utf-8")
    path.write_text(text.replace("meaning", "meanning", 1), encoding="utf-8")
    with pytest.raises(InputError, match="births.toml: columns 1, meaning is missing; columns 1, meanning"):
        read_record(path, Record, name="births")
    path.write_text(text.replace('kind = "integer"', 'kind = "number of births"', 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"births.toml: columns \d, kind: input should be 'text', 'integer'"):
        read_record(path, Record, name="births")


def test_several_slips_are_told_at_once(tmp_path: Path) -> None:
    path = changed(tmp_path, "title = ", "titel = ")
    path.write_text(path.read_text(encoding="utf-8").replace("not_for", "not_four"), encoding="utf-8")
    with pytest.raises(InputError, match="title is missing; not_for is missing; titel is not known"):
        read_record(path, Module, slug="44-copy")


def test_each_module_has_the_number_of_its_slug() -> None:
    assert [m.number for m in modules("check")] == ["", ""]
    assert (
        [m.number for m in modules()]
        == [m.slug[:2] for m in modules()]
        == sorted(number_of(m.slug) for m in modules())
    )
