"""The texts of a hit's row: title, place, folder, facts, and what a screen reader and the tool tip say."""

from __future__ import annotations

import os
import time
from functools import lru_cache

from core.document import RETRIEVERS, Band, Extent, Hit
from core.messages import amounts, terms, tr
from core.messages.formatting import MessageFormatter
from core.messages.translate import formatter
from core.messages.visible import cut, visible_name, visible_text
from gui.text import messages
from gui.widgets.plain_text import LONGEST_NAME, tool_tip

LONGEST_SPOKEN = 2_000  # characters of a snippet
DOTS: dict[Band, int] = {"strong": 3, "likely": 2, "weak": 1, "none": 0}  # filled, of three


def title(hit: Hit) -> str:
    """A row's title: the document's title, else the file's name."""
    shown = visible_name(cut(hit.title.strip(), LONGEST_NAME))
    if not shown:
        return messages.shown_name(hit.path)
    return messages.isolated(shown) if is_named(hit) else shown


def title_marks(hit: Hit) -> list[tuple[int, int]]:
    """The match spans in the title as it is shown."""
    left = len(hit.title) - len(hit.title.lstrip())
    whole = hit.title.strip()
    spans = [(start - left, min(end - left, len(whole))) for start, end in hit.title_marks if start >= left]
    if len(whole) > LONGEST_NAME:
        spans = [(start, end) for start, end in spans if end <= LONGEST_NAME // 2]
    before = 1 if title(hit).startswith(messages.LRI) else 0
    return [
        (len(visible_name(whole[:start])) + before, len(visible_name(whole[:end])) + before) for start, end in spans
    ]


def is_named(hit: Hit) -> bool:
    """Whether the row's title is the file's name."""
    return hit.title.strip() in {"", os.path.basename(hit.path)}


def where(hit: Hit) -> str:
    """The folder of a hit, or its full path if the row's title is not the file's name."""
    return messages.shown_path(os.path.dirname(hit.path) if is_named(hit) else hit.path)


def place(hit: Hit) -> str:
    """The page, slide or sheet of the best passage."""
    return messages.place(hit.passages[0]) if hit.passages else terms.place(None, hit.page)


def facts(hit: Hit) -> list[str]:
    """Pages without text, how far it was read, size and date of a file, where they are known."""
    unread = hit.unread_pages if hit.kind != "image" else 0
    return list(_facts(unread, hit.extent, hit.size, hit.modified, formatter(), time.localtime()[:3]))


@lru_cache(maxsize=256)
def _facts(
    unread: int, extent: Extent | None, size: int, modified: float, _language: MessageFormatter, _day: tuple[int, ...]
) -> tuple[str, ...]:
    """The facts as a language writes them; the time of a file of today is shown, of another one its date."""
    texts = (
        amounts.unread_pages(unread),
        amounts.read_to(extent.unit, extent.read, extent.total) if extent else "",
        messages.size(size) if size else "",
        messages.date(modified),
    )
    return tuple(text for text in texts if text)


def accessible_text(hit: Hit) -> str:
    """Everything that a row shows, as one text."""
    retrievers = terms.listed([terms.retriever(name) for name in RETRIEVERS if name in hit.lanes])
    parts = [
        title(hit),
        terms.kind(hit.kind),
        place(hit),
        visible_text(cut(hit.snippet, LONGEST_SPOKEN)),
        where(hit),
        *facts(hit),
        tr("found by {retrievers}", retrievers=retrievers) if retrievers else "",
        terms.strength(hit.band),
        amounts.versions(len(hit.versions)),
    ]
    return ". ".join(part for part in parts if part)


def hit_tool_tip(hit: Hit) -> str:
    """The full path, other places of the same text, and how the hit was found."""
    lines = [messages.shown_path(hit.path)]
    lines += [tr("Same content: {path}", path=messages.shown_path(path)) for path in hit.also_at]
    lines += [tr("Similar version: {path}", path=messages.shown_path(version.path)) for version in hit.versions]
    retrievers = terms.listed([terms.retriever(name) for name in RETRIEVERS if name in hit.lanes])
    if retrievers:
        lines.append(tr("Found by {retrievers}", retrievers=retrievers))
    return tool_tip("\n".join([*lines, terms.strength(hit.band)]))
