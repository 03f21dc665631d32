"""What a query finds, as values that two libraries of the same documents share, whatever their ids are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.document import Hit, Retriever
from core.library import Library

EVERYTHING = 1000  # more documents than these libraries have
TOLERANCE = 0.01  # of a cosine, whose vectors were computed in other batches

Answers = dict[str, object]


def answers_of(library: Library, query: str) -> Answers:
    """The documents that a query finds by names and by words, and the cosine of each by meaning."""
    return {
        "names": sorted(path for path, _ in _found(library, query, "names")),
        "words": sorted(path for path, _ in _found(library, query, "words")),
        "meaning": dict(_found(library, query, "meaning")),
    }


def differences(queries: Sequence[str], found: Sequence[Answers], expected: Sequence[Answers]) -> list[str]:
    """The queries whose answers differ, each with its retriever."""
    return [
        f"{query!r} by {retriever}: {_difference(one[retriever], other[retriever])}"
        for query, one, other in zip(queries, found, expected, strict=True)
        for retriever in other
        if not _are_equal(one[retriever], other[retriever])
    ]


def _found(library: Library, query: str, retriever: Retriever) -> Iterator[tuple[str, float]]:
    for hit in library.search(query, EVERYTHING, lanes=(retriever,), closely=False):
        for version in (hit, *hit.versions):
            for path in (version.path, *version.also_at):
                yield path, _score(version, retriever)


def _score(hit: Hit, retriever: Retriever) -> float:
    return next((one.score for one in hit.findings if one.retriever == retriever), 0.0)


def _difference(one: object, other: object) -> str:
    """Which documents are found too many or too few; both values are collections of paths."""
    found, expected = set(one), set(other)  # type: ignore[call-overload]
    surplus, missing = sorted(found - expected), sorted(expected - found)
    return f"too many {surplus}, missing {missing}"


def _are_equal(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(abs(one[path] - other[path]) <= TOLERANCE for path in one)
    return one == other
