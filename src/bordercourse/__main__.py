"""``python -m bordercourse`` is ``bordercourse``."""

import sys

from bordercourse.cli import main

sys.exit(main())
