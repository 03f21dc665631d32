"""Supervise an engine on this machine: start, check, watch, restart, give up, release, resume."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from core.engine.probe.check import Endpoint
from core.engine.supervisor import orphans
from core.engine.supervisor.backend import Backend, Ending, Launch
from core.engine.supervisor.child import Child, Event, Exited, Reported
from core.engine.supervisor.log import EngineLog
from core.engine.supervisor.mailbox import Checked, Mailbox, Released, Suspect
from core.engine.supervisor.processes import holds
from core.errors import EngineAnswerError, EngineUnavailableError, FindlingError, ModelError
from core.messages import Message
from core.models import MODELS

CRASH_WINDOW = 300.0  # seconds in which crashes count


class _Crashed(Exception):
    """The process misbehaves: `args[0]` is the Message that says how."""


class _Exit(Exception):
    """The process exited: `args[0]` is its exit code, or minus the signal that ended it."""


class LocalRunner:
    """Runs on the supervisor's thread."""

    def __init__(self, backend: Backend, mailbox: Mailbox, *, log: Path, backoff: Sequence[float]) -> None:
        self._backend = backend
        self._mailbox = mailbox
        self._log = log
        self._backoff = backoff
        self._crashes: deque[float] = deque()

    def run(self) -> None:
        """Keep the engine ready until the mailbox raises Stopped."""
        orphans.sweep(self._log.parent)
        while True:
            try:
                self._try()
            except Released:
                self._wait_released()

    def _try(self) -> None:
        try:
            self._live()
        except FindlingError as error:
            self._give_up(error.sentence, error.remedy)

    def _wait_released(self) -> None:
        self._mailbox.show("released", Message("engine.released").sentence)
        while True:
            with contextlib.suppress(Released):  # a second Release changes nothing
                self._mailbox.pause(None)
                return

    def _after_crash(self, ending: Ending) -> None:
        now = time.monotonic()
        self._crashes.append(now)
        while self._crashes[0] < now - CRASH_WINDOW:
            self._crashes.popleft()
        if ending.hopeless or (ending.smaller and not self._backend.shrink()):
            self._give_up(ending.sentence, ending.remedy)
        elif len(self._crashes) <= len(self._backoff):
            code = "engine.restarting_smaller" if ending.smaller else "engine.restarting"
            self._mailbox.note(restarts=self._mailbox.status().restarts + 1)
            self._mailbox.show("starting", Message(code, reason=ending.sentence).sentence)
            self._mailbox.pause(self._backoff[len(self._crashes) - 1])
        else:
            sentence = Message("engine.gave_up", reason=ending.sentence, count=len(self._crashes)).sentence
            self._give_up(sentence, ending.remedy or self._backend.remedy)

    def _give_up(self, sentence: str, remedy: str) -> None:
        self._crashes.clear()
        self._mailbox.show("failed", sentence, remedy)
        self._mailbox.pause(None)

    def _live(self) -> None:
        self._mailbox.show("starting", Message("engine.starting").sentence)
        launch = self._backend.launch()
        self._mailbox.note(memory_budget=self._backend.budget)
        log = EngineLog(self._log, launch.key)
        try:
            child = Child(launch.command, launch.variables, log, self._mailbox.post, self._backend.read)
        except OSError as error:
            self._after_crash(Ending(Message("engine.cannot_start", reason=error)))
            return
        try:
            with orphans.noted(self._log.parent, child.pid):
                log.note(f"{self._backend.model_spec.name}: started, process {child.pid}")
                self._attend(child, launch, log)
        except (_Crashed, _Exit) as error:
            self._after_crash(self._meaning(error, log))

    def _attend(self, child: Child, launch: Launch, log: EngineLog) -> None:
        is_ready = False
        started = time.monotonic()
        try:
            endpoint = self._bring_up(child, launch)
            self._backend.tidy()
            log.note(f"ready after {time.monotonic() - started:.1f} s")
            self._mailbox.show("ready", endpoint=endpoint)
            is_ready = True
            self._watch(child, endpoint)
        except Released:
            self._mailbox.show(
                "stopping", Message("engine.unloading").sentence
            )  # so that no caller sends it anything more
            raise
        finally:
            self._backend.tidy()
            child.end(self._backend.drain if is_ready and self._backend.is_working() else 0.0)
            log.note("ended")
            self._mailbox.note(memory_used=0)

    def _meaning(self, error: _Crashed | _Exit, log: EngineLog) -> Ending:
        code = error.args[0] if isinstance(error, _Exit) else None
        ending = self._backend.ending(code, log.lines()) or Ending(error.args[0])
        return ending if ending.remedy else ending.with_words(log.last_words())

    def _bring_up(self, child: Child, launch: Launch) -> Endpoint:
        port = launch.port
        while True:
            event = self._next_event(child)
            match event.get("event"):
                case "listening":
                    port = int(event["port"])
                case "loading":
                    done = float(event["fraction"])
                    self._mailbox.show("starting", Message("engine.loading", done=done).sentence, fraction=done)
                case "phase":
                    self._mailbox.show("starting", str(event["sentence"]), fraction=event.get("fraction"))
                case "failed":
                    said = {name: str(event.get(name, "")) for name in ("sentence", "remedy")}
                    raise ModelError("verbatim", **said)
                case "ready":
                    second = MODELS.get(str(event.get("second", "")))
                    break
        if launch.port and not holds(child.pid, launch.port):
            raise _Crashed(Message("engine.port_taken", port=launch.port))
        address = f"http://127.0.0.1:{port}/v1"
        endpoint = Endpoint(address, launch.key, self._backend.model_spec, second_spec=second)
        self._check(child, endpoint)
        return endpoint

    def _next_event(self, child: Child) -> Event:
        patience = self._backend.patience
        while True:
            message = self._mailbox.next(patience)
            if message is None:
                raise _Crashed(Message("engine.start_timed_out", seconds=round(patience)))
            _raise_if_exited(message, child)
            if isinstance(message, Reported) and message.child is child:
                return message.event

    def _check(self, child: Child, endpoint: Endpoint) -> None:
        self._mailbox.check(endpoint)
        while not isinstance(message := self._mailbox.next(), Checked) or message.endpoint != endpoint:
            _raise_if_exited(message, child)
        try:
            if message.error is not None:
                raise message.error
        except EngineUnavailableError as error:
            raise _Crashed(error.message) from error
        except EngineAnswerError as error:
            raise EngineAnswerError("verbatim", sentence=error.sentence, remedy=self._backend.remedy) from error

    def _watch(self, child: Child, endpoint: Endpoint) -> None:
        while True:
            message = self._mailbox.next(self._backend.gauge)
            if message is None:
                self._measure(child)
                continue
            _raise_if_exited(message, child)
            if isinstance(message, Suspect) and message.endpoint == endpoint:
                self._check(child, endpoint)
                self._mailbox.trust()

    def _measure(self, child: Child) -> None:
        is_working = self._backend.is_working()
        self._mailbox.note(state="busy" if is_working else "ready", memory_used=self._backend.memory(child.pid))
        idle = self._backend.idle
        if idle is not None and not is_working and self._mailbox.unused() > idle:
            raise Released


def _raise_if_exited(message: object, child: Child) -> None:
    if isinstance(message, Exited) and message.child is child:
        raise _Exit(message.code)
