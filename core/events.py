"""What core reports to a front end: rare events are pushed, progress is polled.

The command line prints these values as JSON, so the names of their fields are part of its interface and stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from core.document import Retriever

EngineState = Literal[
    "stopped",
    "installing",
    "downloading",
    "starting",
    "ready",
    "busy",
    "failed",
    "stopping",
    "released",  # unloaded to free the GPU; loaded again when needed
]


@dataclass(frozen=True, slots=True)
class RetrieverProgress:
    """How many files a retriever finds (`done`), does not find yet (`waiting`), and cannot find (`failed`)."""

    done: int = 0
    waiting: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.done + self.waiting + self.failed


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The state of an engine; `detail` is a sentence: what it is doing, or why it failed.

    `fraction` is the progress of the current phase (0 to 1, None: unknown). `memory_used` and `memory_budget` are bytes
    of the GPU or of this machine (0: unknown). `restarts` counts the restarts after a crash, `log` is the path of its
    log file ("" for a server elsewhere).
    """

    state: EngineState = "stopped"
    name: str = ""
    model: str = ""
    detail: str = ""
    remedy: str = ""
    fraction: float | None = None
    memory_used: int = 0
    memory_budget: int = 0
    restarts: int = 0
    log: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A known failure that indexing waits for at the moment; its fields are those of `FindlingError`."""

    code: str
    sentence: str
    remedy: str = ""


PauseReason = Literal["paused", "battery", "load", "metered"]


@dataclass(frozen=True, slots=True)
class PauseState:
    """Why indexing waits; `until` is the latest time at which it resumes (Unix time, None: unknown)."""

    reason: PauseReason
    until: float | None = None


@dataclass(frozen=True, slots=True)
class ModelSwitch:
    """A change of model in progress: queries use the previous model until `model` (as in the settings) has caught up.

    With `can_embed` the previous model embeds queries, too; without it only its words are searched.
    """

    model: str
    meaning: RetrieverProgress
    can_embed: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of indexing.

    The counts of retrievers are files; during a `handover` they are those of the previous model. `passages_done` of
    `passages_total` have a vector of the model in use; `passages_embedded` counts all that were ever sent to an engine.
    `rate` is in passages per second, `eta` in seconds (None: unknown). `current` is the file that is read now.
    """

    names: RetrieverProgress = RetrieverProgress()
    words: RetrieverProgress = RetrieverProgress()
    meaning: RetrieverProgress = RetrieverProgress()
    passages_done: int = 0
    passages_total: int = 0
    passages_embedded: int = 0
    rate: float = 0.0
    eta: float | None = None
    scanning: bool = False
    current: str = ""
    engine: EngineStatus = EngineStatus()
    trouble: Trouble | None = None
    handover: ModelSwitch | None = None

    def retriever(self, name: Retriever) -> RetrieverProgress:
        """The progress of one retriever."""
        return {"names": self.names, "words": self.words, "meaning": self.meaning}[name]


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that cannot be read, or not all of it: `code` is a `core.errors.ProblemCode`, `when` Unix time."""

    path: str
    code: str
    sentence: str
    remedy: str
    detail: str
    when: float


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder (or, if `single`, a file) that a person added, with the number and the bytes of the files known in it.

    `away` are the mount points below it whose disks are not connected.
    """

    path: str
    files: int
    size: int
    connected: bool
    single: bool = False
    away: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExclusionEffect:
    """What exclusions would hide in a folder, as far as counted: files, bytes, and the paths of some examples.

    `returning` counts the files that are hidden now and would be included. The paths are relative; those of folders end
    in a slash.
    """

    files: int = 0
    size: int = 0
    examples: tuple[str, ...] = ()
    returning: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class FileExplanation:
    """Why a file is found or not: `code` names its state, `sentence` words it, `remedy` says what a person can do.

    `embedded` of its `passages` have a vector. `place` is its position in the queue of files to read (0: being read,
    None: not in it). `ranks` are its ranks for a query by each retriever, None beyond the first `MAX_RANK`.
    """

    path: str
    code: str
    sentence: str
    remedy: str = ""
    passages: int = 0
    embedded: int = 0
    place: int | None = None
    ranks: tuple[tuple[Retriever, int | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """One kind of inconsistency in a library, and how often it occurs; `cure` says what a repair does about it."""

    code: str
    count: int
    sentence: str
    cure: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsistencyReport:
    """The result of a consistency check: counts of disk, catalogue and indexes, and the inconsistencies found.

    `on_disk` and `known` are files on disk and in the catalogue; `in_words` passages are in the word index,
    `in_meaning` of the `vectors` in the vector index. A count is None where nothing was counted: in a damaged
    catalogue, and of a vector index that another program holds in memory. `away` are folders that are not connected,
    `copies` the Unix times of the catalogue's backups, newest first, `ailments` the inconsistencies.
    """

    on_disk: int | None = None
    known: int | None = None
    passages: int | None = None
    in_words: int | None = None
    vectors: int | None = None
    in_meaning: int | None = None
    away: tuple[str, ...] = ()
    copies: tuple[float, ...] = ()
    ailments: tuple[Inconsistency, ...] = ()
    done: bool = False


@dataclass(frozen=True, slots=True)
class FoldersChanged:
    """Pushed: the list of folders changed."""


@dataclass(frozen=True, slots=True)
class ContentsChanged:
    """Pushed at most a few times a second: search results may have changed."""


@dataclass(frozen=True, slots=True)
class EngineChanged:
    """Pushed: the engine's state changed."""

    status: EngineStatus


@dataclass(frozen=True, slots=True)
class TroubleChanged:
    """Pushed: indexing waits for a failure to pass, or has resumed (None)."""

    trouble: Trouble | None


Event = FoldersChanged | ContentsChanged | EngineChanged | TroubleChanged
Report = Callable[[Event], None]


def ignore(event: Event) -> None:
    """A `Report` that does nothing."""
