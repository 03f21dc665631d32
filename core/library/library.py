"""The one door: everything that a front end may do with a library."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from core import memory
from core import settings as settings_file
from core.chunk import chunking_config
from core.control_socket import ControlSocket
from core.document import Document, Kind, Retriever
from core.errors import FindlingError, LibraryUnusableError, WaitTimeoutError, problem_message
from core.events import FoldersChanged, PauseState, Problem, Progress, Report, ignore
from core.indexer import Indexer
from core.library.access.directory import LibraryLock, Tell, of_sessions, saved, say_nothing, sound, there
from core.library.diagnostics.health import Health
from core.library.engines.manager import EngineManager
from core.library.session import previous_model
from core.library.session.completion import WaitDeadline, await_retriever
from core.library.session.read_only import ReadOnlySession
from core.library.session.session import Session, WritingSession
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue


class Library(Health):
    """All that Findling knows, in one folder. Methods return at once unless they say that they wait.

    Use as a context manager, or call `close`. Any thread may call any method.
    """

    def __init__(
        self,
        root: Path,
        settings: Settings,
        report: Report,
        claim: LibraryLock | None,
        *,
        watch: bool = False,
        control: ControlSocket | None = None,
    ) -> None:
        self._root = root
        self._settings = settings
        self._watch = watch
        self._report = report
        self._claim = claim
        self._reading = threading.Lock()
        self._removed: set[bytes] = set()
        self._changing = threading.Lock()
        self._swapping = threading.Lock()  # held for a moment only: what is asked reaches the one who will do it
        self._closed = False
        self._steady = threading.Event()  # not set while other settings are being taken up
        self._steady.set()
        self._start_next = False  # whether the engine was asked for meanwhile
        self._catalogue = Catalogue(root, writable=False)
        self._session: Session = self._begin()
        self.engines = EngineManager(self, report)
        self._owns_control = control is None
        self._control = ControlSocket(root) if control is None else control
        if claim is not None:
            self._control.register(**self.engines.handlers())
            self._control.listen()

    @classmethod
    def open(
        cls,
        root: str | os.PathLike[str],
        settings: Settings | None = None,
        *,
        report: Report = ignore,
        read_only: bool = False,
        watch: bool = False,
        tell: Tell = say_nothing,
        control: ControlSocket | None = None,
    ) -> Library:
        """Open the library in a folder, which is made if it is missing, and go on with what waits in it.

        Given settings are kept for the next time. One program at a time may write; with `read_only` it is only
        searched. With `watch`, unless the settings say no, what changes in the folders is seen at once, else only when
        the library is opened or told to look. `report` is called on any thread, `tell` while opening takes its time.
        `control` is a socket that this program listens on already; without it the library opens one while it is open.
        Raises LibraryLockedError, LibraryDamagedError (see `core.library.diagnostics.recovery`), LibraryUnusableError,
        StorageFullError and, for a broken settings file, BadInputError.
        """
        memory.limit_malloc_retention()
        path = Path(os.path.realpath(root))  # as the folders' paths are, so that it is known when it is met
        if read_only:
            return cls._open_to_read(path, settings, report)
        claim = LibraryLock(path)
        try:
            sound(path, tell)
            tell("Opening the library", 0, 0)
            Catalogue(path, writable=True).close()  # migrations, before anything else starts
            if settings is None:
                settings = settings_file.load(path / settings_file.NAME)
            else:
                saved(settings, path)
            return cls(path, settings, report, claim, watch=watch, control=control)
        except BaseException:
            claim.release()
            raise

    @classmethod
    def _open_to_read(cls, path: Path, settings: Settings | None, report: Report) -> Library:
        there(path)
        if not (path / "catalogue.sqlite").is_file():
            raise LibraryUnusableError(
                f"There is no library in {path} yet.", "Index a folder first: findling index FOLDER"
            )
        return cls(path, settings or settings_file.load(path / settings_file.NAME), report, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop everything and keep what is stored; waits some seconds at most."""
        self._control.unregister(*self.engines.handlers())
        if self._owns_control:
            self._control.close()
        self.engines.close()
        with self._changing:
            self._closed = True
            self._session.close()
            self._steady.set()
        with self._reading:
            self._catalogue.close()
        if self._claim is not None:
            self._claim.let_go(self._session.writer.failure)

    @property
    def root(self) -> Path:
        return self._root

    @property
    def settings(self) -> Settings:
        return self._settings

    def change_settings(self, settings: Settings) -> None:
        """Use other settings from now on; vectors of the model used so far are kept.

        Raises StorageFullError, and LibraryLockedError in a library that is only read.
        """
        with self._writer():
            saved(settings, self._root)
            before, self._settings = self._settings, settings
            if of_sessions(before) == of_sessions(settings):
                return  # nothing that runs asks for what is different
            self._steady.clear()
        threading.Thread(target=self._begin_anew, args=(settings,), name="settings").start()

    def pause(self, seconds: float | None = None) -> None:
        """Read and embed nothing more until `resume`, or for so many seconds."""
        with self._writer() as writer:
            writer.pause(seconds)

    def resume(self) -> None:
        """Go on: after a pause, or in spite of the battery, other programs or a bill, until that is over."""
        with self._writer() as writer:
            writer.resume()

    @property
    def pause_state(self) -> PauseState | None:
        """Why not everything is done at once; None if nothing stands in the way."""
        return self._session.pause_state

    @property
    def paused(self) -> bool:
        return self._session.paused

    def progress(self) -> Progress:
        """How far everything is."""
        progress = self._session.progress()
        return replace(progress, engine=self.engines.shown(progress.engine))

    def wait(self, retriever: Retriever = "meaning", timeout: float | None = None) -> Progress:
        """Wait until a lane has all it can have. Raises WaitTimeoutError after `timeout` seconds.

        Raises what stands in the way too: StorageFullError, EngineError (when the engine failed for good or its
        answers cannot be used), the error that ended the indexer, and FindlingError if the library is closed.
        """
        deadline = WaitDeadline(timeout)
        while True:
            if not self._steady.wait(deadline.left()):
                raise WaitTimeoutError("The settings are still being taken up.", "Wait longer.")
            writer = self._session.writer
            if not await_retriever(writer, retriever, deadline.left()):
                raise WaitTimeoutError(f"The {retriever} lane was not complete after {timeout} s.", "Wait longer.")
            if not writer.ended:
                return writer.progress
            if self._closed:
                raise FindlingError("The library was closed.", "Open it again.")

    def problems(self) -> list[Problem]:
        """The files that cannot be read, or not all of them, with the reason of each."""
        with self._reading:
            rows = self._catalogue.files.problems()
        worded = [(row, problem_message(row.code)) for row in rows]
        return [
            Problem(os.fsdecode(row.path), row.code, what.sentence, what.remedy, row.detail, row.when)
            for row, what in worded
        ]

    def retry(self, path: str | None = None) -> None:
        """Read a file with a problem again, or all of them."""
        with self._writer() as writer:
            writer.retry(None if path is None else os.fsencode(path))

    def running(self) -> Session:
        """What runs with the settings of the moment."""
        return self._session

    def tokens(self) -> int:
        """How much text the library holds so far, in tokens of the model in use; waits for the disk."""
        catalogue = Catalogue(self._root, writable=False)  # others ask the common one for what they show at once
        try:
            return catalogue.token_count(catalogue.passages.chunking_id(chunking_config(self._settings).fingerprint))
        finally:
            catalogue.close()

    def start_engine(self) -> None:
        """Start the engine, also after it failed; while other settings are being taken up, the one to come."""
        with self._swapping:
            if self._steady.is_set():
                self._session.engine.start()
            else:
                self._start_next = True

    def wait_engine(self, timeout: float | None = None) -> None:
        """Start the engine if need be and wait until it is ready; raises EngineError, WaitTimeoutError."""
        deadline = WaitDeadline(timeout)
        if not self._steady.wait(deadline.left()):
            raise WaitTimeoutError("The settings are still being taken up.", "Wait longer.")
        self.start_engine()
        self._session.engine.wait_ready(deadline.left())

    def document(self, path: str) -> Document | None:
        """The text that is known of a file; None if there is none."""
        with self._reading:
            content_id = self._catalogue.content_of(os.fsencode(path))
            content = None if content_id is None else self._catalogue.contents.get(content_id)
            if content is None:
                return None
            text = self._catalogue.contents.text(content.id)
        kind = cast("Kind", content.kind)
        return Document(text, kind, content.title, content.author, content.parts, content.notes, content.extractor)

    def sizes(self) -> dict[str, int]:
        """Bytes on disk of the catalogue, the word index and the vector index."""
        names = {"catalogue": "catalogue.sqlite*", "words": "words/**/*", "vectors": "vectors/**/*"}
        return {name: sum(map(_size, self._root.glob(pattern))) for name, pattern in names.items()}

    def _begin(self) -> Session:
        before = previous_model.previous_model(self._root, self._settings)
        if self._claim is None:
            return ReadOnlySession(self._root, self._settings, self._report, before)
        if before is None:
            previous_model.forget(self._root)
        settings = replace(self._settings, watch=self._watch and self._settings.watch)
        return WritingSession(self._root, settings, self._report, before, self._caught_up)

    def _caught_up(self) -> None:
        """The model in use answers from now on, after the next start too."""
        with self._swapping:
            if self._steady.is_set():  # else others are being taken up, and who answers meanwhile is noted
                previous_model.forget(self._root)

    def _anew(self, between: Callable[[], None]) -> None:
        with self._writer():
            settings = self._settings
            self._steady.clear()
        self._begin_anew(settings, between)

    def _begin_anew(self, settings: Settings, between: Callable[[], None] = lambda: None) -> None:
        with self._changing:
            if self._closed or settings is not self._settings:
                return  # others were chosen meanwhile
            past = self._session
            past.close()
            try:
                between()
            finally:
                self._follow(past, settings)
        self._report(FoldersChanged())

    def _follow(self, past: Session, settings: Settings) -> None:
        """Begin a session in place of one that was closed."""
        with self._swapping:
            self._session = self._begin()
            self._session.writer.resume_from(past.writer)
            if settings is self._settings:
                self._steady.set()
                if self._start_next:
                    self._session.engine.start()
                self._start_next = False

    @contextmanager
    def _writer(self) -> Iterator[Indexer]:
        """The indexer while no other one takes its place; raises LibraryLockedError in a library that is only read."""
        with self._swapping:
            yield self._session.writer


def _size(path: Path) -> int:
    """Bytes of a file; 0 of anything else, and of what is gone since it was listed."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
