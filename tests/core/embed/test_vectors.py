"""Embedding over real HTTP: packing, order, concurrent requests."""

from __future__ import annotations

import base64
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import tokenizers
from core.embed import QUERY_CACHE_SIZE, WINDOW_BATCHES, Embedder, PendingPassage, pack_batches
from core.models.folder import spec_in
from tests.builders import models
from tests.core.embed.real_http import DIMENSION, embedder, embedder_with_api, expected_vectors, valid_answer
from tests.core.engine.conftest import fake
from tests.fakes.fake_api import fake_api
from tests.fakes.fake_engine import vector_of

# Packing


WAITING = st.lists(st.integers(0, 600), max_size=120).map(
    lambda counts: [PendingPassage(number, number // 3, tokens) for number, tokens in enumerate(counts)]
)


@given(WAITING, st.integers(1, 2000))
def test_batches_hold_every_passage_once_and_no_more_than_fits(waiting: list[PendingPassage], room: int) -> None:
    batches = pack_batches(waiting, room)
    assert sorted(item.passage_id for batch in batches for item in batch) == [item.passage_id for item in waiting]
    for batch in batches:
        assert batch
        longest = max(item.tokens for item in batch)
        assert len(batch) == 1 or longest * len(batch) <= room
        assert [item.tokens for item in batch] == sorted(item.tokens for item in batch)


@given(WAITING, st.integers(100, 1000))
def test_a_passage_waits_for_no_more_than_a_window(waiting: list[PendingPassage], room: int) -> None:
    before = 0
    latest = -1
    for batch in pack_batches(waiting, room):
        for item in batch:
            latest = max(latest, item.passage_id)
            before += item.tokens
        ahead = sum(item.tokens for item in waiting[: latest + 1])
        assert ahead - before <= room * WINDOW_BATCHES + 600


# Valid answers


@pytest.mark.parametrize("kind", ["base64", "numbers"])
def test_vectors_come_in_the_order_of_the_texts(kind: str) -> None:
    def reversed_answer(texts: list[str]) -> tuple[int, Any]:
        status, answer = valid_answer(texts)
        answer["data"].reverse()
        if kind == "base64":
            for entry in answer["data"]:
                entry["embedding"] = base64.b64encode(np.array(entry["embedding"], "<f4").tobytes()).decode()
        return status, answer

    with embedder_with_api(reversed_answer) as (client, api):
        vectors = client.embed_passages(["alpha", "beta", "gamma"])
        assert api.requests == [["say: alpha", "say: beta", "say: gamma"]]
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected_vectors("say: alpha", "say: beta", "say: gamma"), atol=1e-6)


def test_vectors_are_normalised() -> None:
    def scaled_answer(texts: list[str]) -> tuple[int, Any]:
        status, answer = valid_answer(texts)
        for entry in answer["data"]:
            entry["embedding"] = [7.5 * value for value in entry["embedding"]]
        return status, answer

    with embedder_with_api(scaled_answer) as (client, _):
        np.testing.assert_allclose(np.linalg.norm(client.embed_passages(["a b", "c"]), axis=1), 1, atol=1e-6)
        np.testing.assert_allclose(client.embed_query("x"), expected_vectors("ask: x")[0], atol=1e-6)


def test_the_fake_engine_in_another_process() -> None:
    with fake() as running, embedder(running.url, running.model_spec) as client:
        (vector,) = client.embed_passages(["the harbour"])
        np.testing.assert_allclose(vector, vector_of("the harbour", 384), atol=1e-6)


def test_several_requests_are_under_way_at_once() -> None:
    together = threading.Barrier(3, timeout=60)

    def answer(texts: list[str]) -> tuple[int, Any]:
        together.wait()
        return valid_answer(texts)

    with embedder_with_api(answer) as (client, _):
        futures = [client.submit([text]) for text in ("one", "two", "three")]
        for text, future in zip(("one", "two", "three"), futures, strict=True):
            np.testing.assert_allclose(future.result(60), expected_vectors(f"say: {text}"), atol=1e-6)


def test_the_last_queries_are_cached() -> None:
    with embedder_with_api(valid_answer) as (client, api):
        for _ in range(3):
            client.embed_query("harbour")
        assert api.requests == [["ask: harbour"]]
        for number in range(QUERY_CACHE_SIZE):
            client.embed_query(f"query {number}")
        client.embed_query("harbour")
        assert len(api.requests) == QUERY_CACHE_SIZE + 2
        client.embed_query(f"query {QUERY_CACHE_SIZE - 1}")
        assert len(api.requests) == QUERY_CACHE_SIZE + 2


def test_queries_of_many_threads_do_not_disturb_each_other() -> None:
    wrong: list[object] = []

    def ask(client: Embedder, first: int) -> None:
        for number in range(first, first + 40):
            try:
                vector = client.embed_query(f"q{number % 90}")
                if not np.allclose(vector, expected_vectors(f"ask: q{number % 90}")[0], atol=1e-6):
                    wrong.append(number)
            except Exception as error:  # noqa: BLE001
                wrong.append(error)

    with embedder_with_api(valid_answer) as (client, _):
        threads = [threading.Thread(target=ask, args=(client, first)) for first in range(0, 120, 20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


# Texts that a server would refuse


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("TROOPS THE UNITED STATES HAS STATIONED", "troops the united states has stationed"),
        ("DIE MIETE IST AM ERSTEN FÄLLIG, ÜBERWEISUNG.", "die miete ist am ersten fällig, überweisung."),
        ("NATO", "NATO"),
        ("What the NATO and the USA did", "What the NATO and the USA did"),
        ("2026 年 10 月の請求書", "2026 年 10 月の請求書"),
    ],
)
def test_a_text_in_capitals_is_sent_in_lower_case(text: str, sent: str) -> None:
    with embedder_with_api(valid_answer) as (made_embedder, api):
        made_embedder.embed_passages([text])
        made_embedder.embed_query(text)
    assert api.requests == [[f"say: {sent}"], [f"ask: {sent}"]]


def test_an_empty_text_is_never_sent() -> None:
    with embedder_with_api(valid_answer) as (client, api):
        vectors = client.embed_passages(["", "alpha", " \n"])
        assert api.requests == [["say: alpha"]]
        np.testing.assert_allclose(vectors[1], expected_vectors("say: alpha")[0], atol=1e-6)
        assert not vectors[[0, 2]].any()
        assert client.embed_passages([" "]).shape == (1, DIMENSION)
        assert len(api.requests) == 1


def test_a_text_over_the_limit_of_a_served_model_is_truncated(tmp_path: Path) -> None:
    served = replace(spec_in(str(models.write(tmp_path / "tiny"))), token_limit=20, dimension=DIMENSION)
    with fake_api(valid_answer) as api, embedder(api.url, served) as client:
        client.embed_passages(["hello world " * 100, "hello"])
        client.embed_query("hello world " * 100)
    (long, short), (query,) = api.requests
    assert "hello world hello" in long
    assert short == "hello"
    counter = tokenizers.load(served)
    assert len(counter.encode(long, 1000)) == len(counter.encode(query, 1000)) == 20
