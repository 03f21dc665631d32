"""Qwen3-Reranker behind SGLang: a second server with its own budget, which says how well passages answer a question."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import paths
from core.engine.probe.check import Endpoint, ask
from core.engine.server import BACKOFF, FIRST_ANSWER
from core.engine.sglang.backend import ServedModel, SglangBackend, SglangRuntime, default_runtime
from core.engine.supervisor.handle import ServerHandle
from core.engine.supervisor.local_runner import LocalRunner
from core.engine.supervisor.mailbox import Mailbox
from core.errors import EngineAnswerError, EngineUnavailableError
from core.events import EngineStatus, Report, ignore
from core.models import ModelSpec
from core.settings import Settings

TIMEOUT = 15.0
LONGEST = 8192  # tokens of the question with one passage
NAMES = {"qwen3-reranker-0.6b": "Qwen3-Reranker-0.6B", "qwen3-reranker-4b": "Qwen3-Reranker-4B"}
REMEDY = "Choose the folder of a Qwen3-Reranker model, or have its files checked in the engine's panel."

QUESTION = "When is the harbour closed?"
RIGHT = "The harbour is closed in winter, from December to March."
WRONG = "Sourdough needs flour, water and time."


class RerankServer(ServerHandle):
    """The reranker of the settings, as a child process; its log is `reranker.log` in `log_dir`."""

    def __init__(
        self,
        settings: Settings,
        log_dir: Path,
        report: Report = ignore,
        *,
        backoff: Sequence[float] = BACKOFF,
        runtime: SglangRuntime | None = None,
    ) -> None:
        job, log = reranking(settings), log_dir / "reranker.log"
        status = EngineStatus(name="reranker", model=job.model_spec.name, log=str(log))
        mailbox = Mailbox(status, report, _check_known if not job.folder else _check_any)
        program = SglangBackend(settings, job, runtime or default_runtime())
        super().__init__(LocalRunner(program, mailbox, log=log, backoff=backoff), mailbox, can_release=True)

    def scores(self, query: str, passages: Sequence[str], *, within: float = TIMEOUT) -> NDArray[np.float32]:
        """How probably each passage answers the query, shape: len(passages), 0 to 1; one that is blank, or too
        long for the model, scores 0.

        Raises EngineUnavailableError while it is not ready, and wakes it, or if it takes longer than `within` seconds;
        EngineAnswerError for a useless answer.
        """
        self.wake()
        endpoint = self._mailbox.endpoint()
        if endpoint is None:
            status = self._mailbox.status()
            raise EngineUnavailableError(status.detail or "The reranker is starting.", status.remedy)
        try:
            scores = _scores_in_halves(endpoint, query, passages, time.monotonic() + within)
        except EngineUnavailableError:
            self._mailbox.suspect(endpoint)
            raise
        return np.nan_to_num(scores)


def reranker_of(settings: Settings, log_dir: Path, report: Report = ignore) -> RerankServer | None:
    """The reranker that the settings name, not started; None if they name none, or no card."""
    wanted = settings.engine == "sglang" and settings.reranker
    return RerankServer(settings, log_dir, report) if wanted else None


def reranking(settings: Settings) -> ServedModel:
    """The server that sorts again."""
    own = settings.reranker_folder.strip()
    name = Path(own).expanduser().resolve().name if own else NAMES.get(settings.reranker, settings.reranker)
    template = paths.resources() / "models" / "qwen3-reranker" / "chat_template.jinja"
    model_spec = ModelSpec(name=name, title=name, dimension=1, token_limit=LONGEST, tokenizer="bpe", revision="main")
    return ServedModel(
        settings.reranker,
        model_spec,
        own,
        settings.reranker_memory_gib,
        flags=("--chat-template", str(template)),
        embeds=False,
    )


def _check_known(endpoint: Endpoint) -> None:
    right, wrong = _scores(endpoint, QUESTION, (RIGHT, WRONG), FIRST_ANSWER)
    if not right > wrong:
        raise EngineAnswerError(f"The reranker puts the wrong answer first ({right:.2f}, {wrong:.2f}).", REMEDY)


def _check_any(endpoint: Endpoint) -> None:
    """A person's own model may think differently, but must say how probable."""
    _scores(endpoint, QUESTION, (RIGHT, WRONG), FIRST_ANSWER)


def _scores_in_halves(endpoint: Endpoint, query: str, passages: Sequence[str], end: float) -> NDArray[np.float32]:
    """Scores, NaN for a passage that is refused by itself: one of them fails all that are asked with it.

    Raises EngineAnswerError if all are refused, EngineUnavailableError if they are not all here in time.
    """
    left = end - time.monotonic()
    if left <= 0:
        raise EngineUnavailableError("The reranker takes too long.", "Choose a smaller one, or release the card.")
    try:
        return _scores(endpoint, query, passages, left)
    except EngineAnswerError as error:
        refused = error
    if len(passages) == 1:
        raise refused
    scores = np.full(len(passages), np.nan, np.float32)
    half = len(passages) // 2
    for part in (slice(0, half), slice(half, None)):
        with contextlib.suppress(EngineAnswerError):
            scores[part] = _scores_in_halves(endpoint, query, passages[part], end)
    if np.isnan(scores).all():
        raise refused
    return scores


def _scores(endpoint: Endpoint, query: str, passages: Sequence[str], timeout: float) -> NDArray[np.float32]:
    scores = np.zeros(len(passages), np.float32)
    asked = [at for at, text in enumerate(passages) if text.strip()]  # one blank text fails them all
    if not asked or not query.strip():
        return scores
    documents = [passages[at] for at in asked]
    body = {"model": endpoint.model_spec.name, "query": query, "documents": documents, "return_documents": False}
    scores[asked] = _read(ask(endpoint, "/rerank", body, timeout), len(asked))
    return scores


def _read(answer: Any, count: int) -> NDArray[np.float32]:
    """The scores in the order asked, from a list that is sorted best first."""
    try:
        rows = {int(row["index"]): float(row["score"]) for row in answer}
        scores = np.array([rows[at] for at in range(count)], np.float32)
    except (TypeError, KeyError, ValueError) as error:
        raise EngineAnswerError("The reranker answers without a score for each passage.", REMEDY) from error
    if not np.all((scores >= 0) & (scores <= 1)):
        raise EngineAnswerError("The reranker's scores are no probabilities.", REMEDY)
    return scores
