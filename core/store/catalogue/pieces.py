"""Long values in pieces: what is left of a row that is longer than a fourth of a page would get pages of its own.

A value's row has its head, rows of another table have the pieces that follow it; decision 1160.
"""

from __future__ import annotations

PIECE_BYTES = 976  # with its keys and its checksum at most the 1,002 bytes that SQLite keeps in a page of 4,096


def head_and_pieces(data: bytes) -> tuple[bytes, list[bytes]]:
    """A value as its head, which is shorter than the pieces, and the pieces that follow it.

    A value that begins with as many zeros stays whole: a head of zeros is a vector of zeros.
    """
    head = data[: len(data) % PIECE_BYTES or PIECE_BYTES]
    if not any(head):
        return data, []
    return head, [data[start : start + PIECE_BYTES] for start in range(len(head), len(data), PIECE_BYTES)]
