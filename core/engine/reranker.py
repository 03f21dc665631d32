"""The reranker: a second server with its own memory budget, which scores passages for a query."""

from __future__ import annotations

import contextlib
import functools
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.engine.probe.check import Endpoint, ask
from core.engine.registry import kind_of
from core.engine.server import BACKOFF
from core.engine.supervisor.backend import Backend
from core.engine.supervisor.handle import ServerHandle
from core.engine.supervisor.local_runner import LocalRunner
from core.engine.supervisor.mailbox import Mailbox
from core.errors import EngineAnswerError, EngineUnavailableError
from core.events import EngineStatus, Report, ignore
from core.settings import Settings

SCORES_TIMEOUT = 15.0  # seconds

QUESTION = "When is the harbour closed?"
RELEVANT = "The harbour is closed in winter, from December to March."
IRRELEVANT = "Sourdough needs flour, water and time."


class RerankServer(ServerHandle):
    """The reranker of the settings, as a child process; its log is `reranker.log` in `log_dir`."""

    def __init__(
        self,
        settings: Settings,
        log_dir: Path,
        report: Report = ignore,
        *,
        backend: Backend,
        backoff: Sequence[float] = BACKOFF,
    ) -> None:
        log = log_dir / "reranker.log"
        status = EngineStatus(name="reranker", model=backend.model_spec.name, log=str(log))
        test = _check_any if settings.reranker_folder.strip() else _check_known
        mailbox = Mailbox(status, report, functools.partial(test, timeout=backend.first_answer))
        super().__init__(LocalRunner(backend, mailbox, log=log, backoff=backoff), mailbox, can_release=True)

    def scores(self, query: str, passages: Sequence[str], *, within: float = SCORES_TIMEOUT) -> NDArray[np.float32]:
        """The probability that each passage answers the query, shape: len(passages), 0 to 1.

        A passage that is blank or too long for the model scores 0.

        Raises EngineUnavailableError if it is not ready (and starts it) or takes longer than `within` seconds,
        EngineAnswerError for a malformed answer.
        """
        self.wake()
        endpoint = self._mailbox.endpoint()
        if endpoint is None:
            status = self._mailbox.status()
            if not status.detail:
                raise EngineUnavailableError("reranker.starting")
            raise EngineUnavailableError("verbatim", sentence=status.detail, remedy=status.remedy)
        try:
            scores = _scores_in_halves(endpoint, query, passages, time.monotonic() + within)
        except EngineUnavailableError:
            self._mailbox.suspect(endpoint)
            raise
        return np.nan_to_num(scores)


def reranker_of(settings: Settings, log_dir: Path, report: Report = ignore) -> RerankServer | None:
    """The reranker that the settings name, not started; None if they name none, or their engine cannot run one."""
    rerank_backend = kind_of(settings.engine).rerank_backend
    if rerank_backend is None or not settings.reranker:
        return None
    return RerankServer(settings, log_dir, report, backend=rerank_backend(settings))


def _check_known(endpoint: Endpoint, timeout: float = SCORES_TIMEOUT) -> None:
    relevant, irrelevant = _scores(endpoint, QUESTION, (RELEVANT, IRRELEVANT), timeout)
    if not relevant > irrelevant:
        raise EngineAnswerError("reranker.wrong_order", right=float(relevant), wrong=float(irrelevant))


def _check_any(endpoint: Endpoint, timeout: float = SCORES_TIMEOUT) -> None:
    """The user's own model may rank differently, but must return probabilities."""
    _scores(endpoint, QUESTION, (RELEVANT, IRRELEVANT), timeout)


def _scores_in_halves(endpoint: Endpoint, query: str, passages: Sequence[str], end: float) -> NDArray[np.float32]:
    """Scores, NaN for a passage that the server refuses: one such passage fails its whole request.

    Raises EngineAnswerError if all are refused, EngineUnavailableError after `end` (time.monotonic() seconds).
    """
    left = end - time.monotonic()
    if left <= 0:
        raise EngineUnavailableError("reranker.too_slow")
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
    sent = [at for at, text in enumerate(passages) if text.strip()]  # one blank text fails the request
    if not sent or not query.strip():
        return scores
    documents = [passages[at] for at in sent]
    body = {"model": endpoint.model_spec.name, "query": query, "documents": documents, "return_documents": False}
    scores[sent] = _read(ask(endpoint, "/rerank", body, timeout), len(sent))
    return scores


def _read(answer: Any, count: int) -> NDArray[np.float32]:
    """The scores in the order of the passages, from an answer that is sorted best first.

    SGLang answers a list of `index` and `score`; gateways in front of it put the list into `results`.
    """
    try:
        found = answer["results"] if isinstance(answer, dict) else answer
        rows = {int(row["index"]): float(row["score"]) for row in found}
        scores = np.array([rows[at] for at in range(count)], np.float32)
    except (TypeError, KeyError, ValueError) as error:
        raise EngineAnswerError("reranker.no_scores") from error
    if not np.all((scores >= 0) & (scores <= 1)):
        raise EngineAnswerError("reranker.not_probabilities")
    return scores
