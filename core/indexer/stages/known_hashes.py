"""Lookup of content hashes by the reader pool, so that known bytes are not extracted again."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from core.errors import FindlingError
from core.extract.base import EXTRACTOR_VERSION
from core.store.catalogue.catalogue import Catalogue


class KnownHashes:
    """Looks up whether a content is stored and chunked. Thread-safe, with its own connection to the catalogue."""

    def __init__(self, root: Path, chunking_id: int) -> None:
        self._lock = threading.Lock()
        self._catalogue = Catalogue(root, writable=False)
        self._chunking_id = chunking_id

    def is_known(self, digest: bytes) -> bool:
        """Whether a content (by SHA-256) is completely stored by the current extractor version, and chunked.

        False on any error of the catalogue; the indexer's thread reports such errors.
        """
        contents = self._catalogue.contents
        with self._lock, suppress(FindlingError):
            content_id = contents.by_hash(digest)
            content = None if content_id is None else contents.get(content_id)
            if content is None or "partial" in content.notes or is_outdated(content.extractor):
                return False
            return self._catalogue.passages.is_chunked(content.id, self._chunking_id)
        return False

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._catalogue.close()


def is_outdated(extractor: str) -> bool:
    """Whether `extractor` ("name/version", or "" for an empty file) is another version than the current one."""
    return bool(extractor) and not extractor.endswith(f"/{EXTRACTOR_VERSION}")
