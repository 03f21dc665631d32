"""Query terms as tantivy queries."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from core.store.candidates import Candidates
from core.store.catalogue.vectors_table import Ids
from core.store.lexical import analyzers, wildcards
from core.store.lexical.alternatives import NO_ALTERNATIVES, AlternativeFinder
from core.store.lexical.analyzers import QueryTerm
from core.store.lexical.combine import boolean_query, boost_query
from core.store.lexical.language_detection import (
    LANGUAGES,
    UNSTEMMED_COMMON_WORDS,
    detect_language,
    languages_of_scripts,
)
from core.store.lexical.letters import UNSPACED, normalize
from core.store.lexical.phrase_query import PhraseQueries
from core.store.lexical.signs import words_with_sign
from core.store.lexical.term_query import TermQueries

PHRASE_BOOST = 0.5  # for the parts of a version number, address or identifier in order
LANGUAGE_SHARE = 200  # terms are stemmed in languages of at least 1 in 200 passages, and in the query's own
MIN_FUZZY_LETTERS = 4  # of a word, for one edit; twice as many for two edits
MAX_TERM_SET_CONTENTS = 2_000  # in a term-set query; for more, a deeper search that is filtered after is faster
DEPTH_FACTOR = 4
MAX_EXPANSIONS, MAX_TEXTS = 16, 64  # kept


@dataclass(frozen=True, slots=True)
class KnownTerms:
    """What one snapshot of the index says of terms, which each step of a search asks for.

    It is the words that wildcards stand for, and their number; and the terms of (text, whether its last is completed).
    """

    expansions: dict[str, tuple[list[str], int]] = field(default_factory=dict)
    terms: dict[tuple[str, bool], tuple[QueryTerm, ...]] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether it should be forgotten."""
        return len(self.expansions) > MAX_EXPANSIONS or len(self.terms) > MAX_TEXTS


