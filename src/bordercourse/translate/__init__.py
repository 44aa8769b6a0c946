"""The course in other languages: texts out of notebooks and library, and translations back into them.

English is the only source. A translation is a catalogue, ``locale/LANG/*.po``; a notebook in another
language is made from the English one, by `localise`, just before a person sees it.
"""

from bordercourse.translate.localise import NotebookText, localise, texts

__all__ = ["NotebookText", "localise", "texts"]
