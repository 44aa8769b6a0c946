"""How a submission comes in: plain files within limits, the notebook that is meant, its marks put right.

`files` takes in what was handed in, `repair` puts a damaged notebook right, and `source` reads what
the instructor wrote and plans, from the names that cells use (`names`), which answers each test needs.
"""
