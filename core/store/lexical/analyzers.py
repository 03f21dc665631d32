"""Text to the terms that are indexed and asked for: folded, stemmed, and in pairs where a script writes no spaces."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

ANALYSIS_VERSION = 2  # raised when texts become other terms, so that the word index is made anew
# Scripts without spaces between words (Thai, Lao, Burmese, Khmer, Han, kana), and Hangul, whose words carry endings.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f]+"
)
WORD_PATTERN = (
    r"[\p{L}\p{M}\p{N}]+"  # with marks: without them most Indian words, and Thai ones with a tone, fall apart
)
MAX_TERM_BYTES = 64  # bytes of a term
CAMEL_BOUNDARY = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
IDENTIFIER = re.compile(r"\b\w*(?:[a-z\d][A-Z]|[A-Z]{2}[a-z]{2})\w*")
# Loose accents, marks of Hebrew and Arabic vowels, and the Arabic letter that only stretches a word.
OPTIONAL_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]+")
# Letters whose accents are left out as often: Greek vowels, the Russian yo, the Turkish capital I with its dot.
ACCENT_MAP = str.maketrans("άέήίόύώϊϋΐΰΆΈΉΊΌΎΏёЁİ", "αεηιουωιυιυΑΕΗΙΟΥΩеЕi")
HEADING_SEARCH_CHARS = 400  # characters that a heading is looked for in
HEADING = re.compile(r"\s*(?:#+[ \t]+)?([^\n]{2,200}?)[ \t]*\n[ \t]*\n")
# Languages whose stop words tantivy has; a query is taken to be in one if it has SURE of them more than English ones.
STOP_WORD_LANGUAGES = (
    "german", "french", "spanish", "italian", "portuguese", "dutch", "russian", "swedish", "danish", "norwegian",
    "finnish", "hungarian",
)  # fmt: skip
STOP_WORD_MARGIN = 2
# What questions are made of, and tantivy's English list does not have.
EXTRA_ENGLISH_STOP_WORDS = (
    "how what which who whom whose when where why i me my we us our you your he him his she her its them do does did "
    "can could would should must may might shall am were been has have had from about than too here before after again "
    "out up down over under off some any more most other only so just each both few very through between while because"
)


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of a query: `text` as the index has it exactly, `term_forms` as it may have it stemmed.

    A pair of characters of an unspaced script is a word too, and a single character, which has no forms. `stands_for`
    tells which words it finds: those of its forms, those that begin with it, or those that differ by `slips` letters.
    `part_of` is the identifier in camelCase that it is a part of, as the index has that.
    """

    text: str
    forms: tuple[str, ...]
    match_mode: Literal["forms", "prefix", "fuzzy"] = "forms"
    max_edits: int = 0
    identifier: str = ""


def to_bigrams(text: str) -> str:
    """Text for stems: runs of unspaced script as their pairs, an identifier in camelCase also as its parts."""
    plain = UNSPACED.sub(lambda run: f" {' '.join(_bigrams(run[0])) or run[0]} ", normalize(text))
    return IDENTIFIER.sub(_with_parts, plain)


def to_characters(text: str) -> str:
    """Text for exact words: runs of unspaced script as their characters."""
    return UNSPACED.sub(lambda run: f" {' '.join(run[0])} ", normalize(text))


def exact_terms(text: str) -> list[str]:
    """The words and single characters of a text in their order, folded: what a phrase is made of."""
    return list(analyzer().analyze(to_characters(text)))


def query_terms(text: str, languages: Collection[str] = ("english",)) -> list[QueryTerm]:
    """The words of a query in their order, without its language's stop words unless there is nothing else."""
    return list(_cached_query_terms(text, frozenset(languages)))


@lru_cache(maxsize=64)
def _cached_query_terms(text: str, languages: frozenset[str]) -> tuple[QueryTerm, ...]:
    """Kept, as each lane asks for the words of one query, and so does what marks them."""
    wholes = {
        part.lower(): " ".join(analyzer().analyze(identifier))
        for identifier in IDENTIFIER.findall(normalize(text))
        for part in CAMEL_BOUNDARY.split(identifier)
    }
    words = dict.fromkeys(_drop_stop_words(to_bigrams(text)))
    return tuple(_query_term(word, languages, part_of=wholes.get(word, "")) for word in words)


@lru_cache(maxsize=4096)
def term_forms(word: str, languages: frozenset[str]) -> tuple[str, ...]:
    """What the index may have for a word: as it is, and stemmed in each of some languages, with and without accents."""
    found, plain = list(analyzer().analyze(word)), fold(word)
    for language in sorted(languages):
        stemmed = analyzer(language)
        found += stemmed.analyze(word)
        if plain != word and plain.isascii():
            found += stemmed.analyze(plain)
    return tuple(dict.fromkeys(found))


def heading(text: str) -> str:
    """The first line of a text if it stands alone as headings do; "" if not."""
    found = HEADING.match(text[:HEADING_SEARCH_CHARS])
    return found[1].strip() if found else ""


def fold(text: str) -> str:
    """Text for comparing names: lower case, without accents, compatibility forms resolved."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def normalize(text: str) -> str:
    """A text with wide and narrow forms made one, and without the marks that most people leave out."""
    if text.isascii():
        return text
    return OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKC", text)).translate(ACCENT_MAP)


def tokenize(text: str, language: str = "") -> Any:
    """The terms of a text with their places, as the index takes them; of ASCII, by tantivy's faster tokenizer."""
    return analyzer(language, ascii_only=text.isascii()).pre_tokenize(text)


@cache
def analyzer(language: str = "", *, ascii_only: bool = False) -> Any:
    """Words in lower case and folded; stemmed, if a language is given."""
    import tantivy

    chain = _word_chain(ascii_only=ascii_only)
    if language:
        chain = chain.filter(tantivy.Filter.stemmer(language))
    return chain.filter(tantivy.Filter.ascii_fold()).build()


@cache
def _stop_word_analyzer(language: str) -> Any:
    """Words in lower case, without a language's stop words."""
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
