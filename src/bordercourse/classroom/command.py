"""``bordercourse class``: thirty people with browsers, and one laptop that serves them."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from bordercourse.classroom.languages import roster_languages
from bordercourse.classroom.opening import (
    close_class,
    needs_linux,
    open_class,
    read_slips,
    remove_class,
    roster_people,
    write_slips,
)
from bordercourse.classroom.premises import Premises, named_class
from bordercourse.desk.places import default_workspace
from bordercourse.errors import CourseError, InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import ngettext

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``bordercourse class``; return 1 if a person must look at something."""
    options = _parser().parse_args(argv)
    needs_linux()
    _needs_extra()
    premises = named_class(options.name, new=options.action is _open)
    action: Callable[[Premises, argparse.Namespace], int] = options.action
    return action(premises, options)


def _needs_extra() -> None:
    try:
        import jupyterhub  # noqa: F401
        import psutil  # noqa: F401
    except ImportError:
        raise CourseError(
            _(
                "This installation cannot serve a class. Run `make class` in the checkout, or "
                "`sudo sh install.sh --class` from the course's stick."
            )
        ) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordercourse class",
        description=_(
            "Serve the course to a class from this computer. Linux, and the line begins with sudo."
        ),
        epilog=_("Exit status: 0 all is done, 1 a person must look at something, 2 nothing was started."),
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")

    def add(name: str, action: Callable[..., int], text: str) -> argparse.ArgumentParser:
        one = actions.add_parser(name, help=text, description=text)
        one.add_argument("--name", metavar="NAME", help=_("the class, where there are several"))
        one.set_defaults(action=action)
        return one

    one = add("open", _open, _("make accounts, codes and servers; twice does no harm"))
    one.add_argument("roster", type=Path, metavar="ROSTER.csv", help=_("who takes part: columns id and name"))
    one.add_argument("--port", type=int, metavar="N", help=_("where browsers find the class (8000)"))
    one.add_argument("--address", metavar="IP", help=_("answer at this address of this computer alone"))
    one.add_argument("--wifi", default="", metavar="NAME", help=_("the Wi-Fi, for the sheet"))
    one.add_argument(
        "--https",
        action=argparse.BooleanOptionalAction,
        help=_("encrypt the line; browsers warn first, and the sheet says what to do"),
    )
    one.add_argument(
        "--certificate",
        type=Path,
        nargs=2,
        metavar=("CERT", "KEY"),
        help=_("encrypt the line with a certificate that an authority signed"),
    )
    one.add_argument("--python", type=Path, metavar="FILE", help=_("the installation that participants use"))
    one.add_argument(
        "--language",
        default="",
        metavar="LANG",
        help=_("the language, such as th, of all for whom the roster's column language names none"),
    )
    add("status", _status, _("who is in, memory, disk, last save, and what to do"))
    one = add("sheet", _sheet, _("copy the join page and the slips to a file, to print"))
    one.add_argument("--to", type=Path, metavar="FILE", default=Path("class-sheet.html"))
    one.add_argument("--wifi", default="", metavar="NAME", help=_("the Wi-Fi, for the sheet"))
    one = add("code", _code, _("give one person a new code"))
    one.add_argument("person", metavar="NAME", help=_("the identifier"))
    for name, action, text in (
        ("collect", _collect, _("fetch and file everybody's exercise, to be graded")),
        ("return", _return, _("bring the feedback into everybody's home")),
    ):
        one = add(name, action, text)
        one.add_argument("module", metavar="NN", help=_("the exercise, such as 00-welcome, or 00 alone"))
        one.add_argument("--course", type=Path, metavar="DIR", help=_("the nbgrader course"))
    one.add_argument("--check-after-is-over", action="store_true", help=_("as in `bordercourse return`"))
    one = add("close", _close, _("end servers and codes; homes stay"))
    one.add_argument("--archive", type=Path, metavar="FILE", help=_("write all work into this .tar.gz"))
    one = add("remove", _remove, _("remove the class with its accounts and homes"))
    one.add_argument("--yes", action="store_true", help=_("yes, all work in the homes is thrown away"))
    return parser


def _open(premises: Premises, options: argparse.Namespace) -> int:
    before = (premises.stored().get("https") or {}).get("fingerprint")
    languages, notes = roster_languages(options.roster, options.language)
    for line in notes:
        print(line)
    opened = open_class(
        premises,
        roster_people(options.roster),
        title=options.name or "",
        port=options.port,
        bind=options.address,
        python=options.python,
        https=options.https,
        certificate=tuple(options.certificate) if options.certificate else None,
        languages=languages,
    )
    count = ngettext(
        "{n} person is in the class, {new} new.", "{n} people are in the class, {new} new.", opened.people
    )
    print(count.format(n=opened.people, new=opened.added))
    print(
        _("The class is open after {n} seconds: {address}").format(
            n=round(opened.seconds), address=opened.address
        )
    )
    if before not in (None, (premises.stored().get("https") or {}).get("fingerprint")):
        print(_("The certificate is another than before: print the sheet again."))
    for id in opened.left:
        print(_("{who}: the server is not up yet. It starts when the person comes in.").format(who=id))
    _warn_of_open_folders(premises, [*_solutions(), default_workspace() / "course"])
    if read_slips(premises):
        print(_("Now print the sheet: bordercourse class sheet"))
    return 1 if opened.left else 0


