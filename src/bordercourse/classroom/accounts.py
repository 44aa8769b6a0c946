"""Participants as users of the system: whose home nobody else can open."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from bordercourse.errors import CourseError, InputError
from bordercourse.i18n import gettext as _

if TYPE_CHECKING:
    from pwd import struct_passwd

__all__ = ["LONGEST_ID", "account", "become", "end_processes", "make_account", "owner_of", "remove_account"]

_PREFIX = "bc-"
LONGEST_ID = 32 - len(_PREFIX)  # useradd(8): user names are at most 32 letters long


def account(participant: str) -> struct_passwd:
    """Return the system's record of one participant.

    Raises
    ------
    InputError
        If the system has no such user.
    """
    import pwd

    try:
        return pwd.getpwnam(_PREFIX + participant)
    except KeyError:
        raise InputError(
            participant,
            _("this computer has no account of that name."),
            _("Run `bordercourse class open` with the roster again."),
        ) from None


def owner_of(path: Path) -> struct_passwd:
    """Return the system's record of who owns a file or folder."""
    import pwd

    return pwd.getpwuid(path.stat().st_uid)


def make_account(participant: str, home: Path) -> None:
    """Make the user of one participant, with a home that is closed to others; nothing where it is there.

    Raises
    ------
    InputError
        If a user or a home of that name is there already and is none of this class.
    CourseError
        If the system refuses.
    """
    import pwd

    name = _PREFIX + participant
    try:
        known = pwd.getpwnam(name)
    except KeyError:
        known = None
    if known is None:
        if home.exists():
            raise InputError(
                str(home),
                _("this home is there, and its account is not."),
                _("Move the folder away, then open the class again."),
            )
        _run("useradd", "--create-home", "--home-dir", str(home), "--key", "HOME_MODE=0700", "--user-group",
             "--shell", "/usr/sbin/nologin", "--no-log-init", name)  # fmt: skip
    elif Path(known.pw_dir) != home:
        raise InputError(
            participant,
            _("an account of that name belongs to {folder}.").format(folder=known.pw_dir),
            _("Remove the older class, or give the person another identifier."),
        )
    home.chmod(0o700)


def remove_account(participant: str, home: Path) -> None:
    """Remove the user of one participant and the home; one that is none of this class stays."""
    import pwd

    try:
        known = pwd.getpwnam(_PREFIX + participant)
    except KeyError:
        known = None
    if known is not None and Path(known.pw_dir) == home:
        _run("userdel", _PREFIX + participant)
    if known is None or Path(known.pw_dir) == home:
        shutil.rmtree(home, ignore_errors=True)


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CourseError(_("This system has no program {name}.").format(name=command[0])) from None
    if done.returncode:
        raise CourseError(
            _("{name} failed: {why}").format(name=command[0], why=(done.stderr or done.stdout).strip())
        )


def become(user: struct_passwd) -> None:
    """Turn this process into one of `user`, for good.

    Raises
    ------
    PermissionError
        If `user` is the administrator, whom nobody becomes.
    """
    if user.pw_uid == 0:
        raise PermissionError(_("nobody becomes the administrator"))
    os.setgroups(os.getgrouplist(user.pw_name, user.pw_gid))
    os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
    os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
    os.umask(0o077)


def end_processes(participants: list[str], seconds: float = 4) -> None:
    """End everything that these participants run; what does not end in time is killed."""
    import pwd

    import psutil

    users = set()
    for participant in participants:
        try:
            users.add(pwd.getpwnam(_PREFIX + participant).pw_uid)
        except KeyError:
            continue
    theirs = [
        one for one in psutil.process_iter(["uids"]) if one.info["uids"] and one.info["uids"].real in users
    ]
    for one in theirs:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.terminate()
    for one in psutil.wait_procs(theirs, timeout=seconds)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
