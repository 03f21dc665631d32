"""The HTTP client of an engine, which tracks its sockets so that threads waiting on them can be woken."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from core import connections
from core.models import URGENT

if TYPE_CHECKING:
    import openai

_hiding = threading.Lock()

SENT_HEADERS = {
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
    URGENT.lower(),
}


class TrackedConnections:
    """The sockets of a client; shutting a socket down wakes the thread that waits on it, closing it would not."""

    def __init__(self, base_url: str) -> None:
        self._server = urlsplit(base_url).netloc.rpartition("@")[2]
        self._lock = threading.Lock()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._is_shut_down = False

    def trace(self, request: Any) -> None:
        """Request hook: track the connections that httpx opens for a request."""
        request.extensions["trace"] = self._track

    def count(self, response: Any) -> None:
        """Response hook: record the bytes of a request and its answer."""
        url, sizes = response.request.url, (response.request.headers, response.headers)
        sent, received = (int(headers.get("Content-Length") or 0) for headers in sizes)
        port = url.port or connections.PORTS[url.scheme]
        connections.record(url.host, port, "engine", self._server, count=0, sent=sent, received=received)

    def shut_down(self) -> None:
        """Shut down all sockets, and every later one."""
        with self._lock:
            self._is_shut_down = True
            for sock in list(self._sockets):
                _shut_down(sock)

    def _track(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith("connect_tcp.started"):
            connections.record(info["host"], info["port"], "engine", self._server)
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            sock = info["return_value"].get_extra_info("socket")
            with self._lock:
                self._sockets.add(sock)
                if self._is_shut_down:
                    _shut_down(sock)


def _shut_down(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def import_client() -> None:
    """Import the package of the client, which takes a second the first time, and nothing afterwards."""
    import openai  # noqa: F401


def client(base_url: str, api_key: str, tracked: TrackedConnections) -> openai.OpenAI:
    """A client without retries of its own, which sends texts nowhere else and obeys no variable of the environment.

    Only the proxy and the certificates of the system are taken from there, for a server on another machine.
    """
    import openai

    leaves = connections.leaves_machine(urlsplit(base_url).hostname or "")
    key = api_key or "none"

    def restrict(request: Any) -> None:
        for name in set(request.headers) - SENT_HEADERS:
            del request.headers[name]  # facts about this machine and this Python
        request.headers["Authorization"] = f"Bearer {key}"
        request.headers["User-Agent"] = "Findling"

    http = openai.DefaultHttpxClient(
        trust_env=leaves,
        follow_redirects=False,  # a redirect would take the texts to a server that nobody chose
        event_hooks={"request": [restrict, tracked.trace], "response": [tracked.count]},
    )
    with _without_variables("OPENAI_"):
        return openai.OpenAI(base_url=base_url, api_key=key, max_retries=0, http_client=http)


@contextmanager
def _without_variables(prefix: str) -> Iterator[None]:
    """Hide variables from what reads them meanwhile: the client would take headers, even the host's, from them."""
    with _hiding:
        hidden = {name: value for name, value in os.environ.items() if name.startswith(prefix)}
        for name in hidden:
            del os.environ[name]
        try:
            yield
        finally:
            os.environ.update(hidden)
