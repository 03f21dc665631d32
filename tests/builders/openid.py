"""A provider of OpenID Connect as a program of its own, and a browser for it."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.builders.ports import free_port
from tests.waiting import StallWatch

FAKE = Path(__file__).parents[1] / "fakes" / "openid_provider.py"
CLIENT = "findling"


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, *names, "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return certificate, key


class OpenIdProvider:
    """The provider of `tests/fakes/openid_provider.py`; who trusts `certificate` can talk to it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.certificate, self._key = make_certificate(folder)
        self.issuer = f"https://127.0.0.1:{self._port}"
        self._context = ssl.create_default_context(cafile=self.certificate)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, FAKE, str(self._port), self.certificate, self._key]
        with open(self._folder / "provider.log", "ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        watch = StallWatch("the provider answers")
        while not listens(self._port):
            assert self._process.poll() is None, (self._folder / "provider.log").read_text()
            watch.check()
            time.sleep(0.05)

    def stop(self) -> None:
        """End it; it forgets all."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def control(self, name: str, **facts: Any) -> dict[str, Any]:
        """Set something (`set`), make a new key (`rotate`), sign claims (`sign`), type in a device code (`type`)."""
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.issuer}/control/{name}", json.dumps(facts).encode(), headers)
        with urllib.request.urlopen(request, context=self._context) as answer:
            return json.load(answer)

    def token(self, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """An ID token of the provider for `nobody`, with other claims, or without those that are None."""
        now = int(time.time())
        all_claims = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300}
        all_claims |= {"preferred_username": "nobody"} | claims
        kept = {name: value for name, value in all_claims.items() if value is not None}
        return str(self.control("sign", claims=kept, header=header or {})["token"])

    def browse(self, url: str) -> tuple[int, str]:
        """(status, page) of what a browser shows in the end."""
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=self._context))
        try:
            with opener.open(url) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


def listens(port: int) -> bool:
    """Whether a server on this computer takes connections."""
    try:
        socket.create_connection(("127.0.0.1", port), 1.0).close()
    except OSError:
        return False
    return True
