"""The files of the codes of one bit a component, one for each group: derived from the vectors, and made anew if absent.

A file is the bytes of a serialised FAISS index between a header and a digest. It belongs to a generation of the
vectors, which is a part of its name, to its rows and to a version of FAISS; otherwise it counts as absent.
"""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import blake3
import numpy as np

from core.store.vector.coarse import CoarseGroup
from core.store.vector.log import LogState

COARSE_SUFFIX = ".coarse"
TEMPORARY = ".coarse-new"
DIGEST_BYTES = 32
log = logging.getLogger(__name__)


def group_path(log_path: Path, generation: str, number: int) -> Path:
    """The file of a group of the vectors of a generation."""
    return log_path.with_name(f"{log_path.stem}.{generation}.{number}{COARSE_SUFFIX}")


def read(log_path: Path, state: LogState, group_rows: int) -> tuple[CoarseGroup, ...]:
    """The groups that have sound files, up to the first that has none."""
    groups: list[CoarseGroup] = []
    while (group := _read_one(log_path, state, len(groups), group_rows)) is not None:
        groups.append(group)
        if group.index.ntotal < group_rows:
            break
    return tuple(groups)


def _read_one(log_path: Path, state: LogState, number: int, group_rows: int) -> CoarseGroup | None:
    import faiss

    path = group_path(log_path, state.generation, number)
    try:
        data = np.fromfile(path, np.uint8)
    except OSError:
        return None
    header, body, digest = _header(state, number), data[:-DIGEST_BYTES], data[-DIGEST_BYTES:]
    if blake3.blake3(body.data).digest() != digest.tobytes() or body[: len(header)].tobytes() != header:
        log.warning("the codes %s are damaged or of another version and will be made anew", path.name)
        return None
    index: Any = faiss.deserialize_index(body[len(header) :])
    first, rows = number * group_rows, int(index.ntotal)
    is_right = index.d == state.layout.dimension and 0 < rows <= min(group_rows, len(state.ids) - first)
    return CoarseGroup(first, index) if is_right and rows % state.layout.segment_rows == 0 else None


def write(log_path: Path, state: LogState, number: int, index: Any) -> None:
    """Put a group's file in the place of the one that is there. Raises OSError."""
    import faiss

    path = group_path(log_path, state.generation, number)
    temporary = path.with_suffix(TEMPORARY)
    body = _header(state, number) + faiss.serialize_index(index).tobytes()
    try:
        with temporary.open("wb") as file:
            file.write(body)
            file.write(blake3.blake3(body).digest())
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def copy(index: Any) -> Any:
    """A copy of a FAISS index of codes, which FAISS itself cannot clone."""
    import faiss

    return faiss.deserialize_index(faiss.serialize_index(index))


def delete(log_path: Path, *, keep: str) -> None:
    """Delete the files of all generations but `keep`, and what a kill left."""
    folder, stem = log_path.parent, log_path.stem
    for path in [*folder.glob(f"{stem}.*{COARSE_SUFFIX}"), *folder.glob(f"{stem}.*{TEMPORARY}")]:
        if path.suffix == TEMPORARY or not (keep and path.name.startswith(f"{stem}.{keep}.")):
            with suppress(OSError):
                path.unlink()


def _header(state: LogState, number: int) -> bytes:
    import faiss

    words = f"FNDLBIT1 {faiss.__version__} {state.generation} {state.layout.segment_rows} {number}"
    return words.encode().ljust(128)
