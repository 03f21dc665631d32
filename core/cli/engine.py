"""`findling engine`: show what this machine can run; install, start, check and stop an engine."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import settings as settings_file
from core.cli.arguments import DONE, INTERRUPTED, add_command, add_json_option, as_sentence, exit_codes, positive_number
from core.cli.console import StatusLine, single_line
from core.cli.engine_report import job_line, print_engine
from core.cli.standalone import StandaloneHost
from core.control_socket import send_request
from core.engine.hardware.capacity import best, needs
from core.engine.hardware.machine import machine
from core.engine.probe.check import Endpoint, check
from core.engine.registry import with_model
from core.errors import BadInputError, EngineError
from core.events import EngineChanged, Event
from core.library import Library
from core.library.engines.actions import Which
from core.library.engines.manager import EngineManager
from core.messages import Message, tr
from core.models import MODELS, RERANKERS, downloadable
from core.settings import Settings

RELEASE_SECONDS = 60.0  # longest wait for an engine to free its memory
POLL_SECONDS = 0.3  # between two status requests


def add_engine(commands: Any) -> None:
    """Add the `engine` command with its sub-commands."""
    summary = tr("show, install, start, check and stop the engine of semantic search")
    engine = commands.add_parser("engine", help=summary, description=as_sentence(summary), epilog=exit_codes())
    subcommands = engine.add_subparsers(dest="part", required=True, metavar=tr("COMMAND"))
    add_json_option(
        add_command(
            subcommands, "status", tr("show what this machine can run, what is installed, and the engine's state")
        )
    )
    install = add_command(subcommands, "install", tr("install SGLang for the graphics card, resume that, or update it"))
    group = install.add_mutually_exclusive_group()
    group.add_argument("--repair", action="store_true", help=tr("install it again"))
    group.add_argument("--remove", action="store_true", help=tr("delete it and what was downloaded for it"))
    download = add_command(subcommands, "download", tr("download a model for the graphics card, or resume that"))
    download.add_argument(
        "model", nargs="?", choices=(*downloadable(), *RERANKERS), help=tr("default: the library's own, or the best")
    )
    group = download.add_mutually_exclusive_group()
    group.add_argument("--verify", action="store_true", help=tr("compare its files with their checksums"))
    group.add_argument("--delete", action="store_true", help=tr("delete its files"))
    start = add_command(
        subcommands,
        "start",
        tr("start the engine"),
        more=tr(
            "It runs until Ctrl+C, or until `findling engine stop`. Meanwhile it answers `findling search`, and what "
            "waits in the library is indexed. If a Findling has the library open already, its engine is started, and "
            "this command ends as soon as that is ready."
        ),
    )
    start.add_argument("--model", choices=tuple(MODELS), help=tr("change the model (re-indexes your documents)"))
    add_command(
        subcommands, "stop", tr("stop the engine of the Findling that has the library open, and free its memory")
    )
    logs = add_command(subcommands, "logs", tr("show the last lines of the engine's log"))
    logs.add_argument(
        "-n",
        "--lines",
        type=positive_number,
        default=50,
        metavar="N",
        help=tr("at most N lines (default: %(default)s)"),
    )
    check_command = add_command(subcommands, "check", tr("ask the engine for one real answer; start it if it is off"))
    for command in (logs, check_command):
        command.add_argument("--reranker", action="store_true", help=tr("the engine that reranks"))


def run_engine(arguments: argparse.Namespace) -> int:
    """Run a sub-command of `engine`; returns the exit code."""
    return _RUN[arguments.part](arguments)


def settings_with_model(root: Path, model: str | None) -> Settings | None:
    """The library's settings changed to `model` and an engine that can run it; None if `model` is None."""
    return None if model is None else with_model(settings_file.load(root / settings_file.SETTINGS_NAME), model)


def _status(arguments: argparse.Namespace) -> int:
    with StandaloneHost(arguments.library) as host:
        capabilities, servers = host.engines.detect(), [dataclasses.asdict(server) for server in host.engines.servers()]
        owner = send_request(host.root, "engine/status")
        if owner is not None:
            servers = owner["servers"]
        if not arguments.json:
            print_engine(host.settings, capabilities, servers, running=owner is not None)
            return DONE
        facts = dataclasses.asdict(capabilities) | {"engine": host.settings.engine, "model": host.settings.model}
        print(json.dumps(facts | {"open": owner is not None, "servers": servers}))
    return DONE


def _install(arguments: argparse.Namespace) -> int:
    with StandaloneHost(arguments.library) as host:
        engines = host.engines
        if arguments.remove:
            return _follow_job(engines, engines.setup.remove)
        if not arguments.repair:
            capabilities = engines.detect()
            sizes = {"download": capabilities.install_download, "disk": capabilities.install_disk}
            _print_note(tr("SGLang: {download:size} to download, {disk:size} on the disk.", **sizes))
        return _follow_job(engines, engines.setup.repair if arguments.repair else engines.setup.install)


