"""Query terms as tantivy queries."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from core.store.candidate_mask import Candidates
from core.store.catalogue.vectors_table import Ids
from core.store.lexical import analyzers
from core.store.lexical.analyzers import QueryTerm
from core.store.lexical.language_detection import LANGUAGES, detect_language

TITLE_BOOST = 0.2
PHRASE_BOOST = 0.5  # for the parts of a version number, address or identifier in order
LANGUAGE_SHARE = 200  # terms are stemmed in languages of at least 1 in 200 passages, and in the query's own
PREFIX_TERMS = 400  # candidates to complete the last word
COMPLETIONS = 12
MIN_FUZZY_LETTERS = 4  # of a word, for one edit; twice as many for two edits
FUZZY_BOOST = 3.0  # constant score of a fuzzy match: about that of a word in every twentieth passage
MAX_TERM_SET_CONTENTS = 2_000  # in a term-set query; for more, a deeper search that is filtered after is faster
DEPTH_FACTOR = 4
NON_SPACE = re.compile(r"\S+")
# Not words with a hyphen or an apostrophe: as phrases they cost a hundredth of nDCG@10 on abstracts.
JOINED_WORDS = re.compile(r"[^\W_][._@/\\:#+&]+[^\W_]|_|\d[-–]\d")


class LexicalQueries:
    """Builds and runs tantivy queries on one snapshot of the index."""

    def __init__(self, schema: Any, searcher: Any) -> None:
        self._schema = schema
        self._searcher = searcher

    def terms(self, text: str, *, complete: bool = False) -> list[QueryTerm]:
        """The terms of a text, stemmed in its own language and those of the passages.

        With `complete`, a last term that no passage contains matches as a prefix. Any other such term matches fuzzily.
        """
        words = analyzers.query_terms(text, self.languages(text))
        return [
            word if self._doc_freq(word) else self._expanded(word, prefix=complete and number == len(words))
            for number, word in enumerate(words, start=1)
        ]

    def languages(self, text: str) -> list[str]:
        """The languages that a text's terms are stemmed in: its own, and those of many passages."""
        min_passages = max(1, self._searcher.num_docs // LANGUAGE_SHARE)
        own_language = detect_language(text)
        return [
            name
            for name in LANGUAGES
            if name == own_language or self._searcher.doc_freq("language", name) >= min_passages
        ]

    def idf_weight(self, terms: Iterable[QueryTerm]) -> float:
        """The sum of the terms' idf: the BM25 score of a passage of average length with each term once."""
        return sum(self._idf(self._doc_freq(word)) for word in terms)

    def any_term(self, text: str, *, complete: bool = False) -> Any | None:
        """A query for passages with any term of a text; None if the text has no term."""
        parts = [query for word in self.terms(text, complete=complete) for query in self._term_queries(word)]
        parts += [boost_query(phrase_query, PHRASE_BOOST) for phrase_query in self._joined_phrases(text)]
        return boolean_query(any_of=parts) if parts else None

    def top_hits(self, query: Any, limit: int) -> list[tuple[int, float]]:
        """The best passages for a query as (passage id, score), best first."""
        hits = self._searcher.search(query, limit, count=False).hits
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return [(int(number), float(score)) for (score, _), number in zip(hits, ids, strict=True)]

    def top_hits_in(self, query: Any, limit: int, scope: Candidates) -> list[tuple[int, float]]:
        """As `top_hits`, restricted to a scope: few contents in the query, many by filtering a deeper search."""
        import tantivy

        if len(scope.contents) <= MAX_TERM_SET_CONTENTS:
            inside = tantivy.Query.term_set_query(self._schema, "content", scope.contents.tolist())
            return self.top_hits(boolean_query(all_of=[query, tantivy.Query.const_score_query(inside, 0.0)]), limit)
        depth = limit
        while True:
            depth *= DEPTH_FACTOR
            found = self.top_hits(query, depth)
            kept = [hit for hit in found if scope.allows(hit[0])]
            if len(kept) >= limit or len(found) < depth:
                return kept[:limit]

    def all_passages(self, query: Any) -> Ids:
        """The ids of all passages that match a query, unordered."""
        import tantivy

        every = max(1, self._searcher.num_docs)
        hits = self._searcher.search(tantivy.Query.const_score_query(query, 1.0), every, count=False).hits
        return np.array(self._searcher.fast_field_values("passage", [address for _, address in hits]), np.int64)

    def any_form(self, text: str) -> Any | None:
        """A query for passages with a word in any of its forms; with several words, like `phrase`."""
        words = analyzers.query_terms(text, self.languages(text))
        forms = self._form_queries(words[0]) if len(words) == 1 and words[0].forms else []
        return boolean_query(any_of=forms) if forms else self.phrase(text)

    def phrase(self, text: str, *, prefix: bool = False) -> Any | None:
        """A query for passages with these words as a phrase, in any script; None if the text has no word.

        With `prefix`, the last word may be the beginning of one.
        """
        import tantivy

        words: list[Any] = list(analyzers.exact_terms(text))
        if len(words) < 2:
            return self._single_term(words[0], prefix=prefix) if words else None
        build = tantivy.Query.phrase_prefix_query if prefix else tantivy.Query.phrase_query
        return build(self._schema, "exact", words)

    def _single_term(self, word: str, *, prefix: bool) -> Any:
        found = self._searcher.terms_with_prefix("exact", word, limit=PREFIX_TERMS) if prefix else []
        return boolean_query(any_of=[self._exact_term(term) for term, _ in found]) if found else self._exact_term(word)

    def _doc_freq(self, word: QueryTerm) -> int:
        """The approximate number of passages with a term in one of its forms."""
        if not word.forms:
            return int(self._searcher.doc_freq("exact", word.text))
        found = sum(self._searcher.doc_freq("body", form) for form in word.forms)
        return int(found or sum(self._searcher.doc_freq("title", form) for form in word.forms))

    def _idf(self, count: int) -> float:
        total = self._searcher.num_docs
        return math.log1p(max(0.0, total - count + 0.5) / (count + 0.5))

    def _expanded(self, word: QueryTerm, *, prefix: bool) -> QueryTerm:
        """A term that no passage contains, as a prefix or fuzzy term."""
        letters = len(word.text)
        if prefix and letters > 1 and word.forms:
            return replace(word, match_mode="prefix")
        if letters < MIN_FUZZY_LETTERS or not word.text.isalpha() or analyzers.UNSPACED.search(word.text):
            return word
        return replace(word, match_mode="fuzzy", max_edits=2 if letters >= 2 * MIN_FUZZY_LETTERS else 1)

    def _term_queries(self, word: QueryTerm) -> list[Any]:
        if word.match_mode == "prefix":
            found = self._searcher.terms_with_prefix("exact", word.text, limit=PREFIX_TERMS)
            return [self._exact_term(term) for term, _ in sorted(found, key=lambda pair: -pair[1])[:COMPLETIONS]]
        return [self._fuzzy_term(word)] if word.match_mode == "fuzzy" else self._form_queries(word)

    def _form_queries(self, word: QueryTerm) -> list[Any]:
        """A query for each form, weighted by the idf of all forms together, and for titles."""
        if not word.forms:
            return [self._exact_term(word.text)]
        word_idf = self._idf(self._doc_freq(word))
        found: list[Any] = []
        for form in word.forms:
            count = self._searcher.doc_freq("body", form)
            if count:
                found.append(boost_query(self._term("body", form), word_idf / max(self._idf(count), 1e-6)))
            if self._searcher.doc_freq("title", form):
                found.append(boost_query(self._term("title", form), TITLE_BOOST))
        return found

    def _joined_phrases(self, text: str) -> list[Any]:
        """Phrase queries for words joined by punctuation, such as versions, addresses and identifiers."""
        runs = [
            run for run in NON_SPACE.findall(text) if JOINED_WORDS.search(run) and not analyzers.UNSPACED.search(run)
        ]
        return [query for run in runs if len(analyzers.exact_terms(run)) > 1 and (query := self.phrase(run))]

    def _fuzzy_term(self, word: QueryTerm) -> Any:
        import tantivy

        fuzzy = tantivy.Query.fuzzy_term_query(self._schema, "exact", word.text, word.max_edits)
        return tantivy.Query.const_score_query(fuzzy, FUZZY_BOOST)

    def _exact_term(self, word: str) -> Any:
        return self._term("exact", word)

    def _term(self, field: str, term: str) -> Any:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, term, "freq")


def boolean_query(*, any_of: Sequence[Any] = (), all_of: Sequence[Any] = (), none_of: Sequence[Any] = ()) -> Any:
    """A boolean query; the scores of the matching clauses are summed."""
    import tantivy

    if none_of and not any_of and not all_of:
        any_of = [tantivy.Query.all_query()]
    must = [(tantivy.Occur.Must, query) for query in all_of]
    should = [(tantivy.Occur.Should, query) for query in any_of]
    return tantivy.Query.boolean_query(must + should + [(tantivy.Occur.MustNot, query) for query in none_of])


def boost_query(query: Any, factor: float) -> Any:
    """A query with its scores multiplied by a factor."""
    import tantivy

    return query if factor == 1 else tantivy.Query.boost_query(query, factor)
