"""Values of core as text: paths, hits, problems, engine states. Plain words are in `core.messages.terms`."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.document import Hit, HitPassage, Part
from core.errors import FindlingError
from core.events import EngineStatus, ExclusionEffect, Folder, PauseState, Problem, Trouble
from core.messages import ntr, terms, tr
from core.messages.translate import formatter
from core.messages.visible import Visible, visible_name

if TYPE_CHECKING:
    from core.library import FilterEffect

LRI, PDI = "\u2066", "\u2069"  # begin and end a part that is ordered by itself, from left to right
MESSAGE_ENDINGS = frozenset({".eml", ".emlx", ".msg"})  # other files of mail are mailboxes
MORNING = 6  # o'clock: when "tomorrow" begins


def number(value: int) -> str:
    """A whole number as the locale groups its digits."""
    return formatter().number(value)


def size(count: int) -> str:
    """A file's size, given in bytes."""
    return formatter().size(count)


def date(seconds: float, now: float | None = None) -> str:
    """A file's date (seconds since 1970); today's as a time of day, "" for none."""
    return formatter().recent(seconds, time.time() if now is None else now) if seconds > 0 else ""


def shown_path(path: str) -> str:
    """A path for display: the home folder as ~, and marks for what it hides (`core.messages.visible`).

    What it names is ordered from left to right, so that an ending stands at the end (`isolated`).
    """
    return isolated(_visible_path(path))


def typed_path(path: str) -> str:
    """A path as typed in a query, so that parsing it yields the same file."""
    shown = _visible_path(path)
    return shown if os.path.expanduser(shown) == path else path


def shown_name(path: str) -> str:
    """The last part of a path for display."""
    return shown_path(os.path.basename(path.rstrip(os.sep)) or path)


def isolated(name: str) -> str:
    """A name or path with Arabic or Hebrew letters, ordered by itself: its parts, each with its ending, from the left.

    Else the letters would turn what is around them, and the ending would stand in the middle. `name` was made visible.
    """
    if not _is_bidirectional(name):
        return name
    parts = (f"{LRI}{part}{PDI}" if _is_bidirectional(part) else part for part in name.split(os.sep))
    joined = os.sep.join(parts)
    return Visible(f"{LRI}{joined}{PDI}" if os.sep in name else joined)


def unmarked(text: str) -> str:
    """A text without what `isolated` puts around a name, for what the user may select and copy."""
    return text.replace(LRI, "").replace(PDI, "")


def _visible_path(path: str) -> str:
    home = os.path.expanduser("~")
    if home != os.sep and (path == home or path.startswith(home + os.sep)):
        path = "~" + path[len(home) :]
    return visible_name(path)


def _is_bidirectional(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)


def place(passage: HitPassage) -> str:
    """The place of a passage in its document: "p. 3", "slide 2", a sheet's name; "" without places."""
    return terms.place(passage.unit, passage.page, visible_name(passage.label))


def part_place(part: Part) -> str:
    """A part of a document by its own name if it has one, else by its unit and number."""
    return visible_name(part.label) or terms.place(part.unit, part.number)


def already_covered(path: str, folder: Folder) -> tuple[str, str]:
    """(sentence, effect) for a path that is added although a folder already covers it."""
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
    """The text of a hit's row without a passage."""
    if hit.kind == "mail" and os.path.splitext(hit.path)[1].lower() not in MESSAGE_ENDINGS:
        return tr("Mailbox: each of its messages is a result of its own")
    if not hit.lanes:  # by filters alone
        return terms.kind(hit.kind)
    return tr("{kind}, found by its name", kind=terms.kind(hit.kind))


def problem(row: Problem) -> tuple[str, str]:
    """The problem of a file and its remedy."""
    return row.sentence, row.remedy


def error_text(what: Trouble | FindlingError) -> tuple[str, str]:
    """(sentence, remedy) of an error."""
    return what.sentence, what.remedy


def engine(status: EngineStatus, *, paused: bool = False) -> str:
    """The engine's state in two or three words."""
    if status.is_unavailable:
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
    """The numbers of files that a choice of exclusions hides and brings back, as far as counted."""
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
    """Whether there are hits, but none contains the words of the query, and none is likely to be an answer."""
    return bool(hits) and all(hit.band == "none" and hit.tier == "related" for hit in hits)


def filter_effect(effect: FilterEffect) -> str:
    """The number of files that match each filter of a query."""
    return terms.filter_effect(effect.files, effect.left, effect.by)


def broad_wildcards(broad: Sequence[tuple[str, int]]) -> str:
    """The sentences on wildcards that stand for more words than were searched."""
    return " ".join(terms.broad_wildcard(wildcard, words) for wildcard, words in broad)
