"""Other spellings of a query's terms that a library has: what a reader takes for the same word."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.store.lexical import compounds, inflection
from core.store.lexical.hebrew import other_forms
from core.store.lexical.letters import UNSPACED, fold, normalize
from core.store.lexical.numbers import typed_numbers, unit_parts
from core.store.lexical.signs import initials

MAX_WORDS = 8  # of a query; in a longer one only numbers are looked for
MIN_SPLIT_LETTERS = 4  # of a word that may be written as two
MAX_SPLITS = 2  # of one word, the most common ones
MAX_TERMS = 200  # of the index that begin with a word or its head
MAX_COMPOUNDS = 40  # of one word
TRANSCRIPTIONS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
TRANSCRIBED = re.compile(r"(?<![aeouqy])(?:[aou]e|aa)")
HYPHENATED = re.compile(r"[^\W_](?=[-\u2010\u2011\u05be][^\W_])")
WORD = re.compile(r"[^\W_]+")
UKRAINIAN = re.compile("[іїєґ]")

Forms = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Other terms that match in place of a query's term.

    `forms` are terms of the stemmed fields, `same` of the exact field and of the variants, `phrases` words that stand
    next to each other. Compounds are weaker matches: `compounds` are terms of the exact field that begin with the word,
    `endings` are endings of compounds.
    """

    forms: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    compounds: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.forms or self.same or self.phrases or self.compounds or self.endings)


NO_ALTERNATIVES = Alternatives()


