"""Words for days and periods in some languages, by CLDR: gestern, last week, il y a 3 jours, 星期一, märz."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from babel import localedata

from core.store.lexical.letters import fold

LOCALES = ("en", "de", "fr", "es", "it", "nl", "pt", "zh")
UNITS = ("day", "week", "month", "quarter", "year")
MIN_MONTH_LETTERS = 3  # of a month's name that is not typed to its end
HYPHEN = re.compile(r"(?<=\D)[-_]|[-_](?=\D|\Z)")  # in place of a blank: last-week, but not 2024-05
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
# "The last" of so many days, for which CLDR has no words.
LAST = re.compile(
    r"(?:\A|(?<= ))(?:the |die |les |los |las |gli |le |os |as |de )?"
    r"(?:last|past|letzten?|derni(?:er|ere)s|ultim[oaei]s?|laatste|afgelopen) |\A(?:最近|过去) ?"
)
ARTICLE = re.compile(r"\A(?:les|los|las|gli|le) (?=\d)")  # les 7 derniers jours


def spaced(text: str) -> str:
    """A date in words as it is read: last-30-days as last 30 days."""
    return " ".join(HYPHEN.sub(" ", text).split())


def normal(text: str) -> str:
    """A text as date words are compared: in small plain letters, without hyphens."""
    return spaced(fold(text).replace("’", "'"))


@cache
def relative_words() -> dict[str, tuple[str, int]]:
    """(unit, offset) by the words for it: yesterday is ("day", -1)."""
    return {
        words: (unit, offset)
        for locale in LOCALES
        for unit in UNITS
        for offset, typed in _data(locale)["date_fields"][unit]["relative"].items()
        for words in _spellings(typed)
    }


@cache
def weekdays() -> dict[str, int]:
    """The number of each weekday by its name; Monday is 0."""
    return {
        words: number
        for locale in LOCALES
        for number, name in _data(locale)["days"]["format"]["wide"].items()
        for words in _spellings(name)
    }


@cache
def months() -> dict[str, int]:
    """The number of each month by its names and their abbreviations."""
    return {
        words.rstrip("."): number
        for locale in LOCALES
        for form in ("format", "stand-alone")
        for width in ("abbreviated", "wide")
        for number, name in _data(locale)["months"][form][width].items()
        for words in _spellings(name)
    }


def month_number(name: str) -> int:
    """The number of a month by its name, or by the first letters of it; 0 for any other word."""
    if name in months():
        return months()[name]
    if len(name) < MIN_MONTH_LETTERS:
        return 0
    return min((number for known, number in months().items() if known.startswith(name)), default=0)


def ago(text: str) -> tuple[str, int] | None:
    """(unit, offset) of a text such as "3 days ago"; None for any other."""
    found = _counted(text, _past_patterns())
    return None if found is None else (found[0], -found[1])


def rolling(text: str) -> tuple[str, int] | None:
    """(unit, count) of a text such as "last 30 days" or "30 days"; None for any other."""
    return _counted(ARTICLE.sub("", LAST.sub("", text)), _unit_patterns())


def common(language: str) -> tuple[str, ...]:
    """Words for common periods, weekdays and months in a language, or in English, as CLDR writes them."""
    data = _data(_locale(language))
    periods = [data["date_fields"][unit]["relative"][offset] for unit in UNITS for offset in (0, -1)]
    days, names = data["days"]["format"]["wide"], data["months"]["stand-alone"]["wide"]
    return (*periods, *(days[number] for number in range(7)), *(names[number] for number in range(1, 13)))


def translated(words: str, language: str) -> str:
    """Words such as "last week" in a language, as CLDR writes them; "" for other words, or in another language."""
    found = relative_words().get(words)
    relative = {} if found is None else _data(_locale(language))["date_fields"][found[0]]["relative"]
    return str(relative.get(found[1], "")) if found else ""


def _locale(language: str) -> str:
    """The locale of a language tag such as zh_CN; that of English if its words are not known."""
    locale = language.partition("_")[0]
    return locale if locale in LOCALES else "en"


@cache
def _data(locale: str) -> Mapping[str, Any]:
    untyped: Any = localedata.load(locale)
    return localedata.LocaleDataDict(untyped)


def _spellings(words: str) -> set[str]:
    """Words as they are compared, with umlauts in both spellings."""
    return {normal(words), normal(words.lower().translate(UMLAUTS))}


def _counted(text: str, patterns: Mapping[str, re.Pattern[str]]) -> tuple[str, int] | None:
    for unit, pattern in patterns.items():
        if match := pattern.fullmatch(text):
            return unit, int(match[match.lastindex or 0])
    return None


@cache
def _past_patterns() -> dict[str, re.Pattern[str]]:
    return {unit: _pattern(_data(locale)["date_fields"][unit]["past"] for locale in LOCALES) for unit in UNITS}


@cache
def _unit_patterns() -> dict[str, re.Pattern[str]]:
    return {
        unit: _pattern(
            [_data(locale)["unit_patterns"][f"duration-{unit}"]["long"] for locale in LOCALES]
            + ([{"": f"{{0}}{unit[0]}"}] if unit != "month" else [])  # 30d
        )
        for unit in UNITS
        if unit != "quarter"
    }


def _pattern(texts: Iterable[Mapping[str, str]]) -> re.Pattern[str]:
    """What matches a number with words around it, {0} days ago, in each form and language: the number is a group."""
    forms = {words for by_form in texts for form, words in by_form.items() if "{0}" in words and form != "per"}
    forms |= {words.lower().translate(UMLAUTS) for words in forms}
    sides = {tuple(re.escape(normal(part)) for part in words.split("{0}")) for words in forms}
    return re.compile(
        "|".join(rf"{before}{' ?' if before else ''}(\d{{1,4}}) ?{after}" for before, after in sorted(sides))
    )
