"""Files that were ranked, as hits: where they are, what they say, on which page."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from core.document import Finding, Hit, HitPassage, Kind, Lane, Part
from core.search.bands import band
from core.search.folding import as_one
from core.search.snippet import Span, snippet, snippet_from
from core.search.wanted import Wanted
from core.store.catalogue import Catalogue
from core.store.contents import BLOCK, ContentRow, PassageRow
from core.store.scope import Scope

NUMBERED = ("page", "slide")  # units whose number means something to a person


@dataclass(frozen=True, slots=True)
class Found:
    """A ranked file: `key` is ("content", id), or ("file", id) for one without text."""

    key: tuple[str, int]
    score: float
    chance: float
    findings: tuple[Finding, ...]
    passages: Sequence[tuple[PassageRow, float, frozenset[Lane]]]


class Evidence:
    """Gathers what a person is shown of each file found, and only of those of a scope; `wanted` tells what to mark."""

    def __init__(self, catalogue: Catalogue, wanted: Wanted, scope: Scope | None = None) -> None:
        self._catalogue = catalogue
        self._among = None if scope is None else frozenset(scope.files.tolist())
        self._wanted = wanted
        self._texts = _Texts(catalogue)

    def hits(self, found: Sequence[Sequence[Found]]) -> list[Hit]:
        """A hit for the files of each place, in the same order; a file that was forgotten meanwhile is left out."""
        keys = [one.key for place in found for one in place]
        places = self._catalogue.contents.files_with([number for kind, number in keys if kind == "content"])
        if self._among is not None:
            places = {key: [file for file in files if file[0] in self._among] for key, files in places.items()}
        hits = [[hit for one in place if (hit := self._hit(one, places)) is not None] for place in found]
        return [as_one(place) for place in hits if place]

    def _hit(self, found: Found, places: dict[int, list[tuple[int, bytes, int, int]]]) -> Hit | None:
        if found.key[0] == "file":
            return self._by_name_only(found)
        files, content = places.get(found.key[1]), self._catalogue.contents.get(found.key[1])
        if not files or content is None:
            return None
        passages = [self._passage(content, *entry) for entry in found.passages]
        if not passages:
            passages = self._beginning(content)
        best = passages[0] if passages else None
        _, path, size, mtime_ns = files[0]
        return Hit(
            path=os.fsdecode(path),
            title=content.title or os.fsdecode(os.path.basename(path)),
            kind=cast("Kind", content.kind),
            page=best.page if best else None,
            score=found.score,
            lanes=frozenset(finding.lane for finding in found.findings),
            findings=found.findings,
            chance=found.chance,
            band=band(found.chance),
            snippet=best.snippet if best else "",
            marks=best.marks if best else (),
            passages=tuple(passages),
            size=size,
            modified=mtime_ns / 1e9,
            also_at=tuple(os.fsdecode(other[1]) for other in files[1:]),
        )

    def closer(self, hit: Hit, row: PassageRow, sentence: Span) -> Hit:
        """The same hit with a snippet that begins with a sentence of its best passage, and that sentence's page."""
        content = self._catalogue.contents.get(row.content_id)
        if content is None:
            return hit
        cut = snippet_from(self.text(row), sentence, self._wanted)
        part = _part_at(content.parts, row.start + cut.best)
        page = part.number if part is not None and part.unit in NUMBERED else None
        best = replace(hit.passages[0], snippet=cut.text, marks=cut.marks, page=page)
        return replace(hit, snippet=cut.text, marks=cut.marks, page=page, passages=(best, *hit.passages[1:]))

    def answering(self, row: PassageRow) -> int:
        """Where in a passage the sentence begins that its snippet was chosen for."""
        return snippet(self.text(row), self._wanted).best

    def text(self, row: PassageRow) -> str:
        """The text of a passage."""
        return self._texts.of(row.content_id, row.start, row.stop)

    def _by_name_only(self, found: Found) -> Hit | None:
        row = self._catalogue.file(found.key[1])
        if row is None:
            return None
        path, kind, size, mtime_ns = row
        return Hit(
            path=os.fsdecode(path),
            title=os.fsdecode(os.path.basename(path)),
            kind=cast("Kind", kind),
            page=None,
            score=found.score,
            lanes=frozenset(finding.lane for finding in found.findings),
            findings=found.findings,
            chance=found.chance,
            band=band(found.chance),
            snippet="",
            marks=(),
            passages=(),
            size=size,
            modified=mtime_ns / 1e9,
        )

    def _passage(self, content: ContentRow, row: PassageRow, score: float, lanes: frozenset[Lane]) -> HitPassage:
        cut = snippet(self.text(row), self._wanted)
        part = _part_at(content.parts, row.start + cut.best)
        return HitPassage(
            passage_id=row.id,
            start=row.start,
            end=row.stop,
            page=part.number if part is not None and part.unit in NUMBERED else None,
            line=row.line,
            unit=part.unit if part is not None else None,
            label=part.label if part is not None else "",
            score=score,
            lanes=lanes,
            snippet=cut.text,
            marks=cut.marks,
        )

    def _beginning(self, content: ContentRow) -> list[HitPassage]:
        """For a file that was found by its name: how its text begins."""
        row = PassageRow(0, content.id, 0, min(content.length, 1000), 0, None, 1)
        return [self._passage(content, row, 0.0, frozenset())] if content.length else []


class _Texts:
    """Stretches of texts; the last one that was unpacked is kept, as passages of a file are often neighbours."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._last = (0, 0, "")

    def of(self, content_id: int, start: int, stop: int) -> str:
        known, first, text = self._last
        if known != content_id or not first <= start <= stop <= first + len(text):
            first = start - start % BLOCK
            text = self._catalogue.contents.text(content_id, first, stop + BLOCK - stop % BLOCK)
            self._last = content_id, first, text
        return text[start - first : stop - first]


def _part_at(parts: Sequence[Part], offset: int) -> Part | None:
    place = bisect_right([part.start for part in parts], offset) - 1
    return parts[max(0, place)] if parts else None
