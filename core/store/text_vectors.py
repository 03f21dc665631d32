"""Vectors of texts that were embedded for a query, in a file in the library's folder; derived, may be deleted.

A refined query mostly finds the same passages, also after a restart. Each record is the digest of a text, its vector
as float16, and a checksum of both. New records are appended; when the file is full, the older half is dropped.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.private_files import private_subfolder

FOLDER = "second"  # in the library's folder
MAX_BYTES = 32 << 20
DIGEST_BYTES = 16

Vectors = npt.NDArray[np.float32]


class TextVectors:
    """The vectors of one model by text, in memory from the first use until `release`. Thread-safe.

    With `writable` False, what is new is forgotten at the end.
    """

    def __init__(self, root: Path, fingerprint: str, dimension: int, *, writable: bool) -> None:
        self._path = root / FOLDER / f"{fingerprint}.bin"
        self._dimension, self._writable = dimension, writable
        self._record = np.dtype([("digest", f"V{DIGEST_BYTES}"), ("vector", "<f2", (dimension,)), ("crc", "<u4")])
        self._lock = threading.Lock()
        self._vectors: dict[bytes, npt.NDArray[np.float16]] | None = None

    def get(self, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
        """The vectors of texts (shape: len(texts) x dimension); `embed` makes those that are not known.

        Raises what `embed` raises.
        """
        digests = [_digest(text) for text in texts]
        with self._lock:
            known = self._loaded()
            found = {digest: known[digest] for digest in digests if digest in known}
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in found}
        if missing:
            made = dict(zip(missing, embed(list(missing.values())).astype(np.float16), strict=True))
            found |= made
            with self._lock:
                self._add(made)
        return np.array([found[digest] for digest in digests], np.float32).reshape(len(texts), self._dimension)

    def known(self, texts: Sequence[str]) -> list[bool]:
        """Which of some texts have a vector already."""
        with self._lock:
            known = self._loaded()
            return [_digest(text) in known for text in texts]

    def release(self) -> None:
        """Give the memory back until the next use."""
        with self._lock:
            if self._writable:  # otherwise what is new is nowhere else
                self._vectors = None

    def _loaded(self) -> dict[bytes, npt.NDArray[np.float16]]:
        if self._vectors is None:
            self._vectors = dict(self._read())
        return self._vectors

    def _read(self) -> list[tuple[bytes, npt.NDArray[np.float16]]]:
        """The records of the file that are whole, oldest first."""
        try:
            data = self._path.read_bytes()
        except OSError:
            return []
        size = self._record.itemsize
        records = np.frombuffer(data[: len(data) // size * size], self._record)
        return [
            (record["digest"].tobytes(), record["vector"].copy())
            for at, record in enumerate(records)
            if zlib.crc32(data[at * size : (at + 1) * size - 4]) == record["crc"]
        ]

    def _add(self, made: dict[bytes, npt.NDArray[np.float16]]) -> None:
        known = self._loaded()
        known |= made
        most = MAX_BYTES // self._record.itemsize
        is_full = len(known) > most
        if is_full:
            known = self._vectors = dict(list(known.items())[-(most // 2) :])
        if self._writable:
            with suppress(OSError):  # a full disk: the vectors last as long as the program
                self._write(known if is_full else made, anew=is_full)

    def _write(self, made: dict[bytes, npt.NDArray[np.float16]], *, anew: bool) -> None:
        records = np.zeros(len(made), self._record)
        records["digest"] = np.array([np.void(digest) for digest in made])
        records["vector"] = np.array(list(made.values()))
        data = b"".join(_with_checksum(record.tobytes()) for record in records)
        private_subfolder(self._path.parent)
        if anew:
            temporary = self._path.with_suffix(".new")
            temporary.write_bytes(data)
            os.replace(temporary, self._path)
            return
        with self._path.open("ab") as file:
            torn = file.tell() % self._record.itemsize  # of a write that was interrupted
            if torn:
                file.truncate(file.tell() - torn)
            file.write(data)


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


def _with_checksum(record: bytes) -> bytes:
    return record[:-4] + zlib.crc32(record[:-4]).to_bytes(4, "little")
