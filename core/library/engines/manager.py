"""The engines of a library: the embedding server and the reranker, and what this machine can run."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass
from typing import Protocol, get_args

from core.control_socket import Reply
from core.control_socket.operation import NoValue, Operation
from core.engine.probe.check import check
from core.engine.registry import kind_of
from core.engine.reranker import IRRELEVANT, QUESTION, RELEVANT, RerankServer
from core.engine.server import EngineServer
from core.errors import EngineError
from core.events import EngineChanged, EngineState, EngineStatus, Report
from core.library.engines import capabilities
from core.library.engines.actions import ServerActions, Which, server_actions, with_job
from core.library.engines.capabilities import Capabilities, Missing
from core.library.engines.setup import EngineSetup
from core.settings import Settings

CHECK_TIMEOUT = 600.0  # seconds; a large model on a slow disk takes minutes to load


@dataclass(frozen=True, slots=True)
class StateOfEngine:
    """The state of the embedding engine."""

    state: EngineState


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """Where the embedding engine answers, and its key; only its state if it does not."""

    base_url: str = ""
    api_key: str = ""
    state: EngineState | None = None


@dataclass(frozen=True, slots=True)
class ServerStates:
    """The embedding server, and the reranker if there is one."""

    servers: tuple[ServerActions, ...]


class ServerPair(Protocol):
    """The owner of the servers: a session of a library, or a command that opens no library."""

    @property
    def engine(self) -> EngineServer: ...
    @property
    def reranker(self) -> RerankServer | None: ...


class EngineHost(Protocol):
    """What an `EngineManager` manages the engines of."""

    @property
    def settings(self) -> Settings: ...
    @property
    def current(self) -> ServerPair: ...
    def token_count(self) -> int: ...
    def change_settings(self, settings: Settings) -> None: ...
    def start_engine(self) -> None: ...
    def wait_engine(self, timeout: float | None = None) -> None: ...


class EngineManager:
    """A part of `Library`. Methods return at once unless they say that they wait; any thread may call them.

    `setup` installs and downloads. `release_requested` is set when another program asked for the memory.
    """

    def __init__(self, host: EngineHost, report: Report) -> None:
        self._host = host
        self._report = report
        self._known: Capabilities | None = None
        self.release_requested = threading.Event()
        self.setup = EngineSetup(lambda: self._host.settings, self._setup_changed, self._stop_servers)

    def detect(self) -> Capabilities:
        """Detect the hardware and what is installed; waits a moment for the driver and the disk."""
        held, held_by_reranker = map(self._gpu_memory, get_args(Which))
        self._known = capabilities.detect(
            self._host.settings, self._host.token_count(), held=held, held_by_reranker=held_by_reranker
        )
        return self._known

    @property
    def known(self) -> Capabilities | None:
        """What `detect` returned last, the one copy of it; None before the first call."""
        return self._known

    def servers(self) -> tuple[ServerActions, ...]:
        """The embedding server, and the reranker if the settings have one."""
        both = (self.server("embedding"), self.server("reranker"))
        return both if both[1].model and kind_of(self._host.settings.engine).can_rerank else both[:1]

    def server(self, which: Which) -> ServerActions:
        """The state of one server; stopped if it does not run in this program."""
        settings, running, known = self._host.settings, self._server(which), self._known
        model = settings.model if which == "embedding" else settings.reranker
        files = known.model(model) if known and not capabilities.own_folder(settings, model) else None
        return server_actions(
            which,
            settings,
            EngineStatus() if running is None else running.status(),
            installation=known.installation if known and not settings.sglang else "ready",
            weights=files.weights if files else "ready",
            job=self.setup.job(),
        )

    def with_setup(self, status: EngineStatus) -> EngineStatus:
        """The embedding server's status to show: the progress of a job that installs something for it, if any."""
        job = self.setup.job()
        return with_job(status, job if job is not None and job.model in ("", self._host.settings.model) else None)

    def start(self, which: Which = "embedding") -> None:
        """Start a server, also after it failed or was released."""
        reranker = self._host.current.reranker
        if which == "embedding":
            self._host.start_engine()
        elif reranker is not None:
            reranker.start()

    def wait_ready(self, timeout: float | None = None) -> None:
        """Start the embedding server if it is off, and wait for it; raises EngineError, WaitTimeoutError."""
        self._host.wait_engine(timeout)

    def release(self, which: Which = "embedding") -> None:
        """Free the memory of a server; the next query, or `start`, loads it again."""
        if (running := self._server(which)) is not None:
            running.release()

    def unload(self) -> None:
        """Free the memory of idle servers until a query or indexing needs them again."""
        for which in get_args(Which):
            if (running := self._server(which)) is not None and running.status().state == "ready":
                running.unload()

    def check(self, which: Which = "embedding", timeout: float = CHECK_TIMEOUT) -> float:
        """Start a server if it is off and send it one real request; waits. Returns the seconds until the response.

        Raises EngineError or WaitTimeoutError, with what is wrong.
        """
        start, running = time.monotonic(), self._host.current
        if which == "embedding":
            running.engine.start()
            check(running.engine.wait_ready(timeout))
        elif running.reranker is None:
            raise EngineError("library.no_reranker")
        else:
            running.reranker.start()
            running.reranker.wait_ready(timeout)
            running.reranker.scores(QUESTION, [RELEVANT, IRRELEVANT])
        return time.monotonic() - start

    def log(self, which: Which = "embedding", lines: int = 200) -> list[str]:
        """The last lines of a server's log, without its key."""
        running = self._server(which)
        return [] if running is None else running.log_tail(lines)

    def missing(self, settings: Settings) -> Missing:
        """What must be installed before these settings can be used; calls `detect` if it was not called yet."""
        return (self._known or self.detect()).missing(settings)

    def use(self, settings: Settings) -> None:
        """Install what these settings need, then use them and start the engine; until then nothing changes.

        Raises as `Library.change_settings`, and EngineError while another job runs.
        """

        def use_now() -> None:
            if settings != self._host.settings:
                self._host.change_settings(settings)
            self.start("embedding")

        missing = self.missing(settings)
        if missing:
            self.setup.install_missing(missing, settings, then=use_now)
        else:
            use_now()

    def operations(self) -> tuple[Operation, ...]:
        """What other programs of the same user may ask of the engines, see `core.control_socket`."""
        return (
            Operation("engine/status", "The states of the engines.", self._answer_status, response=ServerStates),
            Operation("engine/start", "Start the engine.", self._answer_start, response=StateOfEngine),
            Operation(
                "engine/release", "Free the memory of the engines.", self._answer_release, response=StateOfEngine
            ),
            Operation("engine/endpoint", "Where the engine answers.", self._answer_endpoint, response=EngineAddress),
        )

    def close(self) -> None:
        """Cancel the running job, and wait for it."""
        self.setup.close()

    def _answer_status(self, _request: NoValue) -> Reply:
        return {"servers": [asdict(server) for server in self.servers()]}

    def _answer_start(self, _request: NoValue) -> Reply:
        self.start("embedding")
        return self._state()

    def _answer_release(self, _request: NoValue) -> Reply:
        self.release_requested.set()
        for which in get_args(Which):
            self.release(which)
        return self._state()

    def _answer_endpoint(self, _request: NoValue) -> Reply:
        engine = self._host.current.engine
        engine.wake()
        endpoint = engine.endpoint()
        if endpoint is None:
            return self._state()
        return {"base_url": endpoint.base_url, "api_key": endpoint.api_key}

    def _state(self) -> Reply:
        return {"state": self._host.current.engine.status().state}

    def _gpu_memory(self, which: Which) -> int:
        """Bytes of GPU memory that one of the servers uses."""
        running = self._server(which)
        on_gpu = running is not None and kind_of(self._host.settings.engine).uses_gpu
        return running.status().memory_used if running is not None and on_gpu else 0

    def _server(self, which: Which) -> EngineServer | RerankServer | None:
        running = self._host.current
        return running.engine if which == "embedding" else running.reranker

    def _setup_changed(self) -> None:
        job = self.setup.job()
        if job is not None and not job.running:
            self.detect()  # the job changed what is installed
        self._report(EngineChanged(self.server("embedding").status))

    def _stop_servers(self) -> None:
        for which in get_args(Which):
            if (running := self._server(which)) is not None:
                running.release_and_wait()
