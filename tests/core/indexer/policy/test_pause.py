"""The stored pause: restarts of the program, and changes of the clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.events import PauseState
from core.indexer.policy.pause import PAUSE_FILE, StoredPause

NOON = 1_700_000_000.0


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


def test_a_pause_until_further_notice_holds_in_the_next_program_until_somebody_ends_it(tmp_path: Path) -> None:
    StoredPause(tmp_path / PAUSE_FILE).begin(None)
    again = StoredPause(tmp_path / PAUSE_FILE)
    assert again.state == PauseState("paused")
    assert again.remaining() is None
    again.end()
    assert StoredPause(tmp_path / PAUSE_FILE).state is None
    assert list(tmp_path.iterdir()) == []


def test_a_pause_of_two_hours_ends_after_two_hours_though_the_program_was_closed_meanwhile(tmp_path: Path) -> None:
    clock = Clock()
    StoredPause(tmp_path / PAUSE_FILE, clock=clock).begin(7200)
    clock.now += 3600
    again = StoredPause(tmp_path / PAUSE_FILE, clock=clock)
    assert again.state == PauseState("paused", NOON + 7200)
    assert again.remaining() == 3600
    clock.now += 3600
    assert again.state is None
    assert StoredPause(tmp_path / PAUSE_FILE, clock=clock).state is None


@pytest.mark.parametrize("back", [86_400.0, 400 * 86_400.0])
def test_a_clock_that_was_set_back_does_not_make_two_hours_a_day(tmp_path: Path, back: float) -> None:
    clock = Clock()
    StoredPause(tmp_path / PAUSE_FILE, clock=clock).begin(7200)
    clock.now -= back
    assert StoredPause(tmp_path / PAUSE_FILE, clock=clock).state is None


def test_a_clock_that_is_corrected_by_a_second_ends_nothing(tmp_path: Path) -> None:
    clock = Clock()
    made = StoredPause(tmp_path / PAUSE_FILE, clock=clock)
    made.begin(7200)
    clock.now -= 1
    assert made.state == PauseState("paused", NOON + 7200)


def test_a_pause_without_an_end_does_not_care_for_the_clock(tmp_path: Path) -> None:
    clock = Clock()
    StoredPause(tmp_path / PAUSE_FILE, clock=clock).begin(None)
    clock.now -= 86_400
    assert StoredPause(tmp_path / PAUSE_FILE, clock=clock).state == PauseState("paused")


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"since": "x", "until": 1}', '{"since": 1}', "\u00e9"])
def test_a_file_that_makes_no_sense_is_no_pause(tmp_path: Path, content: str) -> None:
    (tmp_path / PAUSE_FILE).write_text(content, encoding="latin-1")
    assert StoredPause(tmp_path / PAUSE_FILE).state is None


def test_a_disk_that_keeps_nothing_is_paused_all_the_same(tmp_path: Path) -> None:
    made = StoredPause(tmp_path / "no such folder" / PAUSE_FILE)
    made.begin(None)
    assert made.state == PauseState("paused")
