"""The practice certificates: the stored tables, and for each story the verdicts that it must get."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bordercourse import documents as doc
from bordercourse.datasets import make_practice_certificates
from bordercourse.datasets.makers.stories import STORIES
from bordercourse.documents import practice
from bordercourse.errors import InputError

FINE = ("well_formed", "unchanged", "trusted", "officer_decides")
EXPECTED = {
    "genuine": FINE,
    "altered": ("well_formed", "altered", "not_checked", "not_checked"),
    "expired signer": ("well_formed", "unchanged", "expired", "not_checked"),
    "revoked signer": ("well_formed", "unchanged", "revoked", "not_checked"),
    "signer not yet valid": ("well_formed", "unchanged", "not_yet_valid", "not_checked"),
    "signer for other documents": ("well_formed", "unchanged", "wrong_usage", "not_checked"),
    "unknown issuer": ("well_formed", "unchanged", "unknown_key", "not_checked"),
    "unrecognised authority, genuine event": ("well_formed", "unchanged", "unknown_key", "not_checked"),
    "name written in two ways": FINE,
    "Buddhist-Era date": FINE,
    "day and month exchanged on the page": FINE,
    "day and month exchanged by the clerk": FINE,
    "replayed code": FINE,
    "corrected since": (*FINE[:3], "superseded"),
    "withdrawn since": (*FINE[:3], "withdrawn"),
    "torn code": ("malformed", "not_checked", "not_checked", "not_checked"),
}


# The casebook of the exercise is stored without the truth about its certificates: it stands in the key.
KEY = Path(__file__).parents[1] / "answers" / "03-cross-border-verification" / "casebook.toml"
CASEBOOK = tomllib.loads(KEY.read_text(encoding="utf-8"))


def test_the_casebook_is_none_that_was_practised_on() -> None:
    assert not set(practice.casebook()["certificate"]) & set(practice.certificates()["certificate"])


def test_every_story_gets_its_verdicts() -> None:
    assert EXPECTED.keys() == STORIES.keys()
    cases = practice.certificates()
    assert set(cases["what_happened"]) == STORIES.keys()
    told = practice.casebook().assign(what_happened=CASEBOOK["stories"])
    for case in [*cases.to_dict("records"), *told.to_dict("records")]:
        found = practice.verify_case(case["text"])
        assert tuple(found.codes.values()) == EXPECTED[case["what_happened"]], case["case_id"]
        read = doc.read_qr(_png(case["text"]))
        assert read == [case["text"]]


def test_the_exercise_tells_what_the_certificates_say() -> None:
    """Names, dates and answers in the casebook's cases are those of the stored certificates."""
    import ast
    import json

    slug = "03-cross-border-verification"
    path = Path(__file__).parents[2] / "exercises" / "source" / slug / f"{slug}.ipynb"
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]}
    call = next(n for n in ast.walk(ast.parse(cells["c-certificates-show"])) if isinstance(n, ast.Call))
    told = next(ast.literal_eval(k.value) for k in call.keywords if k.arg == "cases")
    cases = practice.casebook().set_index("case_id")
    answers = practice.verify_cases(practice.casebook())
    assert set(told) == set(cases.index)
    for case, text in told.items():
        name = cases.loc[case, "name"].title()
        assert name in text, case
        three = (answers.loc[case].iloc[:3] == "yes").all()
        assert three == ("Form, integrity, issuer trust: yes" in text), case
        for word in ("altered", "unknown key", "expired", "revoked"):
            assert (word in text) == any(word in str(a) for a in answers.loc[case]), (case, word)
    for case in ("C07", "C10"):
        assert cases.loc[case, "printed_date"] in told[case]
    assert cases.loc["C11", "text"] == cases.loc["C01", "text"]


def test_the_practice_register_is_asked_only_where_protection_allows() -> None:
    from bordercourse.documents.register import ask_practice_register

    cases = practice.certificates()
    heard = ask_practice_register(cases)
    in_need = (cases["protection"] != "no need seen").to_numpy()
    assert in_need.sum() == 5
    marked = in_need | (cases["bearer"] != "seems the subject").to_numpy()
    council = (cases["what_happened"] == "unrecognised authority, genuine event").to_numpy()
    assert in_need[council].all()  # its holder may fear the State whose register would be asked
    assert ((heard["answer"] == "not asked") == marked).all()
    assert heard["questions so far"].iloc[-1] == (~marked).sum()
    stories = cases.set_index("case_id")["what_happened"]
    for story, answer in {
        "altered": "differs",
        "day and month exchanged by the clerk": "differs",
        "unrecognised authority, genuine event": "not asked",
        "expired signer": "not found",
        "name written in two ways": "match",
        "replayed code": "not asked",
        "torn code": "match",
        "Buddhist-Era date": "match",
    }.items():
        assert set(heard["answer"][stories[stories == story].index]) == {answer}, story
    down = ask_practice_register(cases.iloc[:3], line_down=True)
    assert down["answer"].tolist() == ["not asked", "cannot say", "cannot say"]


def _png(text: str) -> bytes:
    import io

    png = io.BytesIO()
    doc.make_qr(text).save(png, kind="png", scale=2)
    return png.getvalue()


def test_three_certificates_must_not_lead_to_a_question() -> None:
    for seed in range(5):
        made = make_practice_certificates(seed, list(STORIES)).certificates
        assert (~made["protection"].isin(["no need seen", "not sure"])).sum() == 3
        council = made["what_happened"] == "unrecognised authority, genuine event"
        assert (made["protection"][council] != "no need seen").all()


def test_a_year_of_the_buddhist_era_stands_on_a_name_from_where_it_is_printed() -> None:
    for seed in range(5):
        made = make_practice_certificates(seed).certificates.set_index("what_happened")
        assert made.loc["Buddhist-Era date", "name"] in {"BOONMEE SOMCHAI", "SRISUK MALEE"}
        codes = made["certificate"]
        assert (codes == codes["replayed code"]).sum() == 2


def test_a_casebook_of_another_seed_shares_no_number() -> None:
    stories = ["genuine", "altered", "Buddhist-Era date"]
    first, second = (make_practice_certificates(seed, stories) for seed in (3, 4))
    assert not set(first.certificates["certificate"]) & set(second.certificates["certificate"])
    assert set(second.certificates["certificate"]) <= set(second.register["certificate"])


@pytest.mark.parametrize("signs", [["seeks asylum"], ["seeks asylum", "is tall"], []])
def test_signs_that_do_not_fit_are_refused(signs: list[str]) -> None:
    with pytest.raises(InputError, match="signs"):
        make_practice_certificates(1, ["genuine", "altered"], signs)


@pytest.mark.parametrize("stories", [["no such story"], ["withdrawn since", "withdrawn since"]])
def test_a_story_that_cannot_be_told_is_refused(stories: list[str]) -> None:
    with pytest.raises(InputError, match="stories"):
        make_practice_certificates(1, stories)
