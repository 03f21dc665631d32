"""Compares the embedding models at hand on a part of the documents, which each of them embeds for it."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from core import paths
from core.document import Hit, Retriever
from core.engine.registry import kind_of, kinds
from core.errors import EngineUnavailableError, FolderError, LibraryLockedError, WaitTimeoutError
from core.events import Progress
from core.library.access.directory import acquire_lock
from core.library.measure.estimates import DEPTH, FEW_QUERIES, Estimate, Tell, tell_nobody
from core.library.measure.judgements import Judgements
from core.library.measure.scores import QueryScores, means, score
from core.library.session.manager import SessionManager
from core.models import MODELS
from core.settings import Settings

OWN_ENGINE = Settings().engine  # which runs the models that come with Findling, and needs nothing else
OTHERS = 300  # documents that were not opened
MAX_OTHER_BYTES = 1_000_000  # of each of them, so that no few large ones take all the time
POLL = 0.5  # seconds
PREFIX = "comparison-"
LEFT_AFTER = 60.0  # seconds; a program has locked its library by then


class ComparedLibrary(Protocol):
    """What a comparison needs of a library."""

    def add_folder(self, path: str | os.PathLike[str]) -> object: ...
    def wait(self, retriever: Retriever = "meaning", timeout: float | None = None) -> Progress: ...
    def progress(self) -> Progress: ...
    def search(self, text: str, limit: int = 10) -> list[Hit]: ...


OpenLibrary = Callable[[Path, Settings], AbstractContextManager[ComparedLibrary]]


@dataclass(frozen=True, slots=True)
class ModelScores:
    """How well the search finds what was opened with one model: as `MethodScores`, for the whole order."""

    model: str
    ndcg: Estimate
    mrr: Estimate
    first_three: Estimate
    gain: Estimate | None


@dataclass(frozen=True, slots=True)
class ComparedModels:
    """The result: the number of queries and of documents searched, and the scores; the first is the model in use."""

    queries: int
    documents: int
    models: tuple[ModelScores, ...] = ()

    @property
    def is_rough(self) -> bool:
        """Whether there are too few queries to choose by."""
        return self.queries < FEW_QUERIES


class ModelComparison:
    """A part of `Library`: indexes a part of the documents with each model, in libraries that are deleted again."""

    def __init__(self, sessions: SessionManager, judgements: Judgements, open_library: OpenLibrary) -> None:
        self._sessions = sessions
        self._judgements = judgements
        self._open = open_library

    def models(self) -> tuple[str, ...]:
        """The models that can be compared, by their keys: the one in use, and those that come with Findling."""
        bundled = (key for key in kind_of(OWN_ENGINE).models() if MODELS[key].bundled)
        return tuple(dict.fromkeys((self._sessions.settings.model, *bundled)))

    def run(self, tell: Tell = tell_nobody, stop: threading.Event | None = None) -> ComparedModels | None:
        """Index what was opened and some other documents with each model, and ask every query; waits for minutes.

        `tell` is called with how many documents and queries are done. None once `stop` is set. Raises what indexing
        raises, such as EngineError and StorageFullError.
        """
        stop = stop or threading.Event()
        opened = self._judgements.by_query()
        if not opened:
            return ComparedModels(0, 0)
        files = self._files(opened)
        models = self.models()
        steps = len(files) + len(opened)
        found: list[list[QueryScores]] = []
        for number, model in enumerate(models):

            def tell_of_all(done: int, before: int = number * steps) -> None:
                tell(before + done, len(models) * steps)

            scores = self._scores(self._settings_for(model), files, opened, tell_of_all, stop)
            if scores is None:
                return None
            found.append(scores)
        tell(len(models) * steps, len(models) * steps)
        compared = tuple(ModelScores(model, *means(of, found[0])) for model, of in zip(models, found, strict=True))
        return ComparedModels(len(opened), len(files), compared)

    def _files(self, opened: Mapping[str, frozenset[str]]) -> list[Path]:
        """The files on disk with what was opened, and others, the same ones each time."""
        judged = {_on_disk(Path(path)) for each in opened.values() for path in each}
        with self._sessions.catalogue() as catalogue:
            known = sorted(path for _, path in catalogue.files.all_paths())
        random.Random(1).shuffle(known)
        others: list[Path] = []
        for path in map(Path, map(os.fsdecode, known)):
            if len(others) == OTHERS:
                break
            with suppress(OSError):
                if path not in judged and path.is_file() and path.stat().st_size <= MAX_OTHER_BYTES:
                    others.append(path)
        return [*sorted(judged), *others]

    def _settings_for(self, model: str) -> Settings:
        """The settings in use with another model, or with the running engine, and without what costs time here."""
        settings = self._sessions.settings
        kept = replace(
            settings,
            model=model,
            engine=OWN_ENGINE,
            reranker="",
            read_scans=False,
            keep_history=False,
            keep_judgements=False,
            keep_rights=False,
            wait_on_battery=False,
            wait_on_load=False,
            ask_before_embedding=False,
            vector_store="faiss",
            vector_store_url="",
            vector_store_key="",
        )
        if model != settings.model or settings.engine == OWN_ENGINE:
            return kept
        if kind_of(settings.engine).sends_text:
            return replace(kept, engine=settings.engine)
        self._sessions.wait_engine()
        endpoint = self._sessions.current.engine.endpoint()
        if endpoint is None:
            raise EngineUnavailableError("embedding.no_answer")
        by_address = next(kind.key for kind in kinds() if kind.sends_text)
        return replace(kept, engine=by_address, remote_url=endpoint.base_url, remote_key=endpoint.api_key)

    def _scores(
        self,
        settings: Settings,
        files: Sequence[Path],
        opened: Mapping[str, frozenset[str]],
        tell: Callable[[int], None],
        stop: threading.Event,
    ) -> list[QueryScores] | None:
        scores: list[QueryScores] = []
        with _temporary() as root, self._open(root, settings) as library:
            for file in files:
                if stop.is_set():
                    return None
                with suppress(FolderError):  # deleted meanwhile
                    library.add_folder(file)
            embedded = -1
            while not _is_complete(library):
                if stop.is_set():
                    return None
                if (now := min(library.progress().meaning.done, len(files))) > embedded:
                    embedded = now
                    tell(embedded)
            for done, (query, judged) in enumerate(opened.items()):
                if stop.is_set():
                    return None
                tell(len(files) + done)
                scores.append(score(library.search(query, DEPTH), judged))
        return scores


def _is_complete(library: ComparedLibrary) -> bool:
    try:
        library.wait(timeout=POLL)
    except WaitTimeoutError:
        return False
    return True


def _on_disk(path: Path) -> Path:
    """The file that a document is in, such as the archive or mailbox."""
    return next((each for each in (path, *path.parents) if each.is_file()), path)


@contextmanager
def _temporary() -> Iterator[Path]:
    """A folder of this user for a library, which is deleted again; so are those of programs that were killed."""
    folder = paths.cache_dir()
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{PREFIX}*"):
        with suppress(LibraryLockedError, OSError):
            if time.time() - left.stat().st_mtime > LEFT_AFTER:
                acquire_lock(left).release()
                shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=folder, ignore_cleanup_errors=True) as temporary:
        yield Path(temporary)
