"""The files of a vector index: a log, the vectors beside it, and the single file that version 0.1 wrote."""

from __future__ import annotations

import logging
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

import blake3
import numpy as np

from core.store.vector import coarse_files, segments
from core.store.vector import log as vector_log
from core.store.vector.coarse_scan import CoarseScan
from core.store.vector.log import LogState, SavedBlock
from core.store.vector.saved import SavedVectors, codes_path
from core.store.vector.segments import Layout, MappedSegments
from core.store.vector.tail import Tail

SUFFIX = ".vectors"
OLDER_SUFFIX = ".faiss"
OLDER_DIGEST_BYTES = 32  # of BLAKE3 at the end of the older file
READ_ATTEMPTS = 3
REWRITE_ROWS = 8 * segments.BLOCK_ROWS  # copied at a time
log = logging.getLogger(__name__)


def log_path(root: Path, model: str, chunking: str) -> Path:
    """The log of the vector index of a model and a chunking config, by their fingerprints."""
    return root / "vectors" / f"{model}-{chunking}{SUFFIX}"


def exist(path: Path) -> bool:
    """Whether an index was saved, also by version 0.1."""
    return path.exists() or path.with_suffix(OLDER_SUFFIX).exists()


def delete(path: Path) -> None:
    """Delete the files of an index."""
    path.unlink(missing_ok=True)
    path.with_suffix(OLDER_SUFFIX).unlink(missing_ok=True)
    _delete_codes(path, keep="")


