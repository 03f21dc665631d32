"""Which date words are offered while a date is typed, in the user's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from core.search.query import date_words
from core.search.query.dates import parse_dates


def suggested_dates(
    values: Iterable[str], language: str, said: Callable[[str], str]
) -> tuple[Sequence[str], Sequence[str]]:
    """The `values` in a language, and more words that are worth offering once their first letters are typed.

    `said` gives a value as the user reads it, for those that CLDR has no words for: it is offered if it is understood
    as the same days.
    """
    first = [_in_language(value, language, said) for value in values]
    more = dict.fromkeys((*date_words.common(language), *values, *date_words.common("en")))
    return first, [words for words in more if words not in first]


def _in_language(value: str, language: str, said: Callable[[str], str]) -> str:
    if language == "en":
        return value
    text = date_words.translated(value, language) or said(value)
    text = text if value[:1].isupper() else text[:1].lower() + text[1:]
    return text if parse_dates("date", text) == parse_dates("date", value) else value
