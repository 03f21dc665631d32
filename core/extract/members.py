"""Documents inside files: what unpackers are given, and the members that they find.

An unpacker is a function from `ContainerInput` to an iterator of `Member`, in the order of the file, from the place
`start` on. It raises `FileProblem`. The bytes of each member are then read as those of a file with its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO, Literal, cast

from core.extract.base import Limits
from core.extract.format import Format
from core.extract.mail.signatures import is_mailbox as begins_as_mailbox
from core.extract.registry import format_of

MAILBOX = "mbox"  # the format that is read on from where it was read to before
MAX_MEMBER_BYTES = 100_000_000  # of one member
MAX_NAME_BYTES, MAX_PATH_BYTES = 180, 900  # of one component of a name, and of all of them

MemberProblem = Literal["too_large", "protected", "broken"]


@dataclass(frozen=True, slots=True)
class ContainerInput:
    """A file whose members are looked for: its name, its bytes as a file of `size`, and the place where to begin.

    A place is a number that only the unpacker understands: an offset in bytes, or an index; 0 is the beginning.
    """

    name: bytes
    file: BinaryIO
    size: int
    start: int = 0
    limits: Limits = Limits()  # noqa: RUF009 - it is frozen


@dataclass(frozen=True, slots=True)
class Member:
    """A document inside a file: its name ("report.pdf", or "folder/report.pdf"), and its bytes.

    `place` is where it is found again, `following` the place after it. `modified` is in seconds since 1970; None: as
    the file that it is in. With a `problem` it has no bytes; nor has one of which only the name is indexed: `size` is
    that of the file then, where it is known.
    """

    name: str
    data: bytes
    place: int
    following: int
    modified: float | None = None
    problem: MemberProblem | None = None
    size: int = 0


Unpacker = Callable[[ContainerInput], Iterator[Member]]


def unpacker_of(format_: Format) -> Unpacker | None:
    """The unpacker of a format; None if its files hold no documents. Imports its module."""
    if not format_.members:
        return None
    module, _, function = format_.members.partition(":")
    return cast(Unpacker, getattr(import_module(f"core.extract.{module}"), function))


def is_mailbox(name: bytes, head: bytes) -> bool:
    """Whether a file is read as a mailbox, message by message: by its name and by its first bytes."""
    format_ = format_of(name)
    return (format_ is None or format_.name == MAILBOX) and begins_as_mailbox(head)


def path_of(name: str) -> bytes:
    """The name of a member as the end of a path: no component is empty, "." or "..", none is too long."""
    components = (_component(part) for part in name.replace("\\", "/").split("/"))
    path = b"/".join(component for component in components if component)
    return path[-MAX_PATH_BYTES:].lstrip(b"/") or b"unnamed"


def _component(part: str) -> bytes:
    text = "".join(char if char.isprintable() else " " for char in part).strip()
    if text in ("", ".", ".."):
        return b""
    data = text.encode("utf-8", "replace")
    if len(data) <= MAX_NAME_BYTES:
        return data
    stem, dot, ending = data.rpartition(b".")
    keep = dot + ending if stem and len(ending) <= 10 else b""
    return data[: MAX_NAME_BYTES - len(keep)].decode("utf-8", "ignore").strip().encode() + keep


def unique(path: bytes, mark: str) -> bytes:
    """Another name for a member whose name is taken: `mark` before its ending."""
    folder, slash, base = path.rpartition(b"/")
    stem, dot, ending = base.rpartition(b".")
    if not stem:
        stem, dot, ending = base, b"", b""
    return folder + slash + stem + b" ~" + mark.encode() + dot + ending
