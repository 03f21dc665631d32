"""A made language in which every text is bracketed and 40 % longer: what stands outside brackets is not translated."""

from __future__ import annotations

import gettext
import math
import re
from functools import lru_cache

from core.messages import translate

OPEN, CLOSE = "\u27e6", "\u27e7"  # mathematical white square brackets, which no text of ours has
GROWTH = 0.4
WORD = 9  # characters of a padding word, so that long texts wrap as real ones do


def pseudo(text: str) -> str:
    """The text in brackets, with padding behind it; a trailing line break stays at the end."""
    if not text.strip():
        return text
    body = text.rstrip("\n")
    padding = "~" * math.ceil(GROWTH * len(body))
    words = " ".join(padding[at : at + WORD] for at in range(0, len(padding), WORD))
    return f"{OPEN}{body} {words}{CLOSE}{text[len(body) :]}"


class PseudoTranslations(gettext.NullTranslations):
    """Translates every text into the made language."""

    def gettext(self, message: str) -> str:
        return pseudo(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return pseudo(msgid1 if n == 1 else msgid2)


_use = translate.use


def use() -> None:
    """Speak the made language from now on, whatever the settings and the system say, until `stop`."""
    _use(PseudoTranslations(), "en", "en_US")
    translate.use = lambda *_: None


def stop() -> None:
    """Speak English again."""
    translate.use = _use
    _use(gettext.NullTranslations(), translate.SOURCE_LANGUAGE)


def untranslated(text: str) -> str:
    """What of a text stands outside brackets; brackets may be nested, as a text may be the value of a field."""
    rest, depth = [], 0
    for character in text:
        if character == OPEN:
            depth += 1
        elif character == CLOSE:
            depth -= 1
        elif depth == 0:
            rest.append(character)
    return "".join(rest)


# Keys, units behind a number, times and dates: the same in every language, or written by the locale.
_NO_WORDS = re.compile(
    r"\b(?:Ctrl|Alt|Shift|Meta|Esc|Del|Tab|Enter|Space|Up|Down|Left|Right|F\d+)\b|\b[kMGT]i?B\b|&amp;"
    r"|\b\d{1,2}:\d\d\s[AP]M\b|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}, \d{4}\b"
)


@lru_cache(maxsize=4)
def _any_of(data: tuple[str, ...]) -> re.Pattern[str]:
    """Finds each of the texts where it stands as whole words, the longest first."""
    longest_first = sorted({" ".join(text.split()) for text in data} - {""}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)" if longest_first else r"(?!)")


def words_outside(text: str, data: tuple[str, ...] = ()) -> str:
    """The words of a text that are neither translated nor `data` (names and contents of documents); "" for none."""
    rest = _any_of(data).sub(" ", " ".join(untranslated(text).split()))
    rest = _NO_WORDS.sub(" ", rest)
    return rest.strip() if re.search(r"[^\W\d_]{2,}", rest) else ""
