"""The schema of what the pool and a reader say to each other, as JSON: everything else is refused.

Types, ranges and counts are checked here; that a document's offsets and passages fit its text, in `checks.py`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, convert, json

from core.chunk import ChunkingConfig
from core.document import EXTENT_PATTERN, Document, Kind, Part, Passage, Unit
from core.extract.base import Limits
from core.extract.members import MemberProblem

MAX_PARTS = 200_000  # of a PDF at most 5,000 are read; a book of 200,000 pages is none
MAX_PASSAGES = 5_000_000
MAX_NOTES = 5
MAX_SCANS = 5_000
MAX_LABEL, MAX_TITLE, MAX_AUTHOR, MAX_EXTRACTOR = 200, 300, 200, 60  # characters
MAX_RECIPIENTS = 4_000  # characters
MAX_DETAIL = 1_000
MAX_MEMBER_NAME = 4_000  # characters

Offset = Annotated[int, Meta(ge=0, le=1 << 31)]
Place = Annotated[int, Meta(ge=0, le=1 << 62)]
Ordinal = Annotated[int, Meta(ge=1, le=1 << 31)]
Extractor = Annotated[str, Meta(max_length=MAX_EXTRACTOR, pattern=r"^([a-z0-9-]{1,40}/[a-z0-9.-]{1,18})?$")]
OwnDate = Annotated[str, Meta(max_length=10, pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
ReaderProblem = Literal["protected", "broken", "too_large", "crashed", "unreadable", "truncated"]
_NOTES = f"truncated|data_left_out|partial|no_text|garbled|{EXTENT_PATTERN}"
Note = Annotated[str, Meta(max_length=50, pattern=f"^({_NOTES})$")]


class PackedPart(Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A `Part`."""

    start: Offset
    end: Offset
    unit: Unit
    number: Ordinal
    label: Annotated[str, Meta(max_length=MAX_LABEL)]


class PackedPassage(Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """A `Passage`."""

    ordinal: Offset
    start: Offset
    end: Offset
    tokens: Offset
    page: Ordinal | None
    line: Ordinal


PackedParts = Annotated[list[PackedPart], Meta(max_length=MAX_PARTS)]
PackedPassages = Annotated[list[PackedPassage], Meta(max_length=MAX_PASSAGES)]


class DocumentFacts(Struct, frozen=True, forbid_unknown_fields=True):
    """A `Document` without its text, which is the payload."""

    kind: Kind
    title: Annotated[str, Meta(max_length=MAX_TITLE)]
    author: Annotated[str, Meta(max_length=MAX_AUTHOR)]
    parts: PackedParts
    notes: Annotated[list[Note], Meta(max_length=MAX_NOTES)]
    extractor: Extractor
    own_date: OwnDate = ""
    scans: Annotated[list[Ordinal], Meta(max_length=MAX_SCANS)] = []
    recipients: Annotated[str, Meta(max_length=MAX_RECIPIENTS)] = ""
    thread: Annotated[str, Meta(pattern="^([0-9a-f]{16})?$")] = ""


class Configure(Struct, frozen=True, forbid_unknown_fields=True):
    """To a new reader, before anything else."""

    chunking: ChunkingConfig
    limits: Limits


class Extract(Struct, frozen=True, tag_field="request", tag="extract", forbid_unknown_fields=True):
    """To a reader: read the file whose descriptor comes along; its name (without folder) is the payload."""

    attempt: int


class Chunk(Struct, frozen=True, tag_field="request", tag="chunk", forbid_unknown_fields=True):
    """To a reader: chunk this document, whose text is the payload."""

    document: DocumentFacts


class Unpack(Struct, frozen=True, tag_field="request", tag="unpack", forbid_unknown_fields=True):
    """To a reader: find the members of the file whose descriptor comes along; its name is the payload.

    `format` is one of `core.extract.registry`, "" for what its bytes say; `start` is the place to begin at.
    """

    format: str
    start: int
    only_first: bool = False


class Reply(Struct, tag_field="type", tag=str.lower, forbid_unknown_fields=True):
    """What a reader says."""


class ReaderReady(Reply, tag="ready"):
    """It has started and is confined."""

    is_confined: bool


class FileOpened(Reply, tag="opened"):
    """It has received a file."""


class FormatFound(Reply, tag="format"):
    """The file's format, and whether that has a reader besides the one that is tried first."""

    kind: Kind
    extractor: Extractor
    other_reader: bool


class Partial(Reply):
    """The parts read since the last one; their text is the payload."""

    parts: PackedParts


class ProblemFound(Reply, tag="problem"):
    """The file cannot be read."""

    code: ReaderProblem
    detail: Annotated[str, Meta(max_length=MAX_DETAIL)]


class TextRead(Reply, tag="read"):
    """The file is read; what takes time from now on is chunking."""


class Done(Reply):
    """The document, its passages, and the sketch of its text in hexadecimal."""

    document: DocumentFacts
    passages: PackedPassages
    sketch: Annotated[str, Meta(max_length=2_000, pattern="^([0-9a-f]{8})+$")]


class Chunked(Reply):
    """The passages and the sketch of a document that was sent."""

    passages: PackedPassages
    sketch: Annotated[str, Meta(max_length=2_000, pattern="^([0-9a-f]{8})+$")]


class MemberFound(Reply, tag="member"):
    """A document inside the file (`core.extract.members.Member`); its bytes are the payload."""

    name: Annotated[str, Meta(max_length=MAX_MEMBER_NAME)]
    place: Place
    following: Place
    modified: Annotated[float, Meta(ge=-1e11, le=1e11)] | None = None
    problem: MemberProblem | None = None
    size: Place = 0


class Unpacked(Reply, tag="unpacked"):
    """There are no more members, or `go_on` at this place."""

    go_on: Place | None


Request = Extract | Chunk | Unpack
AnyReply = (
    ReaderReady | FileOpened | FormatFound | Partial | ProblemFound | TextRead | Done | Chunked | MemberFound | Unpacked
)

decode_reply = json.Decoder(AnyReply).decode
decode_request = json.Decoder(Request).decode
decode_configuration = json.Decoder(Configure).decode


def pack_parts(parts: tuple[Part, ...]) -> list[PackedPart]:
    return [PackedPart(part.start, part.end, part.unit, part.number, part.label) for part in parts]


def parts_of(rows: list[PackedPart]) -> tuple[Part, ...]:
    return tuple(Part(row.start, row.end, row.unit, row.number, row.label) for row in rows)


def pack_passages(passages: tuple[Passage, ...]) -> list[PackedPassage]:
    return [PackedPassage(item.ordinal, item.start, item.end, item.tokens, item.page, item.line) for item in passages]


def passages_of(rows: list[PackedPassage]) -> tuple[Passage, ...]:
    return tuple(Passage(row.ordinal, row.start, row.end, row.tokens, row.page, row.line) for row in rows)


def facts_of(document: Document) -> DocumentFacts:
    notes = convert(document.notes, list[Note])
    return DocumentFacts(
        document.kind, document.title, document.author, pack_parts(document.parts), notes, document.extractor,
        document.own_date, list(document.scans), document.recipients, document.thread,
    )  # fmt: skip


def document_of(facts: DocumentFacts, text: str) -> Document:
    parts = parts_of(facts.parts)
    return Document(
        text, facts.kind, facts.title, facts.author, parts, tuple(facts.notes), facts.extractor, facts.own_date,
        tuple(sorted(set(facts.scans))), facts.recipients, facts.thread,
    )  # fmt: skip
