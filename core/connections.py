"""The list of every connection that Findling made, or tried to make, to another machine.

Whatever connects calls `record` before it does; a program that connects by itself is watched (`watch`). The list is one
file of the user's, a line of JSON for each entry. Nothing of it is ever sent anywhere.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import ipaddress
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO, Any, Literal, get_args

from core import paths
from core.private_files import private_folder

Purpose = Literal["model_download", "engine_download", "engine", "vector_store", "sign_in", "team_library"]

NAME = "connections.jsonl"
INTERVAL = 60.0  # seconds in which further connections for the same purpose to the same host share an entry
MAX_BYTES = 256 * 1024  # of the file; then the entries of each day are merged
PORTS = {"http": 80, "https": 443}
LOOPBACK_NAMES = ("", "localhost")


@dataclass(frozen=True, slots=True)
class Connection:
    """Connections to one host for one purpose: how many, the last one's time (seconds since 1970), and bytes.

    `host` is what was connected to, with its port: a proxy's if one was used. `about` names the model or the server.
    The bytes are those of requests and answers where they are known, else 0.
    """

    at: float
    host: str
    purpose: Purpose
    about: str = ""
    count: int = 1
    sent: int = 0
    received: int = 0

    def merged(self, other: Connection) -> Connection:
        """Both as one entry, with the time of the later one."""
        return replace(
            self,
            at=max(self.at, other.at),
            count=self.count + other.count,
            sent=self.sent + other.sent,
            received=self.received + other.received,
        )


Key = tuple[str, Purpose, str]


class _Pending:
    """The entries of this process that are not written yet, and when each kind of entry was last written."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.entries: dict[Key, Connection] = {}
        self.written: dict[Key, float] = {}


_pending = _Pending()


def record(
    host: str, port: int | str, purpose: Purpose, about: str = "", *, count: int = 1, sent: int = 0, received: int = 0
) -> None:
    """Record a connection to a host, or bytes on one that is recorded already (`count` 0).

    A connection to this machine is not recorded, and an error of the disk is not raised.
    """
    if not leaves_machine(host):
        return
    new = Connection(time.time(), f"{host}:{port}", purpose, about, count, sent, received)
    key: Key = (new.host, purpose, about)
    with _pending.lock:
        old = _pending.entries.get(key)
        _pending.entries[key] = new if old is None else old.merged(new)
        if time.monotonic() - _pending.written.get(key, -INTERVAL) >= INTERVAL:
            _write(key)


def flush() -> None:
    """Write what is not written yet."""
    with _pending.lock:
        for key in tuple(_pending.entries):
            _write(key)


atexit.register(flush)


def watch(purpose: Purpose, about: str) -> None:
    """Record from now on every connection that this process makes, by whatever library; it cannot be undone."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.getaddrinfo":
            record(_text(arguments[0]), arguments[1] or 0, purpose, about)

    sys.addaudithook(hook)


def recorded() -> list[Connection]:
    """All connections, newest first: one entry for each day, host, purpose and server or model."""
    flush()
    try:
        with open(_path(), encoding="utf-8") as file:
            found = list(_merged(_parsed(file)))
    except OSError:
        found = []
    return sorted(found, key=lambda one: one.at, reverse=True)


def leaves_machine(host: str) -> bool:
    """Whether a host, by name or address, is another machine than this one."""
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host.strip("[]").partition("%")[0])
        return not (address.is_loopback or address.is_unspecified)
    return host.lower() not in LOOPBACK_NAMES


def _path() -> Path:
    return paths.state_dir() / NAME


def _text(host: object) -> str:
    return host.decode("ascii", "backslashreplace") if isinstance(host, bytes) else str(host or "")


def _write(key: Key) -> None:
    entry = _pending.entries.pop(key)
    _pending.written[key] = time.monotonic()
    with contextlib.suppress(OSError), _locked(private_folder(paths.state_dir()) / NAME) as file:
        file.write(_line(entry))
        if file.tell() > MAX_BYTES:
            file.seek(0)
            kept = "".join(map(_line, _merged(_parsed(file))))
            file.seek(0)
            file.truncate()
            file.write(kept)


def _line(entry: Connection) -> str:
    return json.dumps(asdict(entry)) + "\n"


@contextmanager
def _locked(path: Path) -> Iterator[IO[str]]:
    """The file, to append to; other programs of the user's wait until it is closed."""
    with open(path, "a+", encoding="utf-8", opener=_private) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0, os.SEEK_END)
        yield file
        file.flush()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _parsed(lines: IO[str]) -> Iterator[Connection]:
    for line in lines:
        with contextlib.suppress(ValueError, TypeError):
            entry = Connection(**json.loads(line))
            if entry.purpose in get_args(Purpose):
                yield entry


def _merged(entries: Iterator[Connection]) -> Iterator[Connection]:
    merged: dict[tuple[date, Key], Connection] = {}
    for entry in entries:
        day = date.fromtimestamp(entry.at)  # noqa: DTZ012  a day as the user counts it
        key = (day, (entry.host, entry.purpose, entry.about))
        merged[key] = merged[key].merged(entry) if key in merged else entry
    yield from merged.values()
