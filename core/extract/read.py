"""Opens a file safely, calls the readers of its format, and reports errors as FileProblem."""

from __future__ import annotations

import os
import stat
import traceback
from collections.abc import Iterator
from dataclasses import replace

from core.document import Document, Extent
from core.errors import FileProblem
from core.extract.base import DocumentReader, ExtractionInput, Limits, PartialCallback, discard_partial
from core.extract.detect import detect, is_blank
from core.extract.registry import readers_of

SPARSE_FROM = 50 * 1024 * 1024
RUST_PANIC = "PanicException"  # raised for a bug in a Rust library; no subclass of Exception


def read(path: bytes, *, limits: Limits = Limits()) -> Document:  # noqa: B008 - it is frozen
    """The document in a file; raises FileProblem."""
    with os.fdopen(open_regular(path), "rb") as file:
        size = check_size(file.fileno(), limits)
        try:
            data = file.read(size + 1)
        except OSError as error:
            raise FileProblem("unreadable", error.strerror or "") from error
    return read_bytes(data, os.path.basename(path), limits=limits)


def open_regular(path: bytes) -> int:
    """A descriptor of a regular file. Raises FileProblem; never opens links, pipes or devices."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise FileProblem("vanished", error.strerror or "") from error
    except NotADirectoryError as error:
        raise FileProblem("vanished", error.strerror or "") from error
    except (OSError, ValueError) as error:
        raise FileProblem("unreadable", str(getattr(error, "strerror", None) or error)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileProblem("unreadable", "not a regular file")
    return descriptor


def check_size(descriptor: int, limits: Limits) -> int:
    """An open file's size in bytes; FileProblem "too_large" over the limit or if most of it is sparse."""
    status = os.fstat(descriptor)
    if status.st_size > limits.max_file_bytes:
        raise FileProblem("too_large", f"{status.st_size} bytes, at most {limits.max_file_bytes} are read")
    if status.st_size > SPARSE_FROM and status.st_blocks * 512 < status.st_size // 10 and _has_hole(descriptor):
        raise FileProblem("too_large", f"{status.st_size} bytes, nearly all of them a hole")
    return status.st_size


def _has_hole(descriptor: int) -> bool:
    """Whether a file has a hole; its block count alone may be low because the file system compresses."""
    end = os.lseek(descriptor, 0, os.SEEK_END)
    hole = os.lseek(descriptor, 0, os.SEEK_HOLE)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return hole < end


def read_bytes(
    data: bytes,
    name: bytes,
    *,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
    on_partial: PartialCallback = discard_partial,
    attempt: int = 1,
) -> Document:
    """The document in the bytes of a file called `name`; raises FileProblem.

    `on_partial` receives pages as they are read. `attempt` 2 skips the format's first reader, if it has another.
    """
    return read_source(ExtractionInput(name, data, limits, on_partial), attempt=attempt)


def read_source(source: ExtractionInput, *, attempt: int = 1) -> Document:
    """As `read_bytes`, for what is given to readers; an attachment's reader is called so, too."""
    format_ = detect(source.data, source.name)
    if is_blank(source.data):
        return Document("", format_.kind, notes=("no_text",))
    if format_.may_end_anywhere and len(source.data) > source.limits.max_text_bytes:
        source = replace(source, data=source.data[: source.limits.max_text_bytes], size=len(source.data))
    readers = readers_of(format_)
    if attempt > 1 and len(format_.readers) > 1:
        next(readers)
    document = _try_readers(readers, source)
    is_told = "data_left_out" in document.notes
    return _told_to_be_cut(document, source) if source.size and not is_told else document


def _told_to_be_cut(document: Document, source: ExtractionInput) -> Document:
    extent = Extent("bytes", len(source.data), source.size)
    notes = [note for note in document.notes if Extent.parse(note) is None]
    return replace(document, notes=tuple(dict.fromkeys((*notes, "truncated", str(extent)))))


def _try_readers(readers: Iterator[DocumentReader], source: ExtractionInput) -> Document:
    problem: FileProblem | None = None
    for reader in readers:
        try:
            return reader(source)
        except FileProblem as found:
            problem = problem or found
            if found.code != "broken":
                break
        except MemoryError as error:
            raise FileProblem("crashed", "out of memory") from error
        except BaseException as error:
            if not isinstance(error, Exception) and type(error).__name__ != RUST_PANIC:
                raise
            problem = problem or FileProblem("broken", _describe(error))
    raise problem or FileProblem("broken", "no reader")


def _describe(error: BaseException) -> str:
    """An unexpected exception with the place where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    where = next((f"{os.path.basename(frame.filename)}:{frame.lineno}" for frame in reversed(frames)), "")
    return f"{type(error).__name__}: {error} ({where})"[:300]
