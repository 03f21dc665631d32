"""What the user must know to choose an engine: the hardware, which models fit, their cost, what is installed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.engine.hardware.capacity import GIB, Fit, Needs, check_fit, fit_together, needs, seconds
from core.engine.hardware.machine import Machine, machine
from core.engine.installing.install import Installation, InstallationState
from core.engine.model_download.weights import Weights, WeightsState, weights_metadata
from core.engine.registry import kind_of
from core.errors import EngineError, FindlingError
from core.library.engines.actions import USABLE
from core.models import RERANKERS, downloadable
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class ModelCapability:
    """What a model costs on this machine's GPU; `seconds` estimates the time to embed the library (None: unknown)."""

    model: str
    needs: Needs
    fit: Fit
    weights: WeightsState
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What settings need and is not installed: the SGLang runtime, models. The bytes are estimates."""

    runtime: bool = False
    models: tuple[str, ...] = ()
    download: int = 0
    disk: int = 0

    def __bool__(self) -> bool:
        return self.runtime or bool(self.models)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """This machine's hardware and the state of the GPU engine on it; `tokens` is the size of the library's text.

    `best` is the largest embedding model that fits ("" for none). Installing SGLang downloads `install_download` bytes
    and takes `install_disk` bytes. `together[model][reranker]` says whether both fit on one GPU. Printed as JSON, so
    the names of the fields stay.
    """

    machine: Machine
    installation: InstallationState
    version: str
    models: tuple[ModelCapability, ...]
    rerankers: tuple[ModelCapability, ...]
    best: str
    tokens: int = 0
    install_download: int = 0
    install_disk: int = 0
    together: Mapping[str, Mapping[str, Fit]] = field(default_factory=dict)

    def model(self, name: str) -> ModelCapability | None:
        """The capability of an embedding model or a reranker; None for one that needs no GPU."""
        return next((each for each in (*self.models, *self.rerankers) if each.model == name), None)

    def missing(self, settings: Settings) -> Missing:
        """What must be installed before an engine with these settings can start."""
        if not kind_of(settings.engine).is_installable:
            return Missing()
        runtime = not settings.sglang and self.installation not in USABLE
        needed = [model for model in (settings.model, settings.reranker) if model in (*downloadable(), *RERANKERS)]
        ours = [model for model in needed if not own_folder(settings, model)]  # the user's own folder is never changed
        models = tuple(model for model in ours if Weights(model).state() != "ready")
        costs = [needs(model) for model in models]
        download, disk = (self.install_download, self.install_disk) if runtime else (0, 0)
        return Missing(
            runtime,
            models,
            download + sum(each.download for each in costs),
            disk + sum(each.disk for each in costs),
        )


def detect(settings: Settings, tokens: int = 0, *, held: int = 0, held_by_reranker: int = 0) -> Capabilities:
    """Detect the hardware, the installation and the models' files; takes a moment, never raises.

    `held` and `held_by_reranker` are the bytes of GPU memory that Findling's own servers use at the moment.
    """
    here = machine()
    installation = Installation()
    state = installation.state()
    models = tuple(_model(settings, here, name, tokens, held) for name in downloadable())
    return Capabilities(
        here,
        state,
        installation.version() if state in USABLE else "",
        models,
        tuple(_model(settings, here, name, 0, held_by_reranker) for name in RERANKERS),
        next((model.model for model in reversed(models) if model.fit.ok), ""),
        tokens,
        *_sizes(installation),
        _together(settings, here, held + held_by_reranker),
    )


def _together(settings: Settings, here: Machine, held: int) -> dict[str, dict[str, Fit]]:
    first, second = (int(gib * GIB) for gib in (settings.memory_gib, settings.reranker_memory_gib))
    return {
        model: {
            reranker: fit_together(here, {model: first, reranker: second}, gpus=settings.gpus, held=held)
            for reranker in RERANKERS
        }
        for model in downloadable()
    }


def _sizes(installation: Installation) -> tuple[int, int]:
    """Bytes of SGLang to download and on disk; zeros on a machine that it does not support."""
    try:
        return installation.download_size(), installation.disk_size()
    except EngineError:
        return 0, 0


def _model(settings: Settings, here: Machine, name: str, tokens: int, held: int) -> ModelCapability:
    budget = settings.reranker_memory_gib if name in RERANKERS else settings.memory_gib
    files = weights_state(settings, name)
    fit = check_fit(here, name, int(budget * GIB), gpus=settings.gpus, held=held, there=files == "ready")
    duration = seconds(name, tokens, here, gpus=settings.gpus) if tokens else None
    return ModelCapability(name, needs(name), fit, files, duration)


def weights_state(settings: Settings, model: str) -> WeightsState:
    """The state of a model's files: in the user's own folder if the settings name one, else in Findling's."""
    own = own_folder(settings, model)
    if not own:
        return Weights(model).state()
    try:
        weights_metadata(Path(own))
    except FindlingError:
        return "broken"
    return "ready"


def own_folder(settings: Settings, model: str) -> str:
    """The user's own folder for a model; "" if Findling downloads its files."""
    if model == settings.model:
        return settings.model_folder
    return settings.reranker_folder if model == settings.reranker else ""
