"""The word index (tantivy): derived from the catalogue, one document a passage, ranked by BM25."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from core.errors import FindlingError, LibraryUnusableError, StorageFullError
from core.store import analysis

HEAP = 48_000_000  # bytes that the writer may hold before it writes a segment
FULL = ("No space left", "quota exceeded")
TITLE_BOOST = 0.5
PREFIX_TERMS = 400  # looked at to complete the last word
COMPLETIONS = 12


class WordIndex:
    """The word index of one way of cutting. One thread writes, any may search.

    `reached` is the number of the catalogue's last change that is in it, to be taken up after a kill; `pending` of
    the last one that was added but not committed.
    """

    def __init__(self, folder: Path, *, writable: bool) -> None:
        self.folder = folder
        self._writable = writable
        self._writer: Any = None
        self.pending = 0
        self.reached = 0
        self._index = self._open()

    def _open(self) -> Any:
        import tantivy

        if not self._writable and not self.folder.exists():
            return tantivy.Index(_schema())  # never indexed: nothing to find
        try:
            return self._load()
        except (ValueError, OSError) as error:
            if not self._writable or _is_full(error, self.folder):
                raise self._worded(error) from error
            shutil.rmtree(self.folder, ignore_errors=True)  # derived: made again from the catalogue
        try:
            return self._load()
        except (ValueError, OSError) as error:
            raise self._worded(error) from error

    def _load(self) -> Any:
        import tantivy

        self.folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(_schema(), str(self.folder))
        self.reached = _reached(self.folder)
        index.register_tokenizer("findling", analysis.analyzer())
        return index

    def start_anew(self) -> None:
        """Let go of everything in it: the catalogue is another one than the one that it was made from."""
        self.close()
        shutil.rmtree(self.folder)
        self.pending = self.reached = 0
        self._index = self._open()

    def add(self, content_id: int, title: str, passages: Iterable[tuple[int, str]], *, number: int) -> None:
        """Put the passages (id, text) of a content in, in place of any older ones; visible after `commit`."""
        import tantivy

        with_title = analysis.spaced(title)
        try:
            writer = self._write()
            self._delete(content_id)
            for passage_id, text in passages:
                entry = tantivy.Document()
                entry.add_unsigned("passage", passage_id)
                entry.add_unsigned("content", content_id)
                entry.add_text("body", analysis.spaced(text))
                entry.add_text("title", with_title)
                writer.add_document(entry)
        except (ValueError, OSError) as error:
            self._give_up()
            raise self._worded(error) from error
        self.pending = number

    def remove(self, content_id: int, *, number: int) -> None:
        """Take the passages of a content out; visible after `commit`."""
        try:
            self._write()
            self._delete(content_id)
        except (ValueError, OSError) as error:
            self._give_up()
            raise self._worded(error) from error
        self.pending = number

    def commit(self) -> None:
        """Make what was added findable, and remember how far it goes; raises StorageFullError."""
        if self.pending <= self.reached:
            return
        try:
            self._write().commit()
            self._remember(self.pending)
            self._index.reload()
        except (ValueError, OSError) as error:
            self._give_up()
            raise self._worded(error) from error
        self.reached = self.pending

    def close(self) -> None:
        """Let go of the files; what was not committed is taken up again at the next opening."""
        if self._writer is not None:
            self._writer.rollback()
            self._writer.wait_merging_threads()
            self._writer = None

    def search(self, text: str, limit: int, *, complete: bool = False) -> list[tuple[int, float]]:
        """The best passages for the words of a text as (passage id, BM25 score), best first.

        With `complete`, a last word that is found nowhere stands for the words that begin with it.
        """
        query = self._query(analysis.terms(text), complete=complete)
        if query is None:
            return []
        searcher = self._index.searcher()
        hits = searcher.search(query, limit, count=False).hits
        ids = searcher.fast_field_values("passage", [address for _, address in hits])
        return [(int(number), float(score)) for (score, _), number in zip(hits, ids, strict=True)]

    def share(self, text: str, score: float) -> float:
        """How much of what a text asks for a passage of that score has, 0 to 1.

        One that has every term once and is of usual length scores the sum of their weights (BM25's idf); a term that
        is found nowhere weighs most. So a query in another language than the documents' has next to nothing.
        """
        searcher = self._index.searcher()
        total = searcher.num_docs
        found = (searcher.doc_freq("body", term) for term in dict.fromkeys(analysis.terms(text)))
        whole = sum(math.log1p((total - count + 0.5) / (count + 0.5)) for count in found if count <= total)
        return min(1.0, score / whole) if whole > 0 else 1.0

    def _query(self, terms: Sequence[str], *, complete: bool) -> Any:
        import tantivy

        parts = [self._term(term) for term in dict.fromkeys(terms)]
        if complete and terms and not self._index.searcher().doc_freq("body", terms[-1]):
            parts += [self._term(term) for term in self._completions(terms[-1])]
        if not parts:
            return None
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])

    def _term(self, term: str) -> Any:
        import tantivy

        body = tantivy.Query.term_query(self._index.schema, "body", term, "freq")
        title = tantivy.Query.term_query(self._index.schema, "title", term, "freq")
        both = [(tantivy.Occur.Should, body), (tantivy.Occur.Should, tantivy.Query.boost_query(title, TITLE_BOOST))]
        return tantivy.Query.boolean_query(both)

    def _completions(self, beginning: str) -> list[str]:
        if len(beginning) < 2:
            return []
        found = self._index.searcher().terms_with_prefix("body", beginning, limit=PREFIX_TERMS)
        return [term for term, _ in sorted(found, key=lambda pair: -pair[1])[:COMPLETIONS]]

    def _write(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(HEAP, 1)
        return self._writer

    def _delete(self, content_id: int) -> None:
        import tantivy

        # delete_documents_by_term silently finds nothing in an unsigned field (tantivy 0.27)
        query = tantivy.Query.term_query(self._index.schema, "content", content_id)
        self._writer.delete_documents_by_query(query)

    def _give_up(self) -> None:
        """A writer that failed is not to be trusted: the next write starts anew from what was committed."""
        self._writer = None
        self.pending = self.reached

    def _remember(self, number: int) -> None:
        temporary = self.folder / "reached.tmp"
        temporary.write_text(str(number), encoding="ascii")
        os.replace(temporary, self.folder / "reached.json")

    def _worded(self, error: Exception) -> FindlingError:
        if _is_full(error, self.folder):
            return StorageFullError(
                "The disk that holds the library is full.", "Free some space: indexing goes on by itself."
            )
        return LibraryUnusableError(
            f"The word index in {self.folder} cannot be used.", "Delete that folder: it is made again by itself."
        )


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", fast=True)
    builder.add_unsigned_field("content", indexed=True)
    builder.add_text_field("body", tokenizer_name="findling", index_option="freq")
    builder.add_text_field("title", tokenizer_name="findling", index_option="freq")
    return builder.build()


def _reached(folder: Path) -> int:
    """How far the index is; 0 without a note of it, so that everything is taken over again."""
    try:
        return int((folder / "reached.json").read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0


def _is_full(error: Exception, folder: Path) -> bool:
    """Whether an error means that there is no space; tantivy only says that a thread of its writer died."""
    said = str(error)
    if any(words in said for words in FULL):
        return True
    return "writer was killed" in said and shutil.disk_usage(folder).free < HEAP
