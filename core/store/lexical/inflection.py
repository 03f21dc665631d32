"""Inflection in languages that tantivy has no stemmer of, by Snowball's stemmers over the terms of an index.

Their words are indexed as they are; a query finds the terms with its own stem. See
`.github/decisions/0912-inflection-at-the-query.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

# Snowball's name of each language that is stemmed here. Ukrainian and Bulgarian borrow their neighbour's stemmer.
STEMMERS = {
    "polish": "polish", "czech": "czech", "slovak": "czech", "croatian": "serbian", "ukrainian": "russian",
    "bulgarian": "russian", "estonian": "estonian", "lithuanian": "lithuanian", "catalan": "catalan",
    "basque": "basque", "irish": "irish", "indonesian": "indonesian", "hindi": "hindi", "nepali": "nepali",
    "armenian": "armenian", "persian": "persian",
}  # fmt: skip
CYRILLIC = re.compile("[\u0400-\u04ff]")
FLEETING_LANGUAGES = frozenset(("polish", "czech", "slovak", "croatian", "ukrainian", "bulgarian"))
# A vowel that other cases of a word lack or change: rachunek, rachunku; договір, договору.
FLEETING_VOWEL = re.compile("[eoiіоеёъa](?=[^aeiouyаеёиоуыэюяіїє]$)")
MIN_HEAD = 3  # letters that all forms of a word begin with
MAX_ENDING = 5  # letters that they may differ in
MIN_UNKNOWN = 5  # letters of a word whose language is unknown
MIN_SHARE = 0.7  # of a word's letters that an unknown language's forms begin with


def head(word: str) -> str:
    """The letters that all inflected forms of a word begin with."""
    return word[: max(MIN_HEAD, len(word) - MAX_ENDING)]


def same_stem(word: str, terms: Iterable[str], languages: Iterable[str]) -> list[str]:
    """The terms that are other forms of a word in any of these languages."""
    keys = {language: _key(word, language) for language in languages if _writes(language, word)}
    return [term for term in terms if term != word and any(_key(term, one) == key for one, key in keys.items())]


def same_beginning(word: str, terms: Iterable[str]) -> list[str]:
    """The terms that begin like a word and are about as long: its forms, probably, in a language without a stemmer."""
    if len(word) < MIN_UNKNOWN:
        return []
    shared = word[: max(MIN_HEAD + 1, round(MIN_SHARE * len(word)))]
    return [term for term in terms if term.startswith(shared) and abs(len(term) - len(word)) <= MAX_ENDING - 1]


def finnish_forms(stems: Iterable[str]) -> list[str]:
    """Stems that Snowball makes of other cases in Finnish: sopimus, sopimuks(en); kansalain(en), kansalais(en)."""
    found = []
    for stem in stems:
        for ending, other in (("us", "uks"), ("ys", "yks"), ("ain", "ais"), ("äin", "äis")):
            if stem.endswith(other):
                found.append(stem.removesuffix(other) + ending)
            elif stem.endswith(ending):
                found.append(stem.removesuffix(ending) + other)
    return found


def _writes(language: str, word: str) -> bool:
    return (CYRILLIC.search(word) is not None) == (STEMMERS[language] == "russian")


def _key(word: str, language: str) -> str:
    stem: str = _stemmer(STEMMERS[language]).stemWord(word)
    return FLEETING_VOWEL.sub("", stem) if language in FLEETING_LANGUAGES and len(stem) > MIN_HEAD else stem


@cache
def _stemmer(name: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(name)
