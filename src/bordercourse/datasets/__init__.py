"""The tables of the course, each with a record of where it comes from.

``names()`` lists them, ``load(name)`` returns one as a DataFrame, ``describe(name)``
shows its title, columns with unit, sources, licence and caution.
"""

from bordercourse.datasets.records import Column, Record, Source, SyntheticFrame, describe, load, names

__all__ = ["Column", "Record", "Source", "SyntheticFrame", "describe", "load", "names"]
