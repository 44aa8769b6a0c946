"""The person of a lesson: a decision before any rule is taught, and at the end how the case is settled.

Both are plain pages: they open and close without a kernel, by keyboard too, and nothing is stored.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from bordercourse import page
from bordercourse.course import module
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from bordercourse.course.manifest import Story

__all__ = ["story", "story_end"]


def story(slug: str) -> None:
    """Show the question of a lesson's story, with what each choice leads to.

    Parameters
    ----------
    slug : str
        The module, such as ``"04-irregular-migrants"``, or its number. The story stands in its record.

    Raises
    ------
    InputError
        If there is no such module, or its record has no story.
    """
    scene = _story(slug)
    choice = Markup('<details name="story-{slug}"><summary>{do}</summary><p>{leads_to}</p></details>')
    choices = Markup("").join(
        choice.format(slug=slug, do=one.do, leads_to=one.leads_to) for one in scene.choices
    )
    hint = _("Click what you would do. You can open the others too. Nothing is stored.")
    page.show_html(
        Markup(
            '<div class="bc-story"><p><b>{question}</b></p>{choices}<p class="bc-quiet">{hint}</p></div>'
        ).format(question=scene.question, choices=choices, hint=hint)
    )


def story_end(slug: str) -> None:
    """Show how the case of a lesson's story is settled.

    Parameters
    ----------
    slug : str
        The module, such as ``"04-irregular-migrants"``, or its number.

    Raises
    ------
    InputError
        If there is no such module, or its record has no story.
    """
    paragraphs = Markup("").join(
        Markup("<p>{}</p>").format(_with_stress(text)) for text in _story(slug).settled.strip().split("\n\n")
    )
    page.show_html(Markup('<div class="bc-story bc-settled">{}</div>').format(paragraphs))


def _with_stress(text: str) -> Markup:
    """Return a text as HTML; a word between asterisks is new, and stands out."""
    return Markup(re.sub(r"\*([^*]+)\*", r"<em>\1</em>", str(escape(text))))


def _story(slug: str) -> Story:
    record = module(slug)
    if record.story is None:
        raise InputError(repr(slug), _("this module has no story."), _("Add [story] to its record."))
    return record.story
