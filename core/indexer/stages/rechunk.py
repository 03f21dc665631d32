"""Texts that are known already, cut in another way, without reading any file."""

from __future__ import annotations

from collections import deque
from itertools import islice

from core.chunk import ChunkingConfig, chunk
from core.document import Document
from core.store.catalogue.catalogue import Catalogue

AT_ONCE = 5  # contents between two looks at other work


class RechunkStage:
    """The contents that are not cut in one way yet. Its own thread is the indexer's."""

    def __init__(self, catalogue: Catalogue, chunking: ChunkingConfig, chunking_id: int) -> None:
        self._catalogue = catalogue
        self._chunking = chunking
        self._chunking_id = chunking_id
        self._uncut = deque(catalogue.passages.unchunked(chunking_id))

    def __len__(self) -> int:
        return len(self._uncut)

    def add(self, content_id: int) -> None:
        """Cut a content, too, unless that is done."""
        self._uncut.append(content_id)

    def cut(self) -> list[int]:
        """Cut some of them; returns those that are cut now. One is let go only once it is stored.

        Raises ModelError if the model's own tokenizer is needed and away.
        """
        done: list[int] = []
        if not self._uncut:
            return done
        some = list(islice(self._uncut, AT_ONCE))
        with self._catalogue.transaction():
            done += [content_id for content_id in some if self._cut(content_id)]
        for _ in some:
            self._uncut.popleft()
        return done

    def give_up(self) -> None:
        """Cut nothing of what waits."""
        self._uncut.clear()

    def _cut(self, content_id: int) -> bool:
        contents = self._catalogue.contents
        content = contents.get(content_id)
        if content is None or not self._catalogue.passages.needs_chunking(content_id, self._chunking_id):
            return False
        document = Document(contents.text(content_id), "other", parts=content.parts)
        self._catalogue.passages.put(content_id, self._chunking_id, chunk(document, self._chunking))
        return True
