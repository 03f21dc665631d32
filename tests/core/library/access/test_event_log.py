"""The event log of a library: of limited size, private, and no trouble when the disk is."""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

import pytest

from core.library.access import event_log
from core.library.access.event_log import EventLog

LOGGER = logging.getLogger("core.store")


def test_it_rotates_and_keeps_the_file_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_log, "MAX_LOG_BYTES", 2000)
    with closing(EventLog(tmp_path)):
        for number in range(200):
            LOGGER.info("repaired file %03d", number)
    now, before = tmp_path / "logs" / "library.log", tmp_path / "logs" / "library.log.1"
    assert sorted((tmp_path / "logs").iterdir()) == [now, before]
    assert max(now.stat().st_size, before.stat().st_size) <= 2000
    lines = [*before.read_text(encoding="utf-8").splitlines(), *now.read_text(encoding="utf-8").splitlines()]
    assert [line.split()[-1] for line in lines] == [f"{number:03d}" for number in range(200 - len(lines), 200)]
    assert all(" INFO repaired file " in line for line in lines)


def test_a_folder_that_went_away_is_written_to_again(tmp_path: Path) -> None:
    with closing(EventLog(tmp_path)) as log:
        LOGGER.info("before")
        (tmp_path / "logs").rename(tmp_path / "removed")
        log.reopen()
        LOGGER.info("lost, which disturbs nothing")
        (tmp_path / "logs").mkdir()
        LOGGER.info("after")
    assert (tmp_path / "logs" / "library.log").read_text(encoding="utf-8").endswith("INFO after\n")
    LOGGER.info("closed")
    assert "closed" not in (tmp_path / "logs" / "library.log").read_text(encoding="utf-8")
