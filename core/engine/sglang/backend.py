"""SGLang as a kind of engine: how its server is started on a card, what it may take there, what its words mean."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import socket
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from core import paths
from core.engine.hardware.machine import machine
from core.engine.hardware.nvml import Gpu
from core.engine.installing.install import Command, Installation, check_command
from core.engine.model_download.weights import Weights
from core.engine.sglang import log, memory
from core.engine.sglang.memory import GIB, MemoryPlan
from core.engine.sglang.runtime import ServedModel, SglangRuntime
from core.engine.supervisor.backend import Ending, Launch
from core.engine.supervisor.child import Event
from core.engine.supervisor.processes import family, resident
from core.errors import EngineError, ModelError
from core.messages import Message
from core.private_files import private_folder
from core.processes.guard import guard_command
from core.settings import Settings

START_TIMEOUT = 900.0  # seconds without an event: a slow disk, or kernels compiled at the first start
FIRST_ANSWER = 60.0  # seconds: the first batch of a size compiles its kernels
DRAIN = 6.0  # seconds: SGLang checks every five whether it should end
GAUGE = 2.0  # seconds between two measurements of its memory
MINUTE = 60.0
BUSY = 3.0  # seconds after a batch in which it counts as busy
PORTS = range(20_000, 32_000)  # below the ephemeral ports
MAX_REQUESTS = 256
RESERVED_TOKENS = 8  # of the context, by SGLang
CACHELESS_ATTENTION = {8: "fa3", 9: "fa3"}  # kernels without a key-value cache, by major compute capability
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "NO_PROXY": "127.0.0.1,localhost",  # it sends itself a first request
    "no_proxy": "127.0.0.1,localhost",
    "PYTHONPATH": "",
    "PYTHONHOME": "",
    "PYTHONUNBUFFERED": "1",
    "VIRTUAL_ENV": "",
}


class SglangBackend:
    """`sglang serve` behind the parent-death guard."""

    patience = START_TIMEOUT
    first_answer = FIRST_ANSWER
    drain = DRAIN

    def __init__(self, settings: Settings, job: ServedModel, runtime: SglangRuntime) -> None:
        self.model_spec = job.model_spec
        self.idle = settings.idle_minutes * MINUTE or None
        self.gauge: float | None = GAUGE
        self.budget = 0
        self._settings = settings
        self._job = job
        self._runtime = runtime
        self._max_batch = memory.BATCH_SIZES[0]
        self._batch = self._max_batch
        self._needs_cache = False  # set when a card turned out to need the key-value cache
        self._last_batch = -BUSY
        self._key_file: Path | None = None

    @property
    def remedy(self) -> str:
        return Message("sglang.remedy").sentence

    def launch(self) -> Launch:
        own = self._command()
        folder = self._folder()
        cards = self._cards()
        key, port = secrets.token_hex(32), _free_port()
        attention = self._attention(cards)
        plan, context = self._plan(folder, cards, cached=attention is None)
        address = ["--host", "127.0.0.1", "--port", str(port)]
        serve = [*own.argv, "serve", "--model-path", str(folder), *address, "--config", self._write_key(key)]
        command = [*serve, *self._flags(plan, context, attention, len(cards)), *self._runtime.flags]
        guarded = [*guard_command("--events"), *command]
        return Launch(guarded, {**own.variables, **self._variables(cards), **self._runtime.variables}, key, port)

    def read(self, line: str) -> Event | None:
        if log.WORKS in line:
            self._last_batch = time.monotonic()
            return None
        return log.event_of(line)

    def ending(self, code: int | None, lines: Sequence[str]) -> Ending | None:
        ending = log.meaning(code, lines)
        if ending is not None and ending.sentence.startswith(log.BACKEND.sentence):
            self._needs_cache = True
        return ending

    def shrink(self) -> bool:
        smaller = memory.smaller_batch(self._batch)
        self._max_batch = smaller or memory.BATCH_SIZES[0]
        return smaller is not None

    def tidy(self) -> None:
        if self._key_file is not None:
            self._key_file.unlink(missing_ok=True)
            self._key_file = None

    def memory(self, pid: int) -> int:
        if self._runtime.device == "cpu":
            return resident(pid)
        return memory.used_by({process.pid for process in family(pid)})

    def is_working(self) -> bool:
        return time.monotonic() - self._last_batch < BUSY

    def _command(self) -> Command:
        if self._runtime.command:
            return Command(list(self._runtime.command), "")
        own = self._settings.sglang.strip()
        return check_command(own) if own else Installation().command()

    def _folder(self) -> Path:
        own = self._job.folder.strip()
        if own:
            return Path(own).expanduser()
        weights = Weights(self._job.model)
        if (state := weights.state()) != "ready":
            raise ModelError(f"sglang.model_{state}", model=self._job.model_spec.name)
        return weights.folder

    def _cards(self) -> tuple[Gpu, ...]:
        """The cards to use; none if it runs on the processor."""
        if self._runtime.device == "cpu":
            return ()
        here = machine()
        if here.trouble:
            raise EngineError("verbatim", sentence=here.trouble, remedy=here.remedy)
        indexes = self._settings.gpus or (here.gpus[0].index,)
        cards = tuple(card for card in here.gpus if card.index in indexes)
        if len(cards) < len(set(indexes)):
            missing = min(set(indexes) - {card.index for card in cards})
            raise EngineError("card.not_there", number=missing)
        return cards

    def _attention(self, cards: Sequence[Gpu]) -> str | None:
        """The attention kernels that work without a key-value cache on these cards; None if it is needed."""
        if self._needs_cache or not self._job.embeds or not cards:
            return None
        kinds = {CACHELESS_ATTENTION.get(card.capability[0]) for card in cards}
        return kinds.pop() if len(kinds) == 1 else None

    def _plan(self, folder: Path, cards: Sequence[Gpu], *, cached: bool) -> tuple[MemoryPlan, int]:
        shape = memory.shape_of(folder)
        context = min(self.model_spec.token_limit + RESERVED_TOKENS, shape.context)
        self.budget = int(self._job.memory_gib * GIB) or memory.default_budget(shape, context, cached=cached)
        room = min([self.budget, *(card.free for card in cards)])
        plan = memory.plan(shape, room, context, cached=cached, max_batch=self._max_batch)
        self._batch = plan.batch
        return plan, context

    def _flags(self, plan: MemoryPlan, context: int, attention: str | None, cards: int) -> list[str]:
        sizes = {
            "--served-model-name": self.model_spec.name,
            "--context-length": context,
            "--max-prefill-tokens": plan.batch,
            "--max-total-tokens": plan.pool,
            "--max-running-requests": MAX_REQUESTS,
            "--chunked-prefill-size": plan.batch if attention is None else -1,
            "--mem-fraction-static": 0.97,  # only a limit: the sizes determine what is taken
            "--dp-size": max(1, cards),
            "--log-level-http": "warning",  # no line for each request
        }
        flags = [word for name, value in sizes.items() for word in (name, str(value))]
        if attention is not None:
            flags += ["--prefill-only-disable-kv-cache", "--attention-backend", attention]
        if self._job.embeds:
            flags.append("--disable-radix-cache")  # texts are not repeated, unlike a reranker's query
        return [*flags, "--disable-cuda-graph", "--sleep-on-idle", *self._job.flags]

    def _variables(self, cards: Sequence[Gpu]) -> dict[str, str]:
        cache = paths.cache_dir() / "sglang"
        with contextlib.suppress(OSError):
            private_folder(cache)
        chosen = {"SGLANG_CACHE_DIR": str(cache), **QUIET}
        if cards:
            chosen["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"  # the driver's numbering
            chosen["CUDA_VISIBLE_DEVICES"] = ",".join(str(card.index) for card in cards)
        return chosen

    def _write_key(self, key: str) -> str:
        """Write the key to a file that only this user can read (a command line is public); returns its path."""
        self.tidy()
        descriptor, name = tempfile.mkstemp(prefix="findling-", suffix=".yaml")
        self._key_file = Path(name)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"api-key: {key}\n")
        return name


def _free_port() -> int:
    for port in random.sample(PORTS, 100):
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
    raise EngineError("sglang.no_port")
