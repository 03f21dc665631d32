"""Chooses the format of a file by its content; its name decides where the content leaves it open."""

from __future__ import annotations

from core.errors import FileProblem
from core.extract.base import broken, protected
from core.extract.registry import FORMATS, Format, format_by_name, format_of
from core.extract.signatures import ANY_TEXT, NAME, VAGUE_NAME, FileContent

_NAME_PRIORITY = {"strong": NAME, "vague": VAGUE_NAME}
_ENCRYPTED_STREAM = "EncryptedPackage"


def detect(data: bytes, name: bytes) -> Format:
    """The format that reads these bytes of a file of that name; raises FileProblem if there is none.

    Of all signatures that match, the one of the highest priority wins; of equal ones, that of the format that the
    name belongs to, then the first in the registry. In text the name takes part with a priority of its own.
    """
    named = format_of(name)
    if named is not None and not named.readers:
        named = None
    if is_blank(data):
        return named or format_by_name("text")  # any program may leave such a file, whatever its name
    content = FileContent(data)
    priority, found = _best(content, named)
    if priority < 0:
        raise _problem(content)
    if not found.readers:
        raise broken(f"no reader for {found.name}")
    if priority < NAME and named is not None and named.text == "refuse":
        raise broken(f"this is no {named.name} file")
    return found


def is_blank(data: bytes) -> bool:
    """Whether there is nothing but zeros and white space."""
    return not data.strip(b"\0 \t\r\n")


def _best(content: FileContent, named: Format | None) -> tuple[int, Format]:
    ranked = ((_priority(format_, content, named), format_) for format_ in FORMATS)
    return max(ranked, key=lambda rank: (rank[0], rank[1] is named))


def _priority(format_: Format, content: FileContent, named: Format | None) -> int:
    """The highest priority of what speaks for a format, -1 for none."""
    is_named = format_ is named
    found = [
        signature.priority
        for signature in format_.signatures
        if (is_named or not signature.only_if_named) and signature.matches(content)
    ]
    if not content.is_binary:
        found += [_NAME_PRIORITY[format_.text]] if is_named and format_.text in _NAME_PRIORITY else []
        found += [ANY_TEXT] if format_.name == "text" else []
    return max(found, default=-1)


def _problem(content: FileContent) -> FileProblem:
    if content.has_stream(_ENCRYPTED_STREAM):
        return protected("encrypted by its program")
    return broken("not a document")
