"""The scripts of the chart, each as its container starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core.control_socket import ControlSocket
from core.control_socket.remote import RemoteAccess, RemoteServer
from core.control_socket.users import UserTokens, add_token
from tests.builders.ports import free_port
from tests.packaging.kubernetes.chart import CHART
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

FILES = CHART / "files"


def test_a_copy_is_private_and_follows_its_secret(tmp_path: Path) -> None:
    users, secret, private = tmp_path / "users", tmp_path / "secret", tmp_path / "private"
    token = add_token(users, "ann")
    secret.write_bytes(users.read_bytes())
    secret.chmod(0o440)
    process = subprocess.Popen([sys.executable, "-I", "-S", FILES / "private_copy.py", secret, private])
    try:
        wait_until(private.exists, "the copy is there")
        assert private.stat().st_mode & 0o777 == 0o600
        assert UserTokens(private).name_of(token) == "ann"
        secret.chmod(0o640)
        secret.write_text("")
        wait_until(lambda: UserTokens(private).name_of(token) is None, "the copy follows")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


def test_a_probe_takes_a_refusal_for_an_answer(tmp_path: Path) -> None:
    certificate, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*made, "-out", certificate, "-keyout", key], check=True, capture_output=True)

    def probe(port: int) -> int:
        command = [sys.executable, "-I", "-S", FILES / "probe.py", str(port)]
        return subprocess.run(command, capture_output=True, check=False).returncode

    access = RemoteAccess("127.0.0.1", 0, certificate, key, tmp_path / "token")
    control = ControlSocket(tmp_path / "library")
    with closing(RemoteServer(access, lambda: control.operations)) as server:
        assert probe(server.port) == 0
    assert probe(free_port()) == 1


def test_settings_and_folders_of_the_chart_become_the_librarys(tmp_path: Path) -> None:
    library, documents, given = tmp_path / "library", tmp_path / "documents", tmp_path / "library.json"
    documents.mkdir()
    settings = {"engine": "remote", "remote_url": f"http://127.0.0.1:{free_port()}/v1", "watch": False}
    content = {"format": "findling-export", "version": 1, "settings": settings, "folders": [{"path": str(documents)}]}
    given.write_text(json.dumps(content))
    private = tmp_path / "private.json"

    def configure() -> str:
        variables = {**os.environ, "FINDLING_LIBRARY": str(library), "ENGINE_KEY": "secret\n", "LANGUAGE": "en"}
        run = [sys.executable, "-I", FILES / "configure.py", given, private]
        return subprocess.run(run, env=variables, check=True, capture_output=True, text=True).stdout

    assert "folder" in configure()
    assert private.stat().st_mode & 0o777 == 0o600
    found = json.loads((library / "settings.json").read_text())
    assert {name: found[name] for name in (*settings, "remote_key")} == settings | {"remote_key": "secret"}
    assert "everything" in configure()
