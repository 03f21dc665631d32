"""Runs questions on real documents and prints the rank of each answer.

    python -m tests.tools.ask QUESTIONS.json FOLDER_OR_LIBRARY [--model multilingual|english] [--library DIR] [--top N]

QUESTIONS.json is a list of {"question", "answers"}; a path that contains one of `answers` is an answer. A folder is
indexed first (into --library, or a temporary one); a library is only searched.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.document import Hit
from core.library import Library
from core.settings import Settings

DEPTH = 50  # hits to search for the answer


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and parts of the paths that answer it; `page` is the expected page, None if any will do."""

    text: str
    answers: tuple[str, ...]
    kind: str = "meaning"
    language: str = ""
    page: int | None = None


def questions(path: Path) -> list[Question]:
    """The questions of a JSON file."""
    return [
        Question(row["question"], tuple(row["answers"]), row.get("kind", ""), row.get("language", ""), row.get("page"))
        for row in json.loads(path.read_text(encoding="utf-8"))
    ]


def rank(question: Question, hits: Sequence[Hit]) -> int | None:
    """The rank, from 1, of the first hit that answers; None if there is none."""
    for place, hit in enumerate(hits, start=1):
        if any(answer in path for answer in question.answers for path in hit.paths):
            return place
    return None


@contextlib.contextmanager
def opened(source: Path, library: Path | None, model: str | None) -> Iterator[Library]:
    """A library to search: the given one, or a new one of a folder, completely indexed."""
    if (source / "catalogue.sqlite").is_file():
        with Library.open(source, read_only=True) as found:
            yield found
        return
    with contextlib.ExitStack() as stack:
        root = library or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="findling-ask-")))
        settings = Settings(model="english" if model == "english" else "multilingual")
        made = stack.enter_context(Library.open(root, settings))
        made.add_folder(source)
        made.wait("meaning")
        yield made


def show(question: Question, hits: Sequence[Hit], top: int) -> int | None:
    """Print the rank of the answer, and the hits above it; returns the rank."""
    place = rank(question, hits)
    shown = "-" if place is None else str(place)
    retrievers = "" if place is None else ", ".join(sorted(hits[place - 1].lanes))
    print(f"{shown:>3}  {question.language:2}  {question.text}  [{retrievers}]")
    if place is None or place > top:
        for hit in hits[:top]:
            print(f"         {hit.path}  [{', '.join(sorted(hit.lanes))}]")
    return place


def main() -> int:
    arguments = _parser().parse_args()
    to_ask = questions(arguments.questions)
    with opened(arguments.source, arguments.library, arguments.model) as library:
        places = [show(question, library.search(question.text, DEPTH), arguments.top) for question in to_ask]
    found = [place for place in places if place is not None]
    within = sum(place <= arguments.top for place in found)
    mrr = sum(1 / place for place in found) / max(len(places), 1)
    print(f"{within} of {len(places)} in the first {arguments.top}, {found.count(1)} at the first place; MRR {mrr:.3f}")
    return 0 if within == len(places) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.ask", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("questions", type=Path, metavar="QUESTIONS.json")
    parser.add_argument("source", type=Path, metavar="FOLDER_OR_LIBRARY")
    parser.add_argument("--model", choices=("multilingual", "english"))
    parser.add_argument("--library", type=Path, metavar="DIR", help="keep a folder's library here")
    parser.add_argument("--top", type=int, default=3, metavar="N")
    return parser


if __name__ == "__main__":
    sys.exit(main())
