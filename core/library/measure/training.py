"""Trains a map of query vectors on what was opened, and uses it only if it finds more for new queries."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass

import numpy as np

from core.document import RETRIEVERS, Hit
from core.embed import Vectors
from core.embed.query_adapter import Example, QueryAdapter, forget
from core.errors import LibraryLockedError
from core.library.access.directory import storage_error
from core.library.measure.estimates import DEPTH, Estimate, Tell, estimate, ndcg_of, tell_nobody
from core.library.measure.judgements import Judgements
from core.library.session.manager import SessionManager
from core.library.session.query_executor import QueryExecutor
from core.search.query import Query, parse
from core.search.rank.second_stage import MAX_SECOND_HITS

FEWEST_PAIRS = 100  # of a query with a document that was opened
FOLDS = 5
MAX_PASSED_OVER = 10  # documents above or beside those that were opened


@dataclass(frozen=True, slots=True)
class Training:
    """The result: the nDCG@10 without and with the map, on queries that it was not trained on, and the difference.

    `pairs` are queries with a document; with fewer than `needed` nothing is trained. `used` says whether the map
    is used from now on: only if the difference is above zero with its whole interval.
    """

    pairs: int
    needed: int
    used: bool = False
    before: Estimate | None = None
    after: Estimate | None = None
    gain: Estimate | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One query: its vector, what was opened, how well it is found, and what is to be learnt from it."""

    query: Query
    vector: Vectors
    opened: frozenset[str]
    ndcg: float
    example: Example | None


class AdapterTraining:
    """Trains the map of one library."""

    def __init__(self, sessions: SessionManager, judgements: Judgements) -> None:
        self._sessions = sessions
        self._judgements = judgements

    def run(self, tell: Tell = tell_nobody, stop: threading.Event | None = None) -> Training | None:
        """Train, compare, and keep the map if it is better; waits, about a second for each query.

        `tell` is called with how many queries are done. None once `stop` is set; then everything is as before.
        Raises LibraryLockedError in a library that is only read, and what a search raises.
        """
        if not self._sessions.writable:
            raise LibraryLockedError("library.read_only", folder=self._sessions.root)
        opened = self._judgements.by_query()
        pairs = sum(map(len, opened.values()))
        if pairs < FEWEST_PAIRS:
            return Training(pairs, FEWEST_PAIRS)
        return self._sessions.ask(lambda session: self._train(session.executor(), opened, pairs, tell, stop))

    def _train(
        self,
        executor: QueryExecutor,
        opened: dict[str, frozenset[str]],
        pairs: int,
        tell: Tell,
        stop: threading.Event | None,
    ) -> Training | None:
        asked: list[_Asked] = []
        for done, (text, paths) in enumerate(opened.items()):
            if stop is not None and stop.is_set():
                return None
            tell(done, 2 * len(opened))
            asked += self._ask(executor, text, paths)
        fingerprint = executor.indexes.model_spec.fingerprint
        after: dict[int, float] = {}
        for fold in range(FOLDS):
            examples = [one.example for number, one in enumerate(asked) if number % FOLDS != fold and one.example]
            if not examples:
                return Training(pairs, FEWEST_PAIRS)
            adapter = QueryAdapter.fitted(examples, fingerprint)
            for number in range(fold, len(asked), FOLDS):
                if stop is not None and stop.is_set():
                    return None
                tell(len(opened) + len(after), 2 * len(opened))
                one = asked[number]
                hits = _searched(executor, one.query, adapter.apply(one.vector))
                after[number] = ndcg_of(hits, one.opened)
        gain = estimate([after[number] - one.ndcg for number, one in enumerate(asked)])
        used = gain.low > 0
        self._keep(executor, [one.example for one in asked if one.example], used=used)
        before, new = estimate([one.ndcg for one in asked]), estimate([after[number] for number in sorted(after)])
        return Training(pairs, FEWEST_PAIRS, used, before, new, gain)

    def _ask(self, executor: QueryExecutor, text: str, opened: frozenset[str]) -> list[_Asked]:
        query = parse(text)
        vector = executor.plain_vector(query)
        if vector is None:
            return []
        hits = _searched(executor, query, vector)
        nearest = {hit.path: self._nearest(executor, hit.path, vector) for hit in hits if not opened & {*hit.paths}}
        passed_over = [found for found in nearest.values() if found is not None][:MAX_PASSED_OVER]
        answers = [found for path in opened if (found := self._nearest(executor, path, vector)) is not None]
        example = None
        if answers and passed_over:
            example = Example(vector, np.mean(answers, axis=0), np.mean(passed_over, axis=0))
        return [_Asked(query, vector, opened, ndcg_of(hits, opened), example)]

    @staticmethod
    def _nearest(executor: QueryExecutor, path: str, vector: Vectors) -> Vectors | None:
        return executor.searcher.nearest_vector(os.fsencode(path), vector)

    def _keep(self, executor: QueryExecutor, examples: list[Example], *, used: bool) -> None:
        root = self._sessions.root
        try:
            if used:
                QueryAdapter.fitted(examples, executor.indexes.model_spec.fingerprint).save(root)
            else:
                forget(root)
        except OSError as error:
            raise storage_error(root, error) from error
        executor.load_adapter()


def _searched(executor: QueryExecutor, query: Query, vector: Vectors) -> list[Hit]:
    """The hits as they are shown, with another vector of the query."""
    hits = executor.searcher.search(query, vector, limit=MAX_SECOND_HITS, retrievers=RETRIEVERS)
    return executor.rerank(query, hits, vector)[:DEPTH]
