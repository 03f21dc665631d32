"""Texts to vectors over real HTTP: packing, order, faults, refusals, and an end while an engine is slow."""

from __future__ import annotations

import base64
import itertools
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.embed import REMEMBERED, WINDOW, Embedder, Waiting, packed
from core.errors import EngineAnswerError, EngineUnavailableError
from core.profiles import ModelProfile
from tests.engine.conftest import KEY, fake
from tests.fakes.fake_api import Answer, FakeApi, embeddings, fake_api
from tests.fakes.fake_engine import vector_of

DIMENSION = 32
PROFILE = ModelProfile("fake", "Fake", DIMENSION, 64, "wordpiece", "1", query_prefix="ask: ", passage_prefix="say: ")


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.embed.FIRST_PAUSE", 0.01)


@contextmanager
def embedder(url: str, profile: ModelProfile = PROFILE, key: str = KEY, in_flight: int = 3) -> Iterator[Embedder]:
    made = Embedder(url, key, profile, in_flight=in_flight)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def against(answer: Answer) -> Iterator[tuple[Embedder, FakeApi]]:
    with fake_api(answer) as api, embedder(api.url) as made:
        yield made, api


def well(texts: list[str]) -> tuple[int, Any]:
    return embeddings(texts, DIMENSION)


def expected(*texts: str) -> Any:
    return np.array([vector_of(text, DIMENSION) for text in texts], np.float32)


# Packing


