"""The engine as everything else sees it: started, watched, restarted and stopped; an endpoint while it is ready."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from core.engine.builtin.backend import BuiltinBackend, builtin_command
from core.engine.probe.check import Endpoint, check
from core.engine.sglang.backend import SglangBackend, SglangRuntime, default_runtime, embedding
from core.engine.supervisor.backend import Backend
from core.engine.supervisor.handle import ServerHandle
from core.engine.supervisor.local_runner import LocalRunner
from core.engine.supervisor.mailbox import Mailbox
from core.engine.supervisor.remote import RemoteRunner
from core.events import EngineStatus, Report, ignore
from core.settings import Settings

__all__ = ["BACKOFF", "Endpoint", "EngineServer"]

LONGEST_START = 120.0  # seconds without a word from the embedded engine
FIRST_ANSWER = 60.0  # seconds: the first batch of a size compiles its kernels
BACKOFF = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before each new start after a crash; then it has failed


class EngineServer(ServerHandle):
    """One engine that makes vectors, in the words of the settings: a child process, or a server elsewhere.

    The log of a child is `engine.log` in `log_dir`. `command` replaces the embedded engine's; it must talk like it.
    `runtime` is how SGLang is started where there is no card.
    """

    def __init__(
        self,
        settings: Settings,
        log_dir: Path,
        report: Report = ignore,
        *,
        command: list[str] | None = None,
        backoff: Sequence[float] = BACKOFF,
        runtime: SglangRuntime | None = None,
    ) -> None:
        model_spec, log = settings.model_spec, log_dir / "engine.log"
        status = EngineStatus(name=settings.engine, model=model_spec.name)
        if settings.engine == "remote":
            mailbox = Mailbox(status, report)
            endpoint = Endpoint(settings.remote_url.strip(), settings.remote_key.strip(), model_spec)
            super().__init__(RemoteRunner(endpoint, mailbox), mailbox, can_release=False)
            return
        program: Backend = BuiltinBackend(model_spec, command or builtin_command(settings.model), LONGEST_START)
        test = check
        if settings.engine == "sglang" and command is None:
            program = SglangBackend(settings, embedding(settings), runtime or default_runtime())
            test = functools.partial(check, timeout=FIRST_ANSWER)
        mailbox = Mailbox(EngineStatus(name=status.name, model=status.model, log=str(log)), report, test)
        super().__init__(LocalRunner(program, mailbox, log=log, backoff=backoff), mailbox, can_release=True)

    def endpoint(self) -> Endpoint | None:
        """Where to send texts, None unless ready."""
        return self._mailbox.endpoint()

    def complain(self, endpoint: Endpoint) -> None:
        """Say that this endpoint did not answer as it should: it is checked, and restarted if that is so."""
        self._mailbox.suspect(endpoint)
