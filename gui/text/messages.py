"""Values of core as text: paths, hits, problems, engine states. Plain words are in `core.messages.terms`."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.document import Band, Hit, HitPassage, Kind, Part, Retriever, RetrieverMatch
from core.errors import FindlingError
from core.events import EngineStatus, ExclusionEffect, Folder, PauseState, Problem, Trouble
from core.messages import ntr, terms
from core.messages import tr as tr  # noqa: PLC0414  imported from here by modules yet to move
from core.messages.translate import formatter

if TYPE_CHECKING:
    from core.library import FilterEffect

MORNING = 6  # o'clock: when "tomorrow" begins


def number(value: int) -> str:
    return formatter().number(value)


def decimal(value: float) -> str:
    return formatter().number(value, 2)


def counted(count: int, one: str, many: str) -> str:
    """A count with its noun; `many` has {} where the number goes."""
    return one if count == 1 else many.format(number(count))


def files(count: int) -> str:
    return terms.files(count)


def problems(count: int) -> str:
    return terms.problems(count)


def percent(done: int, total: int) -> str:
    """Whole percent, never 100 before all is done."""
    return terms.share_done(done, total)


def time_left(seconds: float) -> str:
    """How long it still takes, in the coarsest unit that helps."""
    return terms.time_left(seconds)


def date(seconds: float, now: float | None = None) -> str:
    """A file's date (seconds since 1970); today's as a time of day, "" for none."""
    return formatter().recent(seconds, time.time() if now is None else now) if seconds > 0 else ""


def size(count: int) -> str:
    return formatter().size(count)


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


def unit_place(unit: str | None, page: int | None) -> str:
    """The place by its unit and number."""
    return terms.place(unit, page)


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


def kind(name: Kind) -> str:
    """A type of file as a person calls it."""
    return terms.kind(name)


def without_passage(hit: Hit) -> str:
    """What a hit's row shows if there is no passage."""
    return tr("{kind}, {size:size}", kind=terms.kind(hit.kind), size=hit.size)


def retriever(name: Retriever) -> str:
    """A retriever as the word on a badge."""
    return terms.retriever(name)


def retriever_title(name: Retriever) -> str:
    """A retriever as a heading."""
    return terms.retriever_title(name)


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


def retriever_score(match: RetrieverMatch) -> str:
    """A retriever's own measure of a document."""
    return terms.retriever_score(match.retriever, match.score)


def band(name: Band) -> str:
    """How likely a document is an answer."""
    return terms.strength(name)


def band_short(name: Band) -> str:
    """The same in a word for a row; "" for a hit that is only loosely related."""
    return terms.strength_short(name)


def versions(count: int) -> str:
    """How many other files with nearly the same text a row stands for; "" for none."""
    return terms.versions(count)


def versions_short(count: int) -> str:
    """The same for a row."""
    return terms.versions_short(count)


def nothing_relevant(hits: Sequence[Hit]) -> bool:
    """Whether there are hits, and none of them seems to be an answer."""
    return bool(hits) and all(hit.band == "none" for hit in hits)


def narrowing(effect: FilterEffect) -> str:
    """How many files each filter of a query leaves."""
    return terms.filter_effect(effect.files, effect.left, effect.by)


def engine_in_trouble(status: EngineStatus) -> bool:
    """Whether a person must act: the engine gave up, or waits for something that a person can fix."""
    return status.state == "failed" or (status.state == "starting" and bool(status.remedy))
