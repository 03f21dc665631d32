"""The action that is offered in each state of an engine."""

from __future__ import annotations

import pytest

from core.engine.installing.install import InstallationState
from core.engine.model_download.weights import WeightsState
from core.events import EngineState, EngineStatus
from core.library.engines.actions import next_action, with_job
from core.library.engines.jobs import EngineJob


@pytest.mark.parametrize(
    ("engine", "state", "step"),
    [
        ("sglang", "stopped", "start"), ("sglang", "released", "start"), ("sglang", "starting", "stop"),
        ("sglang", "ready", "release"), ("sglang", "busy", "release"), ("sglang", "failed", "retry"),
        ("sglang", "stopping", ""),
        ("builtin", "stopped", "start"), ("builtin", "ready", "stop"), ("builtin", "busy", "stop"),
        ("builtin", "failed", "retry"), ("builtin", "released", "start"),
        ("remote", "ready", "check"), ("remote", "starting", ""), ("remote", "failed", "retry"),
        ("remote", "stopped", "start"),
    ],
)  # fmt: skip
def test_by_state(engine: str, state: EngineState, step: str) -> None:
    assert next_action(engine, EngineStatus(state)) == step


@pytest.mark.parametrize(
    ("installation", "weights", "step"),
    [
        ("missing", "missing", "install"), ("partial", "ready", "install"), ("broken", "ready", "install"),
        ("ready", "missing", "download"), ("ready", "partial", "download"), ("ready", "broken", "download"),
        ("outdated", "ready", "start"), ("ready", "ready", "start"),
    ],
)  # fmt: skip
def test_first_what_is_missing(installation: InstallationState, weights: WeightsState, step: str) -> None:
    status = EngineStatus("stopped")
    assert next_action("sglang", status, installation=installation, weights=weights) == step
    assert next_action("builtin", status, installation=installation, weights=weights) == "start"


def test_what_failed_for_want_of_a_file_is_not_tried_again_but_fetched() -> None:
    assert next_action("sglang", EngineStatus("failed"), installation="missing") == "install"


def test_an_engine_that_runs_needs_nothing_that_is_missing() -> None:
    """Its files may have been moved since it was started."""
    assert next_action("sglang", EngineStatus("ready"), weights="missing") == "release"


def test_what_is_under_way_can_be_cancelled_once() -> None:
    missing = EngineStatus("failed")
    assert next_action("sglang", missing, installation="missing", job=EngineJob("install")) == "cancel"
    assert next_action("sglang", missing, installation="missing", job=EngineJob("install", state="cancelling")) == ""
    assert next_action("sglang", missing, installation="missing", job=EngineJob("install", state="failed")) == "install"


def test_an_engine_that_is_off_shows_what_is_fetched_for_it() -> None:
    job = EngineJob("download", "qwen3-0.6b", sentence="Fetching the weights.", done=1, total=4)
    status = with_job(EngineStatus("stopped", "sglang", "Qwen3-Embedding-0.6B"), job)
    assert (status.state, status.detail, status.fraction) == ("downloading", "Fetching the weights.", 0.25)
    assert status.model == "Qwen3-Embedding-0.6B"
    assert with_job(EngineStatus("failed"), EngineJob("install")).state == "installing"


def test_an_engine_that_works_meanwhile_is_shown_as_it_is() -> None:
    assert with_job(EngineStatus("busy"), EngineJob("install")).state == "busy"
    assert with_job(EngineStatus("stopped"), EngineJob("install", state="done")).state == "stopped"
    assert with_job(EngineStatus("stopped"), EngineJob("verify", "qwen3-4b")).state == "stopped"
