"""One run: start, index, query, the server alone, unload, reload, stop; prints a line for each figure."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path

import numpy as np

from core.embed import Embedder, PendingPassage, Vectors, pack_batches
from core.engine.probe.http import Endpoint
from core.engine.sglang.runtime import RUNTIME_VARIABLE, SglangRuntime
from core.events import EngineChanged, EngineState, EngineStatus, Event
from core.library import Library
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from tests.builders.random_folder import Generator
from tests.core.engine.supervised_engine import members, sessions

GIB = 1 << 30
QUERIES = 60
STATE_TIMEOUT = 1800.0


class States:
    """The engine's states as they are reported, with their times."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._seen: list[tuple[float, EngineStatus]] = []
        self._begin = 0

    def hear(self, event: Event) -> None:
        if isinstance(event, EngineChanged):
            with self._changed:
                self._seen.append((time.monotonic(), event.status))
                self._changed.notify_all()

    def forget(self) -> float:
        """Ignore the states reported so far; returns the time now."""
        with self._changed:
            self._begin = len(self._seen)
        return time.monotonic()

    def until(self, *states: EngineState) -> tuple[float, EngineStatus]:
        """The time at which one of these states was entered, and its status."""

        def found() -> tuple[float, EngineStatus] | None:
            return next((seen for seen in self._seen[self._begin :] if seen[1].state in states), None)

        with self._changed:
            if not self._changed.wait_for(found, STATE_TIMEOUT):
                raise TimeoutError(f"the engine did not become {states[0]}")
            return found() or self._seen[-1]


def run(folder: Path, settings: Settings, runtime: SglangRuntime, files: int) -> None:
    """Measure; raises FindlingError if SGLang cannot be run."""
    os.environ[RUNTIME_VARIABLE] = json.dumps(asdict(runtime))
    states = States()
    documents = Generator(folder / "documents", files=files, seed=11)
    library_folder = folder / "library"
    with Library.open(library_folder, settings, report=states.hear) as library:
        began = states.forget()
        library.engines.wait_ready(STATE_TIMEOUT)
        _say("start to ready", f"{states.until('ready')[0] - began:.1f} s")
        seconds = _index(library, folder / "documents")
        status = library.progress().engine
        _say("memory", f"{status.memory_used / GIB:.2f} of {status.memory_budget / GIB:.2f} GiB")
        _queries(library, documents.queries or ["hello"])
        endpoint = library._sessions.current.engine.wait_ready(STATE_TIMEOUT)
        waiting, texts = _passages(library)
        _compare(seconds, _bare(endpoint, waiting, texts, settings), waiting)
        _unload(library, states)
        left = sessions(library_folder)
    alive = [process.pid for session in left for process in members(session)]
    _say("left afterwards", ", ".join(map(str, alive)) or "nothing")


def _say(what: str, figure: str) -> None:
    print(f"{what:22} {figure}", flush=True)


def _index(library: Library, documents: Path) -> float:
    start = time.monotonic()
    library.add_folder(documents)
    progress = library.wait("meaning", STATE_TIMEOUT)
    _say("indexed", f"{progress.names.done} documents, {progress.passages_total} passages")
    return time.monotonic() - start


def _queries(library: Library, texts: list[str]) -> None:
    took = []
    for number in range(QUERIES):
        start = time.monotonic()
        library.search(f"{texts[number % len(texts)][:80]} {number}")
        took.append(1000 * (time.monotonic() - start))
    _say("a query", f"p50 {np.percentile(took, 50):.0f} ms, p95 {np.percentile(took, 95):.0f} ms")


def _passages(library: Library) -> tuple[list[PendingPassage], dict[int, str]]:
    """The embedded texts, in their order."""
    model_id = library._sessions.current.indexes().model_id
    catalogue = Catalogue(library.root, writable=False)
    rows = catalogue.passages.get_many([int(number) for number in catalogue.vectors.ids(model_id)])
    texts = {row.id: catalogue.contents.text(row.content_id, row.start, row.stop) for row in rows.values()}
    catalogue.close()
    return [PendingPassage(row.id, row.content_id, row.tokens) for row in rows.values()], texts


def _bare(endpoint: Endpoint, waiting: list[PendingPassage], texts: dict[int, str], settings: Settings) -> float:
    """Seconds to embed the same passages in the same batches, by the server alone."""
    embedder = Embedder(endpoint.base_url, endpoint.api_key, endpoint.model_spec, in_flight=settings.requests_in_flight)
    start = time.monotonic()
    flights: deque[Future[Vectors]] = deque()
    for batch in pack_batches(waiting, settings.batch_tokens):
        while len(flights) >= settings.requests_in_flight:
            flights.popleft().result()
        flights.append(embedder.submit([texts[item.passage_id] for item in batch]))
    while flights:
        flights.popleft().result()
    seconds = time.monotonic() - start
    embedder.close()
    return seconds


def _compare(pipeline: float, bare: float, waiting: list[PendingPassage]) -> None:
    tokens = sum(item.tokens for item in waiting)
    for name, seconds in (("through Findling", pipeline), ("the bare server", bare)):
        _say(name, f"{len(waiting) / seconds:.1f} passages/s, {tokens / seconds:.0f} tokens/s")
    _say("ratio", f"{bare / pipeline:.3f}")


def _unload(library: Library, states: States) -> None:
    engine = library._sessions.current.engine
    start = states.forget()
    engine.release()
    _say("unloaded in", f"{states.until('released')[0] - start:.1f} s")
    start = states.forget()
    engine.start()
    engine.wait_ready(STATE_TIMEOUT)
    _say("reloaded in", f"{states.until('ready')[0] - start:.1f} s")
