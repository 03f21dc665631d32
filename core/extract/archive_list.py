"""What is in an archive, as its own text: the names of its files."""

from __future__ import annotations

from core.document import Document
from core.errors import FileProblem
from core.extract.archive import Archive
from core.extract.base import ExtractionInput, TextBuilder

MAX_LISTED = 500  # files whose names are a part of the text


def read(source: ExtractionInput) -> Document:
    """The names of the first files in an archive, a line each."""
    archive = Archive(source.opened(), len(source.data), source.limits)
    names: list[str] = []
    try:
        for entry in archive.entries():
            if len(names) == MAX_LISTED:
                break
            names.append(entry.name)
    except FileProblem:
        if not names:
            raise
    builder = TextBuilder(source.limits)
    builder.add("\n".join(names))
    return builder.document("archive", "archive")
