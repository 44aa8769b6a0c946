"""Seeded makers of the invented tables. No row is a real person, household, day or certificate."""

from bordercourse.datasets.makers.border_week import BorderWeek, make_border_week
from bordercourse.datasets.makers.certificates import PracticeSet, make_practice_certificates
from bordercourse.datasets.makers.clinic import make_clinic_twelve
from bordercourse.datasets.makers.district import (
    District,
    make_district,
    make_facility_births,
    make_process_log,
    make_register,
)
from bordercourse.datasets.makers.iraq import make_iraq_households
from bordercourse.datasets.makers.mozambique import make_mozambique_brigades
from bordercourse.datasets.makers.people import LinkedFiles, make_linked_files, make_people

__all__ = [
    "BorderWeek",
    "District",
    "LinkedFiles",
    "PracticeSet",
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
]
