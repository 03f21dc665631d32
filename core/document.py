"""Value types: documents and their passages, and the hits of a search."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Span = tuple[int, int]  # (start, end) offsets in characters
Retriever = Literal["names", "words", "meaning"]
RETRIEVERS: tuple[Retriever, ...] = ("names", "words", "meaning")

# How likely a hit answers, from calibration; "none": unlikely, it is only the nearest passage.
Band = Literal["strong", "likely", "weak", "none"]

Kind = Literal[
    "pdf", "document", "text", "code", "web", "book", "spreadsheet", "presentation", "mail", "image", "other"
]
Unit = Literal["page", "slide", "sheet", "chapter", "message"]


@dataclass(frozen=True, slots=True)
class Part:
    """A page, slide, sheet, chapter or message of a document.

    `start` and `end` are character offsets into `Document.text`, `number` is 1-based, `label` is a sheet's or
    chapter's name and may be empty.
    """

    start: int
    end: int
    unit: Unit
    number: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one file, with its parts.

    `notes` are codes of what is missing though the text is usable: "truncated" (a length limit was reached), "partial"
    (extraction stopped early; the pages before that are kept), "no_text" (the file has no text). `extractor` is
    "name/version" of the extractor.
    """

    text: str
    kind: Kind
    title: str = ""
    author: str = ""
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    extractor: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk of a document's text, indexed as one: `start` and `end` in characters, its length in `tokens`.

    `page` is the number of the part it starts in (page, slide, sheet, chapter; None without parts), `line` the
    1-based line of the text where it starts.
    """

    ordinal: int
    start: int
    end: int
    tokens: int
    page: int | None = None
    line: int = 1


@dataclass(frozen=True, slots=True)
class HitPassage:
    """A passage of a hit.

    `start` and `end` are offsets into the document's text, `score` is the fused score, `lanes` are the
    retrievers that found it, `marks` the (start, end) match spans in `snippet`.
    """

    passage_id: int
    start: int
    end: int
    page: int | None
    line: int
    unit: Unit | None
    label: str
    score: float
    lanes: frozenset[Retriever]
    snippet: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RetrieverMatch:
    """A file's rank (1 is best) and score in the list of one retriever.

    `score` is in the retriever's own unit: the share of the query in the name, BM25, or the cosine. `part` is its
    contribution to the file's fused score.
    """

    retriever: Retriever
    rank: int
    score: float
    part: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A file found by a search, with its best passages first."""

    path: str
    title: str
    kind: Kind
    page: int | None  # from 1; None if the format has no pages or slides
    score: float  # only orders the hits of one search
    lanes: frozenset[Retriever]  # the retrievers that found it
    snippet: str
    marks: tuple[tuple[int, int], ...]  # (start, end) match spans in `snippet`
    passages: tuple[HitPassage, ...]
    size: int = 0  # bytes
    modified: float = 0.0  # seconds since 1970
    also_at: tuple[str, ...] = ()  # paths of files with the same bytes
    findings: tuple[RetrieverMatch, ...] = ()  # the match of each retriever
    chance: float = 0.5  # calibrated probability, 0 to 1, that it answers
    band: Band = "likely"  # the band of `chance`
    answers: float | None = None  # the reranker's score of its best passage, 0 to 1; None without a reranker
    answers_place: int | None = None  # the rank by `answers`
    nearest: float | None = None  # the cosine of its best sentence with the query; None without sentence rerank
    says_all: bool = False  # whether its best passage has every word of the query
    versions: tuple[Hit, ...] = ()  # near-duplicates, newest first

    @property
    def paths(self) -> tuple[str, ...]:
        """All files at this place of the list: its own, those with the same bytes, and its near-duplicates."""
        return (self.path, *self.also_at, *(path for version in self.versions for path in version.paths))

    def led_by(self, path: str) -> Hit:
        """The same place represented by the version at `path`; unchanged if there is none."""
        first = next((version for version in self.versions if version.path == path), None)
        if first is None:
            return self
        others = [replace(self, versions=()), *(version for version in self.versions if version is not first)]
        return replace(first, score=self.score, versions=tuple(sorted(others, key=lambda hit: -hit.modified)))
