"""The lexical index (tantivy): derived from the catalogue, one document per passage, ranked by BM25."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import FindlingError, LibraryUnusableError, StorageFullError
from core.store.candidate_mask import Candidates
from core.store.catalogue.vectors_table import Ids
from core.store.lexical import analyzers
from core.store.lexical.analyzers import QueryTerm
from core.store.lexical.language_detection import detect_language
from core.store.lexical.query import LexicalQueries

WRITER_HEAP_BYTES = 48_000_000  # of the writer, before it writes a segment
TANTIVY_FULL = ("No space left", "quota exceeded")
PANIC_CLASS_NAME = "PanicException"  # raised by tantivy on corrupt files; derived from BaseException
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
        self.pending_change = 0
        self.last_change = 0
        self.is_damaged = False  # set when a search or write fails; the indexer then resets the index
        self._index = self._open()

    def _open(self) -> Any:
        import tantivy

        if not self._writable and not self.folder.exists():
            return tantivy.Index(_schema())  # never indexed: an empty index in memory
        try:
            return self._load()
        except (ValueError, OSError) as error:
            if not self._writable or _is_disk_full(error, self.folder):
                raise self._translate(error) from error
            shutil.rmtree(self.folder, ignore_errors=True)  # rebuilt from the catalogue
        try:
            return self._load()
        except (ValueError, OSError) as error:
            raise self._translate(error) from error

    def _load(self) -> Any:
        import tantivy

        self.folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(_schema(), str(self.folder))
        self.last_change = _read_last_change(self.folder)
        index.register_tokenizer("exact", analyzers.analyzer())
        return index

    def reset(self) -> None:
        """Delete all entries: the index is damaged, or belongs to another catalogue."""
        if self.is_damaged:
            self._writer = None  # a damaged index cannot be rolled back
        self.close()
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
                writer.add_document(_document(passage_id, content_id, title, text, fallback))
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
            self._write_last_change(self.pending_change)
            self._index.reload()
        except (ValueError, OSError) as error:
            self._abandon_writer()
            raise self._translate(error) from error
        self.last_change = self.pending_change

    def close(self) -> None:
        """Close the files. Uncommitted changes are applied again after the next opening."""
        if self._writer is not None:
            self._writer.rollback()
            self._writer.wait_merging_threads()
            self._writer = None

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

    def queries(self) -> LexicalQueries:
        """A query builder for the committed state of the index."""
        return LexicalQueries(self._index.schema, self._index.searcher())

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

    def _write_last_change(self, number: int) -> None:
        temporary = self.folder / "reached.tmp"
        temporary.write_text(f"{number} {analyzers.ANALYSIS_VERSION}", encoding="ascii")
        os.replace(temporary, self.folder / "reached.json")

    def _translate(self, error: Exception) -> FindlingError:
        if _is_disk_full(error, self.folder):
            return StorageFullError("storage.full")
        self.is_damaged = True
        return LibraryUnusableError("storage.lexical_index_unusable", folder=self.folder)

    def note_damage(self, error: BaseException) -> LibraryUnusableError | None:
        """Mark the index as damaged if that is why a search failed, and return the error to raise; None otherwise."""
        if type(error).__name__ != PANIC_CLASS_NAME and not (isinstance(error, ValueError) and "orrupt" in str(error)):
            return None
        log.warning("lexical index %s is damaged: %s", self.folder.name, error)
        self.is_damaged = True
        return LibraryUnusableError("storage.lexical_index_damaged")


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", fast=True)
    builder.add_unsigned_field("content", indexed=True)
    builder.add_text_field("body", tokenizer_name="exact", index_option="freq")
    builder.add_text_field("title", tokenizer_name="exact", index_option="freq")
    builder.add_text_field("exact", tokenizer_name="exact", index_option="position")
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    return builder.build()


def _document(passage_id: int, content_id: int, title: str, text: str, fallback: str) -> Any:
    """The tantivy document of a passage, stemmed in its language, or in `fallback` if that is not recognized."""
    import tantivy

    language = detect_language(text, fallback)
    document = tantivy.Document()
    document.add_unsigned("passage", passage_id)
    document.add_unsigned("content", content_id)
    document.add_pre_tokenized_text("body", analyzers.tokenize(analyzers.to_bigrams(text), language))
    document.add_pre_tokenized_text("title", analyzers.tokenize(analyzers.to_bigrams(title), language))
    document.add_pre_tokenized_text("exact", analyzers.tokenize(analyzers.to_characters(text)))
    document.add_text("language", language)
    return document


def _read_last_change(folder: Path) -> int:
    """The last committed change; 0 if it is not stored, so that everything is applied again."""
    try:
        number, form = map(int, (folder / "reached.json").read_text(encoding="ascii").split())
    except FileNotFoundError:
        return 0
    if form != analyzers.ANALYSIS_VERSION:
        raise ValueError(f"its terms are of form {form}")
    return number


def _is_disk_full(error: Exception, folder: Path) -> bool:
    """Whether an error means a full disk; then tantivy may only report that its writer was killed."""
    text = str(error)
    if any(words in text for words in TANTIVY_FULL):
        return True
    return "writer was killed" in text and shutil.disk_usage(folder).free < WRITER_HEAP_BYTES
