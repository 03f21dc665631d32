"""What a front end polls: the progress of indexing, and the state of an engine."""

from __future__ import annotations

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

    @property
    def is_ready(self) -> bool:
        """Whether it answers at once."""
        return self.state in {"ready", "busy"}

    @property
    def is_unavailable(self) -> bool:
        """Whether it failed, or waits for something that only the user can fix, such as a server that is off."""
        return self.state == "failed" or (self.state == "starting" and bool(self.remedy))


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
class OcrProgress:
    """The pages that have no text of their own: `done` of `total` are recognised; OCR `is_on` in the settings.

    `waiting` pages are still to be read by it; `current` is the file of which `page` is read now ("": none). `trouble`
    is what keeps it from reading, or from reading all of the chosen languages.
    """

    done: int = 0
    total: int = 0
    is_on: bool = False
    waiting: int = 0
    current: str = ""
    page: int = 0
    trouble: Trouble | None = None

    @property
    def unread(self) -> int:
        """Pages without text."""
        return max(self.total - self.done, 0)


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of indexing.

    The counts of retrievers are files; during a `handover` they are those of the previous model. `passages_done` of
    `passages_total` have a vector of the model in use; `passages_embedded` counts all that were ever sent to an engine.
    `rate` is in passages per second, `eta` in seconds (None: unknown). `current` is the file that is read now. `ocr` is
    the recognition of text in scans. `vectors_pending` is 0 once a vector store on a server has all vectors.
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
    vectors_pending: int = 0
    handover: ModelSwitch | None = None
    ocr: OcrProgress = OcrProgress()

    def retriever(self, name: Retriever) -> RetrieverProgress:
        """The progress of one retriever."""
        return {"names": self.names, "words": self.words, "meaning": self.meaning}[name]
