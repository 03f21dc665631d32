"""Mailboxes: many messages in one file, one after the other (mbox), also Thunderbird's files without an ending.

A mailbox on disk is read as members; one inside another file is one document, its messages are parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder
from core.extract.mail import headers
from core.extract.mail.parts import message_of, parse
from core.extract.members import MAX_MEMBER_BYTES, ContainerInput, Member
from core.extract.pages import PartialReporter

MAX_MESSAGES = 100_000
# A message begins after a blank line with "From ", then a time and a year, or the next line is a header field: a
# sentence does not do that. The lengths are bounded, or a long line would take a time cubic in it.
_START = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From "
    rb"(?:[^\n]{0,200}?\d\d:\d\d[^\n]{0,40}? \d{4}[^\n]{0,40}\n|[^\n]{0,300}\n(?=>?[!-9;-~]{1,80}:))"
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_EXPUNGED = re.compile(rb"^X-Mozilla-Status: *[0-9a-f]{3}[89a-f]", re.MULTILINE | re.IGNORECASE)
STATUS_WITHIN = 2_000  # bytes of a message in which Thunderbird keeps its status
# What mail programs write into a message that is read, tagged or moved: without it, a message stays the same document.
_STATUS = re.compile(
    rb"^(?:X-Mozilla-(?:Status2?|Keys)|X?-?Status|X-Keywords|X-UID):[^\n]*\n", re.MULTILINE | re.IGNORECASE
)
_HEADER_END = re.compile(rb"\n\r?\n")
HEAD = 65_536  # bytes of a message in which its header is
WINDOW = 8 << 20  # bytes read at a time
OVERLAP = 1_000  # bytes in which the line that begins a message has room
MAX_SUBJECT_CHARS = 100  # of the name of a message


def read(source: ExtractionInput) -> Document:
    """The messages of a mailbox inside another file, each a part with its subject."""
    builder = TextBuilder(source.limits)
    reporter = PartialReporter(source, builder)
    is_cut = False
    for number, data in enumerate(messages(source.data), start=1):
        if number > MAX_MESSAGES or builder.full:
            is_cut = True
            break
        if _EXPUNGED.search(data[:STATUS_WITHIN]):
            continue
        letter = parse(data)
        builder.add(letter.whole(), "message", number, letter.subject)
        reporter.page_read()
    return builder.document("mail", "mbox", notes=("truncated",) if is_cut else ())


def messages(data: bytes) -> Iterator[bytes]:
    """The bytes of each message, without the line that begins it and with its lines unquoted."""
    start: int | None = None
    for found in _START.finditer(data):
        if start is not None:
            yield _QUOTED_FROM.sub(rb"\1", data[start : found.start()])
        start = found.end()
    if start is not None:
        yield _QUOTED_FROM.sub(rb"\1", data[start:])
    else:
        yield data


def messages_from(source: ContainerInput) -> Iterator[Member]:
    """The messages of a mailbox from the place (offset) of one on; reads it in windows, however large it is."""
    for place, following, data in _located_messages(source):
        if _EXPUNGED.search(data[:STATUS_WITHIN]):
            continue
        is_too_large = following - place > MAX_MEMBER_BYTES
        name, sent = _name_and_time(data[:HEAD])
        yield Member(
            name, b"" if is_too_large else _without_status(data), place, following, sent,
            "too_large" if is_too_large else None,
        )  # fmt: skip


def _located_messages(source: ContainerInput) -> Iterator[tuple[int, int, bytes]]:
    """(place, the place after it, bytes) of each message; of one that is too large only the first bytes."""
    source.file.seek(source.start)
    place = base = source.start  # where the message begins, and `buffer`
    buffer, head, searched = b"", None, 1
    while piece := source.file.read(WINDOW):
        buffer += piece
        cut = 0
        for found in _START.finditer(buffer, searched):
            at = found.start()
            yield place, base + at, _unquoted(head or buffer[cut:at])
            place, cut, head = base + at, at, None
        buffer, base = buffer[cut:], base + cut
        if len(buffer) > MAX_MEMBER_BYTES:
            head = head or buffer[:HEAD]
            buffer, base = buffer[-OVERLAP:], base + len(buffer) - OVERLAP
        searched = max(1, len(buffer) - OVERLAP)
    if buffer:
        yield place, base + len(buffer), _unquoted(head or buffer)


def _unquoted(data: bytes) -> bytes:
    """A message without the line that begins it, its lines unquoted."""
    whole = data.partition(b"\n")[2] if data.startswith(b"From ") else data
    return _QUOTED_FROM.sub(rb"\1", whole).rstrip(b"\r\n") + b"\n"


def _without_status(data: bytes) -> bytes:
    end = _HEADER_END.search(data)
    header = end.start() + 1 if end else len(data)
    return _STATUS.sub(b"", data[:header]) + data[header:]


def _name_and_time(head: bytes) -> tuple[str, float | None]:
    """A file name for a message, by when it was sent and its subject, and when that was."""
    message = message_of(head[: end.start() + 1] if (end := _HEADER_END.search(head)) else head)
    date = headers.field(message, "Date")
    sent = parsedate(date)
    said = "{:04}-{:02}-{:02} {:02}.{:02}.{:02}".format(*sent[:6]) if sent else ""
    about = headers.field(message, "Subject")[:MAX_SUBJECT_CHARS] or headers.field(message, "From")[:MAX_SUBJECT_CHARS]
    name = f"{said} {about}".strip() or "message"
    return name.replace("/", "-").replace("\\", "-") + ".eml", headers.time_of(date)
