"""Texts in, vectors out, through the openai client: the only file that knows the OpenAI API."""

from __future__ import annotations

import base64
import binascii
import contextlib
import ipaddress
import socket
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from core import tokenizers
from core.errors import EngineAnswerError, EngineError, EngineUnavailableError
from core.profiles import ModelProfile

if TYPE_CHECKING:
    import openai

Vectors = npt.NDArray[np.float32]

ATTEMPTS = 4
FEWER_ATTEMPTS = 2  # while the text is looked for that an engine fails at
SERVER_FAULT = 500
FIRST_PAUSE = 0.25  # seconds before the second attempt; doubled each time
PASSAGES_TIMEOUT = 300.0
CONNECT_TIMEOUT = 5.0  # as long as closing may wait: nothing wakes a thread that is connecting
QUERY_TIMEOUT = 8.0
WINDOW = 8  # batches that are sorted by length together
REMEMBERED = 64  # query vectors
SHOUTED, SHOUTING = 16, 0.7  # capitals, and their share of the letters, of a text that shouts: no mere abbreviation


@dataclass(frozen=True, slots=True)
class Waiting:
    """A passage that waits for its vector."""

    passage_id: int
    content_id: int
    tokens: int


def packed(waiting: Sequence[Waiting], batch_tokens: int) -> list[list[Waiting]]:
    """Batches of at most `batch_tokens` tokens of padded input (longest times count), sorted by length inside windows.

    The sorting stays within some batches' worth of passages, so that documents are finished in about their order.
    """
    batches: list[list[Waiting]] = []
    window: list[Waiting] = []
    tokens = 0
    for item in waiting:
        window.append(item)
        tokens += item.tokens
        if tokens >= batch_tokens * WINDOW:
            batches += _sorted_batches(window, batch_tokens)
            window, tokens = [], 0
    return batches + _sorted_batches(window, batch_tokens)


def _sorted_batches(window: Sequence[Waiting], batch_tokens: int) -> list[list[Waiting]]:
    batches: list[list[Waiting]] = []
    for item in sorted(window, key=lambda w: w.tokens):
        if not batches or item.tokens * (len(batches[-1]) + 1) > batch_tokens:
            batches.append([])
        batches[-1].append(item)
    return batches


