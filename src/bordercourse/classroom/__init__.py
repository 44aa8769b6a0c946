"""One machine for a class: thirty people with browsers, one laptop that serves them all.

``bordercourse class open ROSTER.csv`` makes the accounts, the codes, the servers and the sheet. People are
separate users of the system: a home is closed to everybody else, and so are the course and the codes. Servers
and kernels are forked from one warm parent, which is what lets thirty of them fit into a laptop's memory.

It needs Linux and the administrator's rights, and the extra ``class``. The instructor's own JupyterLab, with
the pages for marking, stays on the instructor's own address and is never served to the room.
"""

from __future__ import annotations

__all__: list[str] = []
