"""What a participant wrote passes one cleaner, and comes out harmless and readable."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from bordercourse.grading.pages.clean import clean, plain, safe_picture
from bordercourse.grading.pages.shown import ShownParts
from bordercourse.grading.pages.stored import clean_notebook, harmless_markdown
from tests.hostile_markup import HTML, MARKDOWN, svg

MAY_STAND = (
    "a abbr b blockquote br caption code dd del details div dl dt em h2 h3 h4 h5 h6 hr i img li ol p pre s "
    "small span strong sub summary sup table tbody td tfoot th thead tr u ul"
)
COMMANDS = re.compile(r"\\(href|url|style|bbox|require|class|cssId|unicode|includegraphics)")


class Looked(HTMLParser):
    """A second reader, which knows nothing of how the first one cleans."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in MAY_STAND.split():
            self.wrong.append(tag)
        for name, value in attributes:
            value = value or ""
            if name.startswith("on") or name in ("id", "name", "class", "srcset", "background"):
                self.wrong.append(name)
            if name == "src" and not value.startswith("data:image/"):
                self.wrong.append(f"src={value}")
            if name == "href" and not re.match(r"https?://|mailto:|#", value):
                self.wrong.append(f"href={value}")
            if name == "style" and re.search(r"[(\\@]|position|-\d", re.sub(r"(rgb|hsl)a?\(", "", value)):
                self.wrong.append(f"style={value}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append("comment")


@pytest.mark.parametrize("name", HTML)
def test_hostile_html_loses_what_runs_or_loads(name: str) -> None:
    assert Looked(str(clean(f"before {HTML[name]} after"))).wrong == []


@pytest.mark.parametrize("name", MARKDOWN)
def test_hostile_markdown_becomes_harmless_html(name: str, tmp_path: Path) -> None:
    assert Looked(str(ShownParts(tmp_path).markdown(MARKDOWN[name]))).wrong == []


def test_words_and_looks_that_harm_nobody_stay() -> None:
    text = (
        "<table><thead><tr><th scope='col'>district</th></tr></thead><tbody><tr><td colspan='2' "
        "style='text-align: right; color: #900; padding: 2px 4px'>9,800</td></tr></tbody></table>"
        "<ul style='list-style: none'><li>one <b>two</b> <a href='https://a.example/x?y=1'>three</a></li></ul>"
    )
    cleaned = str(clean(text))
    for part in (
        '<th scope="col">district',
        "text-align: right; color: #900; padding: 2px 4px",
        "list-style: none",
    ):
        assert part in cleaned
    assert 'href="https://a.example/x?y=1" rel="noopener noreferrer"' in cleaned
    assert str(clean("3 < 4 & 5 > 4")) == "3 &lt; 4 &amp; 5 &gt; 4"
    assert str(clean("<h1>Top</h1>")) == "<h2>Top</h2>"


def test_a_style_that_covers_the_page_or_loads_is_left_out_alone() -> None:
    style = (
        "color: red; width: 99999px; margin-left: -20px; border: 1px solid rgb(1, 2, 3); list-style: url(x)"
    )
    assert str(clean(f"<p style='{style}'>x</p>")) == (
        '<p style="color: red; border: 1px solid rgb(1, 2, 3)">x</p>'
    )


def test_tags_inside_tags_without_end_are_shown_as_text() -> None:
    deep = "<div>" * 30_000 + "the memo"
    cleaned = str(clean(deep))
    assert cleaned.startswith("<pre>&lt;div&gt;")
    assert "the memo" in cleaned
    # A list of a thousand lines, or a table, is not deep.
    assert "<li>" in str(clean("<ul>" + "<li>x" * 1000 + "</ul>"))


def test_a_picture_is_one_and_can_be_unpacked() -> None:
    small, huge = io.BytesIO(), io.BytesIO()
    Image.new("1", (10, 10)).save(small, "png")
    Image.new("1", (9000, 9000)).save(huge, "png")
    assert len(huge.getvalue()) < 50_000
    assert safe_picture("image/png", small.getvalue()).startswith("data:image/png;base64,")
    assert safe_picture("image/png", huge.getvalue()) == ""
    assert safe_picture("image/png", b"<script>") == ""
    inside = f"<img alt='x' src='data:image/png;base64,{base64.b64encode(huge.getvalue()).decode()}'>"
    assert "base64" not in str(clean(inside))


def test_a_name_stays_on_its_line() -> None:
    assert plain("Nguyễn Ân\n<b>") == "Nguyễn Ân?<b>"
    assert plain("\u202egnp.exe") == "?gnp.exe"
    assert plain("ស\u200bខ") == "ស\u200bខ", "a word joiner belongs to the script"
    assert len(plain("a" * 5000)) == 200


def test_a_page_has_room_for_so_much(tmp_path: Path) -> None:
    parts = ShownParts(tmp_path)
    page = str(parts.markdown(" ".join(f"$x_{{{n}}}$" for n in range(3000))[:20_000]))
    assert page.count("<img") == 60
    assert page.count("<code>") > 1000, "the others stand as they were typed"
    long = str(parts.markdown("word " * 10_000))
    assert long.startswith("<pre>word word")
    assert "(the rest is left out)" in long
    for _n in range(60):
        parts.markdown("**a** " * 1000)
    full = str(parts.markdown("**a** " * 1000))
    assert "<strong>" not in full, "the page is full"
    assert "**a** **a**" in full, "and the words are there"


@pytest.mark.parametrize(
    "signs", ["[", "![", "*a_", "> ", "- a\n  ", "<a ", "\\begin{a}", "[[a](b)", "$", "`"]
)
def test_nested_signs_end_in_words(signs: str, tmp_path: Path) -> None:
    assert Looked(str(ShownParts(tmp_path).markdown((signs * 20_000)[:19_000] + " end"))).wrong == []


def test_a_picture_that_is_not_there_stops_nothing(tmp_path: Path) -> None:
    page = str(
        ShownParts(tmp_path).markdown("![my map](attachment:gone.png) ![](nothere.png) ![](../../secret.png)")
    )
    assert "(picture left out: my map)" in page
    assert page.count("(picture left out)") == 2


# -- what is stored ---------------------------------------------------------------------------------


def bundle(**data: str) -> nbformat.NotebookNode:
    made = {name.replace("_", "/", 1): value for name, value in data.items()}
    return nbformat.v4.new_output("display_data", made)


def test_a_memo_without_tricks_is_stored_as_it_was() -> None:
    memo = (
        "# Note\n\nFirst the **counter**: 3 < 4, a <= b, `x<y`; see [the Act](https://a.example), 50 $ and "
        "$\\frac{1}{2}$.\n\n![](attachment:map.png) ![plan](plan.jpg)\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    assert harmless_markdown(memo.replace("x<y", "x < y")) == memo.replace("x<y", "x < y")


@pytest.mark.parametrize("name", [*HTML, *MARKDOWN])
def test_no_reader_of_a_stored_memo_finds_a_tag_or_a_picture(name: str) -> None:
    stored = harmless_markdown({**HTML, **MARKDOWN}[name])
    assert not re.search(r"<[A-Za-z/!?]", stored)
    assert not re.search(r"!\[", stored)
    assert not COMMANDS.search(stored)
    assert "```mermaid" not in stored
    assert harmless_markdown(stored) == stored


def test_stored_outputs_hold_text_pictures_and_clean_tables(tmp_path: Path) -> None:
    code = nbformat.v4.new_code_cell("x")
    code.outputs = [
        bundle(text_html="".join(HTML.values()), text_plain="a table"),
        bundle(application_javascript="alert(1)", text_plain="<object>"),
        bundle(text_markdown=MARKDOWN["picture"]),
        bundle(text_latex=MARKDOWN["formula"]),
        bundle(**{"image_svg+xml": svg()}),
        bundle(**{"application_vnd.jupyter.widget-view+json": "{}"}, text_plain="Box()"),
        nbformat.v4.new_output("execute_result", {"text/plain": "2.0", "text/html": "<script>1</script>"}),
        nbformat.v4.new_output("stream", text="<script>only words</script>"),
    ]
    code.outputs[0].metadata = {"isolated": True}
    memo = nbformat.v4.new_markdown_cell(
        "![x](attachment:a.svg)", attachments={"a.svg": {"image/svg+xml": svg()}}
    )
    notebook = nbformat.v4.new_notebook(cells=[code, memo])
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    clean_notebook(notebook, tmp_path)
    kinds = {kind for output in code.outputs for kind in output.get("data", {})}
    assert kinds <= {"text/plain", "text/html", "image/png", "image/jpeg"}
    for output in code.outputs:
        assert Looked(output.get("data", {}).get("text/html", "")).wrong == []
        assert not output.get("metadata")
    assert [output.data["text/plain"] for output in code.outputs[:2]] == ["a table", "<object>"]
    assert code.outputs[6].data["text/plain"] == "2.0", "the score stays"
    assert code.outputs[7].text == "<script>only words</script>"
    assert memo.attachments == {}
    assert "widgets" not in notebook.metadata
    assert not COMMANDS.search(code.outputs[3].data["text/html"]), "JupyterLab typesets tables too"
    nbformat.validate(notebook)


def test_the_instructors_own_text_is_stored_as_it_is(tmp_path: Path) -> None:
    text = nbformat.v4.new_markdown_cell("<div class='law'>Section 1</div>")
    text.metadata["nbgrader"] = {"grade": False, "solution": False, "locked": True, "grade_id": "law"}
    memo = nbformat.v4.new_markdown_cell("<div class='law'>Section 9</div>")
    memo.metadata["nbgrader"] = {"grade": True, "solution": True, "locked": True, "grade_id": "d-memo"}
    clean_notebook(nbformat.v4.new_notebook(cells=[text, memo]), tmp_path)
    assert text.source == "<div class='law'>Section 1</div>"
    assert memo.source == "< div class='law'>Section 9< /div>"
