"""The figures of the lessons: one module a lesson, named by its slug.

A lesson opens its own: ``from bordercourse.lessons import civil_registration as lesson``. What several
lessons share stands in `bordercourse.widgets`. Every explorer shows a still figure where no kernel is
live, so a lesson stays readable.
"""

__all__: list[str] = []
