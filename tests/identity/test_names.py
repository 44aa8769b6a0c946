"""Names: published transliterations, printed distances, and properties that must hold."""

from __future__ import annotations

import jellyfish
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bordercourse.errors import InputError
from bordercourse.identity import (
    compare_names,
    mrz_arabic,
    name_distances,
    normalise_name,
    romanise,
    script_of,
    skeleton,
)


@pytest.mark.parametrize(
    ("arabic", "printed"),
    [
        ("ابو بكر محمد بن زكريا الرازي", "ABW<BKR<MXHMD<BN<ZKRYA<ALRAZY"),
        ("جمال عبد الناصر", "JMAL<EBD<ALNAXSSR"),
        ("إسماعيل عز الدين", "ISMAEYL<EZ<ALDYN"),
        ("جميلة نعيمة", "JMYLXAH<NEYMXAH"),
        ("عبد العزيز بن متعب", "EBD<ALEZYZ<BN<MTEB"),
        ("هاري الشماع", "HARY<ALXSHMAE"),
        ("عبّاس", "EBBAS"),
        ("فضّة", "FXDZXDZXAH"),
    ],
)
def test_arabic_letters_as_icao_doc_9303_part_3_codes_them(arabic: str, printed: str) -> None:
    assert mrz_arabic(arabic) == printed


def test_teh_marbuta_inside_a_name_part_is_xta() -> None:
    assert mrz_arabic("ةا") == "XTAA"


def test_a_letter_outside_the_table_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="'Q' has no code"):
        mrz_arabic("محمدQ")


@pytest.mark.parametrize(
    ("left", "right", "printed"),
    [("MARTHA", "MARHTA", 0.961), ("DWAYNE", "DUANE", 0.840), ("DIXON", "DICKSONX", 0.813)],
)
def test_jaro_winkler_of_winklers_pairs(left: str, right: str, printed: float) -> None:
    assert name_distances(left, right)["jaro_winkler"] == pytest.approx(printed, abs=0.0006)


def test_two_things_are_called_damerau_levenshtein() -> None:
    distances = name_distances("CA", "ABC")
    assert distances["damerau_levenshtein"] == 2
    assert distances["osa"] == 3


def test_soundex_of_the_textbook() -> None:
    assert jellyfish.soundex("Robert") == jellyfish.soundex("Rupert") == "R163"
    assert compare_names("Robert", "Rupert").same_soundex


def test_accents_tell_vietnamese_names_apart_and_are_not_lost() -> None:
    assert normalise_name("HÙNG") != normalise_name("HƯNG")
    assert romanise("Hùng") == romanise("Hưng") == "hung"
    assert compare_names("Hùng", "Hưng").level == "accents"
    assert normalise_name("Nguyễn") == normalise_name("Nguyễn")  # composed and decomposed


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("Nguyễn Thị Ánh", "NGUYỄN  THỊ ÁNH", "same"),
        ("Nguyễn Thị Ánh", "Ánh Nguyễn Thị", "order"),
        ("João", "Joao", "accents"),
        ("محمد", "Muhammad", "sound"),
        ("عبدالرحيم", "Abd al-Rahim", "sound"),
        ("สมชาย", "Somchai", "sound"),
        ("สุดา", "Suda", "sound"),
        ("ศรีสุวรรณ", "Srisuwan", "sound"),
        ("សុវណ្ណ", "Sovann", "sound"),
        ("Ahmad bin Osman", "Ahmad Osman", "sound"),
        ("Katharina", "Kathabina", "near"),
        ("มาลี", "Somchai", "different"),
        ("Li", "Le", "sound"),  # coarse, as the docstring of skeleton warns
    ],
)
def test_levels_of_agreement(left: str, right: str, level: str) -> None:
    found = compare_names(left, right)
    assert found.level == level
    assert found.reason in str(found)
    assert compare_names(right, left).level == level


@pytest.mark.parametrize(
    ("left", "right"),
    [("ليلى الحمامي", "Layla Alhammami"), ("al-Warraq", "Alwarraq"), ("วิไล", "Vilai"), ("Wanpen", "Vanpen")],
)
def test_a_glued_article_and_w_for_v_leave_the_skeleton_as_it_is(left: str, right: str) -> None:
    assert skeleton(left) == skeleton(right)
    assert skeleton("Ali") != skeleton("Li Ha")


def test_presentation_forms_and_vowel_signs_do_not_matter() -> None:
    assert normalise_name("ﻣﺤﻤﻮد") == normalise_name("محمود") == normalise_name("مَحْمُود")


def test_titles_go_and_a_name_that_is_only_a_title_stays() -> None:
    assert normalise_name("นาย สมชาย") == "สมชาย"
    assert normalise_name("Mrs. Lan") == "lan"
    assert normalise_name("Miss") == "miss"


def test_a_name_without_letters_is_refused() -> None:
    with pytest.raises(InputError, match="left: the name has no letter"):
        compare_names("--", "Lan")
    with pytest.raises(InputError, match="not text"):
        normalise_name(None)  # type: ignore[arg-type]
    assert script_of("12") == "None"
    assert script_of("Иван") == "Other"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30))
def test_any_text_can_be_normalised_and_once_is_enough(text: str) -> None:
    once = normalise_name(text)
    assert normalise_name(once) == once
    assert set(romanise(text)) <= set("abcdefghijklmnopqrstuvwxyz ")
    assert set(skeleton(text)) <= set("abcdefghijklmnopqrstuvwxyz")


@settings(max_examples=60, deadline=None)
@given(st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1, max_size=20))
def test_icao_codes_of_plain_arabic_letters_can_be_turned_back(word: str) -> None:
    single = {mrz_arabic(letter): letter for letter in set(word)}
    code, back = mrz_arabic(word), ""
    while code:
        take = next(c for c in sorted(single, key=len, reverse=True) if code.startswith(c))
        back, code = back + single[take], code[len(take) :]
    assert back == word
