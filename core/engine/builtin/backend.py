"""How the built-in engine is started, and what its exit means."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from core.engine.supervisor.backend import Ending, Launch
from core.engine.supervisor.child import Event
from core.engine.supervisor.processes import resident
from core.messages import Message
from core.models import ModelSpec
from core.processes.isolated import module_command

KEY_VARIABLE = "FINDLING_ENGINE_KEY"
START_TIMEOUT = 120.0  # seconds without an event


class BuiltinBackend:
    """The built-in engine, or another program that reports the same events on stdout."""

    patience = START_TIMEOUT
    first_answer = 10.0
    idle: float | None = None
    drain = 0.0
    budget = 0
    gauge: float | None = None

    def __init__(self, model_spec: ModelSpec, command: Sequence[str]) -> None:
        self.model_spec = model_spec
        self._command = command

    @property
    def remedy(self) -> str:
        return Message("engine.builtin_remedy").sentence

    def launch(self) -> Launch:
        key = secrets.token_urlsafe(32)
        return Launch(self._command, {KEY_VARIABLE: key}, key)

    def read(self, line: str) -> Event | None:  # noqa: ARG002
        return None

    def ending(self, code: int | None, lines: Sequence[str]) -> Ending | None:  # noqa: ARG002
        if code is None:
            return None
        if code >= 0:
            return Ending(Message("engine.ended_with_code", code=code))
        return Ending(Message("engine.ended_by_signal", signal=-code))

    def shrink(self) -> bool:
        return False

    def tidy(self) -> None:
        """Nothing was made for the start."""

    def memory(self, pid: int) -> int:
        return resident(pid)

    def is_working(self) -> bool:
        return False


def builtin_command(model: str) -> list[str]:
    """The command that starts the built-in engine."""
    return module_command("core.engine.builtin", "--model", model)
