"""Output of `findling engine`: the machine, the models, the servers, and the progress of a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.cli.console import duration, padded, single_line
from core.engine.hardware.machine import Machine
from core.library.engines.capabilities import Capabilities, ModelCapability
from core.library.engines.jobs import EngineJob
from core.messages import mark, sentences, tr
from core.settings import Settings

STATES = {
    "stopped": mark("stopped"),
    "installing": mark("installing"),
    "downloading": mark("downloading"),
    "starting": mark("starting"),
    "ready": mark("ready"),
    "busy": mark("busy"),
    "failed": mark("failed"),
    "stopping": mark("stopping"),
    "released": mark("released"),
}
FILES = {"missing": mark("not here"), "partial": mark("partly here"), "ready": mark("here"), "broken": mark("damaged")}
SGLANG = {
    "missing": mark("SGLang: not installed"),
    "partial": mark("SGLang: partly installed; `findling engine install` resumes"),
    "ready": mark("SGLang: installed"),
    "outdated": mark("SGLang: installed, an older version; `findling engine install` updates it"),
    "broken": mark("SGLang: damaged; `findling engine install --repair` installs it again"),
}


def job_line(job: EngineJob) -> str:
    """A job's current step, progress, speed and remaining time on one line."""
    parts = [single_line(job.sentence) or tr("Starting.")]
    if job.total:
        share = job.done / job.total
        parts.append(tr("{done:size} of {total:size} ({share:percent})", done=job.done, total=job.total, share=share))
    if job.rate:
        parts.append(tr("{rate:size}/s", rate=int(job.rate)))
    if job.eta is not None:
        parts.append(tr("{time} left", time=duration(job.eta)))
    return "  ".join(parts)


def print_engine(
    settings: Settings, capabilities: Capabilities, servers: Sequence[dict[str, Any]], *, running: bool
) -> None:
    """Print the machine, the installation, the models, and a line for each server."""
    print_machine(capabilities.machine)
    print(tr(SGLANG[capabilities.installation]) + (f" ({capabilities.version})" if capabilities.version else ""))
    print(tr("Models for the graphics card:"))
    for model in (*capabilities.models, *capabilities.rerankers):
        print(f"  {_model(model, machine=capabilities.machine)}")
    print(tr("Engine: {engine}, model {model}", engine=settings.engine, model=settings.model))
    if not running:
        print(f"  {tr('not running: no Findling has this library open')}")
        return
    for server in servers:
        status = server["status"]
        facts = {
            "state": tr(STATES[status["state"]]),
            "detail": sentences(status["detail"], status["remedy"]),
        }
        if server["which"] == "embedding":
            line = tr("meaning: {state}. {detail}", **facts)
        else:
            line = tr("reranking: {state}. {detail}", **facts)
        print(f"  {single_line(line.strip())}")


def print_machine(machine: Machine) -> None:
    """Print the graphics cards, or why none can be used."""
    for gpu in machine.gpus:
        print(
            tr(
                "Graphics card {index}: {name}, {total:memory}, {free:memory} free",
                index=gpu.index,
                name=single_line(gpu.name),
                total=gpu.total,
                free=gpu.free,
            )
        )
    if machine.driver:
        cuda = f"{machine.cuda[0]}.{machine.cuda[1]}"
        print(tr("Driver {driver}, CUDA {cuda}", driver=machine.driver, cuda=cuda))
    if machine.trouble:
        print(sentences(machine.trouble, machine.remedy))


def _model(model: ModelCapability, *, machine: Machine) -> str:
    columns = [f"{model.model:20}"]
    if not machine.trouble:
        columns.append(f"{padded(tr('fits') if model.fit.ok else tr('does not fit'), 12)}")
    columns.append(
        tr(
            "{download:size} to download, {memory:memory} of the card; {files}",
            download=model.needs.download,
            memory=model.needs.memory,
            files=tr(FILES[model.weights]),
        )
    )
    if model.seconds is not None:
        columns.append(tr("your folders in about {time}", time=duration(model.seconds)))
    return "  ".join(columns)
