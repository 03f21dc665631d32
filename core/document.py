"""Value types: documents and their passages, and the hits of a search."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

Span = tuple[int, int]  # (start, end) offsets in characters
Retriever = Literal["names", "words", "meaning"]
RETRIEVERS: tuple[Retriever, ...] = ("names", "words", "meaning")

# "contains": the file has the words of the query; "related": it was found by its meaning or by some of the words.
Tier = Literal["contains", "related"]
TIERS: tuple[Tier, ...] = ("contains", "related")  # in the order of a list

# How likely a hit answers, from calibration; "none": unlikely, it is only the nearest passage.
Band = Literal["strong", "likely", "weak", "none"]
LIKELY_BANDS: frozenset[Band] = frozenset({"strong", "likely"})

Kind = Literal[
    "pdf",
    "document",
    "text",
    "code",
    "web",
    "book",
    "spreadsheet",
    "presentation",
    "mail",
    "image",
    "media",
    "archive",
    "other",
]
SEEKING_KINDS: frozenset[Kind] = frozenset({"image", "media"})  # of these only what is written into them is read
RiskKind = Literal["program", "script", "shortcut", "macros", "mismatch"]
# What the bytes of a file are, whatever its name says: "other" is unknown, a "device" also a pipe or a socket.
ContentKind = Kind | Literal["device"]
ExtentUnit = Literal["bytes", "pages", "chars", "files"]
EXTENT_PATTERN = r"(bytes|pages|chars|files):(\d{1,15})/(\d{1,15})"
_EXTENT = re.compile(EXTENT_PATTERN)
# A "scan" is the recognised text of a page or picture that has no text of its own.
Unit = Literal["page", "slide", "sheet", "chapter", "message", "quote", "attachment", "scan"]


@dataclass(frozen=True, slots=True)
class Part:
    """A page, slide, sheet, chapter, message, quotation in it, attachment or recognised page of a document.

    `start` and `end` are character offsets into `Document.text`, `number` is 1-based, `label` is a sheet's or
    chapter's name and may be empty.
    """

    start: int
    end: int
    unit: Unit
    number: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a document that is too long was read: `read` of `total` bytes, pages or characters (0: unknown)."""

    unit: ExtentUnit
    read: int
    total: int = 0

    def __str__(self) -> str:
        return f"{self.unit}:{self.read}/{self.total}"

    @classmethod
    def among(cls, notes: Iterable[str]) -> Extent | None:
        """The extent among the notes of a document."""
        return next(filter(None, map(cls.parse, notes)), None)

    @classmethod
    def parse(cls, text: str) -> Extent | None:
        """The extent that `str` makes this text of; None for any other text."""
        found = _EXTENT.fullmatch(text)
        return cls(cast("ExtentUnit", found[1]), int(found[2]), int(found[3])) if found else None


@dataclass(frozen=True, slots=True)
class Document:
    """The text of one file, with its parts.

    `notes` are codes of what is missing though the text is usable: "truncated" (a length limit was reached),
    "data_left_out" (numbers or minified code follow), "partial" (extraction stopped early; the pages before that are
    kept), "no_text" (the file has no text), and an `Extent` as text. `extractor` is "name/version" of the extractor.
    `own_date` is the day on which it says that it was written, "YYYY-MM-DD" or "". Of a message, `author` is the
    sender, `recipients` are all of To, Cc and Bcc, and messages of one conversation have the same `thread` ("" where it
    says none).
    `scans` are the numbers (from 1) of the pages without text that are a picture, so that OCR may read them.
    """

    text: str
    kind: Kind
    title: str = ""
    author: str = ""
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    extractor: str = ""
    own_date: str = ""
    scans: tuple[int, ...] = ()
    recipients: str = ""
    thread: str = ""


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
    retrievers that found it, `marks` the (start, end) match spans in `snippet`. `sentence` is the span of the sentence
    nearest to the query, where the snippet has none of its words.
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
    sentence: tuple[int, int] | None = None


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
    score: float  # only orders the hits of one tier of one search
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
    tier: Tier = "contains"
    title_marks: tuple[tuple[int, int], ...] = ()  # (start, end) match spans in `title`
    sentence: tuple[int, int] | None = None  # the span in `snippet` of the nearest sentence; see `HitPassage`
    unread_pages: int = 0  # pages that have no text and are not recognised, such as scans
    extent: Extent | None = None  # how far it was read, if not to its end
    container: str = ""  # the file on disk that a document is in, whose path is below that of it

    @property
    def member(self) -> str:
        """The path of a document inside its file; "" for a file on disk."""
        return self.path.removeprefix(self.container).lstrip("/") if self.container else ""

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


def folded(hits: Sequence[Hit]) -> list[bool]:
    """Whether each hit of a list by relevance is shown only on request, as less likely.

    So are related ones beside such that contain the words; where none does, all are shown.
    """
    some_contain = any(hit.tier == "contains" for hit in hits)
    return [some_contain and hit.tier == "related" and hit.band not in LIKELY_BANDS for hit in hits]


@dataclass(frozen=True, slots=True)
class OpeningRisk:
    """Why to ask before a file is opened in its own program.

    `ending` is what follows the last dot of its name, in lower case ("" for none); of a "mismatch", `content` is what
    the bytes are instead. `plain` is a script that is what it looks like: its name shows all of itself and says that it
    is one, its content is text, and no browser has marked it as downloaded. Nothing else is ever opened unasked.
    """

    kind: RiskKind
    ending: str = ""
    content: ContentKind | None = None
    plain: bool = False
