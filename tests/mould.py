"""What the shape of a lesson and of an exercise demands, as numbers."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import simplemma
import wordfreq

ROOT = Path(__file__).resolve().parent.parent
PROSE_WORDS, ALL_WORDS, CODE_CELLS, FIGURES, NUMBERS = 1700, 2300, 10, 5, 12
SENTENCE = 22  # words
FREQUENT = 8000
LAW_WORDS = 350
READING, CLICK, BLANK, CASE, MEMO = 110, 25, 60, 45, 9 * 60  # words a minute; seconds


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def markdown(path: Path) -> str:
    """The running text that a reader sees: no marks, no addresses, no pictures."""
    text = "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    return re.sub(r"<!--.*?-->|(?<=\])\([^)\s]*\)", "", text, flags=re.S)


def words(text: str) -> list[str]:
    return re.findall(r"\w[\w'’.,-]*", text)


def printed(path: Path) -> str:
    """What tables and cards print: the outputs that are text."""
    texts = []
    for cell in read(path).cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                continue  # its description stands for those who cannot see it
            html = "".join(data.get("text/html", data.get("text/plain", output.get("text", ""))))
            texts.append(re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.S))
    return "\n".join(texts)


def sentences(text: str) -> list[str]:
    """The sentences of running text; rows of tables, headings and sources are none."""
    body = re.sub(r"```.*?```", "", text.split("**Sources**")[0], flags=re.S)
    lines = [re.sub(r"^([-*>\d.]+ )+", "", line).strip(" >") for line in body.splitlines()]
    joined = " ".join(f"{line}." for line in lines if line and not line.startswith(("|", "#", "$", "<")))
    joined = re.sub(r"[*_`\"“”()]", "", joined)
    return [s for s in re.split(r"(?<=[.!?:;])\s+", joined) if s.strip(". ")]


def minutes(path: Path) -> list[int]:
    """The minutes that stand at the end of each part's heading."""
    return [int(n) for n in re.findall(r"^## .*\((\d+) min(?:utes)?\)\s*$", markdown(path), re.M)]


# --- code ---------------------------------------------------------------------------------------


def visible_code(cell: Any) -> list[str]:
    """What is wrong with a code cell that a reader would see; nothing where it is folded under a caption."""
    source = cell.source.strip()
    if cell.metadata.get("jupyter", {}).get("source_hidden"):
        caption = source.splitlines()[0]
        return [] if re.match(r"# [A-Z].{5,}", caption) else [f"no caption in the first line: {caption!r}"]
    wrong = []
    lines = [line for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]
    if len(lines) > 3:
        wrong.append(f"{len(lines)} visible lines")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.For, ast.While, ast.comprehension)):
            wrong.append("a loop")
        if isinstance(node, ast.JoinedStr):
            wrong.append("an f-string")
        if isinstance(node, ast.Dict):
            wrong.append("a dictionary")
        if isinstance(node, ast.Call) and any(
            isinstance(inner, ast.Call) for argument in node.args for inner in ast.walk(argument)
        ):
            wrong.append("a nested call")
    return wrong


# --- words --------------------------------------------------------------------------------------


@cache
def frequent() -> frozenset[str]:
    top = wordfreq.top_n_list("en", FREQUENT)
    return frozenset(top) | {base(word) for word in top}


def base(word: str) -> str:
    return simplemma.lemmatize(word, "en").lower()


def american(word: str) -> str:
    """The other spelling of a word: the list of frequent words counts the two apart."""
    return re.sub(r"our(?=s?$|ed$|ing$)", "or", word).replace("ller", "ler").replace("lled", "led")


@cache
def glossary() -> frozenset[str]:
    """Every word of the terms in the glossary."""
    with (ROOT / "locale" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        terms = {row["term_en"] for row in csv.DictReader(file)}
    return frozenset(base(word) for term in terms for word in re.findall(r"[a-z]+", term.lower()))


def rare_words(path: Path) -> list[str]:
    """Words beyond the most frequent that are no term of the lesson, not in the glossary, not explained.

    A word is explained where it stands in bold, which is how a lesson prints a word that it explains; names,
    numbers and words with a hyphen do not count.
    """
    text = markdown(path).split("**Sources**")[0]
    explained = {
        base(w) for bold in re.findall(r"\*\*(.+?)\*\*", text) for w in re.findall(r"[a-z]+", bold.lower())
    }
    rare = set()
    for word in re.findall(r"(?<![\w/.-])[a-z][a-z'’]+(?![\w-])", re.sub(r"`[^`]*`", "", text)):
        plain = re.sub(r"['’]s?$", "", word)
        known = frequent() | glossary() | explained
        if not {plain, base(plain), american(plain), base(american(plain))} & known:
            rare.add(plain)
    return sorted(rare)


# --- exercises ----------------------------------------------------------------------------------


def released(path: Path) -> Any:
    """An exercise as participants get it: without solutions and hidden tests."""
    notebook = read(path)
    for cell in notebook.cells:
        cell.source = re.sub(r"### BEGIN (HIDDEN TESTS|SOLUTION).*?### END \1", "", cell.source, flags=re.S)
    return notebook


def law_words(path: Path) -> int:
    """Words of the longest law card: block quotes of the part that prints it."""
    cards = [
        "\n".join(line.lstrip("> ") for line in cell.source.splitlines() if line.startswith(">"))
        for cell in read(path).cells
        if cell.cell_type == "markdown"
    ]
    return max((len(words(card)) for card in cards if "ection" in card), default=0)


def working_seconds(path: Path) -> dict[str, float]:
    """How long an exercise takes a reader of plain English, by what takes the time."""
    shown = clicks = cases = blanks = 0
    memo = False
    for cell in released(path).cells:
        if cell.cell_type == "markdown":
            if cell.metadata.get("nbgrader", {}).get("solution"):
                memo = True  # the model note of the source is not in the release
                continue
            shown += len(words(re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", cell.source)))
            continue
        blanks += len(re.findall(r"(?<![\w.\"'])\.\.\.(?![\w.\"'])", cell.source))
        for call in (n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Call)):
            name = ast.unparse(call.func)
            if name not in ("exercise.choice", "exercise.choices", "exercise.casebook"):
                continue
            texts = [
                n.value for n in ast.walk(call) if isinstance(n, ast.Constant) and isinstance(n.value, str)
            ]
            shown += sum(len(words(text)) for text in texts)
            if name == "exercise.casebook":
                book = next(
                    (k.value for k in call.keywords if k.arg == "cases"),
                    call.args[1] if call.args[1:] else None,
                )
                cases += len(book.keys) if isinstance(book, ast.Dict) else 0
            else:
                clicks += 1
    return {
        "reading": 60 * shown / READING,
        "clicks": CLICK * clicks,
        "blanks": BLANK * blanks,
        "cases": CASE * cases,
        "memo": MEMO if memo else 0,
    }
