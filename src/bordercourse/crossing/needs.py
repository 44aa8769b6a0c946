"""What people who wait need: water, shade and toilets, by published minimums."""

from __future__ import annotations

import math

import pandas as pd

from bordercourse.i18n import gettext as _
from bordercourse.inputs import Number, checked

__all__ = ["waiting_needs"]

# Sphere Handbook 2018, and the shelter handbook of Thailand's Department of Disaster Prevention and
# Mitigation, B.E. 2565 (2022): 2.5 to 3 litres to drink, a person a day.
LITRES_A_DAY = 3.0
# Sphere: one toilet for 50 people at first, "must be improved as soon as possible"; three for women to one
# for men; one tap for 250 people at 7.5 litres a minute.
PEOPLE_A_TOILET, WOMENS_TOILETS = 50, 0.75
PEOPLE_A_TAP = 250


@checked(people=Number(low=0), person_hours=Number(low=0))
def waiting_needs(people: float, person_hours: float) -> pd.DataFrame:
    """Return what a line of people needs while it waits, and where each number comes from.

    *What the result is not.* No plan for a camp, and no upper limit. The minimums were written for stays of
    days; for hours in a line we take their part for drinking, hour by hour, and that is our reading. In heat
    people need more. No published number for shade was found: a place for each is this course's choice.

    Parameters
    ----------
    people : float
        People in the line when it is longest.
    person_hours : float
        Hours of waiting, of all people together.

    Returns
    -------
    DataFrame
        item, amount (whole, rounded up), unit, basis.

    Raises
    ------
    InputError
        If a number is negative.

    References
    ----------
    Sphere Association, *The Sphere Handbook*, 2018, chapter on water supply, sanitation and hygiene.

    Examples
    --------
    >>> waiting_needs(9_520, 388_416)[["item", "amount"]].to_dict("list")["amount"]
    [48552, 39, 9520, 191, 144]
    """
    day = _("Sphere 2018: 3 litres a person a day to drink; taken by the hour, which is our reading")
    toilets = math.ceil(people / PEOPLE_A_TOILET)
    rows = [
        (_("drinking water"), math.ceil(person_hours * LITRES_A_DAY / 24), _("litres"), day),
        (_("taps"), math.ceil(people / PEOPLE_A_TAP), _("taps"), _("Sphere 2018: 250 people a tap")),
        (_("places in the shade"), math.ceil(people), _("places"), _("a place for each: our choice")),
        (_("toilets"), toilets, _("toilets"), _("Sphere 2018: one for 50 people at first")),
        (
            _("toilets for women, of these"),
            math.ceil(WOMENS_TOILETS * toilets),
            _("toilets"),
            _("Sphere 2018: three for women to one for men"),
        ),
    ]
    return pd.DataFrame(rows, columns=["item", "amount", "unit", "basis"])
