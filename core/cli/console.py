"""What the command line prints: progress, hits, status and problems."""

from __future__ import annotations

import dataclasses
import io
import os
import re
import sys
import time
from collections.abc import Sequence
from typing import Any, TextIO

from core.document import RETRIEVERS, Band, Hit, Retriever
from core.events import Folder, ModelSwitch, Problem, Progress, RetrieverProgress
from core.search.query import Filter, Group, Node, Not, Or, Phrase, Query, Term
from core.search.relax import Relaxed
from core.search.retrieve.filter_compiler import FilterEffect

TERMINAL, LOG = 0.5, 10.0  # seconds between two lines
BAR = 20
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # would move the cursor, or worse


def speak_any_language() -> None:
    """Let a terminal that cannot show a character show a question mark."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def stop_speaking() -> None:
    """After the reader of our output went away: what is still to be written goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


BANDS: dict[Band, str] = {
    "strong": "strong match",
    "likely": "likely match",
    "weak": "weak match",
    "none": "no answer, only near",
}
# The kinds of operators in `findling search --json`; scripts depend on these names.
_KINDS: dict[type[Node], str] = {
    Term: "word",
    Phrase: "phrase",
    Filter: "filter",
    Not: "not",
    Group: "group",
    Or: "either",
}
MEASURES: dict[Retriever, str] = {"names": "share of the query", "words": "BM25", "meaning": "cosine"}


class StatusLine:
    """Rewrites one line on a terminal; elsewhere writes a new one now and then, `every` so many seconds."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._terminal = out.isatty()
        self.every = TERMINAL if self._terminal else LOG

    def show(self, text: str) -> None:
        self._out.write(f"\r{text}\033[K" if self._terminal else f"{text}\n")
        self._out.flush()

    def end(self) -> None:
        if self._terminal:
            self._out.write("\r\033[K")
            self._out.flush()


def progress_as_words(progress: Progress) -> str:
    """How far everything is."""
    text = f"{_bar(progress)} names {progress.names.done}  words {_part(progress.words)}"
    text += f"  meaning {progress.passages_done}/{progress.passages_total} passages"
    if progress.rate:
        text += f", {progress.rate:.0f}/s"
    if progress.eta is not None:
        text += f", {duration(progress.eta)} left"
    if progress.trouble is not None:
        text += f"  ({progress.trouble.sentence})"
    return text


def _bar(progress: Progress) -> str:
    words, total = progress.words, max(progress.passages_total, 1)
    read = words.done / max(words.total, 1)
    share = 0.1 * read + 0.9 * read * progress.passages_done / total
    full = int(BAR * share)
    return f"[{'#' * full}{'.' * (BAR - full)}]"


def _handover(what: ModelSwitch) -> str:
    """Who answers while another model reads everything anew."""
    done, whole = what.meaning.done, what.meaning.done + what.meaning.waiting
    retriever = "meaning" if what.can_embed else "words"
    return f"  {retriever:8} by the former model until {what.model} is ready: {done} of {whole}"


def _part(retriever: RetrieverProgress) -> str:
    return f"{retriever.done}/{retriever.total}"


def duration(seconds: float) -> str:
    """A time as a person says it."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _retriever(retriever: RetrieverProgress) -> str:
    return f"{retriever.done} done, {retriever.waiting} waiting, {retriever.failed} failed"


def _passages(progress: Progress) -> str:
    done, total = progress.passages_done, progress.passages_total
    return f"  passages {done} of {total}; {progress.passages_embedded} ever embedded"


def print_problems(found: Sequence[Problem]) -> None:
    """A line a file, with the reason."""
    if not found:
        print("No problems.")
        return
    print("1 problem:" if len(found) == 1 else f"{len(found)} problems:")
    for problem in found:
        print(f"  {plain(problem.path)}: {problem.sentence} {problem.remedy}".rstrip())


def as_json(hit: Hit) -> dict[str, Any]:
    """A hit as JSON can hold it; paths that are not UTF-8 are shown with replacement signs."""
    fields = dataclasses.asdict(hit)
    fields["path"], fields["title"] = shown(hit.path), shown(hit.title)
    fields["lanes"] = sorted(hit.lanes)
    fields["also_at"] = [shown(path) for path in hit.also_at]
    fields["versions"] = [as_json(version) for version in hit.versions]
    for passage in fields["passages"]:
        passage["lanes"] = sorted(passage["lanes"])
    for match in fields["findings"]:
        match["lane"] = match.pop("retriever")
    return fields


def model_switch_as_json(switch: ModelSwitch | None) -> dict[str, Any] | None:
    """A change of models as JSON, under the names that scripts know."""
    if switch is None:
        return None
    return {"model": switch.model, "meaning": dataclasses.asdict(switch.meaning), "speaks": switch.can_embed}


