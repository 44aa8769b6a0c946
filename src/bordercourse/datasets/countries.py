"""The names of countries in the reader's language; tables hold them in English."""

from __future__ import annotations

from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark

__all__ = ["country_name"]

_NAMES = (
    mark("Cambodia"),
    mark("Indonesia"),
    mark("Iraq"),
    mark("Malaysia"),
    mark("Mozambique"),
    mark("Thailand"),
    mark("Utopia"),
    mark("Viet Nam"),
)


def country_name(country: str) -> str:
    """Return the name of a country in the reader's language, for pictures, sentences and menus.

    Parameters
    ----------
    country : str
        Its name as tables have it; one that no lesson names is returned as it is.

    Examples
    --------
    >>> country_name("Viet Nam")
    'Viet Nam'
    """
    return _(country) if country in _NAMES else country
