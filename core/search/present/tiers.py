"""Tiers: whether a hit contains the words of the query, or is only related to it.

A hit contains the words if each word of the query (without stop words) is in its text, its title or its file name, in
any of its indexed forms; of alternatives one is enough. The words of a question must stand in one passage, unless it is
unlikely that a text of this length has all of them by chance: a long book has nearly every word somewhere. Phrases,
negations and filters are conditions that every hit fulfils. A query without words, such as by example, has only related
hits; one of filters alone has none.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from core.document import TIERS, Hit, Span, Tier
from core.search.present.highlighter import Highlighter, fold_letters
from core.search.query import Filter, Group, Node, Not, Or, Phrase, Query, Term
from core.search.rank.calibration import band_of
from core.store.filenames.words import name_variants, name_words, query_words
from core.store.lexical import analyzers
from core.store.lexical.analyzers import QueryTerm
from core.store.lexical.index import LexicalIndex
from core.store.lexical.letters import UNSPACED

MAX_APART = 3  # words that a file contains wherever they stand; more of them make a question
MAX_CHANCE = 0.05  # that a text has all words of a question somewhere
MAX_LOOKED_UP = 12  # terms; of a longer, pasted text only the passages shown are looked at


class TierJudge:
    """Tells the tier of the files that one query found."""

    def __init__(
        self,
        query: Query,
        terms: Sequence[QueryTerm],
        languages: Collection[str],
        highlighter: Highlighter,
        index: LexicalIndex,
    ) -> None:
        self._query, self._terms, self._languages = query, terms, languages
        self._highlighter, self._index = highlighter, index.queries()
        self._beginnings = [
            (re.compile(rf"(?<![^\W_]){re.escape(term.text)}"), term.text)
            for term in terms
            if len(term.text) > 1 and not UNSPACED.search(term.text)
        ]
        self._spellings = {word: (word, *others) for word, *others in query_words(query.words)}
        self._needs_words = bool(terms) or not (query.meaning.strip() or query.likes)

    def tier(self, content: int | None, names: Iterable[str], matched: Collection[str]) -> Tier:
        """The tier of a file: `names` are its file name and title, `matched` the terms found in its passages."""
        if not self._needs_words:
            return "related"
        in_names = {term for name in names for term in self._terms_in_name(name)}
        file = _TermLookup(self, content, frozenset(matched) | in_names)
        has_all = all(map(file.has, self._terms))
        if has_all and not self._is_evident(content, in_names):
            return "related"
        holds = has_all if self._query.is_plain else self._holds(Group(self._query.parts), file)
        return "contains" if holds else "related"

    def _is_evident(self, content: int | None, in_names: Collection[str]) -> bool:
        """Whether it means something that a file has all terms, those `in_names` in its name or title."""
        others = [term for term in self._terms if not self._highlighter.has_term(term, in_names)]
        if len(self._terms) <= MAX_APART or not others or content is None:
            return True
        return self._index.meet(others, content) or self._index.chance_of_all(others, content) <= MAX_CHANCE

    def _terms_in_name(self, name: str) -> set[str]:
        """The terms that a name has, also in the other spellings that the retriever knows."""
        words = {*name_words(name), *name_variants(name)}
        other = {term.text for term in self._terms if not words.isdisjoint(self._spellings.get(term.text, ()))}
        return {term for _, _, term in self.name_spans(name)} | other

    def name_spans(self, name: str) -> list[tuple[int, int, str]]:
        """(start, end, term) of the query's words in a name, where a word may also begin one, as the retriever has it.

        Spans are in order and may overlap.
        """
        found = self._highlighter.spans(name, 0, len(name))
        folded = fold_letters(name)
        for pattern, term in self._beginnings:
            found += [(*match.span(), term) for match in pattern.finditer(folded)]
        return sorted(found)

    def title_marks(self, title: str) -> tuple[Span, ...]:
        """The match spans in a title, merged."""
        marks: list[Span] = []
        for start, end, _ in self.name_spans(title):
            if marks and start <= marks[-1][1]:
                marks[-1] = marks[-1][0], max(end, marks[-1][1])
            else:
                marks.append((start, end))
        return tuple(marks)

    def has_term(self, term: QueryTerm, content: int | None, matched: Collection[str]) -> bool:
        """Whether a file has a term among those `matched` already, or anywhere in its text by the lexical index."""
        if self._highlighter.has_term(term, matched):
            return True
        if content is None or len(self._terms) > MAX_LOOKED_UP:
            return False
        return self._index.has_term(term, content)

    def _holds(self, node: Node, file: _TermLookup) -> bool:
        match node:
            case Term(_, reach):
                return reach == "meaning" or all(map(file.has, self._terms_of(node.words)))
            case Phrase() | Filter() | Not():
                return True  # the scope of the search holds only files that fulfil it
            case Group(parts):
                return all(self._holds(part, file) for part in parts)
            case Or(parts):
                return any(self._holds(part, file) for part in parts)

    def _terms_of(self, text: str) -> list[QueryTerm]:
        """The query's terms of one of its words: none for a stop word."""
        words = {term.text for term in analyzers.query_terms(text, self._languages)}
        return [term for term in self._terms if term.text in words]


class _TermLookup:
    """Looks the terms of the query up in one file."""

    def __init__(self, judge: TierJudge, content: int | None, matched: Collection[str]) -> None:
        self._judge, self._content, self._matched = judge, content, matched

    def has(self, term: QueryTerm) -> bool:
        return self._judge.has_term(term, self._content, self._matched)


def file_name(path: bytes) -> str:
    """The name of a file, as it is matched and shown."""
    return os.fsdecode(os.path.basename(path))


def in_tiers(hits: Sequence[Hit]) -> list[Hit]:
    """The hits by tier, each tier in the order it comes in, with strengths that never rise down a tier.

    Where a lower hit of a tier would seem more likely than one above, both get their mean probability (isotonic
    regression by pooling adjacent violators), so that what a row says never contradicts its place.
    """
    found: list[Hit] = []
    for tier in TIERS:
        of_tier = [hit for hit in hits if hit.tier == tier]
        found += [
            hit if hit.chance == chance else replace(hit, chance=chance, band=band_of(chance))
            for hit, chance in zip(of_tier, falling([hit.chance for hit in of_tier]), strict=True)
        ]
    return found


def falling(values: Sequence[float]) -> list[float]:
    """The closest values, by least squares, that never rise; means of neighbours where the given ones do."""
    blocks: list[tuple[float, int]] = []
    for value in values:
        mean, count = value, 1
        while blocks and blocks[-1][0] < mean:
            other, others = blocks.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        blocks.append((mean, count))
    return [mean for mean, count in blocks for _ in range(count)]