def read_as_json(query: Query) -> dict[str, Any]:
    """How a query was read: what the lanes are asked, and its operators with their places in the text."""
    return {
        "canonical": str(query),
        "words": query.words,
        "meaning": query.meaning,
        "operators": [{"kind": _KINDS[type(part)], "text": str(part), "span": part.span} for part in query.operators],
    }


def print_relaxed(found: Sequence[Relaxed]) -> None:
    """What would find something, a line each."""
    for one in found:
        dropped = " ".join(map(str, one.dropped))
        many = "1 document" if one.hits == 1 else f"{one.hits} documents"
        print(f"Without {plain(dropped)}: {many}.")


def print_narrowing(narrowing: FilterEffect | None) -> None:
    """Which conditions acted, and how many files they left to be searched."""
    if narrowing is not None:
        by = "; ".join(f"{plain(text)} leaves {files:,}" for text, files in narrowing.by)
        together = f"; together {narrowing.left:,}" if len(narrowing.by) > 1 else ""
        print(f"Of {narrowing.files:,} files {by}{together}.")


def print_hits(hits: Sequence[Hit], *, explain: bool = False, by_example: bool = False) -> None:
    """Some lines a hit, best first; with `explain`, one more for each lane that found it.

    `by_example` if it was asked for what is similar to a document.
    """
    if not hits:
        print("Nothing was found.")
    elif all(hit.band == "none" for hit in hits):
        print(f"Nothing {'is very similar' if by_example else 'seems to answer this'}. The nearest are:")
    for number, hit in enumerate(hits, start=1):
        about = sorted(hit.lanes) + ([f"p. {hit.page}"] if hit.page is not None else [])
        print(f"{number:2}. {plain(hit.title)}" + (f"  [{', '.join(about)}]" if about else ""))
        print(f"    {plain(hit.path)}")
        if hit.snippet:
            print(f"    {_marked(hit)}")
        if explain:
            _explain(hit)
        for version in hit.versions:
            print(f"    version: {plain(version.path)}" + (f"  {_dated(version)}" if explain else ""))


def _explain(hit: Hit) -> None:
    """The score, the chance of being an answer, and what each lane has to do with it."""
    print(f"    score {hit.score:.2f}, {BANDS[hit.band]} ({hit.chance:.0%})")
    if hit.says_all:
        print("      its passage has every word of the question")
    if hit.answers is not None:
        place = f"chance that the passage answers, no. {hit.answers_place} of those read"
        print(f"      reranker {hit.answers:6.2f}   {place}")
    if hit.nearest is not None:
        print(f"      sentence {hit.nearest:6.2f}   cosine of the one that is nearest")
    for finding in hit.findings:
        place = f"{MEASURES[finding.retriever]} {finding.score:.2f}, no. {finding.rank} of its lane"
        print(f"      {finding.retriever:8} {finding.part:+6.2f}   {place}")


def _dated(version: Hit) -> str:
    return f"{time.strftime('%Y-%m-%d', time.localtime(version.modified))}, score {version.score:.2f}"


def _marked(hit: Hit) -> str:
    """The snippet with its marks in bold, on a terminal."""
    text = CONTROL.sub("\ufffd", hit.snippet)
    if not sys.stdout.isatty():
        return text
    for start, end in reversed(hit.marks):
        text = f"{text[:start]}\033[1m{text[start:end]}\033[0m{text[end:]}"
    return text


def shown(path: str) -> str:
    """A path that can be printed: bytes that are not UTF-8 as a replacement sign."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def plain(text: str) -> str:
    """A name or path as one line that does nothing to a terminal."""
    return CONTROL.sub("\ufffd", shown(text))


def print_status(progress: Progress, folders: Sequence[Folder], sizes: dict[str, int]) -> None:
    """The folders, the lanes and what they take on the disk."""
    for folder in folders:
        print(f"  {plain(folder.path)}: {_files(folder.files)}{'' if folder.connected else ' (not connected)'}")
    for name in RETRIEVERS:
        print(f"  {name:8} {_retriever(progress.retriever(name))}")
    print(_passages(progress))
    if progress.handover is not None:
        print(_handover(progress.handover))
    print("  on disk  " + ", ".join(f"{name} {size / 1e6:.1f} MB" for name, size in sizes.items()))


def print_summary(progress: Progress, folders: Sequence[Folder], took: dict[Retriever, float]) -> None:
    """What an indexing run did: counts, and how fast each lane was complete; `took` in seconds since the start."""
    size = sum(folder.size for folder in folders)
    print(f"{_files(progress.names.done)}, {size / 1e6:.1f} MB")
    for name, seconds in took.items():
        retriever = progress.retriever(name)
        speed = f"{retriever.total / seconds:.0f} files/s, {size / 1e6 / seconds:.1f} MB/s" if seconds > 0 else ""
        print(f"  {name:8} {_retriever(retriever)}; complete after {duration(seconds)} ({speed})")
    print(_passages(progress))
