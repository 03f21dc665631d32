"""Orphans: engine processes that outlived Findling. Recorded in a file while they run, killed at the next start.

The guard prevents most, but it can be killed together with Findling while SGLang's processes are still importing; they
would then never end.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from core.private_files import private_subfolder

PATTERN = "engine-*.pid"


@contextmanager
def noted(folder: Path, session: int) -> Iterator[None]:
    """Record a session leader in a file while it runs; a folder that cannot be written is no error."""
    note = folder / f"engine-{session}.pid"
    with contextlib.suppress(OSError):
        private_subfolder(folder)
        note.write_text(json.dumps(_described(session)), encoding="utf-8")
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)


def sweep(folder: Path) -> int:
    """Kill the orphans of earlier runs, never another program's processes; returns how many."""
    ended = 0
    for note in folder.glob(PATTERN):
        try:
            said = json.loads(note.read_text(encoding="utf-8"))
            owner, leader = (_identity(said[who]) for who in ("owner", "leader"))
            boot = str(said["boot"])
        except (OSError, ValueError, TypeError, LookupError):
            owner, leader, boot = None, None, ""
        if owner is not None and boot == _boot() and _started(owner[0]) == owner[1]:
            continue
        if leader is not None and boot == _boot():
            ended += _end(*leader)
        with contextlib.suppress(OSError):
            note.unlink()
    return ended


def _described(session: int) -> dict[str, object]:
    owner = os.getpid()
    return {"boot": _boot(), "owner": [owner, _started(owner)], "leader": [session, _started(session)]}


def _identity(pair: list[int]) -> tuple[int, int]:
    return int(pair[0]), int(pair[1])


def _end(session: int, started: int) -> int:
    """Kill every process of ours in a session, unless its pid was reused."""
    if _started(session) not in (None, started):
        return 0
    members = [process for process in psutil.process_iter() if _belongs(process.pid, session, started)]
    for process in members:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(members, timeout=5)
    return len(members)


def _belongs(pid: int, session: int, started: int) -> bool:
    try:
        process_started = _started(pid)
        is_ours = psutil.Process(pid).uids().real == os.getuid()
        return is_ours and os.getsid(pid) == session and process_started is not None and process_started >= started
    except (OSError, psutil.Error):
        return False


def _started(pid: int) -> int | None:
    """When a process was started, independent of clock changes; None if there is no such process."""
    try:
        if sys.platform == "linux":
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            return int(stat.rpartition(")")[2].split()[19])  # proc(5): field 22, ticks since boot
        return round(psutil.Process(pid).create_time())
    except (OSError, IndexError, ValueError, psutil.Error):
        return None


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return str(round(psutil.boot_time()))
