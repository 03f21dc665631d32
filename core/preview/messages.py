"""What the window's process and the drawing process say to each other: checked on arrival, with bounds on every number.

Each message is a frame of two lengths, a head (msgpack of one of the structs below) and a payload (pixels, boxes). The
first byte of an `Open` carries the descriptor of the file, which is all that the drawing process ever reads.
"""

from __future__ import annotations

import struct
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MAX_HEAD = 16_000_000  # bytes
MAX_PIXELS = 16_000_000  # of one picture
MAX_SIDE = 1_000_000.0  # of a page, in points
MAX_PAGES = 1_000_000
MAX_SIZES = 20_000  # pages whose sizes are told; the others have the last one's
MAX_CHARS = 200_000  # of one page
MAX_CODE_CHARS = 400_000
MAX_TOKENS = MAX_CODE_CHARS
BYTES_PER_PIXEL = 4
BOX = struct.Struct("<4f")  # left, top, right, bottom

Side = Annotated[float, Meta(gt=0, le=MAX_SIDE)]
Number = Annotated[int, Meta(ge=0, lt=MAX_PAGES)]
Length = Annotated[int, Meta(ge=1, le=100_000)]
Offset = Annotated[int, Meta(ge=0, le=100_000_000)]
Source = Literal["pdf", "picture", "html"]


class Open(msgspec.Struct, tag="open", frozen=True):
    """Open the file whose descriptor comes with this message; any other file is closed."""

    source: Source
    password: str = ""


class Draw(msgspec.Struct, tag="draw", frozen=True):
    """Draw a part of a page: `width` x `height` pixels from (`left`, `top`) of the page at `scale` pixels a point."""

    page: Number
    scale: float
    left: Offset
    top: Offset
    width: Length
    height: Length


class Measure(msgspec.Struct, tag="measure", frozen=True):
    """The characters of a page, and where they stand."""

    page: Number


class Structure(msgspec.Struct, tag="structure", frozen=True):
    """The blocks of an open web page."""


class Highlight(msgspec.Struct, tag="highlight", frozen=True):
    """The keywords, strings and so on of source code, whose language is known by the name of its file."""

    name: str
    text: str


Request = Open | Draw | Measure | Structure | Highlight


class DrawingReady(msgspec.Struct, tag="ready", frozen=True):
    """The process has started, and is confined."""


class DocumentOpened(msgspec.Struct, tag="opened", frozen=True):
    """The number of pages, the (width, height) of the first of them in points, and facts such as a picture's EXIF."""

    pages: Annotated[int, Meta(ge=1, le=MAX_PAGES)]
    sizes: Annotated[list[tuple[Side, Side]], Meta(min_length=1, max_length=MAX_SIZES)]
    facts: Annotated[list[tuple[str, str]], Meta(max_length=100)] = []


class Drawn(msgspec.Struct, tag="drawn", frozen=True):
    """A picture: the payload has its rows of four bytes a pixel (blue, green, red, alpha), without gaps.

    `page_width` and `page_height` are the page's own size in points, which may not have been told before.
    """

    width: Length
    height: Length
    page_width: Side
    page_height: Side


class Measured(msgspec.Struct, tag="measured", frozen=True):
    """The characters of a page in reading order: the payload has a `BOX` for each, in points from the top left."""

    text: Annotated[str, Meta(max_length=MAX_CHARS)]


class Run(msgspec.Struct, frozen=True, array_like=True):
    """Some text in one style: any of "b" (bold), "i" (italic), "c" (code), "a" (link)."""

    text: str
    style: str = ""


class Block(msgspec.Struct, frozen=True, array_like=True):
    """A paragraph of a web page: what it is, how deep (a heading's or a list's level), and its runs.

    A "row" has one run for each of its cells.
    """

    kind: Literal["text", "heading", "item", "code", "quote", "row", "rule"]
    level: Annotated[int, Meta(ge=0, le=100)]
    runs: list[Run]


class Token(msgspec.Struct, frozen=True, array_like=True):
    """A piece of source code in one style."""

    start: Offset
    length: Length
    style: Literal["keyword", "string", "comment", "number", "name"]


class Structured(msgspec.Struct, tag="structured", frozen=True):
    """A web page as blocks."""

    blocks: Annotated[list[Block], Meta(max_length=50_000)]


class Highlighted(msgspec.Struct, tag="highlighted", frozen=True):
    """Source code in pieces that are to look different: (start, length, style) in characters, in order."""

    tokens: Annotated[list[Token], Meta(max_length=MAX_TOKENS)]


class Failed(msgspec.Struct, tag="failed", frozen=True):
    """What was asked for cannot be done: the code of a `FileProblem`, with a technical detail."""

    code: Literal["broken", "protected", "too_large", "crashed", "unreadable"]
    detail: str = ""


Answer = DrawingReady | DocumentOpened | Drawn | Measured | Structured | Highlighted | Failed

_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)


def request(head: bytes) -> Request:
    """The request in a head; raises msgspec.MsgspecError."""
    return _requests.decode(head)


def answer(head: bytes) -> Answer:
    """The answer in a head; raises msgspec.MsgspecError."""
    return _answers.decode(head)
