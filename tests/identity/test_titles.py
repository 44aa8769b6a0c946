"""Titles, short forms and words of descent, as offices of the region write them."""

from __future__ import annotations

import pytest

from bordercourse.identity import compare_names, normalise_name, skeleton


@pytest.mark.parametrize(
    ("left", "right"),
    [
        # written together with the name
        ("นางสุดา", "สุดา"),
        ("เด็กหญิงวิไล", "วิไล"),
        ("ด.ญ.วิไล", "วิไล"),
        ("นางสาวิตรี", "สาวิตรี"),  # the title is นาง: what follows นางสาว could not be read
        ("លោកស្រីបុប្ផា", "បុប្ផា"),
        ("លោក\u200bវិបុល", "វិបុល"),
        ("អ្នកនាងធីតា", "ធីតា"),
        ("ທ້າວບຸນມີ", "ບຸນມີ"),
        ("ນາງສາວຄຳແພງ", "ຄຳແພງ"),
        ("ဒေါ်မြမြ", "မြမြ"),
        ("ဦးသန့်", "သန့်"),
        # written apart
        ("นาย วิชัย", "วิชัย"),
        ("HJ. Osman", "Osman"),
        ("Tuan Haji Osman", "Osman"),
        ("Osman bin Haji Idris", "Osman bin Idris"),
        ("Ibu Kartini", "Kartini"),
        ("Ông Trần Văn Nam", "Trần Văn Nam"),
        ("Dato’ Kamal", "Kamal"),
        # words of descent
        ("Rohani bte. Hamid", "Rohani binti Hamid"),
        ("Rohani binte Hamid", "ROHANI BT HAMID"),
        ("Ravi A/L Suresh", "Ravi s/o Suresh"),
        ("Ravi a / l Suresh", "Ravi anak lelaki Suresh"),
        ("Meena d/o Suresh", "Meena anak perempuan Suresh"),
    ],
)
def test_one_name_with_and_without_its_title_or_short_form(left: str, right: str) -> None:
    comparison = compare_names(left, right)
    assert comparison.level == "same"
    assert "title" in comparison.reason
    assert skeleton(left) == skeleton(right)


@pytest.mark.parametrize(
    "name",
    [
        "นายิกา",  # no syllable can begin where the title would end
        "นางาม",
        "นาย",  # nothing else is written
        "លោកិយ",
        "လင်းမင်း",
        "Haji bin Osman",  # here Haji is his name
        "Miss",
    ],
)
def test_what_is_no_title_stays(name: str) -> None:
    assert normalise_name(name) == name.casefold()


@pytest.mark.parametrize(
    ("left", "right"), [("မခင်စော", "ခင်စော"), ("Daw Hnin", "Hnin"), ("คุณนภา", "นภา"), ("Ko Zaw", "Zaw")]
)
def test_a_word_that_may_be_a_title_never_makes_two_names_the_same(left: str, right: str) -> None:
    assert compare_names(left, right).level == compare_names(right, left).level == "near"
    assert normalise_name(left) != normalise_name(right)
    assert "title" in compare_names(left, right).reason


def test_a_doubled_name_is_no_title() -> None:
    assert compare_names("မောင်မောင်", "မောင်").level == "different"
    assert compare_names("Ma Ma Lay", "Khin Ma Lay").level != "same"


@pytest.mark.parametrize("short", ["Mohd", "Mohd.", "Muhd", "Mhd", "Md"])
def test_short_forms_of_muhammad_have_its_consonants(short: str) -> None:
    assert compare_names(f"{short} Faizal", "Muhammad Faizal").level == "sound"
    assert skeleton(f"{short} Faizal") == skeleton("Mohamad Faizal")


@pytest.mark.parametrize(("left", "right"), [("王伟", "汪玮"), ("李明", "黎铭"), ("芳", "方")])
def test_chinese_names_that_are_read_alike_are_not_called_accents(left: str, right: str) -> None:
    comparison = compare_names(left, right)
    assert comparison.level == "sound"
    assert "other characters" in comparison.reason


def test_one_character_of_a_chinese_name_is_no_slip_of_the_hand() -> None:
    assert compare_names("陈美玲", "陈美华").level == "different"
    assert compare_names("陈 美玲", "陈美玲").level == "same"
    assert compare_names("陈美玲", "Chen Meiling").level == "sound"


@pytest.mark.parametrize(("left", "right"), [("حسين", "هسين"), ("สุดา", "ศุดา"), ("ស៊ុន", "ស៉ុន")])
def test_only_accents_are_called_accents(left: str, right: str) -> None:
    """Two letters that Latin letters cannot tell apart are two letters."""
    assert compare_names(left, right).level == "sound"
