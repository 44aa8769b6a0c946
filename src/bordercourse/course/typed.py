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
    unfinished: bool = False  # only the participant knows what is missing

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
    return " ".join([*reading.sentences, *_conclusion(reading)])


def _conclusion(reading: _Reading) -> list[str]:
    if not reading.sentences or reading.unfinished:
        return []
    if reading.decimal:
        return [
            _("Type it so: {thousands} if it marks thousands, {decimal} if it marks a decimal").format(
                thousands=reading.text, decimal=reading.decimal
            )
        ]
    if evaluate(reading.text) is None and not (_parses(reading.text) and re.search(r"\d", reading.text)):
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
    reading.change(reading.text.rstrip("= "), _("Leave out the = at the end."))
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
    reading.change(
        re.sub(r"(?<=\d)[oO](?![^\W\d_])", "0", reading.text), _("Type the figure zero, not the letter O.")
    )
    reading.change(
        re.sub(r"(?<![^\W_])[lI](?=\d)|(?<=\d)[lI](?![^\W\d_])", "1", reading.text),
        _("Type the figure one, not a letter that looks like it."),
    )
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
    behind = re.search(r"[\s,;:$!?]+$|(?<=\.)\.+$", reading.text)
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
    for typed in dict.fromkeys(_NUMBER.findall(reading.text)):
        if _one_clear_comma(typed):
            _comma(reading, typed, asked)
            continue
        meaning = _one_number(typed, asked)
        if meaning is not None:
            reading.sentences.append(meaning[0])
            reading.text = reading.text.replace(typed, meaning[1], 1)
            reading.decimal = reading.decimal.replace(typed, meaning[1], 1)
    if re.search(r"[-+*/]$", reading.text):
        reading.sentences.append(_("A number is missing behind {sign}.").format(sign=reading.text[-1]))
        reading.unfinished = True


def _one_clear_comma(typed: str) -> bool:
    """Tell whether one comma stands where it may mark thousands or decimals."""
    return re.fullmatch(r"(?!0,)\d{1,3},\d{3}", typed) is not None


def _comma(reading: _Reading, typed: str, asked: AskedNumber | None) -> None:
    """Read a comma that may mark thousands or decimals: by what is asked, if that is clear."""
    thousands = reading.text.replace(typed, typed.replace(",", ""), 1)
    decimal = (reading.decimal or reading.text).replace(typed, typed.replace(",", "."), 1)
    values = evaluate(thousands), evaluate(decimal)
    fit = [asked is None or value is None or not asked.problem("", value) for value in values]
    if (asked is not None and asked.whole) or fit == [True, False]:
        reading.change(thousands, _("Leave out the comma inside {number}.").format(number=typed))
    elif fit == [False, True]:
        reading.change(decimal, _("Type a point in place of the comma in {number}.").format(number=typed))
    else:
        reading.change(thousands, _("The comma in {number} is not clear.").format(number=typed))
        reading.decimal = decimal


def _one_number(typed: str, asked: AskedNumber | None) -> tuple[str, str] | None:
    """Return the sentence about the marks inside a number, and the number that is meant."""
    marks, groups = re.findall(r"[ ',.]", typed), re.split(r"[ ',.]", typed)
    if not marks:
        return None
    full = groups[0] != "0" and len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    joined = "".join(groups)
    if marks == ["."] and not (full and asked is not None and _marks_thousands(typed, joined, asked)):
        return None
    if full and len(set(marks)) == 1:
        kind = {" ": _("space"), ",": _("comma"), ".": _("point"), "'": _("mark '")}[marks[0]]
        return _("Leave out the {kind} inside {number}.").format(kind=kind, number=typed), joined
    if marks == [","]:
        sentence = _("Type a point in place of the comma in {number}.")
        return sentence.format(number=typed), typed.replace(",", ".")
    front = groups[:-1]
    grouped = len(front[0]) <= 3 and all(len(group) == 3 for group in front[1:])
    if grouped and marks[-1] in ",." and marks[-1] not in marks[:-1] and len(set(marks[:-1])) == 1:
        point = "".join(front) + "." + groups[-1]
        return _("Leave out the marks of thousands in {number}.").format(number=typed), point
    if " " in marks:
        return _("A sign is missing between two numbers in {number}.").format(number=typed), typed
    return None


def _marks_thousands(typed: str, joined: str, asked: AskedNumber) -> bool:
    """Tell whether a point cannot mark decimals here, and can mark thousands."""
    return asked.whole or (bool(asked.problem("", float(typed))) and not asked.problem("", float(joined)))


def _zeros(reading: _Reading, asked: AskedNumber | None) -> None:
    reading.change(
        re.sub(r"(?<![\w.])0+(?=\d)(?!\d*\.)", "", reading.text), _("Leave out the zero in front.")
    )
