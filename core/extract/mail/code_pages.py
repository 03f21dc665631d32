"""The code pages of Outlook messages, by the names that their library gives them and Python does not know."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import cache
from typing import Any

_ASSUMED = "iso-8859-15"  # what the library takes texts for whose code page is not said
_CODE_PAGE = 0x3FFD  # the property that says in which one the texts are
_NAME = re.compile(r"(?:windows|x_cp|ibm)_?(\d{3,5})")


@cache
def register() -> None:
    """Let Python find the code pages that it knows by other names, such as windows-950."""
    codecs.register(_codec)


def repair_of(message: Any) -> Callable[[str], str]:
    """A function that decodes again what was decoded without a code page: by that of the message's body."""
    properties = message.properties
    try:
        encoding = properties.body_encoding
        is_sure = properties.string_props_are_unicode or properties.int_prop_value(_CODE_PAGE) is not None
        codecs.lookup(encoding)
    except Exception:  # noqa: BLE001 - unknown code pages, cut streams
        return lambda text: text
    return lambda text: text if is_sure else _decoded_again(text, encoding)


def _decoded_again(text: str, encoding: str) -> str:
    try:
        return text.encode(_ASSUMED).decode(encoding)
    except UnicodeError:
        return text


def _codec(name: str) -> codecs.CodecInfo | None:
    found = _NAME.fullmatch(name.replace("-", "_"))
    try:
        return codecs.lookup(f"cp{found[1]}") if found else None
    except LookupError:
        return None
