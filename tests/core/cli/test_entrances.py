"""What `findling doctor` says of a program that has the library open: its hotkey, its version, and one that hangs."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from core import VERSION
from core.cli.entrances import entrances
from core.control_socket import SOCKET_NAME, ControlSocket, client
from core.control_socket.operation import Operation
from core.library.engines import sharing
from tests.core.cli.conftest import run_command

CHOOSE_OTHERS = "Choose others in Settings > Shortcuts, or bind a key of the desktop to: findling toggle"


@contextmanager
def with_hotkey(root: Path, answer: Any) -> Iterator[None]:
    """A program that has a library open and says this of its hotkey."""
    with closing(ControlSocket(root)) as control:
        control.register(Operation("hotkey", "Keys.", lambda _: answer, response=dict[str, str], method="GET"))
        assert control.listen()
        yield


@pytest.mark.parametrize(
    ("state", "works", "sentence", "remedy"),
    [
        ("active", True, "The quick search opens with Ctrl+Alt+F.", ""),
        ("off", None, "The quick search has no hotkey.", "Choose one in Settings > Shortcuts."),
        ("taken", False, "The keys of the quick search do not work: Ctrl+Alt+F", CHOOSE_OTHERS),
        ("refused", False, "The keys of the quick search do not work: Ctrl+Alt+F", CHOOSE_OTHERS),
        ("unavailable", False, "The keys of the quick search do not work: Ctrl+Alt+F", CHOOSE_OTHERS),
    ],
)
def test_the_hotkey_is_told_of(tmp_path: Path, state: str, works: bool | None, sentence: str, remedy: str) -> None:
    with with_hotkey(tmp_path, {"state": state, "keys": "Ctrl+Alt+F"}):
        *_, hotkey = entrances(tmp_path)
    assert (hotkey.name, hotkey.works, hotkey.sentence, hotkey.remedy) == ("hotkey", works, sentence, remedy)


@pytest.mark.parametrize("answer", [{"state": "starting", "keys": "F9"}, {"keys": "F9"}, ["F9"]], ids=str)
def test_of_a_hotkey_that_is_not_known_nothing_is_said(tmp_path: Path, answer: Any) -> None:
    with with_hotkey(tmp_path, answer):
        assert "hotkey" not in [each.name for each in entrances(tmp_path)]


@contextmanager
def answering_as(root: Path, reply: bytes | None) -> Iterator[None]:
    """What listens for a library and gives every client this answer; None holds them without any."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(root / SOCKET_NAME))
    listening.listen()
    held: list[socket.socket] = []

    def answer() -> None:
        try:
            while True:
                peer, _ = listening.accept()
                if reply is None:
                    held.append(peer)
                    continue
                with peer:
                    peer.recv(1 << 16)
                    peer.sendall(reply)
        except OSError:  # it is shut down
            pass

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
        for each in (listening, *held):
            each.close()
        (root / SOCKET_NAME).unlink()


def http(status: str, version: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nfindling-version: {version}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (http("200 OK", "9.9", json.dumps({"version": "9.9\x1b[31m"}).encode()), "9.9⟨ESC⟩[31m"),
        (http("404 Not Found", "9.9", b"{}"), "9.9"),  # one without a ping
        (http("200 OK", "", b"[]"), "unknown"),
        (b'{"error": "unknown request"}\n', "unknown"),  # one from before there was an API
    ],
    ids=["later", "no ping", "nonsense", "earlier"],
)
def test_one_of_another_version_is_told(
    indexed_library: Path, capsys: pytest.CaptureFixture[str], reply: bytes, shown: str
) -> None:
    with answering_as(indexed_library, reply):
        code, out, _ = run_command(capsys, "doctor", "--library", indexed_library)
    told = f"The running Findling is version {shown}, this command is version {VERSION}. Quit it and start it again.\n"
    assert (code, told in out) == (0, True), out


def test_one_that_hangs_is_told(
    indexed_library: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "ALIVE_SECONDS", 0.2)
    monkeypatch.setattr(sharing, "ANSWER_TIMEOUT", 0.2)
    with answering_as(indexed_library, None):
        code, out, _ = run_command(capsys, "doctor", "--library", indexed_library)
    assert code == 0
    assert "Everything" in out
    assert "Findling is running, but does not answer. End it and start it again.\n" in out
