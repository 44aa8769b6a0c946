"""What is kept of a grading, and what participants get of it.

`course` holds the folders of an nbgrader course and its `gradebook`; a submission is saved whole or not
at all, on nbgrader's own `steps`. `marking` fills the marked notebook, and `basis` says what its marks
rest on. `release` makes the exercises that participants receive; `feedback` and `exchange` give their
work back.
"""
