"""Calendars (.ics), contact cards (.vcf) and directories (.ldif): text lines that are folded and escaped."""

from __future__ import annotations

import base64
import quopri
import re

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder
from core.extract.clean import title_of
from core.extract.decode import decode, decode_or_replace

_FOLD = re.compile(r"\r?\n[ \t]")
_SOFT_BREAK = re.compile(r"=\r?\n")
_ESCAPED = re.compile(r"\\([nN,;\\])")
_QUOTED = re.compile(r"^([^:\n]*)ENCODING=QUOTED-PRINTABLE([^:\n]*):(.*)$", re.MULTILINE | re.IGNORECASE)
_BASE64 = re.compile(r"^([\w;-]+):: *([A-Za-z0-9+/=]+)\r?$", re.MULTILINE)  # of LDIF
_PICTURE = re.compile(r"^(?:PHOTO|LOGO|KEY|ATTACH|jpegPhoto)[^:\n]*:.*$\n?", re.MULTILINE | re.IGNORECASE)
_MACHINE = re.compile(r"^(?:BEGIN|END|VERSION|PRODID|CALSCALE|REV)[^:\n]*:.*$\n?", re.MULTILINE)
_INVITATION = re.compile(r"^(?:SUMMARY|LOCATION|DTSTART|DTEND|ORGANIZER|ATTENDEE)[^\r\n]*", re.MULTILINE)
_TITLE = re.compile(r"^(?:X-WR-CALNAME|SUMMARY|FN|cn)(?:;[^:\n]*)?:(.+)$", re.MULTILINE)


def read(source: ExtractionInput) -> Document:
    """The lines whole and unescaped, without pictures; the title is the first name or summary."""
    text = decode(source.data)
    if "QUOTED-PRINTABLE" in text.upper():
        text = _QUOTED.sub(_unquoted, _SOFT_BREAK.sub("", text))
    text = _PICTURE.sub("", _FOLD.sub("", text))
    text = _BASE64.sub(_unpacked, text)
    text = _unescaped(_MACHINE.sub("", text))
    found = _TITLE.search(text)
    builder = TextBuilder(source.limits)
    builder.add(text)
    return builder.document("text", "records", title=title_of(found[1]) if found else "")


def invitation(text: str) -> str:
    """What a calendar in a message says besides the message: what, where, when and who."""
    return "\n".join(_unescaped(line[0]) for line in _INVITATION.finditer(_FOLD.sub("", text)))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def _unquoted(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}:{decode_or_replace(quopri.decodestring(found[3].encode()))}"


def _unpacked(found: re.Match[str]) -> str:
    try:
        value = base64.b64decode(found[2], validate=True)
    except ValueError:
        return found[0]
    return f"{found[1]}: {decode_or_replace(value)}" if len(value) < 10_000 else ""
