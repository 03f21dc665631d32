"""What a hostile reader is let loose on: files, sockets and processes of the test, and what happened to them."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from core.chunk import ChunkingConfig
from core.extract_workers import ExtractionJob, ExtractionResult, WorkerPool
from tests.fakes.hostile_reader.targets import Targets
from tests.processes import command_of, running

HOSTILE = (sys.executable, "-m", "tests.fakes.hostile_reader")
CHUNKING = ChunkingConfig("multilingual", 60, 10)
SECRETS = ("ssh-secret", "catalogue-secret", "document-secret", "environment-secret")


@dataclass(slots=True)
class HostileWorld:
    """Made in an empty folder; `state` is what an attack could change."""

    folder: Path
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    signals: list[int] = field(default_factory=list)
    targets: Targets = field(init=False)
    victim: subprocess.Popen[bytes] = field(init=False)
    listeners: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        home, documents = self.folder / "home", self.folder / "documents"
        for path in (home / ".ssh", documents / "empty"):
            path.mkdir(parents=True)
        (home / ".ssh" / "id_ed25519").write_text(SECRETS[0])
        (documents / "catalogue.sqlite").write_text(SECRETS[1])
        (documents / "secret.txt").write_text(SECRETS[2])
        (documents / "victim.txt").write_text("unharmed")
        (documents / "link.txt").symlink_to(documents / "secret.txt")
        self.victim = subprocess.Popen(["sleep", "600"])
        self.stack.callback(self.victim.wait)
        self.stack.callback(self.victim.kill)
        segment = f"findling-hostile-{uuid.uuid4().hex}"
        control, abstract = str(self.folder / "control.sock"), segment
        tcp = self._listener(socket.socket(), ("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)
        self.listeners.append(self.stack.enter_context(udp))
        self._listener(socket.socket(socket.AF_UNIX), control)
        self._listener(socket.socket(socket.AF_UNIX), "\0" + abstract)
        self.targets = Targets(
            folder=str(documents), secret=SECRETS[2], empty_folder=str(documents / "empty"), victim=self.victim.pid,
            parent=os.getpid(), tcp_port=tcp.getsockname()[1], udp_port=udp.getsockname()[1], socket=control,
            abstract_socket=abstract, segment=segment,
        )  # fmt: skip
        self.stack.callback(self.kill_what_is_left)
        for number in (signal.SIGUSR1, signal.SIGTERM):
            before = signal.signal(number, lambda received, _: self.signals.append(received))
            self.stack.callback(signal.signal, number, before)

    def _listener(self, listener: socket.socket, address: object) -> socket.socket:
        self.stack.enter_context(listener)
        listener.bind(address)
        listener.listen()
        listener.setblocking(False)
        self.listeners.append(listener)
        return listener

    def order(self, *only: str) -> Path:
        """A document that has the reader try these attacks, or all."""
        path = self.folder / "documents" / "attack-it.txt"
        path.write_text(json.dumps({"targets": asdict(self.targets), "only": only or None}))
        return path

    def state(self) -> dict[str, object]:
        """What must be the same before and after an attack."""
        return {
            "files": {str(path): _facts(path) for path in sorted(self.folder.rglob("*"))},
            "mounts": Path("/proc/self/mountinfo").read_text(),
            "name": socket.gethostname(),
            "memory": sorted(os.listdir("/dev/shm")) if os.path.isdir("/dev/shm") else [],
            "ipc": [self._ipc(kind) for kind in ("shm", "msg", "sem")],
            "signals": list(self.signals),
            "connections": [_arrived(listener) for listener in self.listeners],
            "victim": self.victim.poll(),
            "tracers": [_status(process, "TracerPid") for process in (os.getpid(), self.victim.pid)],
            "left behind": self.left_behind(),
            "parent": (os.getpriority(os.PRIO_PROCESS, 0), os.getuid()),
        }

    def left_behind(self) -> list[int]:
        """Processes that an attack has started."""
        return [process.pid for process in psutil.process_iter() if self.targets.segment in command_of(process)]

    def kill_what_is_left(self) -> None:
        for process in self.left_behind():
            os.kill(process, signal.SIGKILL)

    @staticmethod
    def _ipc(kind: str) -> list[str]:
        path = Path("/proc/sysvipc", kind)
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.split()[0] for line in lines if line.split()[0] == str(0x46494E44)]


@contextlib.contextmanager
def reader_of(*flags: str) -> Iterator[tuple[WorkerPool, queue.Queue[ExtractionResult]]]:
    """A pool of one hostile reader, and its results."""
    results: queue.Queue[ExtractionResult] = queue.Queue()
    pool = WorkerPool(1, CHUNKING, results.put, command=(*HOSTILE, *flags))
    try:
        yield pool, results
    finally:
        pool.close()


def report(result: ExtractionResult) -> dict[str, str]:
    """What the reader says of each attack."""
    assert result.document is not None, result.problem
    return dict(line.split("\t", 1) for line in result.document.text.splitlines())


def read(pool: WorkerPool, results: queue.Queue[ExtractionResult], path: Path) -> ExtractionResult:
    pool.submit(ExtractionJob(1, os.fsencode(path), 0))
    return results.get(timeout=120)


def readers() -> list[psutil.Process]:
    """The hostile readers that this process has started."""
    return running("tests.fakes.hostile_reader")


def _facts(path: Path) -> tuple[object, ...]:
    status = path.lstat()
    times = status.st_mtime_ns, status.st_mode, status.st_uid, status.st_nlink, status.st_size
    if path.is_symlink() or not path.is_file():
        return times
    return *times, path.read_bytes(), tuple(os.listxattr(path))


def _arrived(listener: socket.socket) -> bool:
    """Whether something has connected or sent."""
    try:
        if listener.type == socket.SOCK_DGRAM:
            listener.recv(100)
        else:
            listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def _status(process: int, name: str) -> str:
    path = Path(f"/proc/{process}/status")
    lines = path.read_text().splitlines() if path.exists() else [f"{name}:\t0"]
    return next(line.split()[1] for line in lines if line.startswith(f"{name}:"))
