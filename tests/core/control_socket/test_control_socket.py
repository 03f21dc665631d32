"""The control socket: who is answered, who is refused, and where it may be."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core import VERSION
from core.control_socket import SOCKET_NAME, ControlSocket, NotAnsweredError, RefusedError, ask, client, send_request
from core.control_socket.location import connect
from core.control_socket.operation import Handler, Operation
from core.errors import BadInputError

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
peer.sendall(b'{"request": "echo"}\\n')
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


@dataclasses.dataclass(frozen=True)
class Number:
    number: int = 0


def echo(handle: Handler = lambda value: {"number": value.number}) -> Operation:
    return Operation("echo", "Return the number.", handle, Number, Number)


@contextmanager
def listening(root: Path) -> Iterator[ControlSocket]:
    control = ControlSocket(root)
    control.register(echo())
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
        assert send_request(root, "echo", number=3) == {"number": 3}
        assert control.listen()
        assert send_request(root, "echo", number=4) == {"number": 4}
    assert not (root / SOCKET_NAME).exists()
    assert send_request(root, "echo") is None


def test_a_request_that_nobody_registered_for_has_no_reply(tmp_path: Path) -> None:
    with listening(tmp_path) as control:
        assert send_request(tmp_path, "dance") is None
        control.unregister(echo())
        assert send_request(tmp_path, "echo") is None


@pytest.mark.parametrize("line", [b"n o n s e n s e\r\n\r\n", b'{"request": "show"}\n', b"[" * 99_999])
def test_what_is_no_http_is_answered_with_an_error(tmp_path: Path, line: bytes) -> None:
    with listening(tmp_path):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect(str(tmp_path / SOCKET_NAME))
            peer.sendall(line)
            peer.shutdown(socket.SHUT_WR)
            head, _, body = peer.makefile("rb").read().partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 400 ")
        assert json.loads(body)["error"]["code"] == "bad_request"
        assert send_request(tmp_path, "echo") == {"number": 0}


@pytest.mark.parametrize("facts", [{"number": "a"}, {"number": None, "other": 1}, {"number": [1]}], ids=str)
def test_what_the_operation_does_not_take_is_refused(tmp_path: Path, facts: dict[str, object]) -> None:
    with listening(tmp_path), pytest.raises(RefusedError) as refused:
        ask(tmp_path, "POST", "echo", {name: value for name, value in facts.items() if value is not None})
    assert (refused.value.status, refused.value.code) == (400, "bad_request")


def test_a_failure_is_told_and_a_bug_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bugs: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: bugs.append(told.exc_value))

    def fail(value: Number) -> object:
        if value.number:
            raise BadInputError("verbatim", sentence="No.", remedy="Ask another one.")
        return 1 / value.number

    with listening(tmp_path) as control:
        control.register(echo(fail))
        with pytest.raises(RefusedError) as refused:
            ask(tmp_path, "POST", "echo", {"number": 1})
        assert (refused.value.status, refused.value.sentence, refused.value.remedy) == (400, "No.", "Ask another one.")
        with pytest.raises(RefusedError) as refused:
            ask(tmp_path, "POST", "echo")
        assert (refused.value.status, refused.value.code) == (500, "bug")
    assert [type(bug) for bug in bugs] == [ZeroDivisionError]


def test_a_name_that_is_not_utf8_travels_in_a_query(tmp_path: Path) -> None:
    @dataclasses.dataclass(frozen=True)
    class Name:
        name: str
        short: bool = False

    name = os.fsdecode(b"caf\xe9 &=\n?.txt")
    with listening(tmp_path) as control:
        control.register(Operation("name", "Return the name.", dataclasses.asdict, Name, Name, "GET"))
        answer = json.loads(ask(tmp_path, "GET", "name", {"name": name, "short": True}))
        assert answer == {"name": name, "short": True}
        with pytest.raises(RefusedError):
            ask(tmp_path, "GET", "name")


def test_a_stream_sends_what_changes_and_ends_with_the_socket(tmp_path: Path) -> None:
    values = iter([1, 1, 2])
    stream = Operation(
        "count", "Count.", lambda _: {"number": next(values, 3)}, response=Number, method="GET", every=0.01
    )
    with listening(tmp_path) as control:
        control.register(stream)
        peer = client.connect(tmp_path)
        assert peer is not None
        peer.sendall(b"GET /v1/count HTTP/1.1\r\nhost: x\r\n\r\n")
        lines = peer.makefile("rb")
        events: list[bytes] = []
        while len(events) < 3:
            if (line := lines.readline()).startswith(b"data:"):
                events.append(line)
        assert events == [b'data: {"number": %d}\n' % number for number in (1, 2, 3)]
    lines.read()  # to its end
    lines.close()
    peer.close()


def test_the_document_describes_what_is_registered(tmp_path: Path) -> None:
    with listening(tmp_path):
        document = json.loads(ask(tmp_path, "GET", "openapi.json"))
    assert document["info"]["version"] == VERSION
    operation = document["paths"]["/v1/echo"]["post"]
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Number"}
    assert document["components"]["schemas"]["Number"]["properties"] == {"number": {"type": "integer", "default": 0}}


HANGING = """
import socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print("listening", flush=True)
if sys.argv[2] == "killed":
    server.accept()
else:
    peer, _ = server.accept()
    if sys.argv[2] == "other":
        peer.recv(1)
        peer.sendall(b'{"error": "unknown request"}\\n')
        peer.close()
    sys.stdin.read()
