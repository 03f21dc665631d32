"""What the supervisor needs of one kind of engine: how its process is started and what its log means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.engine.supervisor.child import Event
from core.messages import Message
from core.models import ModelSpec


@dataclass(frozen=True)
class Launch:
    """One start: a command with its variables, the key it requires, and its port (0: the process reports it)."""

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
    finish its requests before it is ended, `budget` the bytes that it may use (0: unknown), `gauge` the seconds between
    two measurements of its memory (None: never), `remedy` what the user can do about wrong answers.
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
        """Prepare a start; raises FindlingError if it cannot succeed."""

    def read(self, line: str) -> Event | None:
        """The event that a line of the log means, in the built-in engine's format; called on a reader thread."""

    def ending(self, code: int | None, lines: Sequence[str]) -> Ending | None:
        """Why the process ended with this exit code (minus a signal) and these last lines of its log.

        Without a code it is running but no longer answers; None if the log does not say why.
        """

    def shrink(self) -> bool:
        """Use less memory at the next start; False if that is not possible."""

    def tidy(self) -> None:
        """Delete what only the start needed."""

    def memory(self, pid: int) -> int:
        """Bytes in use by the process group, 0 if unknown."""

    def is_working(self) -> bool:
        """Whether it is processing requests, as far as its log says."""
