"""Chunks stored texts with another chunking config, without reading any file."""

from __future__ import annotations

from collections import deque
from itertools import islice

from core.chunk import ChunkingConfig, chunk
from core.document import Document
from core.store.catalogue.catalogue import Catalogue

CONTENTS_PER_STEP = 5


class RechunkStage:
    """Chunks the contents that are not chunked with one config yet. Use it on the indexer's thread."""

    def __init__(self, catalogue: Catalogue, chunking: ChunkingConfig, chunking_id: int) -> None:
        self._catalogue = catalogue
        self._chunking = chunking
        self._chunking_id = chunking_id
        self._pending = deque(catalogue.passages.unchunked(chunking_id))

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, content_id: int) -> None:
        """Queue a content unless it is chunked already."""
        self._pending.append(content_id)

    def reload(self) -> None:
        """Replace the queue by the contents of the catalogue without passages."""
        self._pending = deque(self._catalogue.passages.unchunked(self._chunking_id))

    def step(self) -> list[int]:
        """Chunk some contents and return their ids; they stay pending until they are stored.

        Raises ModelError if the model's tokenizer is needed and missing.
        """
        chunked: list[int] = []
        if not self._pending:
            return chunked
        batch = list(islice(self._pending, CONTENTS_PER_STEP))
        with self._catalogue.transaction():
            chunked += [content_id for content_id in batch if self._chunk(content_id)]
        for _ in batch:
            self._pending.popleft()
        return chunked

    def clear(self) -> None:
        """Discard the pending contents."""
        self._pending.clear()

    def _chunk(self, content_id: int) -> bool:
        contents = self._catalogue.contents
        content = contents.get(content_id)
        if content is None or not self._catalogue.passages.needs_chunking(content_id, self._chunking_id):
            return False
        document = Document(contents.text(content_id), "other", parts=content.parts)
        self._catalogue.passages.put(content_id, self._chunking_id, chunk(document, self._chunking))
        return True
