"""The embedded engine through the official client: what it answers, and to whom."""

from __future__ import annotations

import base64
import http.client
import json
import socket
from collections.abc import Callable
from typing import Any

import numpy as np
import openai
import pytest

from core import tokenizers
from core.engine.probe.check import check_text, cosine_of
from core.models import MODELS, MULTILINGUAL
from tests.core.engine.conftest import KEY, Running

pytestmark = pytest.mark.slow


def vectors(engine: Running, texts: Any, **more: Any) -> np.ndarray[Any, np.dtype[np.float32]]:
    with engine.client() as client:
        answer = client.embeddings.create(model=engine.model_spec.name, input=texts, **more)
    assert [item.index for item in answer.data] == list(range(len(answer.data)))
    return np.array([item.embedding for item in answer.data], np.float32)


def ask(
    engine: Running, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    """One raw request, by default with the right key; header names have _ for -."""
    sent = {"Authorization": f"Bearer {KEY}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    connection = http.client.HTTPConnection("127.0.0.1", engine.port, timeout=300)
    try:
        connection.request(method, path, body, {name: value for name, value in sent.items() if value})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_the_model_is_the_one_it_says(engine: Running) -> None:
    stored = check_text(engine.model_spec.name)
    (vector,) = vectors(engine, stored.text)
    assert cosine_of(vector, stored.vector) >= 0.985


def test_the_multilingual_model_is_served_with_a_second_one(engine: Running) -> None:
    """It ranks the first hits beside the first; a request that names none is the first one's."""
    second = MODELS.get(engine.model_spec.second)
    with engine.client() as client:
        served = [model.id for model in client.models.list()]
        assert served == [engine.model_spec.name, *([second.name] if second else [])]
        if second is None:
            with pytest.raises(openai.NotFoundError):
                client.embeddings.create(model=MULTILINGUAL.name, input="a text")
            return
        stored = check_text(second.name)
        answer = client.embeddings.create(model=second.name, input=[stored.text, "another"])
    assert answer.model == second.name
    assert cosine_of(np.array(answer.data[0].embedding), stored.vector) >= 0.985
    assert len(answer.data) == 2


def test_vectors_have_the_length_and_norm_of_the_profile(engine: Running) -> None:
    found = vectors(engine, ["one", "two words", "three words here"])
    assert found.shape == (3, engine.model_spec.dimension)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)


def test_meaning_is_nearer_than_noise(engine: Running) -> None:
    query, near, far = vectors(
        engine,
        [
            engine.model_spec.query_prefix + "how do I repair a bicycle tyre",
            engine.model_spec.passage_prefix + "Mending a punctured bike wheel: take the tube out and patch it.",
            engine.model_spec.passage_prefix + "The council voted on the budget for public libraries.",
        ],
    )
    assert query @ near > query @ far


def test_base64_equals_float(engine: Running) -> None:
    texts = ["the same text", "and another one"]
    as_floats = vectors(engine, texts, encoding_format="float")
    assert np.array_equal(as_floats, vectors(engine, texts))  # the client asks for base64 by itself and decodes it
    with engine.client() as client:
        answer = client.embeddings.create(model=engine.model_spec.name, input=texts, encoding_format="base64")
    raw = [base64.b64decode(str(item.embedding)) for item in answer.data]
    assert np.array_equal(as_floats, [np.frombuffer(data, "<f4") for data in raw])


def test_a_text_does_not_depend_on_its_batch_mates(engine: Running) -> None:
    mates = ["short", "a text that is a good deal longer than its mate " * 9]
    assert np.array_equal(vectors(engine, mates)[0], vectors(engine, "short")[0])


def test_token_ids_equal_their_text(engine: Running) -> None:
    text = "ids instead of words"
    ids = tokenizers.load(engine.model_spec).encode(text, engine.model_spec.token_limit)
    expected = vectors(engine, text)[0]
    assert np.array_equal(vectors(engine, ids)[0], expected)
    assert np.array_equal(vectors(engine, [ids, ids])[1], expected)


def test_usage_counts_tokens(engine: Running) -> None:
    tokenizer = tokenizers.load(engine.model_spec)
    texts = ["one text", "and another"]
    with engine.client() as client:
        usage = client.embeddings.create(model=engine.model_spec.name, input=texts).usage
    assert usage.total_tokens == usage.prompt_tokens == sum(len(tokenizer.encode(text, 512)) for text in texts)


def test_what_is_too_long_is_cut_at_the_limit(engine: Running) -> None:
    limit = engine.model_spec.token_limit
    whole = "word " * 3 * limit
    ids = tokenizers.load(engine.model_spec).encode(whole, limit)
    assert len(ids) == limit
    assert np.array_equal(vectors(engine, whole), vectors(engine, [ids]))
    with engine.client() as client:
        assert client.embeddings.create(model=engine.model_spec.name, input=whole).usage.total_tokens == limit


def test_the_model_is_listed_with_its_limit(engine: Running) -> None:
    with engine.client() as client:
        model, *_ = client.models.list().data
    assert model.id == engine.model_spec.name
    assert model.model_dump()["max_model_len"] == engine.model_spec.token_limit


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("", "cannot be empty"),
        ([], "cannot be empty"),
        (["good", "  "], "Input at index 1 cannot be empty"),
        ([[1, 2], []], "Input at index 1 cannot be empty"),
        ([[1, 10_000_000]], "token ids that the model does not know"),
        ([["text in a list in a list"]], "neither a string nor token ids"),
    ],
)
def test_an_unusable_input_is_refused(english: Running, given: Any, sentence: str) -> None:
    with pytest.raises(openai.BadRequestError, match=sentence) as caught:
        vectors(english, given)
    assert caught.value.param == "input"
    assert caught.value.type == "invalid_request_error"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"dimensions": 64}, openai.BadRequestError),
        ({"encoding_format": "hex"}, openai.BadRequestError),
        ({"extra_body": {"model": "another"}}, openai.NotFoundError),
    ],
)
def test_an_unusable_wish_is_refused(english: Running, more: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        vectors(english, "text", **more)


@pytest.mark.parametrize("key", ["", "wrong", KEY + "x", "schlüssel"])
def test_a_wrong_key_is_refused(english: Running, key: str) -> None:
    for path in ("/v1/models", "/v1/embeddings", "/anything"):
        header = f"Bearer {key}".encode().decode("latin-1") if key else ""
        status, body = ask(english, "GET", path, Authorization=header)
        assert status == 401
        assert body["error"]["code"] == "invalid_api_key"
    with english.client("wrong") as client, pytest.raises(openai.AuthenticationError):
        client.models.list()


def test_health_needs_no_key(english: Running) -> None:
    assert ask(english, "GET", "/health", Authorization="") == (200, {"status": "ready", "waiting": 0})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (lambda port: {"Host": f"localhost:{port}"}, 200),
        (lambda port: {"Origin": f"http://127.0.0.1:{port}"}, 200),
        (lambda port: {"Host": "127.0.0.1"}, 403),
        (lambda port: {"Host": f"rebound.example:{port}"}, 403),
        (lambda port: {"Host": f"127.0.0.1:{port + 1}"}, 403),
        (lambda port: {"Origin": "http://page.example"}, 403),
        (lambda port: {"Origin": "null"}, 403),
        (lambda port: {"Origin": f"http://localhost:{port + 1}"}, 403),
    ],
)
def test_only_this_machine_by_its_own_name(
    english: Running, headers: Callable[[int], dict[str, str]], status: int
) -> None:
    for path in ("/v1/models", "/health"):
        assert ask(english, "GET", path, **headers(english.port))[0] == status


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/embeddings", None, 405),
        ("DELETE", "/v1/models", None, 405),
        ("POST", "/health", b"{}", 405),
        ("POST", "/v1/completions", b"{}", 404),
        ("POST", "/v1/embeddings", b"not json", 400),
        ("POST", "/v1/embeddings", b"[" * 100_000, 400),
        ("POST", "/v1/embeddings", b"[1]", 400),
        ("POST", "/v1/embeddings", b'{"input": 7}', 400),
        ("BREW", "/v1/models", None, 501),
    ],
)
def test_refusals_are_in_the_words_of_the_api(
    english: Running, method: str, path: str, body: bytes | None, status: int
) -> None:
    found, answer = ask(english, method, path, body)
    assert found == status
    assert set(answer["error"]) == {"message", "type", "param", "code"}
    assert answer["error"]["message"]


