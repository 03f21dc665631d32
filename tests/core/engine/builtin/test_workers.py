"""The order of completion, with a model that answers when the test lets it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from core.engine.builtin.bert_weights import Floats
from core.engine.builtin.workers import Text, Workers


class Gate:
    """Embeds one text for each pass given."""

    def __init__(self) -> None:
        self.started: queue.Queue[str] = queue.Queue()
        self.passes = threading.Semaphore(0)

    def embed(self, text: Text) -> tuple[Floats, int]:
        self.started.put(str(text))
        self.passes.acquire()
        if text == "bad":
            raise ValueError("a text that the model cannot take")
        return np.full(2, len(text), np.float32), len(text)


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def workers(gate: Gate) -> Iterator[Workers]:
    made = Workers(gate.embed, 1)
    yield made
    gate.passes.release(1000)
    made.close()


def test_a_query_comes_before_the_rest_of_a_batch(gate: Gate, workers: Workers) -> None:
    finished: queue.Queue[str] = queue.Queue()
    workers.submit([f"batch {at}" for at in range(4)], lambda: finished.put("batch"))
    assert gate.started.get(timeout=30) == "batch 0"
    workers.submit(["a", "b"], lambda: finished.put("pair"))
    workers.submit(["query 1"], lambda: finished.put("query 1"))
    workers.submit(["query 2"], lambda: finished.put("query 2"))
    gate.passes.release(8)
    assert [finished.get(timeout=30) for _ in range(4)] == ["query 1", "query 2", "pair", "batch"]
    order = [gate.started.get(timeout=30) for _ in range(7)]
    assert order == ["query 1", "query 2", "a", "b", "batch 1", "batch 2", "batch 3"]


def test_what_a_user_waits_for_comes_before_indexing_whatever_its_size(gate: Gate, workers: Workers) -> None:
    finished: queue.Queue[str] = queue.Queue()
    workers.submit(["batch 0", "batch 1"], lambda: finished.put("batch"))
    assert gate.started.get(timeout=30) == "batch 0"
    workers.submit(["small"], lambda: finished.put("small batch"))
    workers.submit([f"sentence {at}" for at in range(3)], lambda: finished.put("sentences"), urgent=True)
    workers.submit(["query"], lambda: finished.put("query"), urgent=True)
    gate.passes.release(7)
    assert [finished.get(timeout=30) for _ in range(4)] == ["query", "sentences", "small batch", "batch"]
    order = [gate.started.get(timeout=30) for _ in range(6)]
    assert order == ["query", "sentence 0", "sentence 1", "sentence 2", "small", "batch 1"]


def test_vectors_are_in_the_order_of_the_texts(gate: Gate) -> None:
    workers = Workers(gate.embed, 3)
    done = threading.Event()
    job = workers.submit(["x" * size for size in range(1, 21)], done.set)
    gate.passes.release(20)
    assert done.wait(30)
    workers.close()
    assert [int(vector[0]) for vector in job.vectors if vector is not None] == list(range(1, 21))
    assert job.tokens == sum(range(1, 21))


def test_nobody_begins_a_text_of_a_cancelled_request(gate: Gate, workers: Workers) -> None:
    job = workers.submit(["dropped 0", "dropped 1", "dropped 2"], lambda: None)
    assert gate.started.get(timeout=30) == "dropped 0"
    job.cancel()
    assert workers.waiting == 0
    done = threading.Event()
    workers.submit(["kept"], done.set)
    gate.passes.release(2)
    assert done.wait(30)
    assert gate.started.get_nowait() == "kept"
    assert gate.started.empty()


def test_a_text_that_fails_fails_its_request_only(gate: Gate, workers: Workers) -> None:
    told: queue.Queue[str] = queue.Queue()
    job = workers.submit(["bad", "never started"], lambda: told.put("bad"))
    good = workers.submit(["one", "two", "three"], lambda: told.put("good"))
    gate.passes.release(4)
    assert [told.get(timeout=30), told.get(timeout=30)] == ["bad", "good"]
    assert isinstance(job.error, ValueError)
    assert good.error is None
    assert [gate.started.get_nowait() for _ in range(4)] == ["bad", "one", "two", "three"]
