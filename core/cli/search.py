"""`findling search`: one query, or many from a file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.cli.answers import Answers
from core.cli.arguments import DONE, NOTHING_FOUND, add_command, positive_number
from core.cli.search_report import (
    print_broad_wildcards,
    print_filter_effect,
    print_hits,
    print_relaxed,
    print_unavailable,
)
from core.errors import BadInputError
from core.messages import tr


def add_search(commands: Any) -> None:
    """Add the command `search`."""
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


def run_search(arguments: argparse.Namespace) -> int:
    """Run `findling search`; exits with NOTHING_FOUND if no document was found."""
    with Answers(arguments.library) as answers:
        if arguments.batch is not None:
            for name, text in _batch_queries(arguments.batch):
                answer = answers.get("search", q=text, limit=arguments.limit)
                print(json.dumps({"_id": name, "hits": answer["hits"]}), flush=True)
            return DONE
        text = _query_from_stdin() if arguments.query == "-" else arguments.query
        answer = answers.get("search", q=text, limit=arguments.limit)
    read, notes = answer["read"], answer["notes"]
    print_unavailable(notes["unavailable"])
    print_broad_wildcards(read["broad_wildcards"])
    if arguments.json:
        print(json.dumps(answer))
    else:
        if arguments.explain:
            print_filter_effect(read["narrowing"])
        by_example, by_relevance = notes["by_example"], notes["by_relevance"]
        print_hits(answer["hits"], explain=arguments.explain, by_example=by_example, by_relevance=by_relevance)
        print_relaxed(notes["relaxed"])
    return DONE if answer["hits"] else NOTHING_FOUND


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


SEARCH = {"search": run_search}
