"""python -m tests.bench ingest FOLDER [--model english|multilingual]"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.bench import ingest


def main(argv: list[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(prog="tests.bench", description="Measure; nothing is asserted.")
    commands = arguments.add_subparsers(dest="command", required=True)
    command = commands.add_parser("ingest", help="index a folder, and compare with the bare engine")
    command.add_argument("folder", type=Path)
    command.add_argument("--model", choices=("english", "multilingual"), default="multilingual")
    options = arguments.parse_args(argv)
    ingest.run(options.folder, options.model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
