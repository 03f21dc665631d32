"""The words of a query as queries of the word index."""

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
PHRASE_BOOST = 0.5  # of the parts of a version, an address or an identifier in their order
LANGUAGE_SHARE = 200  # a language with less than one passage in so many is not stemmed for, unless the query is in it
PREFIX_TERMS = 400  # looked at to complete the last word
COMPLETIONS = 12
MIN_FUZZY_LETTERS = 4  # letters of a word that may have a slip; twice as many may have two
FUZZY_BOOST = 3.0  # a word with a slip has no weight of its own: about that of one that is in every twentieth passage
MAX_TERM_SET_CONTENTS = (
    2_000  # contents that the index looks for itself; asking it for more passages is faster from then on
)
DEPTH_FACTOR = 4
NON_SPACE = re.compile(r"\S+")
# Not words with a hyphen or an apostrophe: as phrases they cost a hundredth of nDCG@10 on abstracts.
JOINED_WORDS = re.compile(r"[^\W_][._@/\\:#+&]+[^\W_]|_|\d[-–]\d")


class LexicalQueries:
    """Makes tantivy queries for the state of the index that one searcher sees."""

    def __init__(self, schema: Any, searcher: Any) -> None:
        self._schema = schema
        self._searcher = searcher

    def terms(self, text: str, *, complete: bool = False) -> list[QueryTerm]:
        """The words of a text, stemmed as its own language and those of the passages would have them.

        With `complete`, a last word that is found nowhere stands for the words that begin with it. Any other that is
        found nowhere stands for those that differ from it by a slip.
        """
        words = analyzers.query_terms(text, self.languages(text))
        return [
            word if self._doc_freq(word) else self._expanded(word, prefix=complete and number == len(words))
            for number, word in enumerate(words, start=1)
        ]

    def languages(self, text: str) -> list[str]:
        """The languages that a text's words are stemmed in: its own, and those of many passages."""
        enough = max(1, self._searcher.num_docs // LANGUAGE_SHARE)
        own = detect_language(text)
        return [name for name in LANGUAGES if name == own or self._searcher.doc_freq("language", name) >= enough]

    def idf_weight(self, terms: Iterable[QueryTerm]) -> float:
        """The BM25 score of a passage of usual length that has every word once: the sum of their idf."""
        return sum(self._idf(self._doc_freq(word)) for word in terms)

    def any_term(self, text: str, *, complete: bool = False) -> Any | None:
        """A query for passages with any word of a text, the rarer the better; None if there is no word in it."""
        parts = [query for word in self.terms(text, complete=complete) for query in self._term_queries(word)]
        parts += [boost_query(whole, PHRASE_BOOST) for whole in self._joined_phrases(text)]
        return boolean_query(any_of=parts) if parts else None

    def top_hits(self, query: Any, limit: int) -> list[tuple[int, float]]:
        """The best passages for a query as (passage id, score), best first."""
        hits = self._searcher.search(query, limit, count=False).hits
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return [(int(number), float(score)) for (score, _), number in zip(hits, ids, strict=True)]

    def top_hits_in(self, query: Any, limit: int, scope: Candidates) -> list[tuple[int, float]]:
        """The same, only of a scope: the index looks for few contents itself; of many it is asked for more."""
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
        """Every passage that a query finds, in no order."""
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
        """A query for passages with just these words one after the other, in any script; None if there are none.

        Of the last word, only the beginning is asked for if it is only `prefix`.
        """
        import tantivy

        words: list[Any] = list(analyzers.exact_terms(text))
        if len(words) < 2:
            return self._single_term(words[0], prefix=prefix) if words else None
        make = tantivy.Query.phrase_prefix_query if prefix else tantivy.Query.phrase_query
        return make(self._schema, "exact", words)

    def _single_term(self, word: str, *, prefix: bool) -> Any:
        found = self._searcher.terms_with_prefix("exact", word, limit=PREFIX_TERMS) if prefix else []
        return boolean_query(any_of=[self._exact_term(term) for term, _ in found]) if found else self._exact_term(word)

    def _doc_freq(self, word: QueryTerm) -> int:
        """About how many passages have a word in one of its forms."""
        if not word.forms:
            return int(self._searcher.doc_freq("exact", word.text))
        found = sum(self._searcher.doc_freq("body", form) for form in word.forms)
        return int(found or sum(self._searcher.doc_freq("title", form) for form in word.forms))

    def _idf(self, count: int) -> float:
        total = self._searcher.num_docs
        return math.log1p(max(0.0, total - count + 0.5) / (count + 0.5))

    def _expanded(self, word: QueryTerm, *, prefix: bool) -> QueryTerm:
        """What a word that is found nowhere may mean."""
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
        """A query a form, each with the weight that the word has in all its forms, and in titles."""
        if not word.forms:
            return [self._exact_term(word.text)]
        whole = self._idf(self._doc_freq(word))
        found: list[Any] = []
        for form in word.forms:
            count = self._searcher.doc_freq("body", form)
            if count:
                found.append(boost_query(self._term("body", form), whole / max(self._idf(count), 1e-6)))
            if self._searcher.doc_freq("title", form):
                found.append(boost_query(self._term("title", form), TITLE_BOOST))
        return found

    def _joined_phrases(self, text: str) -> list[Any]:
        """What is written as one, with signs between its parts: its parts in that order."""
        joined = [
            chunk
            for chunk in NON_SPACE.findall(text)
            if JOINED_WORDS.search(chunk) and not analyzers.UNSPACED.search(chunk)
        ]
        return [whole for chunk in joined if len(analyzers.exact_terms(chunk)) > 1 and (whole := self.phrase(chunk))]

    def _fuzzy_term(self, word: QueryTerm) -> Any:
        import tantivy

        near = tantivy.Query.fuzzy_term_query(self._schema, "exact", word.text, word.max_edits)
        return tantivy.Query.const_score_query(near, FUZZY_BOOST)

    def _exact_term(self, word: str) -> Any:
        return self._term("exact", word)

    def _term(self, field: str, term: str) -> Any:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, term, "freq")


def boolean_query(*, any_of: Sequence[Any] = (), all_of: Sequence[Any] = (), none_of: Sequence[Any] = ()) -> Any:
    """Passages that all of some queries find, or any, and none of others; scores are those of what finds, summed."""
    import tantivy

    if none_of and not any_of and not all_of:
        any_of = [tantivy.Query.all_query()]
    must = [(tantivy.Occur.Must, query) for query in all_of]
    should = [(tantivy.Occur.Should, query) for query in any_of]
    return tantivy.Query.boolean_query(must + should + [(tantivy.Occur.MustNot, query) for query in none_of])


def boost_query(query: Any, factor: float) -> Any:
    """A query whose scores are multiplied."""
    import tantivy

    return query if factor == 1 else tantivy.Query.boost_query(query, factor)
