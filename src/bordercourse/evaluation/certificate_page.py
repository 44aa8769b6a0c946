"""A certificate for paper: one A4 page with a code that a scanner checks without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from bordercourse import look
from bordercourse.documents import make_qr
from bordercourse.evaluation.class_results import title_of
from bordercourse.grading.pages.clean import POLICY
from bordercourse.i18n import gettext as _

__all__ = ["certificate_page"]


def certificate_page(whole: Mapping[str, Any], modules: Sequence[str], token: str, thumbprint: str) -> str:
    """Return the page as HTML that loads nothing.

    Parameters
    ----------
    whole : mapping
        The credential.
    modules : sequence of str
        Number and slug of the modules that it names.
    token : str
        The signed credential; the code holds it.
    thumbprint : str
        The name of the class's key.
    """
    from jinja2 import Environment, PackageLoader

    environment = Environment(loader=PackageLoader("bordercourse.evaluation", "."), autoescape=True)
    environment.globals["_"] = _
    subject = whole["credentialSubject"]
    return environment.get_template(
        "certificate.html.j2"
    ).render(
        policy=POLICY,
        sheet=Markup(look.stylesheet("inside")),  # nobody's words but ours; a name may need its fonts
        name=subject["identifier"][0]["identityHash"],
        course=subject["achievement"]["name"],
        class_name=whole["issuer"]["name"],
        issued=whole["validFrom"][:10],
        valid_until=whole.get("validUntil", "")[:10],
        modules=[title_of(module) for module in modules],
        code=make_qr(token).svg_data_uri(scale=4, border=4),
        thumbprint=thumbprint,
        number=whole["id"],
    )
