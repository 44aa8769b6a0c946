"""The tables of the course, each with a record of where it comes from.

``names()`` lists them, ``load(name)`` returns one as a DataFrame, ``describe(name)``
shows its title, columns with unit, sources, licence and caution. ``make_...`` makes an invented
table of any size; the record of a stored one says how it was made.
"""

from bordercourse.datasets.makers import (
    BorderWeek,
    District,
    LinkedFiles,
    PracticeSet,
    make_border_week,
    make_clinic_twelve,
    make_district,
    make_facility_births,
    make_iraq_households,
    make_linked_files,
    make_mozambique_brigades,
    make_people,
    make_practice_certificates,
    make_process_log,
    make_register,
)
from bordercourse.datasets.readable import ReadableFrame, readable
from bordercourse.datasets.records import (
    ColumnRecord,
    Maker,
    Record,
    Source,
    SyntheticFrame,
    describe,
    load,
    names,
)

__all__ = [
    "BorderWeek",
    "ColumnRecord",
    "District",
    "LinkedFiles",
    "Maker",
    "PracticeSet",
    "ReadableFrame",
    "Record",
    "Source",
    "SyntheticFrame",
    "describe",
    "load",
    "make_border_week",
    "make_clinic_twelve",
    "make_district",
    "make_facility_births",
    "make_iraq_households",
    "make_linked_files",
    "make_mozambique_brigades",
    "make_people",
    "make_practice_certificates",
    "make_process_log",
    "make_register",
    "names",
    "readable",
]
