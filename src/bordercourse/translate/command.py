"""``bordercourse translate``: what a translator does, from the first list of texts to a whole page."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import is_language
from bordercourse.translate.catalogues import (
    REVIEWER,
    checkout,
    course_texts,
    files_of,
    languages,
    merge,
    open_catalogue,
)
from bordercourse.translate.compiled import build, readiness, why_not_laid
from bordercourse.translate.faults import CONFIRMED, faults_of_entry
from bordercourse.translate.glossary import glossary_terms, missing_terms
from bordercourse.translate.pack import PACK
from bordercourse.translate.sheets import read_translations, write_translations

__all__ = ["check", "extract", "main", "read"]


def main(arguments: Sequence[str]) -> int:
    """Run the command; return 1 where `check` finds a fault."""
    options = _parser().parse_args(arguments)
    root = checkout()
    chosen: str | None = getattr(options, "language", None)
    if chosen is not None and not is_language(chosen):
        raise InputError(
            "LANG", _("{name} is no short name of a language.").format(name=repr(chosen)), "id, th"
        )
    if options.do == "extract":
        for language in [chosen] if chosen else languages(root):
            for line in extract(root, language, options.names):
                print(line)
        return 0
    if options.do == "check":
        lines = [
            line for language in ([chosen] if chosen else languages(root)) for line in check(root, language)
        ]
        print("\n".join(lines) if lines else _("Nothing is wrong."))
        if options.terms:
            for language in [chosen] if chosen else languages(root):
                print("\n".join(_terms(root, language)))
        return 1 if lines else 0
    if options.do == "sheet":
        path = options.out or Path(f"{chosen}-{options.names[0]}.xlsx")
        catalogue = _one(root, str(chosen), options.names[0])
        write_translations(path, options.names[0], str(chosen), open_catalogue(catalogue, str(chosen)))
        print(_("Written: {path}.").format(path=path))
        return 0
    if options.do == "read":
        for line in read(root, options.file):
            print(line)
        return 0
    if options.do == "build":
        for language in [chosen] if chosen else languages(root):
            for slug, lacking in build(root, language).items():
                print(_page_line(language, slug, lacking))
        return 0
    _status(root, [chosen] if chosen else languages(root))
    return 0


def extract(root: Path, language: str, names: Sequence[str] = ()) -> list[str]:
    """Bring the catalogues of a language up to the texts of the course; return a line for each that changed.

    Parameters
    ----------
    root : path
        The checkout.
    language : str
        Its short name.
    names : sequence of str, optional
        Catalogues to begin or to refresh. Where left out: those that the language has, or all where it has
        none.
    """
    course, there = course_texts(root), files_of(root, language)
    strange = [name for name in names if name not in course]
    if strange:
        raise InputError(
            strange[0],
            _("there is no catalogue of this name."),
            _("There are: {names}.").format(names=", ".join(course)),
        )
    changed = []
    for name in names or [name for name in there if name in course] or course:
        path = root / "locale" / language / f"{name}.po"
        new = str(merge(open_catalogue(path, language), course[name])) + "\n"
        if not path.is_file() or path.read_text(encoding="utf-8") != new:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(new, encoding="utf-8", newline="\n")
            changed.append(
                _("{path}: brought up to the course.").format(path=path.relative_to(root).as_posix())
            )
    return changed


def check(root: Path, language: str) -> list[str]:
    """Return what is wrong in the catalogues of a language; what is not translated yet is no fault.

    Parameters
    ----------
    root : path
        The checkout.
    language : str
        Its short name.
    """
    course, lines, said = course_texts(root), [], dict[str, tuple[str, str]]()
    for name, path in files_of(root, language).items():
        old = open_catalogue(path, language)
        place = f"{language}/{name}"
        if str(merge(old, course.get(name, []))) + "\n" != path.read_text(encoding="utf-8"):
            lines.append(_("{place}: not as the course is now. Run translate extract.").format(place=place))
        for entry in old:
            words = entry.msgstr or entry.msgstr_plural.get(0, "")
            if entry.obsolete or not words:
                continue
            problems = [] if entry.fuzzy else faults_of_entry(entry, language)
            other, where = said.setdefault(entry.msgid, (words, name))
            if (
                other != words
                and not entry.fuzzy
                and PACK not in (name, where)  # JupyterLab's buttons have their own words
                and any(".py" in p or ".toml" in p for p, _n in entry.occurrences)
            ):
                problems.append(_("{name} translates it otherwise").format(name=where))
            lines += [f"{place}: {entry.msgid[:60]!r}: {problem}" for problem in problems]
        problem = why_not_laid(name, root, old)
        lines += [f"{place}: {problem}"] if problem else []
    return lines


def read(root: Path, path: Path) -> list[str]:
    """Take the translations of a sheet into its catalogue; return what its translator should look at.

    Parameters
    ----------
    root : path
        The checkout.
    path : path
        The sheet.
    """
    language, name, rows = read_translations(path)
    if not is_language(language):
        raise InputError(path.name, _("it names no language."), _("Make the sheet again."))
    file = _one(root, language, name)
    catalogue = open_catalogue(file, language)
    known = {entry.msgid: entry for entry in catalogue if not entry.obsolete}
    lines, taken = [], 0
    for number, english, words, note in rows:
        row = _("row {n}").format(n=number)
        entry = known.get(english)
        if entry is None:
            lines.append(_("{row}: no longer in the course: {text}").format(row=row, text=repr(english[:60])))
            continue
        if entry.fuzzy and note.lower().strip(".") == CONFIRMED:
            entry.flags, note = [flag for flag in entry.flags if flag != "fuzzy"], ""
            taken += 1
        entry.tcomment = note
        if words and words != (entry.msgstr or entry.msgstr_plural.get(0, "")):
            if entry.msgid_plural:
                entry.msgstr_plural = {0: words}
            else:
                entry.msgstr = words
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
            taken += 1
        if words:
            lines += [f"{row}: {english[:60]!r}: {problem}" for problem in faults_of_entry(entry, language)]
    file.write_text(str(catalogue) + "\n", encoding="utf-8", newline="\n")
    if lines:
        lines.append(_("Mend these rows and read the sheet again."))
    return [_("{n} translations are new.").format(n=taken), *lines]


def _one(root: Path, language: str, name: str) -> Path:
    path = files_of(root, language).get(name)
    if path is None:
        raise InputError(
            f"{language}/{name}",
            _("there is no such catalogue."),
            _("Run bordercourse translate extract {language} {name} first.").format(
                language=language, name=name
            ),
        )
    return path


def _terms(root: Path, language: str) -> list[str]:
    """Say where a term of the glossary may be missing: advice for the eye of a reader."""
    terms, lines = glossary_terms(language), []
    for name, path in files_of(root, language).items():
        for entry in open_catalogue(path, language):
            if entry.obsolete or not entry.msgstr or entry.fuzzy:
                continue
            for term in missing_terms(entry.msgid, entry.msgstr, terms):
                named = _("look: {term} is {equivalent}").format(
                    term=term.english, equivalent=" / ".join(term.equivalents)
                )
                lines.append(f"{language}/{name}: {entry.msgid[:60]!r}: {named}")
    return lines


def _page_line(language: str, slug: str, lacking: Sequence[str]) -> str:
    if not lacking:
        return _("{language}: {slug} is whole, and is offered.").format(language=language, slug=slug)
    return _("{language}: {slug} stays English. Not whole: {names}.").format(
        language=language, slug=slug, names=", ".join(lacking)
    )


def _status(root: Path, wanted: Sequence[str]) -> None:
    course = course_texts(root)
    print(_("language  catalogue                       done  look again  missing  faults  reviewed by"))
    for language in wanted:
        held = files_of(root, language)
        for one in readiness(root, language):
            reviewer = open_catalogue(held[one.name], language).metadata.get(REVIEWER) or _("nobody yet")
            print(
                f"{language:<9} {one.name:<30} {one.done:>5} {one.fuzzy:>11} {one.missing:>8} {one.faulty:>7}"
                f"  {reviewer}"
            )
        absent = [name for name in course if name not in held]
        print(_("{language}: not begun: {names}.").format(language=language, names=", ".join(absent) or "-"))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordercourse translate", description=_("Translate the course, for contributors.")
    )
    tasks = parser.add_subparsers(dest="do", required=True, metavar="TASK")
    for name, text in (
        ("extract", _("bring catalogues up to the texts of the course")),
        ("check", _("tell what is wrong in the catalogues")),
        ("build", _("make ready what is whole")),
        ("status", _("show how far each catalogue is")),
    ):
        task = tasks.add_parser(name, help=text, description=text)
        task.add_argument("language", nargs="?", metavar="LANG", help=_("such as id; all where left out"))
        if name == "extract":
            task.add_argument("names", nargs="*", metavar="NAME", help=_("such as library or 00-welcome"))
        if name == "check":
            task.add_argument("--terms", action="store_true", help=_("look for terms of the glossary too"))
    sheet = tasks.add_parser("sheet", help=_("write a catalogue as an Excel sheet"))
    sheet.add_argument("language", metavar="LANG")
    sheet.add_argument("names", nargs=1, metavar="NAME")
    sheet.add_argument("--out", type=Path, metavar="FILE")
    taken = tasks.add_parser("read", help=_("take the translations of a sheet"))
    taken.add_argument("file", type=Path, metavar="FILE")
    return parser
