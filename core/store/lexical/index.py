"""The lexical index (tantivy): derived from the catalogue, one document per passage, ranked by BM25."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import FindlingError, LibraryUnusableError, StorageFullError
from core.store.candidates import Candidates
from core.store.catalogue.vectors_table import Ids
from core.store.lexical import failures, fields, read_only_folder, seal
from core.store.lexical.analyzers import QueryTerm
from core.store.lexical.language_detection import detect_language
from core.store.lexical.query import KnownTerms, LexicalQueries

WRITER_HEAP_BYTES = 48_000_000  # of the writer, before it writes a segment
log = logging.getLogger(__name__)


class LexicalIndex:
    """The lexical index of one chunking config. One thread writes, any thread may search.

    `last_change` is the number of the last committed change of the catalogue, from which it continues after a crash;
    `pending_change` is that of the last uncommitted one.
    """

    def __init__(self, folder: Path, *, writable: bool) -> None:
        self.folder = folder
        self._writable = writable
        self._writer: Any = None
        self._replacing = threading.Lock()  # of `_index`
        self.pending_change = 0
        self.last_change = 0
        self._links: read_only_folder.ReadOnlyFolder | None = None
        # In the snapshot with this number of changes and segments.
        self._known: tuple[tuple[int, ...], KnownTerms] = ((), KnownTerms())
        self.is_damaged = False  # set when a search or write fails; the indexer then resets the index
        self._index = self._open()

    def _open(self) -> Any:
        import tantivy

        if not self._writable and not self.folder.exists():
            return tantivy.Index(fields.schema())  # never indexed: an empty index in memory
        try:
            return self._load()
        except (ValueError, OSError) as error:
            if not self._writable or failures.is_disk_full(error, self.folder, WRITER_HEAP_BYTES):
                raise self._translate(error) from error
            shutil.rmtree(self.folder, ignore_errors=True)  # rebuilt from the catalogue
        try:
            return self._load()
        except (ValueError, OSError) as error:
            raise self._translate(error) from error

    def _load(self) -> Any:

        place = self.folder
        if not self._writable and read_only_folder.is_needed(self.folder):
            self._links = read_only_folder.ReadOnlyFolder(self.folder)
            place = self._links.path
        else:  # its parents only if the library is there: its disk may have been removed
            self.folder.parent.mkdir(exist_ok=True)
            self.folder.mkdir(exist_ok=True)
        index = self._at(place)
        self.last_change = seal.read(self.folder)
        return index

    @staticmethod
    def _at(place: Path) -> Any:
        import tantivy

        index = tantivy.Index(fields.schema(), str(place))
        fields.register_tokenizers(index)
        return index

    def release_memory(self) -> None:
        """Give back the pages of the mapped files that were read, by mapping them anew; the next search reads some."""
        with self._replacing:
            if self._writable and not self.is_damaged:
                with suppress(ValueError, OSError):  # a search says what is wrong
                    self._index = self._at(self.folder)

    def reset(self) -> None:
        """Delete all entries: the index is damaged, or belongs to another catalogue."""
        if self.is_damaged:
            self._writer = None  # a damaged index cannot be rolled back
        self.close()
        with self._replacing:
            shutil.rmtree(self.folder)
            self.is_damaged = False
            self.pending_change = self.last_change = 0
            self._index = self._open()

    def add(self, content_id: int, title: str, passages: Iterable[tuple[int, str]], *, number: int) -> None:
        """Add the passages (id, text) of a content and replace older ones; searchable after `commit`."""
        listed = list(passages)
        fallback = detect_language(listed[0][1]) if listed else ""
        try:
            writer = self._write()
            self._delete(content_id)
            for passage_id, text in listed:
                writer.add_document(fields.document(passage_id, content_id, title, text, fallback))
        except (ValueError, OSError) as error:
            self._abandon_writer()
            raise self._translate(error) from error
        self.pending_change = number

    def remove(self, content_id: int, *, number: int) -> None:
        """Remove the passages of a content; effective after `commit`."""
        try:
            self._write()
            self._delete(content_id)
        except (ValueError, OSError) as error:
            self._abandon_writer()
            raise self._translate(error) from error
        self.pending_change = number

    def commit(self) -> None:
        """Make changes searchable and store their last number. Raises StorageFullError."""
        if self.pending_change <= self.last_change:
            return
        try:
            self._write().commit()
            seal.write(self.folder, self.pending_change, sealed=False)
            self._index.reload()
        except (ValueError, OSError) as error:
            self._abandon_writer()
            raise self._translate(error) from error
        self.last_change = self.pending_change

    def close(self) -> None:
        """Close the files. Uncommitted changes are applied again after the next opening."""
        if self._writer is not None:
            with suppress(ValueError, OSError):  # its files are gone
                self._writer.rollback()
            with suppress(ValueError, OSError):
                self._writer.wait_merging_threads()
            self._writer = None
        if self._links is not None:
            self._links.close()
        if self._writable and self.last_change and not self.is_damaged:
            with suppress(OSError):  # a full disk: the next closing seals it
                seal.write(self.folder, self.last_change, sealed=True)

    def passage_ids(self) -> npt.NDArray[np.int64]:
        """The ids of all indexed passages, unordered."""
        import tantivy

        searcher = self._index.searcher()
        hits = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs), count=False).hits
        return np.array(searcher.fast_field_values("passage", [address for _, address in hits]), np.int64)

    def search(
        self, text: str, limit: int, *, complete: bool = False, scope: Candidates | None = None
    ) -> list[tuple[int, float]]:
        """The best passages for a text as (passage id, BM25 score), best first, restricted to `scope`.

        With `complete`, a last word that no passage contains matches as a prefix.
        """
        queries = self.queries()
        query = queries.any_term(text, complete=complete)
        if query is None:
            return []
        return queries.top_hits(query, limit) if scope is None else queries.top_hits_in(query, limit, scope)

    def passages_with(self, text: str, *, exact: bool, prefix: bool = False) -> Ids:
        """All passages with a word in any of its forms, or, if `exact`, with these words as a phrase.

        With `prefix`, the last word of a phrase may be the beginning of one.
        """
        queries = self.queries()
        query = queries.phrase(text, prefix=prefix) if exact else queries.any_form(text)
        return np.zeros(0, np.int64) if query is None else queries.all_passages(query)

    def passages_in(self, language: str, *, stemmed: bool = False) -> Ids:
        """All passages whose text is recognised as of a language, such as "german", or as of none ("").

        `stemmed`: those that are stemmed in it, which is all that is known of passages that an older version indexed.
        """
        return self.queries().passages_in(language if stemmed else fields.RECOGNISED + language)

    def count(self, language: str | None = None) -> int:
        """How many passages there are, or are recognised as of a language; some that are gone since may count."""
        found = self._index.searcher()
        return int(found.num_docs if language is None else found.doc_freq("language", fields.RECOGNISED + language))

    def queries(self) -> LexicalQueries:
        """A query builder for the committed state of the index."""
        searcher = self._index.searcher()
        state = (self.last_change, searcher.num_docs, searcher.num_segments)
        known = self._known
        if known[0] != state or known[1].is_full:
            known = self._known = (state, KnownTerms())
        return LexicalQueries(self._index.schema, searcher, known[1])

    def query_terms(self, text: str, *, complete: bool = False) -> tuple[list[QueryTerm], list[str]]:
        """The terms of a query as `search` matches them, and the languages they are stemmed in."""
        queries = self.queries()
        return queries.terms(text, complete=complete), queries.languages(text)

    def idf_weight(self, text: str) -> float:
        """The sum of the idf of a text's terms: about the score of a passage that has each of them once.

        A term that no passage contains weighs most, so a query in another language scores low.
        """
        queries = self.queries()
        return queries.idf_weight(queries.terms(text))

    def _write(self) -> Any:
        if self._writer is None:
            if self.last_change:
                seal.write(self.folder, self.last_change, sealed=False)
            self._writer = self._index.writer(WRITER_HEAP_BYTES, 1)
        return self._writer

    def _delete(self, content_id: int) -> None:
        import tantivy

        # delete_documents_by_term silently finds nothing in an unsigned field (tantivy 0.27)
        query = tantivy.Query.term_query(self._index.schema, "content", content_id)
        self._writer.delete_documents_by_query(query)

    def _abandon_writer(self) -> None:
        """Discard a writer that failed; the next write continues from the last commit."""
        self._writer = None
        self.pending_change = self.last_change

    def _translate(self, error: Exception) -> FindlingError:
        if failures.is_disk_full(error, self.folder, WRITER_HEAP_BYTES):
            return StorageFullError("storage.full")
        self.is_damaged = True
        return LibraryUnusableError("storage.lexical_index_unusable", folder=self.folder)

    @staticmethod
    def is_damage(error: BaseException) -> bool:
        """Whether an error of a search says that the files are damaged."""
        return failures.is_damage(error)

    def note_damage(self, error: BaseException) -> LibraryUnusableError | None:
        """Mark the index as damaged if that is why a search failed, and return the error to raise; None otherwise."""
        if not self.is_damage(error):
            return None
        log.warning("lexical index %s is damaged: %s", self.folder.name, error)
        self.is_damaged = True
        return LibraryUnusableError("storage.lexical_index_damaged")
