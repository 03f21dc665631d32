"""A program that installs and prints each step as a line of JSON; for tests that kill it or fill its disk.

python -m tests.core.engine.installing.install_once FOLDER LOCKFILES
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from core.engine.installing import install
from core.engine.installing.install import Installation, JobProgress
from core.errors import FindlingError


def main(folder: str, ingredients: str) -> None:
    install.SPARE = 0

    def tell(step: JobProgress) -> None:
        print(json.dumps([step.sentence, step.done, step.total]), flush=True)

    try:
        Installation(Path(folder), Path(ingredients)).install(tell, threading.Event())
    except FindlingError as error:
        print(json.dumps([type(error).__name__, error.sentence, error.remedy]))
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
