"""`findling why`: the state of one file."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from typing import Any

from core.cli.answers import Answers
from core.cli.arguments import DONE, NOTHING_FOUND, add_command, add_json_option
from core.cli.console import single_line
from core.document import Retriever
from core.events import MAX_RANK
from core.messages import terms, tr


def add_why(commands: Any) -> None:
    """Add the command `why`."""
    why = add_command(commands, "why", tr("say why a file is found, or is not"))
    why.add_argument("path", metavar=tr("PATH"), help=tr("the file"))
    why.add_argument("--query", default="", metavar=tr("QUERY"), help=tr("show its rank for this query, too"))
    add_json_option(why)


def run_why(arguments: argparse.Namespace) -> int:
    """Run `findling why`; exits with DONE if the file's text is searchable, else with NOTHING_FOUND."""
    with Answers(arguments.library) as answers:
        explanation = answers.get("why", path=os.path.abspath(arguments.path), q=arguments.query)
    if arguments.json:
        print(json.dumps(explanation))
    else:
        print_explanation(explanation)
    return DONE if explanation["passages"] else NOTHING_FOUND


def print_explanation(explanation: Mapping[str, Any]) -> None:
    """Print a file's path, state, remedy and ranks."""
    print(single_line(explanation["path"]))
    print(f"  {single_line(explanation['sentence'])}")
    if explanation["remedy"]:
        print(f"  {single_line(explanation['remedy'])}")
    if explanation["in_list"] is not None:
        print(f"  {explanation['in_list']['sentence']}")
    for retriever, rank in explanation["ranks"].items():
        print(f"  {_rank(retriever, rank)}")
    for wildcard in explanation["broad_wildcards"]:
        print(f"  {terms.broad_wildcard(single_line(wildcard['text']), wildcard['words'])}")


def _rank(retriever: Retriever, rank: int | None) -> str:
    """The line for a file's rank in one retriever; `rank` is None beyond the first `MAX_RANK`."""
    if rank is None:
        texts = {
            "names": tr("by name: not among the first {count}", count=MAX_RANK),
            "words": tr("by words: not among the first {count}", count=MAX_RANK),
            "meaning": tr("by meaning: not among the first {count}", count=MAX_RANK),
        }
    else:
        texts = {
            "names": tr("by name: rank {rank}", rank=rank),
            "words": tr("by words: rank {rank}", rank=rank),
            "meaning": tr("by meaning: rank {rank}", rank=rank),
        }
    return texts[retriever]


WHY = {"why": run_why}
