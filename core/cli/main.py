"""The command line: a finder without a window."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from core.cli.common import CODES, DONE, FAILED, INTERRUPTED, NOTHING_FOUND, command, positive
from core.cli.common import as_json as json_option
from core.cli.console import (
    StatusLine,
    as_json,
    model_switch_as_json,
    plain,
    print_hits,
    print_narrowing,
    print_problems,
    print_relaxed,
    print_status,
    print_summary,
    progress_as_words,
    read_as_json,
    shown,
    speak_any_language,
    stop_speaking,
)
from core.cli.engine import add_engine, chosen, run_engine
from core.cli.health import HEALTH, add_health
from core.document import RETRIEVERS, Retriever
from core.errors import BadInputError, FindlingError, WaitTimeoutError
from core.events import Progress
from core.library import Library
from core.settings import ModelChoice


def parser() -> argparse.ArgumentParser:
    """The arguments of all sub-commands."""
    top = argparse.ArgumentParser(
        prog="findling",
        description="Finds your own documents by what they say. With folders instead of a command, or with nothing, "
        "`findling` opens its window; `findling --version` tells which one it is.",
        epilog=CODES,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    index = command(commands, "index", "index folders or files, and wait until they can be found")
    index.add_argument("paths", nargs="+", metavar="PATH", help="a folder or a file")
    index.add_argument("--model", choices=get_args(ModelChoice), help="change the model (re-embeds)")
    index.add_argument("--until", choices=("names", "words", "meaning"), default="meaning", help="stop after this lane")
    search = command(commands, "search", "find documents by names, words and meaning")
    asked = search.add_mutually_exclusive_group(required=True)
    says = "what you look for, in quotes: 'lease type:pdf'; - reads a text of any length from the input"
    asked.add_argument("query", nargs="?", metavar="QUERY", help=says)
    asked.add_argument("--batch", type=Path, metavar="FILE.jsonl", help='queries, one {"_id", "text"} a line')
    search.add_argument(
        "-n", "--limit", type=positive, default=10, metavar="N", help="at most N documents (default: %(default)s)"
    )
    search.add_argument("--json", action="store_true", help="one JSON line a query")
    search.add_argument("--explain", action="store_true", help="why each document was found")
    status = command(commands, "status", "show how far each lane is")
    json_option(status)
    problems = command(commands, "problems", "list the files that cannot be read, with the reason")
    json_option(problems)
    add_engine(commands)
    add_health(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = parser().parse_args(argv)
    speak_any_language()
    try:
        code = int(_RUN[arguments.command](arguments))
        sys.stdout.flush()
        return code
    except FindlingError as error:
        print(f"findling: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("findling: interrupted; what is indexed stays indexed.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        stop_speaking()
        return DONE


def _index(arguments: argparse.Namespace) -> int:
    took: dict[Retriever, float] = {}
    start = time.monotonic()
    with Library.open(arguments.library, chosen(arguments.library, arguments.model)) as library:
        for path in arguments.paths:
            library.add_folder(path)
        line = StatusLine(sys.stderr)
        for retriever in RETRIEVERS[: RETRIEVERS.index(arguments.until) + 1]:
            progress = _awaited(library, retriever, line)
            took[retriever] = time.monotonic() - start
        line.end()
        print_summary(progress, library.folders(), took)
        print_problems(library.problems())
    return DONE


def _awaited(library: Library, retriever: Retriever, line: StatusLine) -> Progress:
    while True:
        try:
            return library.wait(retriever, timeout=line.every)
        except WaitTimeoutError:
            line.show(progress_as_words(library.progress()))


def _search(arguments: argparse.Namespace) -> int:
    with Library.open(arguments.library, read_only=True) as library:
        if arguments.batch is not None:
            for name, text in _queries(arguments.batch):
                hits = library.search(text, arguments.limit)
                print(json.dumps({"_id": name, "hits": [as_json(hit) for hit in hits]}), flush=True)
            return DONE
        asked = _piped() if arguments.query == "-" else arguments.query
        query = library.parse(asked)
        hits = library.search(query, arguments.limit)
        if arguments.json:
            narrowing = library.filter_effect(query)
            read = read_as_json(query)
            read["narrowing"] = None if narrowing is None else dataclasses.asdict(narrowing)
            print(json.dumps({"query": asked, "read": read, "hits": [as_json(hit) for hit in hits]}))
        else:
            if arguments.explain:
                print_narrowing(library.filter_effect(query))
            print_hits(hits, explain=arguments.explain, by_example=bool(query.likes))
            if not hits:
                print_relaxed(library.relaxed(query, arguments.limit))
        return DONE if hits else NOTHING_FOUND


def _piped() -> str:
    """The query on the input: a text of any length, as one line."""
    try:
        return " ".join(sys.stdin.read().split())
    except UnicodeDecodeError as error:
        raise BadInputError("The text on the input cannot be read.", "It must be UTF-8.") from error


def _queries(path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"{path} cannot be read.", "Check its name; it must be UTF-8.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                query = json.loads(line)
                yield str(query["_id"]), str(query["text"])
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise BadInputError(
                    f"Line {number} of {path} is not a query.", 'Each line is a JSON object with "_id" and "text".'
                ) from error


def _status(arguments: argparse.Namespace) -> int:
    with Library.open(arguments.library, read_only=True) as library:
        progress = library.progress()
        if not arguments.json:
            print(f"Library {plain(str(library.root))}, model {library.settings.model}")
            print_status(progress, library.folders(), library.sizes())
            return DONE
        lanes = {name: dataclasses.asdict(progress.retriever(name)) for name in RETRIEVERS}
        print(
            json.dumps(
                {
                    "library": shown(str(library.root)),
                    "lanes": lanes,
                    "passages": {"done": progress.passages_done, "total": progress.passages_total},
                    "passages_embedded": progress.passages_embedded,
                    "handover": model_switch_as_json(progress.handover),
                    "engine": library.settings.engine,
                    "model": library.settings.model,
                    "sizes": library.sizes(),
                    "folders": [shown(folder.path) for folder in library.folders()],
                    "problems": len(library.problems()),
                }
            )
        )
    return DONE


def _problems(arguments: argparse.Namespace) -> int:
    with Library.open(arguments.library, read_only=True) as library:
        if arguments.json:
            for problem in library.problems():
                print(json.dumps({**dataclasses.asdict(problem), "path": shown(problem.path)}))
        else:
            print_problems(library.problems())
    return DONE


_RUN = {"index": _index, "search": _search, "status": _status, "problems": _problems, "engine": run_engine, **HEALTH}
