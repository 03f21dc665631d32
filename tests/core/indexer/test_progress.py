"""Progress of the retrievers, and the rate of embedding."""

from __future__ import annotations

import pytest

from core.events import RetrieverProgress
from core.indexer.progress import RATE_WINDOW, SMOOTHING, Rate, TimeLeft, retriever_progress
from core.store.catalogue.catalogue import Counts


def test_retrievers_count_files() -> None:
    counts = Counts(files=20, waiting=3, read=10, failed=2, embedded=4)  # and 5 without a reader
    names, words, meaning = retriever_progress(counts, words_pending=1)
    assert names == RetrieverProgress(done=20)
    assert words == RetrieverProgress(done=9, waiting=4, failed=2)
    assert meaning == RetrieverProgress(done=4, waiting=9, failed=2)


def test_more_pending_than_read_is_no_negative_number() -> None:
    _, words, _ = retriever_progress(Counts(files=2, read=2), words_pending=50)
    assert words == RetrieverProgress(done=0, waiting=2)


def test_the_rate_looks_back_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("core.indexer.progress.time.monotonic", lambda: now)
    rate = Rate()
    assert rate.update(0) == 0
    now += 0.5
    assert rate.update(50) == 0
    now += 9.5
    assert rate.update(100) == pytest.approx(10)
    now += RATE_WINDOW + 10
    assert rate.update(100) == 0


def test_the_time_left_is_smoothed_and_survives_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("core.indexer.progress.time.monotonic", lambda: now)
    left = TimeLeft()
    assert left.update(1000, 0.0) is None
    assert left.update(1000, 10.0) == pytest.approx(100)
    now += 1
    jump = left.update(1000, 100.0)
    assert jump is not None
    assert 80 < jump < 100, "one fast second changes little"
    now += 20 * SMOOTHING
    assert left.update(1000, 100.0) == pytest.approx(10, rel=0.01)
    now += 3600  # paused
    assert left.update(1000, 0.0) == pytest.approx(10, rel=0.01)
    assert left.update(0, 0.0) is None
