"""What the preview asks of the library, as it runs on background threads: read, draw, find."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from core.document import Document, Span
from core.errors import FileProblem
from gui.preview.kinds import WEB, Source, suffix
from gui.results.text_offsets import find_text

if TYPE_CHECKING:
    from core.library import Block, Library, PageDocument, PagePart, PagePicture, PageText, Query, Token

MAX_FOUND = 10_000


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A document to read, and the query whose words are marked in it."""

    path: str
    query: Query | None


@dataclass(frozen=True, slots=True)
class ReadText:
    """A document, and where it has the words of the query."""

    document: Document | None
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ReadBlocks:
    """The structure of a web page; without blocks it is shown as text."""

    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class ReadTokens:
    """The pieces of source code that are to look different."""

    tokens: Sequence[Token]


@dataclass(frozen=True, slots=True)
class OpenPagesRequest:
    """A document to open as pages."""

    path: str
    source: Source
    password: str


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """What is to be drawn of an open document, and which pages are to be measured; most urgent first."""

    document: PageDocument
    parts: tuple[PagePart, ...]
    measured: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PageCharacters:
    """The characters of a page."""

    page: int
    text: PageText


@dataclass(frozen=True, slots=True)
class PageFailed:
    """A page that cannot be drawn; None for a document that cannot be opened."""

    page: int | None
    problem: FileProblem


@dataclass(frozen=True, slots=True)
class FindRequest:
    """A text to find in a document."""

    path: str
    text: str
    document: Document


def read(library: Library, request: object) -> Iterator[ReadText | ReadBlocks | ReadTokens]:
    """Yield a document with the words of the query, and then the structure of a web page or the colours of code."""
    request = cast(ReadRequest, request)
    document = library.queries.document(request.path)
    words: list[Span] = []
    if document is not None and request.query is not None:
        words = library.queries.match_spans(request.query, document.text)
    yield ReadText(document, tuple(words))
    if document is None:
        return
    is_web = suffix(request.path) in WEB
    try:
        if is_web:
            yield ReadBlocks(library.pages.structure(library.members.file_of(request.path)))
        elif document.kind == "code":
            yield ReadTokens(library.pages.highlight(os.path.basename(request.path), document.text))
    except FileProblem:
        if is_web:
            yield ReadBlocks(())


def draw(
    library: Library, request: object, is_stale: Callable[[], bool]
) -> Iterator[PageDocument | PagePicture | PageCharacters | PageFailed]:
    """Open a document as pages; or draw and measure its pages, the first of both first.

    Of a document inside a file a copy is drawn, whose path stays here.
    """
    if isinstance(request, OpenPagesRequest):
        try:
            file = library.members.file_of(request.path)
            yield replace(library.pages.open(file, request.source, request.password, is_stale), path=request.path)
        except FileProblem as problem:
            yield PageFailed(None, problem)
        return
    request = cast(DrawRequest, request)
    yield from _draw_parts(library, request, request.parts[:1], is_stale)
    yield from _measure(library, request, request.measured[:1], is_stale)
    yield from _draw_parts(library, request, request.parts[1:], is_stale)
    yield from _measure(library, request, request.measured[1:], is_stale)


def _draw_parts(
    library: Library, request: DrawRequest, parts: Sequence[PagePart], is_stale: Callable[[], bool]
) -> Iterator[PagePicture | PageFailed]:
    for part in parts:
        try:
            yield library.pages.draw(_file_of(library, request.document), part, is_stale)
        except FileProblem as problem:
            yield PageFailed(part.page, problem)


def _measure(
    library: Library, request: DrawRequest, pages: Sequence[int], is_stale: Callable[[], bool]
) -> Iterator[PageCharacters]:
    from core.library import PageText

    for page in pages:
        try:
            drawn = library.pages.measure(_file_of(library, request.document), page, is_stale)
        except FileProblem:
            drawn = PageText("", ())
        yield PageCharacters(page, library.ocr.with_recognised(request.document.path, page + 1, drawn))


def _file_of(library: Library, document: PageDocument) -> PageDocument:
    return replace(document, path=library.members.file_of(document.path))


def find(request: object) -> Iterator[list[Span]]:
    """Yield where a text is found in a document."""
    request = cast(FindRequest, request)
    yield find_text(request.document.text, request.text)[:MAX_FOUND]


def tend(library: Library, action: object) -> Iterator[None]:
    """Start the drawing process ahead ("warm"), or end it until it is needed ("release")."""
    try:
        if action == "warm":
            library.pages.warm()
        else:
            library.pages.release()
    except FileProblem:  # the library is closing
        return
    yield
