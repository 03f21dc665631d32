"""From a query's conditions to the files that fulfil them, before any lane is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np

from core.document import Kind
from core.extract import unread_extensions
from core.search.query import Filter, Group, Node, Not, Or, Phrase, Query, Term
from core.search.query.dates import parse_dates
from core.search.query.fields import parse_extensions, parse_kinds, typed_path
from core.search.query.sizes import parse_sizes
from core.store.candidate_mask import Candidates, PassageOwners
from core.store.catalogue import filters
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.filters import (
    SQLITE_MAX_INTEGER,
    ExtensionFilter,
    FileFilter,
    IdFilter,
    KindFilter,
    MetadataFilter,
    PathFilter,
    RangeFilter,
)
from core.store.catalogue.vectors_table import Ids
from core.store.index_set import Indexes
from core.store.lexical.analyzers import fold

SECOND = 1_000_000_000
KEPT = 8  # scopes of the last queries, as the next one often differs by a word only

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class FilterEffect:
    """What the conditions of a query leave of the library's files: each by itself, and all of them together."""

    files: int
    left: int
    by: tuple[tuple[str, int], ...]


def needs_no_word(node: Node) -> bool:
    """Whether a document can be what is asked for without saying anything that is looked for."""
    match node:
        case Term() | Phrase():
            return False
        case Filter() | Not():
            return True
        case Group(parts):
            return all(map(needs_no_word, parts))
        case Or(parts):
            return any(map(needs_no_word, parts))


class FilterCompiler:
    """Tells what a query is confined to, and remembers it until something changes."""

    def __init__(self, catalogue: Catalogue, index_set: Indexes) -> None:
        self._catalogue, self._index_set = catalogue, index_set
        self._owners = PassageOwners(catalogue.passages)
        self._known: dict[Key, Candidates] = {}

    def of(self, query: Query) -> Candidates | None:
        """The files that may be found; None if the query sets no condition."""
        if all(isinstance(part, Term) for part in query.parts):
            return None
        state = (self._catalogue.data_version, self._index_set.names.change_count, self._index_set.words.last_change)
        going_on = tuple(phrase.text for phrase in query.phrases if not phrase.closed)
        key = (query.parts, going_on, date.today(), state)  # noqa: DTZ011  dates in words are the person's own
        if key not in self._known:
            condition = self._demanded(Group(query.parts))
            if condition is None:
                return None
            while len(self._known) >= KEPT:
                del self._known[next(iter(self._known))]
            self._known[key] = self._made(condition, query)
        return self._known[key]

    def narrowing(self, query: Query, files: int) -> FilterEffect | None:
        """What a query is confined to, of so many files; None if it sets no condition."""
        together = self.of(query)
        if together is None:
            return None
        alone = [(str(part), self.of(Query(str(part), (part,)))) for part in query.parts]
        by = tuple((text, len(scope.files)) for text, scope in alone if scope is not None)
        return FilterEffect(files, len(together.files), by)

    def _made(self, condition: FileFilter, query: Query) -> Candidates:
        files, contents = self._catalogue.matching(condition)
        quoted = [self._passages(phrase) for phrase in query.phrases]
        passages = np.unique(np.concatenate(quoted)) if quoted else np.zeros(0, np.int64)
        return Candidates(files, contents, self._owners.mask(contents), passages)

    def _demanded(self, node: Node) -> FileFilter | None:
        """What a document must be like for a part of the query; None if the part only says what is looked for."""
        match node:
            case Phrase(_, reach):
                return None if reach == "meaning" else self._strictly(node)
            case Filter() | Not():
                return self._strictly(node)
            case Group(parts):
                return _all(self._demanded(part) for part in parts)
            case Or(parts):
                return self._strictly(node) if any(map(self._demanded, parts)) else None
            case Term():
                return None

    def _strictly(self, node: Node) -> FileFilter | None:
        """The same where a word must be there, too; None if no document can be asked that."""
        match node:
            case Term(_, reach) | Phrase(_, reach):
                return None if reach == "meaning" else self._holding(node)
            case Filter(field, value):
                return self._filtered(field, value)
            case Not(part):
                inner = self._strictly(part)
                return None if inner is None else filters.NotFilter(inner)
            case Group(parts):
                return _all(self._strictly(part) for part in parts)
            case Or(parts):
                made = [self._strictly(part) for part in parts]
                known = tuple(one for one in made if one is not None)
                return filters.OrFilter(known) if len(known) == len(made) else None

    def _holding(self, said: Term | Phrase) -> FileFilter:
        """Documents with a word (in any form) or a phrase in their text, or in the file's name."""
        begun = isinstance(said, Phrase) and not said.closed
        contents = self._contents(self._passages(said))
        return IdFilter(self._index_set.names.with_words(said.text, prefix=begun), frozenset(contents.tolist()))

    def _passages(self, said: Term | Phrase) -> Ids:
        exactly = isinstance(said, Phrase)
        return self._index_set.words.passages_with(
            said.text, exact=exactly, prefix=isinstance(said, Phrase) and not said.closed
        )

    def _contents(self, passages: Ids) -> Ids:
        return np.unique(self._owners.contents_of(passages))

    def _filtered(self, field: str, value: str) -> FileFilter:
        names = self._index_set.names
        match field:
            case "type":
                return _of_kind(parse_kinds(value) or frozenset())
            case "ext":
                return ExtensionFilter(parse_extensions(value) or frozenset())
            case "size":
                first, last = parse_sizes(value) or (0, -1)
                return RangeFilter("size", first, last)
            case "date" | "before" | "after":
                return _changed(field, value)
            case "author" | "title":
                return MetadataFilter(field, fold(value))
            case "in":
                return _below(value) if value[0] in "/~" else IdFilter(names.in_folder(value))
            case "like":
                return self._other_than(value)
            case "path":
                return IdFilter(names.matching_path(value))
            case _:
                return IdFilter(names.matching_name(value))

    def _other_than(self, value: str) -> FileFilter:
        """Not a document itself, nor a copy of it."""
        itself = _below(value)
        content = self._catalogue.content_of(itself.path)
        copies = IdFilter(contents=frozenset(() if content is None else (content,)))
        return filters.NotFilter(filters.OrFilter((itself, copies)))


