"""python -m tests.bench ingest FOLDER [--model english|multilingual]; python -m tests.bench save"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.bench import ingest, save


def main(argv: list[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(prog="tests.bench", description="Measure; nothing is asserted.")
    commands = arguments.add_subparsers(dest="command", required=True)
    command = commands.add_parser("ingest", help="index a folder, and compare with the bare engine")
    command.add_argument("folder", type=Path)
    command.add_argument("--model", choices=("english", "multilingual"), default="multilingual")
    command = commands.add_parser("save", help="from saving a document until it is found by its words")
    command.add_argument("--files", type=int, default=500, help="documents that are there before")
    command.add_argument("--saves", type=int, default=30)
    options = arguments.parse_args(argv)
    if options.command == "ingest":
        ingest.run(options.folder, options.model)
    else:
        save.run(options.files, options.saves)
    return 0


if __name__ == "__main__":
    sys.exit(main())
