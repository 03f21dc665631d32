"""Normalises text before it is stored: line ends, control characters, NFC, runs of empty lines."""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\ufeff\ufffe\uffff\ud800-\udfff]")
_TRAILING = re.compile("(?<![ \t])[ \t]++(?=\n)")
_GAPS = re.compile("\n{4,}")

_UNTITLED = re.compile(
    r"untitled|unbenannt|sans titre|document\s*\d*|dokument\s*\d*|title|titel|slide 1|powerpoint presentation|"
    r"microsoft (word|powerpoint|excel) - .*|\(anonymous\)|unknown|none|null|no title|about:blank|"
    r"presentation\s*\d*|pr[äa]sentation\s*\d*|.*\.(docx?|dvi|tex|pdf|pptx?|xlsx?|odt|odp|indd|qxd|ps|eps|rtf|html?|"
    r"md|sgml|xml|fm|cdr|tmp)|[\W\d_]*",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """Text in NFC with LF as its only line end, without control characters, lone surrogates and long gaps.

    Idempotent.
    """
    # Replacing fixed strings and asking for them is many times as fast as looking for a pattern that is not there.
    text = _LINE_ENDS.sub("\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _DROPPED.sub("", text).replace("\u00a0", " ").replace("\u202f", " ")
    text = unicodedata.normalize("NFC", text)
    if " \n" in text or "\t\n" in text:
        text = _TRAILING.sub("", text)
    if "\n\n\n\n" in text:
        text = _GAPS.sub("\n\n\n", text)
    return text.strip("\n").rstrip()


def one_line(text: str) -> str:
    """Cleaned text with each run of white space as one space."""
    return " ".join(clean(text).split())


def title_of(candidate: str | None) -> str:
    """A title of at most 300 characters; "" for a program's default, a file name or only digits."""
    title = one_line(candidate or "")[:300].strip()
    return "" if len(title) < 2 or _UNTITLED.fullmatch(title) else title


def has_dropped_characters(text: str, start: int = 0, end: int | None = None) -> bool:
    """Whether a span of text has characters that `clean` removes."""
    return _DROPPED.search(text, start, len(text) if end is None else end) is not None