class LexicalQueries:
    """Builds and runs tantivy queries on one snapshot of the index."""

    def __init__(self, schema: Any, searcher: Any, known: KnownTerms | None = None) -> None:
        """`known` are the terms that were looked up in this snapshot already."""
        self._known = KnownTerms() if known is None else known
        self._schema = schema
        self._searcher = searcher
        self._phrase_queries = PhraseQueries(schema, searcher)
        self._terms = TermQueries(schema, searcher, self._known.expansions)

    def terms(self, text: str, *, complete: bool = False) -> list[QueryTerm]:
        """The terms of a text with their alternatives, stemmed in its own language and those of the passages.

        With `complete`, a last term that no passage contains matches as a prefix, if any has it. Any other such term
        matches fuzzily.
        """
        asked = (text, complete)
        found = self._known.terms.get(asked)
        if found is None:
            found = self._known.terms[asked] = tuple(self._terms_in(text, complete=complete))
        return list(found)

    def _terms_in(self, text: str, *, complete: bool) -> list[QueryTerm]:
        words = self._known_terms(text)
        return [
            word if self._terms.doc_freq(word) else self._expanded(word, prefix=complete and number == len(words))
            for number, word in enumerate(words, start=1)
        ]

    def _known_terms(self, text: str) -> list[QueryTerm]:
        """The terms of a text with the alternatives that the index has."""
        languages = frozenset(self.languages(text))
        signed = [word for word in words_with_sign(normalize(text)) if self._searcher.doc_freq("variants", word)]
        words = analyzers.query_terms(text, languages, signed)
        known = {word.text for word in words if self._terms.doc_freq(word)}
        finder = AlternativeFinder(self._searcher, lambda word: analyzers.term_forms(word, languages), languages)
        plain, _ = wildcards.split(text)
        found = finder.find(plain, [word.text for word in words if word.forms], known)
        return [
            self._terms.expanded(word)
            if word.match_mode == "wildcard"
            else replace(word, alternatives=found.get(word.text, NO_ALTERNATIVES))
            for word in words
        ]

    def languages(self, text: str) -> list[str]:
        """The languages that a text's terms are stemmed in: its own, and those of many passages."""
        min_passages = max(1, self._searcher.num_docs // LANGUAGE_SHARE)
        own = {detect_language(text), *languages_of_scripts(text)}
        return [
            name
            for name in (*LANGUAGES, *UNSTEMMED_COMMON_WORDS)
            if name in own or self._searcher.doc_freq("language", name) >= min_passages
        ]

    def idf_weight(self, terms: Iterable[QueryTerm]) -> float:
        """The sum of the terms' idf: the BM25 score of a passage of average length with each term once."""
        return sum(self._terms.idf(self._terms.doc_freq(word)) for word in terms)

    def any_term(self, text: str, *, complete: bool = False) -> Any | None:
        """A query for passages with any term of a text; None if the text has no term."""
        parts = [query for word in self.terms(text, complete=complete) for query in self._terms.queries(word)]
        parts += [boost_query(phrase_query, PHRASE_BOOST) for phrase_query in self._phrase_queries.joined(text)]
        return boolean_query(any_of=parts) if parts else None

    def top_hits(self, query: Any, limit: int) -> list[tuple[int, float]]:
        """The best passages for a query as (passage id, score), best first."""
        hits = self._searcher.search(query, limit, count=False).hits
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return [(int(number), float(score)) for (score, _), number in zip(hits, ids, strict=True)]

    def top_hits_in(self, query: Any, limit: int, scope: Candidates) -> list[tuple[int, float]]:
        """As `top_hits`, restricted to a scope: few contents in the query, many by filtering a deeper search."""
        if len(scope.contents) <= MAX_TERM_SET_CONTENTS:
            return self.top_hits_of(query, limit, scope.contents.tolist())
        depth = limit
        while True:
            depth *= DEPTH_FACTOR
            found = self.top_hits(query, depth)
            allowed = scope.allowed(np.array([number for number, _ in found], np.int64)).tolist()
            kept = [hit for hit, is_allowed in zip(found, allowed, strict=True) if is_allowed]
            if len(kept) >= limit or len(found) < depth:
                return kept[:limit]

    def top_hits_of(self, query: Any, limit: int, contents: Sequence[int]) -> list[tuple[int, float]]:
        """As `top_hits`, restricted to the passages of some contents."""
        import tantivy

        inside = tantivy.Query.term_set_query(self._schema, "content", list(contents))
        return self.top_hits(boolean_query(all_of=[query, tantivy.Query.const_score_query(inside, 0.0)]), limit)

    def all_passages(self, query: Any) -> Ids:
        """The ids of all passages that match a query, unordered."""
        import tantivy

        every = max(1, self._searcher.num_docs)
        hits = self._searcher.search(tantivy.Query.const_score_query(query, 1.0), every, count=False).hits
        return np.array(self._searcher.fast_field_values("passage", [address for _, address in hits]), np.int64)

    def passages_in(self, language: str) -> Ids:
        """The ids of all passages with a value of the field `language`, unordered."""
        import tantivy

        if not self._searcher.doc_freq("language", language):
            return np.zeros(0, np.int64)
        return self.all_passages(tantivy.Query.term_query(self._schema, "language", language))

    def has_term(self, word: QueryTerm, content: int) -> bool:
        """Whether a content has a term, matched as in `any_term`, in any of its passages or in its title."""
        return self.meet([word], content)

    def meet(self, words: Sequence[QueryTerm], content: int) -> bool:
        """Whether one passage of a content, with its title, has each of some terms, matched as in `any_term`."""
        query = self.all_terms(words)
        if query is None:
            return False
        found = self._searcher.search(boolean_query(all_of=[query, self._inside(content)]), 1, count=False)
        return bool(found.hits)

    def chance_of_all(self, words: Iterable[QueryTerm], content: int) -> float:
        """The probability that a text as long as a content has each of some terms somewhere by chance.

        It is that of as many passages drawn at random; terms are taken as independent of each other.
        """
        passages = int(self._searcher.search(self._inside(content), 1, count=True).count)
        total = max(1, self._searcher.num_docs)
        shares = [min(1.0, self._terms.doc_freq(word) / total) for word in words]
        return math.prod(1 - math.pow(1 - share, passages) for share in shares)

    def all_terms(self, words: Sequence[QueryTerm]) -> Any | None:
        """A query for passages with each of some terms; None if there are none, or one that nothing can match."""
        forms = [self._terms.queries(word) for word in words]
        return boolean_query(all_of=[boolean_query(any_of=one) for one in forms]) if forms and all(forms) else None

    def rarest(self, words: Sequence[QueryTerm]) -> QueryTerm:
        """The one of some terms that the fewest passages have."""
        return min(words, key=self._terms.doc_freq)

    def exactly(self, word: QueryTerm) -> Any:
        """A query for passages with a term as it is written, not in its other forms."""
        return self._terms.exact(word.text)

    def has_option(self, option: str, words: Sequence[str], scope: Candidates | None = None) -> bool:
        """Whether a passage (in a scope) has the option of a command, with its minus, and each of some words."""
        if not self._searcher.doc_freq("variants", option):
            return False
        parts = [query for word in words if (query := self.any_form(word)) is not None]
        query = boolean_query(all_of=[self._terms.term("variants", option), *parts])
        return bool(self.top_hits(query, 1) if scope is None else self.top_hits_in(query, 1, scope))

    def any_form(self, text: str) -> Any | None:
        """A query for passages with a word in any of its forms; with several words, like `phrase`."""
        words = self._known_terms(text)
        if any(word.match_mode == "wildcard" for word in words):
            return self.all_terms(words)
        forms = self._terms.forms(words[0]) if len(words) == 1 and words[0].forms else []
        return boolean_query(any_of=forms) if forms else self.phrase(text)

    def phrase(self, text: str, *, prefix: bool = False) -> Any | None:
        """See `PhraseQueries.phrase`."""
        return self._phrase_queries.phrase(text, prefix=prefix)

    def _expanded(self, word: QueryTerm, *, prefix: bool) -> QueryTerm:
        """A term that no passage contains, as a prefix or fuzzy term; a wildcard as it is."""
        if word.match_mode == "wildcard":
            return word
        letters = len(word.text)
        if prefix and letters > 1 and word.forms and self._searcher.terms_with_prefix("exact", word.text, limit=1):
            return replace(word, match_mode="prefix")
        if letters < MIN_FUZZY_LETTERS or not word.text.isalpha() or UNSPACED.search(word.text):
            return word
        if self._terms.has_spelling(word):
            return word
        return replace(word, match_mode="fuzzy", max_edits=2 if letters >= 2 * MIN_FUZZY_LETTERS else 1)

    def _inside(self, content: int) -> Any:
        import tantivy

        return tantivy.Query.term_query(self._schema, "content", content)
