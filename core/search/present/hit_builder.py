"""Builds hits from ranked files: their paths, passages, snippets, match spans and pages."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from core.document import Extent, Hit, HitPassage, Kind, Part, Retriever, RetrieverMatch, Span, Tier
from core.extract import kind_of
from core.search.present.highlighter import Highlighter
from core.search.present.phrases import Phrases
from core.search.present.snippet import NO_PHRASES, Snippet, match_spans, snippet, snippet_from
from core.search.present.tiers import TierJudge, file_name
from core.search.rank.calibration import band_of, with_all_words_floor
from core.search.rank.collapse import collapse
from core.store.candidates import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.contents import ContentRow
from core.store.catalogue.passages_table import PassageRow
from core.store.catalogue.text_blocks import BLOCK_CHARS

NUMBERED_UNITS = ("page", "slide", "scan")  # units shown by number
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

    `highlighter` and `phrases` determine the snippets and their match spans, `tiers` which hits contain the words of
    the query: without it, all do.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        highlighter: Highlighter,
        scope: Candidates | None = None,
        phrases: Phrases = NO_PHRASES,
        tiers: TierJudge | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._allowed = None if scope is None else frozenset(scope.files.tolist())
        self._highlighter = highlighter
        self._phrases = phrases
        self._tiers = tiers
        self._texts = _PassageTexts(catalogue)
        self._unread: dict[int, int] = {}  # pages without text, by content

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
        self._unread = self._catalogue.recognised.unread_counts(content_ids)
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
        files = self._asked_for_first(files)
        _, path, size, mtime_ns = files[0]
        title = content.title or file_name(path)
        names = {title, *(file_name(file[1]) for file in files)}
        matched = frozenset[str]().union(*(excerpt.matched for excerpt in snippets))
        return Hit(
            path=os.fsdecode(path),
            title=title,
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
            tier=self._tier(content.id, names, matched),
            title_marks=self._title_marks(title),
            unread_pages=self._unread.get(content.id, 0),
            extent=Extent.among(content.notes),
            container=self._container(path),
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
        shown = {"snippet": excerpt.text, "marks": excerpt.marks, "page": page, "sentence": excerpt.sentence}
        best = replace(hit.passages[0], **shown)  # type: ignore[arg-type]
        return replace(hit, **shown, passages=(best, *hit.passages[1:]))  # type: ignore[arg-type]

    def snippet_start(self, row: PassageRow) -> int:
        """The offset in a passage of the best sentence of its snippet."""
        return snippet(self.text(row), self._highlighter, self._phrases).best

    def match_spans(self, text: str) -> tuple[Span, ...]:
        """The spans of the query's words in a text."""
        return match_spans(text, self._highlighter, self._phrases)

    def load(self, rows: Iterable[PassageRow]) -> None:
        """Read the texts of passages at once, before each is asked for."""
        self._texts.load(rows)

    def text(self, row: PassageRow) -> str:
        """The text of a passage."""
        return self._texts.text(row)

    def _name_only_hit(self, ranked: RankedFile) -> Hit | None:
        row = self._catalogue.file(ranked.key[1])
        if row is None:
            return None
        path, kind, size, mtime_ns = row
        title = file_name(path)
        return Hit(
            path=os.fsdecode(path),
            title=title,
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
            tier=self._tier(None, (title,), ()),
            title_marks=self._title_marks(title),
            container=self._container(path),
        )

    def _container(self, path: bytes) -> str:
        return os.fsdecode(self._catalogue.members.containers((path,)).get(path, b""))

    def _asked_for_first(self, files: list[tuple[int, bytes, int, int]]) -> list[tuple[int, bytes, int, int]]:
        """The files of one content, those first whose names have the most words of the query."""
        judge = self._tiers
        if judge is None or len(files) < 2:
            return files
        return sorted(files, key=lambda file: -len({term for _, _, term in judge.name_spans(file_name(file[1]))}))

    def _tier(self, content: int | None, names: Iterable[str], matched: Collection[str]) -> Tier:
        return "contains" if self._tiers is None else self._tiers.tier(content, names, matched)

    def _title_marks(self, title: str) -> tuple[Span, ...]:
        return () if self._tiers is None else self._tiers.title_marks(title)

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
