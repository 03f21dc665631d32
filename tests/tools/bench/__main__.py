"""python -m tests.tools.bench COMMAND: ingest FOLDER [--model NAME], save, start, unzip, rename, idle, query FOLDER."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path


def main(argv: list[str] | None = None) -> int:
    arguments = argparse.ArgumentParser(prog="tests.tools.bench", description="Measure; nothing is asserted.")
    commands = arguments.add_subparsers(dest="command", required=True)
    command = commands.add_parser("ingest", help="index a folder, and compare with the bare engine")
    command.add_argument("folder", type=Path)
    command.add_argument("--model", choices=("english", "multilingual"), default="multilingual")
    command = commands.add_parser("save", help="from saving a document until it is found by its words")
    command.add_argument("--files", type=int, default=5_000, help="documents that are there before")
    command.add_argument("--saves", type=int, default=40)
    command = commands.add_parser("query", help="ask a large library, made of the sentences of real texts")
    command.add_argument("folder", type=Path)
    command.add_argument("--passages", type=int, default=200_000)
    command.add_argument("--queries", type=int, default=105)
    command.add_argument("--model", choices=("english", "multilingual"), default="multilingual")
    command.add_argument("--keep", type=Path, metavar="DIR", help="keep the library there for the next time")
    command = commands.add_parser("start", help="open a library when nothing changed, beside find")
    command.add_argument("--files", type=int, default=100_000)
    command.add_argument("--texts", type=int, default=10_000, help="so many of them are texts that are read")
    for name, files, says in (
        ("unzip", 20_000, "unpack many files into a watched folder"),
        ("rename", 10_000, "rename a folder of many indexed files"),
        ("idle", 50_000, "watch many files of which none changes"),
    ):
        commands.add_parser(name, help=says).add_argument("--files", type=int, default=files)
    commands.choices["idle"].add_argument("--seconds", type=int, default=120)
    options = vars(arguments.parse_args(argv))
    import_module(f"tests.tools.bench.{options.pop('command')}").run(**options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
