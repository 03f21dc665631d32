"""What Findling and the recognising process say to each other: checked on arrival, with bounds on every number."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MAX_HEAD = 64_000_000  # bytes
MAX_WORDS = 100_000  # of one page
MAX_WORD_CHARS = 500
MAX_PAGES = 1_000_000

PageSource = Literal["pdf", "picture"]
Number = Annotated[int, Meta(ge=0, lt=MAX_PAGES)]
Place = Annotated[float, Meta(ge=-1_000_000, le=1_000_000)]


class OpenPages(msgspec.Struct, tag="open", frozen=True):
    """Open the file whose descriptor comes with this message; any other file is closed."""

    source: PageSource


class Recognise(msgspec.Struct, tag="recognise", frozen=True):
    """Read the words of a page of the open file, counted from 0."""

    page: Number


OcrRequest = OpenPages | Recognise


class OcrReady(msgspec.Struct, tag="ready", frozen=True):
    """The process has loaded its engine, and is confined."""


class PagesOpened(msgspec.Struct, tag="opened", frozen=True):
    """The number of pages."""

    pages: Annotated[int, Meta(ge=1, le=MAX_PAGES)]


class FoundWord(msgspec.Struct, frozen=True, array_like=True):
    """A `core.ocr.base.Word`."""

    text: Annotated[str, Meta(max_length=MAX_WORD_CHARS)]
    confidence: Annotated[float, Meta(ge=-1, le=101)]
    paragraph: Annotated[int, Meta(ge=0, le=MAX_WORDS)]
    line: Annotated[int, Meta(ge=0, le=MAX_WORDS)]
    left: Place
    top: Place
    right: Place
    bottom: Place


class Recognised(msgspec.Struct, tag="recognised", frozen=True):
    """The words of a page in reading order, in pixels of the picture that was read; `scale` pixels are a unit of it."""

    words: Annotated[list[FoundWord], Meta(max_length=MAX_WORDS)]
    scale: Annotated[float, Meta(gt=0, le=1_000)]


class OcrFailed(msgspec.Struct, tag="failed", frozen=True):
    """What was asked for cannot be done: the code of a `FileProblem`, with a technical detail."""

    code: Literal["broken", "protected", "too_large", "crashed", "unreadable"]
    detail: str = ""


OcrAnswer = OcrReady | PagesOpened | Recognised | OcrFailed

_requests: msgspec.msgpack.Decoder[OcrRequest] = msgspec.msgpack.Decoder(OcrRequest)
_answers: msgspec.msgpack.Decoder[OcrAnswer] = msgspec.msgpack.Decoder(OcrAnswer)


def request(head: bytes) -> OcrRequest:
    """The request in a head; raises msgspec.MsgspecError."""
    return _requests.decode(head)


def answer(head: bytes) -> OcrAnswer:
    """The answer in a head; raises msgspec.MsgspecError."""
    return _answers.decode(head)
