"""The words of a file that are no part of what it says: of its markup, and of the fields that mail programs exchange.

The libraries that are compared print them: link targets, choices of forms, names of files in a book, `Received` lines,
the whole precision of a number of which a sheet shows two places. Two that agree on these do not make them words to be
found.
"""

from __future__ import annotations

import email
import re
import zipfile
from collections.abc import Iterable
from email.message import Message
from pathlib import Path

from core.extract.mail.mailbox import messages
from tests.tools.formats.library_reader import words_of

_INVISIBLE = re.compile(r"<(script|style|select|noscript)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
# What a reader sees or hears of a tag.
_SAID = re.compile(r"""\b(?:alt|title|label|placeholder|srcdoc)\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
_SHOWN_FIELDS = frozenset(("from", "to", "cc", "bcc", "subject", "date", "reply-to", "sender"))
_ENVELOPE = re.compile(rb"^From .*$", re.MULTILINE)  # the line between the messages of a mailbox
_FRAME = re.compile(rb"\A\d+ *\n|<\?xml version.*\Z", re.DOTALL)  # what Apple Mail adds to a message
_CATALOGUE_FIELDS = re.compile(
    r"<dc:(identifier|language|relation|source|rights|format|type|coverage)\b.*?</dc:\1\s*>", re.DOTALL
)
_DIRECTORY_NAME = re.compile(r"/o=[^\0;<>\"]{1,300}", re.IGNORECASE)  # how Exchange names an account


def hidden_words(path: Path) -> frozenset[str]:
    """The words that occur in a file only where nobody who opens it reads them."""
    ending = path.suffix.lower()
    if ending in (".html", ".htm", ".xhtml"):
        return _of_markup([path.read_bytes().decode("utf-8", "ignore")])
    if ending == ".epub":
        return _of_book(path)
    if ending in (".eml", ".emlx", ".mbox"):
        data = path.read_bytes().replace(b"\r\n", b"\n")
        return _of_mail(_FRAME.sub(b"", data) if ending == ".emlx" else data, data)
    if ending == ".msg":
        data = path.read_bytes()
        texts = (data.decode("utf-16-le", "ignore"), data[1:].decode("utf-16-le", "ignore"), data.decode("latin-1"))
        names = {word for text in texts for name in _DIRECTORY_NAME.findall(text) for word in words_of(name)}
        return frozenset(names - {word for text in texts for word in words_of(_DIRECTORY_NAME.sub(" ", text))})
    return frozenset()


def is_number(word: str, path: Path) -> bool:
    """Whether a word is a piece of a number of a sheet, which shows it rounded and in groups of three digits."""
    return word.isdecimal() and path.suffix.lower() in (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")


def _of_markup(pages: Iterable[str]) -> frozenset[str]:
    inside, outside = set[str](), set[str]()
    for text in pages:
        whole = set(words_of(text))
        seen = _INVISIBLE.sub(" ", text)
        said = " ".join(_SAID.findall(seen))
        outside.update(words_of(_TAG.sub(" ", seen)), words_of(said))
        inside |= whole
    return frozenset(inside - outside)


def _of_book(path: Path) -> frozenset[str]:
    pages: list[str] = []
    names: set[str] = set()
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            names.update(words_of(name))
            if name.endswith((".html", ".htm", ".xhtml", ".xml", ".opf", ".ncx")):
                page = book.read(name).decode("utf-8", "ignore")
                pages.append(_CATALOGUE_FIELDS.sub(_in_a_tag, page))
    hidden = _of_markup(pages)
    said = {word for page in pages for word in words_of(_TAG.sub(" ", page))}
    return hidden | frozenset(names - said)


def _in_a_tag(found: re.Match[str]) -> str:
    return f"<{found[0].replace('<', ' ').replace('>', ' ')}>"


def _of_mail(data: bytes, whole: bytes) -> frozenset[str]:
    """`whole` has what is around the messages."""
    around = [*_ENVELOPE.findall(whole), *_FRAME.findall(whole)]
    hidden = {word for piece in around for word in words_of(piece.decode("utf-8", "ignore"))}
    shown = set[str]()
    for one in messages(data):
        for part in email.message_from_bytes(one).walk():
            _add_fields(part, hidden, shown)
            body = part.get_payload()
            if isinstance(body, str):
                decoded = part.get_payload(decode=True)
                shown.update(words_of(body))
                shown.update(words_of(decoded.decode("utf-8", "ignore") if isinstance(decoded, bytes) else ""))
    return frozenset(hidden - shown)


def _add_fields(part: Message, hidden: set[str], shown: set[str]) -> None:
    for name, value in part.items():
        hidden.update(words_of(name))
        is_shown = name.lower() in _SHOWN_FIELDS
        (shown if is_shown else hidden).update(words_of(str(value)))
    shown.update(words_of(part.get_filename() or ""))
