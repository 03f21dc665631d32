"""How another program runs `findling`."""

from __future__ import annotations

import os
import shutil
import sys


def own_command() -> list[str]:
    """The command `findling` of this installation: the one on PATH, else the one in its own environment."""
    return [shutil.which("findling") or os.path.join(os.path.dirname(sys.executable), "findling")]
