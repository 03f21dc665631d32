"""The three lanes asked for one query, and what they know of each passage and file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.document import Retriever
from core.embed import Vectors
from core.search.query import Query
from core.search.query.fields import typed_path
from core.search.rank.fusion import FILENAME_WEIGHT, Scales
from core.search.retrieve.score_stats import ScoreStats
from core.store.candidate_mask import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import Indexes

FileKey = tuple[str, int]  # ("content", id), or ("file", id) for one without text
DEEPER = 4  # times as many passages are asked of a lane whose passages are of too few files
DEEPEST = 64_000
EACH = 3  # passages of a file that are kept of what only going deeper found


@dataclass(frozen=True, slots=True)
class RetrieverScores:
    """Passages by BM25 and by cosine, best first; files by the share of the query that is in their names.

    `meaning` are those that the lane found itself; `cosines` are also those of what the words found.
    """

    words: Mapping[int, float] = field(default_factory=dict)
    meaning: Mapping[int, float] = field(default_factory=dict)
    cosines: Mapping[int, float] = field(default_factory=dict)
    names: Mapping[FileKey, float] = field(default_factory=dict)
    scales: Scales = field(default_factory=Scales)

    def parts(self, key: FileKey, passage: int | None) -> dict[Retriever, float]:
        """What each lane adds to the score of a file whose best passage is this one."""
        cosine = None if passage is None else self.cosines.get(passage)
        return {
            "names": FILENAME_WEIGHT * self.names.get(key, 0.0),
            "words": 0.0 if passage is None else self.scales.words(self.words.get(passage, 0.0)),
            "meaning": 0.0 if cosine is None else self.scales.meaning(cosine),
        }


@dataclass(frozen=True, slots=True)
class RankedPlace:
    """Where a lane puts a file among all files that it found (1 is best), and its score in the lane's own measure."""

    rank: int
    score: float


class Retrievers:
    """Asks the lanes of one library. One thread at a time."""

    def __init__(self, catalogue: Catalogue, index_set: Indexes) -> None:
        self._catalogue = catalogue
        self._index_set = index_set
        self._background = ScoreStats(catalogue, index_set)

    def ask(
        self,
        query: Query,
        vector: Vectors | None,
        *,
        depth: int,
        lanes: Collection[Retriever],
        scope: Candidates | None = None,
        files: int = 0,
    ) -> RetrieverScores:
        """The best `depth` passages or files of each lane, only of a scope; meaning has none without a vector.

        A lane whose passages are of fewer files than `files` goes deeper: a long book does not crowd out the others.
        What a query has for one lane only is not asked of another.
        """
        words = self._words(query, depth, files, scope) if "words" in lanes else {}
        weight = self._index_set.words.idf_weight(query.words) if words else 1.0
        names = self._names(query.words, depth, scope) if "names" in lanes and not query.is_pasted else {}
        if vector is None or "meaning" not in lanes:
            return RetrieverScores(words, names=names, scales=Scales(weight=weight))
        meaning = self._deep(lambda depth: self._index_set.vectors.search(vector, depth, scope), depth, files, scope)
        others = self._cosines(vector, [number for number in words if number not in meaning])
        return RetrieverScores(words, meaning, meaning | others, names, self.scales(vector, weight))

    def scales(self, vector: Vectors, weight: float = 1.0) -> Scales:
        """What a query's cosines have to stand out of; `weight` is that of its words."""
        return Scales(*self._background.of(vector), weight)

    def _cosines(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The cosines of passages that meaning did not find itself; one that is not embedded yet has none.

        Another program may have embedded some since the index here was opened.
        """
        found = self._index_set.vectors.cosines(vector, ids)
        missing = np.array([number for number in ids if number not in found], np.int64)
        for numbers, vectors in self._catalogue.vectors.read(self._index_set.model_id, missing):
            found.update(zip(numbers.tolist(), (vectors @ vector).tolist(), strict=True))
        return found

    def aim(self, query: Query, vector: Vectors | None) -> Vectors | None:
        """The vector to look near to: that of a query's text, and of the documents that others should be like."""
        aims = [] if vector is None or not query.meaning else [vector]
        for path in query.likes:
            aims += self._middle(typed_path(path))
        if not aims:
            return None
        middle: Vectors = np.sum(aims, axis=0, dtype=np.float32)
        return middle / max(float(np.linalg.norm(middle)), 1e-9)

    def _middle(self, path: bytes) -> list[Vectors]:
        """The middle of a document's passages; none if it is not known, or not embedded yet."""
        content = self._catalogue.content_of(path)
        if content is None:
            return []
        ids = self._catalogue.vectors.ids_of_content(self._index_set.model_id, content)
        read = [vectors for _, vectors in self._catalogue.vectors.read(self._index_set.model_id, ids)]
        if not read:
            return []
        middle: Vectors = np.concatenate(read).mean(axis=0)
        return [middle / max(float(np.linalg.norm(middle)), 1e-9)]

    def _words(self, query: Query, depth: int, files: int, scope: Candidates | None) -> dict[int, float]:
        def search(depth: int) -> list[tuple[int, float]]:
            return self._index_set.words.search(query.words, depth, complete=query.ends_in_prefix, scope=scope)

        return self._deep(search, depth, files, scope)

    def _deep(
        self, search: Callable[[int], list[tuple[int, float]]], depth: int, files: int, scope: Candidates | None
    ) -> dict[int, float]:
        """What a lane finds, from so deep that it is of enough files: in a scope however deep, else once deeper."""
        enough = files if scope is None else min(files, len(scope.contents))
        deepest = max(depth, min(DEEPEST, DEEPER * depth) if scope is None else DEEPEST)
        found, asked = search(depth), depth
        if len(found) < depth:
            return dict(found)
        owners = self._catalogue.passages.contents_of(number for number, _ in found)
        while len(set(owners.values())) < enough and len(found) >= asked < deepest:
            asked = min(DEEPER * asked, deepest)
            found = search(asked)
            owners = self._catalogue.passages.contents_of(number for number, _ in found)
        return dict(_thinned(found, owners, depth))

    def _names(self, text: str, depth: int, scope: Candidates | None) -> dict[FileKey, float]:
        found = self._index_set.names.search(text, depth, None if scope is None else scope.files)
        contents = self._catalogue.document_keys([number for number, _ in found])
        best: dict[FileKey, float] = {}
        for number, score in found:
            if number in contents:
                best.setdefault(contents[number], score)
        return best


def _thinned(found: Sequence[tuple[int, float]], owners: Mapping[int, int], depth: int) -> Iterable[tuple[int, float]]:
    """The first so many passages, and of what is behind them a few of each file."""
    kept: dict[int, int] = {}
    for place, (number, score) in enumerate(found):
        owner = owners.get(number, 0)
        kept[owner] = kept.get(owner, 0) + 1
        if place < depth or (owner and kept[owner] <= EACH):
            yield number, score


def places(found: Mapping[int, float], owners: Mapping[int, int]) -> dict[FileKey, RankedPlace]:
    """The place of each file in a lane that finds passages: that of its best one. `owners` are their contents."""
    return placed((("content", owners[number]), score) for number, score in found.items() if number in owners)


def placed(found: Iterable[tuple[FileKey, float]]) -> dict[FileKey, RankedPlace]:
    """The place of each file in a lane's list, best first."""
    ranked: dict[FileKey, RankedPlace] = {}
    for key, score in found:
        if key not in ranked:
            ranked[key] = RankedPlace(len(ranked) + 1, score)
    return ranked
