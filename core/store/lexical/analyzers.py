"""Text analysis for the lexical index: folding, stemming, and character bigrams for unspaced scripts.

Why tantivy's own analyzers are not enough: `.github/decisions/0204-lexical-analyzers.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from core.store.lexical import wildcards
from core.store.lexical.alternatives import NO_ALTERNATIVES, Alternatives
from core.store.lexical.arabic import bare_words, without_particles
from core.store.lexical.compounds import LONG_WORD, compound_endings
from core.store.lexical.hyphens import solid_words
from core.store.lexical.identifiers import IDENTIFIER, parts, with_parts
from core.store.lexical.language_detection import LANGUAGES as STEMMED_LANGUAGES
from core.store.lexical.letters import UNSPACED, fold, normalize
from core.store.lexical.numbers import number_terms
from core.store.lexical.signs import WORD_WITH_SIGN, initials, lone_signs, marked_words, options, words_with_sign

ANALYSIS_VERSION = 6  # increase it when the same text yields other terms: lexical indexes are then rebuilt
WORD_PATTERN = r"[\p{L}\p{M}\p{N}]+"  # marks belong to words in Indic scripts and Thai
MAX_TERM_BYTES = 64  # longer terms are dropped
# Characters that tantivy's simple tokenizer may take otherwise than WORD_PATTERN: marks, and letters in circles.
NOT_SIMPLE = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0590-\u1dff\u20d0-\u20ff\u24b6-\u24e9\u2ce0-\u2dff\u302a-\u302f\u3099\u309a"
    "\ua000-\uabff\ufe00-\ufe2f\U00010000-\U0010ffff]"
)
# A word broken at the end of a line; what follows in capitals is a word of its own.
HYPHEN_AT_LINE_END = re.compile(r"[-\u2010\u2011][ \t]*\n")
BROKEN_WORD = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,40})[-\u2010\u2011][ \t]*\n\s*([^\W\d_]{2,40})")
BEFORE, BEHIND = "([\"'\u201c\u2018\u201e\xab", ")]\"'\u201d\u2019\u201c\xbb.,;:!?"  # a word, and of no sign with it
HEADING_SEARCH_CHARS = 400  # characters
HEADING = re.compile(r"\s*(?:#+[ \t]+)?([^\n]{2,200}?)[ \t]*\n[ \t]*\n")
# Languages with stop words in tantivy. A query is in one of them if that list removes STOP_WORD_MARGIN words more
# than the English list.
STOP_WORD_LANGUAGES = (
    "german", "french", "spanish", "italian", "portuguese", "dutch", "russian", "swedish", "danish", "norwegian",
    "finnish", "hungarian",
)  # fmt: skip
STOP_WORD_MARGIN = 2
# Question words and the like that are missing in tantivy's English list.
EXTRA_ENGLISH_STOP_WORDS = (
    "how what which who whom whose when where why i me my we us our you your he him his she her its them do does did "
    "can could would should must may might shall am were been has have had from about than too here before after again "
    "out up down over under off some any more most other only so just each both few very through between while because"
)


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A term of a query: `text` as in the exact field, `forms` as in the stemmed fields.

    A bigram of an unspaced script is a term, and so is a single character, which has no forms. `match_mode` says which
    indexed terms it matches: its forms, those with it as a prefix, those within `max_edits` edits, or those that it
    stands for as a wildcard: `alternatives.same`, of `words` in all. `identifier` is the camelCase identifier that it
    is a part of, as a term of the exact field. `alternatives` are other spellings.
    """

    text: str
    forms: tuple[str, ...]
    match_mode: Literal["forms", "prefix", "fuzzy", "wildcard"] = "forms"
    max_edits: int = 0
    identifier: str = ""
    alternatives: Alternatives = NO_ALTERNATIVES
    words: int = 0


