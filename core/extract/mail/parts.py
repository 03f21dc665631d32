"""A message's MIME parts: its text, and what is attached to it."""

from __future__ import annotations

import binascii
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.policy import Compat32

from core.errors import FileProblem
from core.extract import html, records
from core.extract.clean import one_line
from core.extract.decode import decode, decode_declared_as
from core.extract.html_flat import flat_text
from core.extract.mail import headers, winmail

MAX_PARTS = 2_000  # of one message; the rest is left out
MAX_DEPTH = 100  # of parts inside parts
MAX_NAME_CHARS, ENDING_CHARS = 200, 10  # of the name of an attachment; of what is kept of its end
MAX_OPEN_ELEMENTS = 10_000  # of an HTML body that is read with its structure
MAX_LEFT_OUT = 0.1  # of the words of one form of a text, where another one is read instead
_WORD = re.compile(r"[^\W_]+")
_SOFT_BREAK = re.compile(
    r"(?<!^--) \n(?!>)", re.MULTILINE
)  # not after the dashes above a signature, nor to a quotation


class _RawHeaders(Compat32):
    """Gives header fields as they stand: bytes beyond ASCII are kept as surrogates, which `headers` decodes."""

    def header_fetch_parse(self, _name: str, value: str) -> str:
        return value


_POLICY = _RawHeaders()


def message_of(data: bytes) -> Message:
    """The parsed message in these bytes."""
    return email.message_from_bytes(headers.in_utf8(data), policy=_POLICY)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file attached to a message: its name, and its bytes, decoded; `is_part_of_text`: a picture that it shows."""

    name: str
    data: bytes
    is_part_of_text: bool = False


@dataclass(slots=True)
class Letter:
    """What is read of a message: header fields by name, text, attachments; `is_cut` if it has too many parts."""

    fields: dict[str, str] = field(default_factory=dict)
    text: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    is_cut: bool = False
    thread: str = ""

    @property
    def sent_at(self) -> float | None:
        """When it was sent, in seconds since 1970; None if it does not say so."""
        return headers.time_of(self.fields.get("Date", ""))

    @property
    def subject(self) -> str:
        return self.fields.get("Subject", "")

    def head(self) -> str:
        """The header fields, and the names of the attachments."""
        names = ", ".join(attachment.name for attachment in self.attachments if attachment.name)
        return headers.lines({**self.fields, "Attachments": names})

    def whole(self) -> str:
        """The header fields, the names of the attachments, and the text."""
        return f"{self.head()}\n\n{self.text}"


def parse(data: bytes) -> Letter:
    """The message in these bytes; parts that are broken are left out."""
    try:
        return letter_of(message_of(data))
    except RecursionError:  # parts inside parts, thousands deep
        head, _, body = data.replace(b"\r\n", b"\n").partition(b"\n\n")
        letter = letter_of(message_of(head + b"\n\n"))
        letter.text, letter.is_cut = _decoded_text(body, None), True
        return letter


def letter_of(message: Message) -> Letter:
    """What is read of a parsed message."""
    letter = Letter({name: headers.field(message, name) for name in headers.SHOWN}, thread=headers.thread_of(message))
    texts: list[str] = []
    for number, part in enumerate(_leaves(message, 0)):
        if number >= MAX_PARTS:
            letter.is_cut = True
            break
        if part.get_content_type() == "message/rfc822":
            forwarded = _forwarded(part)
            texts.append(forwarded.whole())
            letter.attachments += forwarded.attachments
        elif _is_text(part):
            texts.append(_text_of(part))
        else:
            letter.attachments += _attached(part)
    letter.text = "\n\n".join(filter(None, texts))
    return letter


def _attached(part: Message) -> list[Attachment]:
    """What a part attaches: itself, or the files that Outlook packed into it."""
    data = _payload(part)
    packed = [Attachment(one_line(name)[:MAX_NAME_CHARS], content) for name, content in winmail.files_in(data)]
    return packed or [Attachment(_name_of(part), data, _is_shown_in_text(part))]


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    """The parts to read, in order: of several forms of one text the plain one, if that says anything."""
    if depth > MAX_DEPTH:
        return
    if not message.is_multipart():
        yield message
        return
    if message.get_content_type() == "message/rfc822":
        yield message
        return
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    if message.get_content_type() == "multipart/alternative":
        parts = _best_form(parts)
    for part in parts:
        yield from _leaves(part, depth + 1)


def _best_form(parts: list[Message]) -> list[Message]:
    """The form of a text that says most with least: plain if it is not empty, else the last.

    The formatted one instead, or besides, where the plain one leaves out much of it ("Your program cannot show this").
    """
    plain = [part for part in parts if part.get_content_type() == "text/plain" and _text_of(part).strip()]
    others = [part for part in parts if part.get_content_type() not in ("text/plain", "text/html")]
    mixed = [part for part in others if part.get_content_type() in ("multipart/mixed", "text/calendar")]
    if not plain:
        return parts[-1:]
    html = next((part for part in reversed(parts) if part.get_content_type() == "text/html"), None)
    if html is None:
        return [plain[0], *mixed]
    said, shown = _words(_text_of(plain[0])), _words(_text_of(html))
    if len(shown - said) <= MAX_LEFT_OUT * len(shown):
        return [plain[0], *mixed]
    return [*(plain[:1] if len(said - shown) > MAX_LEFT_OUT * len(said) else ()), html, *mixed]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _is_text(part: Message) -> bool:
    if part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment":
        return False
    return part.get_content_subtype() in ("plain", "html", "enriched", "calendar") and not _filename(part)


def _is_shown_in_text(part: Message) -> bool:
    """Whether a part is a picture that the HTML text shows, as in signatures."""
    is_picture = part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment"
    return is_picture and part.get("Content-ID") is not None


def _text_of(part: Message) -> str:
    """The text of a part; an HTML page's as it is read; "" if it is no text."""
    text = _decoded_text(_payload(part), part.get_content_charset())
    if part.get_content_subtype() == "html":
        return html_text(text)
    if part.get_content_subtype() == "calendar":
        return records.invitation(text)
    return without_soft_breaks(text) if _parameter(part, "delsp") == "yes" else text


