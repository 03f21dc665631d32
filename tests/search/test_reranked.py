"""The order after a reranker has read: only what was read moves, and among its own places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.document import Hit
from core.search.reranked import FIRST, reranked, to_read
from tests.commands.test_explaining import FOUND
from tests.search.test_closer import PASSAGE, put
from tests.search.test_searcher import Made, axis


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
    before = hits(FIRST + 2)
    before[1] = replace(before[1], passages=())
    assert len(to_read(before)) == FIRST - 1
    after = reranked(before, [number / FIRST for number in range(FIRST - 1)])
    assert after[1] == before[1]
    assert after[FIRST:] == before[FIRST:]
    assert after[0].path == f"/{FIRST - 1}"


@given(st.lists(st.floats(0, 1), max_size=FIRST))
def test_nothing_is_lost_and_equals_stay_as_they_were(answers: list[float]) -> None:
    before = hits(len(answers))
    after = reranked(before, answers)
    assert sorted(hit.path for hit in after) == sorted(hit.path for hit in before)
    assert [hit.path for hit in reranked(before, [0.5] * len(answers))] == [hit.path for hit in before]


def test_the_passages_that_are_read(tmp_path: Path) -> None:
    made = Made(tmp_path)
    put(made, "/made/a.txt", PASSAGE)
    found = made.searcher.search("harbour", axis(0), limit=5)
    assert made.searcher.texts(found) == [PASSAGE]
    assert made.searcher.texts([replace(found[0], passages=())]) == [""]
    made.searcher.close()
    assert made.searcher.texts(found) == [""]
    made.close()
