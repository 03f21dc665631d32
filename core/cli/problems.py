"""`findling problems`: the files that cannot be read, by reason, and those whose problem is ignored."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from core.cli.answers import Answers
from core.cli.arguments import DONE, add_command, add_json_option
from core.cli.console import single_line
from core.events import Problem
from core.messages import amounts, ntr, sentences, terms, tr


def add_problems(commands: Any) -> None:
    """Add the command."""
    problems = add_command(commands, "problems", tr("list the files that cannot be read, with the reason"))
    problems.add_argument("--ignored", action="store_true", help=tr("list the files whose problem is ignored instead"))
    add_json_option(problems)


def print_problems(found: Sequence[Problem], *, ignored: bool = False) -> None:
    """Print the files with a problem by reason, without those that are ignored, or only these."""
    listed = [problem for problem in found if problem.ignored == ignored]
    others = len(found) - len(listed)
    if listed and ignored:
        print(ntr("{count} ignored:", "{count} ignored:", len(listed)))
    elif listed:
        print(ntr("{count} problem:", "{count} problems:", len(listed)))
    else:
        print(tr("Nothing is ignored.") if ignored else tr("No problems."))
    for reason, group in groupby(listed, lambda problem: (problem.reason, problem.help)):
        problems = list(group)
        heading = tr("{reason}: {files}.", reason=reason[0], files=amounts.files(len(problems)))
        print(f"  {sentences(heading, reason[1])}")
        for problem in problems:
            print(f"    {single_line(problem.path)}")
    if others and not ignored:
        print(ntr("{count} ignored (see --ignored).", "{count} ignored (see --ignored).", others))


def print_by_name(found: Mapping[str, int]) -> None:
    """Print how many files are known by their names only, by kind, and what would help."""
    if not found:
        return
    count = sum(found.values())
    print(ntr("{count} file is found by name only:", "{count} files are found by name only:", count))
    for kind, files in found.items():
        name = tr("Other") if kind == "other" else terms.content_kind(kind)
        heading = tr("{kind}: {files}.", kind=name, files=amounts.files(files))
        print(f"  {sentences(heading, terms.help_by_name(kind))}")


def _problems(arguments: argparse.Namespace) -> int:
    with Answers(arguments.library) as answers:
        answer = answers.get("problems")
    if arguments.json:
        for problem in answer["problems"]:
            if problem["ignored"] == arguments.ignored:
                print(json.dumps(problem))
    else:
        print_problems([Problem(**problem) for problem in answer["problems"]], ignored=arguments.ignored)
        print_by_name({} if arguments.ignored else answer["by_name_only"])
    return DONE


PROBLEMS = {"problems": _problems}
