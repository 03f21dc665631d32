"""What an engine may answer wrongly or refuse, and what is said of it."""

from __future__ import annotations

import base64
import itertools
import socket
from typing import Any

import numpy as np
import pytest

from core.errors import EngineAnswerError, EngineUnavailableError
from tests.core.embed.real_http import DIMENSION, against, embedder, expected, well
from tests.core.engine.conftest import fake
from tests.fakes.fake_api import Answer


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
def test_an_unusable_answer_fails_at_once(kind: str) -> None:
    with against(BAD[kind]) as (made, api):
        with pytest.raises(EngineAnswerError, match="cannot be used"):
            made.embed_passages(["alpha", "beta"])
        assert len(api.requests) == 1


def test_an_answer_without_indexes_keeps_its_order() -> None:
    with against(without("index", "object")) as (made, _):
        np.testing.assert_allclose(made.embed_passages(["a", "b"]), expected("say: a", "say: b"), atol=1e-6)


@pytest.mark.parametrize("fault", ["garbage", "wrong-dim", "nan"])
def test_the_fake_engines_faults_are_errors(fault: str) -> None:
    with (
        fake(fault) as running,
        embedder(running.url, running.model_spec) as made,
        pytest.raises(EngineAnswerError, match="cannot be used"),
    ):
        made.embed_passages(["alpha", "beta"])


@pytest.mark.parametrize(("status", "words"), [(401, "key"), (403, "key"), (404, "no embeddings API"), (405, "no emb")])
def test_a_wrong_key_or_address_fails_at_once(status: int, words: str) -> None:
    with against(lambda texts: (status, {"error": {"message": "no"}})) as (made, api):
        with pytest.raises(EngineAnswerError, match=words):
            made.embed_passages(["alpha"])
        assert len(api.requests) == 1


def test_the_fake_engine_refuses_another_key() -> None:
    with (
        fake() as running,
        embedder(running.url, running.model_spec, key="wrong") as made,
        pytest.raises(EngineAnswerError, match="key"),
    ):
        made.embed_passages(["alpha"])


# Trying again


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
def test_an_engine_that_cannot_answer_now_is_retried(status: int) -> None:
    turns = itertools.count()

    def answer(texts: list[str]) -> tuple[int, Any]:
        return well(texts) if next(turns) == 2 else (status, {"error": {"message": "busy"}})

    with against(answer) as (made, api):
        np.testing.assert_allclose(made.embed_passages(["a"]), expected("say: a"), atol=1e-6)
        assert api.requests == [["say: a"]] * 3


def test_an_engine_that_never_answers_fails_after_some_attempts() -> None:
    with against(lambda texts: (503, b"busy")) as (made, api):
        with pytest.raises(EngineUnavailableError, match="503"):
            made.embed_passages(["a"])
        assert len(api.requests) == 4
        with pytest.raises(EngineUnavailableError):
            made.embed_query("a")
        assert len(api.requests) == 6


def test_no_server_at_the_address_is_an_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        embedder(f"http://127.0.0.1:{port}/v1") as made,
        pytest.raises(EngineUnavailableError, match="does not answer"),
    ):
        made.embed_passages(["a"])


def test_an_engine_that_dies_in_mid_answer_is_an_error() -> None:
    with (
        fake("die-after=1") as running,
        embedder(running.url, running.model_spec) as made,
        pytest.raises(EngineUnavailableError, match="does not answer"),
    ):
        made.embed_passages(["a"])


# Refusals


def too_long(texts: list[str]) -> tuple[int, Any]:
    """As an engine that refuses a whole request for one text."""
    return (400, {"error": {"message": "too long"}}) if any("long" in text for text in texts) else well(texts)


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("place", range(5))
def test_a_text_that_is_refused_does_not_lose_the_others(status: int, place: int) -> None:
    texts = [f"text{number}" for number in range(5)]
    texts[place] = "long"

    def answer(requested: list[str]) -> tuple[int, Any]:
        code, body = too_long(requested)
        return (status if code == 400 else code), body

    with against(answer) as (made, _):
        vectors = made.embed_passages(texts)
    assert (vectors[place] == 0).all()
    others = [number for number in range(5) if number != place]
    np.testing.assert_allclose(vectors[others], expected(*(f"say: {texts[n]}" for n in others)), atol=1e-6)


def test_an_engine_that_refuses_everything_is_an_error() -> None:
    with against(lambda texts: (400, {"error": {"message": "no such model"}})) as (made, api):
        with pytest.raises(EngineAnswerError, match="refuses every text"):
            made.embed_passages(["a", "b", "c", "d"])
        assert len(api.requests) <= 5


def test_a_query_that_is_refused_is_an_error_of_ours_in_words() -> None:
    with against(too_long) as (made, _), pytest.raises(EngineAnswerError):
        made.embed_query("long")


def test_a_text_that_an_engine_fails_at_does_not_keep_the_others() -> None:
    def answer(texts: list[str]) -> tuple[int, Any]:
        return (500, {"error": {"message": "boom"}}) if any("poison" in text for text in texts) else well(texts)

    texts = [f"text {number}" for number in range(7)] + ["poison"]
    with against(answer) as (made, _):
        vectors = made.embed_passages(texts)
    assert not vectors[7].any()
    np.testing.assert_allclose(vectors[:7], expected(*(f"say: {text}" for text in texts[:7])), atol=1e-6)


def test_an_engine_that_fails_at_everything_is_at_fault_itself() -> None:
    with against(lambda texts: (500, b"boom")) as (made, _), pytest.raises(EngineUnavailableError, match="500"):
        made.embed_passages(["one", "two"])
