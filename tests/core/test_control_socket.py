"""The control socket: who is answered, who is refused, and where it may be."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.control_socket import SOCKET_NAME, ControlSocket, Reply, send_request

STRANGER = 65534  # the user id of "nobody"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process of another user")

# A server that answers everything, bound under the user id given.
IMPOSTOR = """
import os, socket, sys
path, uid = sys.argv[1], int(sys.argv[2])
server = socket.socket(socket.AF_UNIX)
os.setresuid(uid, uid, uid)
server.bind(path)
server.listen()
print("listening", flush=True)
while True:
    peer, _ = server.accept()
    try:
        peer.sendall(b'{"shown": true}\\n')
    except OSError:
        pass
    peer.close()
"""

CLIENT = """
import os, socket, sys
path, uid = sys.argv[1], int(sys.argv[2])
os.setresuid(uid, uid, uid)
peer = socket.socket(socket.AF_UNIX)
peer.connect(path)
peer.sendall(b'{"request": "ping"}\\n')
print(peer.makefile().read())
"""


@contextmanager
def impostor(path: Path, uid: int) -> Iterator[subprocess.Popen[str]]:
    """A program of another user that listens at a path."""
    process = subprocess.Popen([sys.executable, "-c", IMPOSTOR, str(path), str(uid)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "listening\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def listening(root: Path) -> Iterator[ControlSocket]:
    control = ControlSocket(root)
    control.register(ping=lambda message: {"pong": message.get("number")})
    try:
        assert control.listen()
        yield control
    finally:
        control.close()


def test_a_request_is_answered_until_the_socket_is_closed(tmp_path: Path) -> None:
    root = tmp_path / "library"
    with listening(root) as control:
        assert root.stat().st_mode & 0o777 == 0o700
        assert (root / SOCKET_NAME).stat().st_mode & 0o777 == 0o600
        assert send_request(root, "ping", number=3) == {"pong": 3}
        assert control.listen()
        assert send_request(root, "ping", number=4) == {"pong": 4}
    assert not (root / SOCKET_NAME).exists()
    assert send_request(root, "ping") is None


def test_a_request_that_nobody_registered_for_has_no_reply(tmp_path: Path) -> None:
    with listening(tmp_path) as control:
        assert send_request(tmp_path, "dance") is None
        control.unregister("ping", "dance")
        assert send_request(tmp_path, "ping") is None


@pytest.mark.parametrize("line", [b"", b"\n", b"nonsense\n", b'["no", "such", "thing"]\n', b"{}\n", b"[" * 99_999])
def test_what_is_no_request_is_answered_with_an_error(tmp_path: Path, line: bytes) -> None:
    with listening(tmp_path):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(str(tmp_path / SOCKET_NAME))
            peer.sendall(line)
            peer.shutdown(socket.SHUT_WR)
            assert "error" in json.loads(peer.makefile("rb").read())
        assert send_request(tmp_path, "ping") == {"pong": None}


def test_one_program_answers_for_a_library(tmp_path: Path) -> None:
    second = ControlSocket(tmp_path)
    with listening(tmp_path):
        assert not second.listen()
        second.close()
        assert send_request(tmp_path, "ping", number=1) == {"pong": 1}
    assert second.listen()
    second.close()


def test_of_many_that_start_at_once_one_answers(tmp_path: Path) -> None:
    sockets = [ControlSocket(tmp_path) for _ in range(8)]
    threads = [threading.Thread(target=each.listen) for each in sockets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.listening for each in sockets) == 1
    for each in sockets:
        each.close()


def test_what_a_killed_program_left_behind_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / SOCKET_NAME))
    with listening(tmp_path):
        assert send_request(tmp_path, "ping", number=2) == {"pong": 2}


def test_a_path_too_long_for_a_socket_is_no_hindrance(tmp_path: Path) -> None:
    root = tmp_path / ("a long name of a folder " * 5) / "library"
    with listening(root):
        assert (root / SOCKET_NAME).is_socket()
        assert send_request(root, "ping", number=5) == {"pong": 5}


def test_where_others_may_write_the_runtime_directory_holds_the_socket(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    runtime = Path(os.environ["XDG_RUNTIME_DIR"])
    with listening(tmp_path):
        assert not (tmp_path / SOCKET_NAME).exists()
        (held,) = runtime.glob(f"findling-*/{SOCKET_NAME}")
        assert held.stat().st_mode & 0o777 == 0o600
        assert held.parent.stat().st_mode & 0o777 == 0o700
        assert send_request(tmp_path, "ping", number=6) == {"pong": 6}


@pytest.mark.parametrize("runtime", ["", "relative", "/nowhere/at/all"])
def test_without_a_folder_of_the_users_own_there_is_no_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: str
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    tmp_path.chmod(0o777)
    control = ControlSocket(tmp_path)
    assert not control.listen()
    assert send_request(tmp_path, "ping") is None
    assert list(tmp_path.iterdir()) == []


def test_a_runtime_directory_that_others_may_write_to_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, shared = tmp_path / "library", tmp_path / "shared"
    for folder in (root, shared):
        folder.mkdir()
        folder.chmod(0o1777)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(shared))
    assert not ControlSocket(root).listen()
    assert list(shared.iterdir()) == []


@as_root
def test_a_program_of_another_user_is_not_asked(tmp_path: Path) -> None:
    """A folder that was another user's own, with that user's socket still in it."""
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_mode & 0o001 == 0:
            parent.chmod(0o711)
    root = tmp_path / "library"
    root.mkdir()
    os.chown(root, STRANGER, STRANGER)
    with impostor(root / SOCKET_NAME, STRANGER) as process:
        assert send_request(root, "show", folders=[]) is None  # the folder is not ours
        os.chown(root, os.geteuid(), os.getegid())
        root.chmod(0o700)
        assert send_request(root, "show", folders=[]) is None  # the peer is not
        with listening(root):  # takes its place
            assert send_request(root, "ping", number=7) == {"pong": 7}
        assert process.poll() is None


@as_root
def test_a_program_of_another_user_is_not_answered(tmp_path: Path) -> None:
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_mode & 0o001 == 0:
            parent.chmod(0o711)
    asked: list[Reply] = []
    with listening(tmp_path) as control:
        control.register(ping=asked.append)
        command = [sys.executable, "-c", CLIENT, str(tmp_path / SOCKET_NAME), str(STRANGER)]
        refused = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert "PermissionError" in refused.stderr
        (tmp_path / SOCKET_NAME).chmod(0o666)  # as if the file system kept no modes
        ignored = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert "pong" not in ignored.stdout
        assert not ignored.stdout.strip()
    assert asked == []
