"""Which catalogue holds which texts, and the catalogues of a language as files: ``locale/LANG/NAME.po``.

One catalogue for the library, one for each room of methods, one for the desk, one for the instructor's
side, one for the records of data sets, one for JupyterLab's own words, and one for each module: its record,
lesson, figures and exercise.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polib

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import is_language
from bordercourse.translate.library_texts import PACKAGE, library_texts
from bordercourse.translate.localise import NotebookText, texts
from bordercourse.translate.pack import PACK, pack_texts

__all__ = [
    "AFTER_MARKING",
    "METHODS",
    "NEEDED",
    "REVIEWER",
    "CourseText",
    "catalogue_of",
    "checkout",
    "course_texts",
    "files_of",
    "languages",
    "merge",
    "notebooks_of",
    "open_catalogue",
]

METHODS = (
    "registration",
    "identity",
    "documents",
    "crossing",
    "displacement",
    "resilience",
    "protection",
    "planning",
)
AFTER_MARKING = "seen only after marking"
REVIEWER = "X-Reviewed-By"
NEEDED = "A native speaker reads every line; then an officer or registrar of the country. Both sign here."
_DESK = (
    "desk",
    "handin",
    "cli.py",
    "translate/offered.py",
    "grading/record/feedback.html.j2",
    "grading/pages",
    # What stands under an answer, or in its place.
    "grading/judging",
    "grading/kernels/kernel.py",
    "grading/kernels/pool.py",
    "grading/kernels/shell.py",
    "grading/record/marking.py",
)
_INSTRUCTOR = ("grading", "authoring", "translate", "classroom", "evaluation")
# Widgets of one module: they must not hold up the pages of all others.
_WIDGETS = {
    "widgets/tabletop.py": "resilience",
    "widgets/plan_form.py": "planning",
    "widgets/plan_parts.py": "planning",
}
_LIKENESS = 0.8


def checkout() -> Path:
    """Return the checkout: only it holds the catalogues and all that they translate.

    Raises
    ------
    InputError
        If this is an installed course.
    """
    root = PACKAGE.parent.parent
    if not (root / "exercises" / "source").is_dir():
        raise InputError(
            "bordercourse", _("this installation holds no catalogues."), _("Translate in a checkout.")
        )
    return root


@dataclass
class CourseText:
    """A text of the course, wherever it stands.

    Attributes
    ----------
    text, plural : str
        The text, and its form for many where it has one.
    places : list of str
        The files that hold it; of a notebook, the cell too.
    kinds : list of str
        What it is there.
    after_marking : bool
        Whether it stands nowhere that a participant may see before marking.
    """

    text: str
    plural: str = ""
    places: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    after_marking: bool = True


def catalogue_of(place: str, slugs: Iterable[str]) -> str:
    """Return the name of the catalogue for a file of the package.

    Examples
    --------
    >>> [catalogue_of(place, ["05-iraq"]) for place in ("lessons/iraq.py", "course/quiz.py", "desk/start.py")]
    ['05-iraq', 'library', 'desk']
    """
    room, _slash, _inside = place.partition("/")
    stem = Path(place).stem
    if room == "lessons" and stem != "__init__":
        named = {slug.partition("-")[2].replace("-", "_"): slug for slug in slugs}
        return named.get(stem, "library")
    if place.startswith("course/modules/"):
        return stem
    if place.startswith("datasets/tables/"):
        return "records"
    if room in METHODS:
        return room
    if place in _WIDGETS:
        return _WIDGETS[place]
    if any(place == one or place.startswith(f"{one}/") for one in _DESK):
        return "desk"
    return "instructor" if room in _INSTRUCTOR else "library"


def course_texts(root: Path) -> dict[str, list[CourseText]]:
    """Return every text of the course by catalogue, in the order in which it is read.

    Parameters
    ----------
    root : path
        The checkout.
    """
    slugs = sorted(path.stem for path in (PACKAGE / "course" / "modules").glob("*.toml"))
    found: dict[str, dict[str, CourseText]] = {}
    for one in library_texts():
        held = found.setdefault(catalogue_of(one.place, slugs), {})
        text = held.setdefault(one.text, CourseText(one.text, one.plural))
        text.after_marking = False
        _add(text.places, one.place)
    for name, path in _notebooks(root, slugs):
        for there in _read(path):
            text = found.setdefault(name, {}).setdefault(there.text, CourseText(there.text))
            text.after_marking &= there.after_marking
            _add(text.places, f"{path.relative_to(root).as_posix()}#{there.cell}")
            _add(text.kinds, there.kind)
    for words in pack_texts():
        text = found.setdefault(PACK, {}).setdefault(words.text, CourseText(words.text, words.plural))
        text.after_marking = False
        _add(text.places, "translate/pack.toml")
        _add(text.kinds, f"JupyterLab: {words.where}")
    return {name: list(held.values()) for name, held in sorted(found.items())}


def _read(path: Path) -> Iterator[NotebookText]:
    import nbformat

    return texts(nbformat.read(path, as_version=4))


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)


def _notebooks(root: Path, slugs: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """Yield each notebook with its catalogue: lesson and exercise go together, an annex stands alone."""
    for slug in slugs:
        for name in (slug, f"{slug}-annex"):
            yield from ((name, path) for path in notebooks_of(root, name))
    yield from (("glossary", path) for path in notebooks_of(root, "glossary"))


def notebooks_of(root: Path, name: str) -> Iterator[Path]:
    """Yield the notebooks whose texts stand in the catalogue `name`; none where it is no page's.

    Parameters
    ----------
    root : path
        The checkout.
    name : str
        Such as ``01-civil-registration``, ``01-civil-registration-annex`` or ``glossary``.
    """
    lessons, slug = root / "notebooks", name.removesuffix("-annex")
    exercise = root / "exercises" / "source" / name / f"{name}.ipynb"
    places = [lessons / "annex" / f"{slug}.ipynb"] if slug != name else [lessons / f"{name}.ipynb", exercise]
    yield from (path for path in places if path.is_file())


def languages(root: Path) -> list[str]:
    """Return the languages that have a folder of catalogues, sorted."""
    folders = (path.name for path in (root / "locale").iterdir() if path.is_dir())
    return sorted(name for name in folders if is_language(name))


def files_of(root: Path, language: str) -> dict[str, Path]:
    """Return the catalogues of a language by name."""
    return {path.stem: path for path in sorted((root / "locale" / language).glob("*.po"))}


def open_catalogue(path: Path, language: str) -> polib.POFile:
    """Read a catalogue, or begin one.

    Raises
    ------
    InputError
        If the file is no catalogue.
    """
    if path.is_file():
        try:
            return polib.pofile(str(path), wrapwidth=100)
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                path.name, _("it cannot be read: {why}.").format(why=error), _("Mend it, or start it anew.")
            ) from None
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Project-Id-Version": "bordercourse",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
        "X-State": "draft",
        "X-Needed": NEEDED,
        REVIEWER: "",
    }
    return catalogue


def merge(old: polib.POFile, course: Iterable[CourseText]) -> polib.POFile:
    """Return a catalogue that holds exactly the texts of the course, with the translations of an older one.

    Parameters
    ----------
    old : polib.POFile
        The catalogue as it is.
    course : iterable of CourseText
        What it must hold.

    Returns
    -------
    polib.POFile
        A text that changed a little keeps its translation, marked as fuzzy: somebody must look. What the
        course no longer says stays as obsolete.
    """
    known = {entry.msgid: entry for entry in old if entry.msgid}
    new = polib.POFile(wrapwidth=100)
    new.metadata = dict(old.metadata)
    course = list(course)
    wanted = {text.text for text in course}
    left = {msgid: entry for msgid, entry in known.items() if msgid not in wanted and _has_words(entry)}
    for text in course:
        new.append(_entry(text, known.get(text.text), left))
    for entry in left.values():
        new.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=entry.msgstr,
                msgid_plural=entry.msgid_plural,
                msgstr_plural=dict(entry.msgstr_plural),
                obsolete=True,
            )
        )
    return new


def _has_words(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr or any(entry.msgstr_plural.values()))


def _entry(text: CourseText, known: polib.POEntry | None, left: Mapping[str, polib.POEntry]) -> polib.POEntry:
    comments = [*text.kinds, *([AFTER_MARKING] if text.after_marking else [])]
    entry = polib.POEntry(
        msgid=text.text, comment="\n".join(comments), occurrences=[(place, "") for place in text.places]
    )
    if text.plural:
        entry.msgid_plural, entry.msgstr_plural = text.plural, {0: ""}
    flags: list[str] = []
    if known is None and left:
        near = difflib.get_close_matches(text.text, left, n=1, cutoff=_LIKENESS)
        if near:
            known, flags = left[near[0]], ["fuzzy"]
    if known is not None:
        words = known.msgstr or known.msgstr_plural.get(0, "")
        if text.plural:
            entry.msgstr_plural = {0: words}
        else:
            entry.msgstr = words
        entry.tcomment = known.tcomment
        entry.flags = sorted({*known.flags, *flags})
    return entry
