"""Clumsy and hostile clients of the same user: half of a request, too many connections, slow readers, long texts."""

from __future__ import annotations

import dataclasses
import json
import logging
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest

from core import limited_http
from core.control_socket import ControlSocket, NotAnsweredError, RefusedError, ask, send_request
from core.control_socket.location import connect
from core.control_socket.operation import Operation
from core.control_socket.server import ControlConnection
from tests.waiting import wait_until


@dataclasses.dataclass(frozen=True)
class Amount:
    amount: float = 0.0


@dataclasses.dataclass(frozen=True)
class Text:
    text: str


@contextmanager
def listening(root: Path, *more: Operation) -> Iterator[None]:
    with closing(ControlSocket(root)) as control:
        control.register(Operation("half", "Half.", lambda given: {"amount": given.amount / 2}, Amount, Amount), *more)
        assert control.listen()
        yield


def sent(root: Path, data: bytes) -> socket.socket:
    peer = connect(root)
    assert peer is not None
    peer.settimeout(60)
    peer.sendall(data)
    return peer


HALF = b"POST /v1/half HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"


def test_half_a_body_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited_http, "BODY_SECONDS", 0.2)
    with listening(tmp_path), sent(tmp_path, HALF) as peer:
        assert peer.recv(1) == b""
        assert send_request(tmp_path, "half", amount=4) == {"amount": 2.0}


def test_a_client_that_leaves_is_no_bug(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with listening(tmp_path):
        for _ in range(20):
            sent(tmp_path, HALF).close()
        assert send_request(tmp_path, "half", amount=4) == {"amount": 2.0}
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_only_so_many_connections_are_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ControlConnection, "max_connections", 3)
    with listening(tmp_path):
        held = [sent(tmp_path, b"GET /v1/ping HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(3)]
        assert all(peer.recv(1 << 16).startswith(b"HTTP/1.1 200") for peer in held)
        assert send_request(tmp_path, "half") is None
        for peer in held:
            peer.close()
        wait_until(lambda: send_request(tmp_path, "half", amount=4) == {"amount": 2.0})


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_refused(tmp_path: Path, text: str) -> None:
    body = f'{{"amount": {text}}}'.encode()
    head = f"POST /v1/half HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with listening(tmp_path), sent(tmp_path, head + body) as peer, peer.makefile("rb") as answered:
        assert answered.read().startswith(b"HTTP/1.1 400 ")


def test_a_pasted_text_is_a_query_too(tmp_path: Path) -> None:
    length = Operation("length", "Its length.", lambda given: {"amount": len(given.text)}, Text, Amount, "GET")
    with listening(tmp_path, length):
        assert json.loads(ask(tmp_path, "GET", "length", {"text": "漢" * 50_000})) == {"amount": 50_000}
        with pytest.raises((RefusedError, NotAnsweredError)):  # it may close before all is sent
            ask(tmp_path, "GET", "length", {"text": "x" * (2 << 20)})


def test_a_slow_reader_holds_nobody_up_and_fills_no_memory(tmp_path: Path) -> None:
    numbers = count()
    large = Operation(
        "large",
        "Much.",
        lambda _: {"text": f"{next(numbers)} " + "x" * 200_000},
        response=Text,
        method="GET",
        every=0.001,
    )
    with listening(tmp_path, large), sent(tmp_path, b"GET /v1/large HTTP/1.1\r\nHost: x\r\n\r\n"):
        for _ in range(300):  # in which the stream could have sent as often
            assert send_request(tmp_path, "half", amount=4) == {"amount": 2.0}
        assert next(numbers) < 20
