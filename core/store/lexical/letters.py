"""Folding: one spelling for texts that a reader takes for the same, in words and in names.

What it costs, and why not ICU: `.github/decisions/0910-one-spelling-of-letters.md`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any

# Scripts without spaces between words (Thai, Lao, Burmese, Khmer, Han, kana), and Hangul, whose words have suffixes.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f]+"
)
# Combining accents, Hebrew and Arabic vowel marks, the Arabic tatweel, and the nukta of Hindi and Punjabi.
OPTIONAL_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670\u093c\u0a3c]+")
# Characters without a width: soft hyphens, zero-width spaces and joiners, marks of direction, variation selectors.
INVISIBLE_RANGES = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E),
    (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0xE0000, 0xE0FFF),
)  # fmt: skip
INVISIBLE = re.compile(f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in INVISIBLE_RANGES)}]+")
# Gershayim and what is typed for it: צה״ל, צה"ל, צה''ל. A quoted word behind particles is a word: ב"הארץ".
HEBREW_QUOTES = re.compile("(?<=[\u05d0-\u05ea])(?:''|[\"'\u05f3\u05f4\u2018-\u201f])(?=[\u05d0-\u05ea])")
HEBREW_QUOTED_WORD = re.compile(
    '(?<![\u05d0-\u05ea])([\u05d5\u05e9\u05d4\u05db\u05dc\u05d1\u05de]{1,3})["\u05f4\u201c-\u201f]'
    '(?=[\u05d0-\u05ea][^"\u05f4\u201c-\u201f\n]{1,60}["\u05f4\u201c-\u201f](?![\u05d0-\u05ea]))'
)
# A nasal before a consonant of its own kind, which Hindi writes as a dot too: हिन्दी, हिंदी.
DEVANAGARI_NASAL = re.compile(
    "\u0919\u094d(?=[\u0915-\u0918])|\u091e\u094d(?=[\u091a-\u091d])|\u0923\u094d(?=[\u091f-\u0922])"
    "|\u0928\u094d(?=[\u0924-\u0927])|\u092e\u094d(?=[\u092a-\u092d])"
)
HEBREW = re.compile("[\u05d0-\u05ea]")
BEYOND_LATIN = re.compile("[\u0130\u0370-\u1fff\u2c00-\U0010ffff]")  # letters that may be written for another
# What `normalize` does more to than NFKC; the others are Latin letters and punctuation, of which most texts are.
MORE_THAN_NFKC = re.compile(
    "[\xa8\xad\xaf\xb4\xb8\u0130\u02d8-\u02dd\u0300-\u200f\u2017\u2028-\u202e\u203e\u2060-\U0010ffff]"
)
MAX_CACHED_CHARS = 20_000
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\ufa11\U00020bb7]")
HAN_BLOCKS = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000))
# Variants in names and old prints that OpenCC leaves, and the usual character, each of them simplified.
HAN_VARIANTS = str.maketrans(
    "髙﨑嵜邉濵冨嶋嶌栁槗曻渕呉戸帐着姊劒働擧隣兎頬塡呑姫屛楳煕聡蝿諌賎飮鯵鴬桒祇覆砲痺倂値偸呌拏淸緖衞靑\U00020bb7",
    "高崎崎边滨富岛岛柳桥升渊吴户账著姉剑动举邻兔颊填吞姬屏梅熙聪蝇谏贱饮鲹莺桑只复炮痹并值偷叫拿清绪卫青吉",
)
# Accents that are often omitted in writing: Greek vowels, the Russian yo, the Turkish dotted capital I. Letters of
# Arabic and Persian that are written for each other, as in Lucene's normalizers: alef with hamza, yeh, keheh, heh. The
# Hindi chandrabindu and bindu. The Arabic thousands and decimal signs.
SAME_LETTERS = str.maketrans(
    "άέήίόύώϊϋΐΰΆΈΉΊΌΎΏёЁİ" "أإآٱىیےئؤکةۀہھە" "\u0901\u066c\u066b",
    "αεηιουωιυιυΑΕΗΙΟΥΩеЕi" "اااايييي" "وكههههه" "\u0902,.",
)  # fmt: skip
SURROGATE = re.compile("([\ud800-\udfff]+)")  # bytes of a name that are not UTF-8; tantivy refuses them
FIRST_DIGITS, LAST_DIGITS = 0x660, 0x1FBFA  # where decimal digits other than ASCII are


def normalize(text: str) -> str:
    """NFKC-normalized text in one spelling: without marks often omitted or invisible, digits and variants unified."""
    if text.isascii():
        return text
    return _normalized(text) if len(text) <= MAX_CACHED_CHARS else _normalized.__wrapped__(text)


@lru_cache(maxsize=16)  # each field of the index asks for the same passage
def _normalized(text: str) -> str:
    if not MORE_THAN_NFKC.search(text):
        return unicodedata.normalize("NFKC", text)
    text = OPTIONAL_MARKS.sub("", unicodedata.normalize("NFKC", INVISIBLE.sub("", text)))
    if HEBREW.search(text):
        text = HEBREW_QUOTES.sub("", HEBREW_QUOTED_WORD.sub(r"\1 ", text))
    if "\u094d" in text:
        text = DEVANAGARI_NASAL.sub("\u0902", text)
    return same_letters(text)


def same_letters(text: str) -> str:
    """A text of the same length with one letter for each that is written differently; see `normalize`."""
    if not BEYOND_LATIN.search(text):
        return text
    return text.translate(_letters_with_han() if HAN.search(text) else letter_table())


@cache
def letter_table() -> dict[int, Any]:
    """A table for `str.translate`: letters and digits to the ones that they are indexed as."""
    digits = {
        code: str(unicodedata.decimal(chr(code)))
        for code in range(FIRST_DIGITS, LAST_DIGITS)
        if unicodedata.category(chr(code)) == "Nd"
    }
    return SAME_LETTERS | digits


@cache
def han_letters() -> dict[int, Any]:
    """A table from Traditional Chinese and Japanese characters to Simplified ones, by OpenCC's dictionaries."""
    import opencc

    to_simplified, to_traditional = opencc.OpenCC("t2s"), opencc.OpenCC("jp2t")
    chars = [chr(code) for block in HAN_BLOCKS for code in block]
    simplified = to_simplified.convert("\n".join(chars))
    japanese = to_simplified.convert(to_traditional.convert("\n".join(chars)))
    found: dict[int, str] = {}
    for char, simple, other in zip(chars, simplified.split("\n"), japanese.split("\n"), strict=True):
        plain = (simple if simple != char else other).translate(HAN_VARIANTS)
        if plain != char and len(plain) == 1:
            found[ord(char)] = plain
    return HAN_VARIANTS | found


@cache
def _letters_with_han() -> dict[int, Any]:
    return letter_table() | han_letters()


@cache
def _whole() -> Any:
    """An analyzer that takes a text as one word: lower case, and ASCII letters for those based on them."""
    import tantivy

    chain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return chain.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold()).build()


def plain_letters(text: str) -> str:
    """A text as the words of the lexical index are: normalized, in lower case, plain letters for accented ones."""
    return text.lower() if text.isascii() else "".join(_whole().analyze(normalize(text)))


def fold(text: str) -> str:
    """Text for comparing names: lower case, plain letters without accents, compatibility forms resolved."""
    if text.isascii():
        return text.lower()
    plain = "".join(
        piece if SURROGATE.match(piece) else "".join(_whole().analyze(normalize(piece)))
        for piece in SURROGATE.split(text)
    )
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(char for char in decomposed if not unicodedata.combining(char))