def to_bigrams(text: str) -> str:
    """Text for the stemmed fields: unspaced runs as bigrams, camelCase identifiers also as their parts."""
    folded = _rejoined(normalize(text), _joined_with_parts)
    folded = UNSPACED.sub(lambda run: f" {' '.join(_bigrams(run[0])) or run[0]} ", folded)
    return with_parts(folded)


def to_characters(text: str) -> str:
    """Text for the exact field: unspaced runs as single characters."""
    folded = _rejoined(normalize(text), _joined)
    return UNSPACED.sub(lambda run: f" {' '.join(run[0])} ", folded)


def variants(text: str) -> list[str]:
    """Other spellings of what a text has: numbers without separators, words without hyphens, signs and words with them.

    Also initials without dots, and options of commands.
    """
    folded = normalize(text)
    # Signs, hyphens and numbers are in what is not a word of letters; that is much less to search.
    pieces = [
        piece for piece in folded.split() if not (piece.isalpha() or piece.lstrip(BEFORE).rstrip(BEHIND).isalpha())
    ]
    rest = folded if " & " in folded else " ".join(pieces)
    found = {*number_terms(folded), *words_with_sign(rest), *lone_signs(rest), *options(text), *marked_words(rest)}
    found.update(word for word, _ in initials(folded))
    found.update(solid_words(pieces))
    return [term for term in found if len(term.encode()) <= MAX_TERM_BYTES]


def endings(text: str) -> str:
    """The endings of the compounds of a text between blanks, as terms of the exact field."""
    return " ".join(map(_folded_endings, set(LONG_WORD.findall(normalize(text).lower()))))


@lru_cache(maxsize=20_000)
def _folded_endings(word: str) -> str:
    return " ".join(analyzer().analyze(" ".join(compound_endings(word))))


def exact_terms(text: str) -> list[str]:
    """The folded words and single characters of a text in order: the terms of a phrase."""
    return list(analyzer().analyze(to_characters(text)))


def query_terms(
    text: str, languages: Collection[str] = ("english",), signed: Collection[str] | None = None
) -> list[QueryTerm]:
    """The terms of a query in order, without stop words unless there is nothing else.

    `signed` are the words with signs to take as one term (C++); without it, each is one term and its word another.
    A query of nothing but signs has these as its terms.
    """
    return list(_cached_query_terms(text, frozenset(languages), None if signed is None else frozenset(signed)))


@lru_cache(maxsize=64)
def _cached_query_terms(text: str, languages: frozenset[str], signed: frozenset[str] | None) -> tuple[QueryTerm, ...]:
    """Cached: retrievers and the highlighter ask for the terms of the same query."""
    text, patterns = wildcards.split(text)
    if patterns and not text.strip():
        return tuple(QueryTerm(pattern, (), "wildcard") for pattern in patterns)
    folded = normalize(text)
    whole = [word for word in words_with_sign(folded) if signed is None or word in signed]
    if signed and whole:
        text = WORD_WITH_SIGN.sub(lambda word: " " if word[0].lower().replace(" ", "") in signed else word[0], folded)
    identifiers = {
        part.lower(): " ".join(analyzer().analyze(identifier))
        for identifier in IDENTIFIER.findall(normalize(text))
        for part in parts(identifier)
    }
    words = dict.fromkeys(_drop_stop_words(to_bigrams(text)))
    terms = [_query_term(word, languages, part_of=identifiers.get(word, "")) for word in words]
    terms += [QueryTerm(word, ()) for word in dict.fromkeys(whole or (() if terms else lone_signs(folded)))]
    return (*terms, *(QueryTerm(pattern, (), "wildcard") for pattern in patterns))


