"""The embedding client: retries, refused texts, cancellation."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from core import tokenizers
from core.embed.http_client import TrackedConnections, client
from core.embed.language_debias import debias
from core.embed.responses import Vectors, parse_vectors
from core.errors import EngineAnswerError, EngineError, EngineUnavailableError
from core.models import URGENT, ModelSpec

if TYPE_CHECKING:
    import openai

ATTEMPTS = 4
BISECTING_ATTEMPTS = 2  # per request while a failing batch is bisected
TIMEOUTS = 4  # of a batch, its half and so on, after which the engine counts as unavailable
HTTP_SERVER_ERROR = 500
FIRST_PAUSE = 0.25  # seconds before the second attempt; doubled each time
PASSAGES_TIMEOUT = 300.0
CONNECT_TIMEOUT = 5.0  # also the longest wait in `close`, because a connecting thread cannot be woken
QUERY_TIMEOUT = 8.0
QUERY_CACHE_SIZE = 64  # query vectors
MIN_CAPITALS, MIN_CAPITAL_SHARE = (
    16,
    0.7,
)  # of a text in capitals, not only abbreviations: number, and share of its letters


class Embedder:
    """A client of one engine. Thread-safe."""

    def __init__(
        self, base_url: str, api_key: str, model_spec: ModelSpec, *, in_flight: int = 3, served_as: str = ""
    ) -> None:
        """`served_as` is the engine's name of the model, if it is not `model_spec.name`."""
        self.model_spec = model_spec
        self._model = served_as or model_spec.name
        self._stop = threading.Event()
        self._connections = TrackedConnections(base_url)
        self._client = client(base_url, api_key, self._connections)
        self._threads = ThreadPoolExecutor(in_flight, thread_name_prefix="embed")
        self._query_cache: dict[str, Vectors] = {}
        self._cache_lock = threading.Lock()

    def submit(self, texts: Sequence[str]) -> Future[Vectors]:
        """Embed passages on a thread; the future raises as `embed_passages` does."""
        return self._threads.submit(self.embed_passages, texts)

    def embed_passages(self, texts: Sequence[str], *, urgent: bool = False) -> Vectors:
        """Vectors of passages (shape: len(texts) x dimension, L2-normalised float32); `urgent` if a user waits.

        Passages that are empty or refused by the engine get a row of zeros; passages longer than the model's limit are
        truncated. A batch that times out is sent again in halves. Raises EngineUnavailableError after `ATTEMPTS`
        attempts or `TIMEOUTS` timeouts, EngineAnswerError at once.
        """
        positions = [at for at, text in enumerate(texts) if text.strip()]
        vectors = np.zeros((len(texts), self.model_spec.dimension), np.float32)
        if positions:
            prepared = [self._prepared(self.model_spec.passage_prefix, texts[at]) for at in positions]
            vectors[positions] = self._embed_bisecting(prepared, urgent=urgent)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """The vector of a query, shape: dimension; the last `QUERY_CACHE_SIZE` are cached."""
        vector = self._query_cache.get(text)
        if vector is None:
            vector = debias(self._request_query(self._prepared(self.model_spec.query_prefix, text)), self.model_spec)
            with self._cache_lock:
                if len(self._query_cache) >= QUERY_CACHE_SIZE:
                    self._query_cache.pop(next(iter(self._query_cache)))
                self._query_cache[text] = vector
        return vector

    def _prepared(self, prefix: str, text: str) -> str:
        """A text with its prefix, truncated, because a text that is too long makes its whole batch fail."""
        return tokenizers.truncate(self.model_spec, prefix + _lowercase_if_capitals(text))

    def _request_query(self, text: str) -> Vectors:
        import openai

        try:
            vector: Vectors = self._request_with_retries([text], QUERY_TIMEOUT, attempts=2, urgent=True)[0]
        except openai.APIStatusError as error:
            raise EngineAnswerError("embedding.query_refused", reason=error.message) from error
        return vector

    def cancel(self) -> None:
        """Start no more requests and retry none; returns at once."""
        self._stop.set()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Abort running requests and end the threads."""
        self.cancel()
        self._connections.shut_down()
        self._client.close()
        self._threads.shutdown(wait=True)

    def _embed_bisecting(
        self, texts: Sequence[str], attempts: int = ATTEMPTS, timeouts: int = TIMEOUTS, *, urgent: bool
    ) -> Vectors:
        """The vectors of a batch; a batch that the engine refuses, fails at or is too slow for is halved."""
        import openai

        try:
            return self._request_with_retries(texts, PASSAGES_TIMEOUT, attempts=attempts, urgent=urgent)
        except _TimedOutError:
            timeouts -= 1
            if timeouts == 0 or len(texts) == 1 or self._stop.is_set():
                raise
        except openai.APIStatusError:
            if len(texts) == 1:
                self._check_engine()
                return np.zeros((1, self.model_spec.dimension), np.float32)
        except _ServerError:
            self._check_engine()  # raises if the engine itself fails, so that no text is blamed
            if len(texts) == 1:
                return np.zeros((1, self.model_spec.dimension), np.float32)
        middle = len(texts) // 2
        halves = (texts[:middle], texts[middle:])
        return np.concatenate(
            [self._embed_bisecting(half, BISECTING_ATTEMPTS, timeouts, urgent=urgent) for half in halves]
        )

    def _check_engine(self) -> None:
        """Raise if the engine fails at a harmless text too, in which case the last text was not to blame."""
        import openai

        try:
            self._request([self.model_spec.passage_prefix + "check"], QUERY_TIMEOUT)
        except openai.APIStatusError as error:
            raise EngineAnswerError("embedding.every_text_refused", reason=error.message) from error

    def _request_with_retries(self, texts: Sequence[str], timeout: float, *, attempts: int, urgent: bool) -> Vectors:
        for attempt in range(attempts):
            try:
                return self._request(texts, timeout, urgent=urgent)
            except EngineUnavailableError as error:
                last = attempt + 1 == attempts or (isinstance(error, _TimedOutError) and len(texts) > 1)
                if last or self._stop.wait(FIRST_PAUSE * 2**attempt):
                    raise
        raise AssertionError("not reached")

    def _request(self, texts: Sequence[str], timeout: float, *, urgent: bool = False) -> Vectors:
        """One request. A refusal of the input (400, 413, 422) is raised as openai.APIStatusError."""
        import openai

        try:
            answer = self._client.embeddings.create(
                model=self._model,
                input=list(texts),
                encoding_format="base64",
                extra_headers={URGENT: "1"} if urgent else None,
                timeout=openai.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT)),
            )
        except openai.APITimeoutError as error:
            raise _TimedOutError("embedding.no_answer") from error
        except openai.APIConnectionError as error:
            raise EngineUnavailableError("embedding.no_answer") from error
        except openai.APIStatusError as error:
            if error.status_code in (400, 413, 422):
                raise
            raise _status_error(error) from error
        except RuntimeError as error:  # raised by the client if it was closed before the request began
            if not self._stop.is_set():
                raise
            raise EngineUnavailableError("embedding.closed") from error
        except (openai.APIError, ValueError) as error:
            raise EngineAnswerError("embedding.not_the_api") from error
        return parse_vectors(answer, len(texts), self.model_spec.dimension)


def _lowercase_if_capitals(text: str) -> str:
    """Lower-case a text in capitals, which models embed poorly (`.github/decisions/0206-lower-casing.md`)."""
    capitals = sum(map(str.isupper, text))
    mostly_capitals = capitals >= MIN_CAPITALS and capitals > MIN_CAPITAL_SHARE * (
        capitals + sum(map(str.islower, text))
    )
    return text.lower() if mostly_capitals else text


class _TimedOutError(EngineUnavailableError):
    """The engine gave no answer in time, perhaps because it was asked for much at once on a busy machine."""


class _ServerError(EngineUnavailableError):
    """The engine failed at a request with status 500, perhaps because of one of the texts."""


def _status_error(error: openai.APIStatusError) -> EngineError:
    code = error.status_code
    if code in (401, 403):
        return EngineAnswerError("embedding.key_refused")
    if code in (404, 405):
        return EngineAnswerError("embedding.no_api")
    kind = _ServerError if code == HTTP_SERVER_ERROR else EngineUnavailableError
    return kind("embedding.server_error", status=code)
