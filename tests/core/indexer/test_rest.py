"""The indexer's thread leaves the processor to others: it sleeps while an engine computes, or questions come in."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from core.indexer.pipeline import Pipeline
from core.indexer.policy import spare_time
from core.indexer.upkeep import scrub
from core.indexer.upkeep.housekeeping import Housekeeping
from core.library import Library
from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote, set_fault, until, write_notes

pytestmark = pytest.mark.slow

MAX_STEPS = 40  # iterations of the loop in 1.5 s without any result; a bug once made thousands


def test_it_sleeps_while_it_waits_for_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    step = Pipeline.step
    monkeypatch.setattr(
        Pipeline, "step", lambda self, pause_state=None: (steps.append(None), step(self, pause_state))[1]
    )
    write_notes(tmp_path / "notes", 30)
    with fake() as engine, Library.open(tmp_path / "library", remote(engine)) as library:
        library.engines.wait_ready(60)
        set_fault(engine, "slow=600")
        library.add_folder(tmp_path / "notes")
        until(lambda: library.progress().words.done == 30 and library.progress().meaning.waiting == 30)
        threading.Event().wait(1)  # until the work after reading is done
        before = len(steps)
        threading.Event().wait(1.5)
        assert len(steps) - before < MAX_STEPS
        assert library.progress().meaning.waiting == 30
        set_fault(engine, "")
        library.wait(timeout=120)


def test_it_sleeps_while_a_scrub_is_due_but_paused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    step = Pipeline.step
    monkeypatch.setattr(scrub, "INTERVAL", 0.2)
    monkeypatch.setattr(
        Pipeline, "step", lambda self, pause_state=None: (steps.append(None), step(self, pause_state))[1]
    )
    write_notes(tmp_path / "notes", 3)
    with fake() as engine, Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=120)
        library.indexing.pause()
        threading.Event().wait(1)  # until the work after reading is done, and the scrub is due
        before = len(steps)
        threading.Event().wait(1.5)
        assert len(steps) - before < MAX_STEPS


def test_upkeep_makes_way_for_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    monkeypatch.setattr(spare_time, "QUIET", 3_600.0)
    monkeypatch.setattr(Housekeeping, "idle_step", lambda _self: not steps.append(None))  # there is always more
    write_notes(tmp_path / "notes", 3)
    with fake() as engine, Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=120)
        done = len(steps)
        until(lambda: len(steps) > done + 20)
        assert library.search("note1")
        before = len(steps)
        threading.Event().wait(1)
        assert len(steps) - before <= 1  # the one that ran already
