"""The site: `make docs` builds it offline, and every warning is an error.

Pages about the library, the data sets and the lessons are written from the code, the records and the
notebooks each time, into ``docs/_made``, so that they cannot tell another story than these.
"""

from __future__ import annotations

import sys
from pathlib import Path

import bordercourse

sys.path.insert(0, str(Path(__file__).parent))
project = "bordercourse"
author = "The bordercourse contributors"
copyright = "2026, the bordercourse contributors"
release = bordercourse.__version__
language = "en"

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "pages",
]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = "bordercourse"
html_theme_options = {"navigation_with_keys": True}
html_math_renderer = "mathml"  # drawn by the browser itself: no script, no network

nb_execution_mode = "off"  # lessons keep their outputs; nbval runs them anew in `make lessons`
nb_mime_priority_overrides = [("html", "text/html", 10), ("html", "image/png", 5)]
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist", "attrs_inline"]
myst_heading_anchors = 3
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
autodoc_typehints = "none"  # the types stand in the docstring's sections, in words
autodoc_default_options = {"members": True}
suppress_warnings = ["mystnb.unknown_mime_type"]  # a widget shows as its printed form
