"""PostScript: what its structuring comments say of it. Its text is in programs, which are never run."""

from __future__ import annotations

import re

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder
from core.extract.clean import one_line, title_of
from core.extract.decode import decode_or_replace
from core.extract.own_date import day_of

HEAD = 65_536
TAIL = 4_096
_COMMENT = re.compile(r"^%%(Title|For|Creator|CreationDate|Pages|DocumentNeededResources): *([^\r\n]+)", re.MULTILINE)
_BINARY_HEADER = b"\xc5\xd0\xd3\xc6"  # of an .eps with a picture for programs that cannot draw it


def read(source: ExtractionInput) -> Document:
    """The title, author and program of a .ps or .eps, with the note "partial": its pages are not read."""
    data = source.data
    if data.startswith(_BINARY_HEADER):
        data = data[int.from_bytes(data[4:8], "little") :]
    text = decode_or_replace(data[:HEAD] + b"\n" + data[HEAD:][-TAIL:])
    facts = {
        name: one_line(_unquoted(value)) for name, value in reversed(_COMMENT.findall(text)) if "(atend)" not in value
    }
    title, author = title_of(facts.get("Title")), facts.get("For", "")[:200]
    builder = TextBuilder(source.limits)
    builder.add("\n".join(filter(None, (facts.get("Title", ""), author, facts.get("Creator", "")))))
    notes = ("partial",) if builder.pieces else ()
    date = day_of(facts.get("CreationDate", ""))
    return builder.document("document", "postscript", title=title, author=author, notes=notes, own_date=date)


def _unquoted(value: str) -> str:
    value = value.strip()
    return (
        value[1:-1].replace("\\(", "(").replace("\\)", ")") if value.startswith("(") and value.endswith(")") else value
    )
