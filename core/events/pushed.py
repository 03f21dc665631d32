"""What is pushed to a front end: rare changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.events.progress import EngineStatus, Trouble


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