def delete_others(folder: Path, *, keep: Collection[Path]) -> None:
    """Delete the files of all indexes in a folder but those with the logs `keep`."""
    for path in [*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{OLDER_SUFFIX}")]:
        if path.with_suffix(SUFFIX) not in keep:
            delete(path.with_suffix(SUFFIX))


def nothing(dimension: int) -> SavedVectors:
    """What an index has that was never saved; its first save makes new files."""
    layout = Layout(dimension, segments.SEGMENT_ROWS)
    none = np.zeros(0, np.int64)
    state = LogState("", layout, none, none, np.zeros(0, np.bool_), (), 0)
    return SavedVectors(state, MappedSegments(Path(), layout, 0), CoarseScan(Path(), state))


def read(path: Path, dimension: int) -> SavedVectors:
    """Map the vectors that a log says; nothing if the files are damaged."""
    for _ in range(READ_ATTEMPTS):
        state = vector_log.read(path, dimension)
        if state is None or state.is_damaged:
            break
        try:
            mapped = MappedSegments(codes_path(path, state.generation), state.layout, len(state.ids))
            return SavedVectors(state, mapped, CoarseScan(path, state))
        except FileNotFoundError:  # another program may have written the files anew in between
            continue
        except (OSError, ValueError):
            break
    if path.exists():
        log.warning("vector index %s is damaged and will be rebuilt from the catalogue", path.name)
    return nothing(dimension)


def append(path: Path, saved: SavedVectors, tail: Tail) -> SavedVectors:
    """Write deleted rows and new vectors behind what is saved, and map it again. Raises OSError.

    The vectors are on the disk before the log says so. An index without files, or with damaged ones, gets new ones.
    """
    state = saved.state
    if state.generation and not path.exists():  # somebody deleted it
        return rewrite(path, saved, tail)
    generation = state.generation or vector_log.new_generation()
    codes = codes_path(path, generation)
    records = [vector_log.deleted(generation, rows) for rows in saved.unlogged]
    first, ids, contents = len(state.ids), tail.ids, tail.contents
    try:
        written = segments.write(codes, state.layout, first, tail.codes()) if len(tail) or not state.generation else []
        blocks = [SavedBlock(*block) for block in written]
        for block in blocks:
            rows = slice(block.first - first, block.first - first + block.count)
            records.append(vector_log.added(generation, ids[rows], contents[rows], block))
        if state.generation:
            length = vector_log.append(path, state.length, records)
        else:
            length = vector_log.create(path, generation, state.layout, records)
    except OSError:
        if not state.generation:
            codes.unlink(missing_ok=True)
        raise
    alive = np.concatenate([state.alive, np.ones(len(ids), np.bool_)])
    after = LogState(
        generation,
        state.layout,
        np.concatenate([state.ids, ids]),
        np.concatenate([state.contents, contents]),
        alive,
        (*state.blocks, *blocks),
        length,
    )
    _delete_unnamed(path, generation)
    coarse_scan = saved.coarse_scan if state.generation else CoarseScan(path, after)
    return SavedVectors(after, MappedSegments(codes, after.layout, len(after.ids)), coarse_scan)


def rewrite(path: Path, saved: SavedVectors, tail: Tail) -> SavedVectors:
    """Write all that counts to new files, and map them. Raises OSError; the files are as before then."""
    layout = Layout(saved.state.layout.dimension, segments.SEGMENT_ROWS)
    generation = vector_log.new_generation()
    codes = codes_path(path, generation)
    records: list[bytes] = []
    blocks: list[SavedBlock] = []
    rows = np.flatnonzero(saved.state.alive)
    parts = [rows[start : start + REWRITE_ROWS] for start in range(0, len(rows), REWRITE_ROWS)]
    written = 0
    try:
        for part in [*parts, None]:
            ids = tail.ids if part is None else saved.state.ids[part]
            contents = tail.contents if part is None else saved.state.contents[part]
            data = tail.codes() if part is None else saved.mapped.rows(part)
            for block in segments.write(codes, layout, written, data):
                blocks.append(SavedBlock(*block))
                inside = slice(block[0] - written, block[0] - written + block[1])
                records.append(vector_log.added(generation, ids[inside], contents[inside], blocks[-1]))
            written += len(ids)
        length = vector_log.create(path, generation, layout, records)
    except OSError:
        codes.unlink(missing_ok=True)
        raise
    columns = (
        np.concatenate([saved.state.ids[rows], tail.ids]),
        np.concatenate([saved.state.contents[rows], tail.contents]),
    )
    state = LogState(generation, layout, *columns, np.ones(written, np.bool_), tuple(blocks), length)
    _delete_unnamed(path, generation)
    return SavedVectors(state, MappedSegments(codes, layout, written), CoarseScan(path, state))


def read_older(path: Path, dimension: int) -> Tail | None:
    """The vectors in the file that version 0.1 wrote; None if there is none, or it was taken over already."""
    import faiss

    older = path.with_suffix(OLDER_SUFFIX)
    if path.exists() or not older.exists():
        return None
    data = np.fromfile(older, np.uint8)
    body, digest = data[:-OLDER_DIGEST_BYTES], data[-OLDER_DIGEST_BYTES:]
    if blake3.blake3(body.data).digest() != digest.tobytes():
        log.warning("vector index %s is damaged and will be rebuilt from the catalogue", older.name)
        return Tail(dimension)
    index: Any = faiss.deserialize_index(body)
    if not isinstance(index, faiss.IndexIDMap2 | faiss.IndexIDMap) or index.d != dimension:
        return Tail(dimension)
    ids = faiss.vector_to_array(index.id_map).astype(np.int64)
    if len(ids) != len(np.unique(ids)):
        return Tail(dimension)
    return Tail(dimension, index, ids)


def _delete_unnamed(path: Path, generation: str) -> None:
    """Delete what the log does not name: the older file, and what a kill left."""
    path.with_suffix(OLDER_SUFFIX).unlink(missing_ok=True)
    _delete_codes(path, keep=generation)


def _delete_codes(path: Path, *, keep: str) -> None:
    for codes in path.parent.glob(f"{path.stem}.*.codes"):
        if codes != codes_path(path, keep):
            with suppress(OSError):  # another program may have it mapped, where that forbids it
                codes.unlink()
    coarse_files.delete(path, keep=keep)
