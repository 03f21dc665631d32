"""The reranker by SGLang's fake: it scores a passage by the words that it shares with the question."""

from __future__ import annotations

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.engine import reranker
from core.engine.probe.check import Endpoint
from core.engine.reranker import RerankServer
from core.engine.sglang.backend import SglangBackend
from core.engine.sglang.runtime import reranking
from core.errors import EngineAnswerError, EngineError, EngineUnavailableError
from core.settings import Settings
from tests.core.engine.sglang.test_backend import flags_of
from tests.core.engine.supervised_engine import LONG, QUICK, fake_runtime, members, model_folder, sessions, until

pytestmark = pytest.mark.slow

MODEL_SPEC = reranking(Settings(reranker="qwen3-reranker-0.6b")).model_spec


def settings_for(folder: Path) -> Settings:
    own = str(model_folder(folder / "Qwen3-Reranker-tiny"))
    return Settings(engine="builtin", reranker="qwen3-reranker-0.6b", reranker_folder=own, reranker_memory_gib=3.0)


@contextmanager
def running(folder: Path, fault: str = "") -> Iterator[RerankServer]:
    settings = settings_for(folder)
    backend = SglangBackend(settings, reranking(settings), fake_runtime(fault))
    server = RerankServer(settings, folder / "logs", backend=backend, backoff=QUICK)
    try:
        yield server
    finally:
        started = sessions(folder)
        server.close()
        assert [each for session in started for each in members(session)] == []


def test_scores_are_in_the_order_of_the_passages(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        with pytest.raises(EngineUnavailableError, match="starting") as caught:
            server.scores("is it awake?", ["not yet"])
        assert caught.value.sentence
        server.wait_ready(LONG)
        passages = ["no word of it", "the harbour", " ", "the harbour is closed", "is"]
        scores = server.scores("harbour is closed", passages)
        assert scores.dtype == np.float32
        assert scores.tolist() == pytest.approx([0, 1 / 3, 0, 1, 1 / 3])
        long = "harbour " * 600
        assert server.scores("harbour", ["harbour", long, "no", "harbour"]).tolist() == [1, 0, 0, 1]
        with pytest.raises(EngineAnswerError, match=r"refuses the request.*longer than the model"):
            server.scores("harbour", [long, long])
        assert server.scores("harbour", []).shape == (0,)
        assert server.scores(" ", ["harbour"]).tolist() == [0]
        status = server.status()
        assert (status.name, status.model, status.state) == ("reranker", "Qwen3-Reranker-tiny", "ready")
        assert (tmp_path / "logs" / "reranker.log").is_file()


class Dripping(http.server.BaseHTTPRequestHandler):
    """Sends a byte now and then, for as long as anybody listens."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        pause = threading.Event()
        with contextlib.suppress(OSError):
            while True:
                self.wfile.write(b" ")
                pause.wait(0.02)


def test_one_that_hangs_or_drips_is_left_alone_in_time(tmp_path: Path) -> None:
    with running(tmp_path, "hang-later") as server:
        server.start()
        server.wait_ready(LONG)
        with pytest.raises(EngineUnavailableError, match="does not answer"):
            server.scores("harbour", ["harbour", "boats"], within=0.2)
    with serving(Dripping) as address, pytest.raises(EngineUnavailableError, match="timed out"):
        reranker._scores(Endpoint(address, "key", MODEL_SPEC), "harbour", ["harbour"], 0.3)
    with pytest.raises(EngineUnavailableError, match="too long"):
        reranker._scores_in_halves(Endpoint("http://127.0.0.1:9/v1", "key", MODEL_SPEC), "harbour", ["harbour"], 0.0)


def test_it_is_released_and_comes_back_with_the_next_question(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.start()
        first = server.wait_ready(LONG)
        server.release()
        until(lambda: server.status().state == "released")
        with pytest.raises(EngineUnavailableError):
            server.scores("harbour", ["harbour"])
        assert server.wait_ready(LONG) != first
        assert server.scores("harbour", ["harbour"]).tolist() == [1]


def test_a_model_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDLING_DATA", str(tmp_path))
    settings = Settings(reranker="qwen3-reranker-4b")
    backend = SglangBackend(settings, reranking(settings), fake_runtime())
    server = RerankServer(settings, tmp_path / "logs", backend=backend)
    server.start()
    try:
        with pytest.raises(EngineError, match="Qwen3-Reranker-4B is not there") as caught:
            server.wait_ready(LONG)
        assert caught.value.remedy
    finally:
        server.close()


def test_it_is_started_as_a_model_that_writes_with_its_template(tmp_path: Path) -> None:
    program = SglangBackend(settings_for(tmp_path), reranking(settings_for(tmp_path)), fake_runtime())
    try:
        flags = flags_of(list(program.launch().command))
    finally:
        program.tidy()
    assert "--is-embedding" not in flags
    assert "--prefill-only-disable-kv-cache" not in flags
    assert Path(flags["--chat-template"]).parts[-3:] == ("models", "qwen3-reranker", "chat_template.jinja")
    assert program.budget == 3 << 30


class Odd(http.server.BaseHTTPRequestHandler):
    """Answers whatever its server was given."""

    server: Any

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer)


@contextmanager
def serving(handler: type[http.server.BaseHTTPRequestHandler], **given: object) -> Iterator[str]:
    """The address of a server with such answers."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    vars(server).update(given)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def answering(status: int, answer: Any) -> Iterator[Endpoint]:
    with serving(Odd, status=status, answer=json.dumps(answer).encode()) as address:
        yield Endpoint(address, "key", MODEL_SPEC)


ODD = [
    (200, {"results": []}, "without a score"),
    (200, {"results": None}, "without a score"),
    (200, {"data": []}, "without a score"),
    (200, [{"index": 0, "score": 0.5}], "without a score"),
    (200, [{"index": 0}, {"index": 1}], "without a score"),
    (200, None, "without a score"),
    (200, [{"index": 0, "score": 0.1}, {"index": 1, "score": -3.2}], "not probabilities"),
    (200, [{"index": 0, "score": "nan"}, {"index": 1, "score": 0.2}], "not probabilities"),
    (400, {"message": "Please add `--is-embedding`"}, "Please add"),
    (404, {"detail": "Not Found"}, "404"),
]


@pytest.mark.parametrize(("status", "answer", "sentence"), ODD)
def test_an_answer_that_is_no_ranking(status: int, answer: Any, sentence: str) -> None:
    with answering(status, answer) as endpoint, pytest.raises(EngineAnswerError, match=sentence) as caught:
        reranker._check_any(endpoint)
    assert caught.value.remedy


def test_a_ranking_may_be_a_list_or_the_results_of_an_object() -> None:
    rows = [{"index": 1, "score": 0.9}, {"index": 0, "score": 0.25}]
    for answer in (rows, {"results": rows, "model": "any", "usage": {}}):
        with answering(200, answer) as endpoint:
            assert reranker._scores(endpoint, "harbour", ["bread", "harbour"], 9).tolist() == pytest.approx([0.25, 0.9])


def test_a_reranker_that_prefers_the_wrong_answer_is_none() -> None:
    with answering(200, [{"index": 1, "score": 0.9}, {"index": 0, "score": 0.1}]) as endpoint:
        reranker._check_any(endpoint)
        with pytest.raises(EngineAnswerError, match="the wrong answer first"):
            reranker._check_known(endpoint)
