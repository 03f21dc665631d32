"""`python -m core`: the command line."""

from __future__ import annotations

import os
import sys

from core.cli.main import main

if __name__ == "__main__":
    os.umask(0o077)  # what Findling writes is its user's only
    sys.exit(main())
