"""Compiles the filters, phrases and negations of a query to the set of candidate files."""

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

NANOSECONDS = 1_000_000_000
CACHED_SCOPES = 8  # of the last queries: the next one often differs only in a word

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class FilterEffect:
    """How many of the library's `files` match each filter alone (`by`: filter, count), and all filters (`left`)."""

    files: int
    left: int
    by: tuple[tuple[str, int], ...]


def matches_without_words(node: Node) -> bool:
    """Whether a document can match a node without having any of its words."""
    match node:
        case Term() | Phrase():
            return False
        case Filter() | Not():
            return True
        case Group(parts):
            return all(map(matches_without_words, parts))
        case Or(parts):
            return any(map(matches_without_words, parts))


class FilterCompiler:
    """Compiles queries to candidates, and caches them until the library changes."""

    def __init__(self, catalogue: Catalogue, index_set: Indexes) -> None:
        self._catalogue, self._index_set = catalogue, index_set
        self._owners = PassageOwners(catalogue.passages)
        self._cache: dict[Key, Candidates] = {}

    def compile(self, query: Query) -> Candidates | None:
        """The candidate files; None if the query has no filter, phrase or negation."""
        if all(isinstance(part, Term) for part in query.parts):
            return None
        state = (self._catalogue.data_version, self._index_set.names.change_count, self._index_set.words.last_change)
        open_phrases = tuple(phrase.text for phrase in query.phrases if not phrase.closed)
        key = (query.parts, open_phrases, date.today(), state)  # noqa: DTZ011  relative dates are local
        if key not in self._cache:
            condition = self._required(Group(query.parts))
            if condition is None:
                return None
            while len(self._cache) >= CACHED_SCOPES:
                del self._cache[next(iter(self._cache))]
            self._cache[key] = self._compile(condition, query)
        return self._cache[key]

    def effect(self, query: Query, files: int) -> FilterEffect | None:
        """The effect of a query's filters on a library of `files` files; None if the query has no filter."""
        scope = self.compile(query)
        if scope is None:
            return None
        single = [(str(part), self.compile(Query(str(part), (part,)))) for part in query.parts]
        by = tuple((text, len(scope.files)) for text, scope in single if scope is not None)
        return FilterEffect(files, len(scope.files), by)

    def _compile(self, condition: FileFilter, query: Query) -> Candidates:
        files, contents = self._catalogue.matching(condition)
        phrase_matches = [self._matching_passages(phrase) for phrase in query.phrases]
        passages = np.unique(np.concatenate(phrase_matches)) if phrase_matches else np.zeros(0, np.int64)
        return Candidates(files, contents, self._owners.mask(contents), passages)

    def _required(self, node: Node) -> FileFilter | None:
        """The condition that a part of a query sets on documents; None if it only has words to rank by."""
        match node:
            case Phrase(_, reach):
                return None if reach == "meaning" else self._condition(node)
            case Filter() | Not():
                return self._condition(node)
            case Group(parts):
                return _all_of(self._required(part) for part in parts)
            case Or(parts):
                return self._condition(node) if any(map(self._required, parts)) else None
            case Term():
                return None

    def _condition(self, node: Node) -> FileFilter | None:
        """The condition of a part whose words are required; None for semantic words, which have no exact match."""
        match node:
            case Term(_, reach) | Phrase(_, reach):
                return None if reach == "meaning" else self._containing(node)
            case Filter(field, value):
                return self._field_filter(field, value)
            case Not(part):
                inner = self._condition(part)
                return None if inner is None else filters.NotFilter(inner)
            case Group(parts):
                return _all_of(self._condition(part) for part in parts)
            case Or(parts):
                conditions = [self._condition(part) for part in parts]
                compiled = tuple(condition for condition in conditions if condition is not None)
                return filters.OrFilter(compiled) if len(compiled) == len(conditions) else None

    def _containing(self, words: Term | Phrase) -> FileFilter:
        """Documents with a word (in any form) or a phrase in their text or file name."""
        prefix = isinstance(words, Phrase) and not words.closed
        contents = self._contents_of_passages(self._matching_passages(words))
        return IdFilter(self._index_set.names.with_words(words.text, prefix=prefix), frozenset(contents.tolist()))

    def _matching_passages(self, words: Term | Phrase) -> Ids:
        exact = isinstance(words, Phrase)
        return self._index_set.words.passages_with(
            words.text, exact=exact, prefix=isinstance(words, Phrase) and not words.closed
        )

    def _contents_of_passages(self, passages: Ids) -> Ids:
        return np.unique(self._owners.contents_of(passages))

    def _field_filter(self, field: str, value: str) -> FileFilter:
        names = self._index_set.names
        match field:
            case "type":
                return _kind_filter(parse_kinds(value) or frozenset())
            case "ext":
                return ExtensionFilter(parse_extensions(value) or frozenset())
            case "size":
                first, last = parse_sizes(value) or (0, -1)
                return RangeFilter("size", first, last)
            case "date" | "before" | "after":
                return _date_filter(field, value)
            case "author" | "title":
                return MetadataFilter(field, fold(value))
            case "in":
                return _path_filter(value) if value[0] in "/~" else IdFilter(names.in_folder(value))
            case "like":
                return self._excluding_document(value)
            case "path":
                return IdFilter(names.matching_path(value))
            case _:
                return IdFilter(names.matching_name(value))

    def _excluding_document(self, value: str) -> FileFilter:
        """All documents except the one at a path, and its copies."""
        itself = _path_filter(value)
        content = self._catalogue.content_of(itself.path)
        copies = IdFilter(contents=frozenset(() if content is None else (content,)))
        return filters.NotFilter(filters.OrFilter((itself, copies)))


def _all_of(parts: Iterable[FileFilter | None]) -> FileFilter | None:
    compiled = tuple(part for part in parts if part is not None)
    return filters.AndFilter(compiled) if compiled else None


def _kind_filter(kinds: frozenset[Kind]) -> FileFilter:
    """Files of some kinds; libraries of older versions store all unread files as "other"."""
    unread = unread_extensions()
    endings = frozenset(ending for kind in kinds for ending in unread.get(kind, ()))
    others = frozenset(ending for kind, some in unread.items() if kind not in kinds for ending in some)
    if "other" in kinds:
        return filters.AndFilter((KindFilter(frozenset(kinds)), filters.NotFilter(_unread_kind_filter(others))))
    return (
        filters.OrFilter((KindFilter(frozenset(kinds)), _unread_kind_filter(endings)))
        if endings
        else KindFilter(frozenset(kinds))
    )


def _unread_kind_filter(endings: frozenset[str]) -> FileFilter:
    return filters.AndFilter((KindFilter(frozenset({"other"})), ExtensionFilter(endings)))


def _path_filter(value: str) -> PathFilter:
    return PathFilter(typed_path(value))


def _date_filter(field: str, value: str) -> FileFilter:
    span = parse_dates(field, value)
    first = _nanoseconds(span.start) if span and span.start else -SQLITE_MAX_INTEGER
    last = _nanoseconds(span.stop) - 1 if span and span.stop else SQLITE_MAX_INTEGER
    return RangeFilter("mtime_ns", first, last)


def _nanoseconds(day: date) -> int:
    """The start of a day in local time, in ns since 1970."""
    return int(datetime.combine(day, time.min).astimezone().timestamp()) * NANOSECONDS
