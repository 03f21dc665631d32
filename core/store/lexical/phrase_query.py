"""Phrases as tantivy queries."""

from __future__ import annotations

import re
from typing import Any

from core.store.lexical import analyzers
from core.store.lexical.combine import boolean_query
from core.store.lexical.letters import UNSPACED, normalize
from core.store.lexical.signs import marked_words, words_with_sign
from core.store.lexical.term_query import PREFIX_TERMS

NON_SPACE = re.compile(r"\S+")
JOINED_WORDS = re.compile(r"[^\W_][._@/\\:#+&]+[^\W_]|_|\d[-–,]\d")
# Not words with a hyphen or an apostrophe: as phrases they cost a hundredth of nDCG@10 on abstracts.
HYPHEN = re.compile(r"(?<=[^\W_])[-\u2010\u2011\u05be](?=[^\W_])")
NUMBER_WITH_UNIT = re.compile(r"(?<![\w.,])(\d+)( ?)([^\W\d_]{1,5})(?![^\W_])")


class PhraseQueries:
    """Builds queries for adjacent words on one snapshot of the index."""

    def __init__(self, schema: Any, searcher: Any) -> None:
        self._schema = schema
        self._searcher = searcher

    def phrase(self, text: str, *, prefix: bool = False) -> Any | None:
        """A query for passages with these words as a phrase, in any script; None if the text has no word.

        With `prefix`, the last word may be the beginning of one. Words joined by a hyphen may be one word, one word may
        be two with a hyphen, and the signs of a word (C++) are part of it.
        """
        folded = normalize(text)
        spellings = dict.fromkeys((folded, HYPHEN.sub("", folded), *self._units(folded)))
        phrases = [query for one in spellings if (query := self._adjacent(one, prefix=prefix)) is not None]
        signed = [self._term("variants", word) for word in (*words_with_sign(folded), *marked_words(folded))]
        if not phrases:
            signs = [word.text for word in analyzers.query_terms(text) if not word.forms]
            return boolean_query(all_of=[self._term("variants", sign) for sign in signs]) if signs else None
        found = phrases[0] if len(phrases) == 1 else boolean_query(any_of=phrases)
        return boolean_query(all_of=[found, *signed]) if signed else found

    def _units(self, text: str) -> list[str]:
        """A text with the units of its numbers apart, and beside them where the index has that: 16 GB, 16GB."""
        if not NUMBER_WITH_UNIT.search(text):
            return []
        return [NUMBER_WITH_UNIT.sub(r"\1 \3", text), NUMBER_WITH_UNIT.sub(self._beside, text)]

    def _beside(self, number: re.Match[str]) -> str:
        joined = number[1] + number[3]
        known = any(self._searcher.doc_freq("exact", term) for term in analyzers.exact_terms(joined))
        return joined if known else number[0]

    def _adjacent(self, text: str, *, prefix: bool) -> Any | None:
        import tantivy

        words = analyzers.exact_terms(text)
        if len(words) < 2:
            return self._single_term(words[0], prefix=prefix) if words else None
        build: Any = tantivy.Query.phrase_prefix_query if prefix else tantivy.Query.phrase_query
        found = [build(self._schema, "exact", list(words))]
        for place, word in enumerate(words[: len(words) - prefix]):
            for parts in self._hyphenated(word):
                split = build(self._schema, "exact", [*words[:place], *parts, *words[place + 1 :]])
                found.append(boolean_query(all_of=[split, self._term("variants", word)]))
        return found[0] if len(found) == 1 else boolean_query(any_of=found)

    def _hyphenated(self, word: str) -> list[tuple[str, str]]:
        """The two words that a word is written as somewhere with a hyphen between them: followup as follow-up."""
        if not self._searcher.doc_freq("variants", word):
            return []
        pairs = [(word[:at], word[at:]) for at in range(1, len(word))]
        return [pair for pair in pairs if all(self._searcher.doc_freq("exact", part) for part in pair)]

    def _single_term(self, word: str, *, prefix: bool) -> Any:
        found = self._searcher.terms_with_prefix("exact", word, limit=PREFIX_TERMS) if prefix else []
        terms = [self._term("exact", term) for term, _ in found] or [self._term("exact", word)]
        return boolean_query(any_of=[*terms, self._term("variants", word)])

    def joined(self, text: str) -> list[Any]:
        """Phrase queries for the words of a text joined by punctuation, such as versions, addresses and identifiers."""
        runs = [run for run in NON_SPACE.findall(text) if JOINED_WORDS.search(run) and not UNSPACED.search(run)]
        return [query for run in runs if len(analyzers.exact_terms(run)) > 1 and (query := self.phrase(run))]

    def _term(self, field: str, term: str) -> Any:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, term, "freq")
