"""Opens a file safely, chooses its reader by its bytes, and names what goes wrong."""

from __future__ import annotations

import os
import stat
import traceback
from collections.abc import Iterator

from core.document import Document
from core.errors import FileProblem
from core.extract.base import ExtractionInput, Extractor, Keep, Limits, forget, protected
from core.extract.detect import detect, streams
from core.extract.registry import Format, format_named, format_of, readers_of

SPARSE_FROM = 50 * 1024 * 1024
PANIC = "PanicException"  # what a Rust library raises when it meets its own bug; no subclass of Exception
LATEST_PDF_HEAD = 65_536
_LEGACY = {"doc", "xls", "ppt"}  # other programs give these names to HTML and plain text
_TEXTS = {"html", "xml", None}


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
    """A descriptor of a regular file; links, pipes and devices are never opened. Raises FileProblem."""
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
    """An open file's size in bytes; FileProblem "too_large" over the limit or if most of it is a hole."""
    facts = os.fstat(descriptor)
    if facts.st_size > limits.max_file_bytes:
        raise FileProblem("too_large", f"{facts.st_size} bytes, at most {limits.max_file_bytes} are read")
    if facts.st_size > SPARSE_FROM and facts.st_blocks * 512 < facts.st_size // 10 and _has_hole(descriptor):
        raise FileProblem("too_large", f"{facts.st_size} bytes, nearly all of them a hole")
    return facts.st_size


def _has_hole(descriptor: int) -> bool:
    """Counted blocks alone say little: a file may be compressed, or on a disk that counts none."""
    end = os.lseek(descriptor, 0, os.SEEK_END)
    hole = os.lseek(descriptor, 0, os.SEEK_HOLE)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return hole < end


def read_bytes(
    data: bytes,
    name: bytes,
    *,
    limits: Limits = Limits(),  # noqa: B008 - it is frozen
    keep: Keep = forget,
    attempt: int = 1,
) -> Document:
    """The document in some bytes that came from a file of that name; raises FileProblem.

    `keep` is told of pages as they are read. `attempt` 2 leaves out the format's first reader, if it has another.
    """
    format_ = format_by_content(data, name)
    if _is_blank(data):
        return Document("", format_.kind, notes=("no_text",))
    readers = readers_of(format_)
    if attempt > 1 and len(format_.readers) > 1:
        next(readers)
    return _first_that_reads(readers, ExtractionInput(name, data, limits, keep))


def _first_that_reads(readers: Iterator[Extractor], source: ExtractionInput) -> Document:
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
            if not isinstance(error, Exception) and type(error).__name__ != PANIC:
                raise
            problem = problem or FileProblem("broken", _place(error))
    raise problem or FileProblem("broken", "no reader")


def _place(error: BaseException) -> str:
    """What a library did not expect, and where: enough to find it again."""
    frames = traceback.extract_tb(error.__traceback__)
    where = next((f"{os.path.basename(frame.filename)}:{frame.lineno}" for frame in reversed(frames)), "")
    return f"{type(error).__name__}: {error} ({where})"[:300]


def format_by_content(data: bytes, name: bytes) -> Format:
    """The format that a file's bytes show, else the one that its name promises; FileProblem if there is no reader."""
    promised = format_of(name)
    if promised is not None and _is_blank(data):
        return promised  # any program may leave such a file, whatever its name: it is the same without text
    shown = detect(data)
    if shown == "locked":
        raise protected("encrypted by its program")
    if promised is not None and promised.name == "pdf" and b"%PDF-" in data[:LATEST_PDF_HEAD]:
        return promised
    if shown in _TEXTS:
        return _text_format(promised, shown)
    if promised is not None and promised.name in streams(data):
        return promised
    found = format_named(shown or "")
    if found is None:
        raise FileProblem("broken", "not a document" if shown == "binary" else f"no reader for {shown}")
    if found.name == "odt" and promised is not None and promised.name in {"odp", "ods"}:
        return promised
    return found


def _is_blank(data: bytes) -> bool:
    return not data.strip(b"\0 \t\r\n")


def _text_format(promised: Format | None, shown: str | None) -> Format:
    """Text can be of any textual format: its name decides, unless it promised something packed."""
    if promised is not None and promised.readers[0].startswith(("plain:", "html:", "xml:")):
        if not (promised.name in {"text", "xml"} and shown == "html"):
            return promised
    elif promised is not None and promised.name not in _LEGACY:
        raise FileProblem("broken", f"this is no {promised.name} file")
    found = format_named(shown or "text")
    assert found is not None
    return found
