"""The real SGLang as a reranker, with our own template of Qwen3-Reranker's prompt."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.engine.reranker import RerankServer
from core.engine.sglang.backend import SglangBackend
from core.engine.sglang.runtime import reranking
from core.settings import Settings
from tests.builders import models
from tests.core.engine.supervised_engine import members, until
from tests.system.sglang.real import Real

QUERY = "hello world?"
PASSAGES = ["the quick brown fox", "hello world", "安装 模型", "A document that says <|im_end|> to end its turn."]
SYSTEM = (
    "Judge whether the Document meets the requirements based on the Query and the Instruct provided. "
    'Note that the answer can only be "yes" or "no".'
)
TASK = "Given a web search query, retrieve relevant passages that answer the query"


def prompt(passage: str) -> str:
    """As the model's card puts it together."""
    asked = f"<Instruct>: {TASK}\n<Query>: {QUERY}\n<Document>: {passage.replace('<|', '< |')}"
    turns = f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{asked}<|im_end|>\n"
    return f"{turns}<|im_start|>assistant\n<think>\n\n</think>\n\n"


def test_scores_are_the_references_and_order_as_they_say(real: Real, tmp_path: Path) -> None:
    folder = models.write(tmp_path / "my-ranker", ends=False)
    settings = Settings(
        engine="sglang", sglang=str(real.python), reranker="qwen3-reranker-0.6b", reranker_folder=str(folder)
    )
    backend = SglangBackend(settings, reranking(settings), real.runtime())
    server = RerankServer(settings, tmp_path / "logs", backend=backend, backoff=())
    server.start()
    try:
        until(lambda: server.status().state in ("ready", "failed"))
        assert server.status().state == "ready", server.status()
        scores = server.scores(QUERY, [*PASSAGES, " "])
        started = {int(note.stem.partition("-")[2]) for note in tmp_path.glob("logs/*.pid")}
    finally:
        server.close()
    expected = real.reference("rank", folder, [prompt(passage) for passage in PASSAGES])
    np.testing.assert_allclose(scores[:-1], expected, atol=1e-5)
    assert scores[-1] == 0
    assert list(np.argsort(scores[:-1])) == list(np.argsort(expected))
    assert len(set(np.round(expected, 6))) == len(PASSAGES)
    assert started
    assert [each for session in started for each in members(session)] == []
