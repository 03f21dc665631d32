"""Sections of the result list: by tier, those that contain the words first, the unlikely related ones folded away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress

from core.document import Hit, folded
from core.messages import ntr, terms, tr
from gui.text import messages


@dataclass(frozen=True, slots=True)
class Section:
    """Hits under a heading; "" as the `title` for none.

    `note` stands beside the title. `folded` are hits that are shown only on request, at the end of the section.
    """

    key: str
    title: str
    hits: tuple[Hit, ...]
    folded: tuple[Hit, ...] = ()
    note: str = ""


SectionMaker = Callable[[Sequence[Hit]], Sequence[Section]]


def by_tier(hits: Sequence[Hit]) -> list[Section]:
    """The hits that contain the words, and those that are only related.

    Beside hits that contain the words only likely related ones are shown at first. A single section needs no heading,
    unless it is of related hits, which would otherwise be taken for matches.
    """
    containing = tuple(hit for hit in hits if hit.tier == "contains")
    related = tuple(hit for hit in hits if hit.tier == "related")
    if not related:
        return [Section("contains", "", containing)] if containing else []
    heading = terms.tier("related", [hit.lanes for hit in related])
    if not containing:
        return [Section("related", heading, related, note=messages.number(len(related)))]
    fold = folded(hits)
    likely = tuple(hit for hit, folds in zip(hits, fold, strict=True) if hit.tier == "related" and not folds)
    others = tuple(compress(hits, fold))
    first = terms.tier("contains", [hit.lanes for hit in containing])
    return [
        Section("contains", first, containing, note=messages.number(len(containing))),
        Section("related", heading, likely, others, _likely_note(len(likely), len(others))),
    ]


def in_one(hits: Sequence[Hit]) -> list[Section]:
    """All hits in their order without a heading, for a list that is sorted by something else or has little room."""
    return [Section("", "", tuple(hits))] if hits else []


def show_more(section: Section) -> str:
    """What the row says that shows the folded hits of a section."""
    count = len(section.folded)
    if not section.hits:
        return ntr("Show {count} related document", "Show {count} related documents", count)
    return ntr("Show {count} less likely document", "Show {count} less likely documents", count)


def show_fewer() -> str:
    """What the row says that folds them away again."""
    return tr("Show fewer documents")


def _likely_note(likely: int, others: int) -> str:
    if not likely:
        return ntr("{count} less likely", "{count} less likely", others)
    if not others:
        return ntr("{count} likely", "{count} likely", likely)
    return tr("{likely} likely, {others} less likely", likely=likely, others=others)
