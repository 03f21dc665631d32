"""Makes visible what a text hides: controls that change its order, invisible characters, bytes that are no text.

A mark is the character's abbreviation in the Unicode standard between angle brackets, as in `invoice⟨RLO⟩txt.exe`; a
long run of spaces, behind which an ending hides, is counted, as in `letter.pdf⟨SP×40⟩.exe`. Nothing is left out, so
that two names that differ look different.
"""

from __future__ import annotations

import re
import unicodedata

_ASCII = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
)
_ABBREVIATIONS = dict(enumerate(_ASCII.split())) | {
    0x7F: "DEL",
    0x00AD: "SHY", 0x034F: "CGJ", 0x061C: "ALM", 0x115F: "HCF", 0x1160: "HJF", 0x180E: "MVS", 0x200B: "ZWSP",
    0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM", 0x200F: "RLM", 0x2028: "LS", 0x2029: "PS", 0x202A: "LRE",
    0x202B: "RLE", 0x202D: "LRO", 0x202E: "RLO", 0x2060: "WJ", 0x2066: "LRI", 0x2067: "RLI",
    0x2068: "FSI", 0x2069: "PDI", 0x3164: "HF", 0xFEFF: "BOM", 0xFFA0: "HHF", 0xFFFC: "OBJ",
}  # fmt: skip
# U+202C has no mark of its own: "PDF" would look like a kind of file.
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_ORDER = "\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028\u2029\u2060-\u2065\u206a-\u206f\u2800"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_IN_NAMES = re.compile(f"[{_CONTROLS}\t\n{_ORDER}{_INVISIBLE}]")
_SPACES = re.compile("[ \u00a0\u2000-\u200a\u202f\u205f\u3000]{4,}")
_NOT_TEXT = re.compile("[\ud800-\udfff]")
_IN_TEXTS = re.compile(f"[{_CONTROLS}{_ORDER}]")

LONGEST_PATH = 5_000  # characters
LONGEST_TEXT = 20_000
ELLIPSIS = "…"
_JOINERS = "\u200c\u200d"
_FLAG, _TAGS, _LAST_TAG = "\U0001f3f4", range(0xE0020, 0xE007F), 0xE007F
_VARIATIONS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x180B, 0x1810))


class Visible(str):
    """A text that was made visible, and then got controls of our own: a sentence takes it as it is."""

    __slots__ = ()


def visible_name(name: str) -> str:
    """A name, path or title in one line, with a mark for every character that shows nothing or changes the order.

    Joiners within a word of a script that needs them, and within an emoji, stay as they are. No path of a file system
    is longer than what is kept.
    """
    marked = _IN_NAMES.sub(_mark_in_name, decoded(cut(name, LONGEST_PATH)))
    return _SPACES.sub(lambda found: f"\u27e8SP×{len(found[0])}\u27e9", marked)


def visible_text(text: str) -> str:
    """A text with marks for control characters and what changes the order of the text around it; cut if very long."""
    return _IN_TEXTS.sub(lambda found: _mark(found[0]), decoded(cut(text, LONGEST_TEXT)))


def cut(text: str, longest: int) -> str:
    """At most `longest` characters of a text: an ellipsis stands for its middle, so that its end stays."""
    if len(text) <= longest:
        return text
    head = longest // 2
    return f"{text[:head]}{ELLIPSIS}{text[len(text) - (longest - head - 1) :]}"


def decoded(text: str) -> str:
    """A text with a replacement character for each byte that is not text."""
    return _NOT_TEXT.sub("\ufffd", text)


def _mark_in_name(found: re.Match[str]) -> str:
    return found[0] if _is_needed(found.string, found.start()) else _mark(found[0])


def _mark(letter: str) -> str:
    code = ord(letter)
    return f"\u27e8{_ABBREVIATIONS.get(code) or f'U+{code:04X}'}\u27e9"


def _is_needed(name: str, at: int) -> bool:
    """Whether an invisible character changes how its neighbours look, as it should."""
    code, before, after = ord(name[at]), name[at - 1 : at], name[at + 1 : at + 2]
    if name[at] in _JOINERS:
        return _joins(before) and _joins(after)
    if any(code in codes for codes in _VARIATIONS):
        return _varies(before)
    if code in _TAGS or code == _LAST_TAG:
        return name[:at].rstrip("".join(map(chr, (*_TAGS, _LAST_TAG)))).endswith(_FLAG)
    return False


def _joins(letter: str) -> bool:
    """Whether a letter, a sign or an emoji may be joined with its neighbour: none of Latin, Greek or Cyrillic is."""
    kind = unicodedata.category(letter) if letter else ""
    return kind in {"Lo", "Mn", "Mc", "So", "Sk"} or (bool(letter) and 0xFE00 <= ord(letter) <= 0xFE0F)


def _varies(letter: str) -> bool:
    """Whether there are variants of a character: emoji, digits of key caps, and letters that are not Latin."""
    return bool(letter) and (letter in "0123456789#*" or unicodedata.category(letter) in {"So", "Sm", "Lo", "Po", "Mn"})
