"""A plan in its file: saved whole at each change, and never written over what could not be read."""

from __future__ import annotations

import json
from pathlib import Path

from bordercourse.errors import InputError
from bordercourse.files import (
    LARGEST_SHEET,
    DamagedError,
    put_in_place,
    read_json,
    read_plain,
    why_not_written,
    write_whole,
)
from bordercourse.i18n import gettext as _
from bordercourse.planning.country_plan import CountryPlan, read_plan

__all__ = ["PlanFile"]


class PlanFile:
    """The file that one plan lies in.

    A file that holds no plan is set aside under another name. One that is there and cannot be opened stays as
    it is, and nothing is saved over it.

    Parameters
    ----------
    path : path
        Where it lies, such as ``my-plan.json``; the folder must be there.

    Attributes
    ----------
    plan : CountryPlan
        The plan that was found; an empty one where there was none.
    notice : str
        What a person must be told about the file, if anything.
    may_save : bool
        Whether `save` writes.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "my-plan.json"
    >>> PlanFile(path).save(CountryPlan(lines={"owner": "Registrar on duty"}))
    >>> PlanFile(path).plan.line("owner")
    'Registrar on duty'
    """

    def __init__(self, path: Path) -> None:
        self.path, self.plan, self.notice, self.may_save = path, CountryPlan(), "", True
        try:
            self.plan = read_plan(read_json(read_plain(path, LARGEST_SHEET)))
        except FileNotFoundError:
            pass
        except OSError as error:
            self.may_save = False
            self.notice = _(
                "{name} cannot be opened: {why} Nothing is saved over it. Write on paper, or ask who looks "
                "after this computer."
            ).format(name=path.name, why=why_not_written(error)[0])
        except (DamagedError, InputError):
            self._keep_the_damaged()

    def _keep_the_damaged(self) -> None:
        try:
            aside = self.put_aside("damaged-")
        except OSError:
            self.may_save = False
            self.notice = _("{name} holds no plan, and stays as it is. Nothing is saved.").format(
                name=self.path.name
            )
            return
        self.notice = _("{name} held no plan. It is kept as {aside}, and here is an empty one.").format(
            name=self.path.name, aside=aside.name
        )

    def save(self, plan: CountryPlan) -> None:
        """Write the plan, whole or not at all.

        Parameters
        ----------
        plan : CountryPlan
            What is to be kept.

        Raises
        ------
        OSError
            If it cannot be written; what stood there before stands there still.
        """
        self.plan = plan
        if self.may_save:
            text = json.dumps(plan.stored(), ensure_ascii=False, indent=1) + "\n"
            write_whole(self.path, text.encode(errors="replace"))  # half a letter cannot be written

    def put_aside(self, word: str = "") -> Path:
        """Move the file to a free name beside it, and return that name; the next `save` begins a new one.

        Parameters
        ----------
        word : str
            What the new name says, before its number.

        Raises
        ------
        OSError
            If it cannot be moved.
        """
        n = 1
        while (aside := self.path.with_name(f"{self.path.stem}-{word}{n}{self.path.suffix}")).exists():
            n += 1
        put_in_place(self.path, aside)
        self.plan = CountryPlan()
        return aside