def without_soft_breaks(text: str) -> str:
    """A text of format=flowed with delsp=yes (RFC 3676): a blank and the end of its line are no part of a word."""
    return _SOFT_BREAK.sub("", text.replace("\r\n", "\n"))


def _parameter(part: Message, name: str) -> str:
    """A parameter of a part's type in lower case; "" if it has none."""
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError):
        return ""
    return value.lower() if isinstance(value, str) else ""


def html_text(markup: str) -> str:
    """The text of an HTML body. The parser takes a time quadratic in the depth of its elements."""
    is_deep = markup.count("<") - 2 * markup.count("</") > MAX_OPEN_ELEMENTS
    return flat_text(markup) if is_deep else html.parse(markup).text


def _decoded_text(data: bytes, charset: str | None) -> str:
    """Bytes as text by their declared charset, or by any other if it lies."""
    declared = decode_declared_as(data, charset) if charset else None
    if declared is not None:
        return declared
    try:
        return decode(data)
    except FileProblem:
        return ""


def _forwarded(part: Message) -> Letter:
    """A message inside a message."""
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else inner
    if isinstance(first, Message) and str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        first["Content-Transfer-Encoding"] = "base64"  # GroupWise encodes what the standard says is not to be encoded
        return letter_of(message_of(_payload(first)))
    return letter_of(first) if isinstance(first, Message) else Letter()


def _payload(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error):
        return b""
    return data if isinstance(data, bytes) else b""


def _name_of(part: Message) -> str:
    return _filename(part) or f"{part.get_content_maintype()}.{part.get_content_subtype()}"


def _filename(part: Message) -> str:
    try:
        name = headers.decoded(part.get_filename() or "")
    except (ValueError, LookupError, TypeError, IndexError):
        return ""
    return name if len(name) <= MAX_NAME_CHARS else name[: MAX_NAME_CHARS - ENDING_CHARS] + name[-ENDING_CHARS:]
