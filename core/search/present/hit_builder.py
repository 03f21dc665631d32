"""Builds hits from ranked files: their paths, passages, snippets, match spans and pages."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from core.document import Hit, HitPassage, Kind, Part, Retriever, RetrieverMatch, Span
from core.extract import kind_of
from core.search.present.highlighter import Highlighter
from core.search.present.phrases import Phrases
from core.search.present.snippet import NO_PHRASES, Snippet, snippet, snippet_from
from core.search.rank.calibration import band_of, with_all_words_floor
from core.search.rank.collapse import collapse
from core.store.candidate_mask import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.contents import BLOCK_CHARS, ContentRow
from core.store.catalogue.passages_table import PassageRow

NUMBERED_UNITS = ("page", "slide")  # units shown by number
OPENING_CHARS = 1000  # of the text shown for a file that was found only by its name
BATCH_PLACES = 100  # places whose texts are in memory at the same time
ScoredPassage = tuple[PassageRow, float, frozenset[Retriever]]  # with its score and the retrievers that found it


@dataclass(frozen=True, slots=True)
class RankedFile:
    """A ranked file: `key` is ("content", id), or ("file", id) for one without text."""

    key: tuple[str, int]
    score: float
    probability: float
    matches: tuple[RetrieverMatch, ...]
    passages: Sequence[ScoredPassage]


class HitBuilder:
    """Builds the hits of one query; with a `scope`, hits name only files in it.

    `highlighter` and `phrases` determine the snippets and their match spans.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        highlighter: Highlighter,
        scope: Candidates | None = None,
        phrases: Phrases = NO_PHRASES,
    ) -> None:
        self._catalogue = catalogue
        self._allowed = None if scope is None else frozenset(scope.files.tolist())
        self._highlighter = highlighter
        self._phrases = phrases
        self._texts = _PassageTexts(catalogue)

    def hits(self, ranked: Sequence[Sequence[RankedFile]]) -> list[Hit]:
        """One hit per place, in order; files that were removed in the meantime are left out."""
        batches = [self._batch(ranked[start : start + BATCH_PLACES]) for start in range(0, len(ranked), BATCH_PLACES)]
        return [hit for hits in batches for hit in hits]

    def _batch(self, ranked: Sequence[Sequence[RankedFile]]) -> list[Hit]:
        content_ids = [file.key[1] for place in ranked for file in place if file.key[0] == "content"]
        files_by_content = self._catalogue.contents.files_with(content_ids)
        if self._allowed is not None:
            files_by_content = {
                key: [file for file in files if file[0] in self._allowed] for key, files in files_by_content.items()
            }
        contents = self._catalogue.contents.get_many(content_ids)
        shown = [_scored_passages(file, contents.get(file.key[1])) for place in ranked for file in place]
        self._texts.clear()
        self._texts.load(row for passages in shown for row, _, _ in passages)
        hits = [[self._hit(file, files_by_content, contents) for file in place] for place in ranked]
        existing = [[hit for hit in place if hit is not None] for place in hits]
        return [collapse(place) for place in existing if place]

    def _hit(
        self,
        ranked: RankedFile,
        files_by_content: dict[int, list[tuple[int, bytes, int, int]]],
        contents: dict[int, ContentRow],
    ) -> Hit | None:
        if ranked.key[0] == "file":
            return self._name_only_hit(ranked)
        files, content = files_by_content.get(ranked.key[1]), contents.get(ranked.key[1])
        if not files or content is None:
            return None
        shown = _scored_passages(ranked, content)
        snippets = [snippet(self.text(row), self._highlighter, self._phrases) for row, _, _ in shown]
        passages = [self._passage(content, excerpt, *entry) for excerpt, entry in zip(snippets, shown, strict=True)]
        best = passages[0] if passages else None
        has_all_words = bool(snippets) and self._highlighter.has_all_terms(snippets[0].matched)
        probability = with_all_words_floor(ranked.probability, has_all_words=has_all_words)
        _, path, size, mtime_ns = files[0]
        return Hit(
            path=os.fsdecode(path),
            title=content.title or os.fsdecode(os.path.basename(path)),
            kind=cast("Kind", content.kind),
            page=best.page if best else None,
            score=ranked.score,
            lanes=frozenset(match.retriever for match in ranked.matches),
            findings=ranked.matches,
            chance=probability,
            band=band_of(probability),
            says_all=has_all_words,
            snippet=best.snippet if best else "",
            marks=best.marks if best else (),
            passages=tuple(passages),
            size=size,
            modified=mtime_ns / 1e9,
            also_at=tuple(os.fsdecode(other[1]) for other in files[1:]),
        )

    def with_sentence(self, hit: Hit, row: PassageRow, sentence: Span) -> Hit:
        """The hit with a snippet and page that start at `sentence`, a span in its best passage `row`.

        A hit whose passage contains a phrase of the query is returned unchanged.
        """
        content, text = self._catalogue.contents.get(row.content_id), self.text(row)
        if content is None or self._phrases.matches(text, 0, len(text)):
            return hit
        excerpt = snippet_from(text, sentence, self._highlighter)
        part = _part_at(content.parts, row.start + excerpt.best)
        page = part.number if part is not None and part.unit in NUMBERED_UNITS else None
        best = replace(hit.passages[0], snippet=excerpt.text, marks=excerpt.marks, page=page)
        return replace(hit, snippet=excerpt.text, marks=excerpt.marks, page=page, passages=(best, *hit.passages[1:]))

    def snippet_start(self, row: PassageRow) -> int:
        """The offset in a passage of the best sentence of its snippet."""
        return snippet(self.text(row), self._highlighter, self._phrases).best

    def text(self, row: PassageRow) -> str:
        """The text of a passage."""
        return self._texts.text(row)

    def _name_only_hit(self, ranked: RankedFile) -> Hit | None:
        row = self._catalogue.file(ranked.key[1])
        if row is None:
            return None
        path, kind, size, mtime_ns = row
        return Hit(
            path=os.fsdecode(path),
            title=os.fsdecode(os.path.basename(path)),
            kind=kind_of(path) if kind == "other" else cast("Kind", kind),
            page=None,
            score=ranked.score,
            lanes=frozenset(match.retriever for match in ranked.matches),
            findings=ranked.matches,
            chance=ranked.probability,
            band=band_of(ranked.probability),
            snippet="",
            marks=(),
            passages=(),
            size=size,
            modified=mtime_ns / 1e9,
        )

    def _passage(
        self, content: ContentRow, excerpt: Snippet, row: PassageRow, score: float, retrievers: frozenset[Retriever]
    ) -> HitPassage:
        part = _part_at(content.parts, row.start + excerpt.best)
        return HitPassage(
            passage_id=row.id,
            start=row.start,
            end=row.stop,
            page=part.number if part is not None and part.unit in NUMBERED_UNITS else None,
            line=row.line,
            unit=part.unit if part is not None else None,
            label=part.label if part is not None else "",
            score=score,
            lanes=retrievers,
            snippet=excerpt.text,
            marks=excerpt.marks,
        )


