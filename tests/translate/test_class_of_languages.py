"""Five people with five languages hand in to one English gradebook: exact scores, each told in their own."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bordercourse.course.answers import FILE_NAME, sheet_text
from bordercourse.errors import InputError
from bordercourse.grading.rehearsal import rehearse, simulate
from bordercourse.translate import offered
from bordercourse.translate.catalogues import files_of, open_catalogue
from tests import pretended

ROOT = Path(__file__).resolve().parents[2]
SOURCE, ANSWERS = ROOT / "exercises" / "source", ROOT / "tests" / "answers"
MODULES = ["00-welcome", "04-irregular-migrants"]
NAMES = ("library", "desk", "records", "protection", *MODULES)
# Each language of the course; one that nobody speaks stands in for it until its catalogues are whole.
# Its letter is none of another's.
STAND_INS = {"id": ("xe", "ő"), "km": ("xf", "ö"), "ms": ("xg", "ø"), "th": ("xh", "ō"), "vi": ("xi", "ǒ")}
SCRIPTS = {"km": "[\u1780-\u17ff]", "th": "[\u0e00-\u0e7f]", "vi": "[ạảấầẩậắằặẹẻếềểệịọỏốồổộớờởợụủứừửự]"}


def is_whole(language: str) -> bool:
    try:
        offered.refresh(language)
    except InputError:
        return False
    return set(MODULES) <= set(offered.pages(language))


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Five languages that modules 00 and 04 are whole in."""
    folder = tmp_path_factory.mktemp("checkout")
    first = pretended.pretend(folder, "xe", NAMES, "ő")
    chosen = []
    with contextlib.ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        for language, (stand_in, letter) in STAND_INS.items():
            if is_whole(language):
                chosen.append(language)
                shutil.copytree(ROOT / "locale" / language, folder / "locale" / language)
                continue
            for path in files_of(first, "xe").values() if stand_in != "xe" else ():
                po = open_catalogue(path, "xe")
                for entry in po:
                    entry.msgstr = entry.msgstr.replace("ő", letter)
                    entry.msgstr_plural = {n: w.replace("ő", letter) for n, w in entry.msgstr_plural.items()}
                po.metadata["Language"] = stand_in
                (folder / "locale" / stand_in).mkdir(exist_ok=True)
                (folder / "locale" / stand_in / path.name).write_text(str(po) + "\n", encoding="utf-8")
            lacking = stack.enter_context(pretended.offered(folder, stand_in))
            assert lacking == {module: [] for module in MODULES}
            chosen.append(stand_in)
        patch.setattr(offered, "_CATALOGUES", folder / "locale")
        yield chosen


@pytest.mark.slow
def test_a_class_of_five_languages_has_exact_scores_and_feedback_in_each(
    spoken: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[tuple[str, str], tuple[str, list[str]]] = {}

    def hand_in(person: simulate.SimulatedParticipant, folder: Path, module: str) -> None:
        """Hand in the page as a workspace of the language has it; the sheet says which."""
        language = spoken[len([one for one in given if one[0] == module])]
        says = [want.says for want in person.expected.values() if len(want.says.split()) > 2]
        given[module, person.name] = language, says
        person.expected = {
            name: simulate.Expected(want.score) for name, want in person.expected.items()
        }  # the words are other words
        page = offered.page_texts(language, module)
        assert page is not None
        plain(person, folder, module)
        import nbformat

        laid = offered.in_language(person.notebook, language, module)
        nbformat.write(laid, folder / f"{module}.ipynb")
        (folder / FILE_NAME).write_text(sheet_text(module, person.answers, language), encoding="utf-8")

    plain = simulate.SimulatedParticipant.hand_in
    monkeypatch.setattr(simulate.SimulatedParticipant, "hand_in", hand_in)
    rows = rehearse.rehearse(SOURCE, ANSWERS, MODULES, count=5, keep=tmp_path)
    assert [row for row in rows if row.differences] == []
    assert len(rows) == 10
    assert {language for language, _says in given.values()} == set(spoken)
    told = 0
    for (module, person), (language, says) in given.items():
        feedback = (tmp_path / "course" / "feedback" / person / module / f"{module}.html").read_text(
            encoding="utf-8"
        )
        assert f'<html lang="{language}">' in feedback
        assert "Draft translation, not yet reviewed by a native speaker." in feedback
        marked = json.loads(
            (tmp_path / "course" / "autograded" / person / module / f"{module}.ipynb").read_text("utf-8")
        )
        assert marked["metadata"]["bordercourse"]["language"] == language
        whole = re.sub(r"\s+", " ", feedback)
        told += len(says)
        assert [words for words in says if words in whole] == []
        assert len(re.findall(SCRIPTS.get(language, "[a-z]"), whole)) > 500
        for other, (stand_in, letter) in STAND_INS.items():
            if stand_in == language:
                assert whole.count(letter) > 100, other
            elif stand_in in spoken:
                assert letter not in whole, f"{module}, {person} speaks {language}, not {stand_in}"
    assert told > 10, "wrong answers were told something"
