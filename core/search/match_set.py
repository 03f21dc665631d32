"""All documents that match a query: what results are sorted, grouped and counted over."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from core.document import Retriever
from core.embed import Vectors
from core.search.present.ranked_file import RankedFileBuilder
from core.search.query import Group, Query
from core.search.rank.calibration import BAND_THRESHOLDS
from core.search.rank.fusion import file_scores, passage_scores
from core.search.retrieve.filter_compiler import FilterCompiler, matches_without_words
from core.search.retrieve.retrievers import FileKey, Retrievers
from core.store.candidates import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import Ids

DEPTH = 800  # passages of a retriever that may match by meaning
NEAREST = 40  # documents that stand for the matches where nothing matches
MIN_PROBABILITY = BAND_THRESHOLDS[-1][0]  # of a match


class MatchSet:
    """Finds the matches of a query: a ranked list has no end, as every document resembles every query a little.

    A document matches if it passes the filters and has every word of the query, or if it is at least a weak match.
    Where none does, the nearest ones stand for them. Not thread-safe.
    """

    def __init__(self, catalogue: Catalogue, retrievers: Retrievers, filters: FilterCompiler, model: str) -> None:
        self._catalogue, self._retrievers, self._filters, self._model = catalogue, retrievers, filters, model

    def files(
        self,
        query: Query,
        vector: Vectors | None,
        scope: Candidates | None,
        retrievers: Collection[Retriever],
    ) -> tuple[Ids, float]:
        """(ids of the matching files, ascending, and the highest calibration input of any).

        `vector` is that of `Retrievers.query_vector`.
        """
        if not (query.words or query.meaning or query.likes):
            return (self._filters.everything() if scope is None else scope.files), 0.0
        ranked, best = self._ranked(query, vector, scope, retrievers)
        likely = self._files_of([key for key, probability in ranked if probability >= MIN_PROBABILITY], scope)
        found = np.union1d(likely, self._filters.with_all_words(query))
        if scope is not None and matches_without_words(Group(query.parts)):
            found = np.union1d(found, scope.files)
        return (found if len(found) else self._files_of([key for key, _ in ranked[:NEAREST]], scope)), best

    def _ranked(
        self, query: Query, vector: Vectors | None, scope: Candidates | None, retrievers: Collection[Retriever]
    ) -> tuple[list[tuple[FileKey, float]], float]:
        """(key, probability) of the files that the retrievers found, best first, and the best calibration input."""
        found = self._retrievers.retrieve(query, vector, depth=DEPTH, retrievers=retrievers, scope=scope, files=DEPTH)
        scores = passage_scores(found.words, found.cosines, found.scales)
        owners = self._catalogue.passages.contents_of(scores)
        best_passage: dict[FileKey, int] = {}
        for number in sorted(owners, key=lambda number: (-scores[number], number)):
            best_passage.setdefault(("content", owners[number]), number)
        ranked = file_scores({key: scores[number] for key, number in best_passage.items()}, found.names)
        shown = {key: [best_passage[key]] if key in best_passage else [] for key, _ in ranked}
        files = RankedFileBuilder(found, owners, scores, shown, self._model)
        return [(key, files.probability(key)) for key, _ in ranked], files.best

    def _files_of(self, keys: Collection[FileKey], scope: Candidates | None) -> Ids:
        contents = self._catalogue.contents.files_with([number for kind, number in keys if kind == "content"])
        numbers = [number for kind, number in keys if kind == "file"]
        numbers += [file[0] for files in contents.values() for file in files]
        found = np.unique(np.array(numbers, np.int64))
        return found if scope is None else np.intersect1d(found, scope.files)
