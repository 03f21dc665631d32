"""Installing SGLang and downloading models, one job at a time."""

from __future__ import annotations

from collections.abc import Callable

from core.engine.installing.install import Installation
from core.engine.model_download.weights import Weights
from core.library.engines.capabilities import Missing
from core.library.engines.jobs import EngineJob, Jobs, Task
from core.settings import Settings


class EngineSetup:
    """A part of `EngineManager`. Methods return at once unless they say that they wait; any thread may call them.

    What starts a job raises EngineError while another one runs. `changed` is called on the job's thread,
    `stop_servers` before files are deleted that a server may use.
    """

    def __init__(
        self, settings: Callable[[], Settings], changed: Callable[[], None], stop_servers: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._stop_servers = stop_servers
        self._jobs = Jobs(changed)

    def install_missing(self, missing: Missing, settings: Settings, then: Callable[[], None]) -> None:
        """Install and download what is missing, and call `then` if all of it succeeded."""
        tasks = [_install_task(settings)] if missing.runtime else []
        tasks += [_download_task(settings, model) for model in missing.models]
        self._jobs.begin(*tasks, then=then)

    def install(self) -> None:
        """Install SGLang, resume its installation, or update it."""
        self._jobs.begin(_install_task(self._settings()))

    def repair(self) -> None:
        """Install SGLang's environment again."""
        proxy = self._settings().proxy
        self._jobs.begin(
            Task("repair", "", lambda tell, cancelled: Installation().repair(tell, cancelled, proxy=proxy))
        )

    def remove(self) -> None:
        """Stop what uses SGLang, then delete it and what was downloaded for it."""
        self._jobs.begin(Task("remove", "", lambda _tell, _cancelled: self._without_servers(Installation().remove)))

    def download(self, model: str) -> None:
        """Download a model's files, or resume the download."""
        self._jobs.begin(_download_task(self._settings(), model))

    def verify(self, model: str) -> None:
        """Read all of a model's files and compare them with their checksums."""
        self._jobs.begin(Task("verify", model, lambda tell, cancelled: Weights(model).verify(tell, cancelled)))

    def delete(self, model: str) -> None:
        """Delete a model's files."""
        self._jobs.begin(Task("delete", model, lambda _tell, _cancelled: self._without_servers(Weights(model).delete)))

    def job(self) -> EngineJob | None:
        """The job that runs, or the last one and its outcome."""
        return self._jobs.current()

    def cancel(self) -> None:
        """Cancel the job; what was downloaded is kept, so that it can be resumed."""
        self._jobs.cancel()

    def forget_job(self) -> None:
        """Report the last job no longer, once its outcome was seen."""
        self._jobs.forget()

    def wait(self, timeout: float | None = None) -> EngineJob | None:
        """Wait until no job runs, at most `timeout` seconds; returns the job as it is then."""
        return self._jobs.wait(timeout)

    def close(self) -> None:
        """Cancel the job, and wait for it."""
        self._jobs.close()

    def _without_servers(self, do: Callable[[], None]) -> bool:
        self._stop_servers()
        do()
        return True


def _install_task(settings: Settings) -> Task:
    return Task("install", "", lambda tell, cancelled: Installation().install(tell, cancelled, proxy=settings.proxy))


def _download_task(settings: Settings, model: str) -> Task:
    hub, mirror, proxy = settings.hub, settings.hub_mirror, settings.proxy
    return Task("download", model, lambda tell, cancelled: Weights(model).download(hub, mirror, proxy, tell, cancelled))
