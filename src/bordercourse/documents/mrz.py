"""The machine-readable zone of passports, cards and visas (ICAO Doc 9303, parts 3 to 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd

from bordercourse.documents.transliteration import transliterate
from bordercourse.documents.verdicts import CANNOT_SAY, NO, YES, Verdict, Verification, mark, moment
from bordercourse.errors import InputError

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "LAYOUTS",
    "MRZ",
    "CheckDigit",
    "check_digit",
    "format_mrz",
    "invisible_substitutions",
    "invisible_swaps",
    "parse_mrz",
    "unprotected_positions",
    "verify_mrz",
]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
_VALUE = {character: 0 if character == "<" else place for place, character in enumerate(ALPHABET)}
_WEIGHTS = (7, 3, 1)
_ZONE = re.compile(r"[0-9A-Z<]+", re.ASCII)
_FIELDS = ("number", "born", "expires", "optional")


@dataclass(frozen=True)
class Layout:
    """Where the fields of one format stand: ``(line, first, last)``, counted from 1 as in Doc 9303."""

    rule: str
    lines: int
    width: int
    places: dict[str, tuple[int, int, int]]
    composite: tuple[tuple[int, int, int], ...] = ()


def _two_lines(width: int, *, optional: int, digits: bool, composite: bool, rule: str) -> Layout:
    places = {
        "code": (1, 1, 2),
        "state": (1, 3, 5),
        "names": (1, 6, width),
        "number": (2, 1, 9),
        "number_digit": (2, 10, 10),
        "nationality": (2, 11, 13),
        "born": (2, 14, 19),
        "born_digit": (2, 20, 20),
        "sex": (2, 21, 21),
        "expires": (2, 22, 27),
        "expires_digit": (2, 28, 28),
        "optional": (2, 29, optional),
    }
    if digits:
        places["optional_digit"] = (2, optional + 1, optional + 1)
    covered: tuple[tuple[int, int, int], ...] = ()
    if composite:
        places["composite_digit"] = (2, width, width)
        covered = ((2, 1, 10), (2, 14, 20), (2, 22, width - 1))
    return Layout(rule, 2, width, places, covered)


LAYOUTS = {
    "TD1": Layout(
        "ICAO Doc 9303-5, 4.2.2",
        3,
        30,
        {
            "code": (1, 1, 2),
            "state": (1, 3, 5),
            "number": (1, 6, 14),
            "number_digit": (1, 15, 15),
            "optional": (1, 16, 30),
            "born": (2, 1, 6),
            "born_digit": (2, 7, 7),
            "sex": (2, 8, 8),
            "expires": (2, 9, 14),
            "expires_digit": (2, 15, 15),
            "nationality": (2, 16, 18),
            "optional_2": (2, 19, 29),
            "composite_digit": (2, 30, 30),
            "names": (3, 1, 30),
        },
        ((1, 6, 30), (2, 1, 7), (2, 9, 15), (2, 19, 29)),
    ),
    "TD2": _two_lines(36, optional=35, digits=False, composite=True, rule="ICAO Doc 9303-6, 4.2.2"),
    "TD3": _two_lines(44, optional=42, digits=True, composite=True, rule="ICAO Doc 9303-4, 4.2.2"),
    "MRV-A": _two_lines(44, optional=44, digits=False, composite=False, rule="ICAO Doc 9303-7, 4.2.2"),
    "MRV-B": _two_lines(36, optional=36, digits=False, composite=False, rule="ICAO Doc 9303-7, 4.2.2"),
}


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
    check_digits: tuple[CheckDigit, ...]
    lines: tuple[str, ...]

    def __str__(self) -> str:
        wrong = ", ".join(c.field for c in self.check_digits if not c.fits) or "none"
        name = f"{self.primary}, {self.secondary}".strip(", ")
        return f"{self.format} {self.code} {self.state} {self.number}: {name}; wrong check digits: {wrong}"

    __repr__ = __str__

    @property
    def check_digits_fit(self) -> bool:
        """Whether every check digit fits. Fitting digits find slips of reading; they prove nothing."""
        return all(c.fits for c in self.check_digits)

    def born_on(self, on: date | datetime | str) -> date | None:
        """Return the date of birth in the century that makes it the latest day not after `on`.

        None where a part of the date is unknown (``<``) or the six digits are no date. A person
        older than 100 years comes out 100 years too young: the zone cannot say more.
        """
        today = moment(on).date()
        for century in (today.year // 100 * 100, today.year // 100 * 100 - 100):
            try:
                found = date(century + int(self.born[:2]), int(self.born[2:4]), int(self.born[4:]))
            except ValueError:
                continue
            if found <= today:
                return found
        return None


def check_digit(text: str) -> str:
    """Return the check digit of `text`: weights 7, 3, 1, sum modulo 10.

    Raises
    ------
    InputError
        If a character is not 0 to 9, A to Z or ``<``.

    References
    ----------
    ICAO Doc 9303-3, section 4.9, and its appendix A (examples 1 and 2 below).

    Examples
    --------
    >>> check_digit("520727"), check_digit("AB2134<<<")
    ('3', '5')
    """
    if text and not _ZONE.fullmatch(text):
        raise InputError("text", f"{text!r} has a character outside 0-9, A-Z and <.", "Write capitals only.")
    return str(sum(_VALUE[c] * _WEIGHTS[i % 3] for i, c in enumerate(text)) % 10)


def parse_mrz(text: str) -> MRZ:
    """Read the lines of a machine-readable zone into its fields.

    Parameters
    ----------
    text : str
        Two or three lines (blanks at their ends are ignored), or the same characters without line breaks.

    Raises
    ------
    InputError
        If the number or length of lines fits no format, or a character is not allowed. A check digit
        that does not fit is no error: it is reported in `check_digits`.

    Examples
    --------
    >>> zone = parse_mrz('''P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
    ...                     L898902C36UTO7408122F1204159ZE184226B<<<<<10''')
    >>> zone.number, zone.secondary, zone.check_digits_fit
    ('L898902C3', 'ANNA MARIA', True)
    """
    lines = _lines(text)
    name = _format_of(lines)
    layout = LAYOUTS[name]

    def at(place: tuple[int, int, int]) -> str:
        line, first, last = place
        return lines[line - 1][first - 1 : last]

    part = {field: at(place) for field, place in layout.places.items()}
    number, optional, digit = part["number"], part["optional"], part["number_digit"]
    covered = number
    if name in {"TD1", "TD2"} and digit == "<" and optional.strip("<"):
        # A long number goes on in the optional field, with its check digit behind it (9303-5 and -6, note j).
        rest, _sep, optional = optional.partition("<")
        number, digit = number + rest[:-1], rest[-1:]
        covered = number
    digits = [CheckDigit("number", digit, check_digit(covered))]
    for field in ("born", "expires"):
        digits.append(CheckDigit(field, part[f"{field}_digit"], check_digit(part[field])))
    if "optional_digit" in part:
        printed = part["optional_digit"]
        empty = printed == "<" and not part["optional"].strip("<")
        digits.append(CheckDigit("optional", printed, "<" if empty else check_digit(part["optional"])))
    if layout.composite:
        whole = "".join(at(place) for place in layout.composite)
        digits.append(CheckDigit("composite", part["composite_digit"], check_digit(whole)))
    primary, _sep, secondary = part["names"].rstrip("<").partition("<<")
    return MRZ(
        format=name,
        code=part["code"].rstrip("<"),
        state=part["state"].rstrip("<"),
        primary=primary.replace("<", " ").strip(),
        secondary=" ".join(secondary.replace("<", " ").split()),
        number=number.rstrip("<"),
        nationality=part["nationality"].rstrip("<"),
        born=part["born"],
        sex=part["sex"],
        expires=part["expires"],
        optional=" ".join((optional + "<" + part.get("optional_2", "")).replace("<", " ").split()),
        check_digits=tuple(digits),
        lines=lines,
    )


def _lines(text: str) -> tuple[str, ...]:
    if not isinstance(text, str) or len(text) > 400:
        raise InputError(
            "text", "it is not two or three lines of a zone.", "Copy the lines as they are printed."
        )
    lines = tuple(text.split())
    if len(lines) == 1:
        flat = lines[0]
        rows, width = {90: (3, 30), 72: (2, 36), 88: (2, 44)}.get(len(flat), (1, len(flat)))
        lines = tuple(flat[i * width : (i + 1) * width] for i in range(rows))
    for line in lines:
        if not _ZONE.fullmatch(line):
            bad = next(c for c in line if c not in _VALUE)
            raise InputError(
                "text", f"the character {bad!r} is not allowed.", "Only 0-9, A-Z and < are printed."
            )
    return lines


def _format_of(lines: tuple[str, ...]) -> str:
    sizes = [len(line) for line in lines]
    visa = bool(lines) and lines[0].startswith("V")
    names = {(30, 30, 30): "TD1", (36, 36): "MRV-B" if visa else "TD2", (44, 44): "MRV-A" if visa else "TD3"}
    try:
        return names[tuple(sizes)]
    except KeyError:
        raise InputError(
            "text",
            f"{len(lines)} lines of {', '.join(map(str, sizes[:4])) or 'no'} characters fit no format.",
            "Copy three lines of 30, two of 36, or two of 44 characters.",
        ) from None


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
    language: str = "",
) -> str:
    """Write a machine-readable zone with its check digits.

    Parameters
    ----------
    format : str
        ``TD1``, ``TD2``, ``TD3``, ``MRV-A`` or ``MRV-B``.
    code, state, nationality, number, sex, optional : str
        As printed, without fillers; `sex` is ``M``, ``F`` or ``<`` (unspecified; ``X`` becomes ``<``).
    primary, secondary : str
        Names in national letters; see :func:`transliterate`. Names that are too long are cut at the end
        of the field, and at least one letter of the secondary identifier stays.
    born, expires : str
        Six digits, year first; ``<`` for an unknown part of the date of birth.
    language : str, optional
        Passed on to :func:`transliterate`.

    Raises
    ------
    InputError
        If a field does not fit.

    Examples
    --------
    >>> print(format_mrz("TD2", code="I", state="UTO", primary="Eriksson", secondary="Anna Maria",
    ...     number="D23145890", nationality="UTO", born="740812", sex="F", expires="120415"))
    I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<
    D231458907UTO7408122F1204159<<<<<<<6
    """
    if format not in LAYOUTS:
        raise InputError("format", f"{format!r} is unknown.", f"Use one of {', '.join(LAYOUTS)}.")
    layout = LAYOUTS[format]
    rows = [["<"] * layout.width for _row in range(layout.lines)]

    def put(field: str, text: str) -> None:
        line, first, last = layout.places[field]
        if len(text) > last - first + 1 or (text and not _ZONE.fullmatch(text)):
            raise InputError(
                field, f"{text!r} does not fit.", f"Give at most {last - first + 1} of 0-9, A-Z, <."
            )
        rows[line - 1][first - 1 : first - 1 + len(text)] = text

    def get(place: tuple[int, int, int]) -> str:
        line, first, last = place
        return "".join(rows[line - 1][first - 1 : last])

    if format in {"TD1", "TD2"} and len(number) > 9:
        optional = (
            f"{number[9:]}{check_digit(number)}<{optional}" if optional else number[9:] + check_digit(number)
        )
        put("number", number[:9])
        long = True
    else:
        put("number", number)
        long = False
    put("code", code)
    put("state", state)
    put("nationality", nationality)
    put("sex", "<" if sex.upper() in {"X", "", "<"} else sex.upper())
    _line, first, last = layout.places["names"]
    put("names", _names(primary, secondary, last - first + 1, language))
    for field, text in (("born", born), ("expires", expires)):
        if not re.fullmatch(r"[0-9<]{6}", text, re.ASCII):
            raise InputError(field, f"{text!r} is not six digits.", "Write year, month and day: 740812.")
        put(field, text)
    put("optional", optional)
    for field in _FIELDS:
        place = layout.places.get(f"{field}_digit")
        if place and not (field == "number" and long):
            put(f"{field}_digit", check_digit(get(layout.places[field])))
    if layout.composite:
        put("composite_digit", check_digit("".join(get(place) for place in layout.composite)))
    return "\n".join("".join(row) for row in rows)


def _names(primary: str, secondary: str, width: int, language: str) -> str:
    first = transliterate(primary, language=language)
    if not secondary.strip():
        return first[:width].rstrip("<")
    second = transliterate(secondary, language=language)
    first = first[: width - 3].rstrip("<")
    return f"{first}<<{second}"[:width].rstrip("<")


def verify_mrz(text: str, *, on: date | datetime | str) -> Verification:
    """Give the four verdicts on a machine-readable zone; never raises on hostile `text`.

    Check digits find most slips of reading. Nobody signed them and anyone can compute them, so
    integrity is never ``yes``: the signed copy is in the chip.

    Examples
    --------
    >>> zone = "I<UTOD231458907<<<<<<<<<<<<<<< 7408122F1204159UTO<<<<<<<<<<<6 ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
    >>> verify_mrz(zone, on="2025-06-02").codes["integrity"]
    'not_signed'
    """
    at = moment(on)
    kind = mark("machine-readable zone")
    rule = "ICAO Doc 9303-3, 4.9"
    nobody = mark("Nobody signs the printed zone. The signed copy of these data is in the chip.")
    trust = Verdict("issuer trust", CANNOT_SAY, "not_checked", nobody, "ICAO Doc 9303-11")
    law = mark("The zone repeats the printed page. What the document allows is for the law to say.")
    legal = Verdict("legal effect", CANNOT_SAY, "not_checked", law, mark("your law on travel documents"))
    try:
        zone = parse_mrz(text)
    except InputError as error:
        form = Verdict("form", NO, "malformed", f"{error.problem} {error.do}", "ICAO Doc 9303-3, 4")
        why = mark("The form failed, so there is nothing to check.")
        return Verification(
            kind, at, form, Verdict("integrity", CANNOT_SAY, "not_checked", why, rule), trust, legal
        )
    reason = mark("{name}: the lines have the right length and characters.")
    form = Verdict("form", YES, "well_formed", reason, LAYOUTS[zone.format].rule, {"name": zone.format})
    wrong = [c.field for c in zone.check_digits if not c.fits]
    if wrong:
        reason = mark("These check digits do not fit: {fields}.")
        integrity = Verdict("integrity", NO, "misread", reason, rule, {"fields": ", ".join(wrong)})
    else:
        reason = mark("All check digits fit, which anyone can arrange. They are not a signature.")
        integrity = Verdict("integrity", CANNOT_SAY, "not_signed", reason, rule)
    shown = (
        "format",
        "code",
        "state",
        "primary",
        "secondary",
        "number",
        "nationality",
        "born",
        "sex",
        "expires",
    )
    stated = {field: getattr(zone, field) for field in shown}
    return Verification(kind, at, form, integrity, trust, legal, stated)


def invisible_substitutions() -> pd.DataFrame:
    """Return every replacement of one character by another that no check digit sees.

    The weights 7, 3 and 1 share no factor with 10, so a replacement is invisible exactly when the
    two values differ by a multiple of 10. That holds in every position and for the composite digit.

    Returns
    -------
    pandas.DataFrame
        One row an ordered pair: `printed`, `read`. 104 of the 1,332 pairs of different characters.

    Examples
    --------
    >>> pairs = invisible_substitutions()
    >>> len(pairs), len(ALPHABET) * (len(ALPHABET) - 1)
    (104, 1332)
    """
    pairs = [(a, b) for a, b in product(ALPHABET, repeat=2) if a != b and (_VALUE[a] - _VALUE[b]) % 10 == 0]
    return pd.DataFrame(pairs, columns=["printed", "read"])


def invisible_swaps() -> pd.DataFrame:
    """Return every swap of two neighbours that no check digit sees: their values differ by a multiple of 5.

    Examples
    --------
    >>> swaps = invisible_swaps()
    >>> bool(((swaps["first"] == "1") & (swaps["second"] == "6")).any())
    True
    """
    pairs = [(a, b) for a, b in product(ALPHABET, repeat=2) if a != b and (_VALUE[a] - _VALUE[b]) % 5 == 0]
    return pd.DataFrame(pairs, columns=["first", "second"])


def unprotected_positions(format: str) -> pd.DataFrame:
    """Return the fields of a format that no check digit covers at all, with the number of their characters.

    Examples
    --------
    >>> unprotected_positions("TD3")["field"].tolist()
    ['code', 'state', 'names', 'nationality', 'sex']
    """
    if format not in LAYOUTS:
        raise InputError("format", f"{format!r} is unknown.", f"Use one of {', '.join(LAYOUTS)}.")
    layout = LAYOUTS[format]
    covered = {(line, p) for line, first, last in layout.composite for p in range(first, last + 1)}
    for field in _FIELDS:
        if f"{field}_digit" in layout.places:
            line, first, last = layout.places[field]
            covered |= {(line, p) for p in range(first, last + 1)}
    rows = [
        (field, last - first + 1)
        for field, (line, first, last) in layout.places.items()
        if not field.endswith("_digit") and not any((line, p) in covered for p in range(first, last + 1))
    ]
    return pd.DataFrame(rows, columns=["field", "characters"])
