"""A program that downloads a model and prints each step as a line of JSON; for tests that kill it or fill its disk.

python -m tests.core.engine.model_download.download_once HUB MIRROR FOLDER
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import get_args

from core.engine.model_download import weights
from core.engine.model_download.weights import Weights
from core.engine.progress import JobProgress
from core.errors import FindlingError
from core.settings import Hub


def main(hub: str, mirror: str, folder: str) -> None:
    weights.SPARE = 0
    chosen: Hub = get_args(Hub)[get_args(Hub).index(hub)]

    def tell(step: JobProgress) -> None:
        print(json.dumps([step.sentence, step.done, step.total]), flush=True)

    try:
        Weights("qwen3-0.6b", Path(folder)).download(chosen, mirror, "", tell, threading.Event())
    except FindlingError as error:
        print(json.dumps([type(error).__name__, error.sentence, error.remedy]))
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
