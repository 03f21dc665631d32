"""What a person can sensibly do with an engine next: one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.engine.installing.install import InstallationState
from core.engine.model_download.weights import WeightsState
from core.engine.registry import kind_of
from core.events import EngineState, EngineStatus
from core.library.engines.jobs import EngineJob
from core.settings import Settings

EngineAction = Literal["", "install", "download", "start", "stop", "release", "retry", "cancel", "check"]
Which = Literal["embedding", "reranker"]

USABLE = ("ready", "outdated")  # an installation that can be started


def next_action(
    engine: str,
    status: EngineStatus,
    *,
    installation: InstallationState = "ready",
    weights: WeightsState = "ready",
    job: EngineJob | None = None,
) -> EngineAction:
    """The one step that makes sense now; "" while there is nothing to do but wait."""
    if job is not None and job.running:
        return "cancel" if job.state == "running" else ""
    if kind_of(engine).is_installable and status.state not in ("ready", "busy", "stopping"):
        if installation not in USABLE:
            return "install"
        if weights != "ready":
            return "download"
    return _by_state(engine, status.state)


def _by_state(engine: str, state: EngineState) -> EngineAction:
    kind = kind_of(engine)
    if state in ("ready", "busy"):
        if kind.uses_gpu:
            return "release"
        return "stop" if kind.is_local else "check"
    steps: dict[EngineState, EngineAction] = {"stopped": "start", "released": "start", "failed": "retry"}
    if state == "starting" and kind.is_local:
        return "stop"
    return steps.get(state, "")


@dataclass(frozen=True, slots=True)
class ServerActions:
    """One server in one look: its model as the settings name it, its state, and the one step that makes sense now."""

    which: Which
    model: str
    status: EngineStatus
    step: EngineAction


def server_actions(
    which: Which,
    settings: Settings,
    status: EngineStatus,
    *,
    installation: InstallationState = "ready",
    weights: WeightsState = "ready",
    job: EngineJob | None = None,
) -> ServerActions:
    """How a server is seen: what is fetched for both is shown with the one of meaning, the other waits."""
    model = settings.model if which == "embedding" else settings.reranker
    mine = job if job is not None and (job.model == model or (which == "embedding" and not job.model)) else None
    step = next_action(settings.engine, status, installation=installation, weights=weights, job=mine)
    waits = mine is None and job is not None and job.running and step in ("install", "download")
    return ServerActions(which, model, with_job(status, mine), "" if waits else step)


def with_job(status: EngineStatus, job: EngineJob | None) -> EngineStatus:
    """An engine's state as a person sees it while something is fetched for it."""
    if job is None or not job.running or job.kind not in ("install", "repair", "download"):
        return status
    if status.state not in ("stopped", "failed", "released"):
        return status  # another engine works meanwhile
    state: EngineState = "downloading" if job.kind == "download" else "installing"
    fraction = job.done / job.total if job.total else None
    return EngineStatus(state, status.name, status.model, detail=job.sentence, fraction=fraction, log=status.log)
