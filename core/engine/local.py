"""Keeping an engine on this machine alive: start, check, watch, start again, give up."""

from __future__ import annotations

import contextlib
import secrets
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.engine.check import Endpoint
from core.engine.child import Child, Exited, Told
from core.engine.desk import Checked, Desk, Released, Suspect
from core.engine.log import EngineLog
from core.errors import EngineAnswerError, EngineUnavailableError, FindlingError, ModelError
from core.profiles import ModelProfile

KEY_VARIABLE = "FINDLING_ENGINE_KEY"
LONGEST_START = 120.0  # seconds without a word
REMEMBERED = 300.0  # seconds after which a crash is forgiven
REINSTALL = "Try again; if it stays so, install Findling again, or look into the engine's log."


class _Crashed(Exception):
    """The process went away, or does not do what it should: `args[0]` says so in a sentence."""


def builtin_command(model: str) -> list[str]:
    """How the embedded engine is started."""
    return [sys.executable, "-m", "core.engine.builtin", "--model", model]


class LocalEngine:
    """Runs on the watcher's thread; the child ends when that thread does, so it must live as long."""

    def __init__(
        self, profile: ModelProfile, desk: Desk, *, command: Sequence[str], log: Path, backoff: Sequence[float]
    ) -> None:
        self._profile = profile
        self._desk = desk
        self._command = command
        self._log = log
        self._backoff = backoff
        self._crashes: deque[float] = deque()

    def run(self) -> None:
        """Keep the engine ready until the desk says Stopped."""
        while True:
            try:
                self._try()
            except Released:
                self._rest()

    def _try(self) -> None:
        try:
            self._live()
        except _Crashed as error:
            self._after_crash(str(error))
        except FindlingError as error:
            self._desk.show("failed", error.sentence, error.remedy)
            self._desk.pause(None)

    def _rest(self) -> None:
        self._desk.show("released", "It was unloaded to free its memory, and comes back when it is needed.")
        while True:
            with contextlib.suppress(Released):  # again, while it is released
                self._desk.pause(None)
                return

    def _after_crash(self, sentence: str) -> None:
        now = time.monotonic()
        self._crashes.append(now)
        while self._crashes[0] < now - REMEMBERED:
            self._crashes.popleft()
        if len(self._crashes) <= len(self._backoff):
            self._desk.show("starting", f"{sentence} It is started again.")
            self._desk.pause(self._backoff[len(self._crashes) - 1])
        else:
            self._desk.show("failed", f"{sentence} That was its attempt number {len(self._crashes)}.", REINSTALL)
            self._crashes.clear()
            self._desk.pause(None)

    def _live(self) -> None:
        self._desk.show("starting", "The engine is starting.")
        key = secrets.token_urlsafe(32)
        log = EngineLog(self._log, key)
        try:
            child = Child(self._command, {KEY_VARIABLE: key}, log, self._desk.post)
        except OSError as error:
            raise _Crashed(f"The engine cannot be started: {error}.") from error
        try:
            endpoint = self._bring_up(child, key)
            self._desk.show("ready", endpoint=endpoint)
            self._watch(child, endpoint)
        except _Crashed as error:
            child.end()
            raise _Crashed(f"{error} {log.last_words()}".strip()) from error
        finally:
            child.end()

    def _bring_up(self, child: Child, key: str) -> Endpoint:
        port = 0
        while True:
            event = self._told(child)
            match event.get("event"):
                case "listening":
                    port = int(event["port"])
                case "loading":
                    self._desk.show("starting", f"The model is being loaded ({float(event['fraction']):.0%}).")
                case "failed":
                    raise ModelError(str(event.get("sentence", "")), str(event.get("remedy", "")))
                case "ready":
                    break
        endpoint = Endpoint(f"http://127.0.0.1:{port}/v1", key, self._profile)
        self._check(child, endpoint)
        return endpoint

    def _told(self, child: Child) -> Mapping[str, Any]:
        while True:
            message = self._desk.next(LONGEST_START)
            if message is None:
                raise _Crashed(f"The engine did not get ready within {LONGEST_START:.0f} seconds.")
            _raise_if_gone(message, child)
            if isinstance(message, Told) and message.child is child:
                return message.event

    def _check(self, child: Child, endpoint: Endpoint) -> None:
        self._desk.check(endpoint)
        while not isinstance(message := self._desk.next(), Checked) or message.endpoint != endpoint:
            _raise_if_gone(message, child)
        try:
            if message.error is not None:
                raise message.error
        except EngineUnavailableError as error:
            raise _Crashed(error.sentence) from error
        except EngineAnswerError as error:
            raise EngineAnswerError(error.sentence, REINSTALL) from error

    def _watch(self, child: Child, endpoint: Endpoint) -> None:
        while True:
            message = self._desk.next()
            _raise_if_gone(message, child)
            if isinstance(message, Suspect) and message.endpoint == endpoint:
                self._check(child, endpoint)
                self._desk.trust()


def _raise_if_gone(message: object, child: Child) -> None:
    if isinstance(message, Exited) and message.child is child:
        how = f"code {message.code}" if message.code >= 0 else f"signal {-message.code}"
        raise _Crashed(f"The engine ended by itself ({how}).")
