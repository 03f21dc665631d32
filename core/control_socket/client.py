"""Asks the program that has a library open; light, for commands that are over in a moment.

The server is Findling's own, so one request a connection and a response read to its end are enough of HTTP here;
`http.client` takes as long to import as all else that `findling search` needs (decision 1101).
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import time
from collections.abc import Mapping
from typing import Any

from core import VERSION
from core.control_socket.location import connect, peer_of

REQUEST_TIMEOUT = 10.0  # seconds a client waits for a reply to a request that needs no time
ALIVE_SECONDS = 3.0  # without an answer; then the program must show that it is alive
BUSY_SECONDS = 60.0  # that one may take longer than a time-out while it uses the processor, of which it may get little

OK, NOT_FOUND = 200, 404
UNKNOWN_VERSION = "?"
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986, unreserved

Reply = dict[str, Any]


class NotAnsweredError(Exception):
    """No program answers: none has the library open, or it was ended meanwhile, or knows no such request.

    `hangs`: there is one that does not answer even a ping. `version` is that of a program of another version, "" if it
    is this one's or unknown, "?" of one from before there were versions.
    """

    def __init__(self, *, hangs: bool = False, version: str = "") -> None:
        super().__init__()
        self.hangs, self.version = hangs, version


class RefusedError(Exception):
    """The program answers with an error: its code, and the sentence and remedy in the program's language."""

    def __init__(self, status: int, code: str, sentence: str, remedy: str) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence, self.remedy = status, code, sentence, remedy


def ask(
    root: str | os.PathLike[str],
    method: str,
    path: str,
    facts: Mapping[str, Any] | None = None,
    *,
    timeout: float | None = None,
) -> bytes:
    """The answer, JSON, to an operation below /v1; `facts` are its query parameters or its body.

    Waits as long as the program is alive, or `timeout` seconds in which it does nothing. Raises NotAnsweredError and
    RefusedError.
    """
    given = {name: value for name, value in (facts or {}).items() if value is not None}
    address, body = f"/v1/{path}", None
    if method == "GET":
        address += f"?{'&'.join(f'{name}={_quoted(value)}' for name, value in given.items())}" if given else ""
    else:
        body = json.dumps(given).encode()
    peer = connect(root, ALIVE_SECONDS)
    if peer is None:
        raise NotAnsweredError
    with peer:
        try:
            peer.sendall(_request(method, address, body))
            _wait(peer, root, timeout)
            peer.settimeout(REQUEST_TIMEOUT)
            status, headers, answer = _response(_received(peer))
        except OSError as error:
            raise NotAnsweredError(hangs=isinstance(error, TimeoutError)) from error
    if status == OK:
        return answer
    raise _refused(status, headers, answer)


def send_request(
    root: str | os.PathLike[str], name: str, /, *, timeout: float = REQUEST_TIMEOUT, **facts: Any
) -> Reply | None:
    """The reply to a POST; None if no program has the library open, or it does not know the request or refuses it."""
    try:
        reply = json.loads(ask(root, "POST", name, facts, timeout=timeout))
    except (NotAnsweredError, RefusedError, ValueError):
        return None
    return reply if isinstance(reply, dict) else None


def send_command(root: str | os.PathLike[str], name: str, /, **facts: Any) -> bool:
    """Whether a window took a command; raises NotAnsweredError where one is running that hangs."""
    try:
        ask(root, "POST", name, facts, timeout=REQUEST_TIMEOUT)
    except RefusedError:
        return False
    except NotAnsweredError as error:
        if error.hangs:
            raise
        return False
    return True


def _wait(peer: socket.socket, root: str | os.PathLike[str], timeout: float | None) -> None:
    """Wait for the first byte of an answer; raises NotAnsweredError once the program hangs."""
    waiting = select.poll()
    waiting.register(peer, select.POLLIN)
    if timeout is None:
        while not waiting.poll(ALIVE_SECONDS * 1000):
            ask(root, "GET", "ping", timeout=ALIVE_SECONDS)  # a search may take a minute, a ping never does
        return
    end, used = time.monotonic() + BUSY_SECONDS, _processor_ticks(peer)
    while not waiting.poll(timeout * 1000):
        before, used = used, _processor_ticks(peer)
        if used == before or time.monotonic() > end:
            raise NotAnsweredError(hangs=True)


def _processor_ticks(peer: socket.socket) -> int:
    """How long the program at the other end has used the processor; 0 where that is not known."""
    try:
        with open(f"/proc/{peer_of(peer)[0]}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()  # the name before may have blanks in it
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])  # as the program and in the kernel for it, see proc(5)


def _request(method: str, address: str, body: bytes | None) -> bytes:
    head = f"{method} {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + (body or b"")


def _received(peer: socket.socket) -> bytes:
    """All that the other end sends; it may close before it has read the whole request."""
    received = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while piece := peer.recv(1 << 16):
            received += piece
    return bytes(received)


def _response(received: bytes) -> tuple[int, dict[str, str], bytes]:
    """The status, headers and body of a response; raises NotAnsweredError if it is none, or not all of it."""
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    if not first:
        raise NotAnsweredError  # it ended
    protocol, _, status = first.partition(" ")
    if not protocol.startswith("HTTP/1.") or not status[:3].isdigit():
        raise NotAnsweredError(version=UNKNOWN_VERSION)  # one line of JSON, as before there was an API
    fields = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    if headers.get("content-length") != str(len(body)):
        raise NotAnsweredError
    return int(status[:3]), headers, body


def _quoted(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    encoded = os.fsencode(value) if isinstance(value, str) else str(value).encode()
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in encoded)


def _refused(status: int, headers: Mapping[str, str], answer: bytes) -> Exception:
    version = headers.get("findling-version", "")
    if status == NOT_FOUND:
        return NotAnsweredError(version="" if version == VERSION else version or UNKNOWN_VERSION)
    try:
        facts = json.loads(answer)["error"]
        return RefusedError(status, str(facts["code"]), str(facts["sentence"]), str(facts["remedy"]))
    except (ValueError, TypeError, KeyError):
        return NotAnsweredError(version="" if version == VERSION else version or UNKNOWN_VERSION)
