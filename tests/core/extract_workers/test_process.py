"""One worker process on a busy machine: what it said in time is received, and what it died of is told."""

from __future__ import annotations

import select
import sys
import time
from pathlib import Path

import psutil
import pytest

from core.chunk import ChunkingConfig
from core.extract.base import Limits
from core.extract_workers.messages import Configure, ReaderReady
from core.extract_workers.process import SECONDS_TO_END, WorkerDied, WorkerProcess
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

DAWDLING = f"""
import os, time
os.close(1)
end = time.monotonic() + {2 * SECONDS_TO_END}
while time.monotonic() < end:
    pass
os._exit(3)
"""
CONFIGURATION = Configure(ChunkingConfig("multilingual", 100, 10), Limits())


def test_what_it_has_said_is_received_after_the_deadline_too(tmp_path: Path) -> None:
    process = WorkerProcess(Limits(), (sys.executable, "-m", "tests.fakes.fake_extract_worker", str(tmp_path / "log")))
    try:
        process.send(CONFIGURATION)
        select.select([process._process.stdout], [], [])
        reply, _ = process.receive(time.monotonic() - 1)  # as if this thread had not run meanwhile
        assert isinstance(reply, ReaderReady)
    finally:
        process.close()


def test_one_that_takes_a_while_to_end_is_told_by_its_exit_code() -> None:
    process = WorkerProcess(Limits(), (sys.executable, "-c", DAWDLING))
    try:
        with pytest.raises(WorkerDied, match="ended with code 3"):
            process.receive(time.monotonic() + 120)
    finally:
        process.close()


def test_one_that_ends_while_it_is_asked_whether_it_runs_is_told_by_its_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process = WorkerProcess(Limits(), (sys.executable, "-c", DAWDLING))

    def asked_too_late() -> bool:
        wait_until(lambda: psutil.Process(process._process.pid).status() == psutil.STATUS_ZOMBIE, "it has ended")
        return False

    monkeypatch.setattr(process, "wants_to_run", asked_too_late)
    try:
        with pytest.raises(WorkerDied, match="ended with code 3"):
            process.receive(time.monotonic() + 120)
    finally:
        process.close()
