"""The engine as everything else sees it: started, watched, restarted and stopped; an endpoint while it is ready."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from core.engine.check import Endpoint
from core.engine.desk import Desk, Release, Retry, Stop, Stopped
from core.engine.local import LocalEngine
from core.engine.log import tail
from core.engine.program import Builtin, Program, builtin_command
from core.engine.remote import RemoteEngine
from core.engine.sglang import Recipe, Sglang, embedding, recipe_here
from core.events import EngineStatus, Report, ignore
from core.settings import Settings

__all__ = ["BACKOFF", "Endpoint", "EngineServer"]

LONGEST_START = 120.0  # seconds without a word from the embedded engine
BACKOFF = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before each new start after a crash; then it has failed


class EngineServer:
    """One engine, in the words of the settings: a child process, or a server elsewhere.

    Every change of state is reported as EngineChanged, from the watcher's thread or the caller's. The log of a child
    is `engine.log` in `log_dir`. `command` replaces the embedded engine's; it must talk like it. `recipe` is
    how SGLang is started where there is no card.
    """

    def __init__(
        self,
        settings: Settings,
        log_dir: Path,
        report: Report = ignore,
        *,
        command: list[str] | None = None,
        backoff: Sequence[float] = BACKOFF,
        recipe: Recipe | None = None,
    ) -> None:
        profile = settings.profile
        self._log = log_dir / "engine.log"
        runs_elsewhere = settings.engine == "remote"
        shown_log = "" if runs_elsewhere else str(self._log)
        self._desk = Desk(EngineStatus(name=settings.engine, model=profile.name, log=shown_log), report)
        self._engine: LocalEngine | RemoteEngine
        if runs_elsewhere:
            endpoint = Endpoint(settings.remote_url.strip(), settings.remote_key.strip(), profile)
            self._engine = RemoteEngine(endpoint, self._desk)
        else:
            program: Program = Builtin(profile, command or builtin_command(settings.model), LONGEST_START)
            if settings.engine == "sglang" and command is None:
                program = Sglang(settings, embedding(settings), recipe or recipe_here())
            self._engine = LocalEngine(program, self._desk, log=self._log, backoff=backoff)
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None
        self._is_closed = False
        self._is_held = False

    def start(self) -> None:
        """Begin to get ready, or try again after a failure; returns at once. Does nothing after `close`."""
        with self._lock:
            if self._is_closed:
                return
            if self._watcher is None:
                self._desk.show("starting", "The engine is starting.")
                self._watcher = threading.Thread(target=self._watch, name="engine-watcher", daemon=True)
                self._watcher.start()
            elif self._desk.status().state in ("failed", "released"):
                self._desk.show("starting", "The engine is starting.")
                self._desk.post(Retry())
            self._is_held = False

    def wake(self, *, for_work: bool = False) -> None:
        """Start it if it is off or released, for a question or `for_work` that waits.

        Work does not take back a card that a person has released; their next question does.
        """
        state = self._desk.status().state
        if state == "stopped" or (state == "released" and not (for_work and self._is_held)):
            self.start()

    def release(self) -> None:
        """Free the memory that it takes, until it is asked for again; returns at once."""
        with self._lock:
            if self._watcher is not None and isinstance(self._engine, LocalEngine):
                self._is_held = True
                self._desk.post(Release())

    def log_tail(self, lines: int) -> list[str]:
        """The last lines of what the engine said, without its key."""
        return tail(self._log, lines)

    def status(self) -> EngineStatus:
        """The state now; `detail` is a sentence about it, in a failure with the engine's last words."""
        return self._desk.status()

    def endpoint(self) -> Endpoint | None:
        """Where to send texts, None unless ready."""
        return self._desk.endpoint()

    def wait_ready(self, timeout: float | None = None) -> Endpoint:
        """Block until ready, at most `timeout` seconds.

        Raises EngineError (failed, or not started) or WaitTimeoutError.
        """
        return self._desk.wait_ready(timeout)

    def complain(self, endpoint: Endpoint) -> None:
        """Say that this endpoint did not answer as it should: it is checked, and restarted if that is so."""
        self._desk.suspect(endpoint)

    def close(self) -> None:
        """Stop for good: whoever still holds on to this one, in the middle of a search say, cannot start it again."""
        with self._lock:
            self._is_closed = True
        self.stop()

    def stop(self) -> None:
        """End the engine with all its processes, and wait for that; not to be called from `report`."""
        with self._lock:
            if self._watcher is None:
                return
            self._desk.show("stopping")
            self._desk.post(Stop())
            self._watcher.join()
            self._watcher = None
            self._desk.show("stopped")

    def _watch(self) -> None:
        try:
            self._engine.run()
        except Stopped:
            return
        except BaseException:
            self._desk.show("failed", "The engine's watcher failed.", "Start Findling again, and report this.")
            raise
