"""Reranking: only scored hits move, and among their own places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.document import Hit
from core.errors import EngineUnavailableError
from core.search.query import parse
from core.search.rank.rerank import BATCH_HITS, BUDGET_SECONDS, MAX_RERANKED, rerank_in_batches, rerankable, reranked
from tests.core.cli.test_explaining import FOUND
from tests.core.search.rank.test_sentence_rerank import PASSAGE, add_passage
from tests.core.search.test_searcher import SearchableLibrary, unit_vector


def hits(count: int) -> list[Hit]:
    passages = (object(),)
    return [replace(FOUND, path=f"/{n}", score=9.0 - n / 10, passages=passages, chance=0.5) for n in range(count)]  # type: ignore[arg-type]


def test_the_best_answer_comes_first_and_the_scores_stay_with_the_places() -> None:
    before = hits(3)
    after = reranked(before, [0.1, 0.2, 0.95])
    assert [hit.path for hit in after] == ["/2", "/1", "/0"]
    assert [hit.score for hit in after] == [hit.score for hit in before]
    assert (after[0].answers, after[0].band) == (0.95, "strong")
    assert [hit.answers_place for hit in after] == [1, 2, 3]
    assert after[0].chance == pytest.approx((0.5 + 2 * 0.95) / 3)


def test_hits_without_a_passage_and_those_behind_stay_where_they_are() -> None:
    before = hits(MAX_RERANKED + 2)
    before[1] = replace(before[1], passages=())
    assert len(rerankable(before)) == MAX_RERANKED - 1
    after = reranked(before, [number / MAX_RERANKED for number in range(MAX_RERANKED - 1)])
    assert after[1] == before[1]
    assert after[MAX_RERANKED:] == before[MAX_RERANKED:]
    assert after[0].path == f"/{MAX_RERANKED - 1}"


@given(st.lists(st.floats(0, 1), max_size=MAX_RERANKED))
def test_nothing_is_lost_and_equals_stay_as_they_were(answers: list[float]) -> None:
    before = hits(len(answers))
    after = reranked(before, answers)
    assert sorted(hit.path for hit in after) == sorted(hit.path for hit in before)
    assert [hit.path for hit in reranked(before, [0.5] * len(answers))] == [hit.path for hit in before]


def test_the_passages_that_are_read(tmp_path: Path) -> None:
    library = SearchableLibrary(tmp_path)
    add_passage(library, "/made/a.txt", PASSAGE)
    found = library.searcher.search(parse("harbour"), unit_vector(0), limit=5)
    assert library.searcher.passage_texts(found) == [PASSAGE]
    assert library.searcher.passage_texts([replace(found[0], passages=())]) == [""]
    library.searcher.close()
    assert library.searcher.passage_texts(found) == [""]
    library.close()


class FakeReranker:
    """A fake reranker with a fake clock: each batch takes the given seconds, or fails for None."""

    def __init__(self, *seconds: float | None) -> None:
        self.seconds = list(seconds)
        self.now = 100.0
        self.batches: list[tuple[int, float]] = []

    def clock(self) -> float:
        return self.now

    def scores(self, some: list[Hit], within: float) -> list[float]:
        self.batches.append((len(some), within))
        took = self.seconds.pop(0)
        if took is None or took > within:
            self.now += min(within, took or 0.0)
            raise EngineUnavailableError("embedding.no_answer")
        self.now += took
        return [1 - hit.score / 10 for hit in some]


def rerank_steps(count: int, reranker: FakeReranker) -> list[list[Hit]]:
    return list(rerank_in_batches(hits(count), reranker.scores, reranker.clock))


def test_the_first_are_read_first_and_all_in_the_end() -> None:
    reranker = FakeReranker(0.3, 0.3)
    first, second = rerank_steps(MAX_RERANKED, reranker)
    assert [hit.path for hit in first[:BATCH_HITS]] == [f"/{number}" for number in range(BATCH_HITS - 1, -1, -1)]
    assert [hit.path for hit in first[BATCH_HITS:]] == [f"/{number}" for number in range(BATCH_HITS, MAX_RERANKED)]
    assert [hit.path for hit in second] == [f"/{number}" for number in range(MAX_RERANKED - 1, -1, -1)]
    assert reranker.batches == [
        (BATCH_HITS, pytest.approx(BUDGET_SECONDS)),
        (MAX_RERANKED - BATCH_HITS, pytest.approx(BUDGET_SECONDS - 0.3)),
    ]


def test_a_batch_that_would_take_too_long_is_not_started() -> None:
    reranker = FakeReranker(BUDGET_SECONDS * 0.6, 0.0)
    (only,) = rerank_steps(MAX_RERANKED, reranker)
    assert sum(hit.answers is not None for hit in only) == BATCH_HITS
    assert len(reranker.batches) == 1


def test_what_fails_leaves_what_there_is() -> None:
    assert rerank_steps(MAX_RERANKED, FakeReranker(None)) == []
    assert rerank_steps(MAX_RERANKED, FakeReranker(BUDGET_SECONDS * 2)) == []
    assert len(rerank_steps(MAX_RERANKED, FakeReranker(0.1, None))) == 1


def test_one_hit_is_not_read() -> None:
    reranker = FakeReranker()
    assert rerank_steps(1, reranker) == rerank_steps(0, reranker) == []
    assert reranker.batches == []
