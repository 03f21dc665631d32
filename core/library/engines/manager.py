"""The engines of a library: what this machine can run, fetching it, and the servers of meaning and of ranking."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Protocol, get_args

from core.control_socket import Handler, Reply
from core.engine.installing.install import Installation, check_command
from core.engine.model_download.weights import Weights, WeightsMetadata, weights_metadata
from core.engine.probe.check import check
from core.engine.registry import kind_of
from core.engine.reranker import QUESTION, RIGHT, WRONG, RerankServer
from core.engine.server import EngineServer
from core.errors import EngineError
from core.events import EngineChanged, EngineStatus, Report
from core.library.engines import capabilities
from core.library.engines.actions import ServerActions, Which, server_actions, with_job
from core.library.engines.capabilities import Capabilities, Missing
from core.library.engines.jobs import EngineJob, Jobs, Task
from core.settings import Settings

CHECK_SECONDS = 600.0  # a large model on a slow disk takes minutes to load


class Running(Protocol):
    """Whatever runs the servers: a library's session, or a command that needs no library."""

    @property
    def engine(self) -> EngineServer: ...
    @property
    def reranker(self) -> RerankServer | None: ...


class Home(Protocol):
    """Whose engines these are: its settings, what runs with them, and how much text there is."""

    @property
    def settings(self) -> Settings: ...
    def running(self) -> Running: ...
    def tokens(self) -> int: ...
    def change_settings(self, settings: Settings) -> None: ...
    def start_engine(self) -> None: ...


