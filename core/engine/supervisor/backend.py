"""What one kind of engine on this machine adds to being kept alive: how it is started, heard and understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.engine.supervisor.child import Event
from core.messages import Message
from core.models import ModelSpec


@dataclass(frozen=True)
class Launch:
    """One start: a command with its variables, the key it asks for, and its port (0: it tells)."""

    command: Sequence[str]
    variables: Mapping[str, str]
    key: str = field(repr=False)
    port: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """What the end of a process means.

    `words` are its own, "" for none. `hopeless`: it would end like this every time. `smaller`: it wanted more memory
    than there is.
    """

    message: Message
    words: str = ""
    hopeless: bool = False
    smaller: bool = False

    @property
    def sentence(self) -> str:
        if not self.words:
            return self.message.sentence
        return Message("engine.with_words", reason=self.message.sentence, words=self.words).sentence

    @property
    def remedy(self) -> str:
        return self.message.remedy

    def with_words(self, words: str) -> Ending:
        """The same ending with the process's own words."""
        return replace(self, words=words)


class Backend(Protocol):
    """A kind of engine. `patience` is the seconds without a word after which a start is given up.

    `first_answer` is the seconds that the check of a started server may take (its first batch compiles kernels).

    `idle` is the seconds without use after which it is unloaded (None: never), `drain` the seconds that it may take to
    answer what it was asked before it is ended, `budget` the bytes that it may use (0: unknown), `gauge` the seconds
    between two looks at what it uses (None: never), `remedy` what a person can do about answers that are wrong.
    """

    model_spec: ModelSpec
    patience: float
    first_answer: float
    idle: float | None
    drain: float
    budget: int
    gauge: float | None

    @property
    def remedy(self) -> str: ...

    def launch(self) -> Launch:
        """Make everything ready for a start; raises FindlingError where there is no sense in trying."""

    def read(self, line: str) -> Event | None:
        """What a line of the log tells, as the embedded engine tells it on stdout; on a thread of its own."""

    def ending(self, code: int | None, lines: Sequence[str]) -> Ending | None:
        """What it means that the process ended by itself with this code (minus a signal) and these last lines.

        Without a code it only does not answer any more; None if its lines do not say why.
        """

    def shrink(self) -> bool:
        """Ask for less at the next start; False if there is nothing left to take away."""

    def tidy(self) -> None:
        """Take away what was only for the start: it is ready, or will not be."""

    def memory(self, pid: int) -> int:
        """Bytes in use by the group of this process, 0 if that is not known."""

    def is_working(self) -> bool:
        """Whether it has something to do now, as far as its log tells."""