def test_a_body_without_length_is_refused(english: Running) -> None:
    assert ask(english, "POST", "/v1/embeddings", None, Transfer_Encoding="chunked")[0] == 411


@pytest.mark.parametrize("line", [b"NONSENSE", b"GET / HTTP/9.9", b"GET /" + b"x" * 70_000 + b" HTTP/1.1", b"\xff\xfe"])
def test_what_is_not_http_is_refused_and_nothing_breaks(english: Running, line: bytes) -> None:
    with socket.create_connection(("127.0.0.1", english.port), timeout=300) as connection:
        connection.sendall(line + b"\r\n\r\n")
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert b'"error"' in answer
    assert ask(english, "GET", "/health")[0] == 200


def test_a_wrong_method_is_told_the_right_one(english: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", english.port, timeout=300)
    connection.request("GET", "/v1/embeddings", headers={"Authorization": f"Bearer {KEY}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert (answer.status, answer.getheader("Allow")) == (405, "POST")


def test_a_connection_serves_many_requests(english: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", english.port, timeout=300)
    headers = {"Authorization": f"Bearer {KEY}"}
    connection.connect()
    socket_used = connection.sock
    for path, status in (("/v1/models", 200), ("/nowhere", 404), ("/health", 200)):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
        assert connection.sock is socket_used
    connection.close()


def _begin_batch(engine: Running, texts: int) -> socket.socket:
    """Send a request for many vectors, and do not wait for its answer."""
    body = json.dumps({"input": ["a sentence that takes the engine a moment " * 12] * texts})
    head = f"POST /v1/embeddings HTTP/1.1\r\nHost: 127.0.0.1:{engine.port}\r\nAuthorization: Bearer {KEY}\r\n"
    connection = socket.create_connection(("127.0.0.1", engine.port), timeout=300)
    connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
    return connection


def _wait_until_waiting(engine: Running, number: int) -> None:
    while ask(engine, "GET", "/health")[1]["waiting"] != number:
        pass


def test_a_query_does_not_wait_for_a_batch_and_the_batch_of_a_lost_client_is_dropped(english: Running) -> None:
    with _begin_batch(english, 2000) as batch:
        _wait_until_waiting(english, 1)
        vectors(english, "a query")
        assert ask(english, "GET", "/health")[1]["waiting"] == 1, "the batch is still at work"
        batch.setblocking(False)
        with pytest.raises(BlockingIOError):
            batch.recv(1)
    _wait_until_waiting(english, 0)
