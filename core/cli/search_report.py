"""Output of `findling search`: hits, their explanations, and suggestions for a query without hits.

Prints hits as their JSON has them (`core.api`): their dataclasses would take a tenth of the command's time to import.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from core.cli.console import padded, single_line
from core.messages import amounts, terms, tr
from core.messages.visible import visible_text

Json = Mapping[str, Any]


def print_unavailable(sentence: str) -> None:
    """Say on stderr why a search had no engine to find by meaning with; nothing for ""."""
    if sentence:
        print(single_line(sentence), file=sys.stderr)


def print_broad_wildcards(broad: Sequence[Json]) -> None:
    """Say on stderr which wildcards stand for more words than were searched."""
    for wildcard in broad:
        print(terms.broad_wildcard(single_line(wildcard["text"]), wildcard["words"]), file=sys.stderr)


def print_hits(
    hits: Sequence[Json], *, explain: bool = False, by_example: bool = False, by_relevance: bool = True
) -> None:
    """Print hits, best first; with `explain` also the contribution of each retriever.

    Set `by_example` for a query for documents similar to another one. Hits in another order than `by_relevance` are not
    divided into tiers.
    """
    if not hits:
        print(tr("Nothing was found."))
    elif all(hit["band"] == "none" and hit["tier"] == "related" for hit in hits):
        print(terms.no_answer(by_example=by_example))
    headings = _headings(hits) if by_relevance else {}
    for number, hit in enumerate(hits, start=1):
        if number in headings:
            print(headings[number])
        labels = [terms.retriever_column(name) for name in sorted(hit["lanes"])]
        if hit["page"] is not None:
            labels.append(terms.place(None, hit["page"]))
        if hit["extent"] is not None:
            labels.append(amounts.read_to(hit["extent"]["unit"], hit["extent"]["read"], hit["extent"]["total"]))
        print(f"{number:2}. {single_line(hit['title'])}" + (f"  [{terms.listed(labels)}]" if labels else ""))
        print(f"    {_path(hit)}")
        if hit["snippet"]:
            print(f"    {_highlighted(hit)}")
        if explain:
            _print_explanation(hit)
        for version in hit["versions"]:
            print(f"    {_version(version, explain=explain)}")


def _headings(hits: Sequence[Json]) -> dict[int, str]:
    """What stands above the hits with some numbers: where the related ones begin, and the less likely of these."""
    related = [number for number, hit in enumerate(hits, start=1) if hit["tier"] == "related"]
    less_likely = [number for number, hit in enumerate(hits, start=1) if hit["folded"]]
    headings = {less_likely[0]: tr("Less likely")} if less_likely else {}
    if related and related[0] > 1:
        heading = terms.tier("related", [hits[number - 1]["lanes"] for number in related])
        headings[related[0]] = tr("{tier} (less likely)", tier=heading) if related[0] in headings else heading
    return headings


def print_relaxed(relaxed_queries: Sequence[Json]) -> None:
    """Print a line for each relaxed query: the parts to remove and the number of documents found."""
    for relaxed in relaxed_queries:
        print(terms.without(single_line(relaxed["dropped"]), relaxed["hits"]))


def print_filter_effect(effect: Json | None) -> None:
    """Print how many files match each filter, and all of them together."""
    if effect is None:
        return
    filters = [(single_line(text), files) for text, files in effect["by"]]
    print(terms.filter_effect(effect["files"], effect["left"], filters))


def _print_explanation(hit: Json) -> None:
    """Print a hit's score, its probability of answering, and the contribution of each retriever."""
    strength = terms.strength_with_probability(hit["band"], hit["chance"])
    print(f"    {tr('score {score:.2f}: {strength}', score=hit['score'], strength=strength)}")
    if hit["says_all"]:
        print(f"      {tr('This passage contains every word you typed.')}")
    if hit["answers"] is not None:
        place = tr("probability that the passage answers, no. {place} of those read", place=hit["answers_place"])
        print(f"      {_column(tr('reranker'))} {hit['answers']:6.2f}   {place}")
    if hit["nearest"] is not None:
        print(f"      {_column(tr('sentence'))} {hit['nearest']:6.2f}   {tr('cosine of the best sentence')}")
    for match in hit["findings"]:
        print(f"      {_column(terms.retriever_column(match['lane']))} {match['part']:+6.2f}   {_measure(match)}")


def _path(hit: Json) -> str:
    return single_line(f"{hit['path']}/{hit['member']}" if hit["member"] else hit["path"])


def _column(name: str) -> str:
    return padded(name, 8)


def _measure(match: Json) -> str:
    if match["lane"] == "names":
        return tr("{score:.2f} of the query, no. {rank} by name", score=match["score"], rank=match["rank"])
    if match["lane"] == "words":
        return tr("BM25 {score:.2f}, no. {rank} by words", score=match["score"], rank=match["rank"])
    return tr("cosine {score:.2f}, no. {rank} by meaning", score=match["score"], rank=match["rank"])


def _version(version: Json, *, explain: bool) -> str:
    path = _path(version)
    if not explain:
        return tr("version: {path}", path=path)
    day = time.strftime("%Y-%m-%d", time.localtime(version["modified"]))
    return tr("version: {path}  {date}, score {score:.2f}", path=path, date=day, score=version["score"])


def _highlighted(hit: Json) -> str:
    """The snippet, with its match spans in bold on a terminal."""
    text, shown, done = hit["snippet"].replace("\n", " "), "", 0
    for start, end in hit["marks"] if sys.stdout.isatty() else ():
        shown += f"{visible_text(text[done:start])}\033[1m{visible_text(text[start:end])}\033[0m"
        done = end
    return shown + visible_text(text[done:])
