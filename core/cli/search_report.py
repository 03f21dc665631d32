"""Output of `findling search`: hits, their explanations, and suggestions for a query without hits."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from core.cli.console import CONTROL, padded, single_line
from core.document import Hit, RetrieverMatch
from core.messages import terms, tr
from core.search.relax import Relaxed
from core.search.retrieve.filter_compiler import FilterEffect


def print_hits(hits: Sequence[Hit], *, explain: bool = False, by_example: bool = False) -> None:
    """Print hits, best first; with `explain` also the contribution of each retriever.

    Set `by_example` for a query for documents similar to another one.
    """
    if not hits:
        print(tr("Nothing was found."))
    elif all(hit.band == "none" for hit in hits):
        print(terms.no_answer(by_example=by_example))
    for number, hit in enumerate(hits, start=1):
        labels = [terms.retriever_column(name) for name in sorted(hit.lanes)]
        if hit.page is not None:
            labels.append(terms.place(None, hit.page))
        print(f"{number:2}. {single_line(hit.title)}" + (f"  [{terms.listed(labels)}]" if labels else ""))
        print(f"    {single_line(hit.path)}")
        if hit.snippet:
            print(f"    {_highlighted(hit)}")
        if explain:
            _print_explanation(hit)
        for version in hit.versions:
            print(f"    {_version(version, explain=explain)}")


def print_relaxed(relaxed_queries: Sequence[Relaxed]) -> None:
    """Print a line for each relaxed query: the parts to remove and the number of documents found."""
    for relaxed in relaxed_queries:
        dropped = single_line(" ".join(map(str, relaxed.dropped)))
        print(terms.without(dropped, relaxed.hits))


def print_filter_effect(effect: FilterEffect | None) -> None:
    """Print how many files match each filter, and all of them together."""
    if effect is None:
        return
    filters = [(single_line(text), files) for text, files in effect.by]
    print(terms.filter_effect(effect.files, effect.left, filters))


def _print_explanation(hit: Hit) -> None:
    """Print a hit's score, its probability of answering, and the contribution of each retriever."""
    strength = terms.strength_with_probability(hit.band, hit.chance)
    print(f"    {tr('score {score:.2f}: {strength}', score=hit.score, strength=strength)}")
    if hit.says_all:
        print(f"      {tr('This passage contains every word you typed.')}")
    if hit.answers is not None:
        place = tr("probability that the passage answers, no. {place} of those read", place=hit.answers_place)
        print(f"      {_column(tr('reranker'))} {hit.answers:6.2f}   {place}")
    if hit.nearest is not None:
        print(f"      {_column(tr('sentence'))} {hit.nearest:6.2f}   {tr('cosine of the best sentence')}")
    for match in hit.findings:
        print(f"      {_column(terms.retriever_column(match.retriever))} {match.part:+6.2f}   {_measure(match)}")


def _column(name: str) -> str:
    return padded(name, 8)


def _measure(match: RetrieverMatch) -> str:
    if match.retriever == "names":
        return tr("{score:.2f} of the query, no. {rank} by name", score=match.score, rank=match.rank)
    if match.retriever == "words":
        return tr("BM25 {score:.2f}, no. {rank} by words", score=match.score, rank=match.rank)
    return tr("cosine {score:.2f}, no. {rank} by meaning", score=match.score, rank=match.rank)


def _version(version: Hit, *, explain: bool) -> str:
    path = single_line(version.path)
    if not explain:
        return tr("version: {path}", path=path)
    day = time.strftime("%Y-%m-%d", time.localtime(version.modified))
    return tr("version: {path}  {date}, score {score:.2f}", path=path, date=day, score=version.score)


def _highlighted(hit: Hit) -> str:
    """The snippet, with its match spans in bold on a terminal."""
    text = CONTROL.sub("\ufffd", hit.snippet)
    if not sys.stdout.isatty():
        return text
    for start, end in reversed(hit.marks):
        text = f"{text[:start]}\033[1m{text[start:end]}\033[0m{text[end:]}"
    return text
