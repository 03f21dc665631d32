"""The states of the engine panel, with the values that core reports on a computer with a graphics card.

What core words is worded when it is asked for, in the language in use.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.engine.hardware.capacity import Fit, needs
from core.engine.hardware.machine import Machine
from core.engine.hardware.nvml import Gpu
from core.events import EngineStatus
from core.library.engines.actions import ServerActions, Which, server_actions
from core.library.engines.capabilities import Capabilities, ModelCapability
from core.library.engines.jobs import EngineJob
from core.messages import Message, tr
from core.models import RERANKERS, downloadable, model_named
from core.settings import Settings

GIB = 1 << 30
CARD = Gpu(0, "NVIDIA GeForce RTX 4070", 12 * GIB, 10 * GIB, (8, 9))
MACHINE = Machine((CARD,), "580.95.05", (13, 0), "2.36", 32 * GIB, 200 * GIB)
CPU = Settings()
GPU = Settings(engine="sglang", model="qwen3-0.6b", reranker="qwen3-reranker-0.6b")
ELSEWHERE = Settings(engine="remote", model="qwen3-0.6b", remote_url="https://gpu.example.org/v1", remote_key="key")
OFF = EngineStatus()
LOG = [
    "[12:14:07] server_args={'model_path': '…', 'api_key': '***', 'port': 24817}",
    "[12:14:31] Load weight begin. avail mem=10.02 GB",
    "[12:14:36] Load weight end. type=Qwen3ForCausalLM, mem usage=1.12 GB.",
    "[12:14:40] The server is fired up and ready to roll!",
]


def no_card() -> Machine:
    """A computer without a graphics card."""
    message = Message("card.none")
    return Machine(trouble=message.sentence, remedy=message.remedy)


def _fit(name: str) -> Fit:
    """Whether a model fits on the card: the largest do not."""
    facts = {"model": tr(model_named(name).title), "need": needs(name).memory, "card": CARD.name, "total": CARD.total}
    message = Message("fit.card_too_small" if name.endswith("8b") else "fit.fits", **facts)
    return Fit(not name.endswith("8b"), message.sentence, message.remedy)


def capabilities(*, card: bool = True, installed: bool = True, weights: bool = True, used: float = 0.0) -> Capabilities:
    """A computer with a graphics card of 12 GiB or without; SGLang and the smallest models are installed or not.

    The desktop uses 1.2 GiB of the card, the engines `used` GiB.
    """
    missing = no_card()
    machine = replace(MACHINE, gpus=(replace(CARD, free=int((12 - 1.2 - used) * GIB)),))
    models = tuple(
        ModelCapability(
            name,
            needs(name),
            _fit(name) if card else Fit(False, missing.trouble, missing.remedy),
            "ready" if weights and name.endswith("0.6b") else "missing",
            {"qwen3-0.6b": 240.0, "qwen3-4b": 1500.0, "qwen3-8b": 2900.0}.get(name) if card else None,
        )
        for name in (*downloadable(), *RERANKERS)
    )
    return Capabilities(
        machine if card else missing,
        "ready" if installed else "missing",
        "0.5.23" if installed else "",
        models[: len(downloadable())],
        models[len(downloadable()) :],
        "qwen3-4b" if card else "",
        4_200_000,
        4_600_000_000,
        11_000_000_000,
    )


@dataclass(frozen=True)
class State:
    """What the panel shows: settings, capabilities, the state of each server, the running job."""

    settings: Settings
    capabilities: Capabilities
    status: EngineStatus
    ranking: EngineStatus = OFF
    job: EngineJob | None = None
    rate: float = 0.0

    def servers(self) -> list[ServerActions]:
        """The servers as the library reports them."""
        settings, has_ranking = self.settings, self.settings.engine == "sglang" and bool(self.settings.reranker)
        servers = [self._server("embedding", settings.model, self.status)]
        return [*servers, self._server("reranker", settings.reranker, self.ranking)] if has_ranking else servers

    def _server(self, which: Which, model: str, status: EngineStatus) -> ServerActions:
        files = self.capabilities.model(model)
        return server_actions(
            which,
            self.settings,
            status,
            installation=self.capabilities.installation,
            weights=files.weights if files else "ready",
            job=self.job,
        )


def _status(state: str, detail: str = "", remedy: str = "", **more: object) -> EngineStatus:
    status = EngineStatus(state, "sglang", "Qwen3-Embedding-0.6B", detail, remedy)  # type: ignore[arg-type]
    return replace(status, memory_budget=int(3.5 * GIB), log="engine.log", **more)  # type: ignore[arg-type]


BUDGET = EngineStatus("stopped", "sglang", "Qwen3-Reranker-0.6B", memory_budget=int(3.5 * GIB), log="rerank.log")


def _installing() -> EngineJob:
    sentence = Message("install.downloading_package", package="torch", done=96, total=148).sentence
    return EngineJob("install", "", sentence=sentence, done=int(1.3e9), total=int(4.6e9), rate=11e6, eta=300.0)


def _downloading() -> EngineJob:
    sentence = Message("download.downloading", model="Qwen3-Embedding-0.6B", hub="Hugging Face").sentence
    return EngineJob("download", "qwen3-0.6b", sentence=sentence, done=int(0.4e9), total=int(1.2e9), rate=9e6, eta=88.0)


def states() -> dict[str, State]:
    """Every state by name, worded in the language in use."""
    failed = Message("sglang.out_of_memory")
    return {
        "no-card": State(
            CPU,
            capabilities(card=False, installed=False),
            EngineStatus("ready", memory_used=420_000_000, log="engine.log"),
        ),
        "card-fits": State(
            CPU,
            capabilities(installed=False, weights=False),
            EngineStatus("ready", memory_used=420_000_000, log="engine.log"),
        ),
        "missing": State(GPU, capabilities(installed=False, weights=False), _status("stopped"), BUDGET),
        "installing": State(
            GPU, capabilities(installed=False, weights=False), _status("stopped"), BUDGET, _installing()
        ),
        "downloading": State(GPU, capabilities(weights=False), _status("stopped"), BUDGET, _downloading()),
        "starting": State(
            GPU,
            capabilities(used=0.6),
            _status("starting", Message("sglang.loading").sentence, fraction=0.4, memory_used=int(0.6 * GIB)),
            BUDGET,
        ),
        "ready": State(
            GPU,
            capabilities(used=4.3),
            _status("ready", memory_used=int(2.4 * GIB)),
            EngineStatus("ready", memory_used=int(1.9 * GIB), memory_budget=int(3.5 * GIB), log="rerank.log"),
        ),
        "busy": State(GPU, capabilities(used=3.1), _status("busy", memory_used=int(3.1 * GIB)), BUDGET, rate=412.0),
        "released": State(
            GPU,
            capabilities(),
            _status("released", Message("engine.released").sentence),
            BUDGET,
        ),
        "failed": State(
            GPU,
            capabilities(),
            _status(
                "failed",
                failed.sentence,
                failed.remedy,
                restarts=3,
            ),
            BUDGET,
        ),
        "stopping": State(GPU, capabilities(used=2.4), _status("stopping", memory_used=int(2.4 * GIB)), BUDGET),
        "remote": State(ELSEWHERE, capabilities(card=False, installed=False), EngineStatus("ready", "remote")),
    }
