"""Runs a program where only loopback is there, under a tracer, with an environment that means it ill."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.tools.silence.trace import Attempt, attempts

ROOT = Path(__file__).resolve().parents[3]
FAR = "203.0.113.9"  # for documentation only (RFC 5737)
PROXY = f"http://{FAR}:3128"
# What a shell profile, a company's settings or an attacker may have set; none of it may change anything.
HOSTILE = {
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "FTP_PROXY"), PROXY),
    **dict.fromkeys(("ALL_PROXY", "all_proxy"), f"socks5://{FAR}:1080"),
    "NO_PROXY": "",
    "no_proxy": "",
    "OPENAI_BASE_URL": f"http://{FAR}/v1",
    "OPENAI_API_KEY": "another-key",
    "OPENAI_ADMIN_KEY": "another-key",
    "OPENAI_ORG_ID": "another",
    "OPENAI_PROJECT_ID": "another",
    "OPENAI_PROXY": PROXY,
    "OPENAI_CUSTOM_HEADERS": f"Authorization: Bearer another-key\nHost: {FAR}",
    "SSL_CERT_FILE": "/nowhere/at/all.pem",
    "SSL_CERT_DIR": "/nowhere/at/all",
    "REQUESTS_CA_BUNDLE": "/nowhere/at/all.pem",
    "CURL_CA_BUNDLE": "/nowhere/at/all.pem",
    "HF_ENDPOINT": f"http://{FAR}",
    "HF_TOKEN": "another-key",
    "MODELSCOPE_DOMAIN": FAR,
    "PIP_INDEX_URL": f"http://{FAR}/simple",
    "UV_DEFAULT_INDEX": f"http://{FAR}/simple",
    "WEB_CONCURRENCY": "7",
    "FORWARDED_ALLOW_IPS": "*",
}
UP = 'ip link set lo up 2>/dev/null || true; exec "$@"'


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a traced program ended: its exit code, its output, and what it wanted of the network."""

    code: int
    output: str
    attempts: tuple[Attempt, ...]
    calls: int


def why_impossible() -> str:
    """Why this machine cannot run it, "" if it can: it needs Linux, strace, and a network namespace."""
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    for program in ("strace", "unshare"):
        if shutil.which(program) is None:
            return f"{program} is missing"
    tried = subprocess.run([*_namespace(), "strace", "-qq", "true"], capture_output=True, text=True, check=False)
    return tried.stderr.strip() or f"exit code {tried.returncode}" if tried.returncode else ""


def traced(
    command: Sequence[str], home: Path, *, hostile: bool = True, variables: Mapping[str, str] | None = None
) -> Outcome:
    """Run a program to its end, with a home folder of its own."""
    environment = _clean() | {"HOME": str(home), "PYTHONPATH": str(ROOT), "XDG_RUNTIME_DIR": _runtime(home)}
    environment |= (HOSTILE if hostile else {}) | dict(variables or {})
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "trace"
        tracer = ["strace", "-f", "-qq", "-s", "200", "-e", "trace=%network", "-e", "signal=none", "-o", str(log)]
        done = subprocess.run(
            [*_namespace(), *tracer, *command],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return Outcome(done.returncode, done.stdout, tuple(attempts(lines, [str(home)])), len(lines))


def _namespace() -> list[str]:
    """The start of a command that runs in a network namespace of its own, whose loopback works."""
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--net", *as_root, "sh", "-c", UP, "sh"]


def _clean() -> dict[str, str]:
    """This environment without what is about a session, a network or Findling."""
    about = ("XDG_", "DBUS_", "FINDLING_", "OPENAI_", "HF_", "PYTEST_", "COV_", "SSL_", "UV_", "PIP_")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(about) and not name.lower().endswith("_proxy")
    }


def _runtime(home: Path) -> str:
    folder = home / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    return str(folder)
