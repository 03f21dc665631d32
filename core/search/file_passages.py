"""All passages of one file that match a query, in the order of the text."""

from __future__ import annotations

import numpy as np

from core.document import RETRIEVERS, HitPassage, Retriever
from core.embed import Vectors
from core.search.present.hit_builder import HitBuilder, RankedFile
from core.search.query import Query
from core.search.rank.fusion import passage_scores
from core.search.retrieve.filter_compiler import FilterCompiler
from core.search.retrieve.retrievers import Retrievers
from core.store.catalogue.catalogue import Catalogue

MAX_PASSAGES = 200
NEAREST_PASSAGES = 10  # of a file without any word of the query


class FilePassages:
    """Finds passages in single files of one library. Not thread-safe."""

    def __init__(self, catalogue: Catalogue, retrievers: Retrievers, filters: FilterCompiler) -> None:
        self._catalogue, self._retrievers, self._filters = catalogue, retrievers, filters

    def find(self, query: Query, vector: Vectors | None, path: bytes, builder: HitBuilder) -> tuple[HitPassage, ...]:
        """The passages with a word of the query; without any, those nearest by meaning. Empty for an unknown file."""
        known, content = self._catalogue.files.lookup(path), self._catalogue.content_of(path)
        if known is None or content is None:
            return ()
        scope = self._filters.candidates(np.array([known[1].id], np.int64), None)
        found = self._retrievers.retrieve(query, vector, depth=MAX_PASSAGES, retrievers=RETRIEVERS, scope=scope)
        scores = passage_scores(found.words, found.cosines, found.scales)
        best = sorted(found.words or scores, key=lambda number: -scores[number])
        chosen = best[: MAX_PASSAGES if found.words else NEAREST_PASSAGES]
        rows = self._catalogue.passages.get_many(chosen)
        shown = [
            (row, scores[row.id], _found_by(row.id in found.words, row.id in found.cosines))
            for row in sorted(rows.values(), key=lambda row: row.start)
        ]
        hits = builder.hits([[RankedFile(("content", content), 0.0, 0.0, (), shown)]]) if shown else []
        return hits[0].passages if hits else ()


def _found_by(by_words: bool, by_meaning: bool) -> frozenset[Retriever]:  # noqa: FBT001  a pair of flags
    named: tuple[tuple[Retriever, bool], ...] = (("words", by_words), ("meaning", by_meaning))
    return frozenset(retriever for retriever, found in named if found)
