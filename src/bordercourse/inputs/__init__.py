"""What a function demands of its input, declared on the function and read in one way for all rooms.

``@checked(start=Number(low=0), blocked_share=Share())`` stands above a function. Before the function runs,
each input is read by its declaration: it comes in as a plain Python or pandas value, or it is refused by an
`InputError` that names it. numpy scalars, nullable columns and Python numbers are equals; text is never a
number. ``inputs_of(function)`` returns the declarations, so that one test can try every function.

One value: `Number`, `Share`, `Whole`, `Flag`, `Choice`, `Day`, `Text`, `A` (an object of a class).
Several: `Several`, `OneOrSeveral`, `Keyed`, `Named`. Columns: `Numbers`, `Flags`, `Days`, `Labels`, `Words`.
Tables: `Table`, and `Column` and `Columns` for an input that names columns of a table.
"""

from bordercourse.inputs.arrays import Days, Flags, Labels, Numbers, Words, same_names
from bordercourse.inputs.declared import Input, checked, inputs_of, shown
from bordercourse.inputs.tables import Column, Columns, Table
from bordercourse.inputs.values import (
    A,
    Anything,
    Choice,
    Day,
    Flag,
    Keyed,
    Named,
    Number,
    OneOrSeveral,
    Several,
    Share,
    Text,
    Whole,
)

__all__ = [
    "A",
    "Anything",
    "Choice",
    "Column",
    "Columns",
    "Day",
    "Days",
    "Flag",
    "Flags",
    "Input",
    "Keyed",
    "Labels",
    "Named",
    "Number",
    "Numbers",
    "OneOrSeveral",
    "Several",
    "Share",
    "Table",
    "Text",
    "Whole",
    "Words",
    "checked",
    "inputs_of",
    "same_names",
    "shown",
]
