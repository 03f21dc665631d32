"""Wrong answers and refusals of an engine, and the errors raised for them."""

from __future__ import annotations

import base64
import itertools
import threading
from typing import Any

import numpy as np
import pytest

from core.errors import EngineAnswerError, EngineUnavailableError
from tests.builders.ports import free_port
from tests.core.embed.real_http import DIMENSION, embedder, embedder_with_api, expected_vectors, valid_answer
from tests.core.engine.conftest import fake
from tests.fakes.fake_api import Answer
from tests.waiting import wait_until


def empty_answer(texts: list[str]) -> tuple[int, Any]:
    return 200, {"object": "list", "data": []}


def with_fields(**fields: Any) -> Answer:
    """A valid answer with some fields of its first entry replaced."""

    def answer(texts: list[str]) -> tuple[int, Any]:
        status, whole = valid_answer(texts)
        whole["data"][0].update(fields)
        return status, whole

    return answer


def without_fields(*fields: str) -> Answer:
    def answer(texts: list[str]) -> tuple[int, Any]:
        status, whole = valid_answer(texts)
        for entry in whole["data"]:
            for field in fields:
                del entry[field]
        return status, whole

    return answer


def answer_with_body(body: Any) -> Answer:
    return lambda texts: (200, body)


BAD: dict[str, Answer] = {
    "not JSON": answer_with_body(b"<html>hello</html>"),
    "an empty body": answer_with_body(b""),
    "half of it": answer_with_body(b'{"object": "list", "data": [{"embed'),
    "null": answer_with_body(None),
    "a list": answer_with_body([1, 2]),
    "a number": answer_with_body(7),
    "no data": answer_with_body({"object": "list"}),
    "data null": answer_with_body({"data": None}),
    "data a text": answer_with_body({"data": "abc"}),
    "entries are numbers": answer_with_body({"data": [1, 2]}),
    "entries are null": answer_with_body({"data": [None, None]}),
    "no vectors": empty_answer,
    "one too few": lambda texts: valid_answer(texts[:1]),
    "one too many": lambda texts: valid_answer([*texts, "more"]),
    "no embedding": without_fields("embedding"),
    "embedding null": with_fields(embedding=None),
    "embedding an object": with_fields(embedding={"a": 1}),
    "embedding a nested list": with_fields(embedding=[[1.0] * DIMENSION]),
    "embedding of texts": with_fields(embedding=["x"] * DIMENSION),
    "too short": with_fields(embedding=[1.0] * (DIMENSION - 1)),
    "too long": with_fields(embedding=[1.0] * (DIMENSION + 1)),
    "not a number": with_fields(embedding=[float("nan")] * DIMENSION),
    "one not a number": with_fields(embedding=[float("nan")] + [1.0] * (DIMENSION - 1)),
    "infinite": with_fields(embedding=[float("inf")] * DIMENSION),
    "larger than float32": with_fields(embedding=[1e300] * DIMENSION),
    "overflowing length": with_fields(embedding=[3e38] * DIMENSION),
    "all zeros": with_fields(embedding=[0.0] * DIMENSION),
    "not base64": with_fields(embedding="!!!" * 40),
    "base64 of another length": with_fields(embedding=base64.b64encode(b"12345").decode()),
    "base64 not ASCII": with_fields(embedding="é" * 100),
    "index twice": with_fields(index=1),
    "index too high": with_fields(index=2),
    "index negative": with_fields(index=-1),
    "index a text": with_fields(index="first"),
    "index a list": with_fields(index=[0]),
    "index infinite": with_fields(index=float("inf")),
}


@pytest.mark.parametrize("kind", list(BAD))
def test_an_unusable_answer_fails_at_once(kind: str) -> None:
    with embedder_with_api(BAD[kind]) as (client, api):
        with pytest.raises(EngineAnswerError, match="cannot be used"):
            client.embed_passages(["alpha", "beta"])
        assert len(api.requests) == 1


def test_an_answer_without_indexes_keeps_its_order() -> None:
    with embedder_with_api(without_fields("index", "object")) as (client, _):
        np.testing.assert_allclose(client.embed_passages(["a", "b"]), expected_vectors("say: a", "say: b"), atol=1e-6)


@pytest.mark.parametrize("fault", ["garbage", "wrong-dim", "nan"])
def test_the_fake_engines_faults_are_errors(fault: str) -> None:
    with (
        fake(fault) as running,
        embedder(running.url, running.model_spec) as client,
        pytest.raises(EngineAnswerError, match="cannot be used"),
    ):
        client.embed_passages(["alpha", "beta"])


@pytest.mark.parametrize(("status", "words"), [(401, "key"), (403, "key"), (404, "no embeddings API"), (405, "no emb")])
def test_a_wrong_key_or_address_fails_at_once(status: int, words: str) -> None:
    with embedder_with_api(lambda texts: (status, {"error": {"message": "no"}})) as (client, api):
        with pytest.raises(EngineAnswerError, match=words):
            client.embed_passages(["alpha"])
        assert len(api.requests) == 1


def test_the_fake_engine_refuses_another_key() -> None:
    with (
        fake() as running,
        embedder(running.url, running.model_spec, key="wrong") as client,
        pytest.raises(EngineAnswerError, match="key"),
    ):
        client.embed_passages(["alpha"])


