"""The messages between the pool and its workers: a JSON header and a payload, after the lengths of both."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import IO, Any

from core.document import Document, Part, Passage

LENGTHS = struct.Struct("<II")

Message = tuple[dict[str, Any], bytes]


def packed(header: dict[str, Any], payload: bytes = b"") -> bytes:
    """A message as bytes; lone surrogates, as damaged files hold them, become question marks."""
    head = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    return b"".join((LENGTHS.pack(len(head), len(payload)), head, payload))


def send(stream: IO[bytes], header: dict[str, Any], payload: bytes = b"") -> None:
    """Write one message."""
    stream.write(packed(header, payload))
    stream.flush()


def receive(stream: IO[bytes]) -> Message | None:
    """Read one message; None at the end of the stream."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head, payload = LENGTHS.unpack(lengths)
    whole = stream.read(head + payload)
    return parsed(whole, head) if len(whole) == head + payload else None


def parsed(whole: bytes, head: int) -> Message:
    """A message without its lengths, whose header is `head` bytes long."""
    return json.loads(whole[:head]), whole[head:]


def pack_parts(parts: tuple[Part, ...]) -> list[list[Any]]:
    return [[part.start, part.end, part.unit, part.number, part.label] for part in parts]


def unpack_parts(rows: list[list[Any]]) -> tuple[Part, ...]:
    return tuple(Part(*row) for row in rows)


def pack_document(document: Document) -> tuple[dict[str, Any], bytes]:
    """A document as a header and its text in UTF-8."""
    facts = asdict(document)
    del facts["text"]
    return facts | {"parts": pack_parts(document.parts)}, document.text.encode()


def unpack_document(facts: dict[str, Any], text: bytes) -> Document:
    """The inverse of `pack_document`."""
    notes = tuple(facts["notes"])
    return Document(**facts | {"text": text.decode(), "parts": unpack_parts(facts["parts"]), "notes": notes})


def pack_passages(passages: tuple[Passage, ...]) -> list[list[Any]]:
    return [[item.ordinal, item.start, item.end, item.tokens, item.page, item.line] for item in passages]


def unpack_passages(rows: list[list[Any]]) -> tuple[Passage, ...]:
    return tuple(Passage(*row) for row in rows)
