"""The fields of the lexical index, and what a passage has in each."""

from __future__ import annotations

from functools import cache
from typing import Any

from core.store.lexical import analyzers
from core.store.lexical.compounds import LANGUAGES as COMPOUNDING_LANGUAGES
from core.store.lexical.language_detection import LANGUAGES, detect_language, languages_of_scripts, recognised_language

RECOGNISED = "text:"  # before a language that a text is in; without it is the one that it is stemmed in


# What most texts are in: tantivy itself makes the terms of simple texts in it, which takes half the time.
BODY_LANGUAGE = "english"


def schema() -> Any:
    """The fields. Stemmed: `body`, `title`; as written: `exact`, `variants`; `endings` are those of compounds."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", fast=True)
    builder.add_unsigned_field("content", indexed=True)
    builder.add_text_field("body", tokenizer_name=BODY_LANGUAGE, index_option="freq")
    builder.add_text_field("title", tokenizer_name=BODY_LANGUAGE, index_option="freq")
    builder.add_text_field("exact", tokenizer_name="exact", index_option="position")
    builder.add_text_field("variants", tokenizer_name="exact", index_option="freq")
    builder.add_text_field("endings", tokenizer_name="exact", index_option="basic")
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    return builder.build()


def register_tokenizers(index: Any) -> None:
    """Register what makes the terms of simple texts, as `analyzers.tokenize` does of others."""
    index.register_tokenizer("exact", analyzers.analyzer(simple=True))
    index.register_tokenizer(BODY_LANGUAGE, analyzers.analyzer(BODY_LANGUAGE, simple=True))


def document(passage_id: int, content_id: int, title: str, text: str, fallback: str) -> Any:
    """The tantivy document of a passage, stemmed in its language, or in `fallback` if that is not recognized."""
    import tantivy

    detected = detect_language(text, "")
    language = detected if detected == fallback else detect_language(text, fallback)
    stemmer = language if language in LANGUAGES else ""
    found = tantivy.Document()
    found.add_unsigned("passage", passage_id)
    found.add_unsigned("content", content_id)
    _add_words(found, "body", analyzers.to_bigrams(text), stemmer)
    for other in languages_of_scripts(text):
        if other != language:
            found.add_pre_tokenized_text("body", analyzers.tokenize(analyzers.to_bigrams(text), other))
        if other == "arabic" and (bare := analyzers.arabic_words(text)):
            found.add_pre_tokenized_text("body", analyzers.tokenize(bare))
            found.add_pre_tokenized_text("body", analyzers.tokenize(bare, other))
    _add_words(found, "title", analyzers.to_bigrams(title), stemmer)
    _add_words(found, "exact", analyzers.to_characters(text), "")
    if variants := analyzers.variants(text):
        found.add_pre_tokenized_text("variants", _blank_separated().pre_tokenize(" ".join(variants)))
    if (not detected or detected in COMPOUNDING_LANGUAGES) and (endings := analyzers.endings(text)):
        found.add_pre_tokenized_text("endings", _blank_separated().pre_tokenize(endings))
    found.add_text("language", language)
    found.add_text("language", RECOGNISED + recognised_language(text))
    return found


def _add_words(document: Any, field: str, text: str, language: str) -> None:
    own_language = "" if field == "exact" else BODY_LANGUAGE
    if language == own_language and analyzers.is_simple(text):
        document.add_text(field, text)
    else:
        document.add_pre_tokenized_text(field, analyzers.tokenize(text, language))


@cache
def _blank_separated() -> Any:
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
