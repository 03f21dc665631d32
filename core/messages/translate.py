"""Translation by gettext: one catalogue for the window, the command line and what core reports."""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from core import paths
from core.messages.formatting import MessageFormatter

DOMAIN = "findling"
SOURCE_LANGUAGE = "en"


class PluralText(NamedTuple):
    """The English singular and plural of one text, chosen by its parameter `count`."""

    one: str
    many: str


class _State:
    """The language in use. One for the whole process: what is reported in it is read by one person."""

    language = SOURCE_LANGUAGE
    translations: gettext.NullTranslations = gettext.NullTranslations()
    formatter = MessageFormatter(SOURCE_LANGUAGE)


def mark(text: str) -> str:
    """Mark a text for translation where it is defined; `tr` translates it where it is shown."""
    return text


def plural(one: str, many: str) -> PluralText:
    """Mark a text with a plural for translation where it is defined."""
    return PluralText(one, many)


def tr(text: str, /, **values: Any) -> str:
    """The text in the user's language, its `{name}` fields filled with values as the locale writes them.

    Without values the text is returned as it is, so that `tr("...").format(...)` works too.
    """
    found = _State.translations.gettext(text) if text else ""  # gettext's "" is the catalogue's header
    return _State.formatter.vformat(found, (), values) if values else found


def ntr(one: str, many: str, count: int, /, **values: Any) -> str:
    """The form of a text that fits `count`, which fills its field `{count}`."""
    found = _State.translations.ngettext(one, many, count)
    return _State.formatter.vformat(found, (), {"count": count, **values})


def sentences(*parts: str) -> str:
    """Sentences one after the other, as the language separates them; empty ones are left out."""
    joined = ""
    for part in filter(None, parts):
        joined = tr("{first} {second}", first=joined, second=part) if joined else part
    return joined


def language() -> str:
    """The language in use, as a tag with an underscore such as "de" or "zh_CN"."""
    return _State.language


def languages() -> tuple[str, ...]:
    """Every language there is a catalogue of, English first."""
    folder = paths.resources() / "locale"
    if not folder.is_dir():
        return (SOURCE_LANGUAGE,)
    found = sorted(entry.name for entry in folder.iterdir() if (entry / "LC_MESSAGES").is_dir())
    return (SOURCE_LANGUAGE, *found)


def set_language(preferred: str = "") -> str:
    """Switch to a language ("" follows the system) and return its tag; English if there is no catalogue for it.

    Numbers, dates and sizes follow the system's region if the system's language is in use.
    """
    system = _system_locales()
    asked = [preferred] if preferred else system
    chosen = next((found for name in asked if (found := _closest(name))), SOURCE_LANGUAGE)
    region = next((name for name in system if _language_of(name) == _language_of(chosen)), chosen)
    translations = gettext.translation(DOMAIN, paths.resources() / "locale", [chosen], fallback=True)
    use(translations, chosen, region)
    return chosen


def use(translations: gettext.NullTranslations, name: str, region: str = "") -> None:
    """Use these translations under a language's name; `region` is the locale of numbers and dates."""
    _State.translations = translations
    _State.language = name
    _State.formatter = MessageFormatter(region or name)


def formatter() -> MessageFormatter:
    """How the language in use writes numbers, sizes, dates and durations."""
    return _State.formatter


def _language_of(name: str) -> str:
    return name.partition("_")[0]


def _closest(name: str) -> str | None:
    """The catalogue for a locale: its own, or one of the same language; traditional Chinese has none."""
    known = languages()
    if name in known:
        return name
    if name.startswith(("zh_TW", "zh_HK", "zh_MO", "zh_Hant")):
        return None
    return next((found for found in known if _language_of(found) == _language_of(name)), None)


def _system_locales() -> Sequence[str]:
    """The user's locales in order of preference, without encoding: ["de_AT", "en"]."""
    listed = os.environ.get("LANGUAGE", "").split(":")
    listed += [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    if not any(listed) and sys.platform != "linux":
        import locale

        listed = [locale.getlocale()[0] or ""]
    names = [name.partition(".")[0].partition("@")[0].replace("-", "_") for name in listed]
    return [name for name in names if name and name not in ("C", "POSIX")]
