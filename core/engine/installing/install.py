"""SGLang's own Python environment: installed, repaired, updated and removed; never shared with Findling's."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from core import paths
from core.engine import disk_space
from core.engine.hardware import system
from core.engine.installing import lockfile, packages
from core.engine.installing.command import Command, check_command, variables_of
from core.engine.installing.lockfile import Lockfile
from core.engine.installing.uv import Uv
from core.engine.progress import JobProgress, Tell
from core.errors import EngineError, StorageFullError
from core.messages import Message
from core.private_files import private_folder, replace_file
from core.processes.run import Cancelled

__all__ = ["Command", "Installation", "InstallationState", "JobProgress", "Tell", "check_command"]

InstallationState = Literal["missing", "partial", "ready", "outdated", "broken"]

MARK = "current.json"  # written last: an environment that it does not name is none
LOCK = "lock"
PREFIX = "sglang-"
SPARE = 500_000_000  # bytes that an installation leaves of the disk
ASK_VERSION = "import importlib.metadata as m; print(m.version('sglang'))"


class Installation:
    """SGLang in `folder`, the engine's folder unless another is named; `pinned` is the folder of lockfiles.

    Each environment is a folder of its own, so that a new one is made beside the old; `current.json` names the one
    that is used. Beside them are uv's cache, from which an interrupted installation goes on (files are linked, and
    take their space once), and an interpreter if this machine has none that fits.
    """

    def __init__(self, folder: Path | None = None, pinned: Path | None = None) -> None:
        self.folder = folder or paths.engine_dir()
        self._pinned = pinned

    @property
    def python(self) -> Path:
        """The environment's interpreter; it is there only when the state is "ready" or "outdated"."""
        return self.folder / str(self._mark().get("folder", "")) / "bin" / "python"

    def state(self) -> InstallationState:
        """The state on disk: "partial" can be resumed, "outdated" works but is another version."""
        try:
            return self._state()
        except OSError:
            return "broken"

    def _state(self) -> InstallationState:
        mark = self._mark()
        if not mark:
            return "partial" if self._unused() or (self.folder / "cache").exists() else "missing"
        site = self._site()
        if not self.python.exists() or site is None or not any(site.glob(f"sglang-{mark['version']}.dist-info")):
            return "broken"
        try:
            return "ready" if mark["digest"] == self._lockfile().digest else "outdated"
        except EngineError:
            return "outdated"

    def version(self) -> str:
        """The version of SGLang that is installed, "" if none is."""
        return str(self._mark().get("version", ""))

    def command(self) -> Command:
        """How the installed SGLang is started; raises EngineError unless it is there."""
        if self.state() not in ("ready", "outdated"):
            raise EngineError("install.not_installed")
        return Command([str(self.python.with_name("sglang"))], self.version(), variables_of(self.python))

    def download_size(self) -> int:
        """Bytes that a new installation fetches; raises EngineError on a machine that SGLang does not run on."""
        return self._lockfile().download

    def disk_size(self) -> int:
        """Bytes that an installation takes of the disk; raises as `download_size`."""
        return self._lockfile().disk

    def install(self, tell: Tell, cancelled: threading.Event, *, proxy: str = "") -> bool:
        """Install, resume, or update; False when it was cancelled, and the downloads are kept.

        Raises EngineError, StorageFullError.
        """
        return self._locked_work(tell, cancelled, proxy, repairing=False)

    def repair(self, tell: Tell, cancelled: threading.Event, *, proxy: str = "") -> bool:
        """Compare all files with their checksums, download damaged packages again, and make a new environment."""
        return self._locked_work(tell, cancelled, proxy, repairing=True)

    def remove(self) -> None:
        """Delete the environment and what was downloaded for it; raises EngineError."""
        try:
            if self.folder.exists():
                with self._locked():
                    (self.folder / MARK).unlink(missing_ok=True)
                    for place in self.folder.iterdir():
                        if place.name != LOCK:
                            _delete(place)
        except OSError as error:
            raise _file_trouble(error) from error

    def _locked_work(self, tell: Tell, cancelled: threading.Event, proxy: str, *, repairing: bool) -> bool:
        lock = self._lockfile()
        if trouble := system.trouble(system.glibc_version()):
            raise EngineError(trouble.code, **trouble.facts)
        try:
            private_folder(self.folder)
            with self._locked():
                installer = Uv(self.folder, proxy, cancelled)
                if not repairing or self._drop_damaged(lock, installer, tell, cancelled):
                    self._make(lock, installer, tell, cancelled)
        except Cancelled:
            return False
        except OSError as error:
            raise _file_trouble(error) from error
        return True

    def _make(self, lock: Lockfile, installer: Uv, tell: Tell, cancelled: threading.Event) -> None:
        self._sweep()
        if stale := packages.Fetched(installer.cache, lock).stale():
            installer.forget(stale)
        fetched = packages.Fetched(installer.cache, lock)
        disk_space.check_room("install.no_room", lock.disk - fetched.size() + SPARE, self.folder)
        tell(JobProgress(Message("install.finding_python").sentence, fetched.size(), lock.disk))
        python = installer.interpreter(lock)
        place = self.folder / f"{PREFIX}{lock.version}-{secrets.token_hex(4)}"
        installer.make(place, python)
        installer.fill(place, lock, lambda: tell(fetched.step(installer.fetching)))
        tell(JobProgress(Message("install.checking").sentence, lock.disk, lock.disk))
        damaged = packages.damaged(_site_of(place), lock, cancelled, deeply=False)
        if damaged:
            installer.forget(damaged)
            raise EngineError("install.damaged", packages=", ".join(sorted(damaged)[:3]))
        if not _runs(place / "bin" / "python", lock):
            raise EngineError("install.does_not_run")
        if cancelled.is_set():
            raise Cancelled
        self._use(place, lock)
        self._sweep()

    def _drop_damaged(self, lock: Lockfile, installer: Uv, tell: Tell, cancelled: threading.Event) -> bool:
        """Whether the environment must be made again; drops damaged packages from the cache."""
        tell(JobProgress(Message("install.comparing").sentence))
        site = self._site()
        bad = set(lock.parts) if site is None else packages.damaged(site, lock, cancelled)
        if not bad and self.state() == "ready" and _runs(self.python, lock):
            return False
        (self.folder / MARK).unlink(missing_ok=True)
        tainted = bad & packages.Fetched(installer.cache, lock).packages()
        if site is not None and tainted:
            installer.forget(tainted)
        return True

    def _use(self, place: Path, lock: Lockfile) -> None:
        """Make this environment the installation; its files are synced before the mark is written."""
        os.sync()
        mark = {"folder": place.name, "version": lock.version, "digest": lock.digest}
        replace_file(self.folder / MARK, json.dumps(mark), sync=True)

    def _sweep(self) -> None:
        """Delete unused environments and what a killed installer left."""
        packages.sweep(self.folder / "cache")
        for place in self._unused():
            _delete(place)

    def _unused(self) -> list[Path]:
        used = self._mark().get("folder", "")
        places = [*self.folder.glob(f"{PREFIX}*"), *self.folder.glob(".current-*")]
        return [place for place in places if place.name != used]

    def _mark(self) -> dict[str, Any]:
        try:
            mark = json.loads((self.folder / MARK).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return mark if isinstance(mark, dict) and {"folder", "version", "digest"} <= set(mark) else {}

    def _site(self) -> Path | None:
        return next((self.python.parent.parent / "lib").glob("python3*/site-packages"), None)

    def _lockfile(self) -> Lockfile:
        return lockfile.load(self._pinned)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            with FileLock(self.folder / LOCK, timeout=0):
                yield
        except Timeout as error:
            raise EngineError("install.locked") from error


def _site_of(place: Path) -> Path:
    return next((place / "lib").glob("python3*/site-packages"))


def _runs(python: Path, lock: Lockfile) -> bool:
    try:
        said = subprocess.run(
            [python, "-I", "-c", ASK_VERSION], capture_output=True, text=True, timeout=120, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.stdout.strip() == lock.version


def _delete(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def _file_trouble(error: OSError) -> EngineError | StorageFullError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFullError("install.disk_full")
    return EngineError("install.folder_unusable", reason=error.strerror or error)
