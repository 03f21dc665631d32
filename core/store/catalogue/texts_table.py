"""The catalogue's texts, in blocks of a fixed number of characters, so that a passage costs one or two of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from core.errors import TextDamagedError
from core.store.catalogue.checksums import row_checksum
from core.store.catalogue.database import Database
from core.store.catalogue.pieces import head_and_pieces
from core.store.catalogue.text_blocks import BLOCK_CHARS, BLOCK_DAMAGED, unpacked

_OF_HEADS = "SELECT content_id, block, -1 AS piece, data, checksum FROM"
_OF_PIECES = "SELECT content_id, block, piece, data, checksum FROM"
_PLACE = itemgetter(0, 1)


class TextsTable:
    """Texts of one catalogue connection."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, content_id: int, blocks: Iterable[bytes]) -> None:
        """Store the compressed blocks of a content's text."""
        values = [(number, *head_and_pieces(block)) for number, block in enumerate(blocks)]
        self._db.executemany(
            "INSERT INTO texts (content_id, block, data) VALUES (?, ?, ?)",
            [(content_id, number, head) for number, head, _ in values],
        )
        long: list[tuple[object, ...]] = [
            (content_id, number, *piece) for number, _, pieces in values for piece in enumerate(pieces)
        ]
        if long:  # most texts are short
            self._db.executemany("INSERT INTO text_pieces (content_id, block, piece, data) VALUES (?, ?, ?, ?)", long)

    def text(self, content_id: int, start: int = 0, stop: int | None = None) -> str:
        """Characters `start` to `stop` of a content's text. Decompresses only the blocks that hold them."""
        first = start // BLOCK_CHARS
        last = 2**62 if stop is None else max(first, (stop - 1) // BLOCK_CHARS)
        where = "WHERE content_id = ?1 AND block BETWEEN ?2 AND ?3"
        rows = self._db.execute(
            f"{_OF_HEADS} texts {where} UNION ALL {_OF_PIECES} text_pieces {where} ORDER BY block, piece",
            (content_id, first, last),
        )
        text = "".join(_unpacked(rows).values())
        return text[start - first * BLOCK_CHARS : None if stop is None else max(0, stop - first * BLOCK_CHARS)]

    def blocks(self, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
        """Text blocks by (content id, block number); block n begins at character n * BLOCK_CHARS."""
        requested = "json_each(?1) AS requested CROSS JOIN"
        same = "ON content_id = json_extract(requested.value, '$[0]') AND block = json_extract(requested.value, '$[1]')"
        rows = self._db.execute(
            f"""{_OF_HEADS} {requested} texts {same} UNION ALL {_OF_PIECES} {requested} text_pieces {same}
            ORDER BY content_id, block, piece""",
            (json.dumps(list(places)),),
        )
        return _unpacked(rows)

    def stored_blocks(self, content_id: int) -> list[tuple[int, bytes]]:
        """(number, compressed data) of the blocks of a content, as they are stored, damaged or not."""
        rows = self._db.execute(
            f"""{_OF_HEADS} texts WHERE content_id = ?1 UNION ALL {_OF_PIECES} text_pieces WHERE content_id = ?1
            ORDER BY block, piece""",
            (content_id,),
        )
        return [(place[1], b"".join(row[3] for row in pieces)) for place, pieces in groupby(rows, _PLACE)]


def _unpacked(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[int, int], str]:
    """The text of each block, from ordered rows: content id, block, piece, data, checksum. Raises TextDamagedError."""
    found = {}
    for place, pieces in groupby(rows, _PLACE):
        data = []
        for *key, piece, part, checksum in pieces:
            if checksum is not None and checksum != row_checksum(*key, *((piece,) if piece >= 0 else ()), part):
                raise TextDamagedError(place[0])
            data.append(part)
        try:
            found[place] = unpacked(b"".join(data))
        except BLOCK_DAMAGED as error:
            raise TextDamagedError(place[0]) from error
    return found
