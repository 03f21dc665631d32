"""Compares the ways of searching by what the user opened: each query is asked again in each way."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from core.document import RETRIEVERS, Retriever
from core.errors import BadInputError
from core.library.measure.comparison import ModelComparison
from core.library.measure.estimates import DEPTH, FEW_QUERIES, Estimate, Tell, tell_nobody
from core.library.measure.finetune import Finetuning
from core.library.measure.judgements import Judgement, Judgements
from core.library.measure.scores import QueryScores, means, score
from core.library.measure.training import AdapterTraining
from core.library.queries import RERANK_PARTS, Queries, RerankPart
from core.messages.visible import decoded
from core.models import MODELS
from core.private_files import replace_file
from core.settings import Settings

Method = Literal["words", "meaning", "fused", "sentences", "second", "reranked"]
METHODS: tuple[Method, ...] = get_args(Method)  # from the fourth on, each adds a part to the one before

_RETRIEVERS: dict[Method, tuple[Retriever, ...]] = {"words": ("names", "words"), "meaning": ("meaning",)}
_PARTS: dict[Method, tuple[RerankPart, ...]] = {
    "sentences": ("sentences",),
    "second": ("sentences", "second"),
    "reranked": RERANK_PARTS,
}


@dataclass(frozen=True, slots=True)
class MethodScores:
    """How well one way of searching found what was opened.

    `ndcg` and `mrr` are over the first ten documents, `first_three` is the share of queries with an opened document
    among the first three. `gain` is the difference in nDCG from the way that is in use, over the same queries; None
    for that one itself, which is the last. All are 0 to 1, `gain` -1 to 1.
    """

    method: Method
    ndcg: Estimate
    mrr: Estimate
    first_three: Estimate
    gain: Estimate | None


@dataclass(frozen=True, slots=True)
class Measurement:
    """The result: the number of queries and of opened documents, the model and reranker, and the scores."""

    queries: int
    documents: int
    model: str
    reranker: str
    methods: tuple[MethodScores, ...] = ()

    @property
    def is_rough(self) -> bool:
        """Whether there are too few queries to choose by."""
        return self.queries < FEW_QUERIES


class SearchMeasure:
    """A part of `Library`: the judgements, and what they say about each way of searching."""

    def __init__(
        self,
        queries: Queries,
        judgements: Judgements,
        settings: Callable[[], Settings],
        *,
        training: AdapterTraining,
        finetuning: Finetuning,
        comparison: ModelComparison,
    ) -> None:
        """`settings` returns those in use."""
        self._queries = queries
        self._settings = settings
        self.judgements = judgements
        self.training = training
        self.finetuning = finetuning
        self.comparison = comparison

    def export(self, path: str | os.PathLike[str]) -> None:
        """Write the judgements into a file, one JSON object a line. Raises BadInputError if it cannot be written."""
        try:
            replace_file(Path(path), _lines(self.judgements.all()))
        except OSError as error:
            raise BadInputError("transfer.not_writable", path=path, reason=error.strerror) from error

    def run(self, tell: Tell = tell_nobody, stop: threading.Event | None = None) -> Measurement | None:
        """Ask every query again in every way; waits, some tenths of a second for each query.

        `tell` is called with how many queries are done. None once `stop` is set. Raises what a search raises; searching
        by meaning waits for the engine.
        """
        opened = self.judgements.by_query()
        settings = self._settings()
        found: dict[Method, list[QueryScores]] = {method: [] for method in methods_of(settings)}
        for done, (query, paths) in enumerate(opened.items()):
            tell(done, len(opened))
            for method, scores in found.items():
                if stop is not None and stop.is_set():
                    return None
                parts = _PARTS.get(method, ())
                lanes = _RETRIEVERS.get(method, RETRIEVERS)
                hits = self._queries.search(query, DEPTH, lanes=lanes, closely=bool(parts), parts=parts)
                scores.append(score(hits, paths))
        tell(len(opened), len(opened))
        documents = len({path for paths in opened.values() for path in paths})
        in_use = found[next(reversed(found))]
        methods = tuple(MethodScores(method, *means(of, in_use)) for method, of in found.items()) if opened else ()
        return Measurement(len(opened), documents, settings.model, settings.reranker, methods)


def methods_of(settings: Settings) -> tuple[Method, ...]:
    """The ways of searching that there are with some settings; the last is how the window searches."""
    model = MODELS.get(settings.model)
    absent = {"reranked"} if not settings.reranker else set()
    if model is None or not model.second or settings.engine not in model.engines:
        absent.add("second")
    return tuple(method for method in METHODS if method not in absent)


def _lines(judgements: Sequence[Judgement]) -> str:
    entries = ({"query": one.query, "path": decoded(one.path), "when": one.when} for one in judgements)
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
