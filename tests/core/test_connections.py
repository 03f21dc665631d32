"""The list of connections: what gets into it, how it stays small, and that nothing connects without it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core import connections, paths
from core.connections import Connection, leaves_machine, record, recorded
from core.embed import Embedder
from core.engine.installing.uv import Uv
from core.engine.probe.http import Endpoint, ask
from core.errors import EngineError, SignInError
from core.models import ENGLISH
from core.sign_in.provider import discover

ROOT = Path(__file__).resolve().parents[2]
FAR = "192.0.2.1"  # for documentation only (RFC 5737): nobody answers there
# What can connect by itself, and the modules that may import it: each of them records, or reaches this machine only.
NETWORK = {"aiohttp", "ftplib", "http", "httpx", "httpx2", "openai", "requests", "smtplib", "socket", "ssl", "urllib3"}
NETWORK |= {
    "asyncio",
    "huggingface_hub",
    "modelscope_hub",
    "uvicorn",
    "grpc",
    "pymilvus",
    "xmlrpc",
    "urllib.request",
    "PySide6.QtNetwork",
}
CONNECTING = {
    "core/cli/provider.py": "the session bus",
    "core/connections.py": "is the list",
    "core/control_socket/app.py": "serves on a Unix socket",
    "core/control_socket/bearer.py": "reads keys by core/sign_in",
    "core/control_socket/client.py": "Unix sockets only",
    "core/control_socket/inherited.py": "a Unix socket that systemd passes",
    "core/control_socket/listener.py": "Unix sockets only",
    "core/control_socket/location.py": "Unix sockets only",
    "core/control_socket/remote.py": "serves, where it is asked to, who has the token",
    "core/control_socket/server.py": "serves on a Unix socket",
    "core/desktop_search/matches.py": "the session bus",
    "core/desktop_search/provider.py": "the session bus",
    "core/embed/batches.py": "types of the client's errors",
    "core/embed/embedder.py": "types of the client's errors",
    "core/embed/http_client.py": "records",
    "core/embed/responses.py": "types of the client's answers",
    "core/engine/builtin/app.py": "serves on loopback",
    "core/engine/builtin/connections.py": "serves on loopback",
    "core/engine/builtin/server.py": "serves on loopback",
    "core/engine/model_download/hubs.py": "is watched",
    "core/engine/probe/http.py": "records",
    "core/engine/sglang/backend.py": "looks for a free port of this machine",
    "core/extract_workers/process.py": "a pair of Unix sockets",
    "core/extract_workers/requests.py": "a pair of Unix sockets",
    "core/extract_workers/worker.py": "a pair of Unix sockets",
    "core/mcp/socket_server.py": "serves on a Unix socket",
    "core/processes/answer_socket.py": "a pair of Unix sockets",
    "core/processes/answering.py": "a pair of Unix sockets",
    "core/processes/channel.py": "a pair of Unix sockets",
    "core/processes/child.py": "a pair of Unix sockets",
    "core/limited_http.py": "serves on loopback, or on a Unix socket",
    "core/sign_in/browser.py": "serves on loopback, while somebody signs in",
    "core/sign_in/web.py": "records",
    "core/store/vector_servers/chroma.py": "records",
    "core/store/vector_servers/milvus.py": "records",
    "core/team/client.py": "types of the answers",
    "core/team/connection.py": "records",
    "gui/app/crash_hooks.py": "a pair of Unix sockets",
    "gui/app/display_check.py": "the display's Unix socket",
    "gui/app/single_instance.py": "Unix sockets only",
    "gui/hotkey/portal.py": "the session bus",
    "gui/portals/appearance.py": "the session bus",
    "gui/portals/background.py": "the session bus",
    "gui/portals/listener.py": "the session bus",
    "gui/portals/request.py": "the session bus",
    "gui/runtime/notifications.py": "the session bus",
}


def the_file() -> Path:
    return paths.state_dir() / connections.NAME


def test_nothing_is_recorded_at_first() -> None:
    assert recorded() == []
    assert not the_file().exists()


def test_a_connection_is_on_the_disk_before_it_is_made() -> None:
    record("hub.example", 443, "model_download", "a model")
    assert json.loads(the_file().read_text())["host"] == "hub.example:443"
    assert the_file().stat().st_mode & 0o777 == 0o600
    assert the_file().parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("host", ["", "localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "0.0.0.0"])
def test_this_machine_is_not_recorded(host: str) -> None:
    record(host, 80, "engine")
    assert recorded() == []


@pytest.mark.parametrize(
    "host", ["192.168.1.4", "10.0.0.1", "fe80::1%eth0", "2001:db8::1", "nas", "a.localhost.example"]
)
def test_every_other_machine_leaves_it(host: str) -> None:
    assert leaves_machine(host)


def test_many_connections_are_one_entry_that_counts_them() -> None:
    for _ in range(1000):
        record("server.example", 8000, "engine", "server.example:8000", sent=10, received=20)
    assert len(the_file().read_text().splitlines()) == 1
    (entry,) = recorded()
    assert (entry.count, entry.sent, entry.received) == (1000, 10_000, 20_000)
    assert abs(entry.at - time.time()) < 60


def test_the_newest_comes_first_and_each_day_has_its_own_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(3):
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda day=day: 1_750_000_000 + day * 86_400)
            record("one.example", 443, "model_download")
            record("two.example", 443, "engine_download")
            connections.flush()
    assert [entry.at for entry in recorded()] == sorted((entry.at for entry in recorded()), reverse=True)
    assert len(recorded()) == 6


def test_damaged_lines_are_passed_over() -> None:
    record("one.example", 443, "engine")
    with the_file().open("a") as file:
        file.write('half a line {"at"\n[]\n{"at": 1}\n')
    assert [entry.host for entry in recorded()] == ["one.example:443"]


def test_a_long_list_is_merged_by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_BYTES", 2000)
    monkeypatch.setattr(connections, "INTERVAL", 0.0)
    for _ in range(200):
        record("server.example", 8000, "engine", sent=1)
    assert the_file().stat().st_size < 2500
    (entry,) = recorded()
    assert (entry.count, entry.sent) == (200, 200)


def test_a_folder_that_cannot_be_written_is_no_error() -> None:
    the_file().parent.parent.mkdir(parents=True, exist_ok=True)
    the_file().parent.write_text("a file where the folder should be")
    record("one.example", 443, "engine")
    assert recorded() == []


def test_two_processes_write_one_list() -> None:
    code = "from core.connections import record\nfor at in range(50): record(f'h{at}.example', 1, 'engine')"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert sorted({entry.count for entry in recorded()}) == [3]
    assert len(recorded()) == 50


def test_a_watched_program_is_recorded_whatever_connects() -> None:
    code = f"""
