"""Messages as they are read in a mail program: the header as a small table, then the text, then what is attached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from core.document import Document, Part
from core.messages import tr

if TYPE_CHECKING:
    from core.library import Block

_HEADER = re.compile("(?:From|To|Cc|Bcc|Date|Subject|Attachments): ")


def letter_blocks(document: Document) -> list[Block]:
    """The blocks of the messages in a document and of their attachments."""
    from core.library import Block, Run  # with a letter to show, the library is loaded; the window is there before it

    blocks: list[Block] = []
    for part in document.parts or (Part(0, len(document.text), "message", 1),):
        text = document.text[part.start : part.end]
        has_header = part.unit == "message" and _HEADER.match(text) is not None
        if blocks and (has_header or part.unit == "attachment"):
            blocks.append(Block("rule", 0, []))
        if has_header:
            header, _, text = text.partition("\n\n")
            blocks += [_row(line) for line in header.split("\n") if line]
        elif part.unit == "attachment":
            _, _, text = text.partition("\n\n")
            blocks.append(Block("heading", 2, [Run(part.label)]))
        kind: Literal["quote", "text"] = "quote" if part.unit == "quote" else "text"
        blocks += [
            Block(kind, 0, [Run(paragraph.strip("\n"))]) for paragraph in text.split("\n\n") if paragraph.strip()
        ]
    return blocks


def _row(line: str) -> Block:
    from core.library import Block, Run

    name, colon, value = line.partition(": ")
    if not colon:
        return Block("text", 0, [Run(line)])
    return Block("row", 0, [Run(_field(name), "b"), Run(value)])


def _field(name: str) -> str:
    """A header field's name in the user's language."""
    return {
        "From": tr("From"),
        "To": tr("To"),
        "Cc": tr("Cc"),
        "Bcc": tr("Bcc"),
        "Date": tr("Date"),
        "Subject": tr("Subject"),
        "Attachments": tr("Attachments"),
    }.get(name, name)
