"""Pages of documents for one person: only of the very file whose rights were looked at."""

from __future__ import annotations

import os

from core.errors import FileProblem
from core.library.member_copies import MemberCopies
from core.library.queries import Queries
from core.preview.messages import Source
from core.preview.renderer import PageDocument, PagePart, PagePicture, PageRenderer
from core.store.catalogue.files import KnownFile


class PersonalCopies:
    """Copies of documents inside files; remembers them for `PersonalPages`."""

    def __init__(self, copies: MemberCopies, queries: Queries) -> None:
        self._copies, self._queries = copies, queries
        self.made: set[str] = set()

    def file_of(self, path: str) -> str:
        """The path itself, or a copy of a document inside a file, with the bytes whose text the person may read.

        Raises FileProblem.
        """
        if os.path.lexists(path):
            return path
        with self._queries.access.catalogue() as catalogue:
            content = catalogue.content_of(os.fsencode(path))
            digest = None if content is None else catalogue.contents.hash_of(content)
        copy = None if digest is None else self._copies.copy_with_hash(path, digest)
        if copy is None:
            raise FileProblem("vanished", "")
        self.made.add(copy)
        return copy


class PersonalPages:
    """Draws pages as `PageRenderer` does. Raises FileProblem, also for a file that is not the one that was read."""

    def __init__(self, pages: PageRenderer, queries: Queries, copies: PersonalCopies) -> None:
        self._pages, self._queries, self._copies = pages, queries, copies

    def open(self, path: str, source: Source) -> PageDocument:
        opened = self._pages.open(path, source)
        self._require_known(path, opened.file)
        return opened

    def draw(self, document: PageDocument, part: PagePart) -> PagePicture:
        picture = self._pages.draw(document, part)
        self._require_known(document.path, picture.file)  # it is opened again if it has changed
        return picture

    def _require_known(self, path: str, file: tuple[int, int, int]) -> None:
        if path in self._copies.made:
            return
        with self._queries.access.catalogue() as catalogue:
            known = catalogue.files.lookup(os.fsencode(path))
        if known is None or known[1][1:] != KnownFile.of(0, *file)[1:]:
            raise FileProblem("vanished", "")
