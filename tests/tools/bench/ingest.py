"""Benchmark: how fast a folder is indexed, and the share of the engine's own speed that is reached."""

from __future__ import annotations

import tempfile
import time
from collections import deque
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil

from core.chunk import chunking_config
from core.document import RETRIEVERS
from core.embed import Embedder, PendingPassage, pack_batches
from core.engine.server import EngineServer
from core.library import Library
from core.models import MODELS
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from tests.tools.bench.peak import Peak


class Others:
    """The share of the processors that other programs use: under load a benchmark means less."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._busy, self._own = self._used()

    def share(self) -> float:
        """From 0 to 1, since construction; to be called before the children that did the work end."""
        busy, own = self._used()
        passed = (time.monotonic() - self._start) * (psutil.cpu_count() or 1)
        return max(0.0, (busy - self._busy) - (own - self._own)) / passed

    @staticmethod
    def _used() -> tuple[float, float]:
        times = psutil.cpu_times()
        me = psutil.Process()
        own = 0.0
        for process in (me, *me.children(recursive=True)):
            used = process.cpu_times()
            own += used.user + used.system + used.children_user + used.children_system
        return times.user + times.nice + times.system, own


def run(folder: Path, model: str) -> None:
    """Index a folder into a new library, then embed the same passages by the engine alone."""
    settings = Settings(model=model)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        root = Path(temporary, "library")
        own = psutil.Process()
        peak = Peak(lambda: own.memory_info().rss, 0.1)
        took, files, size, passages, others = _pipeline(folder, root, settings)
        memory = peak.end()
        for retriever, seconds in took.items():
            print(f"{retriever:8} {seconds:8.1f} s  {files / seconds:8.1f} files/s  {size / 1e6 / seconds:8.2f} MB/s")
        tokens, bare, meanwhile = _bare(root, settings)
    print(
        f"{files} files, {size / 1e6:.1f} MB, {passages} passages, {tokens} tokens; peak memory {memory / 1e6:.0f} MB"
    )
    print(f"pipeline {passages / took['meaning']:8.2f} passages/s  {tokens / took['meaning']:8.0f} tokens/s")
    print(f"engine   {passages / bare:8.2f} passages/s  {tokens / bare:8.0f} tokens/s")
    print(f"ratio    {bare / took['meaning']:8.3f}")
    print(f"other programs took {others:.0%} of the processors beside the pipeline, {meanwhile:.0%} beside the engine")


def _pipeline(folder: Path, root: Path, settings: Settings) -> tuple[dict[str, float], int, int, int, float]:
    """(seconds by retriever, files, bytes, passages, share of other programs), from adding the folder."""
    took: dict[str, float] = {}
    with Library.open(root, settings) as library:
        library.engines.start()
        library.engines.wait_ready()
        others = Others()
        start = time.monotonic()
        library.add_folder(folder)
        for retriever in RETRIEVERS:
            progress = library.wait(retriever)
            took[retriever] = time.monotonic() - start
        share = others.share()
        (known,) = library.folders()
        return took, progress.names.done, known.size, progress.passages_total, share


def _bare(root: Path, settings: Settings) -> tuple[int, float, float]:
    """(tokens, seconds, share of other programs) of embedding the same passages, from memory, in the same batches."""
    waiting, texts = _passages(root, settings)
    engine = EngineServer(settings, root / "bare")
    engine.start()
    endpoint = engine.wait_ready(120)
    embedder = Embedder(endpoint.base_url, endpoint.api_key, endpoint.model_spec, in_flight=settings.requests_in_flight)
    others = Others()
    start = time.monotonic()
    flights: deque[Future[npt.NDArray[np.float32]]] = deque()
    for batch in pack_batches(waiting, settings.batch_tokens):
        while len(flights) >= settings.requests_in_flight:
            flights.popleft().result()
        flights.append(embedder.submit([texts[item.passage_id] for item in batch]))
    while flights:
        flights.popleft().result()
    seconds = time.monotonic() - start
    share = others.share()
    embedder.close()
    engine.stop()
    return sum(item.tokens for item in waiting), seconds, share


def _passages(root: Path, settings: Settings) -> tuple[list[PendingPassage], dict[int, str]]:
    catalogue = Catalogue(root, writable=True)
    chunking_id = catalogue.passages.chunking_id(chunking_config(settings).fingerprint)
    nobody = MODELS["english" if settings.model == "multilingual" else "multilingual"]
    waiting = [
        PendingPassage(*row)
        for row in catalogue.vectors.waiting(catalogue.vectors.model_id(nobody, chunking_id), chunking_id)
    ]
    rows = catalogue.passages.get_many([item.passage_id for item in waiting])
    texts = {
        item.passage_id: catalogue.contents.text(
            item.content_id, rows[item.passage_id].start, rows[item.passage_id].stop
        )
        for item in waiting
    }
    catalogue.close()
    return waiting, texts
