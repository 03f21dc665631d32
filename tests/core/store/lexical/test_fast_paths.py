"""What the analyzers skip for speed makes no difference, for any character."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from core.store.lexical import analyzers, identifiers, letters

CHARACTERS = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]


def test_the_faster_tokenizer_says_the_same_of_the_texts_that_it_gets() -> None:
    simple = [character for character in CHARACTERS if not analyzers.NOT_SIMPLE.search(character)]
    text = " ".join(f"a{character}b {character}" for character in simple)
    assert len(simple) > 50_000
    assert analyzers.analyzer(simple=True).analyze(text) == analyzers.analyzer().analyze(text)


def test_the_texts_that_are_only_normalized_need_no_more_than_that() -> None:
    common = [character for character in CHARACTERS if not letters.MORE_THAN_NFKC.search(character)]
    assert {"é", "“", "…"} <= set(common)
    for character in common:
        plain = unicodedata.normalize("NFKC", f"a{character}b")
        assert not letters.INVISIBLE.search(character)
        assert not letters.OPTIONAL_MARKS.search(plain)
        assert letters.same_letters(plain) == plain


@pytest.mark.parametrize(
    "text",
    ["getElementById", "XMLHttpRequest and fooBar_baz2Qux", "HTTPServer", "ABC Abc abc A1B", "überGroß ÄB", "aB", ""],
)
def test_identifiers_are_followed_by_their_parts(text: str) -> None:
    expected = identifiers.IDENTIFIER.sub(
        lambda found: f"{found[0]} {' '.join(identifiers.CAMEL_BOUNDARY.split(found[0]))}", text
    )
    assert analyzers.to_bigrams(text) == expected
