"""``bordercourse certify``: certificates of participation, and the key that signs them."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bordercourse.documents import TrustList, verify_document
from bordercourse.errors import InputError
from bordercourse.evaluation.baking import token_inside
from bordercourse.evaluation.certifying import issue, key_path, replace_key, take_back
from bordercourse.evaluation.class_key import read_key
from bordercourse.evaluation.class_results import class_results
from bordercourse.evaluation.issued import badge_issuers, read_ledger
from bordercourse.evaluation.roster_command import course_folder
from bordercourse.files import printable, why_not_written
from bordercourse.i18n import gettext as _
from bordercourse.inputs import Day

__all__ = ["main"]

_PASSPHRASE = "BORDERCOURSE_PASSPHRASE"


def _check(path: Path, trust: Path, on: date) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), *why_not_written(error)) from None
    lines = badge_issuers(trust, _("this computer"))
    found = verify_document(
        token_inside(data), trust=TrustList([], name=trust.name, badge_issuers=lines), on=on
    )
    return str(found)


def _passphrase(*, twice: bool = False) -> str:
    if _PASSPHRASE in os.environ:
        return os.environ[_PASSPHRASE]
    if not sys.stdin.isatty():
        raise InputError(
            _("the passphrase"),
            _("nobody can type it here."),
            _("Run the command in a terminal, or set {name}.").format(name=_PASSPHRASE),
        )
    first = getpass.getpass(_("Passphrase of the class's key: "))
    if twice and getpass.getpass(_("Once more: ")) != first:
        raise InputError(_("the passphrase"), _("the two differ."), _("Type it again."))
    return first


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bordercourse certify",
        description=_(
            "Certify who took part: a page for paper, a badge, and a signed credential (Open Badges 3.0) "
            "that a scanner checks without a network. It says who took part in which modules, and no points."
        ),
    )
    parser.add_argument(
        "what",
        nargs="?",
        default="issue",
        choices=("issue", "keys", "revoke", "status", "check"),
        help=_(
            "issue (default): certificates; keys: make or show the key; revoke: take one back; status: renew "
            "the list of those taken back; check: verify a file"
        ),
    )
    parser.add_argument("thing", nargs="?", help=_("revoke: a person or a number; check: a file"))
    parser.add_argument("--course", type=Path, metavar="DIR", help=_("the nbgrader course"))
    parser.add_argument(
        "--person", action="append", default=[], metavar="ID", help=_("only this participant")
    )
    parser.add_argument(
        "--class-name", default="", metavar="NAME", help=_("keys: what certificates call the class")
    )
    parser.add_argument(
        "--lost", action="store_true", help=_("keys: the key was lost or stolen; make another")
    )
    parser.add_argument("--again", action="store_true", help=_("issue anew; the earlier one is taken back"))
    parser.add_argument("--valid-until", metavar="DAY", help=_("the last day, such as 2029-03-06"))
    parser.add_argument("--on", metavar="DAY", help=_("check: the day for which to judge (default: today)"))
    parser.add_argument("--trust", type=Path, metavar="FILE", help=_("check: the class's trust.json"))
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``bordercourse certify``."""
    options = _parser().parse_args(argv)
    today = datetime.now(UTC).date()
    if options.what == "check":
        trust = options.trust or course_folder(options.course) / "certificates" / "public" / "trust.json"
        print(_check(_thing(options), trust, _day(options.on, "--on") or today))
        return 0
    course = course_folder(options.course)
    folder = course / "certificates"
    if options.what == "keys":
        return _keys(folder, options, today)
    key = read_key(key_path(folder), _passphrase())
    if options.what == "revoke":
        print(take_back(folder, str(_thing(options)), key, today))
    elif options.what == "status":
        read_ledger(folder).with_status(key, today).write(folder, today)
        print(_("The list of certificates taken back speaks for ninety days from today."))
    else:
        until = _day(options.valid_until, "--valid-until")
        if until is not None and until < today:
            raise InputError("--valid-until", _("the day has passed."), _("Give a later day, or none."))
        for line in issue(
            class_results(course),
            folder,
            key,
            today,
            people=options.person,
            valid_until=until,
            again=options.again,
        ):
            print(printable(line))
        print(_("They lie in {folder}.").format(folder=folder / "people"))
    return 0


def _keys(folder: Path, options: argparse.Namespace, on: date) -> int:
    ledger = read_ledger(folder)
    if ledger.key is None or options.lost:
        if not (options.class_name or ledger.class_name):
            raise InputError(
                "--class-name",
                _("the class has no name."),
                _('Give one, such as "Masterclass, Utopia, March 2026".'),
            )
        ledger = replace_key(folder, _passphrase(twice=True), options.class_name, on)
    assert ledger.key is not None
    print(_("{name}, key {thumbprint}").format(name=ledger.class_name, thumbprint=ledger.key.thumbprint))
    print(
        _(
            "Keep {file} and its passphrase apart, with a copy in a safe. Print the line above on the join "
            "sheet: offices compare it with the certificate."
        ).format(file=key_path(folder))
    )
    return 0


def _thing(options: argparse.Namespace) -> Path:
    if not options.thing:
        raise InputError(options.what, _("it does not say what."), _("Name a person, a number or a file."))
    return Path(options.thing)


def _day(text: str | None, name: str) -> date | None:
    return None if text is None else Day().read(text, name).date()
