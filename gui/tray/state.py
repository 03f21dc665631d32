"""What the tray tells: the state, how far indexing is, and the line in its menu."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import PauseState, Progress
from core.messages import tr
from gui.status import progress_text
from gui.text import messages
from gui.tray.icon import State


@dataclass(frozen=True, slots=True)
class TrayState:
    """What the icon, its tool tip and its menu show; `share` is how far indexing is (0 to 1, None: unknown).

    `paused` says that the user can resume, `holds_card` that an engine holds memory of a graphics card.
    """

    state: State = "idle"
    line: str = ""
    share: float | None = None
    paused: bool = False
    holds_card: bool = False


def tray_state(progress: Progress, pause: PauseState | None, *, holds_card: bool = False) -> TrayState:
    """The tray's state for the progress of a library and the reason why indexing waits."""
    line, share = progress_text.summary(progress, pause), _share(progress)
    if progress.trouble is not None:
        return TrayState("attention", progress.trouble.sentence, None, pause is not None, holds_card)
    if progress_text.meaning_unavailable(progress):
        return TrayState("attention", messages.engine(progress.engine), None, pause is not None, holds_card)
    if pause is not None:
        return TrayState("paused", line, share, paused=True, holds_card=holds_card)
    if is_indexing(progress):
        return TrayState("indexing", line or tr("Looking for files…"), share, holds_card=holds_card)
    return TrayState("idle", line or tr("No files yet."), holds_card=holds_card)


def is_indexing(progress: Progress) -> bool:
    """Whether files are looked for, read or embedded."""
    return bool(
        progress.words.waiting
        or progress.meaning.waiting
        or progress.handover is not None
        or (progress.scanning and not progress.names.total)
    )


def _share(progress: Progress) -> float | None:
    """The share of passages, else of files, that is searchable by meaning; None before anything is known."""
    if progress.handover is not None:
        done, waiting = progress.handover.meaning.done, progress.handover.meaning.waiting
        return done / (done + waiting) if done + waiting else None
    if not progress.words.waiting and progress.passages_total:
        return progress.passages_done / progress.passages_total
    total = progress.meaning.done + progress.meaning.waiting
    return progress.meaning.done / total if total else None
