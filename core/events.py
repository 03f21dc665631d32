"""What core tells a front end: rare facts are pushed as events, progress is polled."""

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
    "released",  # unloaded to free the card; it comes back when it is needed
]


@dataclass(frozen=True, slots=True)
class RetrieverProgress:
    """How far one lane is, in files: found in it, still on the way, never going to be."""

    done: int = 0
    waiting: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.done + self.waiting + self.failed


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The engine in one look: `detail` is a sentence (what it is doing, or its last words when it failed).

    `fraction` is how far the present phase is (0 to 1), None where nobody knows. `memory_used` of `memory_budget` bytes
    are in use, of the card or of this machine; 0 where that is not known. `restarts` counts the crashes that were made
    good since it was started, `log` is the file of what it said ("" for one that runs elsewhere).
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
    """The world's trouble that indexing waits for at the moment, as in `FindlingError`."""

    code: str
    sentence: str
    remedy: str = ""


PauseReason = Literal["paused", "battery", "load", "metered"]


@dataclass(frozen=True, slots=True)
class PauseState:
    """Why indexing waits; `until` is when it resumes at the latest (seconds since 1970), None if that is not known."""

    reason: PauseReason
    until: float | None = None


@dataclass(frozen=True, slots=True)
class ModelSwitch:
    """While the model used before still answers: the `model` that is to follow, as in the settings, and how far it is.

    If it `can_embed`, the former one answers by meaning too, else only its words are searched.
    """

    model: str
    meaning: RetrieverProgress
    can_embed: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the library is.

    Counts of lanes are files, those that are found now: in a `handover`, by the model used before.
    `passages_done` of `passages_total` have a vector of the model in use;
    `passages_embedded` were ever sent to an engine. `rate` is passages/s over the last moments, `eta` seconds or None.
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
        """The progress of the lane of that name."""
        return {"names": self.names, "words": self.words, "meaning": self.meaning}[name]


@dataclass(frozen=True, slots=True)
class Problem:
    """One file's trouble as a row: `code` is one of `core.errors.ProblemCode`."""

    path: str
    code: str
    sentence: str
    remedy: str
    detail: str
    when: float


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that a person added, with how many files are known in it, their bytes, and disks that are not there."""

    path: str
    files: int
    size: int
    connected: bool
    single: bool = False
    away: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExclusionEffect:
    """What a choice of exclusions hides in a folder, as far as it is counted: files, bytes, the first of them.

    `returning` are the files that are hidden now and would not be any more. Examples of folders end in a slash.
    """

    files: int = 0
    size: int = 0
    examples: tuple[str, ...] = ()
    returning: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class FileExplanation:
    """Why a file is found, or is not: `code` names its state, `sentence` says it, `remedy` what can be done.

    Of `passages` so many are `embedded`; `place` is the one in the queue of files to be read, 0 while it is read.
    `ranks` are those of a query in each lane, None where the file is not among the first `RANKED`.
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
    """One thing that is off in a library: `code` names it, `sentence` says it with its number, `cure` what mends it."""

    code: str
    count: int
    sentence: str
    cure: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsistencyReport:
    """A library counted through: files on the disk and known, passages, and how many of them each index holds.

    A number is None where it was not counted: in a damaged catalogue nothing is, and what the vector index holds is not
    while another program has it in its memory. `away` are the folders that are not connected, `copies` the times
    (seconds since 1970) at which the catalogue was copied, the newest first.
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
    """Pushed: the list of folders is another one now."""


@dataclass(frozen=True, slots=True)
class ContentsChanged:
    """Pushed at most a few times a second: what a search finds may be another thing now."""


@dataclass(frozen=True, slots=True)
class EngineChanged:
    """Pushed: the engine went into another state."""

    status: EngineStatus


@dataclass(frozen=True, slots=True)
class TroubleChanged:
    """Pushed: indexing waits for the world, or goes on again (None)."""

    trouble: Trouble | None


Event = FoldersChanged | ContentsChanged | EngineChanged | TroubleChanged
Report = Callable[[Event], None]


def ignore(event: Event) -> None:
    """A report that nobody reads."""
