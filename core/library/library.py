"""The facade for other programs: the most used operations, and the parts with all others."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from core import memory, paths
from core import settings as settings_file
from core.control_socket import ControlSocket
from core.document import RETRIEVERS, Hit, Retriever
from core.errors import LibraryUnusableError
from core.events import Folder, Problem, Progress, Report, ignore
from core.library.access.directory import (
    LibraryLock,
    ProgressCallback,
    check_after_crash,
    is_read_only,
    no_progress,
    protect_settings,
    require_catalogue,
    save_settings,
)
from core.library.access.update import update_library
from core.library.diagnostics.health import Diagnostics
from core.library.diagnostics.problems import problems_of
from core.library.engines.manager import EngineManager
from core.library.folders.exclusions import FolderExclusions
from core.library.folders.folders import FolderManager
from core.library.folders.price_tag import FolderPrices
from core.library.indexing import Indexing
from core.library.measure.comparison import ModelComparison
from core.library.measure.finetune import Finetuning
from core.library.measure.judgements import Judgements
from core.library.measure.measure import SearchMeasure
from core.library.measure.training import AdapterTraining
from core.library.member_copies import MemberCopies
from core.library.ocr import TextRecognition
from core.library.personal.view import PersonalView
from core.library.queries import Queries
from core.library.remembered.history import History
from core.library.remembered.saved_searches import SavedSearches
from core.library.session.manager import SessionManager
from core.library.transfer.transfer import Transfer
from core.messages import Message
from core.preview.renderer import PageRenderer
from core.preview.thumbnails import Thumbnails
from core.rights import Person
from core.search.query import Query
from core.settings import Exclusions, Settings


class Library:
    """A library: the folder with its catalogue, indexes and settings. Methods return at once unless documented to wait.

    Its parts are `queries`, `indexing`, `ocr`, `exclusions`, `prices`, `engines`, `pages`, `diagnostics`, `history`,
    `saved_searches`, `measure`, `thumbnails` and `transfer`. Use as a context manager, or call `close`. Any thread may
    call any method.
    """

    def __init__(self, sessions: SessionManager, report: Report, control: ControlSocket | None = None) -> None:
        self._sessions = sessions
        self._folders = FolderManager(sessions)
        self.queries = Queries(sessions)
        self.members = MemberCopies(sessions)
        self.indexing = Indexing(sessions)
        self.ocr = TextRecognition(sessions)
        self.exclusions = FolderExclusions(sessions, self._folders)
        self.prices = FolderPrices(sessions, self._folders)
        self.engines = EngineManager(sessions, report)
        self.pages = PageRenderer()
        self.thumbnails = Thumbnails(paths.cache_dir() / "thumbnails")
        self.diagnostics = Diagnostics(sessions, self._folders, self.queries)
        self.history = History(
            sessions.root, writable=sessions.writable, enabled=lambda: sessions.settings.keep_history
        )
        judgements = Judgements(
            sessions.root, writable=sessions.writable, enabled=lambda: sessions.settings.keep_judgements
        )
        self.measure = SearchMeasure(
            self.queries,
            judgements,
            lambda: sessions.settings,
            training=AdapterTraining(sessions, judgements),
            finetuning=Finetuning(sessions, judgements),
            comparison=ModelComparison(sessions, judgements, type(self).open),
        )
        self.saved_searches = SavedSearches(sessions.root, self.queries, writable=sessions.writable)
        self.transfer = Transfer(sessions, self._folders, self.exclusions, self.saved_searches)
        self._own_control = None if control is not None else ControlSocket(sessions.root)
        self._control = control or self._own_control
        if self._control is not None and sessions.writable:
            self._control.register(*self.engines.operations())
            self._control.listen()
            sessions.on_return = self._control.renew

    @classmethod
    def open(
        cls,
        root: str | os.PathLike[str],
        settings: Settings | None = None,
        *,
        report: Report = ignore,
        read_only: bool = False,
        watch: bool = False,
        tell: ProgressCallback = no_progress,
        control: ControlSocket | None = None,
    ) -> Library:
        """Open the library in a folder, which is made if it is missing, and resume indexing.

        `settings` are saved. One program at a time may write; with `read_only` the library is only searched. With
        `watch`, unless the settings disable it, folders are watched for changes; otherwise they are scanned when the
        library is opened and by `indexing.rescan`. `report` is called on any thread, `tell` with the progress of a slow
        opening. `control` is a socket that this program listens on already; without it the library opens its own.
        A library whose folder cannot be written is opened as with `read_only`, and its progress says so.
        Raises LibraryLockedError, LibraryDamagedError (see `core.library.diagnostics.recovery`), LibraryUnusableError,
        StorageFullError and, for a broken settings file, BadInputError.
        """
        memory.limit_malloc_retention()
        path = Path(os.path.realpath(root))  # as the paths of folders are, so that it is recognised below them
        if read_only:
            return cls._open_read_only(path, settings, report)
        if is_read_only(path):
            return cls._open_read_only(path, settings, report, reason="library.disk_read_only")
        lock = LibraryLock(path)
        try:
            check_after_crash(path, tell)
            tell(Message("work.opening").sentence, 0, 0)
            update_library(path, tell)  # before anything else starts
            if settings is None:
                protect_settings(path)
                settings = settings_file.load(path / settings_file.SETTINGS_NAME)
            else:
                save_settings(settings, path)
            return cls(SessionManager(path, settings, report, lock, watch=watch), report, control)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def _open_read_only(
        cls, path: Path, settings: Settings | None, report: Report, *, reason: str = "library.read_only"
    ) -> Library:
        require_catalogue(path)
        if not (path / "catalogue.sqlite").is_file():
            raise LibraryUnusableError("library.missing", folder=path)
        settings = settings or settings_file.load(path / settings_file.SETTINGS_NAME)
        return cls(SessionManager(path, settings, report, None, read_only_reason=reason), report)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop indexing and the engines, and release the library; waits some seconds at most."""
        if self._own_control is not None:
            self._own_control.close()
        elif self._control is not None:
            self._control.unregister(*self.engines.operations())
        self.pages.close()
        self.thumbnails.close()
        self.engines.close()
        self.members.close()
        self._sessions.close()

    @property
    def root(self) -> Path:
        """The folder of the library, without symbolic links."""
        return self._sessions.root

    @property
    def settings(self) -> Settings:
        return self._sessions.settings

    def change_settings(self, settings: Settings) -> None:
        """Use other settings from now on; vectors of the previous model are kept. Without a history it is deleted.

        Raises StorageFullError, and LibraryLockedError in a library that is only read.
        """
        self._sessions.change_settings(settings)
        if not settings.keep_history:
            self.history.clear()

    def add_folder(self, path: str | os.PathLike[str], exclusions: Exclusions | None = None) -> Folder:
        """Index a folder, or a single file; one that is already indexed is scanned again. Raises FolderError.

        `exclusions` are left out from the start. Folders inside it become a part of it.
        """
        return self._folders.add(path, exclusions)

    def remove_folder(self, path: str | os.PathLike[str]) -> None:
        """Remove a folder and its files from the library; the files themselves stay. Raises FolderError."""
        self._folders.remove(path)

    def folders(self) -> list[Folder]:
        """The folders, in the order in which they were added."""
        return self._folders.folders()

    def search(
        self,
        text: str | Query,
        limit: int = 10,
        *,
        lanes: Collection[Retriever] = RETRIEVERS,
        closely: bool | None = None,
    ) -> list[Hit]:
        """The best files for a query, best first; waits for the engine if it is just starting.

        Each hit names the retrievers (`lanes`) that found it; without an engine these are names and words only.
        `closely` reranks the first hits as `queries.search_steps` does, which takes a second or two if their sentences
        are not embedded yet; the default is to do so if all retrievers are used.
        """
        return self.queries.search(text, limit, lanes=lanes, closely=closely)

    def for_person(self, person: Person) -> PersonalView:
        """The library as a person may see it, by rights that are kept with `Settings.keep_rights`; else it is empty."""
        return PersonalView(self._sessions, self._folders, self.engines, self.pages, self.members, person)

    def progress(self) -> Progress:
        """The progress of indexing, and the state of the engine."""
        progress = self._sessions.current.progress()
        return replace(progress, engine=self.engines.with_setup(progress.engine))

    def wait(self, retriever: Retriever = "meaning", timeout: float | None = None) -> Progress:
        """Wait until a retriever finds all files that it can. Raises WaitTimeoutError after `timeout` seconds.

        Raises what prevents it, too: StorageFullError, EngineError (when the engine failed for good or its responses
        cannot be used), the error that ended the indexer, and FindlingError if the library is closed.
        """
        return self._sessions.wait(retriever, timeout)

    def problems(self, *, with_ignored: bool = False) -> list[Problem]:
        """The files that cannot be read, or not completely, each with the reason; by reason, the most frequent first.

        Those that the user ignores (`indexing.ignore_problems`) are left out unless asked for.
        """
        with self._sessions.catalogue() as catalogue:
            return problems_of(catalogue, with_ignored=with_ignored)
