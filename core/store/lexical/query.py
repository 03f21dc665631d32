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
from core.store.lexical.language_detection import LANGUAGES, language_of

TITLE_BOOST = 0.2
WHOLE_BOOST = 0.5  # of the parts of a version, an address or an identifier in their order
PRESENT = 200  # a language with less than one passage in so many is not stemmed for, unless the query is in it
PREFIX_TERMS = 400  # looked at to complete the last word
COMPLETIONS = 12
LITTLE = 4  # letters of a word that may have a slip; twice as many may have two
SLIP_BOOST = 3.0  # a word with a slip has no weight of its own: about that of one that is in every twentieth passage
FEW = 2_000  # contents that the index looks for itself; asking it for more passages is faster from then on
DEEPER = 4
CHUNK = re.compile(r"\S+")
# Not words with a hyphen or an apostrophe: as phrases they cost a hundredth of nDCG@10 on abstracts.
JOINED = re.compile(r"[^\W_][._@/\\:#+&]+[^\W_]|_|\d[-–]\d")


class LexicalQueries:
    """Makes tantivy queries for the state of the index that one searcher sees."""

    def __init__(self, schema: Any, searcher: Any) -> None:
        self._schema = schema
        self._searcher = searcher

    def asked(self, text: str, *, complete: bool = False) -> list[QueryTerm]:
        """The words of a text, stemmed as its own language and those of the passages would have them.

        With `complete`, a last word that is found nowhere stands for the words that begin with it. Any other that is
        found nowhere stands for those that differ from it by a slip.
        """
        words = analyzers.query_terms(text, self.languages(text))
        return [
            word if self._count(word) else self._stand_in(word, begun=complete and number == len(words))
            for number, word in enumerate(words, start=1)
        ]

    def languages(self, text: str) -> list[str]:
        """The languages that a text's words are stemmed in: its own, and those of many passages."""
        enough = max(1, self._searcher.num_docs // PRESENT)
        own = language_of(text)
        return [name for name in LANGUAGES if name == own or self._searcher.doc_freq("language", name) >= enough]

    def weight(self, asked: Iterable[QueryTerm]) -> float:
        """The BM25 score of a passage of usual length that has every word once: the sum of their idf."""
        return sum(self._idf(self._count(word)) for word in asked)

    def any_of(self, text: str, *, complete: bool = False) -> Any | None:
        """A query for passages with any word of a text, the rarer the better; None if there is no word in it."""
        parts = [query for word in self.asked(text, complete=complete) for query in self._word(word)]
        parts += [boosted(whole, WHOLE_BOOST) for whole in self._wholes(text)]
        return combined(any_of=parts) if parts else None

    def found(self, query: Any, limit: int) -> list[tuple[int, float]]:
        """The best passages for a query as (passage id, score), best first."""
        hits = self._searcher.search(query, limit, count=False).hits
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return [(int(number), float(score)) for (score, _), number in zip(hits, ids, strict=True)]

    def found_in(self, query: Any, limit: int, scope: Candidates) -> list[tuple[int, float]]:
        """The same, only of a scope: the index looks for few contents itself; of many it is asked for more."""
        import tantivy

        if len(scope.contents) <= FEW:
            inside = tantivy.Query.term_set_query(self._schema, "content", scope.contents.tolist())
            return self.found(combined(all_of=[query, tantivy.Query.const_score_query(inside, 0.0)]), limit)
        depth = limit
        while True:
            depth *= DEEPER
            found = self.found(query, depth)
            kept = [hit for hit in found if scope.lets_through(hit[0])]
            if len(kept) >= limit or len(found) < depth:
                return kept[:limit]

    def all(self, query: Any) -> Ids:
        """Every passage that a query finds, in no order."""
        import tantivy

        every = max(1, self._searcher.num_docs)
        hits = self._searcher.search(tantivy.Query.const_score_query(query, 1.0), every, count=False).hits
        return np.array(self._searcher.fast_field_values("passage", [address for _, address in hits]), np.int64)

    def form_of(self, text: str) -> Any | None:
        """A query for passages with a word in any of its forms; with several words, like `phrase`."""
        words = analyzers.query_terms(text, self.languages(text))
        forms = self._forms(words[0]) if len(words) == 1 and words[0].forms else []
        return combined(any_of=forms) if forms else self.phrase(text)

    def phrase(self, text: str, *, begun: bool = False) -> Any | None:
        """A query for passages with just these words one after the other, in any script; None if there are none.

        Of the last word, only the beginning is asked for if it is only `begun`.
        """
        import tantivy

        words: list[Any] = list(analyzers.exact(text))
        if len(words) < 2:
            return self._alone(words[0], begun=begun) if words else None
        make = tantivy.Query.phrase_prefix_query if begun else tantivy.Query.phrase_query
        return make(self._schema, "exact", words)

    def _alone(self, word: str, *, begun: bool) -> Any:
        found = self._searcher.terms_with_prefix("exact", word, limit=PREFIX_TERMS) if begun else []
        return combined(any_of=[self._exactly(term) for term, _ in found]) if found else self._exactly(word)

    def _count(self, word: QueryTerm) -> int:
        """About how many passages have a word in one of its forms."""
        if not word.forms:
            return int(self._searcher.doc_freq("exact", word.text))
        found = sum(self._searcher.doc_freq("body", form) for form in word.forms)
        return int(found or sum(self._searcher.doc_freq("title", form) for form in word.forms))

    def _idf(self, count: int) -> float:
        total = self._searcher.num_docs
        return math.log1p(max(0.0, total - count + 0.5) / (count + 0.5))

    def _stand_in(self, word: QueryTerm, *, begun: bool) -> QueryTerm:
        """What a word that is found nowhere may mean."""
        letters = len(word.text)
        if begun and letters > 1 and word.forms:
            return replace(word, stands_for="begun")
        if letters < LITTLE or not word.text.isalpha() or analyzers.UNSPACED.search(word.text):
            return word
        return replace(word, stands_for="slipped", slips=2 if letters >= 2 * LITTLE else 1)

    def _word(self, word: QueryTerm) -> list[Any]:
        if word.stands_for == "begun":
            found = self._searcher.terms_with_prefix("exact", word.text, limit=PREFIX_TERMS)
            return [self._exactly(term) for term, _ in sorted(found, key=lambda pair: -pair[1])[:COMPLETIONS]]
        return [self._slipped(word)] if word.stands_for == "slipped" else self._forms(word)

    def _forms(self, word: QueryTerm) -> list[Any]:
        """A query a form, each with the weight that the word has in all its forms, and in titles."""
        if not word.forms:
            return [self._exactly(word.text)]
        whole = self._idf(self._count(word))
        found: list[Any] = []
        for form in word.forms:
            count = self._searcher.doc_freq("body", form)
            if count:
                found.append(boosted(self._term("body", form), whole / max(self._idf(count), 1e-6)))
            if self._searcher.doc_freq("title", form):
                found.append(boosted(self._term("title", form), TITLE_BOOST))
        return found

    def _wholes(self, text: str) -> list[Any]:
        """What is written as one, with signs between its parts: its parts in that order."""
        joined = [
            chunk for chunk in CHUNK.findall(text) if JOINED.search(chunk) and not analyzers.UNSPACED.search(chunk)
        ]
        return [whole for chunk in joined if len(analyzers.exact(chunk)) > 1 and (whole := self.phrase(chunk))]

    def _slipped(self, word: QueryTerm) -> Any:
        import tantivy

        near = tantivy.Query.fuzzy_term_query(self._schema, "exact", word.text, word.slips)
        return tantivy.Query.const_score_query(near, SLIP_BOOST)

    def _exactly(self, word: str) -> Any:
        return self._term("exact", word)

    def _term(self, field: str, term: str) -> Any:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, term, "freq")


def combined(*, any_of: Sequence[Any] = (), all_of: Sequence[Any] = (), none_of: Sequence[Any] = ()) -> Any:
    """Passages that all of some queries find, or any, and none of others; scores are those of what finds, summed."""
    import tantivy

    if none_of and not any_of and not all_of:
        any_of = [tantivy.Query.all_query()]
    must = [(tantivy.Occur.Must, query) for query in all_of]
    should = [(tantivy.Occur.Should, query) for query in any_of]
    return tantivy.Query.boolean_query(must + should + [(tantivy.Occur.MustNot, query) for query in none_of])


def boosted(query: Any, factor: float) -> Any:
    """A query whose scores are multiplied."""
    import tantivy

    return query if factor == 1 else tantivy.Query.boost_query(query, factor)