class AlternativeFinder:
    """Finds the alternatives of the terms of one query in one snapshot of the index.

    `forms` gives the forms of a word in the stemmed fields, `languages` are those of many passages.
    """

    def __init__(self, searcher: Any, forms: Forms, languages: Collection[str]) -> None:
        self._searcher, self._forms, self._languages = searcher, forms, languages

    def find(self, text: str, terms: Sequence[str], known: Collection[str]) -> dict[str, Alternatives]:
        """The alternatives of each of a text's `terms`; those not `known` to the index are looked for further."""
        folded = normalize(text)
        same: dict[str, list[str]] = {term: [] for term in terms}
        forms: dict[str, list[str]] = {term: [] for term in terms}
        for number, words in (*typed_numbers(folded), *((word, frozenset(of)) for word, of in initials(folded))):
            if self._count("variants", number) or self._count("exact", number):
                for word in words & same.keys():
                    same[word].append(number)
        if len(terms) > MAX_WORDS:
            return {term: Alternatives(same=_unique(same[term])) for term in terms}
        transcribed = list(self._transcribed(folded, terms))
        for term, other in (*transcribed, *self._joined(folded, terms)):
            forms[term] += [form for form in self._forms(other) if self._count("body", form)]
            same[term] += [fold(other)] if self._count("variants", fold(other)) else []
        for term in terms:
            if term.isalpha() and not UNSPACED.search(term):
                is_known = term in known or bool(forms[term])
                others = [other for word, other in transcribed if word == term]
                for word in dict.fromkeys((term, *map(fold, others))):
                    same[term] += self._inflected(word, is_known=is_known)
                if "finnish" in self._languages or term not in known:
                    forms[term] += [f for f in inflection.finnish_forms(self._forms(term)) if self._count("body", f)]
        return {
            term: Alternatives(
                _unique(forms[term]),
                _unique(same[term]),
                self._splits(term),
                *self._compounds(term, [fold(other) for word, other in transcribed if word == term]),
            )
            for term in terms
        }

    def _count(self, field: str, term: str) -> int:
        return int(self._searcher.doc_freq(field, term))

    def _transcribed(self, text: str, terms: Sequence[str]) -> Iterator[tuple[str, str]]:
        """(term, the same with ae for ä or the other way round, or as other cases have a Czech ů: stůl, stolu)."""
        for word in WORD.findall(text.lower()):
            for other in (word.translate(TRANSCRIPTIONS), word.replace("ů", "o")):
                if other != word and (term := fold(word)) in terms:
                    yield term, other
        for term in terms:
            other = TRANSCRIBED.sub(lambda found: found[0][0], term)
            if other != term:
                yield term, other

    def _joined(self, text: str, terms: Sequence[str]) -> Iterator[tuple[str, str]]:
        """(term, the word that it forms with its neighbour), if the index has it: data base, wi-fi."""
        words = [(match.end(), fold(match[0])) for match in WORD.finditer(text)]
        for (end, first), (_, second) in pairwise(words):
            hyphenated = HYPHENATED.match(text, end - 1) is not None
            if not (first + second).isalnum() or (first[-1:] + second[:1]).isdigit():
                continue
            if not hyphenated and not (first in terms and second in terms):
                continue
            if self._count("exact", first + second):
                yield from ((term, first + second) for term in (first, second) if term in terms)

    def _splits(self, term: str) -> tuple[tuple[str, ...], ...]:
        """The term as two words next to each other: cooperation as co-operation, 31kg as 31 kg."""
        if parts := unit_parts(term):
            return (parts,)
        if len(term) < MIN_SPLIT_LETTERS or not term.isalpha() or UNSPACED.search(term):
            return ()
        found: list[tuple[int, tuple[str, str]]] = []
        for at in range(1, len(term) - 1):
            counts = self._count("exact", term[:at]), self._count("exact", term[at:])
            if all(counts):
                found.append((min(counts), (term[:at], term[at:])))
        return tuple(parts for _, parts in sorted(found, reverse=True)[:MAX_SPLITS])

    def _inflected(self, term: str, *, is_known: bool) -> list[str]:
        languages = [language for language in inflection.STEMMERS if language in self._languages]
        if UKRAINIAN.search(term):
            languages.append("ukrainian")
        if not is_known:
            languages = list(inflection.STEMMERS)
        if not languages or len(term) <= inflection.MIN_HEAD:
            return []
        terms = [one for head in inflection.heads(term) for one in self._beginning_with(head)]
        found = inflection.same_stem(term, terms, languages)
        return found if found or is_known else inflection.same_beginning(term, terms)

    def _compounds(self, term: str, others: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The compounds of a term and of its other spellings; of a Hebrew word, what has other particles."""
        if hebrew := tuple(form for form in other_forms(term) if self._count("exact", form)):
            return hebrew, ()
        found = [self._compounds_of(word) for word in dict.fromkeys((term, *others))]
        return _unique(one for terms, _ in found for one in terms), _unique(one for _, ends in found for one in ends)

    def _compounds_of(self, term: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(terms that begin with a word and go on with another, endings that do, or that are the word inflected)."""
        if len(term) < compounds.MIN_PART or not term.isalpha() or UNSPACED.search(term):
            return (), ()
        stem = min((form for form in self._forms(term) if len(form) >= compounds.MIN_PART), key=len, default=term)
        stem = stem if term.startswith(stem) else term
        endings = [
            ending
            for ending in self._beginning_with(stem, "endings")
            if ending == term
            or len(ending) - len(stem) <= compounds.MAX_INFLECTION
            or self._goes_on(ending.removeprefix(stem), "exact", "endings")
        ]
        prefixed = [one for one in self._beginning_with(term) if self._goes_on(one[len(term) :], "endings")]
        return tuple(prefixed[:MAX_COMPOUNDS]), tuple(endings[:MAX_COMPOUNDS])

    def _goes_on(self, rest: str, *fields: str) -> bool:
        """Whether the rest of a compound is a word of one of these fields, perhaps behind a linking letter."""
        if rest in compounds.DERIVED:
            return False
        words = [rest.removeprefix(link) for link in compounds.LINKS if rest.startswith(link)]
        return any(self._count(field, word) for word in words if len(word) >= compounds.MIN_PART for field in fields)

    def _beginning_with(self, prefix: str, field: str = "exact") -> list[str]:
        return [term for term, _ in self._searcher.terms_with_prefix(field, prefix, limit=MAX_TERMS)]


def _unique(terms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(terms))
