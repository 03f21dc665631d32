"""What is known of a file format: its names, its bytes and its readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.document import Kind
from core.extract.signatures import Signature

TextRole = Literal["refuse", "ignore", "vague", "strong"]
_LONG_TEXTS = frozenset(("text", "code", "markdown", "markup", "subtitles", "html", "xml", "references", "records"))


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its kind, its extensions (without dot) and whole file names, its readers and its signatures.

    `readers` are "module:function" below `core.extract`, best first; without any, files are indexed by name only.
    `text` tells how to treat a file with a name of the format whose content is text: "refuse" it as damaged; "ignore"
    the name, which other programs also use; "vague": read it unless it is HTML; "strong": read it. `is_seeking` if its
    readers seek in the file for what they need and are given only its beginning.

    `members` is the "module:function" that finds the documents inside such a file (`core.extract.members`), at most
    `members_within` files deep: 0 only in files on disk, 1 also in documents inside these.
    """

    name: str
    kind: Kind
    extensions: str
    readers: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    text: TextRole = "refuse"
    file_names: str = ""
    is_seeking: bool = False
    members: str = ""
    members_within: int = 0

    @property
    def may_end_anywhere(self) -> bool:
        """Whether of a very long file only the beginning is read."""
        return self.name in _LONG_TEXTS
