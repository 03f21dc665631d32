"""A team library: `findling serve --listen` in a process of its own, over TLS, for two people with different rights."""

from __future__ import annotations

import getpass
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import paths
from core import settings as settings_file
from core.control_socket import NotAnsweredError, RefusedError, ask
from core.control_socket.users import add_token
from core.errors import TeamLibraryError
from core.settings import Settings
from core.team import TeamClient, TeamLibrary
from tests.builders.ports import free_port
from tests.waiting import wait_until

OWNER, OTHER = getpass.getuser(), "nobody"  # the other may read only what everybody may
TEXTS = {
    "minutes.txt": "The harbour council meets on Tuesday about the lease of the quay.",
    "bread.txt": "Bread is baked in the old mill by the river.",
    "salaries.txt": "Salaries of the harbour council are confidential.",
}
PRIVATE = "salaries.txt"  # of the owner alone


class TeamServer:
    """Serves the `folder` with TEXTS; `tokens` are those of OWNER and OTHER."""

    def __init__(self, place: Path, settings: Settings) -> None:
        place.chmod(0o755)
        self.folder, self._library = place / "files", place / "library"
        self.folder.mkdir(mode=0o755)
        for name, text in TEXTS.items():
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o600 if name == PRIVATE else 0o644)
        self._library.mkdir(mode=0o700)
        settings_file.save(settings, self._library / settings_file.SETTINGS_NAME)
        self.certificate, self._key = make_certificate(place)
        self._users = place / "users"
        self.tokens = {name: add_token(self._users, name) for name in (OWNER, OTHER)}
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"https://localhost:{self._port}"

    def library(self) -> TeamLibrary:
        """The team library as it is added in the window."""
        return TeamLibrary("Harbour", self.address, str(self.certificate), is_asked=True)

    def start(self) -> None:
        """Serve, and wait until the folder can be searched."""
        listen = ["--listen", f"127.0.0.1:{self._port}", "--certificate", self.certificate, "--key", self._key]
        command = [sys.executable, "-m", "core", "serve", "--library", self._library, *listen, "--users", self._users]
        self._process = subprocess.Popen(command, cwd=paths.resources().parent, stderr=subprocess.DEVNULL)
        wait_until(self._answers, "the team library answers")
        ask(self._library, "POST", "folders/add", {"path": str(self.folder)})
        wait_until(lambda: (self.found(OWNER), self.found(OTHER)) == (3, 2), "the team library is indexed")

    def stop(self) -> None:
        """End it, as on a signal."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait()
            self._process = None

    def revoke(self, name: str) -> None:
        """Take a person's tokens away."""
        lines = self._users.read_text().splitlines()
        self._users.write_text("".join(f"{line}\n" for line in lines if not line.startswith(f"{name} ")))

    def found(self, name: str) -> int:
        """How many of the documents a person finds by their words."""
        try:
            *_, last = TeamClient(self.library(), self.tokens[name]).search_steps("the OR are", 10)
        except TeamLibraryError:
            return -1
        return len(last.hits)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None
        try:
            return bool(json.loads(ask(self._library, "GET", "status")))
        except (NotAnsweredError, RefusedError):
            return False


def make_certificate(place: Path) -> tuple[Path, Path]:
    """(certificate, key) for localhost."""
    certificate, key = place / "certificate.pem", place / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, *names, "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return certificate, key


@contextmanager
def team_server(settings: Settings) -> Iterator[TeamServer]:
    """A team library that is being served; its embedding engine is that of the settings."""
    with tempfile.TemporaryDirectory(prefix="team-", ignore_cleanup_errors=True) as place:
        server = TeamServer(Path(os.path.realpath(place)), settings)
        try:
            server.start()
            yield server
        finally:
            server.stop()