def _all(parts: Iterable[FileFilter | None]) -> FileFilter | None:
    known = tuple(part for part in parts if part is not None)
    return filters.AndFilter(known) if known else None


def _of_kind(asked: frozenset[Kind]) -> FileFilter:
    """Files of some kinds. A library of an older version calls all files that nothing reads "other"."""
    unread = unread_extensions()
    endings = frozenset(ending for kind in asked for ending in unread.get(kind, ()))
    others = frozenset(ending for kind, some in unread.items() if kind not in asked for ending in some)
    if "other" in asked:
        return filters.AndFilter((KindFilter(frozenset(asked)), filters.NotFilter(_unread(others))))
    return (
        filters.OrFilter((KindFilter(frozenset(asked)), _unread(endings))) if endings else KindFilter(frozenset(asked))
    )


def _unread(endings: frozenset[str]) -> FileFilter:
    return filters.AndFilter((KindFilter(frozenset({"other"})), ExtensionFilter(endings)))


def _below(value: str) -> PathFilter:
    return PathFilter(typed_path(value))


def _changed(field: str, value: str) -> FileFilter:
    span = parse_dates(field, value)
    first = _nanoseconds(span.start) if span and span.start else -SQLITE_MAX_INTEGER
    last = _nanoseconds(span.stop) - 1 if span and span.stop else SQLITE_MAX_INTEGER
    return RangeFilter("mtime_ns", first, last)


def _nanoseconds(day: date) -> int:
    """When a day begins here, in ns since 1970."""
    return int(datetime.combine(day, time.min).astimezone().timestamp()) * SECOND