class _PassageTexts:
    """Reads the texts of passages; caches decompressed blocks until `clear`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._blocks: dict[tuple[int, int], str] = {}

    def clear(self) -> None:
        """Drop all blocks."""
        self._blocks.clear()

    def load(self, rows: Iterable[PassageRow]) -> None:
        """Read the blocks of these passages into the cache with one query."""
        missing = dict.fromkeys(key for row in rows for key in _block_keys(row) if key not in self._blocks)
        if missing:
            self._blocks |= self._catalogue.contents.blocks(missing)

    def text(self, row: PassageRow) -> str:
        self.load((row,))
        text = "".join(self._blocks.get(key, "") for key in _block_keys(row))
        first = row.start - row.start % BLOCK_CHARS
        return text[row.start - first : row.stop - first]


def _block_keys(row: PassageRow) -> list[tuple[int, int]]:
    return [(row.content_id, block) for block in range(row.start // BLOCK_CHARS, -(-row.stop // BLOCK_CHARS))]


def _scored_passages(ranked: RankedFile, content: ContentRow | None) -> Sequence[ScoredPassage]:
    """The passages to show for a file; the opening of its text if only its name matched."""
    if ranked.passages or content is None or not content.length:
        return ranked.passages
    opening = PassageRow(0, content.id, 0, min(content.length, OPENING_CHARS), 0, None, 1)
    return [(opening, 0.0, frozenset())]


def _part_at(parts: Sequence[Part], offset: int) -> Part | None:
    index = bisect_right([part.start for part in parts], offset) - 1
    return parts[max(0, index)] if parts else None
