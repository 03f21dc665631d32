"""The states of an engine."""

from __future__ import annotations

from core.events import EngineStatus


def test_a_server_that_does_not_answer_is_unavailable_and_one_that_starts_is_not() -> None:
    assert EngineStatus("starting", detail="It does not answer.", remedy="Check it.").is_unavailable
    assert EngineStatus("failed").is_unavailable
    assert not EngineStatus("starting", detail="The model is being loaded.").is_unavailable
    assert not EngineStatus("ready").is_unavailable