# Trying again


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
def test_an_engine_that_cannot_answer_now_is_retried(status: int) -> None:
    turns = itertools.count()

    def answer(texts: list[str]) -> tuple[int, Any]:
        return valid_answer(texts) if next(turns) == 2 else (status, {"error": {"message": "busy"}})

    with embedder_with_api(answer) as (client, api):
        np.testing.assert_allclose(client.embed_passages(["a"]), expected_vectors("say: a"), atol=1e-6)
        assert api.requests == [["say: a"]] * 3


def test_an_engine_that_never_answers_fails_after_some_attempts() -> None:
    with embedder_with_api(lambda texts: (503, b"busy")) as (client, api):
        with pytest.raises(EngineUnavailableError, match="503"):
            client.embed_passages(["a"])
        assert len(api.requests) == 4
        with pytest.raises(EngineUnavailableError):
            client.embed_query("a")
        assert len(api.requests) == 6


def test_no_server_at_the_address_is_an_error() -> None:
    with (
        embedder(f"http://127.0.0.1:{free_port()}/v1") as client,
        pytest.raises(EngineUnavailableError, match="does not answer"),
    ):
        client.embed_passages(["a"])


def test_an_engine_that_dies_in_mid_answer_is_an_error() -> None:
    with (
        fake("die-after=1") as running,
        embedder(running.url, running.model_spec) as client,
        pytest.raises(EngineUnavailableError, match="does not answer"),
    ):
        client.embed_passages(["a"])


def test_a_batch_that_takes_too_long_is_sent_in_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where the whole batch never gets done in time; smaller ones do."""
    monkeypatch.setattr("core.embed.embedder.PASSAGES_TIMEOUT", 3.0)
    released = threading.Event()

    def answer(texts: list[str]) -> tuple[int, Any]:
        if len(texts) > 2:
            released.wait()
        return valid_answer(texts)

    texts = [f"text{number}" for number in range(4)]
    with embedder_with_api(answer) as (client, api):
        try:
            vectors = client.embed_passages(texts)
        finally:
            released.set()
        assert max(map(len, api.requests)) == 4
    np.testing.assert_allclose(vectors, expected_vectors(*(f"say: {text}" for text in texts)), atol=1e-6)


def test_an_engine_that_hangs_is_given_up_after_some_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.embed.embedder.PASSAGES_TIMEOUT", 0.2)
    released = threading.Event()

    def answer(texts: list[str]) -> tuple[int, Any]:
        released.wait()
        return valid_answer(texts)

    with embedder_with_api(answer) as (client, api):
        try:
            with pytest.raises(EngineUnavailableError, match="does not answer"):
                client.embed_passages([f"text{number}" for number in range(16)])
            wait_until(lambda: len(api.requests) == 4)
        finally:
            released.set()
        assert sorted(len(texts) for texts in api.requests) == [2, 4, 8, 16]


# Refusals


def too_long(texts: list[str]) -> tuple[int, Any]:
    """An engine that refuses a whole request because of one text."""
    return (400, {"error": {"message": "too long"}}) if any("long" in text for text in texts) else valid_answer(texts)


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("place", range(5))
def test_a_text_that_is_refused_does_not_lose_the_others(status: int, place: int) -> None:
    texts = [f"text{number}" for number in range(5)]
    texts[place] = "long"

    def answer(requested: list[str]) -> tuple[int, Any]:
        code, body = too_long(requested)
        return (status if code == 400 else code), body

    with embedder_with_api(answer) as (client, _):
        vectors = client.embed_passages(texts)
    assert (vectors[place] == 0).all()
    others = [number for number in range(5) if number != place]
    np.testing.assert_allclose(vectors[others], expected_vectors(*(f"say: {texts[n]}" for n in others)), atol=1e-6)


def test_an_engine_that_refuses_everything_is_an_error() -> None:
    with embedder_with_api(lambda texts: (400, {"error": {"message": "no such model"}})) as (client, api):
        with pytest.raises(EngineAnswerError, match="refuses every text"):
            client.embed_passages(["a", "b", "c", "d"])
        assert len(api.requests) <= 5


def test_a_query_that_is_refused_is_an_error_of_ours_in_words() -> None:
    with embedder_with_api(too_long) as (client, _), pytest.raises(EngineAnswerError):
        client.embed_query("long")


def test_a_text_that_an_engine_fails_at_does_not_keep_the_others() -> None:
    def answer(texts: list[str]) -> tuple[int, Any]:
        return (500, {"error": {"message": "boom"}}) if any("poison" in text for text in texts) else valid_answer(texts)

    texts = [f"text {number}" for number in range(7)] + ["poison"]
    with embedder_with_api(answer) as (client, _):
        vectors = client.embed_passages(texts)
    assert not vectors[7].any()
    np.testing.assert_allclose(vectors[:7], expected_vectors(*(f"say: {text}" for text in texts[:7])), atol=1e-6)


def test_an_engine_that_fails_at_everything_is_at_fault_itself() -> None:
    with (
        embedder_with_api(lambda texts: (500, b"boom")) as (client, _),
        pytest.raises(EngineUnavailableError, match="500"),
    ):
        client.embed_passages(["one", "two"])
