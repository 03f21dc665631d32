"""A model's files on this machine: downloaded from a hub, verified, deleted; or the user's own folder."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from core import paths
from core.engine import disk_space
from core.engine.model_download import manifest as plans
from core.engine.model_download.manifest import Manifest
from core.engine.model_download.metadata import WeightsMetadata, weights_metadata
from core.engine.model_download.source import TITLES, HubSource, endpoint
from core.engine.progress import JobProgress, Tell
from core.errors import ModelError, StorageFullError
from core.messages import Message
from core.models import model_named
from core.private_files import private_folder
from core.processes import run
from core.settings import Hub

__all__ = ["Weights", "WeightsMetadata", "WeightsState", "weights_metadata"]

WeightsState = Literal["missing", "partial", "ready", "broken"]

SPARE = 200_000_000  # bytes that a download leaves of the disk


class Weights:
    """The files of one model of Settings.model or Settings.reranker, in `folder` or Findling's own.

    During a download they are in a folder beside it whose name ends in ".part", which is renamed when all files are
    complete and verified.
    """

    def __init__(self, model: str, folder: Path | None = None) -> None:
        model_spec = model_named(model)
        assert model_spec.download is not None, f"{model} is not downloaded"
        self._repositories = model_spec.download.repositories
        self.folder = folder or paths.models_dir() / model_spec.name
        self._part = self.folder.with_name(self.folder.name + ".part")

    def state(self) -> WeightsState:
        """The state on disk, by the manifest and the files' sizes; `verify` compares checksums.

        A folder that was copied here by hand, without a manifest, is "ready" if it has a complete model.
        """
        try:
            return self._state()
        except OSError:
            return "broken"

    def _state(self) -> WeightsState:
        if self.folder.is_dir():
            plan = plans.read(self.folder)
            if plan is not None:
                return "ready" if all(plans.is_there(self.folder, file) for file in plan.files) else "broken"
            with contextlib.suppress(ModelError):
                weights_metadata(self.folder)
                return "ready"
            return "broken"
        return "partial" if self._part.is_dir() else "missing"

    def fetched(self) -> tuple[int, int]:
        """Bytes downloaded so far, and in total (0 until the hub has listed the files)."""
        plan = plans.read(self._part)
        return (plans.fetched(self._part, plan), plan.size) if plan else (0, 0)

    def download(
        self, hub: Hub, mirror: str, proxy: str, tell: Tell, cancelled: threading.Event, *, key: str = ""
    ) -> bool:
        """Download, resume or repair; False if it was cancelled, and the downloaded files are kept.

        `mirror` is another address of the same hub, `key` an access key if the hub asks for one. Raises ModelError,
        StorageFullError.
        """
        try:
            private_folder(self._part.parent)
            with self._locked():
                if self.state() == "ready":
                    return True
                self._demote()
                with tempfile.TemporaryDirectory() as scratch:
                    source = HubSource(hub, endpoint(hub, mirror), proxy, key, Path(scratch), cancelled)
                    self._fetch(source, tell)
        except run.Cancelled:
            return False
        except OSError as error:
            raise _file_trouble(error) from error
        return True

    def verify(self, tell: Tell, cancelled: threading.Event) -> bool:
        """Compare all files with their checksums; False if it was cancelled.

        Raises ModelError; the next `download` fetches only the damaged files again.
        """
        plan = plans.read(self.folder)
        if plan is None:
            weights_metadata(self.folder)
            return True
        try:
            with self._locked():
                bad = self._damaged(plan, tell, cancelled)
                if bad:
                    self._demote(bad)
        except run.Cancelled:
            return False
        except OSError as error:
            raise _file_trouble(error) from error
        if bad:
            raise ModelError("download.damaged", file=bad[0])
        return True

    def delete(self) -> None:
        """Delete the files and a partial download; raises ModelError."""
        if not self.folder.parent.is_dir():
            return
        try:
            with self._locked():
                for folder in (self.folder, self._part):
                    if folder.exists():
                        (folder / plans.NOTE).unlink(missing_ok=True)
                        shutil.rmtree(folder)
        except OSError as error:
            raise _file_trouble(error) from error

    def _damaged(self, plan: Manifest, tell: Tell, cancelled: threading.Event) -> list[str]:
        bad = []
        done = 0
        for file in plan.files:
            if cancelled.is_set():
                raise run.Cancelled
            tell(JobProgress(Message("download.checking", file=file.path).sentence, done, plan.size))
            if not plans.matches(self.folder, file):
                bad.append(file.path)
            done += file.size
        return bad

    def _fetch(self, source: HubSource, tell: Tell) -> None:
        private_folder(self._part)
        plan = self._plan(source, tell)
        self._check_room(plan)
        name = self.folder.name

        def tick() -> None:
            step = Message("download.downloading", model=name, hub=TITLES[plan.hub]).sentence
            tell(JobProgress(step, plans.fetched(self._part, plan), plan.size))

        tick()
        source.fetch(plan, self._part, tick)
        tick()
        weights_metadata(self._part)
        os.sync()
        os.rename(self._part, self.folder)

    def _plan(self, source: HubSource, tell: Tell) -> Manifest:
        """The manifest of the partial download, or a new one; identical files from another hub are kept."""
        old = plans.read(self._part)
        if old is not None and old.hub == source.hub:
            return old
        tell(JobProgress(Message("download.asking", hub=TITLES[source.hub], model=self.folder.name).sentence))
        plan = source.plan(self._repositories[source.hub])
        for file in plan.files:
            same = file in old.files if old is not None else plans.matches(self._part, file)
            if not same:
                plans.drop(self._part / file.path)
        plans.write(self._part, plan)
        return plan

    def _check_room(self, plan: Manifest) -> None:
        disk_space.check_room("download.no_room", plan.size - plans.fetched(self._part, plan) + SPARE, self._part)

    def _demote(self, bad: list[str] | None = None) -> None:
        """Turn an incomplete folder into a partial download, without the files in `bad` or of another size."""
        if not self.folder.is_dir():
            return
        if self._part.exists():
            shutil.rmtree(self._part)
        os.rename(self.folder, self._part)
        plan = plans.read(self._part)
        for file in plan.files if plan else ():
            if file.path in (bad or []) or not plans.is_there(self._part, file):
                plans.drop(self._part / file.path)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with FileLock(self.folder.with_name(f".{self.folder.name}.lock"), timeout=0):
                yield
        except Timeout as error:
            raise ModelError("download.locked") from error


def _file_trouble(error: OSError) -> ModelError | StorageFullError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFullError("download.disk_full")
    return ModelError("download.folder_unusable", reason=error.strerror or error)
