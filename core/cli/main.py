"""Entry point of the command line: parses arguments and runs a command."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from core.cli.arguments import (
    DONE,
    FAILED,
    INTERRUPTED,
    NOTHING_FOUND,
    add_command,
    add_json_option,
    exit_codes,
    positive_number,
    translate_argparse,
    use_language_of,
)
from core.cli.console import StatusLine, discard_output, printable, replace_unprintable, single_line
from core.cli.engine import add_engine, run_engine, settings_with_model
from core.cli.health import HEALTH, add_health
from core.cli.json_output import hit_as_json, model_switch_as_json, query_as_json
from core.cli.search_report import print_filter_effect, print_hits, print_relaxed
from core.cli.status_report import print_problems, print_status, print_summary, progress_line
from core.document import RETRIEVERS, Retriever
from core.errors import BadInputError, FindlingError, WaitTimeoutError
from core.events import Progress
from core.library import Library
from core.messages import set_language, tr
from core.models import MODELS


def parser() -> argparse.ArgumentParser:
    """The argument parser of all commands, in the current language."""
    translate_argparse()
    top = argparse.ArgumentParser(
        prog="findling",
        description=tr(
            "Finds your own documents by what they say. With folders instead of a command, or with nothing, "
            "`findling` opens its window; `findling --version` prints its version."
        ),
        epilog=exit_codes(),
    )
    commands = top.add_subparsers(dest="command", required=True, metavar=tr("COMMAND"))
    _add_index(commands)
    _add_search(commands)
    add_json_option(add_command(commands, "status", tr("show the progress of names, words and meaning")))
    add_json_option(add_command(commands, "problems", tr("list the files that cannot be read, with the reason")))
    add_engine(commands)
    add_health(commands)
    return top


def _add_index(commands: Any) -> None:
    index = add_command(commands, "index", tr("index folders or files, and wait until they can be found"))
    index.add_argument("paths", nargs="+", metavar=tr("PATH"), help=tr("a folder or a file"))
    index.add_argument("--model", choices=tuple(MODELS), help=tr("change the model (re-indexes your documents)"))
    index.add_argument("--until", choices=RETRIEVERS, default="meaning", help=tr("stop when this can be searched"))


def _add_search(commands: Any) -> None:
    search = add_command(commands, "search", tr("find documents by names, words and meaning"))
    query = search.add_mutually_exclusive_group(required=True)
    query.add_argument(
        "query",
        nargs="?",
        metavar=tr("QUERY"),
        help=tr("what you look for, in quotes: 'lease type:pdf'; - reads a text of any length from the input"),
    )
    query.add_argument(
        "--batch", type=Path, metavar=tr("FILE.jsonl"), help=tr('queries, one JSON object with "_id" and "text" a line')
    )
    search.add_argument(
        "-n",
        "--limit",
        type=positive_number,
        default=10,
        metavar="N",
        help=tr("at most N documents (default: %(default)s)"),
    )
    search.add_argument("--json", action="store_true", help=tr("one JSON line a query"))
    search.add_argument("--explain", action="store_true", help=tr("why each document was found"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    set_language()
    arguments = parser().parse_args(argv)
    use_language_of(getattr(arguments, "library", None))
    replace_unprintable()
    try:
        code = int(_RUN[arguments.command](arguments))
        sys.stdout.flush()
        return code
    except FindlingError as error:
        print(f"findling: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f"findling: {tr('interrupted; what is indexed stays indexed.')}", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        discard_output()
        return DONE


def _index(arguments: argparse.Namespace) -> int:
    durations: dict[Retriever, float] = {}
    start = time.monotonic()
    with Library.open(arguments.library, settings_with_model(arguments.library, arguments.model)) as library:
        for path in arguments.paths:
            library.add_folder(path)
        line = StatusLine(sys.stderr)
        for retriever in RETRIEVERS[: RETRIEVERS.index(arguments.until) + 1]:
            progress = _wait_for(library, retriever, line)
            durations[retriever] = time.monotonic() - start
        line.end()
        print_summary(progress, library.folders(), durations)
        print_problems(library.problems())
    return DONE


def _wait_for(library: Library, retriever: Retriever, line: StatusLine) -> Progress:
    while True:
        try:
            return library.wait(retriever, timeout=line.every)
        except WaitTimeoutError:
            line.show(progress_line(library.progress()))


def _search(arguments: argparse.Namespace) -> int:
    with Library.open(arguments.library, read_only=True) as library:
        if arguments.batch is not None:
            for name, text in _batch_queries(arguments.batch):
                hits = library.search(text, arguments.limit)
                print(json.dumps({"_id": name, "hits": [hit_as_json(hit) for hit in hits]}), flush=True)
            return DONE
        text = _query_from_stdin() if arguments.query == "-" else arguments.query
        query = library.queries.parse(text)
        hits = library.search(query, arguments.limit)
        if arguments.json:
            effect = library.queries.filter_effect(query)
            parsed = query_as_json(query)
            parsed["narrowing"] = None if effect is None else dataclasses.asdict(effect)
            print(json.dumps({"query": text, "read": parsed, "hits": [hit_as_json(hit) for hit in hits]}))
        else:
            if arguments.explain:
                print_filter_effect(library.queries.filter_effect(query))
            print_hits(hits, explain=arguments.explain, by_example=bool(query.likes))
            if not hits:
                print_relaxed(library.queries.relaxed(query, arguments.limit))
        return DONE if hits else NOTHING_FOUND


def _query_from_stdin() -> str:
    """The query read from stdin, with its white space collapsed. Raises BadInputError if it is not text."""
    try:
        return " ".join(sys.stdin.read().split())
    except UnicodeDecodeError as error:
        raise BadInputError("cli.input_unreadable") from error


def _batch_queries(path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError("cli.batch_unreadable", path=path) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                query = json.loads(line)
                yield str(query["_id"]), str(query["text"])
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise BadInputError("cli.batch_line", line=number, path=path) from error


def _status(arguments: argparse.Namespace) -> int:
    with Library.open(arguments.library, read_only=True) as library:
        progress = library.progress()
        if not arguments.json:
            print(
                tr("Library {path}, model {model}", path=single_line(str(library.root)), model=library.settings.model)
            )
            print_status(progress, library.folders(), library.diagnostics.disk_usage())
            return DONE
        lanes = {name: dataclasses.asdict(progress.retriever(name)) for name in RETRIEVERS}
        print(
            json.dumps(
                {
                    "library": printable(str(library.root)),
                    "lanes": lanes,
                    "passages": {"done": progress.passages_done, "total": progress.passages_total},
                    "passages_embedded": progress.passages_embedded,
                    "handover": model_switch_as_json(progress.handover),
                    "engine": library.settings.engine,
                    "model": library.settings.model,
                    "sizes": library.diagnostics.disk_usage(),
                    "folders": [printable(folder.path) for folder in library.folders()],
                    "problems": len(library.problems()),
                }
            )
        )
    return DONE


def _problems(arguments: argparse.Namespace) -> int:
    with Library.open(arguments.library, read_only=True) as library:
        if arguments.json:
            for problem in library.problems():
                print(json.dumps({**dataclasses.asdict(problem), "path": printable(problem.path)}))
        else:
            print_problems(library.problems())
    return DONE


_RUN = {"index": _index, "search": _search, "status": _status, "problems": _problems, "engine": run_engine, **HEALTH}
