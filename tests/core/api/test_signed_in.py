"""A person who signs in finds what they may read, as the manual shows it: program, provider and client over TLS."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import paths
from core.cli.main import main
from core.settings import save
from core.sign_in import Accounts, Attempt, Provider
from tests.builders.large_trees import without_engine
from tests.builders.openid import OpenIdProvider
from tests.waiting import wait_until

MANUAL = (paths.resources() / "help" / "en" / "other-programs.md").read_text(encoding="utf-8")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl for a certificate"),
]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that others can reach, which a test's own is not."""
    with tempfile.TemporaryDirectory(prefix="people-") as name:
        place = Path(name)
        (place / "docs").mkdir()
        for folder in (place, place / "docs"):
            folder.chmod(0o755)
        for file, mode in (("open", 0o644), ("closed", 0o600)):
            (place / "docs" / f"{file}.txt").write_text(f"The harbour is {file}.")
            (place / "docs" / f"{file}.txt").chmod(mode)
        (place / "library").mkdir()
        save(without_engine(), place / "library" / paths.SETTINGS_NAME)
        yield place


def test_sign_in_and_search(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = OpenIdProvider(tmp_path)
    for name in ("certificate.pem", "key.pem"):
        shutil.copy(tmp_path / name, place / name)
    monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
    service.start()
    library = str(place / "library")
    assert main(["index", "--until", "words", str(place / "docs"), "--library", library]) == 0
    (serve,) = (
        line for line in MANUAL.splitlines() if line.startswith("findling serve --listen") and "--issuer" in line
    )
    shown = serve.replace(":8443", ":0").replace("https://login.example.org/realms/office", service.issuer)
    command = [sys.executable, "-m", "core", *shlex.split(shown)[1:], "--library", library]
    environment = os.environ | {"PYTHONPATH": str(paths.resources().parent)}
    with subprocess.Popen(command, cwd=place, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            said = next(line for line in process.stderr if "https://" in line)
            server = f"https://localhost:{said.rpartition(':')[2].strip().rstrip('.')}"
            context = ssl.create_default_context(cafile=service.certificate)

            def answer(path: str, **headers: str) -> dict[str, object]:
                request = urllib.request.Request(f"{server}/v1/{path}", None, headers)
                with urllib.request.urlopen(request, context=context) as got:
                    return json.load(got)

            provider, accounts = Provider.of(answer("sign-in")), Accounts()
            attempt = Attempt(provider)
            wait_until(lambda: attempt.prompt or attempt.done, "a prompt")
            assert attempt.prompt is not None
            service.browse(attempt.prompt.url)
            wait_until(lambda: attempt.done, "a result")
            attempt.join()
            accounts.keep(server, provider, attempt.result())

            def found() -> list[str]:
                hits = answer("search?q=harbour", Authorization=f"Bearer {accounts.bearer(server)}")["hits"]
                assert isinstance(hits, list)
                return [hit["title"] for hit in hits]

            wait_until(lambda: found() == ["open.txt"], "what nobody may read")
        finally:
            process.terminate()
            process.communicate()
            service.stop()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "alone is not enough"),
        (["--issuer", "http://login.example.org", "--client-id", "x"], "http://login.example.org cannot be used"),
        (["--issuer", "https://login.example.org"], "https://login.example.org cannot be used"),
        (["--issuer", "https://login.example.org", "--client-id", "x", "--token-file", "t"], "alone is not enough"),
    ],
)
def test_options_that_are_not_enough(more: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--listen", "127.0.0.1:0", "--certificate", "c", "--key", "k", *more]) != 0
    assert said in capsys.readouterr().err
