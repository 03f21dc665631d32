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
from core.processes.guard import guard_command
from core.settings import Settings

LONGEST_START = 900.0  # seconds without a word: a slow disk, or kernels that are compiled at the first start
FIRST_ANSWER = 60.0  # seconds: the first batch of a size compiles its kernels
DRAIN = 6.0  # seconds: SGLang looks every five whether it was asked to end
GAUGE = 2.0
MINUTE = 60.0
BUSY = 3.0  # seconds after a batch
PORTS = range(20_000, 32_000)  # below those that are lent to whoever connects somewhere
MOST_REQUESTS = 256
BEYOND = 8  # tokens of context that SGLang keeps for itself
ATTENDED = {8: "fa3", 9: "fa3"}  # by compute capability: kernels that need no cache of keys and values
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "NO_PROXY": "127.0.0.1,localhost",  # it asks itself for its first answer
    "no_proxy": "127.0.0.1,localhost",
    "PYTHONPATH": "",
    "PYTHONHOME": "",
    "PYTHONUNBUFFERED": "1",
    "VIRTUAL_ENV": "",
}


class SglangBackend:
    """`sglang serve` behind the guard."""

    patience = LONGEST_START
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
        self._most = memory.BATCHES[0]
        self._batch = self._most
        self._is_cached = False  # after a card turned out to need the cache
        self._worked = -BUSY
        self._secret: Path | None = None

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
        serve = ["serve", "--model-path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
        command = [*own.argv, *serve, "--config", self._keep(key), *self._flags(plan, context, attention, len(cards))]
        guarded = [*guard_command("--events"), *command, *self._runtime.flags]
        return Launch(guarded, {**own.variables, **self._variables(cards), **self._runtime.variables}, key, port)

    def read(self, line: str) -> Event | None:
        if log.WORKS in line:
            self._worked = time.monotonic()
            return None
        return log.event_of(line)

    def ending(self, code: int | None, lines: Sequence[str]) -> Ending | None:
        ending = log.meaning(code, lines)
        if ending is not None and ending.sentence.startswith(log.BACKEND.sentence):
            self._is_cached = True
        return ending

    def shrink(self) -> bool:
        less = memory.smaller(self._batch)
        self._most = less or memory.BATCHES[0]
        return less is not None

    def tidy(self) -> None:
        if self._secret is not None:
            self._secret.unlink(missing_ok=True)
            self._secret = None

    def memory(self, pid: int) -> int:
        if self._runtime.device == "cpu":
            return resident(pid)
        return memory.used_by({process.pid for process in family(pid)})

    def is_working(self) -> bool:
        return time.monotonic() - self._worked < BUSY

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
        """The cards to use, none on the processor."""
        if self._runtime.device == "cpu":
            return ()
        here = machine()
        if here.trouble:
            raise EngineError("verbatim", sentence=here.trouble, remedy=here.remedy)
        wanted = self._settings.gpus or (here.gpus[0].index,)
        cards = tuple(card for card in here.gpus if card.index in wanted)
        if len(cards) < len(set(wanted)):
            missing = min(set(wanted) - {card.index for card in cards})
            raise EngineError("card.not_there", number=missing)
        return cards

    def _attention(self, cards: Sequence[Gpu]) -> str | None:
        """The kernels that make a cache of keys and values needless, None where it is needed."""
        if self._is_cached or not self._job.embeds or not cards:
            return None
        kinds = {ATTENDED.get(card.capability[0]) for card in cards}
        return kinds.pop() if len(kinds) == 1 else None

    def _plan(self, folder: Path, cards: Sequence[Gpu], *, cached: bool) -> tuple[MemoryPlan, int]:
        shape = memory.shape_of(folder)
        context = min(self.model_spec.token_limit + BEYOND, shape.context)
        self.budget = int(self._job.memory_gib * GIB) or memory.usual(shape, context, cached=cached)
        room = min([self.budget, *(card.free for card in cards)])
        plan = memory.plan(shape, room, context, cached=cached, most=self._most)
        self._batch = plan.batch
        return plan, context

    def _flags(self, plan: MemoryPlan, context: int, attention: str | None, cards: int) -> list[str]:
        sizes = {
            "--served-model-name": self.model_spec.name,
            "--context-length": context,
            "--max-prefill-tokens": plan.batch,
            "--max-total-tokens": plan.pool,
            "--max-running-requests": MOST_REQUESTS,
            "--chunked-prefill-size": plan.batch if attention is None else -1,
            "--mem-fraction-static": 0.97,  # only a limit: what is taken follows from the sizes
            "--dp-size": max(1, cards),
            "--log-level-http": "warning",  # not a line for each request
        }
        flags = [word for name, value in sizes.items() for word in (name, str(value))]
        if attention is not None:
            flags += ["--prefill-only-disable-kv-cache", "--attention-backend", attention]
        if self._job.embeds:
            flags.append("--disable-radix-cache")  # a text is not sent twice; a question to many passages is
        return [*flags, "--disable-cuda-graph", "--sleep-on-idle", *self._job.flags]

    def _variables(self, cards: Sequence[Gpu]) -> dict[str, str]:
        cache = paths.cache_dir() / "sglang"
        with contextlib.suppress(OSError):
            cache.mkdir(parents=True, exist_ok=True)
        chosen = {"SGLANG_CACHE_DIR": str(cache), **QUIET}
        if cards:
            chosen["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"  # as the driver counts them
            chosen["CUDA_VISIBLE_DEVICES"] = ",".join(str(card.index) for card in cards)
        return chosen

    def _keep(self, key: str) -> str:
        """The key in a file that only this person can read: a command line is seen by everybody on the machine."""
        self.tidy()
        descriptor, name = tempfile.mkstemp(prefix="findling-", suffix=".yaml")
        self._secret = Path(name)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"api-key: {key}\n")
        return name


def _free_port() -> int:
    for port in random.sample(PORTS, 100):
        with socket.socket() as trial, contextlib.suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
    raise EngineError("sglang.no_port")
