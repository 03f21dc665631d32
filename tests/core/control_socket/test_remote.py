"""The API over TCP: with TLS and a token only, and reading only."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.control_socket import ControlSocket
from core.control_socket.operation import NoValue, Operation
from core.control_socket.remote import RemoteAccess, RemoteServer
from core.errors import BadInputError

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl for a certificate")


@pytest.fixture
def access(tmp_path: Path) -> RemoteAccess:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, *names, "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return RemoteAccess("127.0.0.1", 0, certificate, key, tmp_path / "token")


@pytest.fixture
def server(access: RemoteAccess, tmp_path: Path) -> Iterator[RemoteServer]:
    control = ControlSocket(tmp_path / "library")
    control.register(
        Operation("answer", "Answers.", lambda _request: {"value": 1}, NoValue, dict[str, int], "GET"),
        Operation("change", "Changes something.", lambda _request: {"value": 2}, NoValue, dict[str, int]),
    )
    with closing(RemoteServer(access, lambda: control.operations)) as served:
        yield served


def answer(access: RemoteAccess, port: int, path: str, token: str | None, body: bytes | None = None) -> tuple[int, str]:
    """(status, body) of a request over TLS."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"https://127.0.0.1:{port}/v1/{path}", body, headers)
    try:
        with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=access.certificate)) as got:
            return got.status, got.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_only_who_has_the_token_is_answered_and_changes_nothing(access: RemoteAccess, server: RemoteServer) -> None:
    token = access.token_file.read_text().strip()
    assert len(token) >= 32
    assert access.token_file.stat().st_mode & 0o777 == 0o600
    assert answer(access, server.port, "answer", token) == (200, '{"value": 1}')
    for wrong in (None, "", token[:-1], f"{token}x"):
        status, body = answer(access, server.port, "answer", wrong)
        assert (status, json.loads(body)["error"]["code"]) == (401, "unauthorized")
    assert answer(access, server.port, "change", token, b"{}")[0] == 404
    assert "/v1/change" not in json.loads(answer(access, server.port, "openapi.json", token)[1])["paths"]
    with pytest.raises(OSError, match=r"closed|reset"):
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/v1/answer")


def test_what_is_not_private_or_missing_is_refused(access: RemoteAccess, tmp_path: Path) -> None:
    access.token_file.write_text("a token that others can read")
    access.token_file.chmod(0o644)
    with pytest.raises(BadInputError, match="other users"):
        RemoteServer(access, dict)
    access.token_file.chmod(0o600)
    access.token_file.write_text("short")
    with pytest.raises(BadInputError, match="16"):
        RemoteServer(access, dict)
    access.token_file.unlink()
    missing = RemoteAccess("127.0.0.1", 0, tmp_path / "nowhere", access.key, access.token_file)
    with pytest.raises(BadInputError, match="certificate"):
        RemoteServer(missing, dict)
    elsewhere = RemoteAccess("192.0.2.1", 4, access.certificate, access.key, access.token_file)
    with pytest.raises(BadInputError, match=r"192\.0\.2\.1"):
        RemoteServer(elsewhere, dict)
