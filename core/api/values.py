"""The types of requests and answers, made from core's own value types where JSON differs from them.

JSON has what the command line prints: the keys of `Hit` and its parts with `lane` for a retriever, an address for each
path, and names whose bytes are no text made legible.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, make_dataclass
from typing import Any, Literal, get_type_hints

from core.document import Hit, HitPassage, Kind, Part, Retriever, RetrieverMatch
from core.events import FileExplanation, Folder, ModelSwitch, OcrProgress, Problem, Progress, RetrieverProgress
from core.search.facets import FacetField, FacetValue
from core.search.retrieve.filter_compiler import FilterEffect


def derived(name: str, source: type, changes: Mapping[str, Any]) -> type:
    """A dataclass like another one, with fields replaced, added, or (None) left out."""
    changed, hints = dict(changes), get_type_hints(source)
    fields: list[Any] = []
    for field in dataclasses.fields(source):
        kind = changed.pop(field.name, hints[field.name])
        if kind is not None:
            fields.append((field.name, kind))
    made = make_dataclass(name, [*fields, *changed.items()], frozen=True)
    made.__module__, made.__doc__ = __name__, source.__doc__
    return made


def _several(kind: type) -> Any:
    return tuple[kind, ...]  # type: ignore[valid-type]


Match = derived("Match", RetrieverMatch, {"retriever": None, "lane": Retriever})
_CHANGED = {"findings": _several(Match), "uri": str, "container": None, "member": str | None}
SearchVersion = derived("SearchVersion", Hit, {**_CHANGED, "versions": tuple[()]})
SearchHit = derived("SearchHit", Hit, {**_CHANGED, "versions": _several(SearchVersion), "folded": bool})
Handover = derived("Handover", ModelSwitch, {"can_embed": None, "speaks": bool})


@dataclass(frozen=True, slots=True)
class Search:
    """A query as it is typed, and the largest number of documents to return.

    A `quick` one is answered at once, while somebody types: by names and words, and by meaning if an engine is ready.
    """

    q: str
    limit: int = 10
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator of a query: its text and where it stands."""

    kind: Literal["word", "phrase", "filter", "not", "group", "either"]
    text: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class BroadWildcard:
    """A wildcard that stands for more words than were searched."""

    text: str
    words: int
    sentence: str


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """How a query was read; `narrowing` is the effect of its filters."""

    canonical: str
    words: str
    meaning: str
    operators: tuple[Operator, ...]
    narrowing: FilterEffect | None
    broad_wildcards: tuple[BroadWildcard, ...]


@dataclass(frozen=True, slots=True)
class RelaxedQuery:
    """A query that finds nothing without the `dropped` parts: its text, and how many documents it finds."""

    dropped: str
    text: str
    hits: int


@dataclass(frozen=True, slots=True)
class SearchNotes:
    """What a person is told about a search: why it was not by meaning (or ""), and what relaxed queries find."""

    unavailable: str
    by_example: bool
    by_relevance: bool
    relaxed: tuple[RelaxedQuery, ...]


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The hits of a query, best first."""

    query: str
    read: ReadQuery
    hits: tuple[SearchHit, ...]  # type: ignore[valid-type]
    notes: SearchNotes


@dataclass(frozen=True, slots=True)
class Why:
    """A file, and a query for its place in the list."""

    path: str
    q: str = ""


Explanation = derived(
    "Explanation",
    FileExplanation,
    {"ranks": dict[Retriever, int | None], "broad_wildcards": _several(BroadWildcard)},
)


@dataclass(frozen=True, slots=True)
class Problems:
    """The files that cannot be read, or not completely, and how many are found by name only, by kind."""

    problems: tuple[Problem, ...]
    by_name_only: dict[str, int]


@dataclass(frozen=True, slots=True)
class Passages:
    """How many passages have a vector of the model in use."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Status:
    """The progress of a library, its folders, and the bytes that it takes."""

    library: str
    lanes: dict[Retriever, RetrieverProgress]
    passages: Passages
    passages_embedded: int
    handover: Handover | None  # type: ignore[valid-type]
    engine: str
    model: str
    sizes: dict[str, int]
    folders: tuple[str, ...]
    problems: int
    ignored_problems: int
    by_name_only: dict[str, int]
    readers_confined: bool
    unconfined: str
    ocr: OcrProgress
    folder_states: tuple[Folder, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A part of a document's text: a page (or slide, chapter), or what begins at a character; else its beginning.

    `length` is the largest number of characters to return. With a query, `matches` are its passages.
    """

    path: str
    page: int | None = None
    start: int = 0
    length: int = 8000
    q: str = ""


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A part of a document: characters `start` to `end` of the `total` of its text, and the pages as offsets in it.

    `matches` are the passages that match the query of the request.
    """

    path: str
    uri: str
    title: str
    kind: Kind
    author: str
    notes: tuple[str, ...]
    start: int
    end: int
    total: int
    page: int | None
    text: str
    parts: tuple[Part, ...]
    matches: tuple[HitPassage, ...]


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of a library."""

    folders: tuple[Folder, ...]


@dataclass(frozen=True, slots=True)
class OneFolder:
    """The path of a folder, or of a single file."""

    path: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A query, and the field of the query language whose values are counted."""

    q: str
    field: FacetField


@dataclass(frozen=True, slots=True)
class Facets:
    """How many documents that match each value of a field would leave."""

    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class OnePage:
    """A page of a document, counted from 1, and the width of its picture in pixels."""

    path: str
    page: int = 1
    width: int = 800


@dataclass(frozen=True, slots=True)
class Pause:
    """How long to pause, in seconds; None: until it is resumed."""

    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Paused:
    """Why indexing waits, and until when (Unix time, None: unknown); "" if it does not."""

    reason: Literal["", "paused", "battery", "load", "metered"]
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Awaited:
    """Wait until a retriever finds all files that it can, for this many seconds, ten at most."""

    retriever: Retriever = "meaning"
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Waited:
    """Whether it does, the progress, and why indexing waits."""

    done: bool
    progress: Progress
    paused: Paused
