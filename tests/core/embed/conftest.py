"""No test waits for an engine as long as a person would."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.embed.embedder.FIRST_PAUSE", 0.01)