import socket, urllib.request
from core import connections
connections.watch("model_download", "a model")
socket.setdefaulttimeout(0.01)
for host in ("{FAR}", "127.0.0.1"):
    try:
        urllib.request.urlopen(f"http://{{host}}:9/x", timeout=0.01)
    except OSError:
        pass
"""
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    (entry,) = recorded()
    assert (entry.host, entry.purpose, entry.about) == (f"{FAR}:9", "model_download", "a model")


def test_a_server_elsewhere_is_recorded_by_the_check_and_by_the_client(outward_calls: list[str]) -> None:
    url = f"http://{FAR}:9/v1"
    with pytest.raises(EngineError):
        ask(Endpoint(url, "", ENGLISH), "/models", None, 0.01)
    embedder = Embedder(url, "", ENGLISH)
    with pytest.raises(EngineError):
        embedder._request(["text"], 0.01)
    embedder.close()
    outward_calls.clear()  # refused, as they should be in a test
    (entry,) = recorded()
    assert (entry.host, entry.purpose, entry.count) == (f"{FAR}:9", "engine", 2)


def test_a_sign_in_is_recorded(outward_calls: list[str]) -> None:
    with pytest.raises(SignInError, match="does not answer"):
        discover(f"https://{FAR}:9/realm")
    outward_calls.clear()
    (entry,) = recorded()
    assert (entry.host, entry.purpose, entry.about, entry.count) == (f"{FAR}:9", "sign_in", FAR, 1)


def test_what_can_connect_is_known() -> None:
    """A new module that imports something of the network must be looked at, and named above."""
    found = {str(path.relative_to(ROOT)) for path in _modules() if _imports(path) & NETWORK}
    assert found - set(CONNECTING) == set()
    assert {path for path in CONNECTING if not (ROOT / path).exists()} == set()


def _modules() -> list[Path]:
    return [path for folder in ("core", "gui") for path in (ROOT / folder).rglob("*.py")]


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names | {name.partition(".")[0] for name in names}


def test_entries_are_values() -> None:
    first, second = Connection(1.0, "a", "engine", sent=1), Connection(2.0, "a", "engine", received=2)
    assert first.merged(second) == second.merged(first) == Connection(2.0, "a", "engine", "", 2, 1, 2)


def test_the_hosts_that_the_installer_names_are_recorded(tmp_path: Path) -> None:
    installer = Uv(tmp_path, "", threading.Event())
    for line in (
        "DEBUG No cache entry for: https://nowhere.example/simple/ninja/",
        "DEBUG Sending fresh GET request for: https://pypi.org/simple/ninja/",
        "DEBUG Sending fresh HEAD request for: https://files.pythonhosted.org/packages/6e/ninja.whl",
        "DEBUG Sending fresh GET request for: http://127.0.0.1:8080/simple/ninja/",
        "DEBUG Downloading `https://releases.astral.sh/github/cpython-3.12.16.tar.gz`",
        "Downloading ninja (1.2MiB)",
    ):
        installer._line(line)
    assert {entry.host for entry in recorded()} == {
        "pypi.org:443",
        "files.pythonhosted.org:443",
        "releases.astral.sh:443",
    }
    assert {entry.purpose for entry in recorded()} == {"engine_download"}
    assert installer.fetching == ["ninja"]
