"""How messages, mailboxes and saved web pages are recognised by their header fields."""

from __future__ import annotations

import re

from core.extract.signatures import MAIL, FileContent, Signature

_HEADER = re.compile(rb"(?:[!-9;-~]{1,80}:[^\n]*\n(?:[ \t]+[^\n]*\n)*)+")
_MAIL_FIELD = re.compile(rb"^(from|to|date|subject|received|message-id|return-path|mime-version):", re.MULTILINE)
_MAILBOX = re.compile(rb"From [^\n]*\n>?(?:[!-9;-~]{1,80}:[^\n]*\n)")
# The header fields of a web page with its pictures, and those that only a message has that was sent.
_RELATED = re.compile(rb"^content-type:\s*multipart/related", re.MULTILINE)
_SENT = re.compile(rb"^(?:to|received|return-path|delivered-to|from:(?! *<saved by)).", re.MULTILINE)


def mailbox() -> Signature:
    """A text that starts as a mailbox: "From ", then header fields."""
    return Signature(lambda content: bool(_MAILBOX.match(content.text_head)), MAIL + 1)


def is_mailbox(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a mailbox."""
    return bool(_MAILBOX.match(FileContent(head).text_head))


def mail_header() -> Signature:
    """A text that starts with the header fields of a message, among them at least two that every message has."""
    return Signature(lambda content: len(set(_mail_fields(content.text_head))) > 1, MAIL)


def web_archive() -> Signature:
    """A web page with its pictures as the parts of a message that nobody sent, whatever its name."""
    return Signature(lambda content: _is_web_archive(content.text_head), MAIL + 2)


def _is_web_archive(head: bytes) -> bool:
    found = _HEADER.match(head.replace(b"\r\n", b"\n"))
    fields = found[0].lower() if found else b""
    return bool(_RELATED.search(fields)) and not _SENT.search(fields)


def _mail_fields(head: bytes) -> list[bytes]:
    found = _HEADER.match(re.sub(rb"\A\d+ *\n", b"", head).replace(b"\r\n", b"\n"))
    return _MAIL_FIELD.findall(found[0].lower()) if found else []
