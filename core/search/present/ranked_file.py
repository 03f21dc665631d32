"""Builds `RankedFile` objects: ranked files with the contribution of each retriever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.document import Retriever, RetrieverMatch
from core.search.present.hit_builder import RankedFile
from core.search.rank.calibration import calibrate, calibration_input
from core.search.retrieve.retrievers import FileKey, FileRank, RetrieverScores, file_ranks, file_ranks_of_passages
from core.store.catalogue.passages_table import PassageRow


class RankedFileBuilder:
    """Builds the ranked files of one result list, with their matches by retriever and their probabilities."""

    def __init__(
        self,
        retriever_scores: RetrieverScores,
        owners: Mapping[int, int],
        scores: Mapping[int, float],
        shown: Mapping[FileKey, Sequence[int]],
        model: str,
        best: float = 0.0,
    ) -> None:
        """`owners` maps passages to contents; `shown` are the passages to list with each file, best first.

        `best` is the highest calibration input of any file of the query, if that is not among the `shown`.
        """
        self._retriever_scores = retriever_scores
        self._model = model
        self._scores = scores
        self._with_meaning = {
            key for key, numbers in shown.items() if numbers and numbers[0] in retriever_scores.cosines
        }
        self._parts = {
            key: retriever_scores.parts(key, numbers[0] if numbers else None) for key, numbers in shown.items()
        }
        compared = self._with_meaning or self._parts.keys()
        self.best = max((self._calibration_input(key) for key in compared), default=0.0)
        self.best = max(self.best, best) if best else self.best
        self._ranks: dict[Retriever, dict[FileKey, FileRank]] = {
            "names": file_ranks(retriever_scores.names.items()),
            "words": file_ranks_of_passages(retriever_scores.words, owners),
            "meaning": file_ranks_of_passages(retriever_scores.meaning, owners),
        }

    def ranked_file(self, key: FileKey, score: float, passages: Sequence[PassageRow]) -> RankedFile:
        """A file with its fused score and the `passages` to show, best first."""
        parts = self._parts[key]
        found_by = {retriever: ranks[key] for retriever, ranks in self._ranks.items() if key in ranks}
        matches = tuple(
            RetrieverMatch(retriever, rank.rank, rank.score, parts[retriever]) for retriever, rank in found_by.items()
        )
        shown = [(row, self._scores[row.id], self._retrievers_of(row.id)) for row in passages]
        return RankedFile(key, score, self.probability(key), matches, shown)

    def probability(self, key: FileKey) -> float:
        """The calibrated probability that a file answers the query, by its words alone if it has no vector."""
        return calibrate(
            self._calibration_input(key),
            self.best,
            name_share=self._retriever_scores.names.get(key, 0.0),
            model=self._model,
            has_meaning=key in self._with_meaning,
            passages=self._retriever_scores.scales.passages,
            is_foreign_script=self._retriever_scores.scales.is_foreign_script,
        )

    def _calibration_input(self, key: FileKey) -> float:
        return calibration_input(self._parts[key], has_meaning=key in self._with_meaning)

    def _retrievers_of(self, number: int) -> frozenset[Retriever]:
        passage_scores: tuple[tuple[Retriever, Mapping[int, float]], ...] = (
            ("words", self._retriever_scores.words),
            ("meaning", self._retriever_scores.meaning),
        )
        return frozenset(retriever for retriever, scores in passage_scores if number in scores)
