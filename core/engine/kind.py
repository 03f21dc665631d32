"""What the rest of Findling may ask about a kind of engine, so that nobody else compares names of engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.engine.probe.http import Endpoint
from core.engine.supervisor.backend import Backend
from core.models import MODELS, ModelSpec
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class EngineKind:
    """One kind of engine. Its module is `core.engine.KEY.kind`, its key one of `core.settings.ENGINES`.

    `title` ("On this computer's processor"), `location` ("on the processor", shown behind a model's name) and
    `summary` are marked for translation.
    Exactly one of these makes its server: `backend`, for a child process, or `endpoint`, for a server that somebody
    else runs at the address in the settings. `rerank_backend` makes a reranker's child process.
    `shares_processor`: it slows down other programs while it works. `uses_gpu`: its memory can be released.
    `is_installable`: it runs once software and weights are downloaded. `can_run` says whether it runs a model.
    """

    key: str
    title: str
    location: str
    summary: str
    can_run: Callable[[ModelSpec], bool]
    backend: Callable[[Settings], Backend] | None = None
    endpoint: Callable[[Settings], Endpoint] | None = None
    rerank_backend: Callable[[Settings], Backend] | None = None
    shares_processor: bool = False
    uses_gpu: bool = False
    is_installable: bool = False

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine, as a process that can be started and stopped."""
        return self.backend is not None

    @property
    def sends_text(self) -> bool:
        """Whether text leaves the process tree of Findling, for a server that may be on another machine."""
        return self.endpoint is not None

    @property
    def can_rerank(self) -> bool:
        return self.rerank_backend is not None

    def models(self) -> tuple[str, ...]:
        """The keys of the embedding models that it runs, in the order of the registry."""
        return tuple(key for key, model_spec in MODELS.items() if self.can_run(model_spec))
