"""The action that a user interface offers for an engine: one at a time."""

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
    """The action to offer now; "" while the user can only wait."""
    if job is not None and job.running:
        return "cancel" if job.state == "running" else ""
    if kind_of(engine).is_installable and status.state not in ("ready", "busy", "stopping"):
        if installation not in USABLE:
            return "install"
        if weights != "ready":
            return "download"
    return _action_by_state(engine, status.state)


def _action_by_state(engine: str, state: EngineState) -> EngineAction:
    kind = kind_of(engine)
    if state in ("ready", "busy"):
        if kind.uses_gpu:
            return "release"
        return "stop" if kind.is_local else "check"
    actions: dict[EngineState, EngineAction] = {"stopped": "start", "released": "start", "failed": "retry"}
    if state == "starting" and kind.is_local:
        return "stop"
    return actions.get(state, "")


@dataclass(frozen=True, slots=True)
class ServerActions:
    """A server as a user interface shows it: its model (as in the settings), its state, and the action to offer.

    Printed as JSON and sent through the control socket, so the names of the fields stay; `step` is the action.
    """

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
    """The state and the action of one server.

    The job of installing SGLang, which both servers need, is shown with the embedding server; the reranker offers no
    download until it has ended.
    """
    model = settings.model if which == "embedding" else settings.reranker
    own_job = job if job is not None and (job.model == model or (which == "embedding" and not job.model)) else None
    action = next_action(settings.engine, status, installation=installation, weights=weights, job=own_job)
    waits = own_job is None and job is not None and job.running and action in ("install", "download")
    return ServerActions(which, model, with_job(status, own_job), "" if waits else action)


def with_job(status: EngineStatus, job: EngineJob | None) -> EngineStatus:
    """The state of an engine to show: while a job downloads or installs something for it, that job's progress."""
    if job is None or not job.running or job.kind not in ("install", "repair", "download"):
        return status
    if status.state not in ("stopped", "failed", "released"):
        return status  # it runs with what is installed already
    state: EngineState = "downloading" if job.kind == "download" else "installing"
    fraction = job.done / job.total if job.total else None
    return EngineStatus(state, status.name, status.model, detail=job.sentence, fraction=fraction, log=status.log)
