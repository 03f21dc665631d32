"""The word index (tantivy): derived from the catalogue, one document a passage, ranked by BM25."""

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

WRITER_HEAP_BYTES = 48_000_000  # bytes that the writer may hold before it writes a segment
TANTIVY_FULL = ("No space left", "quota exceeded")
PANIC_CLASS_NAME = "PanicException"  # what tantivy raises where its files make no sense; no subclass of Exception
log = logging.getLogger(__name__)


class LexicalIndex:
    """The word index of one way of cutting. One thread writes, any may search.

    `reached` is the number of the catalogue's last change that is in it, to be taken up after a kill; `pending` of
    the last one that was added but not committed.
    """

    def __init__(self, folder: Path, *, writable: bool) -> None:
        self.folder = folder
        self._writable = writable
        self._writer: Any = None
        self.pending_change = 0
        self.last_change = 0
        self.is_damaged = False  # found out while it was used: to be started anew
        self._index = self._open()

    def _open(self) -> Any:
        import tantivy

        if not self._writable and not self.folder.exists():
            return tantivy.Index(_schema())  # never indexed: nothing to find
        try:
            return self._load()
        except (ValueError, OSError) as error:
            if not self._writable or _is_disk_full(error, self.folder):
                raise self._translate(error) from error
            shutil.rmtree(self.folder, ignore_errors=True)  # derived: made again from the catalogue
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
        """Let go of everything in it: it is damaged, or was made from another catalogue."""
        if self.is_damaged:
            self._writer = None  # it could not even be rolled back
        self.close()
        shutil.rmtree(self.folder)
        self.is_damaged = False
        self.pending_change = self.last_change = 0
        self._index = self._open()

    def add(self, content_id: int, title: str, passages: Iterable[tuple[int, str]], *, number: int) -> None:
        """Put the passages (id, text) of a content in, in place of any older ones; visible after `commit`."""
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
        """Take the passages of a content out; visible after `commit`."""
        try:
            self._write()
            self._delete(content_id)
        except (ValueError, OSError) as error:
            self._abandon_writer()
            raise self._translate(error) from error
        self.pending_change = number

    def commit(self) -> None:
        """Make what was added findable, and remember how far it goes; raises StorageFullError."""
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
        """Let go of the files; what was not committed is taken up again at the next opening."""
        if self._writer is not None:
            self._writer.rollback()
            self._writer.wait_merging_threads()
            self._writer = None

    def passage_ids(self) -> npt.NDArray[np.int64]:
        """The ids of all passages in it, in no order."""
        import tantivy

        searcher = self._index.searcher()
        hits = searcher.search(tantivy.Query.all_query(), max(1, searcher.num_docs), count=False).hits
        return np.array(searcher.fast_field_values("passage", [address for _, address in hits]), np.int64)

    def search(
        self, text: str, limit: int, *, complete: bool = False, scope: Candidates | None = None
    ) -> list[tuple[int, float]]:
        """The best passages for the words of a text as (passage id, BM25 score), best first; only of a scope.

        With `complete`, a last word that is found nowhere stands for the words that begin with it.
        """
        queries = self.queries()
        query = queries.any_term(text, complete=complete)
        if query is None:
            return []
        return queries.top_hits(query, limit) if scope is None else queries.top_hits_in(query, limit, scope)

    def passages_with(self, text: str, *, exact: bool, prefix: bool = False) -> Ids:
        """All passages with a word in any of its forms, or with just these words one after the other.

        Of the last of these, only the beginning is asked for if it is only `prefix`.
        """
        queries = self.queries()
        query = queries.phrase(text, prefix=prefix) if exact else queries.any_form(text)
        return np.zeros(0, np.int64) if query is None else queries.all_passages(query)

    def queries(self) -> LexicalQueries:
        """What makes and answers queries of all kinds, for what can be found at this moment."""
        return LexicalQueries(self._index.schema, self._index.searcher())

    def query_terms(self, text: str, *, complete: bool = False) -> tuple[list[QueryTerm], list[str]]:
        """The words of a query as `search` looks for them, and the languages that they are stemmed in."""
        queries = self.queries()
        return queries.terms(text, complete=complete), queries.languages(text)

    def idf_weight(self, text: str) -> float:
        """The sum of the idf of a text's words: about the score of a passage that has each of them once.

        A word that is found nowhere weighs most, so that passages have little of a query in another language.
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
        """A writer that failed is not to be trusted: the next write starts anew from what was committed."""
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
        """An error of a search in words if it tells of damage, which is remembered; None if it is another one."""
        if type(error).__name__ != PANIC_CLASS_NAME and not (isinstance(error, ValueError) and "orrupt" in str(error)):
            return None
        log.warning("the word index %s turned out to be damaged: %s", self.folder.name, error)
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
    """A passage: its words as they are, and stemmed in its language, which is `fallback` if it cannot be told."""
    import tantivy

    language = detect_language(text, fallback)
    entry = tantivy.Document()
    entry.add_unsigned("passage", passage_id)
    entry.add_unsigned("content", content_id)
    entry.add_pre_tokenized_text("body", analyzers.tokenize(analyzers.to_bigrams(text), language))
    entry.add_pre_tokenized_text("title", analyzers.tokenize(analyzers.to_bigrams(title), language))
    entry.add_pre_tokenized_text("exact", analyzers.tokenize(analyzers.to_characters(text)))
    entry.add_text("language", language)
    return entry


def _read_last_change(folder: Path) -> int:
    """How far the index is; 0 without a note of it, so that everything is taken over again."""
    try:
        number, form = map(int, (folder / "reached.json").read_text(encoding="ascii").split())
    except FileNotFoundError:
        return 0
    if form != analyzers.ANALYSIS_VERSION:
        raise ValueError(f"its terms are of form {form}")
    return number


def _is_disk_full(error: Exception, folder: Path) -> bool:
    """Whether an error means that there is no space; tantivy only says that a thread of its writer died."""
    said = str(error)
    if any(words in said for words in TANTIVY_FULL):
        return True
    return "writer was killed" in said and shutil.disk_usage(folder).free < WRITER_HEAP_BYTES
