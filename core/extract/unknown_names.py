"""Files whose names say nothing of their format: which of them to open, and which of these may be documents."""

from __future__ import annotations

import codecs
import os

from core.document import SEEKING_KINDS, ContentKind, Document
from core.extract.registry import format_of, kind_of
from core.extract.signatures import NEVER_TEXT, OLE, ZIP
from core.extract.unread import NEVER_OPENED, ending_of, unread_reason

FORMATS_VERSION = "formats-5"
"""Stored with files that are known by name only: after a change, those that can be read now are read.

Change it when a format is added, or when more files are recognised by their bytes.
"""

HEAD = 4096  # bytes that tell whether a file may be a document
MAX_CONTROL_SHARE = 50  # one in so many bytes may be a control character

_DOCUMENTS = (b"%PDF-", b"{\\rtf", OLE, ZIP)
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1b\x08")


def is_worth_a_look(path: bytes) -> bool:
    """Whether a file's name belongs to no format, so that only its bytes can tell whether it is a document."""
    return ending_of(path) not in NEVER_OPENED and format_of(path) is None


def may_be_mailbox(path: bytes) -> bool:
    """Whether a file may be a mailbox, by its name: these are read however large they are."""
    format_ = format_of(path)
    return format_.name == "mbox" if format_ is not None else b"." not in os.path.basename(path)


def kind_by_name(path: bytes) -> ContentKind:
    """What a file is that is known by its name only, as far as the name says."""
    return "archive" if unread_reason(path) == "archive" else kind_of(path)


def says_little(path: bytes) -> bool:
    """Whether a file of this name that is no document after all is nothing to report: it promised none."""
    format_ = format_of(path)
    return format_ is None or format_.name == "compressed" or format_.is_seeking


def says_nothing(document: Document | None) -> bool:
    """Whether a picture, audio, video or archive has neither words nor a day, and stays known by its name only."""
    return (
        document is not None
        and document.kind in {*SEEKING_KINDS, "archive"}
        and not (document.text or document.own_date)
    )


def may_be_document(head: bytes) -> bool:
    """Whether a file that begins with these bytes may be a document; not for what is blank."""
    if not head.strip(b"\0 \t\r\n"):
        return False
    if head.startswith((*_DOCUMENTS, *_BOMS)):
        return True
    if b"\0" in head or head.startswith(NEVER_TEXT):
        return False
    return (len(head) - len(head.translate(None, _CONTROLS))) * MAX_CONTROL_SHARE <= len(head)