def _solutions() -> list[Path]:
    """Return the sources of the checkout that the command runs in, if it runs in one."""
    here = Path.cwd()
    return [one for folder in (here, *here.parents) if (one := folder / "exercises" / "source").is_dir()]


def _warn_of_open_folders(premises: Premises, folders: Sequence[Path]) -> None:
    """Say which folders with solutions or marks a participant's account can look into."""
    from bordercourse.classroom.accounts import account
    from bordercourse.classroom.visits import can_look_into

    someone = account(next(iter(premises.people())))
    for folder in folders:
        if folder.is_dir() and can_look_into(someone, folder):
            print(
                _("Participants can look into {folder}. Close it: chmod 700 {top}").format(
                    folder=folder, top=folder.parent.parent
                )
            )


def _sheet(premises: Premises, options: argparse.Namespace) -> int:
    from bordercourse.classroom.sheet import class_sheet

    record, slips = premises.stored(), read_slips(premises)
    lock = record.get("https") or {}
    page = class_sheet(
        record["title"],
        record["address"],
        premises.people(),
        slips,
        wifi=options.wifi,
        fingerprint=lock["fingerprint"] if lock.get("own") else "",
    )
    path = Path(os.path.abspath(options.to))
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(page)
    user = os.environ.get("SUDO_UID"), os.environ.get("SUDO_GID")
    if user[0] and user[1]:
        shutil.chown(path, int(user[0]), int(user[1]))  # whoever typed sudo prints it
    premises.slips.unlink(missing_ok=True)
    print(_("The sheet is {path}. Open it in a browser and print it on A4.").format(path=path))
    if slips:
        print(
            ngettext(
                "It holds {n} code, which is shown this once. Delete the file when it is printed.",
                "It holds {n} codes, which are shown this once. Delete the file when it is printed.",
                len(slips),
            ).format(n=len(slips))
        )
    else:
        print(
            _(
                "It holds no slips: all codes were printed before. `bordercourse class code NAME` makes a "
                "new one."
            )
        )
    return 0


def _status(premises: Premises, _options: argparse.Namespace) -> int:
    from bordercourse.classroom.standing import class_standing, standing_lines

    standing = class_standing(premises)
    for line in standing_lines(standing):
        print(line)
    return 1 if list(standing.advice()) else 0


def _code(premises: Premises, options: argparse.Namespace) -> int:
    from bordercourse.classroom.codes import PersonalCodes

    id = options.person.strip().lower()
    if id not in premises.people():
        raise InputError(
            "NAME",
            _("nobody of this class is called {id}.").format(id=repr(id)),
            _("Add the person to the roster and open the class again."),
        )
    code = PersonalCodes(premises.codes).give(id)
    slips = read_slips(premises)
    if id in slips:
        write_slips(premises, {id: code})
    print(_("The new code of {id}: {code}").format(id=id, code=f"{code[:3]} {code[3:]}"))
    return 0


def _course(options: argparse.Namespace) -> Path:
    return options.course or default_workspace() / "course"


def _collect(premises: Premises, options: argparse.Namespace) -> int:
    from bordercourse.classroom.papers import course_exercise, fetch_hand_ins

    module = course_exercise(options.module, _course(options))
    _warn_of_open_folders(premises, [_course(options)])
    lines = list(fetch_hand_ins(premises, module, _course(options)))
    for one in lines:
        print(f"{one.participant}: {one.text}")
    done = sum(one.done for one in lines)
    print(
        _("{n} of {all} are filed. Next: bordercourse grade {module}").format(
            n=done, all=len(lines), module=module
        )
    )
    return 0 if done == len(lines) else 1


def _return(premises: Premises, options: argparse.Namespace) -> int:
    from bordercourse.classroom.papers import bring_feedback, course_exercise

    module = course_exercise(options.module, _course(options))
    lines = list(
        bring_feedback(premises, module, _course(options), check_after_is_over=options.check_after_is_over)
    )
    for one in lines:
        if not one.done:
            print(f"{one.participant}: {one.text}")
    done = sum(one.done for one in lines)
    print(_("{n} of {all} find their feedback on their home page.").format(n=done, all=len(lines)))
    return 0 if lines and done == len(lines) else 1


def _close(premises: Premises, options: argparse.Namespace) -> int:
    close_class(premises, options.archive)
    print(
        _("The class is closed. Codes are worth nothing any more; homes are in {folder}.").format(
            folder=premises.homes
        )
    )
    if options.archive:
        print(_("All work is in {path}.").format(path=options.archive))
    return 0


def _remove(premises: Premises, options: argparse.Namespace) -> int:
    if not options.yes:
        raise InputError(
            "--yes",
            _("this throws away the work of {n} people.").format(n=len(premises.people())),
            _("Run `bordercourse class close --archive FILE` first. Then add --yes."),
        )
    count = remove_class(premises)
    print(ngettext("{n} account is removed.", "{n} accounts are removed.", count).format(n=count))
    return 0
