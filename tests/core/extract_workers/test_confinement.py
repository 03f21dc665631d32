"""Where the system cannot confine readers, Findling says so and works all the same."""

from __future__ import annotations

import json
import logging
import os
import queue
import sys
from pathlib import Path

import pytest

from core.chunk import ChunkingConfig
from core.cli.main import main
from core.extract_workers import ExtractionJob, ExtractionResult, WorkerPool, confinement
from core.library import Library
from core.processes.sandbox import SandboxSupport
from tests.builders.large_trees import without_engine

UNCONFINED = (sys.executable, "-m", "tests.fakes.unconfined_worker")
SAID = "This system cannot confine the processes that read your documents"


@pytest.fixture
def no_support(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "available", lambda: SandboxSupport(0, seccomp=True))


@pytest.mark.usefixtures("no_support")
def test_status_and_doctor_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Library.open(tmp_path / "library", without_engine()).close()
    assert main(["status", "--library", str(tmp_path / "library")]) == 0
    assert SAID in capsys.readouterr().out
    assert main(["status", "--json", "--library", str(tmp_path / "library")]) == 0
    assert json.loads(capsys.readouterr().out)["readers_confined"] is False
    assert main(["doctor", "--library", str(tmp_path / "library")]) == 0
    shown = capsys.readouterr().out
    assert SAID in shown
    assert "Everything is consistent." in shown


def test_where_readers_are_confined_nothing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confinement, "available", lambda: SandboxSupport(1, seccomp=True))
    Library.open(tmp_path / "library", without_engine()).close()
    assert main(["status", "--library", str(tmp_path / "library")]) == 0
    assert main(["doctor", "--library", str(tmp_path / "library")]) == 0
    assert SAID not in capsys.readouterr().out


@pytest.mark.slow
def test_it_is_logged_once_and_files_are_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    confinement.log_unconfined.cache_clear()
    (tmp_path / "a.txt").write_text("A quiet document.")
    results: queue.Queue[ExtractionResult] = queue.Queue()
    with caplog.at_level(logging.WARNING, "core"):
        for _ in range(2):
            pool = WorkerPool(1, ChunkingConfig("english", 60, 10), results.put, command=UNCONFINED)
            try:
                pool.submit(ExtractionJob(1, os.fsencode(tmp_path / "a.txt"), 0))
                result = results.get(timeout=60)
            finally:
                pool.close()
            assert result.document is not None
    assert [record.message for record in caplog.records if "not confined" in record.message] == [
        f"Readers are limited, but not confined: {confinement.available()}"
    ]
