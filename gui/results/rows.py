"""The rows of the result list, from its sections and what is shown below its hits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Literal, NamedTuple

from core.document import Hit, HitPassage
from gui.results.sections import Section, show_fewer, show_more

RowKind = Literal["hit", "version", "passage", "heading", "more"]


class ResultRow(NamedTuple):
    """A row: a result, a version or a passage shown below it, or the heading or the last row of a section.

    `key` is the path of a hit. `text` and `note` are what a row without a hit says.
    """

    key: str
    kind: RowKind
    hit: Hit | None = None
    text: str = ""
    note: str = ""

    def contains(self, path: str) -> bool:
        """Whether it stands for the file at a path, or for a result of which that is a version."""
        return self.hit is not None and path in self.hit.paths


def rows_of(
    sections: Sequence[Section],
    expanded: AbstractSet[str],
    unfolded: AbstractSet[str],
    passages: Mapping[str, Sequence[HitPassage]],
) -> Iterator[ResultRow]:
    """All rows: `expanded` are the paths of results with their versions below them, `passages` those below a file.

    `unfolded` are the keys of the sections whose folded hits are shown.
    """
    for section in sections:
        is_unfolded = section.key in unfolded
        if section.title:
            yield ResultRow(f"heading\n{section.key}", "heading", None, section.title, section.note)
        for hit in (*section.hits, *(section.folded if is_unfolded else ())):
            yield ResultRow(hit.path, "hit", hit)
            yield from _passage_rows(hit, passages.get(hit.path, ()))
            for version in hit.versions if not expanded.isdisjoint(hit.paths) else ():
                yield ResultRow(version.path, "version", version)
                yield from _passage_rows(version, passages.get(version.path, ()))
        if section.folded:
            text = show_fewer() if is_unfolded else show_more(section)
            yield ResultRow(f"more\n{section.key}", "more", None, text)


def section_key(row: ResultRow) -> str:
    """The key of the section whose heading or last row this is."""
    return row.key.partition("\n")[2]


def _passage_rows(hit: Hit, passages: Sequence[HitPassage]) -> Iterator[ResultRow]:
    """A row for each passage: the hit as if this were its only one."""
    for one in passages:
        shown = replace(
            hit, passages=(one,), snippet=one.snippet, marks=one.marks, sentence=one.sentence, page=one.page,
            versions=(), also_at=(),
        )  # fmt: skip
        yield ResultRow(f"{hit.path}\n{one.passage_id}", "passage", shown)