class Embedder:
    """One engine's address, asked by several threads at once."""

    def __init__(
        self, base_url: str, api_key: str, profile: ModelProfile, *, in_flight: int = 3, served_as: str = ""
    ) -> None:
        """`served_as` is what the engine calls the model, if not by the profile's name."""
        self.profile = profile
        self._model = served_as or profile.name
        self._stop = threading.Event()
        self._connections = _Connections()
        self._client = _client(base_url, api_key, self._connections)
        self._threads = ThreadPoolExecutor(in_flight, thread_name_prefix="embed")
        self._queries: dict[str, Vectors] = {}
        self._remembering = threading.Lock()

    def submit(self, texts: Sequence[str]) -> Future[Vectors]:
        """Embed passages on a thread; the future raises as `passages` does."""
        return self._threads.submit(self.passages, texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, shape: len(texts) x dimension, L2-normalised float32.

        A passage that is empty, or that the engine refuses by itself, gets a row of zeros, which no query is near to.
        What is longer than the model reads loses its end. Raises EngineUnavailableError after some attempts,
        EngineAnswerError at once.
        """
        asked = [at for at, text in enumerate(texts) if text.strip()]
        vectors = np.zeros((len(texts), self.profile.dimension), np.float32)
        if asked:
            vectors[asked] = self._refusing([self._sent(self.profile.passage_prefix, texts[at]) for at in asked])
        return vectors

    def query(self, text: str) -> Vectors:
        """The vector of a query, shape: dimension; the last ones are remembered."""
        known = self._queries.get(text)
        if known is None:
            known = self._query(self._sent(self.profile.query_prefix, text))
            with self._remembering:
                if len(self._queries) >= REMEMBERED:
                    self._queries.pop(next(iter(self._queries)))
                self._queries[text] = known
        return known

    def _sent(self, prefix: str, text: str) -> str:
        """What of a text is sent: one that is too long would be refused, and its whole batch with it."""
        return tokenizers.fitting(self.profile, prefix + _spoken(text))

    def _query(self, text: str) -> Vectors:
        import openai

        try:
            vector: Vectors = self._asked([text], QUERY_TIMEOUT, attempts=2)[0]
        except openai.APIStatusError as error:
            raise EngineAnswerError(f"The engine refuses the query: {error.message}", "Try a shorter one.") from error
        return vector

    def abandon(self) -> None:
        """Begin nothing more and try nothing again; returns at once."""
        self._stop.set()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Give up what is under way and end the threads."""
        self.abandon()
        self._connections.shut()
        self._client.close()
        self._threads.shutdown(wait=True)

    def _refusing(self, texts: Sequence[str], attempts: int = ATTEMPTS) -> Vectors:
        import openai

        try:
            return self._asked(texts, PASSAGES_TIMEOUT, attempts=attempts)
        except openai.APIStatusError:
            if len(texts) == 1:
                self._still_embeds()
                return np.zeros((1, self.profile.dimension), np.float32)
        except _ServerFault:
            self._still_embeds()  # else it is the engine's own fault, and all texts wait
            if len(texts) == 1:
                return np.zeros((1, self.profile.dimension), np.float32)
        middle = len(texts) // 2
        halves = (texts[:middle], texts[middle:])
        return np.concatenate([self._refusing(half, FEWER_ATTEMPTS) for half in halves])

    def _still_embeds(self) -> None:
        """After a text was refused: make sure that it is the text's fault and not the engine's."""
        import openai

        try:
            self._answer([self.profile.passage_prefix + "check"], QUERY_TIMEOUT)
        except openai.APIStatusError as error:
            raise EngineAnswerError(
                f"The engine refuses every text: {error.message}", "Check which model it serves."
            ) from error

    def _asked(self, texts: Sequence[str], timeout: float, *, attempts: int) -> Vectors:
        for attempt in range(attempts):
            try:
                return self._answer(texts, timeout)
            except EngineUnavailableError:
                last = attempt + 1 == attempts
                if last or self._stop.wait(FIRST_PAUSE * 2**attempt):
                    raise
        raise AssertionError("not reached")

    def _answer(self, texts: Sequence[str], timeout: float) -> Vectors:
        """One request. Lets a refusal of the input itself (400, 413, 422) through as openai.APIStatusError."""
        import openai

        try:
            answer = self._client.embeddings.create(
                model=self._model,
                input=list(texts),
                encoding_format="base64",
                timeout=openai.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT)),
            )
        except openai.APIConnectionError as error:  # timeouts too
            raise EngineUnavailableError("The engine does not answer.", "It is tried again by itself.") from error
        except openai.APIStatusError as error:
            if error.status_code in (400, 413, 422):
                raise
            raise _status_error(error) from error
        except RuntimeError as error:  # the client says so when it was closed before the request began
            if not self._stop.is_set():
                raise
            raise EngineUnavailableError("The engine is being let go.", "What waits is asked again later.") from error
        except (openai.APIError, ValueError) as error:
            raise _nonsense("what it sent is not the embeddings API's form") from error
        return _checked(answer, len(texts), self.profile.dimension)


def _spoken(text: str) -> str:
    """A text that shouts in small letters: models have read few in capitals, and understand little of them.

    On TIME, which is all in capitals, meaning alone finds .690 (nDCG@10) with both sides in small letters, .581 as it
    is, and .584 with the questions only.
    """
    capitals = sum(map(str.isupper, text))
    shouts = capitals >= SHOUTED and capitals > SHOUTING * (capitals + sum(map(str.islower, text)))
    return text.lower() if shouts else text


