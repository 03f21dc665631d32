"""What one kind of engine on this machine adds to being kept alive: how it is started, heard and understood."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import psutil

from core.engine.child import Event
from core.profiles import ModelProfile

KEY_VARIABLE = "FINDLING_ENGINE_KEY"


@dataclass(frozen=True)
class Launch:
    """One start: a command with its variables, the key it asks for, and its port (0: it tells)."""

    command: Sequence[str]
    variables: Mapping[str, str]
    key: str = field(repr=False)
    port: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """What the end of a process means, in a sentence.

    `hopeless`: it would end like this every time. `smaller`: it wanted more than there is.
    """

    sentence: str
    remedy: str = ""
    hopeless: bool = False
    smaller: bool = False


class Program(Protocol):
    """A kind of engine. `patience` is the seconds without a word after which a start is given up.

    `idle` is the seconds without use after which it is unloaded (None: never), `drain` the seconds that it may take to
    answer what it was asked before it is ended, `budget` the bytes that it may use (0: unknown), `gauge` the seconds
    between two looks at what it uses (None: never), `remedy` what a person can do about answers that are wrong.
    """

    profile: ModelProfile
    patience: float
    remedy: str
    idle: float | None
    drain: float
    budget: int
    gauge: float | None

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


class Builtin:
    """The embedded engine, or what talks like it: it tells on stdout what there is to know."""

    remedy = "Try again; if it stays so, install Findling again, or look into the engine's log."
    idle: float | None = None
    drain = 0.0
    budget = 0
    gauge: float | None = None

    def __init__(self, profile: ModelProfile, command: Sequence[str], patience: float) -> None:
        self.profile = profile
        self.patience = patience
        self._command = command

    def launch(self) -> Launch:
        key = secrets.token_urlsafe(32)
        return Launch(self._command, {KEY_VARIABLE: key}, key)

    def read(self, line: str) -> Event | None:  # noqa: ARG002
        return None

    def ending(self, code: int | None, lines: Sequence[str]) -> Ending | None:  # noqa: ARG002
        if code is None:
            return None
        how = f"code {code}" if code >= 0 else f"signal {-code}"
        return Ending(f"The engine ended by itself ({how}).")

    def shrink(self) -> bool:
        return False

    def tidy(self) -> None:
        """Nothing was only for the start."""

    def memory(self, pid: int) -> int:
        return resident(pid)

    def is_working(self) -> bool:
        return False


def builtin_command(model: str) -> list[str]:
    """How the embedded engine is started."""
    return [sys.executable, "-m", "core.engine.builtin", "--model", model]


def family(pid: int) -> list[psutil.Process]:
    """A process with all that it started."""
    try:
        leader = psutil.Process(pid)
        return [leader, *leader.children(recursive=True)]
    except psutil.Error:
        return []


def resident(pid: int) -> int:
    """Bytes of this machine's memory that a process and its children hold."""
    total = 0
    for process in family(pid):
        try:
            total += process.memory_info().rss
        except psutil.Error:
            continue
    return total


def holds(pid: int, port: int) -> bool:
    """Whether a process, or one that it started, listens on this port, so that no other answers there."""
    for process in family(pid):
        try:
            connections = process.net_connections(kind="tcp")
        except psutil.Error:
            continue
        if any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in connections):
            return True
    return False
