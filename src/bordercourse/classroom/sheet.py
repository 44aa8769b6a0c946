"""The sheet of a class: how to come in, for the wall, and one slip a participant, to cut out."""

from __future__ import annotations

from collections.abc import Mapping

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bordercourse import look
from bordercourse.i18n import gettext as _

__all__ = ["class_sheet"]


def class_sheet(
    title: str,
    address: str,
    names: Mapping[str, str],
    codes: Mapping[str, str],
    *,
    wifi: str = "",
    fingerprint: str = "",
) -> str:
    """Return the join page and the slips as one HTML page for A4, which needs nothing beside it.

    Parameters
    ----------
    title : str
        The class, as people call it.
    address : str
        What people type into their browser.
    names : mapping of str to str
        Names by identifier; empty where none is known.
    codes : mapping of str to str
        The codes that are to be printed, by identifier.
    wifi : str
        The name of the class's Wi-Fi; a line to write on where it is empty.
    fingerprint : str
        Of a certificate that this computer made itself, so that browsers warn of it; empty where none does.

    Examples
    --------
    >>> page = class_sheet("Bangkok", "http://10.0.0.1:8000", {"st1": "Sokha"}, {"st1": "abc234"})
    >>> "Sokha" in page, "abc 234" in page, page.count("<svg")
    (True, True, 1)
    """
    environment = Environment(
        loader=PackageLoader("bordercourse.classroom", "pages"), autoescape=True, undefined=StrictUndefined
    )
    code = segno.make(address, error="m", micro=False)
    slips = [
        {"id": id, "name": names.get(id, "") or id, "code": f"{given[:3]} {given[3:]}"}
        for id, given in sorted(codes.items(), key=lambda slip: names.get(slip[0], slip[0]).casefold())
    ]
    parts = fingerprint.split(":")
    half = len(parts) // 2
    return environment.get_template("sheet.html.j2").render(
        title=title,
        address=address,
        wifi=wifi,
        slips=slips,
        # In two lines of equal parts, which an eye can compare.
        print_of=[" ".join(parts[:half]), " ".join(parts[half:])] if fingerprint else [],
        # Both are ours: of what people type, the code holds squares alone.
        square=Markup(code.svg_inline(border=4, omitsize=True, title=_("Square code of the address"))),
        look=Markup(look.stylesheet("inside")),
        _=_,
    )
