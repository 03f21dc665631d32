"""Text to the terms that are indexed and asked for: folded, stemmed, and in pairs where a script writes no spaces."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

# Scripts without spaces between words (Thai, Lao, Burmese, Khmer, Han, kana), and Hangul, whose words carry endings.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f]+"
)
LONGEST = 64  # bytes of a term
# Languages whose stop words tantivy has; a query is taken to be in one if it has SURE of them more than English ones.
OTHERS = (
    "german", "french", "spanish", "italian", "portuguese", "dutch", "russian", "swedish", "danish", "norwegian",
    "finnish", "hungarian",
)  # fmt: skip
SURE = 2
# What questions are made of, and tantivy's English list does not have.
ENGLISH_TOO = (
    "how what which who whom whose when where why i me my we us our you your he him his she her its them do does did "
    "can could would should must may might shall am were been has have had from about than too here before after again "
    "out up down over under off some any more most other only so just each both few very through between while because"
)


def spaced(text: str) -> str:
    """Text for the index: runs of unspaced script as their characters and pairs, all else as it is."""
    return UNSPACED.sub(lambda run: f" {' '.join(run[0])} {' '.join(_pairs(run[0]))} ", _narrowed(text))


def asked(text: str) -> str:
    """Text for a query: runs of unspaced script as their pairs, a single character as itself."""
    return UNSPACED.sub(lambda run: f" {' '.join(_pairs(run[0])) or run[0]} ", _narrowed(text))


def terms(text: str) -> list[str]:
    """The terms of a query in their order, without its language's stop words unless there is nothing else."""
    wanted = asked(text)
    found: list[str] = analyzer("english").analyze(wanted)
    other = min((analyzer(language).analyze(wanted) for language in OTHERS), key=len)
    if len(other) + SURE <= len(found):
        found = list(other)
    return found or list(analyzer().analyze(wanted))


def stem(word: str) -> str:
    """A single word as the index has it; empty if it has none."""
    found: list[str] = analyzer().analyze(word)
    return found[0] if found else ""


def fold(text: str) -> str:
    """Text for comparing names: lower case, without accents, compatibility forms resolved."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@cache
def analyzer(stop_words: str = "") -> Any:
    """The word index's analyzer; with the name of a language it leaves out that language's stop words."""
    import tantivy

    chain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    chain = chain.filter(tantivy.Filter.remove_long(LONGEST)).filter(tantivy.Filter.lowercase())
    if stop_words:
        chain = chain.filter(tantivy.Filter.stopword(stop_words))
    if stop_words == "english":
        chain = chain.filter(tantivy.Filter.custom_stopword(ENGLISH_TOO.split()))
    return chain.filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.stemmer("english")).build()


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _narrowed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)
