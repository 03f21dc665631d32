"""Detects the format of a file by its content, and by its name where the content is ambiguous."""

from __future__ import annotations

from core.errors import FileProblem
from core.extract.base import broken, protected
from core.extract.format import Format
from core.extract.registry import FORMATS, format_by_name, format_of
from core.extract.signatures import ANY_TEXT, NAME, VAGUE_NAME, FileContent

_NAME_PRIORITY = {"strong": NAME, "vague": VAGUE_NAME}
_ENCRYPTED_STREAM = "EncryptedPackage"


def detect(data: bytes, name: bytes) -> Format:
    """The format that reads `data` of a file called `name`; raises FileProblem if there is none.

    The matching signature with the highest priority wins; of equals, that of the format of the name, then the first in
    the registry. For text, the name itself counts as a signature.
    """
    named_format = format_of(name)
    if named_format is not None and not named_format.readers:
        named_format = None
    if is_blank(data):
        return named_format or format_by_name("text")  # any program may leave such a file, whatever its name
    content = FileContent(data)
    priority, best_format = _best(content, named_format)
    if priority < 0:
        raise _problem(content)
    if not best_format.readers:
        raise broken(f"no reader for {best_format.name}")
    if priority < NAME and named_format is not None and named_format.text == "refuse":
        raise broken(f"this is no {named_format.name} file")
    return best_format


def seeks(head: bytes, name: bytes) -> bool:
    """Whether a file that begins with these bytes is of a format that is read by seeking in it."""
    try:
        return detect(head, name).is_seeking
    except FileProblem:
        return False


def may_end_anywhere(head: bytes, name: bytes) -> bool:
    """Whether of a very long file that begins with these bytes (`TEXT_HEAD` of them) only the beginning is read."""
    try:
        return detect(head, name).may_end_anywhere
    except FileProblem:
        return False


def is_blank(data: bytes) -> bool:
    """Whether data has only zeros and white space."""
    return not data.strip(b"\0 \t\r\n")


def _best(content: FileContent, named_format: Format | None) -> tuple[int, Format]:
    ranked = ((_priority(format_, content, named_format), format_) for format_ in FORMATS)
    return max(ranked, key=lambda rank: (rank[0], rank[1] is named_format))


def _priority(format_: Format, content: FileContent, named_format: Format | None) -> int:
    """The highest priority of a format's matching signatures, and of its name for text; -1 if none matches."""
    is_named = format_ is named_format
    priorities = [
        signature.priority
        for signature in format_.signatures
        if (is_named or not signature.only_if_named) and signature.matches(content)
    ]
    if not content.is_binary:
        priorities += [_NAME_PRIORITY[format_.text]] if is_named and format_.text in _NAME_PRIORITY else []
        priorities += [ANY_TEXT] if format_.name == "text" else []
    return max(priorities, default=-1)


def _problem(content: FileContent) -> FileProblem:
    if content.has_stream(_ENCRYPTED_STREAM):
        return protected("encrypted by its program")
    return broken("not a document")
