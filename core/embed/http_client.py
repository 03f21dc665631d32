"""The HTTP client of an engine, which tracks its sockets so that threads waiting on them can be woken."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
import weakref
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import openai


class TrackedConnections:
    """The sockets of a client; shutting a socket down wakes the thread that waits on it, closing it would not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._is_shut_down = False

    def trace(self, request: Any) -> None:
        """Request hook: record the connections that httpx opens for a request."""
        request.extensions["trace"] = self._track

    def shut_down(self) -> None:
        """Shut down all sockets, and every later one."""
        with self._lock:
            self._is_shut_down = True
            for sock in list(self._sockets):
                _shut_down(sock)

    def _track(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            sock = info["return_value"].get_extra_info("socket")
            with self._lock:
                self._sockets.add(sock)
                if self._is_shut_down:
                    _shut_down(sock)


def _shut_down(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def client(base_url: str, api_key: str, connections: TrackedConnections) -> openai.OpenAI:
    """A client without retries of its own, and without a proxy for loopback addresses."""
    import openai

    http = openai.DefaultHttpxClient(trust_env=not _is_loopback(base_url), event_hooks={"request": [connections.trace]})
    return openai.OpenAI(base_url=base_url, api_key=api_key or "none", max_retries=0, http_client=http)


def _is_loopback(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
