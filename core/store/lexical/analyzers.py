"""Text analysis for the lexical index: folding, stemming, and character bigrams for unspaced scripts.

Why tantivy's own analyzers are not enough: `.github/decisions/0204-lexical-analyzers.md`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

ANALYSIS_VERSION = 2  # increase it when the same text yields other terms: lexical indexes are then rebuilt
# Scripts without spaces between words (Thai, Lao, Burmese, Khmer, Han, kana), and Hangul, whose words have suffixes.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f]+"
)
WORD_PATTERN = r"[\p{L}\p{M}\p{N}]+"  # marks belong to words in Indic scripts and Thai
MAX_TERM_BYTES = 64  # longer terms are dropped
CAMEL_BOUNDARY = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
IDENTIFIER = re.compile(r"\b\w*(?:[a-z\d][A-Z]|[A-Z]{2}[a-z]{2})\w*")
# Combining accents, Hebrew and Arabic vowel marks, and the Arabic tatweel.
OPTIONAL_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]+")
# Accents that are often omitted in writing: Greek vowels, the Russian yo, the Turkish dotted capital I.
ACCENT_MAP = str.maketrans("άέήίόύώϊϋΐΰΆΈΉΊΌΎΏёЁİ", "αεηιουωιυιυΑΕΗΙΟΥΩеЕi")
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
    indexed terms it matches: its forms, those with it as a prefix, or those within `max_edits` edits. `identifier` is
    the camelCase identifier that it is a part of, as a term of the exact field.
    """

    text: str
    forms: tuple[str, ...]
    match_mode: Literal["forms", "prefix", "fuzzy"] = "forms"
    max_edits: int = 0
    identifier: str = ""


def to_bigrams(text: str) -> str:
    """Text for the stemmed fields: unspaced runs as bigrams, camelCase identifiers also as their parts."""
    folded = UNSPACED.sub(lambda run: f" {' '.join(_bigrams(run[0])) or run[0]} ", normalize(text))
    return IDENTIFIER.sub(_with_parts, folded)


def to_characters(text: str) -> str:
    """Text for the exact field: unspaced runs as single characters."""
    return UNSPACED.sub(lambda run: f" {' '.join(run[0])} ", normalize(text))


def exact_terms(text: str) -> list[str]:
    """The folded words and single characters of a text in order: the terms of a phrase."""
    return list(analyzer().analyze(to_characters(text)))


def query_terms(text: str, languages: Collection[str] = ("english",)) -> list[QueryTerm]:
    """The terms of a query in order, without stop words unless there is nothing else."""
    return list(_cached_query_terms(text, frozenset(languages)))


@lru_cache(maxsize=64)
def _cached_query_terms(text: str, languages: frozenset[str]) -> tuple[QueryTerm, ...]:
    """Cached: retrievers and the highlighter ask for the terms of the same query."""
    identifiers = {
        part.lower(): " ".join(analyzer().analyze(identifier))
        for identifier in IDENTIFIER.findall(normalize(text))
        for part in CAMEL_BOUNDARY.split(identifier)
    }
    words = dict.fromkeys(_drop_stop_words(to_bigrams(text)))
    return tuple(_query_term(word, languages, part_of=identifiers.get(word, "")) for word in words)


@lru_cache(maxsize=4096)
def term_forms(word: str, languages: frozenset[str]) -> tuple[str, ...]:
    """The forms of a word in the stemmed fields: as it is, and stemmed in each language, with and without accents."""
    found, folded = list(analyzer().analyze(word)), fold(word)
    for language in sorted(languages):
        stemmed = analyzer(language)
        found += stemmed.analyze(word)
        if folded != word and folded.isascii():
            found += stemmed.analyze(folded)
    return tuple(dict.fromkeys(found))


def heading(text: str) -> str:
    """The first line of a text if it looks like a heading (alone, before a blank line); else ""."""
    found = HEADING.match(text[:HEADING_SEARCH_CHARS])
    return found[1].strip() if found else ""


def fold(text: str) -> str:
    """Text for comparing names: lower case, without accents, compatibility forms resolved."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def normalize(text: str) -> str:
    """NFKC-normalized text without the marks that are often omitted in writing."""
    if text.isascii():
        return text
    return OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKC", text)).translate(ACCENT_MAP)


def tokenize(text: str, language: str = "") -> Any:
    """The terms of a text with positions, pre-tokenized for tantivy; ASCII text by its faster tokenizer."""
    return analyzer(language, ascii_only=text.isascii()).pre_tokenize(text)


@cache
def analyzer(language: str = "", *, ascii_only: bool = False) -> Any:
    """An analyzer for lower-cased, ASCII-folded words, stemmed if a language is given."""
    import tantivy

    chain = _word_chain(ascii_only=ascii_only)
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


def _word_chain(*, ascii_only: bool = False) -> Any:
    import tantivy

    tokenizer = tantivy.Tokenizer.simple() if ascii_only else tantivy.Tokenizer.regex(WORD_PATTERN)
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


def _with_parts(identifier: re.Match[str]) -> str:
    return f"{identifier[0]} {' '.join(CAMEL_BOUNDARY.split(identifier[0]))}"


def _bigrams(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]
