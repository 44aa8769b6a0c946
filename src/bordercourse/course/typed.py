"""What is odd about a number as it was typed: other digits and signs, marks of thousands, a unit.

`advice` names each oddity once and ends with the number as it should be typed. A test follows its
words to the letter: they lead to a number, and no later message takes them back.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bordercourse.course.characters import LONGEST, is_blank, read_characters
from bordercourse.course.form import AskedNumber
from bordercourse.i18n import gettext as _

__all__ = ["advice", "evaluate"]

# A quantity, not a unit: leaving it out would change the number.
_MULTIPLES = {
    "k",
    "m",
    "mn",
    "bn",
    "thousand",
    "million",
    "billion",
    "lakh",
    "crore",
    "ribu",
    "juta",
    "miliar",
}
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[ ',.]\d+)*(?![\d.,]*\d)")
_WORDS_BEHIND = re.compile(
    r"(?<=[\d).])[ ]*(?!(?:and|or|if|in|is|not|else)\b)[^\W\d_][^\W\d_.²³ ]*[²³]?(?:[ ]+[^\W\d_]+)*\.?"
)
_WORDS_BEFORE = re.compile(r"^[^\W\d_](?:[^\W\d_]|[. ])*(?=\d)")


_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


def evaluate(text: str) -> float | None:
    """Return the value of a sum of plain numbers; None where it is anything else.

    Examples
    --------
    >>> evaluate("8400 / (430 - 150)")
    30.0
    >>> evaluate("total / 5") is None
    True
    """
    try:
        return _value(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return None


def _value(node: ast.AST) -> float:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value  # type: ignore[return-value]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        value = _value(node.operand)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left), _value(node.right)
        if isinstance(node.op, ast.Pow) and abs(right) <= 4 and abs(left) < 1e6:
            return float(left**right)
        if type(node.op) in _OPERATORS:
            return float(_OPERATORS[type(node.op)](left, right))
    raise ValueError("not a sum of numbers")


def _parses(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@dataclass
class _Reading:
    """Typed text on its way to a number: what was said of it, and what may be meant."""

    text: str
    sentences: list[str] = field(default_factory=list)
    decimal: str = ""  # the other reading, where a comma may mark a decimal

    def change(self, text: str, sentence: str) -> None:
        if text != self.text:
            self.text = text
            self.sentences.append(sentence)


def advice(typed: str, asked: AskedNumber | None = None) -> str:
    """Return what is odd about a number as it was typed, and how to type it; nothing where all is well.

    Parameters
    ----------
    typed : str
        What stands behind the sign ``=``, or between quotation marks: a number or a sum.
    asked : AskedNumber, optional
        What the blank asks for; it decides between thousands and decimals.

    Examples
    --------
    >>> advice("5 000 weeks")
    'Leave out the words: weeks. Leave out the space inside 5 000. Type it so: 5000'
    >>> advice("2,520")
    'The comma in 2,520 is not clear. Type it so: 2520 if it marks thousands, 2.520 if it marks a decimal'
    >>> advice("8400 / (430 - 150)")
    ''
    """
    if len(typed) > LONGEST:
        return ""
    sentences, plain, left_out = read_characters(typed.strip())
    before = [sentence for sentence in sentences if sentence not in left_out.values()]
    reading = _Reading(plain.strip(), list(before))
    for step in (_dots, _quotes, _equals, _percent, _words, _signs, _brackets, _marks, _zeros):
        step(reading, asked)
    if reading.sentences == before:
        reading.sentences = sentences
    return " ".join([*reading.sentences, *_conclusion(reading, asked)])


def _conclusion(reading: _Reading, asked: AskedNumber | None) -> list[str]:
    if not reading.sentences:
        return []
    values = evaluate(reading.text), evaluate(reading.decimal)
    if reading.decimal and values[0] is not None and values[1] is not None:
        fit = [asked is None or not asked.problem("", value) for value in values if value is not None]
        if fit == [False, True]:
            return [_("Type it so: {number}").format(number=reading.decimal)]
        if fit == [True, True] and not (asked and asked.whole):
            return [
                _("Type it so: {thousands} if it marks thousands, {decimal} if it marks a decimal").format(
                    thousands=reading.text, decimal=reading.decimal
                )
            ]
    if values[0] is None and not _parses(reading.text):
        return [_("Type the number alone, in figures.")]
    return [_("Type it so: {number}").format(number=reading.text)]


def _dots(reading: _Reading, asked: AskedNumber | None) -> None:
    if not is_blank(reading.text):
        reading.change(
            re.sub(r"^\.\.\.\s*|\s*\.\.\.$", "", reading.text),
            _("Your answer stands in place of the three dots: delete them."),
        )


def _quotes(reading: _Reading, asked: AskedNumber | None) -> None:
    if len(reading.text) > 2 and reading.text[0] == reading.text[-1] and reading.text[0] in "\"'":
        reading.change(reading.text[1:-1].strip(), _("Leave out the quotation marks."))


def _equals(reading: _Reading, asked: AskedNumber | None) -> None:
    reading.change(reading.text.lstrip("= "), _("Leave out the = in front of the number."))
    if "=" in reading.text:
        *_front, last = re.split(r"=+", reading.text)
        reading.change(last.strip(), _("Type the result alone, without a second =."))


def _percent(reading: _Reading, asked: AskedNumber | None) -> None:
    bare = re.sub(r"\s*%\s*$", "", reading.text)
    if bare != reading.text and asked is not None and asked.kind == "share":
        reading.change(f"{bare} / 100", _("Type a share in place of the sign %: divide by 100."))
    else:
        reading.change(bare, _("Leave out the sign %."))


def _words(reading: _Reading, asked: AskedNumber | None) -> None:
    if re.match(r"0[xX]", reading.text):
        return
    times = re.sub(r"(?<=[\d)])\s*[xX]\s*(?=[\d(])", " * ", reading.text)
    reading.change(times, _("Type * in place of the letter x."))
    raised = re.sub(r"(?<=[\d)])[²³]", lambda power: "**2" if power[0] == "²" else "**3", reading.text)
    reading.change(raised, _("Type ** and the figure for a power."))
    unit = asked.unit.casefold().split() if asked is not None else []
    front = _WORDS_BEFORE.match(reading.text)
    typed_words = ([front[0]] if front else []) + _WORDS_BEHIND.findall(reading.text)
    words = [word.strip() for word in typed_words if not re.fullmatch(r"\s*[eEjJ]\d*", word)]
    for word in words:
        multiples = {part.casefold().strip(".") for part in word.split()} & _MULTIPLES
        if multiples - set(unit):
            reading.sentences.append(_("Write out {words} in figures.").format(words=word))
            return
    text = reading.text
    for word in words:
        text = re.sub(rf"\s*{re.escape(word)}\s*", " ", text, count=1)
    reading.change(text.strip(), _("Leave out the words: {words}.").format(words=", ".join(words)))


def _signs(reading: _Reading, asked: AskedNumber | None) -> None:
    for sign in re.findall(r"^[~$#<>≈±№@&?!]+", reading.text):
        reading.change(
            reading.text.removeprefix(sign).strip(), _("Leave out the sign {char}.").format(char=sign)
        )
    behind = re.search(r"[\s,;:$!?]+$", reading.text)
    if behind:
        reading.change(
            reading.text[: behind.start()],
            _("Leave out the {char} at the end.").format(char=behind[0].strip()),
        )
    reading.change(
        re.sub(r"(?<=[\d)])\s*:\s*(?=[\d(])", " / ", reading.text), _("Type / in place of : to divide.")
    )
    reading.change(
        re.sub(r"(?<=\d)\s*(?=\()|(?<=\))\s*(?=[\d(])", " * ", reading.text),
        _("A sign is missing beside a bracket: type * to multiply."),
    )


def _brackets(reading: _Reading, asked: AskedNumber | None) -> None:
    opened, closed = reading.text.count("("), reading.text.count(")")
    if opened > closed:
        reading.change(
            reading.text + ")" * (opened - closed),
            _("A bracket is missing: each opening bracket needs its closing one."),
        )
    elif closed > opened:
        reading.change(
            "(" * (closed - opened) + reading.text,
            _("A bracket is missing: each closing bracket needs its opening one."),
        )


def _marks(reading: _Reading, asked: AskedNumber | None) -> None:
    """Read the marks of thousands and decimals inside each number."""
    thousands = decimal = reading.text
    for typed in dict.fromkeys(_NUMBER.findall(reading.text)):
        one = _one_number(typed, asked)
        if one is None:
            continue
        sentence, meant, other = one
        reading.sentences.append(sentence)
        thousands = thousands.replace(typed, meant, 1)
        decimal = decimal.replace(typed, other or meant, 1)
    reading.text = thousands
    reading.decimal = decimal if decimal != thousands else ""


def _one_number(typed: str, asked: AskedNumber | None) -> tuple[str, str, str] | None:
    """Return the sentence about the marks inside a number, what is meant, and the other reading."""
    marks, groups = re.findall(r"[ ',.]", typed), re.split(r"[ ',.]", typed)
    if not marks:
        return None
    full = groups[0] != "0" and len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    joined = "".join(groups)
    if marks == ["."] and not (full and asked is not None and _marks_thousands(typed, joined, asked)):
        return None
    if full and len(set(marks)) == 1 and marks != [","]:
        kind = {" ": _("space"), ",": _("comma"), ".": _("point"), "'": _("mark '")}[marks[0]]
        return _("Leave out the {kind} inside {number}.").format(kind=kind, number=typed), joined, ""
    if full and marks == [","]:
        point = typed.replace(",", ".")
        return _("The comma in {number} is not clear.").format(number=typed), joined, point
    if marks == [","]:
        point = typed.replace(",", ".")
        return _("Type a point in place of the comma in {number}.").format(number=typed), point, ""
    front = groups[:-1]
    grouped = len(front[0]) <= 3 and all(len(group) == 3 for group in front[1:])
    if grouped and marks[-1] in ",." and marks[-1] not in marks[:-1] and len(set(marks[:-1])) == 1:
        point = "".join(front) + "." + groups[-1]
        return _("Leave out the marks of thousands in {number}.").format(number=typed), point, ""
    if " " in marks:
        return _("A sign is missing between two numbers in {number}.").format(number=typed), typed, ""
    return None


def _marks_thousands(typed: str, joined: str, asked: AskedNumber) -> bool:
    """Tell whether a point cannot mark decimals here, and can mark thousands."""
    return asked.whole or (bool(asked.problem("", float(typed))) and not asked.problem("", float(joined)))


def _zeros(reading: _Reading, asked: AskedNumber | None) -> None:
    reading.change(
        re.sub(r"(?<![\w.])0+(?=\d)(?!\d*\.)", "", reading.text), _("Leave out the zero in front.")
    )
