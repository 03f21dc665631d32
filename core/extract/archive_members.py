"""The files in an archive as members: documents of their own, one level deep."""

from __future__ import annotations

from collections.abc import Iterator

from core.document import SEEKING_KINDS, Extent
from core.errors import FileProblem
from core.extract.archive import Archive, Entry
from core.extract.base import protected
from core.extract.members import ContainerInput, Member, MemberProblem
from core.extract.registry import readable_kind
from core.extract.unknown_names import is_worth_a_look

MAX_FILE_BYTES = 50_000_000  # of one file in an archive that is read


def files_of(source: ContainerInput) -> Iterator[Member]:
    """The files of an archive from the place (number) of one on, without hidden ones.

    Raises FileProblem at the end: "truncated" with an `Extent` if a limit of count, size or ratio ended it, "protected"
    if a password keeps some files.
    """
    archive = Archive(source.file, source.size, source.limits)
    is_locked = False
    number = 0
    try:
        for entry in archive.entries():
            number = entry.index
            is_locked |= entry.is_encrypted
            if _is_hidden(entry.name):
                continue
            if entry.index < source.start:
                if _is_read(entry):
                    archive.count(entry)
                continue
            try:
                yield _member(archive, entry)
            except FileProblem as problem:
                if problem.code != "protected":
                    raise
                is_locked = True
    except FileProblem as problem:
        if problem.code != "too_large":
            raise
        raise _ended_at(number, archive) from problem
    if archive.is_cut:
        raise _ended_at(number + 1, archive)
    if is_locked:
        raise protected("encrypted")


def _member(archive: Archive, entry: Entry) -> Member:
    """One file; without its bytes if only its name is indexed, with a problem if it cannot be read."""

    def member(data: bytes = b"", problem: MemberProblem | None = None) -> Member:
        return Member(entry.name, data, entry.index, entry.index + 1, entry.modified, problem, entry.size)

    if not _is_read(entry):
        return member(problem="too_large" if _needs_all(entry) else None)
    try:
        return member(archive.read(entry))
    except FileProblem as problem:
        if problem.code != "broken" or not archive.is_random:
            raise
        return member(problem="broken")


def _needs_all(entry: Entry) -> bool:
    """Whether a file is a document by its name, of which the beginning is not enough."""
    kind = readable_kind(_path(entry))
    return kind is not None and kind not in SEEKING_KINDS


def _is_read(entry: Entry) -> bool:
    path = _path(entry)
    return entry.size <= MAX_FILE_BYTES and (readable_kind(path) is not None or is_worth_a_look(path))


def _path(entry: Entry) -> bytes:
    return entry.name.encode("utf-8", "replace")


def _ended_at(number: int, archive: Archive) -> FileProblem:
    return FileProblem("truncated", str(Extent("files", number, archive.total)))


def _is_hidden(name: str) -> bool:
    """Whether a file or a folder above it has a name that begins with a dot, or is macOS's own."""
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith(".") and part not in (".", "..") for part in parts) or parts[0] == "__MACOSX"
