"""One question to a server of the API, and the sentence for each way in which it does not answer."""

from __future__ import annotations

from typing import Any

import pytest

from core.engine.probe.check import check
from core.engine.probe.http import MAX_REASON, Endpoint, ask
from core.errors import EngineAnswerError, EngineError, EngineUnavailableError
from core.models import MODELS
from tests.fakes.fake_api import fake_api

QWEN3 = MODELS["qwen3-0.6b"]
TOO_LONG = "The input (2401 tokens) is longer than the model's context length (512 tokens)."


def asked(status: int, answer: Any) -> EngineError:
    with fake_api(lambda texts: (status, answer), name=QWEN3.name) as api, pytest.raises(EngineError) as caught:
        ask(Endpoint(api.url, "the-key", QWEN3), "/embeddings", {"model": QWEN3.name, "input": ["text"]}, 10)
    assert caught.value.remedy
    assert "the-key" not in caught.value.sentence
    return caught.value


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("form", [{"message": TOO_LONG}, {"error": {"message": TOO_LONG, "type": "BadRequest"}}])
def test_a_refusal_is_told_in_the_servers_own_words(status: int, form: dict[str, Any]) -> None:
    refused = asked(status, form)
    assert isinstance(refused, EngineAnswerError)
    assert refused.sentence.endswith(f"refuses the request ({TOO_LONG[:-1]}).")
    assert "how long its texts may be" in refused.remedy


@pytest.mark.parametrize("answer", [b"", b"<html>no</html>", [], {"error": "no"}, {"message": None}, {"error": {}}])
def test_a_refusal_without_words_is_told_by_its_number(answer: Any) -> None:
    assert asked(400, answer).sentence.endswith("refuses the request (400).")


def test_a_long_reason_is_cut_and_on_one_line() -> None:
    sentence = asked(400, {"message": "no\n" * 1000}).sentence
    assert "\n" not in sentence
    assert len(sentence) < MAX_REASON + 100


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (401, EngineAnswerError, "refuses the key"),
        (403, EngineAnswerError, "refuses the key"),
        (404, EngineAnswerError, "has no embeddings API there (404)"),
        (405, EngineAnswerError, "has no embeddings API there (405)"),
        (429, EngineUnavailableError, "is not ready (429)"),
        (503, EngineUnavailableError, "is not ready (503)"),
    ],
)
def test_the_other_ways_not_to_answer(status: int, kind: type[EngineError], words: str) -> None:
    error = asked(status, {"message": "no"})
    assert type(error) is kind
    assert words in error.sentence


def test_a_server_whose_texts_must_be_shorter_than_the_check_is_no_wrong_address() -> None:
    with (
        fake_api(lambda texts: (400, {"message": TOO_LONG}), name=QWEN3.name) as api,
        pytest.raises(EngineAnswerError, match="longer than the model's context length"),
    ):
        check(Endpoint(api.url, "", QWEN3))
