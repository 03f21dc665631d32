"""One query through the lanes: each finds passages or files, fusion ranks the files, evidence is gathered."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.document import LANES, Hit, Lane
from core.embed import Vectors
from core.search.evidence import Evidence, Found
from core.search.fusion import first_of_each, fuse
from core.search.wanted import Wanted
from core.store.catalogue import Catalogue
from core.store.contents import PassageRow
from core.store.shelf import Shelf

DEPTH = 200  # passages asked of a lane
SHOWN = 3  # passages of a hit


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What one lane found: passages best first, and files (by content, or by their own id if they have none)."""

    passages: Sequence[int]
    files: Sequence[tuple[str, int]]


class Searcher:
    """Answers queries over one library, on any thread, one at a time."""

    def __init__(self, root: Path, shelf: Shelf) -> None:
        self._lock = threading.Lock()
        self._catalogue = Catalogue(root, writable=False)
        self._shelf = shelf
        self._closed = False

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._catalogue.close()

    def search(self, text: str, vector: Vectors | None, *, limit: int, lanes: Collection[Lane] = LANES) -> list[Hit]:
        """The best files for a text, best first; an empty text finds nothing.

        `vector` is the query's (shape: dimension), or None while there is none: then the other lanes answer.
        """
        if not text.strip() or limit < 1:
            return []
        depth = max(DEPTH, 4 * limit)
        with self._lock:
            if self._closed:  # other settings are being taken up: whoever asks again asks another searcher
                return []
            return self._answer(text, limit, self._asked(text, depth, lanes, vector))

    def _asked(
        self, text: str, depth: int, lanes: Collection[Lane], vector: Vectors | None
    ) -> dict[Lane, list[tuple[int, float]]]:
        found: dict[Lane, list[tuple[int, float]]] = {}
        if "words" in lanes:
            found["words"] = self._shelf.words.search(text, depth, complete=not text[-1:].isspace())
        if vector is not None and "meaning" in lanes:
            found["meaning"] = self._shelf.vectors.search(vector, depth)
        if "names" in lanes:
            found["names"] = self._shelf.names.search(text, depth)
        return found

    def _answer(self, text: str, limit: int, found: dict[Lane, list[tuple[int, float]]]) -> list[Hit]:
        rows = self._rows(found)
        ranked = {lane: self._ranked(lane, pairs, rows) for lane, pairs in found.items()}
        trust = self._trust(text, found)
        files = fuse({lane: lists.files for lane, lists in ranked.items()}, trust)[:limit]
        passages = fuse({lane: lists.passages for lane, lists in ranked.items() if lane != "names"}, trust)
        by_content: dict[int, list[tuple[PassageRow, float, frozenset[Lane]]]] = {}
        for number, score, lanes in passages:
            row = rows[number]
            by_content.setdefault(row.content_id, []).append((row, score, lanes))
        wanted = Wanted(*self._shelf.words.asked(text, complete=not text[-1:].isspace()))
        evidence = Evidence(self._catalogue, wanted)
        return evidence.hits(
            [Found(key, score, lanes, by_content.get(key[1], [])[:SHOWN] if key[0] == "content" else [])
             for key, score, lanes in files]
        )  # fmt: skip

    def _trust(self, text: str, found: dict[Lane, list[tuple[int, float]]]) -> dict[Lane, float]:
        """Words count as much as the best passage has of them: in a question put in other words that is little."""
        best = found.get("words")
        return {"words": self._shelf.words.share(text, best[0][1])} if best else {}

    def _rows(self, found: dict[Lane, list[tuple[int, float]]]) -> dict[int, PassageRow]:
        ids = {number for lane in ("words", "meaning") for number, _ in found.get(lane, ())}
        return self._catalogue.contents.passages(list(ids))

    def _ranked(self, lane: Lane, pairs: list[tuple[int, float]], rows: dict[int, PassageRow]) -> _Ranked:
        if lane == "names":
            contents = self._catalogue.contents_of([number for number, _ in pairs])
            return _Ranked((), first_of_each(contents[number] for number, _ in pairs if number in contents))
        passages = [number for number, _ in pairs if number in rows]
        return _Ranked(passages, first_of_each(("content", rows[number].content_id) for number in passages))
