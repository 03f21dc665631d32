"""Whether the text of a PDF page is one that can be read: fonts do not always say which letters they show."""

from __future__ import annotations

import re

MAX_CONTROL_SHARE = 0.05  # of the visible characters; among 20,619 pages of real documents none had more
MIN_MISTAKEN = 4

# PDFium marks a hyphen at the end of a line with U+0002; elsewhere that is a control character as the others.
_CONTROLS = re.compile("[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ue000-\uf8ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
# Two bytes of UTF-8 taken for one character of UTF-16: Greek, Cyrillic and others become Hangul.
_MISTAKEN = re.compile("[\uce80-\ucebf\ucf80-\ucfbf\ud080-\ud0bf\ud180-\ud1bf]")


def is_garbled(text: str) -> bool:
    """Whether a text consists of control characters and signs of private use, or has many of them."""
    controls = len(_CONTROLS.findall(text))
    return controls > 0 and controls > MAX_CONTROL_SHARE * sum(map(len, text.split()))


def with_mistaken_letters(text: str) -> str:
    """The text with the Greek or Cyrillic that a font's table gives as bytes, where all its Hangul is such."""
    mistaken = len(_MISTAKEN.findall(text))
    if mistaken < MIN_MISTAKEN or mistaken != len(_HANGUL.findall(text)):
        return text
    return _MISTAKEN.sub(lambda letter: letter[0].encode("utf-16-be").decode("utf-8", "replace"), text)
