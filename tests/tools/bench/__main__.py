"""python -m tests.tools.bench COMMAND: ingest FOLDER [--model NAME], save, start, unzip, rename, idle, window,
vectors, large, scale FOLDER --keep DIR, query FOLDER, entrances FOLDER, preview FOLDER, confinement [FOLDER...],
readers FOLDER..., rights"""

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
    command.add_argument("--indexing", type=Path, metavar="DIR", help="index this folder meanwhile, into that library")
    command = commands.add_parser("entrances", help="one search by command line, HTTP, MCP and D-Bus, resident or not")
    command.add_argument("folder", type=Path)
    command.add_argument("--library", type=Path, metavar="DIR", help="a library that `query --keep DIR` has made")
    command.add_argument("--rounds", type=int, default=5)
    command.add_argument("--clients", type=int, default=50)
    command.add_argument("--model", choices=("english", "multilingual"), default="english")
    command = commands.add_parser("vectors", help="open, ask, filter, change and save one vector index; no engine")
    command.add_argument("--passages", type=int, default=200_000)
    command.add_argument("--dimensions", type=int, nargs="+", default=[384, 1024], choices=(384, 1024))
    command.add_argument("--keep", type=Path, metavar="DIR", help="keep the libraries there for the next time")
    command = commands.add_parser("scale", help="a library of a million passages, of both dimensions: one table")
    command.add_argument("folder", type=Path, help="real texts, of whose sentences the files are made")
    command.add_argument("--keep", type=Path, required=True, metavar="DIR", help="where the libraries are, some 12 GB")
    command.add_argument("--make", action="store_true", help="make them, once; without it they are measured")
    command.add_argument("--vectors", type=Path, metavar="DIR", help="part*.npy and queries.npy of 384 dimensions")
    command.add_argument("--passages", type=int, default=1_000_000)
    command.add_argument("--queries", type=int, default=105)
    command.add_argument("--gone", type=int, default=10_000, help="files that are removed while questions are asked")
    command = commands.add_parser("preview", help="draw the first page of every PDF in a folder")
    command.add_argument("folder", type=Path)
    command.add_argument("--width", type=int, default=900, help="pixels: a pane of 450 at twice the density")
    command = commands.add_parser("start", help="open a library when nothing changed, beside find")
    command.add_argument("--files", type=int, default=100_000)
    command.add_argument("--texts", type=int, default=10_000, help="so many of them are texts that are read")
    command = commands.add_parser("rights", help="keep who may read each of many files, and search within that (root)")
    command.add_argument("--files", type=int, default=100_000)
    command.add_argument("--texts", type=int, default=5_000, help="so many of them are texts that are read")
    command = commands.add_parser("confinement", help="start readers and read, by turns confined and not")
    command.add_argument("folders", type=Path, nargs="*", help="compare the texts of all files in these too")
    command.add_argument("--rounds", type=int, default=9)
    command = commands.add_parser(
        "readers", help="read, chunk and sign all files of some folders, by format; and recollindex"
    )
    command.add_argument("folders", type=Path, nargs="+")
    command.add_argument("--model", choices=("english", "multilingual"), default="multilingual")
    command.add_argument("--rounds", type=int, default=2, help="of `findling index` and recollindex, by turns")
    command = commands.add_parser("large", help="very long single files: what is found, processor time, memory")
    command.add_argument("only", nargs="*", help="the names of some of them, such as rows.csv")
    command = commands.add_parser(
        "window", help="start, hotkey, letter to rows, scrolling, stalls and memory, on a screen of its own"
    )
    command.add_argument("--library", type=Path, help="such as one that `query --keep` made (default: a small one)")
    command.add_argument("--rounds", type=int, default=3)
    command.add_argument("--minutes", type=float, default=1.0, help="of scripted use (60 to see whether memory grows)")
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
