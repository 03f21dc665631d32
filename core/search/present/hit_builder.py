"""Files that were ranked, as hits: where they are, what they say, on which page."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from core.document import Hit, HitPassage, Kind, Part, Retriever, RetrieverMatch
from core.extract import kind_of
from core.search.present.highlighter import Highlighter
from core.search.present.phrases import Phrases
from core.search.present.snippet import NO_PHRASES, Snippet, Span, snippet, snippet_from
from core.search.rank.calibration import band_of, with_all_words_floor
from core.search.rank.collapse import collapse
from core.store.candidate_mask import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.contents import BLOCK_CHARS, ContentRow
from core.store.catalogue.passages_table import PassageRow

NUMBERED = ("page", "slide")  # units whose number means something to a person
BEGINNING = 1000  # characters
AT_ONCE = 100  # places of the list whose texts are in memory together
Shown = tuple[PassageRow, float, frozenset[Retriever]]  # with its score, and the lanes that found it


@dataclass(frozen=True, slots=True)
class RankedFile:
    """A ranked file: `key` is ("content", id), or ("file", id) for one without text."""

    key: tuple[str, int]
    score: float
    chance: float
    findings: tuple[RetrieverMatch, ...]
    passages: Sequence[Shown]


class HitBuilder:
    """Gathers what a person is shown of each file found, and only of those of a scope.

    `wanted` and `phrases` tell what to show of its text, and what to mark.
    """

    def __init__(
        self, catalogue: Catalogue, wanted: Highlighter, scope: Candidates | None = None, phrases: Phrases = NO_PHRASES
    ) -> None:
        self._catalogue = catalogue
        self._among = None if scope is None else frozenset(scope.files.tolist())
        self._wanted = wanted
        self._phrases = phrases
        self._texts = _Texts(catalogue)

    def hits(self, found: Sequence[Sequence[RankedFile]]) -> list[Hit]:
        """A hit for the files of each place, in the same order; a file that was forgotten meanwhile is left out."""
        some = [self._some(found[start : start + AT_ONCE]) for start in range(0, len(found), AT_ONCE)]
        return [hit for hits in some for hit in hits]

    def _some(self, found: Sequence[Sequence[RankedFile]]) -> list[Hit]:
        numbers = [one.key[1] for place in found for one in place if one.key[0] == "content"]
        places = self._catalogue.contents.files_with(numbers)
        if self._among is not None:
            places = {key: [file for file in files if file[0] in self._among] for key, files in places.items()}
        contents = self._catalogue.contents.get_many(numbers)
        shown = [_shown(one, contents.get(one.key[1])) for place in found for one in place]
        self._texts.forget()
        self._texts.fetch(row for passages in shown for row, _, _ in passages)
        hits = [[self._hit(one, places, contents) for one in place] for place in found]
        known = [[hit for hit in place if hit is not None] for place in hits]
        return [collapse(place) for place in known if place]

    def _hit(
        self, found: RankedFile, places: dict[int, list[tuple[int, bytes, int, int]]], contents: dict[int, ContentRow]
    ) -> Hit | None:
        if found.key[0] == "file":
            return self._by_name_only(found)
        files, content = places.get(found.key[1]), contents.get(found.key[1])
        if not files or content is None:
            return None
        shown = _shown(found, content)
        cuts = [snippet(self.text(row), self._wanted, self._phrases) for row, _, _ in shown]
        passages = [self._passage(content, cut, *entry) for cut, entry in zip(cuts, shown, strict=True)]
        best = passages[0] if passages else None
        says_all = bool(cuts) and self._wanted.is_all(cuts[0].said)
        chance = with_all_words_floor(found.chance, says_all=says_all)
        _, path, size, mtime_ns = files[0]
        return Hit(
            path=os.fsdecode(path),
            title=content.title or os.fsdecode(os.path.basename(path)),
            kind=cast("Kind", content.kind),
            page=best.page if best else None,
            score=found.score,
            lanes=frozenset(finding.retriever for finding in found.findings),
            findings=found.findings,
            chance=chance,
            band=band_of(chance),
            says_all=says_all,
            snippet=best.snippet if best else "",
            marks=best.marks if best else (),
            passages=tuple(passages),
            size=size,
            modified=mtime_ns / 1e9,
            also_at=tuple(os.fsdecode(other[1]) for other in files[1:]),
        )

    def closer(self, hit: Hit, row: PassageRow, sentence: Span) -> Hit:
        """The same hit with a snippet that begins with a sentence of its best passage, and that sentence's page.

        A snippet that shows a phrase of the query stays.
        """
        content, text = self._catalogue.contents.get(row.content_id), self.text(row)
        if content is None or self._phrases.places(text, 0, len(text)):
            return hit
        cut = snippet_from(text, sentence, self._wanted)
        part = _part_at(content.parts, row.start + cut.best)
        page = part.number if part is not None and part.unit in NUMBERED else None
        best = replace(hit.passages[0], snippet=cut.text, marks=cut.marks, page=page)
        return replace(hit, snippet=cut.text, marks=cut.marks, page=page, passages=(best, *hit.passages[1:]))

    def snippet_start(self, row: PassageRow) -> int:
        """Where in a passage the sentence begins that its snippet was chosen for."""
        return snippet(self.text(row), self._wanted, self._phrases).best

    def text(self, row: PassageRow) -> str:
        """The text of a passage."""
        return self._texts.of(row)

    def _by_name_only(self, found: RankedFile) -> Hit | None:
        row = self._catalogue.file(found.key[1])
        if row is None:
            return None
        path, kind, size, mtime_ns = row
        return Hit(
            path=os.fsdecode(path),
            title=os.fsdecode(os.path.basename(path)),
            kind=kind_of(path) if kind == "other" else cast("Kind", kind),
            page=None,
            score=found.score,
            lanes=frozenset(finding.retriever for finding in found.findings),
            findings=found.findings,
            chance=found.chance,
            band=band_of(found.chance),
            snippet="",
            marks=(),
            passages=(),
            size=size,
            modified=mtime_ns / 1e9,
        )

    def _passage(
        self, content: ContentRow, cut: Snippet, row: PassageRow, score: float, lanes: frozenset[Retriever]
    ) -> HitPassage:
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


class _Texts:
    """Stretches of texts; what was unpacked is kept as long as one question is answered."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._blocks: dict[tuple[int, int], str] = {}

    def forget(self) -> None:
        """What comes is elsewhere."""
        self._blocks.clear()

    def fetch(self, rows: Iterable[PassageRow]) -> None:
        """Have at hand what some passages need, all at once."""
        missing = dict.fromkeys(place for row in rows for place in _blocks_of(row) if place not in self._blocks)
        if missing:
            self._blocks |= self._catalogue.contents.blocks(missing)

    def of(self, row: PassageRow) -> str:
        self.fetch((row,))
        text = "".join(self._blocks.get(place, "") for place in _blocks_of(row))
        first = row.start - row.start % BLOCK_CHARS
        return text[row.start - first : row.stop - first]


def _blocks_of(row: PassageRow) -> list[tuple[int, int]]:
    return [(row.content_id, block) for block in range(row.start // BLOCK_CHARS, -(-row.stop // BLOCK_CHARS))]


def _shown(found: RankedFile, content: ContentRow | None) -> Sequence[Shown]:
    """The passages that are shown of a file; of one that was found by its name, how its text begins."""
    if found.passages or content is None or not content.length:
        return found.passages
    beginning = PassageRow(0, content.id, 0, min(content.length, BEGINNING), 0, None, 1)
    return [(beginning, 0.0, frozenset())]


def _part_at(parts: Sequence[Part], offset: int) -> Part | None:
    place = bisect_right([part.start for part in parts], offset) - 1
    return parts[max(0, place)] if parts else None
