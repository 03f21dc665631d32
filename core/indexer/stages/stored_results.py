"""Stores what was read of files and of the documents inside them: contents, passages, dates, problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from core.document import Document, Extent
from core.extract.base import EXTRACTOR_VERSION
from core.extract_workers.jobs import ExtractionResult
from core.indexer.stages.known_contents import is_outdated
from core.indexer.stages.members import MemberStore
from core.indexer.stages.named_files import formats_version
from core.indexer.stages.recognised_text import note_unread_pages, with_recognised_pages
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.index_set import IndexSet
from core.store.near_duplicates.sketch import sketch


class ResultStore:
    """Writes results to the catalogue, inside the caller's transaction. `rechunk` queues a content for chunking.

    With `read_scans` pictures without words of their own become documents, whose text OCR recognises.
    """

    def __init__(
        self, catalogue: Catalogue, index_set: IndexSet, rechunk: Callable[[int], None], *, read_scans: bool
    ) -> None:
        self._catalogue, self._chunking_id, self._rechunk = catalogue, index_set.chunking_id, rechunk
        self._formats_version, self._reads_scans = formats_version(read_scans=read_scans), read_scans
        self._members = MemberStore(catalogue, index_set.names, self._store_document)
        self.read_for_ocr: set[bytes] = set()  # files known by name only whose text the user asked for
        self.restored: list[int] = []  # retired contents that have a file again, until the caller clears it

    def store(self, result: ExtractionResult) -> tuple[list[int], bool]:
        """Store one result; returns the contents that the indexes must add, and whether its members go on.

        A file that must be read again is waiting then.
        """
        new_contents: list[int] = []
        if result.unpacking is not None:
            new_contents = self._members.store(result, result.unpacking)
            if not result.unpacking.is_finished:
                self._catalogue.files.mark_waiting(result.token)
                return new_contents, True
        elif self._members.is_outdated(result):
            self._members.remove_all(result.token)
        new_contents += self._store_document(result)
        if result.unpacking is not None and result.unpacking.failure is not None:
            self._catalogue.files.note_unread_members(result.token, *result.unpacking.failure)
        return new_contents, False

    def _store_document(self, result: ExtractionResult) -> list[int]:
        """Store the document of a file or member; returns its content if the indexes must add it.

        A file that must be read again is waiting then.
        """
        contents = self._catalogue.contents
        if result.is_unrecognised and not self._has_scans(result):
            self._catalogue.named_files.set(result.token, self._formats_version)
            return []
        known = contents.by_hash(result.hash) if result.hash is not None else None
        if result.document is None and result.problem is not None and known is None:
            self._catalogue.files.set_failed(result.token, *result.problem)
            return []
        if result.hash is None:
            return []
        if known is None and result.document is None:  # the file changed, or its content was purged
            self._catalogue.files.mark_waiting(result.token)
            return []
        read = _document(result) if result.document is not None else None
        document = with_recognised_pages(self._catalogue, result.hash, read) if read is not None else None
        is_new = known is None or (document is not None and self._is_better(known, document))
        content_id = contents.put(result.hash, document, replaces=known) if is_new and document is not None else known
        assert content_id is not None
        if known is not None and not is_new and (result.document is not None or result.problem is not None):
            contents.set_extractor_version(known, EXTRACTOR_VERSION)
        is_chunked = is_new and document is read
        if is_new and document is not None:
            if is_chunked:
                self._catalogue.passages.put(content_id, self._chunking_id, result.passages)
            else:
                self._rechunk(content_id)
            self._catalogue.sketches.put(content_id, result.sketch or sketch(document.text))
        if document is not None:
            self._catalogue.own_dates.put(content_id, document.own_date)
            self._catalogue.mail_headers.put(content_id, document)
            self._catalogue.recognised.set_scans(content_id, document.scans)
        stat = KnownFile.of(result.token, result.size, result.mtime_ns, result.inode)
        self._catalogue.files.set_read(result.token, content_id, stat, *self._problem(content_id, result.size))
        note_unread_pages(self._catalogue, content_id)
        if is_new:
            return [content_id] if is_chunked else []
        return [content_id] if self._restore(content_id) else []

    def _has_scans(self, result: ExtractionResult) -> bool:
        """Whether a file without words of its own is a picture whose text is to be recognised."""
        is_requested = self._reads_scans or result.path in self.read_for_ocr
        self.read_for_ocr.discard(result.path)
        return is_requested and result.document is not None and bool(result.document.scans)

    def _restore(self, content_id: int) -> bool:
        """Restore a retired content, and queue it for chunking if necessary; returns whether it is ready to index."""
        if not self._catalogue.contents.restore(content_id):
            return False
        self.restored.append(content_id)
        is_chunked = self._catalogue.passages.is_chunked(content_id, self._chunking_id)
        if not is_chunked:
            self._rechunk(content_id)
        return is_chunked

    def _is_better(self, known: int, document: Document) -> bool:
        """Whether a document should replace the stored text: more complete, or changed by a new extractor version."""
        stored = self._catalogue.contents.get(known)
        if stored is None:
            return False
        if "partial" not in stored.notes:
            is_current = "partial" not in document.notes and is_outdated(stored.extractor)
            is_same = stored.parts == document.parts and self._catalogue.contents.text(known) == document.text
            return is_current and not is_same
        return "partial" not in document.notes or len(document.text) > stored.length

    def _problem(self, content_id: int, size: int) -> tuple[str | None, str | None]:
        """The problem of a file that was read, and its detail: how far."""
        content = self._catalogue.contents.get(content_id)
        notes = content.notes if content is not None and content.kind != "image" else ()
        codes = ("partial", "truncated", "data_left_out", "no_text", "garbled", "refused")
        problem = next((note for note in codes if note in notes and size), None)
        extent = Extent.among(notes) if problem in ("truncated", "data_left_out") else None
        return problem, str(extent) if extent else None


def _document(result: ExtractionResult) -> Document:
    """The document of a result, with the problem code of the worker itself ("partial") added to its notes."""
    document = result.document
    assert document is not None
    extra: Iterable[str] = () if result.problem is None else (result.problem[0],)
    notes = tuple(dict.fromkeys((*document.notes, *extra)))
    return Document(
        document.text, document.kind, document.title, document.author, document.parts, notes, document.extractor,
        document.own_date, document.scans, document.recipients, document.thread,
    )  # fmt: skip
