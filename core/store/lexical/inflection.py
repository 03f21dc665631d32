"""Inflection in languages that tantivy has no stemmer of, by Snowball's stemmers over the terms of an index.

Their words are indexed as they are; a query finds the terms with its own stem. See
`.github/decisions/0912-inflection-at-the-query.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

# Snowball's name of each language that is stemmed here. Bulgarian borrows its neighbour's stemmer; Ukrainian has none.
# Finnish has tantivy's too, which leaves the consonants that cases change: katu, kadulla.
STEMMERS = {
    "polish": "polish", "czech": "czech", "slovak": "czech", "croatian": "serbian", "ukrainian": "russian",
    "bulgarian": "russian", "estonian": "estonian", "lithuanian": "lithuanian", "catalan": "catalan",
    "basque": "basque", "irish": "irish", "indonesian": "indonesian", "hindi": "hindi", "nepali": "nepali",
    "armenian": "armenian", "persian": "persian", "finnish": "finnish",
}  # fmt: skip
CYRILLIC = re.compile("[\u0400-\u04ff]")
FLEETING_LANGUAGES = frozenset(("polish", "czech", "slovak", "croatian", "ukrainian", "bulgarian"))
# A vowel that other cases of a word lack or change: rachunek, rachunku; договір, договору.
FLEETING_VOWEL = re.compile("[eoiіоеёъa](?=[^aeiouyаеёиоуыэюяіїє]$)")
# What other cases make of a stem's last consonants: matka, matce; droga, drodze; Praha, Praze; книга, книзі.
SOFTENED = ((re.compile("(?:dz|[zh])$"), "g"), (re.compile("cz?$"), "k"), (re.compile("rz$"), "r"))
SOFTENED_CYRILLIC = ((re.compile("з$"), "г"), (re.compile("ц$"), "к"))
UKRAINIAN_ENDING = re.compile(
    "(?<=...)(?:ами|ями|ими|ах|ях|их|ів|їв|ові|еві|ою|ею|єю|ом|ем|ям|ам|им|ої|ий|ій|[аеиоуюяіїь])$"
)
# Consonant gradation: kk, k; tt, t, d; pp, p, v; nk, ng; nt, nn; and so on.
GRADES = tuple(
    (re.compile(pattern), letter)
    for pattern, letter in (
        ("ks$", "s"), ("n[kgtn]$", "n"), ("l[tl]$", "l"), ("r[tr]$", "r"), ("m[pm]$", "m"),
        ("kk$", "k"), ("(?:pp|v)$", "p"), ("(?:tt|d|s)$", "t"),
    )
)  # fmt: skip
FINNISH_NOUN, FINNISH_FORM = re.compile("[aeiouy]s?$|[aeiouy]in$"), re.compile("[aeiouynt]$")
WEAK_GRADE = {"t": "d", "p": "v", "s": "d"}
MIN_HEAD = 3  # letters that all forms of a word begin with
MAX_ENDING = 5  # letters that they may differ in
MIN_UNKNOWN = 5  # letters of a word whose language is unknown
MIN_SHARE = 0.7  # of a word's letters that an unknown language's forms begin with


def head(word: str) -> str:
    """The letters that all inflected forms of a word begin with."""
    return word[: max(MIN_HEAD, len(word) - MAX_ENDING)]


def heads(word: str) -> list[str]:
    """The beginnings of a word's inflected forms: účet, účtu; katu, kadulla."""
    found = [head(word)]
    if len(word) == MIN_HEAD + 1:
        shorter = FLEETING_VOWEL.sub("", word)
        found += [shorter] if shorter != word else [word[:2] + WEAK_GRADE[word[2]]] if word[2] in WEAK_GRADE else []
    return found


def same_stem(word: str, terms: Iterable[str], languages: Iterable[str]) -> list[str]:
    """The terms that are other forms of a word in any of these languages."""
    keys = {language: _key(word, language) for language in languages if _writes(language, word)}
    if not FINNISH_NOUN.search(word):
        keys.pop("finnish", None)
    return [
        term
        for term in terms
        if term != word
        and any(_key(term, one) == key for one, key in keys.items() if one != "finnish" or FINNISH_FORM.search(term))
    ]


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
    stem: str = UKRAINIAN_ENDING.sub("", word) if language == "ukrainian" else _stem(word, STEMMERS[language])
    if language == "finnish":
        return _with_endings(stem.rstrip("aeiouy"), GRADES) if len(stem) > MIN_HEAD else stem
    if language not in FLEETING_LANGUAGES:
        return stem
    if language == "czech":
        stem = stem.replace("ou", "u")
    stem = _with_endings(stem, SOFTENED_CYRILLIC if STEMMERS[language] == "russian" else SOFTENED)
    return FLEETING_VOWEL.sub("", stem) if len(stem) > MIN_HEAD else stem


def _with_endings(stem: str, endings: Iterable[tuple[re.Pattern[str], str]]) -> str:
    """A stem with each of its last consonants replaced, in order."""
    for pattern, letter in endings:
        stem = pattern.sub(letter, stem)
    return stem


def _stem(word: str, stemmer: str) -> str:
    return str(_stemmer(stemmer).stemWord(word))


@cache
def _stemmer(name: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(name)
