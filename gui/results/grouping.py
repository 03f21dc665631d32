"""The sections of a list that is grouped by kind, folder or date, or sorted by something else than relevance."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime

from core.document import Hit
from core.messages import terms, tr
from gui.results.sections import Section, SectionMaker, by_tier, in_one
from gui.text import messages


def sections_for(order: str, grouping: str) -> SectionMaker:
    """What divides the results of a query: its grouping, else by tier unless it has an order of its own."""
    grouped = {"kind": by_kind, "folder": by_folder, "date": by_date}.get(grouping)
    return grouped or (by_tier if order == "relevance" else in_one)


def by_kind(hits: Sequence[Hit]) -> list[Section]:
    """A section for each kind of file, in the order of their first hits."""
    return _grouped(hits, lambda hit: terms.kind(hit.kind))


def by_folder(hits: Sequence[Hit]) -> list[Section]:
    """A section for each folder, in the order of their first hits."""
    return _grouped(hits, lambda hit: messages.shown_path(os.path.dirname(hit.path)))


def by_date(hits: Sequence[Hit]) -> list[Section]:
    """A section for each span of time, the newest first."""
    now = datetime.now().astimezone()
    sections = {section.title: section for section in _grouped(hits, lambda hit: span_of_time(hit.modified, now))}
    newest = sorted(hits, key=lambda hit: -hit.modified)
    return [sections[title] for title in dict.fromkeys(span_of_time(hit.modified, now) for hit in newest)]


def span_of_time(seconds: float, now: datetime) -> str:
    """The span of time that a moment (seconds since 1970) lies in, as a heading; the year if it is over."""
    from core.library import time_span

    span = time_span(seconds, now)
    return {
        "today": tr("Today"),
        "yesterday": tr("Yesterday"),
        "week": tr("Earlier this week"),
        "month": tr("Earlier this month"),
        "year": tr("Earlier this year"),
    }.get(span, span)


def _grouped(hits: Sequence[Hit], title_of: Callable[[Hit], str]) -> list[Section]:
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(title_of(hit), []).append(hit)
    return [Section(title, title, tuple(group), note=messages.number(len(group))) for title, group in groups.items()]
