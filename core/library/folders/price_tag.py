"""The price of adding a folder, before it is added: files, size, time, disk space, and its heaviest subfolders."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Event

from core.document import SEEKING_KINDS, Kind
from core.engine import disk_space
from core.engine.registry import kind_of
from core.errors import EngineError, WaitTimeoutError
from core.extract import readable_kind
from core.library.folders.folders import FolderManager
from core.library.session.manager import SessionManager
from core.store.catalogue.catalogue import Catalogue
from core.watch.ignore_rules import IgnoreRules
from core.watch.scan import Unreadable, scan_folders

STEP_SECONDS = 0.1  # between two steps
ENGINE_SECONDS = 20.0  # that the measurement waits for the built-in engine
HEAVIEST = 5  # subfolders
MIN_PASSAGES = 50  # of a kind in the library, from which its own density counts
# Passages per megabyte of each kind, where the library has too few of its own (decision 0735).
DENSITY = {"text": 610.0, "code": 610.0, "web": 300.0, "mail": 120.0, "book": 120.0, "spreadsheet": 60.0,
           "document": 40.0, "presentation": 20.0, "pdf": 12.0}  # fmt: skip
OTHER_DENSITY = 40.0
BYTES_PER_PASSAGE = 3_000  # of text and word index
BYTES_PER_FILE = 1_000  # of the catalogue
VECTOR_COPIES = 4  # bytes of a dimension: float16 in the catalogue and in the vector index


@dataclass(frozen=True, slots=True)
class SubfolderCost:
    """What a folder directly in the priced one costs: files, their bytes, and the passages they will have."""

    path: str
    files: int
    size: int
    passages: float


@dataclass(frozen=True, slots=True)
class PriceTag:
    """The price of a folder, as far as it was walked through.

    `named` of its `files` are found by name only. `rate` is how many passages this machine's engine embeds a second
    (None: not known), `passage_bytes` what one takes on disk, of which `free` bytes are free where the library is.
    `subfolders` are the heaviest, heaviest first. Once all files are `counted`, only the rate may be missing.
    """

    path: str
    files: int = 0
    size: int = 0
    named: int = 0
    passages: float = 0.0
    rate: float | None = None
    passage_bytes: float = 0.0
    subfolders: tuple[SubfolderCost, ...] = ()
    unreadable: int = 0
    done: bool = False
    free: int = 0
    counted: bool = False

    def without(self, left_out: frozenset[str]) -> PriceTag:
        """The price without some of the subfolders."""
        gone = [part for part in self.subfolders if part.path in left_out]
        return replace(
            self,
            files=self.files - sum(part.files for part in gone),
            size=self.size - sum(part.size for part in gone),
            passages=max(0.0, self.passages - sum(part.passages for part in gone)),
        )

    @property
    def seconds(self) -> float | None:
        """The time until everything is searchable by meaning; None if it is not known."""
        return self.passages / self.rate if self.rate else None

    @property
    def disk(self) -> int:
        """The disk space that the index takes, in bytes."""
        return int(self.passages * self.passage_bytes + self.files * BYTES_PER_FILE)


class FolderPrices:
    """A part of `Library`: prices folders that are not added yet. Nothing is read but the lists of files."""

    def __init__(self, sessions: SessionManager, folders: FolderManager) -> None:
        self._sessions, self._folders = sessions, folders

    def steps(self, path: str | os.PathLike[str], stop: Event | None = None) -> Iterator[PriceTag]:
        """The price as far as it is known, ten times a second, and at the end; takes as long as a walk.

        The caller may stop iterating, or set `stop`. The rate is measured with sample texts if the engine is ready.
        """
        target = os.path.realpath(path)
        settings = self._sessions.settings
        with self._sessions.catalogue() as catalogue:
            densities = _densities(catalogue)
        walk = _Walk(
            os.fsencode(target),
            self._folders.rules(),
            densities,
            settings.max_bytes_of,
            disk_space.free(self._sessions.root),
        )
        vector_bytes = VECTOR_COPIES * settings.model_spec.dimension
        reported = time.monotonic()
        for _ in walk.folders(stop or Event()):
            if time.monotonic() - reported > STEP_SECONDS:
                reported = time.monotonic()
                yield walk.price(BYTES_PER_PASSAGE + vector_bytes)
        counted = walk.price(BYTES_PER_PASSAGE + vector_bytes, counted=True)
        yield counted
        yield replace(counted, rate=self._rate(), done=True)

    def _rate(self) -> float | None:
        """How many passages are embedded a second: now, else in a short measurement that costs nobody money."""
        session, settings = self._sessions.current, self._sessions.settings
        rate = session.progress().rate
        if rate or settings.ask_before_embedding:
            return rate or None
        with suppress(EngineError, WaitTimeoutError):
            if kind_of(settings.engine).shares_processor:
                self._sessions.start_engine()  # which adding the folder would do anyway
                session.engine.wait_ready(ENGINE_SECONDS)
            return session.executor().measured_rate()
        return None

    def covering(self, path: str | os.PathLike[str]) -> str | None:
        """The folder through which a path is searched already; None if it is not, or is excluded there."""
        found = self._folders.covering(os.path.realpath(path))
        return None if found is None else found.path

    def contained(self, path: str | os.PathLike[str]) -> list[str]:
        """The folders of the library that are inside a path, and become a part of it once it is added."""
        return self._folders.inside(os.path.realpath(path))


@dataclass(slots=True)
class _Walk:
    """Counts the files of a folder and of each folder directly in it."""

    root: bytes
    rules: IgnoreRules
    densities: Mapping[str, float]
    limit: Callable[[Kind], int]
    free: int
    _files: Counter[bytes] = field(default_factory=Counter)
    _sizes: Counter[bytes] = field(default_factory=Counter)
    _passages: dict[bytes, float] = field(default_factory=dict)
    _named: int = 0
    _unreadable: int = 0

    def folders(self, stop: Event) -> Iterator[None]:
        """Walk, with a pause after each folder."""
        top = self.root.rstrip(b"/") + b"/"
        for listed in scan_folders(self.root, self.rules, stop):
            for file in listed:
                if isinstance(file, Unreadable):
                    self._unreadable += 1
                    continue
                inside = file.path[len(top) :]
                child = top + inside.partition(b"/")[0] if b"/" in inside else self.root
                self._count(child, file.path, file.size)
            yield

    def _count(self, child: bytes, path: bytes, size: int) -> None:
        kind = readable_kind(path)
        self._files[child] += 1
        self._sizes[child] += size
        if kind is None or not size or size > self.limit(kind):
            self._named += 1
            return
        if kind in SEEKING_KINDS:  # most have no words
            return
        found = max(1.0, self.densities.get(kind, OTHER_DENSITY) * size / 1e6)
        self._passages[child] = self._passages.get(child, 0.0) + found

    def price(self, passage_bytes: float, *, counted: bool = False) -> PriceTag:
        costs = [
            SubfolderCost(os.fsdecode(child), self._files[child], self._sizes[child], self._passages.get(child, 0.0))
            for child in self._files
            if child != self.root
        ]
        costs.sort(key=lambda cost: (-cost.passages, -cost.size, cost.path))
        return PriceTag(
            os.fsdecode(self.root),
            self._files.total(),
            self._sizes.total(),
            self._named,
            sum(self._passages.values()),
            None,
            passage_bytes,
            tuple(costs[:HEAVIEST]),
            self._unreadable,
            free=self.free,
            counted=counted,
        )


def _densities(catalogue: Catalogue) -> dict[str, float]:
    """Passages per megabyte of each kind: those of the library where it has enough of them."""
    measured = {
        kind: passages * 1e6 / size
        for kind, passages, size in catalogue.facts.passages_by_kind()
        if passages >= MIN_PASSAGES and size
    }
    return DENSITY | measured
