"""Shortens the pauses between attempts, so that tests need not wait."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.embed.embedder.FIRST_PAUSE", 0.01)
