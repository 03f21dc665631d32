"""What a file becomes on its way in, and what a person gets on the way out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Span = tuple[int, int]  # (start, end) offsets in characters
Retriever = Literal["names", "words", "meaning"]
RETRIEVERS: tuple[Retriever, ...] = ("names", "words", "meaning")

# How likely a hit is an answer; "none": nothing speaks for it, it is only the nearest that there is.
Band = Literal["strong", "likely", "weak", "none"]

Kind = Literal[
    "pdf", "document", "text", "code", "web", "book", "spreadsheet", "presentation", "mail", "image", "other"
]
Unit = Literal["page", "slide", "sheet", "chapter", "message"]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a document's text that has a place of its own.

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
    """The text of one file, with its places.

    `notes` are codes of what was cut or missed though the text is usable: "truncated" (a length limit was reached),
    "partial" (the reader stopped early and the pages before that are kept), "no_text" (nothing to read in it).
    `extractor` is "name/version" of what read it.
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
    """A span of a document's text that is indexed as one: `start` and `end` in characters, `tokens` of its model.

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
    """A passage of a hit, with what the search knows of it.

    `start` and `end` are offsets into the document's text, `score` is the fused score, `marks` are (start, end) spans
    in `snippet` to be shown marked.
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
    """What one lane says of a file: its place among the files that the lane found, 1 being the best.

    `score` is in the lane's own measure: the share of the query in the name, BM25, or the cosine. `part` is what it
    adds to the file's score.
    """

    retriever: Retriever
    rank: int
    score: float
    part: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A file found, with its best passages first.

    `page` is 1-based, and None where the format has no pages or slides; `score` only orders this list; `lanes` are
    those that found it; `marks` are (start, end) spans in `snippet`. `also_at` are paths with the same bytes,
    `versions` other files found whose text is nearly the same, the newest first.
    `findings` tell why it was found, lane by lane; `chance` is that of being an answer, 0 to 1, and `band` its name.
    `answers` is what a reranker says of its best passage, 0 to 1, None if none has read it, and `answers_place` its
    place among those read, 1 being the best; `nearest` is the cosine of its best passage's nearest sentence, None if
    its sentences were not looked at, or did not count. `says_all`: its best passage has every word of the query.
    """

    path: str
    title: str
    kind: Kind
    page: int | None
    score: float
    lanes: frozenset[Retriever]
    snippet: str
    marks: tuple[tuple[int, int], ...]
    passages: tuple[HitPassage, ...]
    size: int = 0
    modified: float = 0.0
    also_at: tuple[str, ...] = ()
    findings: tuple[RetrieverMatch, ...] = ()
    chance: float = 0.5
    band: Band = "likely"
    answers: float | None = None
    answers_place: int | None = None
    nearest: float | None = None
    says_all: bool = False
    versions: tuple[Hit, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """All files at this place of the list: its own, those with the same bytes, and its versions."""
        return (self.path, *self.also_at, *(path for version in self.versions for path in version.paths))

    def led_by(self, path: str) -> Hit:
        """The same place with the version of that path first; as it is if it has no such version."""
        first = next((version for version in self.versions if version.path == path), None)
        if first is None:
            return self
        others = [replace(self, versions=()), *(version for version in self.versions if version is not first)]
        return replace(first, score=self.score, versions=tuple(sorted(others, key=lambda hit: -hit.modified)))