class _ServerFault(EngineUnavailableError):
    """The engine failed at a request (500): perhaps at one of its texts."""


class _Connections:
    """The sockets of a client: shutting one wakes the thread that waits for an answer on it, closing it would not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._are_shut = False

    def follow(self, request: Any) -> None:
        """Have the client tell which connections it makes for a request (httpx calls that tracing)."""
        request.extensions["trace"] = self._note

    def shut(self) -> None:
        """Shut all of them, and every one that is made from now on."""
        with self._lock:
            self._are_shut = True
            for made in list(self._sockets):
                _shut(made)

    def _note(self, event: str, facts: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            made = facts["return_value"].get_extra_info("socket")
            with self._lock:
                self._sockets.add(made)
                if self._are_shut:
                    _shut(made)


def _shut(made: socket.socket) -> None:
    with contextlib.suppress(OSError):
        made.shutdown(socket.SHUT_RDWR)


def _client(base_url: str, api_key: str, connections: _Connections) -> openai.OpenAI:
    """A client that retries nothing by itself, and asks this machine without a proxy."""
    import openai

    http = openai.DefaultHttpxClient(
        trust_env=not _is_loopback(base_url), event_hooks={"request": [connections.follow]}
    )
    return openai.OpenAI(base_url=base_url, api_key=api_key or "none", max_retries=0, http_client=http)


def _is_loopback(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _status_error(error: openai.APIStatusError) -> EngineError:
    code = error.status_code
    if code in (401, 403):
        return EngineAnswerError("The engine refuses the key.", "Check the key in the settings.")
    if code in (404, 405):
        return EngineAnswerError("There is no embeddings API at the engine's address.", "Check the address.")
    kind = _ServerFault if code == SERVER_FAULT else EngineUnavailableError
    return kind(f"The engine cannot answer now (it says {code}).", "It is tried again by itself.")


def _checked(answer: Any, count: int, dimension: int) -> Vectors:
    """The vectors of an answer in the order of the texts, or EngineAnswerError."""
    data = getattr(answer, "data", None)
    if not isinstance(data, list) or len(data) != count:
        raise _nonsense("it sent another number of vectors than texts")
    vectors = np.zeros((count, dimension), np.float32)
    seen: set[int] = set()
    for place, entry in enumerate(data):
        index = _number(entry, place)
        vector = _decoded(getattr(entry, "embedding", None))
        if vector.shape != (dimension,):
            raise _nonsense(f"its vectors have {vector.size} numbers, not {dimension}")
        if not 0 <= index < count or index in seen:
            raise _nonsense("its vectors are numbered wrongly")
        seen.add(index)
        vectors[index] = vector
    return _normalised(vectors)


def _number(entry: object, place: int) -> int:
    """Which text an entry belongs to: by its own number, or by its place if it has none."""
    index = getattr(entry, "index", None)
    if index is None:
        return place
    return index if isinstance(index, int) else -1


def _decoded(embedding: object) -> Vectors:
    try:
        if isinstance(embedding, str):
            return np.frombuffer(base64.b64decode(embedding, validate=True), "<f4").astype(np.float32)
        with np.errstate(over="ignore"):
            return np.asarray(embedding, np.float32)
    except (ValueError, TypeError, binascii.Error) as error:
        raise _nonsense("its vectors are not numbers") from error


def _normalised(vectors: Vectors) -> Vectors:
    """L2-normalised rows; raises EngineAnswerError on numbers that are not finite and on vectors of length zero."""
    with np.errstate(over="ignore"):
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or (norms <= 0).any():
        raise _nonsense("its vectors are not finite, or empty")
    unit: Vectors = (vectors / norms).astype(np.float32)
    return unit


def _nonsense(what: str) -> EngineAnswerError:
    return EngineAnswerError(f"The engine's answer cannot be used: {what}.", "Check which model it serves.")
