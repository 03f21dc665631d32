"""A system on which nothing but the cards can be wrong."""

from __future__ import annotations

import shutil

import pytest

from core.engine import disk_space
from core.engine.hardware import system


@pytest.fixture(autouse=True)
def _a_fitting_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(system, "glibc_version", lambda: "2.36")
    monkeypatch.setattr(disk_space, "free", lambda folder: 500_000_000_000)
