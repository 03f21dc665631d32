"""The three retrievers (filename, lexical, semantic) and their scores for one query."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.document import Retriever
from core.embed import Vectors
from core.errors import VectorStoreError
from core.search.query import Query
from core.search.query.fields import typed_path
from core.search.rank.fusion import FILENAME_WEIGHT, Scales
from core.search.retrieve.containing import Containing, ContainingFinder
from core.search.retrieve.score_stats import ScoreStats
from core.search.retrieve.scripts import is_foreign_script
from core.store.candidates import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import Indexes

log = logging.getLogger(__name__)

FileKey = tuple[str, int]  # ("content", id), or ("file", id) for one without text
DEPTH_GROWTH = 4  # factor by which the depth grows while the passages found belong to too few files
MAX_DEPTH = 64_000
DEEP_PASSAGES_PER_FILE = 3  # passages of a file kept beyond the first depth


@dataclass(frozen=True, slots=True)
class RetrieverScores:
    """Passages by BM25 and by cosine, best first; files by the share of the query in their names.

    `meaning` has the passages that the semantic retriever found, `cosines` also those of the lexical one.
    `containing` is what has all words of the query.
    """

    words: Mapping[int, float] = field(default_factory=dict)
    meaning: Mapping[int, float] = field(default_factory=dict)
    cosines: Mapping[int, float] = field(default_factory=dict)
    names: Mapping[FileKey, float] = field(default_factory=dict)
    scales: Scales = field(default_factory=Scales)
    containing: Containing = field(default_factory=Containing)

    def parts(self, key: FileKey, passage: int | None) -> dict[Retriever, float]:
        """The contribution of each retriever to the score of a file whose best passage is `passage`."""
        cosine = None if passage is None else self.cosines.get(passage)
        return {
            "names": FILENAME_WEIGHT * self.names.get(key, 0.0),
            "words": 0.0 if passage is None else self.scales.words(self.words.get(passage, 0.0)),
            "meaning": 0.0 if cosine is None else self.scales.meaning(cosine),
        }


@dataclass(frozen=True, slots=True)
class FileRank:
    """The rank of a file in one retriever's list (1 is best), and its score in the retriever's own unit."""

    rank: int
    score: float


class Retrievers:
    """The retrievers of one library. Not thread-safe."""

    def __init__(self, catalogue: Catalogue, index_set: Indexes) -> None:
        self._catalogue = catalogue
        self._index_set = index_set
        self._score_stats = ScoreStats(catalogue, index_set)
        self._containing = ContainingFinder(catalogue, index_set.words)

    def retrieve(
        self,
        query: Query,
        vector: Vectors | None,
        *,
        depth: int,
        retrievers: Collection[Retriever],
        scope: Candidates | None = None,
        files: int = 0,
    ) -> RetrieverScores:
        """Run the retrievers: the best `depth` passages or files of each within a scope; semantic only with a vector.

        A retriever whose passages belong to fewer than `files` files goes deeper, so that a long book does not crowd
        out other files. Words with a reach prefix go only to the retrievers that it names.
        """
        words = self._search_words(query, depth, files, scope) if "words" in retrievers else {}
        containing = self._containing.find(query, words, depth, scope)
        words = self._containing.with_scores(query, words, containing, depth)
        weight = self._index_set.words.idf_weight(query.words) if words else 1.0
        names = self._search_names(query.words, depth, scope) if "names" in retrievers and not query.is_pasted else {}
        if vector is None or "meaning" not in retrievers:
            return RetrieverScores(words, names=names, scales=Scales(weight=weight), containing=containing)
        meaning = self._search_meaning(vector, depth, files, scope)
        others = self._cosines(vector, [number for number in words if number not in meaning])
        return RetrieverScores(words, meaning, meaning | others, names, self.scales(query, vector, weight), containing)

    def scales(self, query: Query, vector: Vectors, weight: float = 1.0) -> Scales:
        """The normalization for a query and its vector; `weight` is the sum of the idf of its words."""
        mean, deviation, average = self._score_stats.describe(vector)
        return Scales(
            mean,
            deviation,
            weight,
            (average - mean) / deviation,
            len(self._index_set.vectors),
            is_foreign_script(query.meaning, self._index_set.words),
        )

    def _cosines(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The cosines of passages that only the lexical retriever found; those without a vector are left out.

        Vectors missing in the index are read from the catalogue: another process may have embedded them.
        """
        found = self._index_set.vectors.cosines(vector, ids)
        missing = np.array([number for number in ids if number not in found], np.int64)
        for numbers, vectors in self._catalogue.vectors.read(self._index_set.model_id, missing):
            embedded = vectors.any(axis=1)  # rows of zeros: refused by the engine, or without language
            found.update(zip(numbers[embedded].tolist(), (vectors[embedded] @ vector).tolist(), strict=True))
        return found

    def query_vector(self, query: Query, vector: Vectors | None) -> Vectors | None:
        """The vector to search with: the mean of the query text's vector and of those of its `like:` documents."""
        vectors = [] if vector is None or not query.meaning else [vector]
        for path in query.likes:
            vectors += self._centroid(typed_path(path))
        if not vectors:
            return None
        centroid: Vectors = np.sum(vectors, axis=0, dtype=np.float32)
        return centroid / max(float(np.linalg.norm(centroid)), 1e-9)

    def nearest_vector(self, path: bytes, vector: Vectors) -> Vectors | None:
        """The vector of a document's passage that is nearest to a query vector; None if it has none."""
        vectors = self._vectors_of(path)
        if not len(vectors):
            return None
        nearest: Vectors = vectors[int(np.argmax(vectors @ vector))]
        return nearest

    def _centroid(self, path: bytes) -> list[Vectors]:
        """The normalized mean of a document's vectors, in a list; empty if it is unknown or not embedded yet."""
        vectors = self._vectors_of(path)
        if not vectors.any():  # no passage has language
            return []
        centroid: Vectors = vectors.mean(axis=0)
        return [centroid / max(float(np.linalg.norm(centroid)), 1e-9)]

    def _vectors_of(self, path: bytes) -> Vectors:
        """The vectors of a document's passages (shape: n x dimension); none if it is unknown or not embedded yet."""
        blocks: list[Vectors] = [np.zeros((0, self._index_set.model_spec.dimension), np.float32)]
        content = self._catalogue.content_of(path)
        readable = self._catalogue.readable
        if content is not None and (readable is None or readable.readable_now([path])):
            ids = self._catalogue.vectors.ids_of_content(self._index_set.model_id, content)
            blocks += [vectors for _, vectors in self._catalogue.vectors.read(self._index_set.model_id, ids)]
        return np.concatenate(blocks)

    def _search_words(self, query: Query, depth: int, files: int, scope: Candidates | None) -> dict[int, float]:
        def search(depth: int) -> list[tuple[int, float]]:
            return self._index_set.words.search(query.words, depth, complete=query.ends_in_prefix, scope=scope)

        return self._retrieve_deep(search, depth, files, scope)

    def _search_meaning(self, vector: Vectors, depth: int, files: int, scope: Candidates | None) -> dict[int, float]:
        """The passages nearest to a vector; none where the vector store does not answer."""
        try:
            return self._retrieve_deep(
                lambda depth: self._index_set.vectors.search(vector, depth, scope), depth, files, scope
            )
        except VectorStoreError as error:
            log.info("searching without meaning: %s", error)
            return {}

    def _retrieve_deep(
        self, search: Callable[[int], list[tuple[int, float]]], depth: int, files: int, scope: Candidates | None
    ) -> dict[int, float]:
        """Search until the passages cover `files` files: up to `MAX_DEPTH` in a scope, else one step deeper."""
        target_files = files if scope is None else min(files, len(scope.contents))
        max_depth = max(depth, min(MAX_DEPTH, DEPTH_GROWTH * depth) if scope is None else MAX_DEPTH)
        found, searched = search(depth), depth
        if len(found) < depth:
            return dict(found)
        owners = self._catalogue.passages.contents_of(number for number, _ in found)
        while len(set(owners.values())) < target_files and len(found) >= searched < max_depth:
            searched = min(DEPTH_GROWTH * searched, max_depth)
            found = search(searched)
            owners = self._catalogue.passages.contents_of(number for number, _ in found)
        return dict(_limit_per_file(found, owners, depth))

    def _search_names(self, text: str, depth: int, scope: Candidates | None) -> dict[FileKey, float]:
        found = self._index_set.names.search(text, depth, None if scope is None else scope.files)
        contents = self._catalogue.document_keys([number for number, _ in found])
        best: dict[FileKey, float] = {}
        for number, score in found:
            if number in contents:
                best.setdefault(contents[number], score)
        return best


def _limit_per_file(
    found: Sequence[tuple[int, float]], owners: Mapping[int, int], depth: int
) -> Iterable[tuple[int, float]]:
    """The first `depth` passages, and after them at most `DEEP_PASSAGES_PER_FILE` of each file."""
    count_by_file: dict[int, int] = {}
    for position, (number, score) in enumerate(found):
        owner = owners.get(number, 0)
        count_by_file[owner] = count_by_file.get(owner, 0) + 1
        if position < depth or (owner and count_by_file[owner] <= DEEP_PASSAGES_PER_FILE):
            yield number, score


def file_ranks_of_passages(found: Mapping[int, float], owners: Mapping[int, int]) -> dict[FileKey, FileRank]:
    """The rank of each file by its best passage; `owners` are the contents of the passages."""
    return file_ranks((("content", owners[number]), score) for number, score in found.items() if number in owners)


def file_ranks(found: Iterable[tuple[FileKey, float]]) -> dict[FileKey, FileRank]:
    """The rank of each file in a retriever's list, best first."""
    ranked: dict[FileKey, FileRank] = {}
    for key, score in found:
        if key not in ranked:
            ranked[key] = FileRank(len(ranked) + 1, score)
    return ranked
