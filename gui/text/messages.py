"""Values of core as text: paths, hits, problems, engine states. Plain words are in `core.messages.terms`."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.document import Hit, HitPassage, Part
from core.errors import FindlingError
from core.events import EngineStatus, ExclusionEffect, Folder, PauseState, Problem, Trouble
from core.messages import ntr, terms, tr
from core.messages.translate import formatter

if TYPE_CHECKING:
    from core.library import FilterEffect

MORNING = 6  # o'clock: when "tomorrow" begins


def number(value: int) -> str:
    """A whole number as the locale groups its digits."""
    return formatter().number(value)


def date(seconds: float, now: float | None = None) -> str:
    """A file's date (seconds since 1970); today's as a time of day, "" for none."""
    return formatter().recent(seconds, time.time() if now is None else now) if seconds > 0 else ""


def shown_path(path: str) -> str:
    """A path as a person reads it: the home folder as ~, bytes that are not text as a replacement character."""
    home = os.path.expanduser("~")
    if home != os.sep and (path == home or path.startswith(home + os.sep)):
        path = "~" + path[len(home) :]
    return readable(path)


def readable(text: str) -> str:
    """A text with a replacement character for each byte that is not text."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def typed_path(path: str) -> str:
    """A path as it is typed in a query, so that parsing it gives the same file."""
    shown = shown_path(path)
    return shown if os.path.expanduser(shown) == path else path


def shown_name(path: str) -> str:
    """The last part of a path as a person reads it."""
    return shown_path(os.path.basename(path.rstrip(os.sep)) or path)


def place(passage: HitPassage) -> str:
    """Where in the document a passage is: "p. 3", "slide 2", a sheet's name; "" where there are no places."""
    return terms.place(passage.unit, passage.page, passage.label)


def part_place(part: Part) -> str:
    """A part of a document by its own name if it has one, else by its unit and number."""
    return part.label or terms.place(part.unit, part.number)


def known_already(path: str, folder: Folder) -> tuple[str, str]:
    """What to say when a path is added a second time, and what Findling does."""
    effect = tr("Findling checks it again.")
    if os.path.realpath(path) == folder.path:
        return tr("“{name}” is already searchable.", name=shown_name(path)), effect
    return (
        tr(
            "“{name}” is already searchable as part of “{folder}”.",
            name=shown_name(path),
            folder=shown_name(folder.path),
        ),
        effect,
    )


def without_passage(hit: Hit) -> str:
    """What a hit's row shows if there is no passage."""
    return tr("{kind}, {size:size}", kind=terms.kind(hit.kind), size=hit.size)


def problem(row: Problem) -> tuple[str, str]:
    """What is wrong with a file and what helps."""
    return row.sentence, row.remedy


def trouble(what: Trouble | FindlingError) -> tuple[str, str]:
    """An error's sentence and its remedy."""
    return what.sentence, what.remedy


def engine(status: EngineStatus, *, paused: bool = False) -> str:
    """The engine's state in two or three words."""
    if engine_in_trouble(status):
        return tr("Engine not available")
    if paused and status.state in {"ready", "busy"}:
        return tr("Engine paused")
    return {
        "stopped": tr("Engine off"),
        "installing": tr("Installing engine"),
        "downloading": tr("Downloading model"),
        "released": tr("Engine asleep"),
        "starting": tr("Engine starting"),
        "ready": tr("Engine ready"),
        "busy": tr("Engine working"),
        "failed": tr("Engine not available"),
        "stopping": tr("Engine stopping"),
    }[status.state]


def pause_reason(pause: PauseState) -> str:
    """Why indexing waits."""
    return terms.pause_reason(pause.reason, pause.until)


def until_tomorrow() -> float:
    """Seconds until six in the morning of the next day."""
    now = datetime.now().astimezone()
    morning = datetime.combine(now.date() + timedelta(days=1), datetime.min.time()).replace(hour=MORNING)
    return (morning.astimezone() - now).total_seconds()


def exclusion_effect(effect: ExclusionEffect) -> str:
    """What a choice of exclusions hides and brings back, as far as it is counted."""
    if not (effect.files or effect.returning):
        return tr("Hides nothing.") if effect.done else tr("Counting…")
    sentences = []
    if effect.files and effect.done:
        sentences.append(
            ntr("Hides {count} file, {size:size}.", "Hides {count} files, {size:size}.", effect.files, size=effect.size)
        )
    elif effect.files:
        sentences.append(
            ntr(
                "Hides {count} file, {size:size} so far…",
                "Hides {count} files, {size:size} so far…",
                effect.files,
                size=effect.size,
            )
        )
    if effect.returning:
        sentences.append(ntr("Brings back {count} file.", "Brings back {count} files.", effect.returning))
    return " ".join(sentences)


def nothing_relevant(hits: Sequence[Hit]) -> bool:
    """Whether there are hits, and none of them seems to be an answer."""
    return bool(hits) and all(hit.band == "none" for hit in hits)


def narrowing(effect: FilterEffect) -> str:
    """How many files each filter of a query leaves."""
    return terms.filter_effect(effect.files, effect.left, effect.by)


def engine_in_trouble(status: EngineStatus) -> bool:
    """Whether a person must act: the engine gave up, or waits for something that a person can fix."""
    return status.state == "failed" or (status.state == "starting" and bool(status.remedy))
