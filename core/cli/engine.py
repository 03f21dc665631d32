"""`findling engine`: what this machine can run, fetching it, starting, checking and stopping it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from core import settings as settings_file
from core.cli.common import CODES, DONE, INTERRUPTED, as_json, command, positive, sentence
from core.cli.console import StatusLine, plain
from core.cli.engine_text import bytes_as_words, job_as_words, print_engine
from core.cli.standalone import StandaloneHome
from core.control_socket import send_request
from core.engine.hardware.capacity import best, needs
from core.engine.hardware.machine import machine
from core.engine.probe.check import Endpoint, check
from core.errors import BadInputError, EngineError
from core.events import EngineChanged, Event
from core.library import Library
from core.library.engines.actions import Which
from core.library.engines.manager import EngineManager
from core.settings import GPU_MODELS, RERANKERS, ModelChoice, Settings, with_model

RESUMED = "findling: interrupted; what was fetched is kept: the same command goes on with it."
NOBODY = "No Findling has this library open, so no engine of it runs."
LEAVING = 60.0  # seconds that an engine may take to let go of its memory
ASKING = 0.3  # seconds between two looks at it
START = (
    "It runs until Ctrl+C, or until `findling engine stop`. Meanwhile `findling search` is answered by it, and what "
    "waits in the library is indexed. If a Findling has the library open already, its engine is started, and this "
    "command ends as soon as that is ready."
)


def add_engine(commands: Any) -> None:
    """Put the command and its own sub-commands into the list of commands."""
    says = "see, fetch, start, check and stop the engine that finds by meaning"
    engine = commands.add_parser("engine", help=says, description=sentence(says), epilog=CODES)
    parts = engine.add_subparsers(dest="part", required=True, metavar="COMMAND")
    status = command(parts, "status", "show what this machine can run, what is installed, and what the engine does")
    as_json(status)
    install = command(parts, "install", "install SGLang for the graphics card, go on with that, or update it")
    instead = install.add_mutually_exclusive_group()
    instead.add_argument("--repair", action="store_true", help="make it again")
    instead.add_argument("--remove", action="store_true", help="delete it and what was downloaded for it")
    download = command(parts, "download", "fetch a model for the graphics card, or go on with that")
    download.add_argument(
        "model", nargs="?", choices=(*GPU_MODELS, *RERANKERS), help="default: the library's own, or the best"
    )
    instead = download.add_mutually_exclusive_group()
    instead.add_argument("--verify", action="store_true", help="compare its files with their checksums")
    instead.add_argument("--delete", action="store_true", help="delete its files")
    start = command(parts, "start", "start the engine", more=START)
    start.add_argument("--model", choices=get_args(ModelChoice), help="change the model (re-embeds)")
    command(parts, "stop", "stop the engine of the Findling that has the library open, and free its memory")
    logs = command(parts, "logs", "show the last lines of what the engine said")
    logs.add_argument(
        "-n", "--lines", type=positive, default=50, metavar="N", help="at most N lines (default: %(default)s)"
    )
    checked = command(parts, "check", "ask the engine for one real answer; start it for that if it is off")
    for each in (logs, checked):
        each.add_argument("--reranker", action="store_true", help="the engine that puts the best first")


def run_engine(arguments: argparse.Namespace) -> int:
    """Run one of its commands; returns the exit code."""
    return _RUN[arguments.part](arguments)


def chosen(root: Path, model: ModelChoice | None) -> Settings | None:
    """The library's settings with another model and an engine that can run it; None if none was asked for."""
    return None if model is None else with_model(settings_file.load(root / settings_file.NAME), model)


def _status(arguments: argparse.Namespace) -> int:
    with StandaloneHome(arguments.library) as alone:
        look, servers = alone.engines.look(), [dataclasses.asdict(server) for server in alone.engines.servers()]
        owner = send_request(alone.root, "status")
        if owner is not None:
            servers = owner["servers"]
        if not arguments.json:
            print_engine(alone.settings, look, servers, running=owner is not None)
            return DONE
        told = dataclasses.asdict(look) | {"engine": alone.settings.engine, "model": alone.settings.model}
        print(json.dumps(told | {"open": owner is not None, "servers": servers}))
    return DONE


def _install(arguments: argparse.Namespace) -> int:
    with StandaloneHome(arguments.library) as alone:
        engines = alone.engines
        if arguments.remove:
            return _awaited(engines, engines.remove)
        if not arguments.repair:
            look = engines.look()
            sizes = f"{bytes_as_words(look.install_download)} to fetch, {bytes_as_words(look.install_disk)} on the disk"
            _say(f"SGLang: {sizes}.")
        return _awaited(engines, engines.repair if arguments.repair else engines.install)