def _download(arguments: argparse.Namespace) -> int:
    with StandaloneHost(arguments.library) as host:
        engines, model = host.engines, arguments.model or _default_model(host.settings)
        if arguments.verify:
            return _follow_job(engines, lambda: engines.setup.verify(model))
        if arguments.delete:
            return _follow_job(engines, lambda: engines.setup.delete(model))
        _print_note(tr("{model}: {size:size} to download.", model=model, size=needs(model).download))
        return _follow_job(engines, lambda: engines.setup.download(model))


def _default_model(settings: Settings) -> str:
    """The model in the settings if it can be downloaded, else the largest that fits the GPU; raises BadInputError."""
    model = settings.model if settings.model in downloadable() else best(machine())
    if not model:
        raise BadInputError("cli.no_larger_model", models=", ".join(downloadable()))
    return model


def _follow_job(engines: EngineManager, begin: Callable[[], None]) -> int:
    """Start a job and show its progress until it ends; Ctrl+C cancels it."""
    line = StatusLine(sys.stderr)
    try:
        begin()
        while (job := engines.setup.wait(line.every)) is not None and job.running:
            line.show(job_line(job))
    except KeyboardInterrupt:
        engines.setup.cancel()
        job = engines.setup.wait()
        line.end()
        _print_note(f"findling: {tr('interrupted; what is downloaded is kept: the same command resumes.')}")
        return INTERRUPTED
    line.end()
    if job is not None and job.state == "failed":
        raise EngineError("verbatim", sentence=job.sentence, remedy=job.remedy)
    print(tr("Done."))
    return DONE


def _start(arguments: argparse.Namespace) -> int:
    root = arguments.library
    if arguments.model is None and send_request(StandaloneHost.resolve_root(root), "engine/start") is not None:
        return _wait_for_owner(root)
    with Library.open(root, settings_with_model(root, arguments.model), report=_print_event) as library:
        started = time.monotonic()
        library.engines.wait_ready()
        elapsed = round(time.monotonic() - started)
        try:
            ready = tr(
                "The engine is ready after {seconds} s. Ctrl+C or `findling engine stop` ends it.", seconds=elapsed
            )
            _print_note(ready)
            library.engines.release_requested.wait()
        except KeyboardInterrupt:
            _print_note(tr("The engine is being stopped."))
        else:
            _print_note(tr("The engine was stopped by another command."))
    return DONE


def _wait_for_owner(root: Path) -> int:
    """Wait until the engine is ready in the process that has the library open."""
    pause = threading.Event()
    while (answer := send_request(StandaloneHost.resolve_root(root), "engine/status")) is not None:
        status = answer["servers"][0]["status"]
        if status["state"] in ("ready", "busy"):
            print(tr("The engine of the Findling that has this library open is ready."))
            return DONE
        if status["state"] == "failed":
            raise EngineError("verbatim", sentence=status["detail"], remedy=status["remedy"])
        pause.wait(POLL_SECONDS)
    raise EngineError("cli.library_not_open")


def _stop(arguments: argparse.Namespace) -> int:
    root = StandaloneHost.resolve_root(arguments.library)
    if send_request(root, "engine/release") is None:
        print(Message("cli.library_not_open").sentence)
        return DONE
    deadline, pause = time.monotonic() + RELEASE_SECONDS, threading.Event()
    while (answer := send_request(root, "engine/status")) is not None and time.monotonic() < deadline:
        states = {server["status"]["state"] for server in answer["servers"]}
        if states <= {"stopped", "released", "failed"}:
            break
        pause.wait(POLL_SECONDS)
    if send_request(root, "engine/status") is not None:
        print(tr("The engine is stopped, and its memory is free. The next question starts it again."))
    else:
        print(tr("The engine is stopped, and its memory is free."))
    return DONE


def _logs(arguments: argparse.Namespace) -> int:
    with StandaloneHost(arguments.library) as host:
        lines = host.engines.log(_which(arguments), arguments.lines)
        if not lines:
            _print_note(tr("The log is empty."))
        for line in lines:
            print(single_line(line))
    return DONE


def _check(arguments: argparse.Namespace) -> int:
    with StandaloneHost(arguments.library) as host:
        owner = send_request(host.root, "engine/endpoint") if not arguments.reranker else None
        started = time.monotonic()
        if owner is not None and "base_url" in owner:
            check(Endpoint(owner["base_url"], owner["api_key"], host.settings.model_spec))
        else:
            host.engines.check(_which(arguments))
        print(tr("The engine answers as it should, after {seconds} s.", seconds=f"{time.monotonic() - started:.1f}"))
    return DONE


def _which(arguments: argparse.Namespace) -> Which:
    return "reranker" if arguments.reranker else "embedding"


def _print_event(event: Event) -> None:
    """Print each change of the engine's state."""
    if isinstance(event, EngineChanged) and event.status.detail:
        _print_note(f"{event.status.detail} {event.status.remedy}".strip())


def _print_note(sentence: str) -> None:
    print(single_line(sentence), file=sys.stderr, flush=True)


_RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "status": _status,
    "install": _install,
    "download": _download,
    "start": _start,
    "stop": _stop,
    "logs": _logs,
    "check": _check,
}

ENGINE = {"engine": run_engine}
