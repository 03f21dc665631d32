"""The installer uv as a program: finds or downloads an interpreter, makes and fills an environment."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import uv

from core import connections, paths
from core.engine.installing.lockfile import Lockfile
from core.errors import EngineError, StorageFullError
from core.processes import run

# Variables that the user may have set for other environments. Package indexes of their own are kept.
EXCLUDED_VARIABLES = (
    *("UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_TARGET", "UV_PREFIX", "UV_NO_CACHE", "UV_LINK_MODE", "UV_EXCLUDE_NEWER"),
    *("UV_PROJECT_ENVIRONMENT", "UV_NO_BINARY", "UV_CONSTRAINT", "UV_OVERRIDE", "UV_NO_INSTALL", "UV_MANAGED_PYTHON"),
    *("UV_NO_MANAGED_PYTHON", "UV_NO_BUILD_PACKAGE", "UV_NO_BINARY_PACKAGE", "UV_REQUIRE_HASHES", "UV_RESOLUTION"),
)
HEADERS = "import os,sysconfig; print(os.path.exists(os.path.join(sysconfig.get_paths()['include'], 'Python.h')))"
ASKED = re.compile(r"^DEBUG (?:.* request for: |Downloading )`?(https?://[^`\s]+)")
FOR: tuple[connections.Purpose, str] = ("engine_download", "SGLang")
FETCHING = re.compile(r"^Downloading (\S+) \(.*\)$")
FETCHED = re.compile(r"^ ?Downloaded (\S+)$")

NETWORK = re.compile(
    r"failed to fetch|error sending request|dns error|connection|timed out|timeout|unreachable|tls|certificate"
    r"|failed to download|http status",
    re.IGNORECASE,
)


class Uv:
    """uv with its cache and interpreters in `folder`; `fetching` are the packages being downloaded."""

    def __init__(self, folder: Path, proxy: str, cancelled: threading.Event) -> None:
        self.cache = folder / "cache"
        self.fetching: list[str] = []
        self._cancelled = cancelled
        self._last: deque[str] = deque(maxlen=40)
        self._environment = run.variables(
            proxy,
            {
                "UV_CACHE_DIR": str(self.cache),
                "UV_PYTHON_INSTALL_DIR": str(folder / "python"),
                "UV_PYTHON_INSTALL_BIN": "0",
                "UV_NO_PROGRESS": "1",
                "UV_HTTP_TIMEOUT": "60",
                "NO_COLOR": "1",
                "RUST_LOG": "uv_client=debug,uv_python=debug",  # names the addresses
            },
        )
        for name in EXCLUDED_VARIABLES:
            self._environment.pop(name, None)

    def interpreter(self, lockfile: Lockfile) -> str:
        """An interpreter for the lockfile: Findling's own, another of this machine, or a downloaded one.

        Raises EngineError, StorageFullError, Cancelled.
        """
        for path, version in self._interpreters():
            if version in lockfile.pythons and _suits(path, headers=lockfile.headers):
                return path
        self._run(["python", "install", lockfile.pythons[-1]])
        return self._output_of("python", "find", "--managed-python", lockfile.pythons[-1])

    def _interpreters(self) -> Iterator[tuple[str, str]]:
        own = f"{sys.version_info.major}.{sys.version_info.minor}"
        yield str(Path(sys.base_prefix, "bin", f"python{own}")), own
        for other in json.loads(
            self._output_of("python", "list", "--only-installed", "--output-format", "json") or "[]"
        ):
            if other["implementation"] == "cpython":
                yield other["path"], f"{other['version_parts']['major']}.{other['version_parts']['minor']}"

    def _output_of(self, *arguments: str) -> str:
        """The output of a uv command that needs no network, "" if it fails."""
        command = [program(), *arguments]
        done = subprocess.run(  # uv reads settings in the current folder and above
            command, env=self._environment, cwd=paths.resources().parent, capture_output=True, text=True, check=False
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    def make(self, folder: Path, python: str) -> None:
        """Make an empty environment; raises EngineError, StorageFullError, Cancelled."""
        self._run(["venv", "--clear", "--no-project", "--python", python, str(folder)])

    def fill(self, folder: Path, lockfile: Lockfile, tick: Callable[[], None]) -> None:
        """Download the lockfile's packages and install them into an environment; raises as `make`."""
        command = ["pip", "sync", "--python", str(folder / "bin" / "python"), "--require-hashes", "--no-build"]
        self._run([*command, str(lockfile.requirements)], tick)

    def forget(self, packages: set[str]) -> None:
        """Drop packages from the cache, so that they are downloaded again."""
        self._run(["cache", "clean", *sorted(packages)])

    def _run(self, arguments: list[str], tick: Callable[[], None] = lambda: None) -> None:
        self._last.clear()
        self.fetching.clear()

        def line(text: str) -> None:
            self._line(text)
            tick()

        try:
            code = run.run([program(), *arguments], self._environment, self._cancelled, on_line=line, on_tick=tick)
        except OSError as error:
            raise EngineError("install.no_installer") from error
        if code:
            raise trouble(list(self._last))

    def _line(self, text: str) -> None:
        if text.startswith("DEBUG "):
            if asked := ASKED.match(text):
                parts = urlsplit(asked[1])
                connections.record(parts.hostname or "", parts.port or connections.PORTS[parts.scheme], *FOR)
            return
        self._last.append(text)
        if started := FETCHING.match(text):
            self.fetching.append(started[1])
        elif (finished := FETCHED.match(text)) and finished[1] in self.fetching:
            self.fetching.remove(finished[1])


def program() -> str:
    """The uv of this installation, else the system's; raises EngineError where there is none."""
    try:
        return uv.find_uv_bin()
    except FileNotFoundError as error:
        if system := shutil.which("uv"):
            return system
        raise EngineError("install.needs_uv") from error


def _suits(python: str, *, headers: bool) -> bool:
    try:
        done = subprocess.run([python, "-I", "-c", HEADERS], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and (done.stdout.strip() == b"True" or not headers)


def trouble(lines: list[str]) -> EngineError | StorageFullError:
    """The error that uv's last lines describe."""
    text = "\n".join(lines)
    if re.search(r"no space left|os error 28|disk quota", text, re.IGNORECASE):
        return StorageFullError("install.disk_full")
    if "Hash mismatch" in text:
        what = re.search(r"Hash mismatch for `?([\w.-]+)", text)
        return EngineError("install.checksum", package=what[1] if what else "?")
    if re.search(r"permission denied|read-only file system", text, re.IGNORECASE):
        return EngineError("install.unwritable")
    reason = next((line for line in reversed(lines) if re.search(r"cause|caused by|error", line, re.IGNORECASE)), "")
    reason = re.sub(r"^\W*(error|cause|caused by):\s*", "", reason.strip(), flags=re.IGNORECASE).rstrip(".")
    if NETWORK.search(text):
        return EngineError("install.network", reason=reason or "?")
    return EngineError("install.failed", reason=reason or "?")
