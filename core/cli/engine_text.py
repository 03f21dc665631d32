"""What `findling engine` prints: the machine, the models, the servers, and how far a job is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.cli.console import duration, plain
from core.engine.hardware.capacity import GIB
from core.engine.hardware.machine import Machine
from core.library.engines.capabilities import Capabilities, ModelCapability
from core.library.engines.jobs import EngineJob
from core.settings import Settings

FILES = {"missing": "not here", "partial": "partly here", "ready": "here", "broken": "damaged"}
SGLANG = {
    "missing": "not installed",
    "partial": "partly installed; install goes on with it",
    "ready": "installed",
    "outdated": "installed, an older version; install updates it",
    "broken": "damaged; install --repair makes it again",
}


def bytes_as_words(count: int) -> str:
    """Bytes as a person says them."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def job_as_words(job: EngineJob) -> str:
    """What is being done, how much of it, how fast and how long."""
    parts = [plain(job.sentence) or "Beginning."]
    if job.total:
        parts.append(f"{bytes_as_words(job.done)} of {bytes_as_words(job.total)} ({job.done / job.total:.0%})")
    if job.rate:
        parts.append(f"{bytes_as_words(int(job.rate))}/s")
    if job.eta is not None:
        parts.append(f"{duration(job.eta)} left")
    return "  ".join(parts)


def print_engine(settings: Settings, look: Capabilities, servers: Sequence[dict[str, Any]], *, running: bool) -> None:
    """The machine, what is installed, the models, and each server in a line."""
    print_machine(look.machine)
    print(f"SGLang: {SGLANG[look.installation]}" + (f" ({look.version})" if look.version else ""))
    print("Models for the graphics card:")
    for model in (*look.models, *look.rerankers):
        print(f"  {_model(model, machine=look.machine)}")
    print(f"Engine: {settings.engine}, model {settings.model}")
    if not running:
        print("  no Findling has this library open, so it does not run")
        return
    for server in servers:
        status = server["status"]
        name = "meaning" if server["which"] == "embedding" else "ranking"
        said = f"{name}: {status['state']}. {status['detail']} {status['remedy']}"
        print(f"  {plain(said.strip())}")


def print_machine(machine: Machine) -> None:
    """The cards, or why there is none to use."""
    for gpu in machine.gpus:
        memory = f"{gpu.total / GIB:.1f} GiB, {gpu.free / GIB:.1f} GiB free"
        print(f"Graphics card {gpu.index}: {plain(gpu.name)}, {memory}")
    if machine.driver:
        print(f"Driver {machine.driver}, CUDA {machine.cuda[0]}.{machine.cuda[1]}")
    if machine.trouble:
        print(f"{machine.trouble} {machine.remedy}".strip())


def _model(model: ModelCapability, *, machine: Machine) -> str:
    fit = "" if machine.trouble else f"{'fits' if model.fit.ok else 'does not fit':13}"
    needs = f"{bytes_as_words(model.needs.download)} to fetch, {model.needs.memory / GIB:.1f} GiB of the card"
    text = f"{model.model:20} {fit}{needs}; {FILES[model.weights]}"
    return text if model.seconds is None else f"{text}; your folders in about {duration(model.seconds)}"
