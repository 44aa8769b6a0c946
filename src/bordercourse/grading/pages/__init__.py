"""Pages that instructors and participants open in a browser.

Whatever came from a participant passes `clean` before it stands in one of them: there is no second
cleaner. `shown` turns memos and outputs into parts of a page, within the bounds of one page, and
`stored` leaves in a marked notebook only what any program may show. `formgrader` serves the
instructor's pages in the place of nbgrader's own.
"""
