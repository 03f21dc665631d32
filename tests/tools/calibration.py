"""How often a hit of each band answers, for the queries of a collection and for those of other collections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Protocol

from core.document import Hit, Retriever

ALL: tuple[Retriever, ...] = ("words", "meaning", "names")
SHOWN = 10
FOREIGN = 40  # queries of each other collection


class JudgedQueries(Protocol):
    """The queries of a collection, and the documents that answer each."""

    name: str
    judged: dict[str, dict[str, float]]
    queries: list[tuple[str, str]]


class Measured(Protocol):
    """A collection that can be searched."""

    collection: JudgedQueries

    def search(self, text: str, retrievers: tuple[Retriever, ...], *, closely: bool | None = None) -> list[Hit]: ...

    def documents(self, hits: list[Hit]) -> list[str]: ...

    def close(self) -> None: ...


def run(collections: Sequence[Callable[[], Measured]]) -> None:
    """Print for each band how many of the first hits are of it, and what share of them is an answer."""
    known: list[JudgedQueries] = []
    print(f"{'collection':14} {'band':8} {'hits':>6} {'right':>6} {'probability':>12}   of the first {SHOWN} hits")
    for opened in collections:
        with closing(opened()) as measured:
            own = measured.collection
            _print(own.name, *_count(measured, own, len(own.queries)))
            for other in known:
                _print(f"{other.name}>{own.name}"[:14], *_count(measured, other, FOREIGN))
            known.append(own)


def _count(measured: Measured, judged: JudgedQueries, most: int) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """By band: hits, answers among them, and the sum of their probabilities in percent."""
    hits, right, probabilities = Counter[str](), Counter[str](), Counter[str]()
    for number, text in judged.queries[:most]:
        for hit in measured.search(text, ALL)[:SHOWN]:
            answers = judged is measured.collection and judged.judged[number].keys() & set(measured.documents([hit]))
            hits[hit.band] += 1
            right[hit.band] += bool(answers)
            probabilities[hit.band] += round(100 * hit.chance)
    return hits, right, probabilities


def _print(name: str, hits: Counter[str], right: Counter[str], probabilities: Counter[str]) -> None:
    for band in ("strong", "likely", "weak", "none"):
        if hits[band]:
            share, probability = right[band] / hits[band], probabilities[band] / hits[band] / 100
            print(f"{name:14} {band:8} {hits[band]:6} {share:6.2f} {probability:12.2f}", flush=True)
