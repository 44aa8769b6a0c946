"""The knowledge checks as questions for Moodle, read from their own sources: nothing is spelt twice.

The form is Moodle's own XML: https://docs.moodle.org/en/Moodle_XML_format. Texts are HTML in CDATA sections.
"""

from __future__ import annotations

import html
from pathlib import Path
from xml.dom.minidom import Document, Element

from bordercourse.errors import InputError
from bordercourse.evaluation.class_results import AskedQuestion, asked_questions, title_of
from bordercourse.i18n import gettext as _

__all__ = ["CHECKS", "moodle_questions"]

CHECKS = ("check-before", "check-after")
# What Moodle is told of each question beside its texts. The answers keep their order: the last is an honest
# "I do not know". A second try after the feedback has shown the key would measure nothing: penalty 1.
_SETTINGS = {
    "defaultgrade": "1",
    "penalty": "1",
    "hidden": "0",
    "single": "true",
    "shuffleanswers": "false",
    "answernumbering": "none",
    "showstandardinstruction": "0",
}


def moodle_questions(course: Path, module: str) -> str:
    """Return the choice questions of an exercise as Moodle XML. It shows the key: for the instructor only.

    Parameters
    ----------
    course : path
        The nbgrader course; its sources hold the key.
    module : str
        The exercise, such as ``"check-before"``.

    Raises
    ------
    InputError
        If the source is not there, or has a question without one right answer.
    """
    asked = asked_questions(course / "source" / module / f"{module}.ipynb")
    if not asked:
        raise InputError(
            "--moodle-questions",
            _("{folder} holds no questions of {module}.").format(folder=course / "source", module=module),
            _("Only an installation with the sources knows the key. Name its course: --course DIR."),
        )
    document = Document()
    quiz = document.appendChild(document.createElement("quiz"))
    category = _add(quiz, "question", type="category")
    # A stroke in a name is written twice: one alone begins a category inside.
    title = title_of(module).replace("/", "//")
    _text(_add(category, "category"), f"$course$/top/bordercourse/{title}")
    for name, question in asked.items():
        if question.key not in question.options:
            raise InputError(
                module,
                _("the question {name} has no single right answer.").format(name=name),
                _("Leave it out of the check, or give it one key."),
            )
        _question(_add(quiz, "question", type="multichoice"), f"{module} {name}", question)
    return document.toprettyxml(indent=" ", encoding="UTF-8").decode()


def _question(node: Element, name: str, question: AskedQuestion) -> None:
    _text(_add(node, "name"), name)
    _html(_add(node, "questiontext", format="html"), question.text)
    for setting, value in _SETTINGS.items():
        _add(node, setting).appendChild(_document(node).createTextNode(value))
    for option, text in question.options.items():
        right = option == question.key
        answer = _add(node, "answer", fraction="100" if right else "0", format="html")
        _html(answer, text)
        said = f"{_('Right.') if right else _('Not right.')} {question.hints.get(option, '')}".strip()
        _html(_add(answer, "feedback", format="html"), said)


def _document(node: Element) -> Document:
    document = node.ownerDocument
    assert document is not None
    return document


def _add(parent: Element, tag: str, **attributes: str) -> Element:
    node = parent.appendChild(_document(parent).createElement(tag))
    for name, value in attributes.items():
        node.setAttribute(name, value)
    return node


def _text(parent: Element, text: str) -> None:
    _add(parent, "text").appendChild(_document(parent).createTextNode(text))


def _html(parent: Element, text: str) -> None:
    """Add a text as HTML that shows it as it is."""
    shown = html.escape(text, quote=False).replace("\n", "<br>")
    _add(parent, "text").appendChild(_document(parent).createCDATASection(shown))
