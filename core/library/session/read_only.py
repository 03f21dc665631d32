"""A session of a library that was opened read-only, by a command or while another program writes to it."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from core import paths
from core.chunk import chunking_config
from core.engine.server import EngineServer
from core.errors import FindlingError, LibraryLockedError
from core.events import ModelSwitch, OcrProgress, PauseState, Progress, Report, Trouble
from core.indexer import Indexer
from core.indexer.previous_model import PreviousModelSettings
from core.indexer.progress import retriever_progress
from core.library.engines.sharing import shared_engine_settings
from core.library.session.servers import SessionServers
from core.library.session.session import Session
from core.private_files import private_folder
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import CombinedIndexes, Indexes, IndexSet, LexicalIndexSet
from core.store.vector_servers.choice import chosen_store


class ReadOnlySession(Session):
    """A session that only searches; the first query opens the indexes as they are then."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        report: Report,
        previous: PreviousModelSettings | None = None,
        *,
        reason: str = "library.read_only",
    ) -> None:
        """`reason` is the code of the message that says why the library is only read."""
        logs = paths.cache_dir() / "logs"
        with suppress(OSError):  # then nothing is logged
            private_folder(logs)
        super().__init__(root, settings, report, logs=logs, previous=previous)
        self._reason = reason
        self._catalogue = Catalogue(root, writable=False)
        self._opened: Indexes | None = None
        self._engine_settings: Settings | None = None  # those of `engine`, None before the first query needs one
        self._engine_lock = threading.Lock()  # held while an engine is looked for, which may take a minute

    @property
    def is_writable(self) -> bool:
        return False

    @property
    def writer(self) -> Indexer:
        raise self._refusal

    @property
    def pause_state(self) -> PauseState | None:
        return None

    def rebuild_damaged(self) -> None:
        """Does nothing: the next program that writes to the library rebuilds it."""

    def queue_position(self, file_id: int) -> int | None:
        waiting = [row[0] for row in self._catalogue.files.waiting()]
        return waiting.index(file_id) + 1 if file_id in waiting else None

    def progress(self) -> Progress:
        found, vectors = self.indexes(), self._catalogue.vectors
        chunking = self._catalogue.passages.chunking_id(chunking_config(self._settings).fingerprint)
        model = vectors.model_id(self._settings.model_spec, chunking)
        pending = self._catalogue.changes.count_after(found.words.last_change, found.chunking_id)
        names, words, meaning = retriever_progress(self._catalogue.counts(found.model_id), words_pending=pending)
        return Progress(
            names=names,
            words=words,
            meaning=meaning,
            passages_done=self._catalogue.vector_count(model),
            passages_total=self._catalogue.passage_count(chunking),
            passages_embedded=vectors.sent_count(),
            engine=self.engine.status(),
            ocr=self._ocr(),
            handover=self._handover(model, can_embed=model != found.model_id),
            trouble=self._trouble(),
        )

    def _ocr(self) -> OcrProgress:
        total, done = self._catalogue.recognised.counts()
        return OcrProgress(done, total, is_on=self._settings.read_scans)

    def close(self, *, keep_servers: bool = False, replaced: bool = False) -> None:
        super().close(keep_servers=keep_servers, replaced=replaced)
        self._close_words()
        if self._opened is not None:
            self._opened.vectors.close()
        self._catalogue.close()

    def indexes(self) -> Indexes:
        with self._lock:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    @property
    def _refusal(self) -> FindlingError:
        """The error of what would write to the library."""
        return LibraryLockedError(self._reason, folder=self._root)

    def _trouble(self) -> Trouble | None:
        """Why the library is only read, if nobody asked for that; else why its vectors are not searched."""
        error: FindlingError | None = self._refusal
        if self._reason == "library.read_only":
            error = None if self._opened is None else self._opened.vectors.trouble
        return None if error is None else Trouble(error.code, error.sentence, error.remedy)

    def _close_words(self) -> None:
        if self._opened is not None:
            self._opened.words.close()

    def _open(self) -> Indexes:
        """Open the indexes as they are: those of the previous model until the one in use has caught up."""
        if self._previous is None:
            return self._index_set_of(self._settings)
        if self._previous.can_embed:
            return self._index_set_of(self._previous.settings)
        chunking = chunking_config(self._previous.settings).fingerprint
        words = LexicalIndexSet(self._root, self._catalogue, chunking, writable=False)
        return CombinedIndexes(self._index_set_of(self._settings), words)

    def _index_set_of(self, settings: Settings) -> IndexSet:
        chunking = chunking_config(settings).fingerprint
        return IndexSet(
            self._root,
            self._catalogue,
            settings.model_spec,
            chunking,
            writable=False,
            store=chosen_store(settings),
        )

    def _handover(self, model: int, *, can_embed: bool) -> ModelSwitch | None:
        if self._previous is None:
            return None
        meaning = retriever_progress(self._catalogue.counts(model), words_pending=0)[2]
        return ModelSwitch(self._settings.model, meaning, can_embed=can_embed)

    def _disable_previous(self) -> None:
        with self._lock:
            if self._previous is not None:
                self._close_words()
                self._previous, self._opened = replace(self._previous, can_embed=False), None

    def _query_engine(self) -> EngineServer | None:
        """The engine of the program that has the library open, as a GPU has no room for two; else one's own.

        A shared engine is looked up again for each query, because that program may have ended or restarted it.
        """
        with self._engine_lock:
            if self._engine_settings is not self._settings:
                settings = shared_engine_settings(self._root, self._settings)
                if settings is None:
                    return None
                self._use_engine(settings)
            return self.engine

    def _use_engine(self, settings: Settings) -> None:
        """Put an engine with these settings in the place of another one."""
        in_use, self._engine_settings = self._engine_settings or self._settings, settings
        if settings == in_use:
            return
        with self._lock:
            if self._closed:
                return
            past, self.servers = self.servers, SessionServers(settings, self._logs)
            self.servers.listen(self._engine_changed)
        past.close()