def _download(arguments: argparse.Namespace) -> int:
    with StandaloneHome(arguments.library) as alone:
        engines, model = alone.engines, arguments.model or _usual(alone.settings)
        if arguments.verify:
            return _awaited(engines, lambda: engines.verify(model))
        if arguments.delete:
            return _awaited(engines, lambda: engines.delete(model))
        _say(f"{model}: {bytes_as_words(needs(model).download)} to fetch.")
        return _awaited(engines, lambda: engines.download(model))


def _usual(settings: Settings) -> str:
    """The model for the card that the settings name, or else the largest that fits; raises BadInputError."""
    model = settings.model if settings.model in GPU_MODELS else best(machine())
    if not model:
        sentence = "The library's model comes with Findling, and no larger one fits on a card of this machine."
        raise BadInputError(sentence, f"Name one of {', '.join(GPU_MODELS)} to fetch it all the same.")
    return model


def _awaited(engines: EngineManager, begin: Callable[[], None]) -> int:
    """Begin a job and follow it to its end, or cancel it with Ctrl+C."""
    line = StatusLine(sys.stderr)
    try:
        begin()
        while (job := engines.wait_job(line.every)) is not None and job.running:
            line.show(job_as_words(job))
    except KeyboardInterrupt:
        engines.cancel()
        job = engines.wait_job()
        line.end()
        _say(RESUMED)
        return INTERRUPTED
    line.end()
    if job is not None and job.state == "failed":
        raise EngineError(job.sentence, job.remedy)
    print("Done.")
    return DONE


def _start(arguments: argparse.Namespace) -> int:
    root = arguments.library
    if arguments.model is None and send_request(StandaloneHome.place(root), "start") is not None:
        return _await_owner(root)
    with Library.open(root, chosen(root, arguments.model), report=_tell) as library:
        begun = time.monotonic()
        library.wait_engine()
        took = time.monotonic() - begun
        try:
            _say(f"The engine is ready after {took:.0f} s. Ctrl+C, or `findling engine stop`, ends it.")
            library.engines.release_requested.wait()
        except KeyboardInterrupt:
            _say("The engine is being stopped.")
        else:
            _say("The engine was stopped by another command.")
    return DONE


def _await_owner(root: Path) -> int:
    """Wait for the engine of the program that has the library open."""
    pause = threading.Event()
    while (answer := send_request(StandaloneHome.place(root), "status")) is not None:
        status = answer["servers"][0]["status"]
        if status["state"] in ("ready", "busy"):
            print("The engine of the Findling that has this library open is ready.")
            return DONE
        if status["state"] == "failed":
            raise EngineError(status["detail"], status["remedy"])
        pause.wait(ASKING)
    raise EngineError(NOBODY, "Try again.")


def _stop(arguments: argparse.Namespace) -> int:
    root = StandaloneHome.place(arguments.library)
    if send_request(root, "release") is None:
        print(NOBODY)
        return DONE
    end, pause = time.monotonic() + LEAVING, threading.Event()
    while (answer := send_request(root, "status")) is not None and time.monotonic() < end:
        states = {server["status"]["state"] for server in answer["servers"]}
        if states <= {"stopped", "released", "failed"}:
            break
        pause.wait(ASKING)
    again = " The next question starts it again." if send_request(root, "status") is not None else ""
    print(f"The engine is stopped, and its memory is free.{again}")
    return DONE


def _logs(arguments: argparse.Namespace) -> int:
    with StandaloneHome(arguments.library) as alone:
        lines = alone.engines.log(_which(arguments), arguments.lines)
        if not lines:
            _say("It has not said anything yet.")
        for line in lines:
            print(plain(line))
    return DONE


def _check(arguments: argparse.Namespace) -> int:
    with StandaloneHome(arguments.library) as alone:
        owner = send_request(alone.root, "endpoint") if not arguments.reranker else None
        begun = time.monotonic()
        if owner is not None and "base_url" in owner:
            check(Endpoint(owner["base_url"], owner["api_key"], alone.settings.model_spec))
        else:
            alone.engines.check(_which(arguments))
        print(f"The engine answers as it should, after {time.monotonic() - begun:.1f} s.")
    return DONE


def _which(arguments: argparse.Namespace) -> Which:
    return "reranker" if arguments.reranker else "embedding"


def _tell(event: Event) -> None:
    """Say what the engine is doing, as it comes."""
    if isinstance(event, EngineChanged) and event.status.detail:
        _say(f"{event.status.detail} {event.status.remedy}".strip())


def _say(sentence: str) -> None:
    print(plain(sentence), file=sys.stderr, flush=True)


_RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "status": _status,
    "install": _install,
    "download": _download,
    "start": _start,
    "stop": _stop,
    "logs": _logs,
    "check": _check,
}