"""


@pytest.mark.parametrize("end", ["killed", "hanging", "other"])
def test_a_program_that_does_not_answer_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    if end == "hanging":  # the others show it themselves, as soon as they get to run
        monkeypatch.setattr(client, "ALIVE_SECONDS", 0.2)
    else:
        monkeypatch.setattr(client, "ALIVE_SECONDS", 60.0)
    command = [sys.executable, "-c", HANGING, str(tmp_path / SOCKET_NAME), end]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"listening\n"
        with pytest.raises(NotAnsweredError) as unanswered:
            ask(tmp_path, "GET", "search", {"q": "a"})
        assert (unanswered.value.hangs, unanswered.value.version) == (end == "hanging", "?" if end == "other" else "")


def test_a_slow_answer_is_waited_for_while_the_program_is_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, pings = threading.Event(), list[str]()

    def ping(root: Path, method: str, path: str, **_: float) -> bytes:
        pings.append(path)
        if len(pings) == 2:
            slow.set()
        return ask(root, method, path, timeout=60)

    monkeypatch.setattr(client, "ALIVE_SECONDS", 0.2)
    monkeypatch.setattr(client, "ask", ping)
    with listening(tmp_path) as control:
        control.register(echo(lambda value: slow.wait(60) and {"number": value.number}))
        assert json.loads(ask(tmp_path, "POST", "echo", {"number": 5})) == {"number": 5}
    assert set(pings) == {"ping"}


def test_a_busy_program_may_take_longer_than_the_time_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks, may_answer = iter(range(1000)), threading.Event()

    def ticks_of(_peer: socket.socket) -> int:
        used = next(ticks)
        if used == 3:
            may_answer.set()
        return used

    monkeypatch.setattr(client, "_processor_ticks", ticks_of)
    with listening(tmp_path) as control:
        control.register(echo(lambda value: may_answer.wait(60) and {"number": value.number}))
        assert send_request(tmp_path, "echo", timeout=0.1, number=5) == {"number": 5}


def test_a_program_that_works_uses_the_processor(tmp_path: Path) -> None:
    with listening(tmp_path), closing(connect(tmp_path)) as peer:
        assert peer is not None
        before = client._processor_ticks(peer)
        assert before > 0, "it is this process"
        while client._processor_ticks(peer) == before:
            pass


def test_one_program_answers_for_a_library(tmp_path: Path) -> None:
    second = ControlSocket(tmp_path)
    with listening(tmp_path):
        assert not second.listen()
        second.close()
        assert send_request(tmp_path, "echo", number=1) == {"number": 1}
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


def test_where_another_disk_takes_the_place_of_the_folder_it_listens_there(tmp_path: Path) -> None:
    root, removed = tmp_path / "library", tmp_path / "removed"
    with listening(root) as control:
        control.renew()
        assert send_request(root, "echo", number=1) == {"number": 1}
        root.rename(removed)
        shutil.copytree(removed, root, ignore=lambda *_: [SOCKET_NAME])
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(str(root / SOCKET_NAME))  # as a copy of the whole folder has one, in which nobody listens
        stale.close()
        assert send_request(root, "echo") is None
        control.renew()
        assert send_request(root, "echo", number=2) == {"number": 2}
        assert os.listdir(removed) == []
        control.renew()
        assert send_request(root, "echo", number=3) == {"number": 3}
    assert os.listdir(root) == []
    control.renew()
    assert not control.listening
    assert send_request(root, "echo") is None


def test_what_a_killed_program_left_behind_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / SOCKET_NAME))
    with listening(tmp_path):
        assert send_request(tmp_path, "echo", number=2) == {"number": 2}


def test_a_path_too_long_for_a_socket_is_no_hindrance(tmp_path: Path) -> None:
    root = tmp_path / ("a long name of a folder " * 5) / "library"
    with listening(root):
        assert (root / SOCKET_NAME).is_socket()
        assert send_request(root, "echo", number=5) == {"number": 5}


def test_where_others_may_write_the_runtime_directory_holds_the_socket(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    runtime = Path(os.environ["XDG_RUNTIME_DIR"])
    with listening(tmp_path):
        assert not (tmp_path / SOCKET_NAME).exists()
        (held,) = runtime.glob(f"findling-*/{SOCKET_NAME}")
        assert held.stat().st_mode & 0o777 == 0o600
        assert held.parent.stat().st_mode & 0o777 == 0o700
        assert send_request(tmp_path, "echo", number=6) == {"number": 6}


@pytest.mark.parametrize("runtime", ["", "relative", "/nowhere/at/all"])
def test_without_a_folder_of_the_users_own_there_is_no_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: str
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    tmp_path.chmod(0o777)
    control = ControlSocket(tmp_path)
    assert not control.listen()
    assert send_request(tmp_path, "echo") is None
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
            assert send_request(root, "echo", number=7) == {"number": 7}
        assert process.poll() is None


@as_root
def test_a_program_of_another_user_is_not_answered(tmp_path: Path) -> None:
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_mode & 0o001 == 0:
            parent.chmod(0o711)
    asked: list[Number] = []
    with listening(tmp_path) as control:
        control.register(echo(asked.append))
        command = [sys.executable, "-c", CLIENT, str(tmp_path / SOCKET_NAME), str(STRANGER)]
        refused = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert "PermissionError" in refused.stderr
        (tmp_path / SOCKET_NAME).chmod(0o666)  # as if the file system kept no modes
        ignored = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert "number" not in ignored.stdout
        assert not ignored.stdout.strip()
    assert asked == []
