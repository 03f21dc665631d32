"""The header fields of a message as lines of text, whatever encoding they claim."""

from __future__ import annotations

import re
from datetime import datetime
from email.header import decode_header
from email.message import Message
from email.utils import mktime_tz, parsedate_tz

from blake3 import blake3

from core.extract.clean import one_line
from core.extract.decode import decode_declared_as, decode_or_replace

SHOWN = ("From", "To", "Cc", "Bcc", "Date", "Subject")
MAX_FIELD_CHARS = 4_000  # of a list of recipients, say
MAX_RAW_CHARS = 100_000  # of a field that is decoded at all
FIRST_TIME, LAST_TIME = -2.2e9, 7.2e9  # seconds since 1970: from 1900 to 2198
THREAD_BYTES = 8
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_CHARSET = re.compile(rb"charset=[ \t\"']*([\w.:-]+)", re.IGNORECASE)
_END = re.compile(rb"\r?\n\r?\n")
GUESS_BYTES = 16_384  # bytes of a message by which the encoding of its header is guessed
_ENCODED_GAP = re.compile(r"(\?=)\s+(=\?)")


def in_utf8(data: bytes) -> bytes:
    """A message's bytes, its header in UTF-8 if it has raw bytes of another encoding.

    The encoding is the first that is declared, or guessed from the header and what follows it: a field is too short.
    """
    end = _END.search(data[:MAX_RAW_CHARS])
    head = data[: end.start()] if end else b""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(data[:MAX_RAW_CHARS])
        text = decode_declared_as(head, declared[1].decode()) if declared else None
        if text is None:
            text = re.split("\r?\n\r?\n", decode_or_replace(data[: max(GUESS_BYTES, len(head) + 4)]), maxsplit=1)[0]
        return text.encode() + data[len(head) :]
    return data


def field(message: Message, name: str) -> str:
    """A header field as one line; "" if the message has none."""
    try:
        raw = message.get(name)
    except (ValueError, LookupError, IndexError, TypeError):
        return ""
    return "" if raw is None else decoded(str(raw))


def time_of(date: str) -> float | None:
    """The time of a Date field, or of one in ISO 8601, in seconds since 1970; None if it says none."""
    try:
        found = parsedate_tz(date)
        when = mktime_tz(found) if found else datetime.fromisoformat(date).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return float(when) if FIRST_TIME <= when < LAST_TIME else None


def thread_of(message: Message) -> str:
    """What the messages of one conversation share: a hash of the id of its first message; "" if it has none."""
    for name in ("References", "In-Reply-To", "Message-ID"):
        found = _MESSAGE_ID.search(str(message.get(name) or "")[:MAX_FIELD_CHARS])
        if found is not None:
            return blake3(found[0].encode("utf-8", "replace")).hexdigest(length=THREAD_BYTES)
    return ""


def lines(fields: dict[str, str]) -> str:
    """The fields that are not empty, a line for each."""
    return "\n".join(f"{name}: {value}" for name, value in fields.items() if value)


def decoded(raw: str) -> str:
    """A field as one line, its encoded words (RFC 2047) and raw bytes decoded."""
    return one_line(_with_words(raw[:MAX_RAW_CHARS]))[:MAX_FIELD_CHARS]


def _with_words(raw: str) -> str:
    try:
        words = decode_header(_ENCODED_GAP.sub(r"\1 \2", raw))
    except Exception:  # noqa: BLE001 - the library raises what its codecs raise
        return _without_surrogates(raw)
    return "".join(_word(text, charset) for text, charset in words)


def _word(text: str | bytes, charset: str | None) -> str:
    if isinstance(text, str):
        return _without_surrogates(text)
    if charset in (None, "unknown-8bit"):
        return _without_surrogates(text.decode("raw-unicode-escape" if charset is None else "ascii", "surrogateescape"))
    return decode_declared_as(text, charset) or decode_or_replace(text)


def _without_surrogates(text: str) -> str:
    """Text whose bytes beyond ASCII, which the parser keeps as surrogates, are decoded."""
    if text.isascii() or not any("\udc80" <= char <= "\udcff" for char in text):
        return text
    return decode_or_replace(text.encode("utf-8", "surrogateescape"))
