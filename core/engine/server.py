"""The engine as everything else sees it: started, watched, restarted and stopped; an endpoint while it is ready."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from core.engine.probe.check import Endpoint, check
from core.engine.registry import kind_of
from core.engine.supervisor.backend import Backend
from core.engine.supervisor.handle import ServerHandle
from core.engine.supervisor.local_runner import LocalRunner
from core.engine.supervisor.mailbox import Mailbox
from core.engine.supervisor.remote_runner import RemoteRunner
from core.events import EngineStatus, Report, ignore
from core.settings import Settings

__all__ = ["BACKOFF", "Endpoint", "EngineServer"]

BACKOFF = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before each new start after a crash; then it has failed


class EngineServer(ServerHandle):
    """The engine of the settings, which makes vectors: a child process, or a server that somebody else runs.

    The log of a child is `engine.log` in `log_dir`. `backend` replaces that of the settings' engine.
    """

    def __init__(
        self,
        settings: Settings,
        log_dir: Path,
        report: Report = ignore,
        *,
        backend: Backend | None = None,
        backoff: Sequence[float] = BACKOFF,
    ) -> None:
        kind, model_name = kind_of(settings.engine), settings.model_spec.name
        if backend is None and kind.backend is not None:
            backend = kind.backend(settings)
        if backend is not None:
            log = log_dir / "engine.log"
            status = EngineStatus(name=kind.key, model=model_name, log=str(log))
            mailbox = Mailbox(status, report, functools.partial(check, timeout=backend.first_answer))
            super().__init__(LocalRunner(backend, mailbox, log=log, backoff=backoff), mailbox, can_release=True)
            return
        assert kind.endpoint is not None
        mailbox = Mailbox(EngineStatus(name=kind.key, model=model_name), report)
        super().__init__(RemoteRunner(kind.endpoint(settings), mailbox), mailbox, can_release=False)

    def endpoint(self) -> Endpoint | None:
        """Where to send texts, None unless ready."""
        return self._mailbox.endpoint()

    def complain(self, endpoint: Endpoint) -> None:
        """Report an endpoint that did not answer as it should: it is checked, and restarted if the check fails."""
        self._mailbox.suspect(endpoint)
