"""A post in words: who comes, which lanes serve them, who can search whom, and what must never be missing."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bordercourse.errors import InputError
from bordercourse.i18n import gettext as _
from bordercourse.i18n import mark
from bordercourse.inputs import (
    A,
    Number,
    OneOrSeveral,
    Several,
    Share,
    Text,
    Whole,
    checked,
)

__all__ = ["Lane", "Outage", "Party", "Post", "SearchRoom"]


@checked(
    name=Text(),
    share=Share(),
    minutes=Number(above=0),
    people=Whole(low=1),
    rank=Whole(low=1),
    needs=Several(Text()),
    searched=Share(),
    women=Share(),
)
@dataclass(frozen=True)
class Party:
    """A kind of party: a person alone, or people who are never separated, such as a family.

    Parameters
    ----------
    name : str
        What the post calls it.
    share : float
        Share of all parties that are of this kind, 0 to 1.
    minutes : float
        Mean minutes at a desk, for the whole party together.
    people : int
        People in the party. They wait, and pass, together.
    rank : int
        A desk takes the lowest rank first: 1 before 2. Within a rank, first come is first served.
    needs : tuple of str
        What a lane must have for this party: "step-free", "nurse", "quiet".
    searched : float
        Share of these parties of which one person is searched.
    women : float
        Share of women among the persons searched.
    """

    name: str
    share: float
    minutes: float
    people: int = 1
    rank: int = 2
    needs: tuple[str, ...] = ()
    searched: float = 0.0
    women: float = 0.5


@checked(
    name=Text(),
    serves=Several(Text(), least=1),
    desks=OneOrSeveral(Whole(0, 10_000)),
    has=Several(Text()),
)
@dataclass(frozen=True)
class Lane:
    """A lane: desks or gates of one kind, and whom they serve.

    Parameters
    ----------
    name : str
        What the post calls it.
    serves : tuple of str
        Names of the parties that may use it.
    desks : int or tuple of int
        Desks that are open: one number for the day, or one for each hour (the shifts). A desk that closes
        finishes with the party before it.
    has : tuple of str
        What this lane has of what parties need.
    """

    name: str
    serves: tuple[str, ...]
    desks: int | tuple[int, ...]
    has: tuple[str, ...] = ()

    def open_at(self, hour: int) -> int:
        """Return the desks that are open in an hour, the first being 0; the last shift stays on."""
        if isinstance(self.desks, int):
            return self.desks
        return self.desks[min(hour, len(self.desks) - 1)]


@checked(lane=Text(), begins=Number(low=0), ends=Number(low=0), desks=Whole(low=0))
@dataclass(frozen=True)
class Outage:
    """A time in which a lane works with fewer desks, or with none.

    Parameters
    ----------
    lane : str
        Name of the lane.
    begins, ends : float
        Hours after the beginning of the day.
    desks : int
        Desks that still work.
    """

    lane: str
    begins: float
    ends: float
    desks: int = 0


@checked(women=Whole(low=0), men=Whole(low=0), rooms=Whole(low=1), minutes=Number(above=0))
@dataclass(frozen=True)
class SearchRoom:
    """Private rooms for searches, and the officers who search: each only persons of the same sex.

    Parameters
    ----------
    women, men : int
        Officers on shift who search.
    rooms : int
        Private rooms.
    minutes : float
        Mean minutes of a search.
    """

    women: int
    men: int
    rooms: int = 1
    minutes: float = 10.0


@checked(
    parties=Several(A(Party, do=mark("Make it with Party(...).")), least=1),
    lanes=Several(A(Lane, do=mark("Make it with Lane(...).")), least=1),
    searches=A(SearchRoom, do=mark("Make it with SearchRoom(...).")),
)
@dataclass(frozen=True)
class Post:
    """A post: parties, lanes in the order in which they are offered, and searches.

    A post that leaves somebody out is refused: a party that no lane serves, a lane without what its party
    needs, a search without an officer of the same sex.

    Parameters
    ----------
    parties : tuple of Party
        Who comes. Their shares make 1.
    lanes : tuple of Lane
        An arriving party goes to the first lane that may serve it and has a desk free.
    searches : SearchRoom, optional
        Needed where a party may be searched.

    Raises
    ------
    InputError
        If somebody is left out, a name is used twice or unknown, or the shares do not make 1.

    Examples
    --------
    >>> alone = Party("alone", share=0.9, minutes=1)
    >>> wheelchair = Party("wheelchair user", share=0.1, minutes=2, rank=1, needs=("step-free",))
    >>> Post((alone, wheelchair), (Lane("desks", ("alone", "wheelchair user"), desks=6),))
    Traceback (most recent call last):
        ...
    bordercourse.errors.InputError: lanes: 'desks' serves 'wheelchair user' and has no step-free. ...
    """

    parties: tuple[Party, ...]
    lanes: tuple[Lane, ...]
    searches: SearchRoom | None = None

    def __post_init__(self) -> None:
        names = [party.name for party in self.parties]
        for given, named in (("parties", names), ("lanes", [lane.name for lane in self.lanes])):
            if len(set(named)) < len(named):
                raise InputError(given, _("a name is used twice."), _("Give each its own name."))
        if not math.isclose(sum(party.share for party in self.parties), 1, abs_tol=1e-9):
            raise InputError("parties", _("their shares do not make 1."), _("Let the shares add up to 1."))
        for lane in self.lanes:
            for name in lane.serves:
                if name not in names:
                    raise InputError(
                        "lanes",
                        _("{lane!r} serves {name!r}, who is no party.").format(lane=lane.name, name=name),
                        _("Choose from {values}.").format(values=", ".join(names)),
                    )
        for party in self.parties:
            self._nobody_left_out(party)

    def _nobody_left_out(self, party: Party) -> None:
        lanes = [lane for lane in self.lanes if party.name in lane.serves]
        if not lanes:
            raise InputError(
                "lanes",
                _("no lane serves {name!r}.").format(name=party.name),
                _("Name the party in a lane."),
            )
        for lane in lanes:
            lacking = sorted(set(party.needs) - set(lane.has))
            if lacking:
                raise InputError(
                    "lanes",
                    _("{lane!r} serves {name!r} and has no {need}.").format(
                        lane=lane.name, name=party.name, need=", ".join(lacking)
                    ),
                    _("Give the lane what the party needs, or another lane."),
                )
        search = self.searches
        women, men = party.searched * party.women, party.searched * (1 - party.women)
        lacking = [
            name
            for name, share, officers in (
                (_("woman"), women, search.women if search else 0),
                (_("man"), men, search.men if search else 0),
            )
            if share > 0 and not officers
        ]
        if lacking:
            raise InputError(
                "searches",
                _("{name!r} may be searched, and no {sex} is there to search.").format(
                    name=party.name, sex=lacking[0]
                ),
                _("A search waits for an officer of the same sex: give officers, or search nobody."),
            )
