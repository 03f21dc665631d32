"""The client of the engine in use, made anew when the engine's endpoint changes."""

from __future__ import annotations

import threading
from typing import Generic, Protocol, TypeVar

from core.embed.embedder import Embedder
from core.models import ModelSpec


class EngineEndpoint(Protocol):
    """Where an engine answers, and which model it serves; endpoints compare by value."""

    @property
    def base_url(self) -> str: ...
    @property
    def api_key(self) -> str: ...
    @property
    def model_spec(self) -> ModelSpec: ...
    @property
    def served_as(self) -> str: ...


EndpointT = TypeVar("EndpointT", bound=EngineEndpoint)


class CurrentEmbedder(Generic[EndpointT]):
    """Keeps one embedder, for the endpoint that was asked for last. Thread-safe."""

    def __init__(self, *, in_flight: int) -> None:
        """`in_flight` is the number of requests that the embedder sends at a time."""
        self._in_flight = in_flight
        self._lock = threading.Lock()
        self._current: tuple[EndpointT, Embedder] | None = None
        self._is_closed = False

    @property
    def endpoint(self) -> EndpointT | None:
        """The endpoint of the embedder, None before the first one."""
        return None if self._current is None else self._current[0]

    def at(self, endpoint: EndpointT) -> Embedder:
        """The embedder for an endpoint; closes that of another one. After `close` it is closed from the start."""
        with self._lock:
            if self._current is None or self._current[0] != endpoint:
                if self._current is not None:
                    self._current[1].close()
                embedder = Embedder(
                    endpoint.base_url,
                    endpoint.api_key,
                    endpoint.model_spec,
                    in_flight=self._in_flight,
                    served_as=endpoint.served_as,
                )
                self._current = (endpoint, embedder)
                if self._is_closed:
                    embedder.close()
            return self._current[1]

    def cancel(self) -> None:
        """End the requests that are under way; they raise EngineUnavailableError."""
        if self._current is not None:
            self._current[1].cancel()

    def close(self) -> None:
        """Close the embedder, and any that is made later."""
        with self._lock:
            self._is_closed = True
            if self._current is not None:
                self._current[1].close()
