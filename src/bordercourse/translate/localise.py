"""A notebook in another language: the English one with other words in it, and nothing else changed.

In a code cell only comments and the text arguments of a closed list of calls can be reached. They are
found in the syntax tree by the call's whole name, and replaced by their place in the source: names, keys,
letters, numbers, tests, points and ids stay as they are.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from bordercourse.course.notebooks import MEMO_STUB
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.translate.markdown_texts import has_words, markdown_texts

__all__ = ["NotebookText", "breaks_out", "localise", "texts"]


@dataclass(frozen=True)
class _Spoken:
    """Which arguments of a call are texts: by place or name, alone or as the values (or keys) of a table."""

    places: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    values: tuple[int | str, ...] = ()
    keys: tuple[int | str, ...] = ()
    items: tuple[int | str, ...] = ()


_MARK = _Spoken(names=("why",), values=("hints",))
# The whole name: `protection.choices` has other texts than `exercise.choices`, and they are codes.
_CALLS = {
    "exercise.choice": _Spoken(places=(1,), values=(2,)),
    "exercise.choices": _Spoken(places=(1,), values=(2,)),
    "exercise.casebook": _Spoken(values=("cases", "decisions", "reasons")),
    "exercise.check_number": _Spoken(names=("unit",)),
    "exercise.check_mapping": _Spoken(names=("unit",)),
    "exercise.mark": _Spoken(places=(2,)),
    **{
        f"exercise.mark_{kind}": _MARK
        for kind in ("choice", "choices", "text", "mapping", "list", "number", "table")
    },
    "Slip": _Spoken(places=(2,)),
    "Case": _Spoken(places=(2,), names=("hint",)),
    "print": _Spoken(places=(0, 1, 2, 3)),
    "plotting.show": _Spoken(places=(1,), names=("alt",)),
    "plotting.label": _Spoken(names=("title", "x", "y")),
    "datasets.ReadableFrame": _Spoken(keys=(0,)),
    "lesson.show_backlogs": _Spoken(keys=(0,)),
    "registration.compare_paths": _Spoken(items=(2,)),
}
_HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)
_SOLUTION = re.compile(r"### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)
_SIMPLE_F = re.compile(r'f"[^"\\\n]*"')
_FIELD = re.compile(r"\{[^{}]*\}")
# A translation that held the end mark of a hidden block would release what stands behind it.
_BREAKS_OUT = re.compile(r"###|\bBEGIN\b|\bEND\b")
_MARKDOWN, _COMMENT = "Markdown", "comment"


@dataclass(frozen=True)
class NotebookText:
    """One text of a notebook.

    Attributes
    ----------
    cell : str
        The cell's id.
    begin, end : int
        Where it stands in the cell's source, in characters.
    text : str
        What is translated.
    kind : str
        ``Markdown``, ``comment``, or the call and the key: ``exercise.choice 'a'``.
    after_marking : bool
        Whether nobody may see it before the hand-in is marked.
    written : str
        How it stands in the source: with its quotation marks, or its hash.
    """

    cell: str
    begin: int
    end: int
    text: str
    kind: str
    after_marking: bool = False
    written: str = field(default="", repr=False)

    def rewritten(self, words: str) -> str:
        """Return other `words` as they would stand in the source."""
        if self.kind == _MARKDOWN:
            return words
        if self.kind == _COMMENT:
            return f"# {words}"
        if self.written.startswith("f"):
            return f'f"{words}"'
        # Double quotation marks, save where single ones need no backslash: as the formatter writes it.
        quote = "'" if '"' in words and "'" not in words else '"'
        escaped = words.replace("\\", "\\\\").replace(quote, f"\\{quote}")
        return f"{quote}{escaped}{quote}"


def texts(notebook: Mapping[str, Any]) -> Iterator[NotebookText]:
    """Yield every text of a notebook that a person reads, in order.

    Parameters
    ----------
    notebook : mapping
        A notebook as nbformat reads it. Model answers and model memos are not for reading, and a cell that
        is no Python, as one may be handed in, has no text that could be found.
    """
    for cell in notebook["cells"]:
        source, name = cell["source"], str(cell.get("id", ""))
        if cell["cell_type"] == "markdown":
            if not cell["metadata"].get("nbgrader", {}).get("solution"):
                for a, b in markdown_texts(source):
                    yield NotebookText(name, a, b, source[a:b], _MARKDOWN)
            elif source.strip() == MEMO_STUB:  # a memo that nobody has begun
                yield NotebookText(name, source.index(MEMO_STUB), len(source.rstrip()), MEMO_STUB, _MARKDOWN)
        elif cell["cell_type"] == "code" and _is_python(source):
            yield from sorted(_code_texts(name, source), key=lambda text: text.begin)


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):  # a null byte is a ValueError
        return False
    return True


def breaks_out(source: str, words: str, *, markdown: bool = False) -> str:
    """Say why `words` cannot stand in the place of the text `source`; nothing where they can.

    Parameters
    ----------
    source, words : str
        A text of the course, and its translation.
    markdown : bool
        Whether it stands in a Markdown cell, where a line may break where the English one does.

    Examples
    --------
    >>> breaks_out("Done.", "Selesai.")
    ''
    >>> breaks_out("Done.", "Selesai. ### END HIDDEN TESTS")
    'it holds ###, BEGIN or END, which cut a test cell'
    """
    if _BREAKS_OUT.search(words):
        return _("it holds {first}, {second} or {third}, which cut a test cell").format(
            first="###", second="BEGIN", third="END"
        )
    if len(words.splitlines()) > 1 and not (markdown and "\n" in source):
        return _("it holds a line break")
    if sorted(_FIELD.findall(source)) != sorted(_FIELD.findall(words)):
        return _("its places in braces are not those of the English text")
    return ""


def localise(notebook: Mapping[str, Any], catalogue: Mapping[str, str], *, heading: str = "") -> Any:
    """Return the notebook in the language of `catalogue`.

    Parameters
    ----------
    notebook : mapping
        A notebook as nbformat reads it, in English; it stays as it is.
    catalogue : mapping of str to str
        For each English text its translation. A text that it lacks stays English.
    heading : str, optional
        A line for the head of the page, such as that the translation is a draft.

    Returns
    -------
    mapping
        A notebook of the same type. Where a text changed, its stored outputs are gone: they are English.

    Raises
    ------
    InputError
        If a translation would change more than words; the text is named.

    Examples
    --------
    >>> import nbformat.v4 as v4
    >>> cell = v4.new_code_cell('# Shows it\\nexercise.choice("a1-word", "Is it so?", {"a": "yes"})')
    >>> page = localise(v4.new_notebook(cells=[cell]), {"Is it so?": "Benarkah?", "yes": "ya"})
    >>> print(page.cells[0].source)
    # Shows it
    exercise.choice("a1-word", "Benarkah?", {"a": "ya"})
    """
    result = deepcopy(notebook)
    replaced: dict[str, list[tuple[NotebookText, str]]] = {}
    for text in texts(notebook):
        words = catalogue.get(text.text)
        if words and words != text.text:
            _must_stay_inside(text, words)
            replaced.setdefault(text.cell, []).append((text, words))
    for cell in result["cells"] if replaced else ():
        source = cell["source"]
        for text, words in reversed(replaced.get(str(cell.get("id", "")), [])):
            source = source[: text.begin] + text.rewritten(words) + source[text.end :]
        if cell["cell_type"] == "code":
            if source != cell["source"]:
                _must_parse(str(cell.get("id", "")), cell["source"], source)
            if cell.get("outputs"):
                cell["outputs"], cell["execution_count"] = [], None
        cell["source"] = source
    first = next((cell for cell in result["cells"] if cell["cell_type"] == "markdown"), None)
    if heading and first is not None:
        first["source"] = f"> {heading}\n\n{first['source']}"
    return result


def _must_stay_inside(text: NotebookText, words: str) -> None:
    problem = breaks_out(text.text, words, markdown=text.kind == _MARKDOWN)
    if not problem and text.written.startswith("f") and ('"' in words or "\\" in words):
        problem = _("it holds a quotation mark or a backslash")
    if problem:
        raise InputError(
            _("the translation of {text}").format(text=repr(text.text)),
            f"{problem}.",
            _("Mend it in the catalogue."),
        )


def _must_parse(cell: str, before: str, after: str) -> None:
    """Hold a changed cell to what may change: the same code, without its texts and comments."""
    try:
        same = _skeleton(before) == _skeleton(after)
    except (SyntaxError, tokenize.TokenError):
        same = False
    if not same:
        raise InputError(
            _("the translation of the cell {cell}").format(cell=cell),
            _("changes more than words."),
            _("Mend it in the catalogue."),
        )


def _skeleton(source: str) -> str:
    # A word of Thai may have one letter and its marks: here a text counts whatever it holds.
    for text in sorted(_code_texts("", source, every=True), key=lambda text: -text.begin):
        source = source[: text.begin] + ("#" if text.kind == _COMMENT else '"…"') + source[text.end :]
    return ast.dump(ast.parse(source))


def _code_texts(cell: str, source: str, *, every: bool = False) -> Iterator[NotebookText]:
    starts, lines = [0], source.splitlines(keepends=True)
    for line in lines:
        starts.append(starts[-1] + len(line))
    hidden = [found.span() for found in _HIDDEN.finditer(source)]
    solved = [found.span() for found in _SOLUTION.finditer(source)]

    def at(line: int, column: int) -> int:
        # The syntax tree counts bytes.
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    for node, kind in _spoken(ast.parse(source)):
        a = at(node.lineno, node.col_offset)
        b = at(node.end_lineno or node.lineno, node.end_col_offset or 0)
        if isinstance(node, ast.Constant):
            text = node.value
        elif _SIMPLE_F.fullmatch(source[a:b]):
            text = source[a + 2 : b - 1]
        else:
            continue
        if isinstance(text, str) and (every or has_words(_FIELD.sub("", text))):
            yield NotebookText(cell, a, b, text, kind, _within(a, hidden), source[a:b])
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith("###"):
            a = starts[token.start[0] - 1] + token.start[1]
            text = token.string.removeprefix("#").strip()
            # Remarks in hidden tests and model answers are for those who write exercises.
            if has_words(text) and not _within(a, hidden + solved):
                yield NotebookText(cell, a, a + len(token.string), text, _COMMENT, written=token.string)


def _within(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(a <= place < b for a, b in spans)


def _spoken(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Yield the argument of every call of the closed list that is a text, with what it is."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func)
        rule = _CALLS.get(name)
        if rule is None:
            continue
        given: list[tuple[int | str | None, ast.expr]] = [*enumerate(call.args)]
        given += [(keyword.arg, keyword.value) for keyword in call.keywords]
        for place, node in given:
            if place in rule.places or place in rule.names:
                yield node, name
            elif isinstance(node, ast.Dict) and place in rule.values:
                for key, value in zip(node.keys, node.values, strict=True):
                    yield value, f"{name} {ast.unparse(key) if key else ''}"
            elif isinstance(node, ast.Dict) and place in rule.keys:
                yield from ((key, name) for key in node.keys if key is not None)
            elif isinstance(node, (ast.List, ast.Tuple)) and place in rule.items:
                yield from ((item, name) for item in node.elts)
