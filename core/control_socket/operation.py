"""One operation of the API: its path, what it takes, what it returns, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Handler = Callable[[Any], Any]


class Get(Protocol):
    """Returns the answer to an operation that changes nothing; waits. Raises FindlingError."""

    def __call__(self, path: str, /, **facts: Any) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class NoValue:
    """Nothing: of an operation that takes or returns nothing."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation below /v1, such as "search".

    `handle` gets a value of the dataclass `request` and returns what can be written as JSON of the type `response`; it
    runs on any of several threads. It raises FindlingError for what the user can mend, and returns None for a request
    that makes no sense. The fields of a GET's request are its query parameters. One with `every` is a stream of
    server-sent events: the value is looked at again after so many seconds, and sent if it has changed. One with `steps`
    returns an iterator, each of whose values is such an event. One with a `media` type other than JSON returns bytes.
    """

    path: str
    summary: str
    handle: Handler
    request: type = NoValue
    response: Any = NoValue
    method: Literal["GET", "POST"] = "POST"
    every: float | None = None
    steps: bool = False
    media: str = "application/json"

    @property
    def is_stream(self) -> bool:
        return self.steps or self.every is not None
