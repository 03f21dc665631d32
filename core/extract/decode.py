"""Decodes text in any encoding; refuses bytes that are not text."""

from __future__ import annotations

import codecs
import re
import unicodedata

from core.errors import FileProblem

SAMPLE = 65_536

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)|<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]+)"""
    rb"""|(?:\A|\n)[^\n]{0,80}?coding[:=]\s*([\w.-]+)""",
    re.IGNORECASE,
)
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "unicode": "utf-16",
}
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_WRONG_BYTE = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = bytes(range(128, 256))
MIN_RIGHT_TO_WRONG = 10  # characters of UTF-8 for each byte that is none
_PADDING = re.compile(rb"\0{16,}")  # what a crash leaves in a log
MAX_ASCII_SHARE = 0.9  # of the bytes of Chinese UTF-16: one of two is such a one anyway
_HAN_OR_HANGUL = range(0x4E, 0xD8)  # blocks
_CONTROL_BYTES = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1b\x08")


def decode(data: bytes) -> str:
    """Decode text by its byte order mark, as UTF-8, as UTF-16 by its zeros, by its declaration, then by chardet.

    In text that is UTF-8 but for a few bytes these are taken for Windows-1252.

    Raises FileProblem "broken" if the bytes are not text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _require_text(data[len(mark) :].decode(encoding, "replace"))
    if b"\0" in data[:SAMPLE]:
        return _require_text(_decode_with_zeros(data))
    return _decode_utf8(data) or _require_text(_decode_mostly_utf8(data) or _decode_legacy(data))


def decode_declared_as(data: bytes, charset: str) -> str | None:
    """Decode text by a charset that is declared elsewhere; None if there is none, or the bytes are not of it."""
    encoding = _python_codec(charset.strip(" \t\"'"))
    if encoding is None:
        return None
    text = data.decode(encoding, "replace")
    return text if text.count("\ufffd") <= len(text) // 200 else None


def decode_or_replace(data: bytes) -> str:
    """Decode as `decode` does, but give up no bytes: what is not text is replaced."""
    try:
        return decode(data)
    except FileProblem:
        return data.decode("utf-8", "replace")


def _decode_utf8(data: bytes) -> str | None:
    if b"\x1b$" in data[:SAMPLE]:  # ISO-2022 encodings of Japanese and Chinese are valid ASCII
        return None
    try:
        # An incremental decoder drops an incomplete last character.
        return _require_text(codecs.getincrementaldecoder("utf-8")().decode(data))
    except UnicodeDecodeError:
        return None


def _decode_mostly_utf8(data: bytes) -> str | None:
    """Decode text with lines in different encodings, such as appended logs; None if it is not mostly UTF-8."""
    if _UTF8_LETTER.search(data) is None:
        return None
    pieces = data.decode("utf-8", "surrogateescape")
    wrong = len(_WRONG_BYTE.findall(pieces))
    right = len(pieces) - wrong - len(data.translate(None, _BEYOND_ASCII))
    if wrong * MIN_RIGHT_TO_WRONG > right:
        return None
    return _WRONG_BYTE.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252", "replace"), pieces)


def _decode_with_zeros(data: bytes) -> str:
    """Decode bytes with zeros: as UTF-16 if most zeros are in every other byte, else without the zeros."""
    unpadded = _PADDING.sub(b"", data)
    if b"\0" not in unpadded[:SAMPLE]:
        return _decode_utf8(unpadded) or _decode_legacy(unpadded)
    sample = data[:SAMPLE]
    low, high = sample[1::2].count(0), sample[0::2].count(0)
    if max(low, high) > 10 * min(low, high):
        text = data.decode("utf-16-le" if low > high else "utf-16-be", "replace")
        if _is_plausible_text(text[:SAMPLE]):
            return text
    for encoding in () if _is_ascii(sample) else ("utf-16-le", "utf-16-be"):
        if _is_east_asian(sample.decode(encoding, "replace")):
            return data.decode(encoding, "replace")
    if len(sample) - len(sample.translate(None, _CONTROL_BYTES)) > len(sample) // 50:
        raise FileProblem("broken", "not a text file")
    without_zeros = data.replace(b"\0", b"")
    return _decode_utf8(without_zeros) or _decode_legacy(without_zeros)


def _is_plausible_text(text: str) -> bool:
    """Whether a decoded text consists of letters from few Unicode blocks, as texts in a language do."""
    common = sum(char in "\t\r\n" or unicodedata.category(char)[0] in "LMNPZ" for char in text)
    letters = sum(char.isalnum() or char.isspace() for char in text)
    blocks = {ord(char) >> 8 for char in text}
    return common >= 0.95 * len(text) and letters >= 0.6 * len(text) and len(blocks) < max(8, len(text) // 8)


def _is_east_asian(text: str) -> bool:
    """Whether a decoded text consists of Chinese or Korean characters, which are of a hundred blocks."""
    in_one_block = "".join("\u4e00" if ord(char) >> 8 in _HAN_OR_HANGUL else char for char in text)
    return in_one_block.count("\u4e00") > len(text) // 2 and _is_plausible_text(in_one_block)


def _is_ascii(sample: bytes) -> bool:
    """Whether bytes are ASCII with some zeros: in pairs they look like Chinese."""
    letters = sample.replace(b"\0", b"")
    return sum(32 <= byte < 127 for byte in letters) > MAX_ASCII_SHARE * len(letters)


def _decode_legacy(data: bytes) -> str:
    declared = _decode_declared(data)
    if declared is not None:
        return declared
    import chardet

    guess = chardet.detect(data[:SAMPLE], prefer_superset=True)["encoding"] or "cp1252"
    return data.decode(_python_codec(guess) or "cp1252", "replace")


def _decode_declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:4096])
    encoding = (
        _python_codec(next(group for group in match.groups() if group).decode("ascii", "replace")) if match else None
    )
    if encoding is None:
        return None
    text = data.decode(encoding, "replace")
    return text if text.count("\ufffd") <= len(text) // 200 else None


def _python_codec(name: str) -> str | None:
    """The name of Python's codec for an encoding, or for a superset of it; None if it has none."""
    name = name.lower()
    name = _SUPERSETS.get(name, name)
    try:
        if not isinstance(b"a".decode(name, "replace"), str):
            return None
    except (LookupError, ValueError):  # no such name, or the name of a codec that is not for text
        return None
    return name


def _require_text(text: str) -> str:
    """The text; raises FileProblem "broken" if it has too many control characters."""
    sample = text[:SAMPLE]
    if len(_CONTROLS.findall(sample)) > max(2, len(sample) // 20):
        raise FileProblem("broken", "not a text file")
    return text
