"""Read the lines of a machine-readable zone into its fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bordercourse.documents.kinds import Scanned
from bordercourse.documents.mrz.fields import Fault, faults
from bordercourse.documents.mrz.layouts import ANGLES, LAYOUTS, VALUES, ZONE, check_digit
from bordercourse.documents.mrz.national import national_layout
from bordercourse.documents.scanned import level
from bordercourse.documents.verdicts import moment
from bordercourse.errors import InputError, MalformedError
from bordercourse.i18n import gettext as _
from bordercourse.inputs import checked

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["MRZ", "CheckDigit", "parse_mrz"]

_LONGEST = 400  # characters that are looked at; a zone has at most 90


@dataclass(frozen=True)
class CheckDigit:
    """One check digit: the field that it covers, the digit that is printed, the digit that fits."""

    field: str
    printed: str
    computed: str

    @property
    def fits(self) -> bool:
        """Whether the printed digit is the computed one; an empty optional field may print ``<``."""
        return self.printed == self.computed


@dataclass(frozen=True)
class MRZ:
    """A machine-readable zone, read into its fields.

    Dates stay six digits (year, month, day), because the zone does not print the century.

    Attributes
    ----------
    format : str
        ``TD1``, ``TD2``, ``TD3``, ``MRV-A`` or ``MRV-B``.
    code, state, number, nationality, sex : str
        As printed, without the fillers at their end.
    primary, secondary : str
        The parts of the name, with blanks for fillers.
    born, expires : str
        Six characters; ``<`` stands for an unknown part.
    optional, optional_2 : str
        What the issuing State added, with blanks for fillers; only TD1 has a second place for it.
    check_digits : tuple of CheckDigit
        Each check digit, and the one that would fit.
    faults : tuple of Fault
        The fields that hold what Doc 9303 does not allow there.
    lines : tuple of str
        The lines as read.
    """

    format: str
    code: str
    state: str
    primary: str
    secondary: str
    number: str
    nationality: str
    born: str
    sex: str
    expires: str
    optional: str
    optional_2: str
    check_digits: tuple[CheckDigit, ...]
    faults: tuple[Fault, ...]
    lines: tuple[str, ...]

    def __str__(self) -> str:
        wrong = ", ".join(c.field for c in self.check_digits if not c.fits) or "none"
        name = f"{self.primary}, {self.secondary}".strip(", ")
        text = f"{self.format} {self.code} {self.state} {self.number}: {name}; wrong check digits: {wrong}"
        return text + "".join(f"; {fault}" for fault in self.faults)

    __repr__ = __str__

    @property
    def check_digits_fit(self) -> bool:
        """Whether every check digit fits. Fitting digits find slips of reading; they prove nothing."""
        return all(c.fits for c in self.check_digits)

    @property
    def name_may_be_cut(self) -> bool:
        """Whether the name fills its field: then a part of it may be missing (Doc 9303-3, 4.6)."""
        line, _first, last = LAYOUTS[self.format].places["names"]
        return self.lines[line - 1][last - 1] != "<"

    def born_on(self, on: date | datetime | str) -> date | None:
        """Return the date of birth in the century that makes it the latest day not after `on`.

        None where a part of the date is unknown (``<``) or the six digits are no date. A person
        older than 100 years comes out 100 years too young: the zone cannot say more.
        """
        today = moment(on).date()
        days = _days(self.born, today)
        return max((day for day in days if day <= today), default=None)

    def expires_on(self, on: date | datetime | str) -> date | None:
        """Return the date of expiry in the century that brings it nearest to `on`.

        None where the document has no date of expiry, or the six digits are no date.
        """
        today = moment(on).date()
        return min(_days(self.expires, today), key=lambda day: abs(day - today), default=None)


def _days(text: str, today: date) -> list[date]:
    """Return the days that six digits can mean: in this century, the one before, the one after."""
    days = []
    for century in (today.year // 100 * 100 + step for step in (0, -100, 100)):
        try:
            days.append(date(century + int(text[:2]), int(text[2:4]), int(text[4:])))
        except ValueError:
            continue
    return days


@checked(text=Scanned())
def parse_mrz(text: str) -> MRZ:
    """Read the lines of a machine-readable zone into its fields.

    Parameters
    ----------
    text : str
        Two or three lines, or the same characters joined or broken elsewhere. Blanks, and what a scanner
        adds around a code, are ignored.

    Returns
    -------
    MRZ
        The fields. A check digit that does not fit, and a field that holds what Doc 9303 does not allow
        there, are no errors: see `check_digits` and `faults`.

    Raises
    ------
    InputError
        If the number or length of lines fits no format of ICAO, or a character is not allowed. A national
        layout that is known is named.

    Examples
    --------
    >>> zone = parse_mrz('''P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
    ...                     L898902C36UTO7408122F1204159ZE184226B<<<<<10''')
    >>> zone.number, zone.secondary, zone.check_digits_fit
    ('L898902C3', 'ANNA MARIA', True)
    """
    lines = _lines(text)
    format = _format_of(lines)
    layout = LAYOUTS[format]

    def at(place: tuple[int, int, int]) -> str:
        line, first, last = place
        return lines[line - 1][first - 1 : last]

    parts = {field: at(place) for field, place in layout.places.items()}
    number, digit, optional = parts["number"], parts["number_digit"], parts["optional"]
    if format in {"TD1", "TD2"} and digit == "<" and optional.strip("<"):
        # A long number goes on in the optional field, with its check digit behind it (9303-5 and -6, note j).
        rest, _sep, optional = optional.partition("<")
        number, digit = number + rest[:-1], rest[-1:]
    primary, _sep, secondary = parts["names"].rstrip("<").partition("<<")
    return MRZ(
        format=format,
        code=parts["code"].rstrip("<"),
        state=parts["state"].rstrip("<"),
        primary=_words(primary),
        secondary=_words(secondary),
        number=number.rstrip("<"),
        nationality=parts["nationality"].rstrip("<"),
        born=parts["born"],
        sex=parts["sex"],
        expires=parts["expires"],
        optional=_words(optional),
        optional_2=_words(parts.get("optional_2", "")),
        check_digits=_check_digits(
            parts | {"number": number, "number_digit": digit},
            "".join(at(place) for place in layout.composite),
        ),
        faults=faults(format, parts | {"number_digit": digit or "<"}),
        lines=lines,
    )


def _words(text: str) -> str:
    return " ".join(text.replace("<", " ").split())


def _check_digits(parts: dict[str, str], covered_by_all: str) -> tuple[CheckDigit, ...]:
    digits = [
        CheckDigit(field, parts[f"{field}_digit"], check_digit(parts[field]))
        for field in ("number", "born", "expires")
    ]
    if "optional_digit" in parts:
        printed = parts["optional_digit"]
        empty = printed == "<" and not parts["optional"].strip("<")
        digits.append(CheckDigit("optional", printed, "<" if empty else check_digit(parts["optional"])))
    if covered_by_all:
        digits.append(CheckDigit("composite", parts["composite_digit"], check_digit(covered_by_all)))
    return tuple(digits)


def _lines(text: str) -> tuple[str, ...]:
    try:
        plain = level(text).translate(ANGLES)
    except MalformedError as error:
        raise InputError("text", str(error), _("Copy the lines as they are printed.")) from None
    if len(plain) > _LONGEST:
        raise InputError(
            "text",
            _("it is not two or three lines of a zone."),
            _("Copy the lines as they are printed."),
        )
    lines = tuple("".join(line.split()) for line in plain.splitlines() if line.strip())
    if len(lines) not in (
        2,
        3,
    ):  # joined, or broken at the edge of a window: their length says where they end
        flat = "".join(lines)
        rows, width = {90: (3, 30), 72: (2, 36), 88: (2, 44)}.get(len(flat), (1, len(flat)))
        lines = tuple(flat[i * width : (i + 1) * width] for i in range(rows)) if flat else ()
    for line in lines:
        if not ZONE.fullmatch(line):
            bad = next(c for c in line if c not in VALUES)
            raise InputError(
                "text",
                _("the character {sign} is not allowed.").format(sign=repr(bad)),
                _("Only 0-9, A-Z and < are printed."),
            )
    return lines


def _format_of(lines: tuple[str, ...]) -> str:
    sizes = [len(line) for line in lines]
    visa = bool(lines) and lines[0].startswith("V")
    names = {(30, 30, 30): "TD1", (36, 36): "MRV-B" if visa else "TD2", (44, 44): "MRV-A" if visa else "TD3"}
    national = national_layout(lines)
    if national:
        raise InputError(
            "text",
            _("it has the layout of {document}, which this course does not read.").format(
                document=_(national.name)
            ),
            _("Read the document itself. A national layout is no fault."),
        )
    try:
        return names[tuple(sizes)]
    except KeyError:
        raise InputError(
            "text",
            _("{n} lines of {sizes} characters fit no format of ICAO.").format(
                n=len(lines), sizes=", ".join(map(str, sizes[:4])) or "0"
            ),
            _(
                "Copy three lines of 30, two of 36, or two of 44 characters. Some cards have a national "
                "layout, which this course does not read: then read the card itself."
            ),
        ) from None
