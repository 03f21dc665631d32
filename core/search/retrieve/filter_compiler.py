"""Compiles the filters, phrases and negations of a query to the set of candidate files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from core.search.query import Filter, Group, Node, Not, Or, Phrase, Query, Term
from core.search.retrieve.document_languages import DocumentLanguages
from core.search.retrieve.field_conditions import FieldConditions
from core.store.candidates import Candidates, PassageOwners
from core.store.catalogue import filters
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.filters import FileFilter, IdFilter
from core.store.catalogue.vectors_table import Ids
from core.store.index_set import Indexes
from core.store.lexical.analyzers import query_terms

MAX_REQUIRED_WORDS = 12
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
        self.languages = DocumentLanguages(index_set, self._owners)
        self._fields = FieldConditions(catalogue, index_set, self.languages)
        self._cache: dict[Key, Candidates] = {}

    def compile(self, query: Query) -> Candidates | None:
        """The candidate files; None if every file is one: without a filter, phrase or negation, and without a person.

        With a person who may not read everything, the candidates are always those that this person may read.
        """
        readable = self._catalogue.readable
        has_only_words = all(isinstance(part, Term) for part in query.parts)
        if has_only_words and readable is None:
            return None
        state = (self._catalogue.data_version, self._index_set.names.change_count, self._index_set.words.last_change)
        open_phrases = tuple(phrase.text for phrase in query.phrases if not phrase.closed)
        rights = None if readable is None else readable.state
        parts = () if has_only_words else query.parts
        key = (parts, open_phrases, date.today(), state, rights)  # noqa: DTZ011  relative dates are local
        if key not in self._cache:
            condition = None if has_only_words else self._required(Group(query.parts))
            if condition is None and readable is None:
                return None
            while len(self._cache) >= CACHED_SCOPES:
                del self._cache[next(iter(self._cache))]
            self._cache[key] = self._compile(condition or filters.AndFilter(()), query)
        return self._cache[key]

    def everything(self) -> Ids:
        """The ids of all files."""
        return self._catalogue.matching(filters.AndFilter(()))[0]

    def with_all_words(self, query: Query) -> Ids:
        """The ids of the files that pass the filters and have each word of a query, in any form, in text or name.

        Stop words are not required. None of a query without words, or with more than `MAX_REQUIRED_WORDS`: that one is
        a question.
        """
        terms, languages = self._index_set.words.query_terms(query.words)
        if not terms or len(terms) > MAX_REQUIRED_WORDS:
            return np.zeros(0, np.int64)
        found = {term.text for term in terms}
        parts = tuple(
            part
            for part in query.parts
            if not isinstance(part, Term) or any(one.text in found for one in query_terms(part.words, languages))
        )
        condition = self._condition(Group(parts))
        return np.zeros(0, np.int64) if condition is None else self._catalogue.matching(condition)[0]

    def candidates(self, files: Ids, scope: Candidates | None) -> Candidates:
        """These files as candidates; the phrase matches are those of `scope`."""
        listed, contents = self._catalogue.matching(IdFilter(frozenset(files.tolist())))
        matches = np.zeros(0, np.int64) if scope is None else scope.phrase_matches
        return Candidates(listed, contents, self._owners, matches)

    def effect(self, query: Query) -> FilterEffect | None:
        """The effect of a query's filters on the library; None if the query has no filter."""
        scope = self.compile(query)
        for_person = self._catalogue.readable is not None  # whose words are within a scope, too
        filtering = [part for part in query.parts if not for_person or self._required(part) is not None]
        if scope is None or not filtering:
            return None
        single = [(str(part), self.compile(Query(str(part), (part,)))) for part in filtering]
        by = tuple((text, len(scope.files)) for text, scope in single if scope is not None)
        return FilterEffect(self._catalogue.file_count(), len(scope.files), by)

    def _compile(self, condition: FileFilter, query: Query) -> Candidates:
        files, contents = self._catalogue.matching(condition)
        phrase_matches = [self._matching_passages(phrase) for phrase in query.phrases]
        passages = np.unique(np.concatenate(phrase_matches)) if phrase_matches else np.zeros(0, np.int64)
        return Candidates(files, contents, self._owners, passages)

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
                return None if field in {"sort", "group"} else self._fields.of(field, value)
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
        text = words.words if isinstance(words, Term) else words.text
        return IdFilter(self._index_set.names.with_words(text, prefix=prefix), frozenset(contents.tolist()))

    def _matching_passages(self, words: Term | Phrase) -> Ids:
        exact = isinstance(words, Phrase)
        return self._index_set.words.passages_with(
            words.words if isinstance(words, Term) else words.text,
            exact=exact,
            prefix=isinstance(words, Phrase) and not words.closed,
        )

    def _contents_of_passages(self, passages: Ids) -> Ids:
        return np.unique(self._owners.contents_of(passages))


def _all_of(parts: Iterable[FileFilter | None]) -> FileFilter | None:
    compiled = tuple(part for part in parts if part is not None)
    return filters.AndFilter(compiled) if compiled else None
