"""Write a machine-readable zone; what cannot be read back is not written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bordercourse.documents.kinds import LINE
from bordercourse.documents.mrz.fields import FIELD_NAMES, fault
from bordercourse.documents.mrz.layouts import CHECKED, LAYOUTS, ZONE, check_digit, layout_of
from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.identity.transliteration import transliterate
from bordercourse.inputs import Choice, checked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bordercourse.documents.mrz.layouts import Layout

__all__ = ["format_mrz"]

_UNSPECIFIED = {"X", "", "<"}
_PARTS = (
    *("code", "state", "primary", "secondary", "number", "nationality"),
    *("born", "sex", "expires", "optional", "optional_2", "language"),
)


@checked(format=Choice(*LAYOUTS), **dict.fromkeys(_PARTS, LINE))
def format_mrz(
    format: str,
    *,
    code: str,
    state: str,
    primary: str,
    secondary: str = "",
    number: str,
    nationality: str,
    born: str,
    sex: str,
    expires: str,
    optional: str = "",
    optional_2: str = "",
    language: str = "",
) -> str:
    """Write a machine-readable zone with its check digits.

    Parameters
    ----------
    format : str
        ``TD1``, ``TD2``, ``TD3``, ``MRV-A`` or ``MRV-B``.
    code, state, nationality, number : str
        As printed, without fillers at their end.
    primary, secondary : str
        Names in national letters; see :func:`transliterate`. Who has one name only has it as `primary`.
        Names that are too long are cut so that the field ends with a letter, which says that they may be
        cut, and at least one letter of the secondary identifier stays.
    born, expires : str
        Six digits, year first; ``<<`` for an unknown part of the date of birth. A card that never expires
        (TD1, TD2) has ``<<<<<<``.
    sex : str
        ``M``, ``F`` or ``<`` (unspecified; ``X`` becomes ``<``).
    optional, optional_2 : str
        What the State adds; only TD1 has a second place for it.
    language : str, optional
        Passed on to :func:`transliterate`.

    Returns
    -------
    str
        The lines. :func:`parse_mrz` finds no fault in them.

    Raises
    ------
    InputError
        If a field does not fit, or Doc 9303 does not allow what it holds.

    Examples
    --------
    >>> print(format_mrz("TD2", code="I", state="UTO", primary="Eriksson", secondary="Anna Maria",
    ...     number="D23145890", nationality="UTO", born="740812", sex="F", expires="120415"))
    I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<
    D231458907UTO7408122F1204159<<<<<<<6
    """
    layout = layout_of(format)
    texts = {
        "code": code,
        "state": state,
        "primary": primary,
        "secondary": secondary,
        "number": number,
        "nationality": nationality,
        "born": born,
        "sex": sex,
        "expires": expires,
        "optional": optional,
        "optional_2": optional_2,
    }
    _demand_six_digits(texts)
    fields = {field: text for field, text in texts.items() if field not in {"primary", "secondary"}}
    fields["names"] = _names(primary, secondary, layout.size("names"), language)
    fields["sex"] = "<" if sex.upper() in _UNSPECIFIED else sex.upper()
    fields["optional"], fields["optional_2"] = optional.replace(" ", "<"), optional_2.replace(" ", "<")
    long = format in {"TD1", "TD2"} and len(number) > layout.size("number")
    if long:
        fields |= _long_number(number, fields["optional"], layout)
    page = _Page(format, layout)
    for field, text in fields.items():
        page.put(field, text)
    for field in CHECKED:
        if f"{field}_digit" in layout.places and not (long and field == "number"):
            page.put(f"{field}_digit", check_digit(page.at(layout.places[field])))
    if layout.composite:
        page.put("composite_digit", check_digit("".join(page.at(place) for place in layout.composite)))
    return str(page)


def _demand_six_digits(fields: Mapping[str, str]) -> None:
    for field in ("born", "expires"):
        if len(fields[field]) != 6:
            problem = _("{value} has {n} characters.").format(value=repr(fields[field]), n=len(fields[field]))
            raise InputError(field, problem, _("Write six: year, month, day; << for a part not known."))


class _Page:
    """The lines while they are written: fillers everywhere, until a field is put in its place."""

    def __init__(self, format: str, layout: Layout) -> None:
        self.format, self.layout = format, layout
        self.rows = [["<"] * layout.width for _row in range(layout.lines)]

    def put(self, field: str, text: str) -> None:
        """Put a field in its place, or refuse it: too long, not in the alphabet, or not allowed there."""
        if field not in self.layout.places:
            if text:
                raise InputError(
                    field, _("{name} has no such field.").format(name=self.format), _("Leave it out.")
                )
            return
        size = self.layout.size(field)
        if len(text) > size or (text and not ZONE.fullmatch(text)):
            raise InputError(
                field,
                _("{text} does not fit.").format(text=repr(text)),
                _("Give at most {n} of 0-9, A-Z, <.").format(n=size),
            )
        wrong = fault(self.format, field, text.ljust(size, "<"))
        if wrong:
            name = _(FIELD_NAMES[field])
            problem = _("{text}: {wrong}.").format(text=repr(text), wrong=_(wrong.words))
            raise InputError(field, problem, _("Give the {field} as printed.").format(field=name))
        line, first, _last = self.layout.places[field]
        self.rows[line - 1][first - 1 : first - 1 + len(text)] = text

    def at(self, place: tuple[int, int, int]) -> str:
        line, first, last = place
        return "".join(self.rows[line - 1][first - 1 : last])

    def __str__(self) -> str:
        return "\n".join("".join(row) for row in self.rows)


def _long_number(number: str, optional: str, layout: Layout) -> dict[str, str]:
    """A long number goes on in the optional field, with its check digit behind it (note j)."""
    size = layout.size("number")
    rest = number[size:]
    if not ZONE.fullmatch(number) or "<" in rest:
        raise InputError(
            "number",
            _("{text} does not fit.").format(text=repr(number)),
            _("After {n} characters, only 0-9 and A-Z can follow.").format(n=size),
        )
    return {
        "number": number[:size],
        "optional": f"{rest}{check_digit(number)}<{optional}".rstrip("<"),
    }


def _names(primary: str, secondary: str, width: int, language: str) -> str:
    first, second = (_transliterated(name, language) for name in (primary, secondary))
    if not first:
        raise InputError(
            "primary",
            _("it is empty."),
            _("Who has one name only has it as the primary identifier (Doc 9303-3, 4.6)."),
        )
    if not second:
        return _cut(first, width)
    return _cut(f"{_cut(first, width - 3)}<<{second}", width)


def _transliterated(name: str, language: str) -> str:
    spelling = transliterate(name, language=language) if name.strip() else ""
    return "<".join(part for part in spelling.split("<") if part)


def _cut(text: str, width: int) -> str:
    """Return at most `width` characters that end with a letter: a full field says that it may be cut.

    Where a filler would stand last, the longest part before it gives up a letter.
    """
    while len(text) > width and text[width - 1] == "<":
        parts = text[: width - 1].split("<")
        longest = max(range(len(parts)), key=lambda place: len(parts[place]))
        if len(parts[longest]) < 2:
            break  # single letters only: there is nothing to give up
        parts[longest] = parts[longest][:-1]
        text = "<".join(parts) + text[width - 1 :]
    return text[:width].rstrip("<")