class EngineManager:
    """Methods return at once unless they say that they wait; any thread may call them."""

    def __init__(self, home: Home, report: Report) -> None:
        self._home = home
        self._report = report
        self._known: Capabilities | None = None
        self.release_requested = threading.Event()  # set when another command asked for the memory
        self._jobs = Jobs(self._job_changed)

    def look(self) -> Capabilities:
        """Look at this machine and at what is installed; waits a moment for the driver and the disk."""
        held = [self._held(which) for which in get_args(Which)]
        self._known = capabilities.capabilities(
            self._home.settings, self._home.tokens(), held=held[0], held_to_rank=held[1]
        )
        return self._known

    @property
    def known(self) -> Capabilities | None:
        """What the last look saw."""
        return self._known

    def servers(self) -> tuple[ServerActions, ...]:
        """The server of meaning, and the one of ranking if the settings have one."""
        both = (self.server("embedding"), self.server("reranker"))
        return both if both[1].model and kind_of(self._home.settings.engine).can_rerank else both[:1]

    def server(self, which: Which) -> ServerActions:
        """One server as it is; off if it does not run in this program."""
        settings, running, known = self._home.settings, self._of(which), self._known
        model = settings.model if which == "embedding" else settings.reranker
        files = known.model(model) if known and not capabilities.own_folder(settings, model) else None
        return server_actions(
            which,
            settings,
            EngineStatus() if running is None else running.status(),
            installation=known.installation if known and not settings.sglang else "ready",
            weights=files.weights if files else "ready",
            job=self._jobs.now(),
        )

    def shown(self, status: EngineStatus) -> EngineStatus:
        """The status of the engine of meaning as a person sees it while something is fetched for it."""
        job = self._jobs.now()
        return with_job(status, job if job is not None and job.model in ("", self._home.settings.model) else None)

    def start(self, which: Which = "embedding") -> None:
        """Start a server, also after it failed or was released."""
        reranker = self._home.running().reranker
        if which == "embedding":
            self._home.start_engine()
        elif reranker is not None:
            reranker.start()

    def release(self, which: Which = "embedding") -> None:
        """Free what a server takes; it comes back with the next question, or when it is started."""
        if (running := self._of(which)) is not None:
            running.release()

    def check(self, which: Which = "embedding", timeout: float = CHECK_SECONDS) -> float:
        """Start a server if need be and ask it one real thing; waits. Returns seconds until the answer.

        Raises EngineError or WaitTimeoutError, with what is wrong.
        """
        begun, running = time.monotonic(), self._home.running()
        if which == "embedding":
            running.engine.start()
            check(running.engine.wait_ready(timeout))
        elif running.reranker is None:
            raise EngineError("There is no reranker in the settings.", "Choose one in the engine's panel.")
        else:
            running.reranker.start()
            running.reranker.wait_ready(timeout)
            running.reranker.scores(QUESTION, [RIGHT, WRONG])
        return time.monotonic() - begun

    def check_elsewhere(self, settings: Settings) -> None:
        """Whether the server that the settings name answers with their model; waits. Raises EngineError."""
        endpoint = kind_of(settings.engine).endpoint
        assert endpoint is not None
        check(endpoint(settings))

    @staticmethod
    def version_of(command: str) -> str:
        """The version of the SGLang that a person has already, by its Python or its command; waits.

        Raises EngineError.
        """
        return check_command(command).version

    @staticmethod
    def facts_of(folder: str) -> WeightsMetadata:
        """What a folder of weights says of itself; raises ModelError."""
        return weights_metadata(Path(folder))

    def log(self, which: Which = "embedding", lines: int = 200) -> list[str]:
        """The last lines of what a server said, without its key."""
        running = self._of(which)
        return [] if running is None else running.log_tail(lines)

    def missing(self, settings: Settings) -> Missing:
        """What is to be fetched before these settings can be used; looks first if nobody did."""
        return (self._known or self.look()).missing(settings)

    def choose(self, settings: Settings) -> None:
        """Use these settings from now on; raises as `Library.change_settings`."""
        self._home.change_settings(settings)

    def set_up(self, settings: Settings) -> None:
        """Fetch what these settings need, then use them and start the engine; what is used until then goes on."""
        missing = self.missing(settings)
        tasks = [self._install_task(settings)] if missing.sglang else []
        tasks += [self._download_task(settings, model) for model in missing.models]
        if tasks:
            self._jobs.begin(*tasks, then=lambda: self._use(settings))
        else:
            self._use(settings)

    def install(self) -> None:
        """Install SGLang, go on with it, or update it."""
        self._jobs.begin(self._install_task(self._home.settings))

    def repair(self) -> None:
        """Make SGLang's environment again."""
        proxy = self._home.settings.proxy
        self._jobs.begin(Task("repair", "", lambda tell, off: Installation().repair(tell, off, proxy=proxy)))

    def remove(self) -> None:
        """Stop what uses SGLang, then delete it and what was downloaded for it."""
        self._jobs.begin(Task("remove", "", lambda _tell, _off: self._without_servers(Installation().remove)))

    def download(self, model: str) -> None:
        """Fetch a model's files, or go on with it."""
        self._jobs.begin(self._download_task(self._home.settings, model))

    def verify(self, model: str) -> None:
        """Read all of a model's files and compare them with their checksums."""
        self._jobs.begin(Task("verify", model, lambda tell, off: Weights(model).verify(tell, off)))

    def delete(self, model: str) -> None:
        """Delete a model's files."""
        self._jobs.begin(Task("delete", model, lambda _tell, _off: self._without_servers(Weights(model).delete)))

    def job(self) -> EngineJob | None:
        """What is being fetched or installed, or what became of it."""
        return self._jobs.now()

    def cancel(self) -> None:
        """End what is being fetched; what came is kept, so that it can be gone on with."""
        self._jobs.cancel()

    def forget_job(self) -> None:
        """What became of the last job was read."""
        self._jobs.forget()

    def wait_job(self, timeout: float | None = None) -> EngineJob | None:
        """Wait until nothing is fetched or installed any more, at most `timeout` seconds."""
        return self._jobs.wait(timeout)

    def handlers(self) -> dict[str, Handler]:
        """What answers the requests of other programs of the same user, see `core.control_socket`."""
        return {
            "status": self._answer_status,
            "start": self._answer_start,
            "release": self._answer_release,
            "endpoint": self._answer_endpoint,
        }

    def close(self) -> None:
        """Cancel what is being fetched, and wait for that."""
        self._jobs.close()

    def _answer_status(self, _request: Reply) -> Reply:
        return {"servers": [asdict(server) for server in self.servers()]}

    def _answer_start(self, _request: Reply) -> Reply:
        self.start("embedding")
        return self._state()

    def _answer_release(self, _request: Reply) -> Reply:
        self.release_requested.set()
        for which in get_args(Which):
            self.release(which)
        return self._state()

    def _answer_endpoint(self, _request: Reply) -> Reply:
        engine = self._home.running().engine
        engine.wake()
        endpoint = engine.endpoint()
        if endpoint is None:
            return self._state()
        return {"base_url": endpoint.base_url, "api_key": endpoint.api_key}

    def _state(self) -> Reply:
        return {"state": self._home.running().engine.status().state}

    def _held(self, which: Which) -> int:
        """Bytes of a card that one of our servers takes."""
        running = self._of(which)
        on_card = running is not None and kind_of(self._home.settings.engine).uses_gpu
        return running.status().memory_used if running is not None and on_card else 0

    def _of(self, which: Which) -> EngineServer | RerankServer | None:
        running = self._home.running()
        return running.engine if which == "embedding" else running.reranker

    def _job_changed(self) -> None:
        job = self._jobs.now()
        if job is not None and not job.running:
            self.look()  # at what it changed
        self._report(EngineChanged(self.server("embedding").status))

    def _use(self, settings: Settings) -> None:
        if settings != self._home.settings:
            self.choose(settings)
        self.start("embedding")

    def _without_servers(self, do: Callable[[], None]) -> bool:
        """Do something to files that a server may be using, when none runs any more."""
        for which in get_args(Which):
            if (running := self._of(which)) is not None:
                running.let_go()
        do()
        return True

    @staticmethod
    def _install_task(settings: Settings) -> Task:
        return Task("install", "", lambda tell, off: Installation().install(tell, off, proxy=settings.proxy))

    @staticmethod
    def _download_task(settings: Settings, model: str) -> Task:
        hub, mirror, proxy = settings.hub, settings.hub_mirror, settings.proxy
        return Task("download", model, lambda tell, off: Weights(model).download(hub, mirror, proxy, tell, off))
