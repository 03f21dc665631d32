"""What is attached to a message, as members: documents of their own inside its file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from core.extract.mail.message import outlook_letter, without_emlx_frame
from core.extract.mail.parts import Attachment, Letter, parse
from core.extract.members import ContainerInput, Member, path_of

MAX_ATTACHMENTS = 100  # of a message that are read
MAX_BYTES = 50_000_000  # of all of them together


def of_message(source: ContainerInput) -> Iterator[Member]:
    """The attachments of an .eml or .emlx."""
    yield from _members(parse(without_emlx_frame(source.file.read())), source.start)


def of_outlook(source: ContainerInput) -> Iterator[Member]:
    """The attachments of an Outlook .msg."""
    yield from _members(outlook_letter(source.file.read()), source.start)


def _members(letter: Letter, start: int) -> Iterator[Member]:
    taken: Counter[bytes] = Counter()
    left = MAX_BYTES
    for place, attachment in enumerate(letter.attachments[:MAX_ATTACHMENTS]):
        size = len(attachment.data)
        name = _unique(attachment, taken)
        if place < start or not size or attachment.is_part_of_text:
            continue
        if size > left:
            yield Member(name, b"", place, place + 1, letter.sent_at, "too_large")
            continue
        left -= size
        yield Member(name, attachment.data, place, place + 1, letter.sent_at)


def _unique(attachment: Attachment, taken: Counter[bytes]) -> str:
    """The name of an attachment; the second one of this name in a message has its number before its ending."""
    name = path_of(attachment.name.replace("/", "-")).decode("utf-8", "replace")
    taken[name.encode()] += 1
    number = taken[name.encode()]
    if number == 1:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem} ({number}).{ending}" if dot and stem else f"{name} ({number})"
