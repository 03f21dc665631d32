"""Another user of the machine, against a Findling that runs: what they can read, connect to, and put in its way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import paths
from core.connections import record
from core.control_socket import SOCKET_NAME
from core.library import Library
from core.settings import Settings
from core.startup import secure_process
from tests.core.engine.conftest import KEY, builtin

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process of another user"),
]
STRANGER = 65534  # the user id of "nobody"
SECRET = "The treasure is under the third tree"
NOBODY = Settings(engine="remote", remote_url="http://127.0.0.1:9/v1", model="english", wait_on_load=False)

# What a neighbour tries: walk and read everything, connect to every socket, write into every folder.
NEIGHBOUR = f"""
import json, os, socket, sys
os.setgroups([])
os.setresgid({STRANGER}, {STRANGER}, {STRANGER})
os.setresuid({STRANGER}, {STRANGER}, {STRANGER})
listed, read, connected, written = [], [], [], []
for path in json.loads(sys.argv[1]):
    try:
        listed += [os.path.join(path, name) for name in os.listdir(path)]
    except OSError:
        pass
    try:
        open(path, 'rb').read(1)
        read.append(path)
    except OSError:
        pass
    try:
        peer = socket.socket(socket.AF_UNIX)
        peer.connect(path)
        connected.append(path)
    except OSError:
        pass
    try:
        os.close(os.open(os.path.join(path, 'planted'), os.O_CREAT | os.O_WRONLY))
        written.append(path)
    except OSError:
        pass
print(json.dumps([listed, read, connected, written]))
"""

ENGINE_CLIENT = f"""
import os, socket, sys
import encodings.idna  # before the interpreter's own files may be out of reach
os.setresgid({STRANGER}, {STRANGER}, {STRANGER})
os.setresuid({STRANGER}, {STRANGER}, {STRANGER})
peer = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 30)
peer.sendall(b'GET /v1/models HTTP/1.1\\r\\nHost: 127.0.0.1:' + sys.argv[1].encode() + b'\\r\\n\\r\\n')
print(peer.recv(65536).decode())
"""


def as_neighbour(code: str, argument: str) -> str:
    command = [sys.executable, "-I", "-c", code, argument]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/", timeout=120).stdout


def open_the_way_to(home: Path) -> None:
    """Let others come as far as the home folder: what pytest makes is closed, and would hide Findling's own modes."""
    for folder in (home, *home.parents):
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o055)


def everything_below(*tops: Path) -> list[str]:
    found = [str(path) for top in tops for path in (top, *top.rglob("*"))]
    return [path for path in found if "/run" not in path]


def test_a_neighbour_learns_nothing_and_changes_nothing(tmp_path: Path) -> None:
    home = Path(os.environ["HOME"])
    documents = tmp_path / "documents"
    documents.mkdir(mode=0o700)
    (documents / "map.txt").write_text(SECRET)
    before = os.umask(0o022)  # the usual one: what is made without care is open to all
    try:
        for folder in paths.own_folders():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)  # as an older version left them
        secure_process()
        record("hub.example", 443, "model_download", "a model")
        root = paths.data_dir() / "library"
        with Library.open(root, NOBODY) as library:
            library.add_folder(documents)
            library.wait("words")
            open_the_way_to(home)
            own = everything_below(*paths.own_folders())
            assert str(root / SOCKET_NAME) in own
            assert any(path.endswith("catalogue.sqlite") for path in own)
            listed, read, connected, written = json.loads(as_neighbour(NEIGHBOUR, json.dumps(own)))
    finally:
        os.umask(before)
    assert (listed, read, connected, written) == ([], [], [], [])


def test_the_neighbour_of_the_test_can_read_what_is_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    (tmp_path / "open.txt").write_text("x")
    (tmp_path / "open.txt").chmod(0o644)
    open_the_way_to(tmp_path)
    tried = json.dumps([str(tmp_path), str(tmp_path / "open.txt")])
    listed, read, connected, written = json.loads(as_neighbour(NEIGHBOUR, tried))
    assert str(tmp_path / "open.txt") in listed
    assert read == [str(tmp_path / "open.txt")]
    assert connected == []
    assert written == [str(tmp_path)]


def test_the_engine_tells_a_neighbour_nothing() -> None:
    with builtin("english", until="listening") as engine:
        answer = as_neighbour(ENGINE_CLIENT, str(engine.port))
        assert answer.startswith("HTTP/1.1 401 ")
        assert engine.model_spec.name not in answer
        command_line = Path(f"/proc/{engine.process.pid}/cmdline").read_text()
        assert KEY not in command_line