WAITING = st.lists(st.integers(0, 600), max_size=120).map(
    lambda counts: [Waiting(number, number // 3, tokens) for number, tokens in enumerate(counts)]
)


@given(WAITING, st.integers(1, 2000))
def test_batches_hold_every_passage_once_and_no_more_than_fits(waiting: list[Waiting], room: int) -> None:
    batches = packed(waiting, room)
    assert sorted(item.passage_id for batch in batches for item in batch) == [item.passage_id for item in waiting]
    for batch in batches:
        assert batch
        longest = max(item.tokens for item in batch)
        assert len(batch) == 1 or longest * len(batch) <= room
        assert [item.tokens for item in batch] == sorted(item.tokens for item in batch)


@given(WAITING, st.integers(100, 1000))
def test_a_passage_waits_for_no_more_than_a_window(waiting: list[Waiting], room: int) -> None:
    before = 0
    latest = -1
    for batch in packed(waiting, room):
        for item in batch:
            latest = max(latest, item.passage_id)
            before += item.tokens
        ahead = sum(item.tokens for item in waiting[: latest + 1])
        assert ahead - before <= room * WINDOW + 600


# What a good engine gives


@pytest.mark.parametrize("kind", ["base64", "numbers"])
def test_vectors_come_in_the_order_of_the_texts(kind: str) -> None:
    def turned(texts: list[str]) -> tuple[int, Any]:
        status, answer = well(texts)
        answer["data"].reverse()
        if kind == "base64":
            for entry in answer["data"]:
                entry["embedding"] = base64.b64encode(np.array(entry["embedding"], "<f4").tobytes()).decode()
        return status, answer

    with against(turned) as (made, api):
        vectors = made.passages(["alpha", "beta", "gamma"])
        assert api.requests == [["say: alpha", "say: beta", "say: gamma"]]
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, expected("say: alpha", "say: beta", "say: gamma"), atol=1e-6)


def test_vectors_are_normalised() -> None:
    def longer(texts: list[str]) -> tuple[int, Any]:
        status, answer = well(texts)
        for entry in answer["data"]:
            entry["embedding"] = [7.5 * value for value in entry["embedding"]]
        return status, answer

    with against(longer) as (made, _):
        np.testing.assert_allclose(np.linalg.norm(made.passages(["a b", "c"]), axis=1), 1, atol=1e-6)
        np.testing.assert_allclose(made.query("x"), expected("ask: x")[0], atol=1e-6)


def test_the_fake_engine_is_asked_over_a_process_border() -> None:
    with fake() as running, embedder(running.url, running.profile) as made:
        (vector,) = made.passages(["the harbour"])
        np.testing.assert_allclose(vector, vector_of("the harbour", 384), atol=1e-6)


def test_several_requests_are_under_way_at_once() -> None:
    together = threading.Barrier(3, timeout=60)

    def answer(texts: list[str]) -> tuple[int, Any]:
        together.wait()
        return well(texts)

    with against(answer) as (made, _):
        futures = [made.submit([text]) for text in ("one", "two", "three")]
        for text, future in zip(("one", "two", "three"), futures, strict=True):
            np.testing.assert_allclose(future.result(60), expected(f"say: {text}"), atol=1e-6)


def test_the_last_queries_are_remembered() -> None:
    with against(well) as (made, api):
        for _ in range(3):
            made.query("harbour")
        assert api.requests == [["ask: harbour"]]
        for number in range(REMEMBERED):
            made.query(f"query {number}")
        made.query("harbour")
        assert len(api.requests) == REMEMBERED + 2
        made.query(f"query {REMEMBERED - 1}")
        assert len(api.requests) == REMEMBERED + 2


def test_queries_of_many_threads_do_not_disturb_each_other() -> None:
    wrong: list[object] = []

    def ask(made: Embedder, first: int) -> None:
        for number in range(first, first + 40):
            try:
                vector = made.query(f"q{number % 90}")
                if not np.allclose(vector, expected(f"ask: q{number % 90}")[0], atol=1e-6):
                    wrong.append(number)
            except Exception as error:  # noqa: BLE001
                wrong.append(error)

    with against(well) as (made, _):
        threads = [threading.Thread(target=ask, args=(made, first)) for first in range(0, 120, 20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


# What a bad engine gives


def nothing(texts: list[str]) -> tuple[int, Any]:
    return 200, {"object": "list", "data": []}


def changed(**fields: Any) -> Answer:
    """A faultless answer whose first entry has other fields."""

    def answer(texts: list[str]) -> tuple[int, Any]:
        status, whole = well(texts)
        whole["data"][0].update(fields)
        return status, whole

    return answer


def without(*fields: str) -> Answer:
    def answer(texts: list[str]) -> tuple[int, Any]:
        status, whole = well(texts)
        for entry in whole["data"]:
            for field in fields:
                del entry[field]
        return status, whole

    return answer


def said(body: Any) -> Answer:
    return lambda texts: (200, body)


BAD: dict[str, Answer] = {
    "not JSON": said(b"<html>hello</html>"),
    "an empty body": said(b""),
    "half of it": said(b'{"object": "list", "data": [{"embed'),
    "null": said(None),
    "a list": said([1, 2]),
    "a number": said(7),
    "no data": said({"object": "list"}),
    "data null": said({"data": None}),
    "data a text": said({"data": "abc"}),
    "entries are numbers": said({"data": [1, 2]}),
    "entries are null": said({"data": [None, None]}),
    "no vectors": nothing,
    "one too few": lambda texts: well(texts[:1]),
    "one too many": lambda texts: well([*texts, "more"]),
    "no embedding": without("embedding"),
    "embedding null": changed(embedding=None),
    "embedding an object": changed(embedding={"a": 1}),
    "embedding a nested list": changed(embedding=[[1.0] * DIMENSION]),
    "embedding of texts": changed(embedding=["x"] * DIMENSION),
    "too short": changed(embedding=[1.0] * (DIMENSION - 1)),
    "too long": changed(embedding=[1.0] * (DIMENSION + 1)),
    "not a number": changed(embedding=[float("nan")] * DIMENSION),
    "one not a number": changed(embedding=[float("nan")] + [1.0] * (DIMENSION - 1)),
    "infinite": changed(embedding=[float("inf")] * DIMENSION),
    "larger than float32": changed(embedding=[1e300] * DIMENSION),
    "overflowing length": changed(embedding=[3e38] * DIMENSION),
    "all zeros": changed(embedding=[0.0] * DIMENSION),
    "not base64": changed(embedding="!!!" * 40),
    "base64 of another length": changed(embedding=base64.b64encode(b"12345").decode()),
    "base64 not ASCII": changed(embedding="é" * 100),
    "index twice": changed(index=1),
    "index too high": changed(index=2),
    "index negative": changed(index=-1),
    "index a text": changed(index="first"),
    "index a list": changed(index=[0]),
    "index infinite": changed(index=float("inf")),
}


@pytest.mark.parametrize("kind", list(BAD))
def test_an_answer_that_cannot_be_used_is_told_at_once(kind: str) -> None:
    with against(BAD[kind]) as (made, api):
        with pytest.raises(EngineAnswerError, match="cannot be used"):
            made.passages(["alpha", "beta"])
        assert len(api.requests) == 1


def test_an_answer_without_numbers_is_taken_in_its_order() -> None:
    with against(without("index", "object")) as (made, _):
        np.testing.assert_allclose(made.passages(["a", "b"]), expected("say: a", "say: b"), atol=1e-6)


@pytest.mark.parametrize("fault", ["garbage", "wrong-dim", "nan"])
def test_the_fake_engines_faults_are_told(fault: str) -> None:
    with (
        fake(fault) as running,
        embedder(running.url, running.profile) as made,
        pytest.raises(EngineAnswerError, match="cannot be used"),
    ):
        made.passages(["alpha", "beta"])


@pytest.mark.parametrize(("status", "words"), [(401, "key"), (403, "key"), (404, "no embeddings API"), (405, "no emb")])
def test_a_wrong_key_or_address_is_told_at_once(status: int, words: str) -> None:
    with against(lambda texts: (status, {"error": {"message": "no"}})) as (made, api):
        with pytest.raises(EngineAnswerError, match=words):
            made.passages(["alpha"])
        assert len(api.requests) == 1


def test_the_fake_engine_refuses_another_key() -> None:
    with (
        fake() as running,
        embedder(running.url, running.profile, key="wrong") as made,
        pytest.raises(EngineAnswerError, match="key"),
    ):
        made.passages(["alpha"])


# Trying again


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
def test_an_engine_that_cannot_answer_now_is_asked_again(status: int) -> None:
    turns = itertools.count()

    def answer(texts: list[str]) -> tuple[int, Any]:
        return well(texts) if next(turns) == 2 else (status, {"error": {"message": "busy"}})

    with against(answer) as (made, api):
        np.testing.assert_allclose(made.passages(["a"]), expected("say: a"), atol=1e-6)
        assert api.requests == [["say: a"]] * 3


def test_an_engine_that_never_can_is_told_after_some_attempts() -> None:
    with against(lambda texts: (503, b"busy")) as (made, api):
        with pytest.raises(EngineUnavailableError, match="503"):
            made.passages(["a"])
        assert len(api.requests) == 4
        with pytest.raises(EngineUnavailableError):
            made.query("a")
        assert len(api.requests) == 6


def test_nobody_at_the_address_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        embedder(f"http://127.0.0.1:{port}/v1") as made,
        pytest.raises(EngineUnavailableError, match="does not answer"),
    ):
        made.passages(["a"])


def test_an_engine_that_dies_in_mid_answer_is_told() -> None:
    with (
        fake("die-after=1") as running,
        embedder(running.url, running.profile) as made,
        pytest.raises(EngineUnavailableError, match="does not answer"),
    ):
        made.passages(["a"])


# Refusals


def too_long(texts: list[str]) -> tuple[int, Any]:
    """As an engine that refuses a whole request for one text."""
    return (400, {"error": {"message": "too long"}}) if any("long" in text for text in texts) else well(texts)


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("place", range(5))
def test_a_text_that_is_refused_does_not_lose_the_others(status: int, place: int) -> None:
    texts = [f"text{number}" for number in range(5)]
    texts[place] = "long"

    def answer(asked: list[str]) -> tuple[int, Any]:
        code, body = too_long(asked)
        return (status if code == 400 else code), body

    with against(answer) as (made, _):
        vectors = made.passages(texts)
    assert (vectors[place] == 0).all()
    others = [number for number in range(5) if number != place]
    np.testing.assert_allclose(vectors[others], expected(*(f"say: {texts[n]}" for n in others)), atol=1e-6)


def test_an_engine_that_refuses_everything_is_told() -> None:
    with against(lambda texts: (400, {"error": {"message": "no such model"}})) as (made, api):
        with pytest.raises(EngineAnswerError, match="refuses every text"):
            made.passages(["a", "b", "c", "d"])
        assert len(api.requests) <= 5


def test_a_query_that_is_refused_is_an_error_of_ours_in_words() -> None:
    with against(too_long) as (made, _), pytest.raises(EngineAnswerError):
        made.query("long")


# The end


@pytest.fixture
def slow() -> Iterator[tuple[FakeApi, threading.Event]]:
    """An engine that answers only when it is told to."""
    go_on = threading.Event()

    def answer(texts: list[str]) -> tuple[int, Any]:
        go_on.wait(120)
        return well(texts)

    with fake_api(answer) as api:
        yield api, go_on
        go_on.set()


def test_it_ends_while_a_slow_request_is_under_way(slow: tuple[FakeApi, threading.Event]) -> None:
    api, go_on = slow
    made = Embedder(api.url, KEY, PROFILE, in_flight=2)
    running = [made.submit([text]) for text in ("one", "two")]
    waiting = made.submit(["three"])
    for _ in running:
        assert api.arrived.acquire(timeout=60)
    closing = threading.Thread(target=made.close)
    closing.start()
    closing.join(30)
    ended = not closing.is_alive()
    go_on.set()
    closing.join()
    assert ended, "it waited for the engine"
    assert waiting.cancelled()
    for future in running:
        with pytest.raises((EngineUnavailableError, CancelledError)):
            future.result()
    assert len(api.requests) == 2


def test_nothing_is_tried_again_after_it_was_abandoned() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def answer(texts: list[str]) -> tuple[int, Any]:
        asked.set()
        go_on.wait(60)
        return 503, b"busy"

    with against(answer) as (made, api):
        future = made.submit(["one"])
        assert asked.wait(60)
        made.abandon()
        go_on.set()
        with pytest.raises(EngineUnavailableError):
            future.result(60)
        assert len(api.requests) == 1


def test_closing_twice_does_no_harm() -> None:
    with against(well) as (made, _):
        made.passages(["a"])
        made.close()
        made.close()


def test_a_proxy_is_not_asked_for_an_engine_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with against(well) as (made, _):
        assert made.passages(["a"]).shape == (1, DIMENSION)