@lru_cache(maxsize=4096)
def term_forms(word: str, languages: frozenset[str]) -> tuple[str, ...]:
    """The forms of a word in the stemmed fields: as it is, and stemmed in each language, with and without accents."""
    found, folded = list(analyzer().analyze(word)), fold(word)
    for language in sorted(languages.intersection(STEMMED_LANGUAGES)):
        stemmed = analyzer(language)
        found += stemmed.analyze(word)
        if folded != word and folded.isascii():
            found += stemmed.analyze(folded)
    if "arabic" in languages:
        bare = [without_particles(form) for form in found]
        found += [*bare, *(stem for word in bare for stem in analyzer("arabic").analyze(word))]
    return tuple(dict.fromkeys(found))


def arabic_words(text: str) -> str:
    """The Arabic words of a text, and those with particles also without them, for the Arabic stemmer."""
    return " ".join(bare_words(normalize(text)))


def heading(text: str) -> str:
    """The first line of a text if it looks like a heading (alone, before a blank line); else ""."""
    found = HEADING.match(text[:HEADING_SEARCH_CHARS])
    return found[1].strip() if found else ""


def is_simple(text: str) -> bool:
    """Whether tantivy's simple tokenizer, which is the faster one, finds the same words in a text."""
    return text.isascii() or NOT_SIMPLE.search(text) is None


def tokenize(text: str, language: str = "") -> Any:
    """The terms of a text with positions, pre-tokenized for tantivy; by its faster tokenizer where that does."""
    return analyzer(language, simple=is_simple(text)).pre_tokenize(text)


@cache
def analyzer(language: str = "", *, simple: bool = False) -> Any:
    """An analyzer for lower-cased, ASCII-folded words, stemmed if a language is given.

    `simple`: for texts without NOT_SIMPLE.
    """
    import tantivy

    chain = _word_chain(simple=simple)
    if language:
        chain = chain.filter(tantivy.Filter.stemmer(language))
    return chain.filter(tantivy.Filter.ascii_fold()).build()


@cache
def _stop_word_analyzer(language: str) -> Any:
    """An analyzer for lower-cased words without a language's stop words."""
    import tantivy

    chain = _word_chain().filter(tantivy.Filter.stopword(language))
    if language == "english":
        chain = chain.filter(tantivy.Filter.custom_stopword(EXTRA_ENGLISH_STOP_WORDS.split()))
    return chain.build()


def _word_chain(*, simple: bool = False) -> Any:
    import tantivy

    tokenizer = tantivy.Tokenizer.simple() if simple else tantivy.Tokenizer.regex(WORD_PATTERN)
    chain = tantivy.TextAnalyzerBuilder(tokenizer)
    return chain.filter(tantivy.Filter.remove_long(MAX_TERM_BYTES)).filter(tantivy.Filter.lowercase())


def _drop_stop_words(text: str) -> list[str]:
    found: list[str] = _stop_word_analyzer("english").analyze(text)
    other: list[str] = min((_stop_word_analyzer(language).analyze(text) for language in STOP_WORD_LANGUAGES), key=len)
    if len(other) + STOP_WORD_MARGIN <= len(found):
        found = other
    return found or list(_word_chain().build().analyze(text))


def _query_term(word: str, languages: frozenset[str], *, part_of: str) -> QueryTerm:
    text = " ".join(analyzer().analyze(word))
    if UNSPACED.fullmatch(word):
        return QueryTerm(text, (word,) if len(word) > 1 else ())
    return QueryTerm(text, term_forms(word, languages), identifier=part_of)


def _rejoined(text: str, replacement: Callable[[re.Match[str]], str]) -> str:
    return BROKEN_WORD.sub(replacement, text) if HYPHEN_AT_LINE_END.search(text) else text


def _joined(broken: re.Match[str]) -> str:
    """A word broken at the end of a line as one word."""
    return broken[1] + broken[2] if broken[2][0].islower() else broken[0]


def _joined_with_parts(broken: re.Match[str]) -> str:
    """Such a word with its parts, which may be words of a compound that has a hyphen anyway."""
    return f"{broken[1]}{broken[2]} {broken[1]} {broken[2]}" if broken[2][0].islower() else broken[0]


def _bigrams(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]
