"""How often a hit of each band is an answer, on collections that the bands were not fitted to, and on foreign ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Protocol

from core.document import Hit, Retriever

ALL: tuple[Retriever, ...] = ("words", "meaning", "names")
SHOWN = 10
FOREIGN = 40  # queries of each other collection


class Asked(Protocol):
    """A collection: its queries, and which documents answer each."""

    name: str
    judged: dict[str, dict[str, float]]
    queries: list[tuple[str, str]]


class Measured(Protocol):
    """A collection that can be searched."""

    collection: Asked

    def search(self, text: str, lanes: tuple[Retriever, ...], *, closely: bool | None = None) -> list[Hit]: ...

    def documents(self, hits: list[Hit]) -> list[str]: ...

    def close(self) -> None: ...


def run(collections: Sequence[Callable[[], Measured]]) -> None:
    """Print for each band how many of the first hits are of it, and what share of them is an answer."""
    known: list[Asked] = []
    print(f"{'collection':14} {'band':8} {'hits':>6} {'right':>6} {'chance told':>12}   of the first {SHOWN} hits")
    for opened in collections:
        with closing(opened()) as measured:
            own = measured.collection
            _print(own.name, *_counted(measured, own, len(own.queries)))
            for other in known:
                _print(f"{other.name}>{own.name}"[:14], *_counted(measured, other, FOREIGN))
            known.append(own)


def _counted(measured: Measured, asked: Asked, most: int) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """By band: hits, answers among them, and the sum of the chances that were told, in percent."""
    hits, right, told = Counter[str](), Counter[str](), Counter[str]()
    for number, text in asked.queries[:most]:
        for hit in measured.search(text, ALL)[:SHOWN]:
            answers = asked is measured.collection and asked.judged[number].keys() & set(measured.documents([hit]))
            hits[hit.band] += 1
            right[hit.band] += bool(answers)
            told[hit.band] += round(100 * hit.chance)
    return hits, right, told


def _print(name: str, hits: Counter[str], right: Counter[str], told: Counter[str]) -> None:
    for band in ("strong", "likely", "weak", "none"):
        if hits[band]:
            share, chance = right[band] / hits[band], told[band] / hits[band] / 100
            print(f"{name:14} {band:8} {hits[band]:6} {share:6.2f} {chance:12.2f}", flush=True)
