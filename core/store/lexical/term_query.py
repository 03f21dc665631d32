"""One term of a query as tantivy queries: its forms, other spellings, and the compounds that it is a part of."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from core.store.lexical import wildcards
from core.store.lexical.alternatives import Alternatives
from core.store.lexical.analyzers import QueryTerm
from core.store.lexical.combine import boolean_query, boost_query

TITLE_BOOST = 0.2
COMPOUND_BOOST = 0.5  # of a compound that a word is a part of
FUZZY_BOOST = 3.0  # constant score of a fuzzy match: about that of a word in every twentieth passage
COMPLETIONS = 12
PREFIX_TERMS = 400  # candidates to complete the last word


class TermQueries:
    """Builds queries for terms on one snapshot of the index."""

    def __init__(self, schema: Any, searcher: Any, expansions: dict[str, tuple[list[str], int]]) -> None:
        """`expansions` are those of the wildcards that were looked up in this snapshot already."""
        self._schema = schema
        self._searcher = searcher
        self._expansions = expansions
        self._queries: dict[QueryTerm, tuple[Any, ...]] = {}  # of terms that are looked up in one file after the other

    def doc_freq(self, word: QueryTerm) -> int:
        """The approximate number of passages with a term in one of its forms or as another spelling."""
        count = self._searcher.doc_freq
        if word.match_mode == "wildcard":
            return self._wildcard_doc_freq(word)
        spelled = sum(count(field, term) for term in word.alternatives.same for field in ("exact", "variants"))
        spelled += count("variants", word.text)
        if not word.forms:
            return int(count("exact", word.text) + spelled)
        forms = (*word.forms, *word.alternatives.forms)
        return int(sum(count("body", form) for form in forms) + spelled or sum(count("title", form) for form in forms))

    def idf(self, count: int) -> float:
        total = self._searcher.num_docs
        return math.log1p(max(0.0, total - count + 0.5) / (count + 0.5))

    def expanded(self, word: QueryTerm) -> QueryTerm:
        """A wildcard with the words of the index that it stands for; one of an unspaced script as it is."""
        if wildcards.is_unspaced(word.text):
            return word
        if word.text not in self._expansions:
            self._expansions[word.text] = wildcards.expand(self._searcher, word.text)
        found, count = self._expansions[word.text]
        return replace(word, alternatives=Alternatives(same=tuple(found)), words=count)

    def queries(self, word: QueryTerm) -> tuple[Any, ...]:
        """The queries for a term; a passage that matches one of them has it."""
        found = self._queries.get(word)
        if found is None:
            found = self._queries[word] = tuple(self._made_queries(word))
        return found

    def _made_queries(self, word: QueryTerm) -> list[Any]:
        if word.match_mode == "wildcard":
            return self._wildcard_queries(word)
        found = [*self.forms(word), *self._compound_queries(word)]
        if word.match_mode == "prefix":
            prefixed = self._searcher.terms_with_prefix("exact", word.text, limit=PREFIX_TERMS)
            found += [self.exact(term) for term, _ in sorted(prefixed, key=lambda pair: -pair[1])[:COMPLETIONS]]
        return [*found, self._fuzzy_term(word)] if word.match_mode == "fuzzy" else found

    def forms(self, word: QueryTerm) -> list[Any]:
        """A query for each form and other spelling, weighted by the idf of all together, and for titles."""
        word_idf = self.idf(self.doc_freq(word))
        forms = (*word.forms, *word.alternatives.forms)
        spellings = (word.text, *word.alternatives.same)
        terms = [("body", form) for form in forms] + [("variants", term) for term in spellings]
        terms += [("exact", term) for term in (word.alternatives.same if word.forms else spellings)]
        found = [boost_query(query, word_idf) for query in self._phrases(word)]
        for field, term in terms:
            if count := self._searcher.doc_freq(field, term):
                found.append(boost_query(self.term(field, term), word_idf / max(self.idf(count), 1e-6)))
        titles = [form for form in forms if self._searcher.doc_freq("title", form)]
        return found + [boost_query(self.term("title", form), TITLE_BOOST) for form in titles]

    def _wildcard_doc_freq(self, word: QueryTerm) -> int:
        """At most the number of passages with a word that a wildcard stands for."""
        if wildcards.is_unspaced(word.text):
            chars = [char for char in word.text if char not in {wildcards.ANY, wildcards.ONE}]
            return min(int(self._searcher.doc_freq("exact", char)) for char in chars)
        counts = (int(self._searcher.doc_freq("exact", one)) for one in word.alternatives.same)
        return min(sum(counts), int(self._searcher.num_docs))

    def _wildcard_queries(self, word: QueryTerm) -> list[Any]:
        """Queries for the words that a wildcard stands for, as one word; only the most frequent are weighted."""
        import tantivy

        if wildcards.is_unspaced(word.text):
            return [wildcards.unspaced_phrase(self._schema, word.text)]
        word_idf = self.idf(self.doc_freq(word))
        known = word.alternatives.same
        found = [
            boost_query(self.exact(term), word_idf / max(self.idf(self._searcher.doc_freq("exact", term)), 1e-6))
            for term in known[: wildcards.MAX_SCORED]
        ]
        if len(known) > wildcards.MAX_SCORED:
            others = tantivy.Query.term_set_query(self._schema, "exact", list(known[wildcards.MAX_SCORED :]))
            found.append(tantivy.Query.const_score_query(others, word_idf))
        numbers = [term for term in known if any(map(str.isdigit, term))]
        if numbers:
            variants = tantivy.Query.term_set_query(self._schema, "variants", numbers)
            found.append(tantivy.Query.const_score_query(variants, word_idf))
        return found

    def has_spelling(self, word: QueryTerm) -> bool:
        """Whether a passage has a term as two words, or in a compound."""
        found = [*self._phrases(word), *self._compound_queries(word)]
        return bool(found and self._searcher.search(boolean_query(any_of=found), 1, count=False).hits)

    def _phrases(self, word: QueryTerm) -> list[Any]:
        import tantivy

        found = [tantivy.Query.phrase_query(self._schema, "exact", list(two)) for two in word.alternatives.phrases]
        return [tantivy.Query.const_score_query(phrase, 1.0) for phrase in found]

    def _compound_queries(self, word: QueryTerm) -> list[Any]:
        """A query for each compound that a term is a part of, below what has it as a word."""
        import tantivy

        found = [self.exact(term) for term in word.alternatives.compounds]
        found += [
            tantivy.Query.term_query(self._schema, "endings", ending, "basic") for ending in word.alternatives.endings
        ]
        if not found:
            return []
        score = COMPOUND_BOOST * self.idf(self.doc_freq(word))
        return [tantivy.Query.const_score_query(boolean_query(any_of=found), score)]

    def _fuzzy_term(self, word: QueryTerm) -> Any:
        import tantivy

        fuzzy = tantivy.Query.fuzzy_term_query(self._schema, "exact", word.text, word.max_edits)
        return tantivy.Query.const_score_query(fuzzy, FUZZY_BOOST)

    def exact(self, word: str) -> Any:
        return self.term("exact", word)

    def term(self, field: str, term: str) -> Any:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, term, "freq")
