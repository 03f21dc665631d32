"""Finds the files that have all words of a query, wherever their scores would place them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.search.query import Query
from core.store.candidates import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.lexical.analyzers import QueryTerm
from core.store.lexical.index import LexicalIndex
from core.store.lexical.query import LexicalQueries

MAX_TERMS = 12  # of a longer, pasted text no file has all
MAX_APART = 3  # terms that may stand apart in a file: a long text has more of them by chance
RARE_PASSAGES = 400  # with a term, beyond which it is not looked up whether their files have the others
MAX_LOOKED_UP = 100  # files
RARE_TERMS = 2  # terms at most, and files with them at most, which then come before files with their other forms
RARE_FILES = 10


@dataclass(frozen=True, slots=True)
class Containing:
    """What has all words of a query: `passages` have them together, `contents` anywhere; `rare` are the few contents
    that have one or two words exactly as they were typed.
    """

    passages: frozenset[int] = frozenset()
    contents: frozenset[int] = frozenset()
    rare: frozenset[int] = frozenset()


class ContainingFinder:
    """Finds them in one library. Not thread-safe."""

    def __init__(self, catalogue: Catalogue, index: LexicalIndex) -> None:
        self._catalogue, self._index = catalogue, index

    def find(self, query: Query, words: Mapping[int, float], depth: int, scope: Candidates | None) -> Containing:
        """At most `depth` passages with all words, and their files; of those with a single word all in `words`.

        `words` are the passages that the lexical retriever found, with their scores.
        """
        queries = self._index.queries()
        terms = queries.terms(query.words, complete=query.ends_in_prefix)
        if not 0 < len(terms) <= MAX_TERMS or not words:
            return Containing()
        if len(terms) == 1:
            together = self._catalogue.passages.contents_of(words)
        else:
            together = self._owners(queries, queries.all_terms(terms), depth, scope)
        contents = set(together.values())
        if 1 < len(terms) <= MAX_APART:
            contents |= self._apart(queries, terms, contents, scope)
        rare = self._rare(queries, terms, scope)
        contents |= rare
        if not rare and len(contents) <= RARE_FILES:
            rare = contents
        return Containing(frozenset(together), frozenset(contents), frozenset(rare))

    def with_scores(
        self, query: Query, words: Mapping[int, float], containing: Containing, depth: int
    ) -> dict[int, float]:
        """The passages of `words` and those that `containing` has besides, with their scores, best first."""
        known = set(self._catalogue.passages.contents_of(words).values())
        queries = self._index.queries()
        any_term = queries.any_term(query.words, complete=query.ends_in_prefix)
        missing = containing.contents - known
        if not missing or any_term is None:
            return dict(words)
        found = dict(words) | dict(queries.top_hits_of(any_term, depth, sorted(missing)))
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    def _apart(
        self, queries: LexicalQueries, terms: Sequence[QueryTerm], known: Collection[int], scope: Candidates | None
    ) -> set[int]:
        """The contents that have some terms in different passages, if one of these is rare."""
        rarest = queries.rarest(terms)
        having = self._owners(queries, queries.all_terms([rarest]), RARE_PASSAGES, scope)
        candidates = [content for content in dict.fromkeys(having.values()) if content not in known]
        others = [term for term in terms if term is not rarest]
        return {
            content for content in candidates[:MAX_LOOKED_UP] if all(queries.has_term(term, content) for term in others)
        }

    def _rare(self, queries: LexicalQueries, terms: Sequence[QueryTerm], scope: Candidates | None) -> set[int]:
        """The contents that have one or two terms as typed, where these are few.

        Other forms of a rare word may be everywhere: "casing" in one file, "case" in all.
        """
        if len(terms) > RARE_TERMS or any(term.match_mode != "forms" or not term.forms for term in terms):
            return set()
        having = [self._owners(queries, queries.exactly(term), RARE_PASSAGES, scope) for term in terms]
        rare = [set(of.values()) for of in having if len(of) < RARE_PASSAGES]
        common = [term for term, of in zip(terms, having, strict=True) if len(of) == RARE_PASSAGES]
        found = set.intersection(*rare) if rare else set[int]()
        if not 0 < len(found) <= MAX_LOOKED_UP:
            return set()
        found = {content for content in found if all(queries.has_term(term, content) for term in common)}
        return found if len(found) <= RARE_FILES else set()

    def _owners(
        self, queries: LexicalQueries, condition: object, limit: int, scope: Candidates | None
    ) -> dict[int, int]:
        """The contents of the best passages that match a tantivy query, best first."""
        if condition is None:
            return {}
        found = queries.top_hits(condition, limit) if scope is None else queries.top_hits_in(condition, limit, scope)
        owners = self._catalogue.passages.contents_of(number for number, _ in found)
        return {number: owners[number] for number, _ in found if number in owners}
