"""Messages in files of their own: .eml (RFC 5322), Apple Mail's .emlx, Outlook's .msg, and web pages saved as .mht."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from core.document import Document, Unit
from core.extract.base import ExtractionInput, TextBuilder
from core.extract.clean import one_line, title_of
from core.extract.mail import code_pages, headers, quotes
from core.extract.mail.parts import Attachment, Letter, html_text, parse
from core.extract.own_date import day_sent

MAX_RECIPIENTS = 4_000  # characters of their names and addresses


def read(source: ExtractionInput) -> Document:
    """The message in an .eml or .emlx: header and text; its attachments are members."""
    return document_of(parse(without_emlx_frame(source.data)), source, "eml")


def read_web_archive(source: ExtractionInput) -> Document:
    """The text of a web page saved as .mht, its title from the header."""
    letter = parse(source.data)
    builder = TextBuilder(source.limits)
    builder.add(letter.text)
    return builder.document("web", "mht", title=title_of(letter.subject))


def read_outlook(source: ExtractionInput) -> Document:
    """The message in an Outlook .msg; its attachments are members."""
    return document_of(outlook_letter(source.data), source, "msg")


def outlook_letter(data: bytes) -> Letter:
    """The message in the bytes of an Outlook .msg."""
    from oxmsg import Message

    code_pages.register()
    message = Message.load(io.BytesIO(data))
    text_of = code_pages.repair_of(message)
    to = ", ".join(_either(lambda who=who: f"{who.name} <{who.email_address}>") for who in message.recipients)
    sent = _either(lambda: message.sent_date)
    fields = {
        "From": headers.decoded(text_of(_either(lambda: message.sender))),
        "To": headers.decoded(text_of(to)),
        "Date": str(sent) if sent else "",
        "Subject": headers.decoded(text_of(_either(lambda: message.subject))),
    }
    letter = Letter(fields, _body(message))
    for attachment in _either(lambda: message.attachments) or ():
        name, content = _either(lambda a=attachment: a.file_name), _either(lambda a=attachment: a.file_bytes)
        letter.attachments.append(Attachment(one_line(name)[:200] or "attachment", content or b""))
    return letter


def document_of(letter: Letter, source: ExtractionInput, extractor: str) -> Document:
    """A letter as a document."""
    builder = TextBuilder(source.limits)
    head = letter.head()
    for number, (text, is_quoted) in enumerate(quotes.split(letter.text), start=1):
        if is_quoted and number == 1:
            builder.add(head, "message", 1, letter.subject)
        unit: Unit = "quote" if is_quoted else "message"
        builder.add(text if builder.parts else f"{head}\n\n{text}", unit, len(builder.parts) + 1, letter.subject)
    document = builder.document(
        "mail", extractor, title=title_of(letter.subject), author=one_line(letter.fields.get("From", ""))[:200],
        notes=("truncated",) if letter.is_cut else (), own_date=day_sent(letter.fields.get("Date", "")),
    )  # fmt: skip
    recipients = one_line(", ".join(filter(None, (letter.fields.get(name, "") for name in ("To", "Cc", "Bcc")))))
    return replace(document, recipients=recipients[:MAX_RECIPIENTS], thread=letter.thread)


def without_emlx_frame(data: bytes) -> bytes:
    """An .emlx file's message: its first line says how many bytes it has, and Apple Mail's own list follows it."""
    first, _, rest = data.partition(b"\n")
    size = first.strip()
    return rest[: int(size)] if size.isdigit() and len(size) < 12 else data


def _body(message: Any) -> str:
    text = _either(lambda: message.body)
    if text and text.strip():
        return str(text)
    markup = _either(lambda: message.html_body)
    return html_text(markup) if markup else ""


def _either(property_of: Any) -> Any:
    """A property of an Outlook message; "" where the library cannot read it."""
    try:
        return property_of() or ""
    except Exception:  # noqa: BLE001 - unknown code pages, cut streams, missing properties
        return ""
