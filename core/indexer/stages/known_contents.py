"""Lookup of contents and members by the reader pool, so that what is known is not extracted again."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from core.errors import FindlingError
from core.extract.base import EXTRACTOR_VERSION
from core.store.catalogue.catalogue import Catalogue


class KnownContents:
    """Looks up what is stored and chunked. Thread-safe, with its own connection to the catalogue."""

    def __init__(self, root: Path, chunking_id: int) -> None:
        self._lock = threading.Lock()
        self._catalogue = Catalogue(root, writable=False)
        self._chunking_id = chunking_id

    def format_of(self, content: bytes) -> str | None:
        """The format of a content (by its hash) that is stored by the current extractor version, and chunked.

        "" for a blank one; None if it is not known, and on any error: the indexer's thread reports such errors.
        """
        with self._lock, suppress(FindlingError):
            return self._format_of(content)
        return None

    def is_current(self, path: bytes, content: bytes) -> bool:
        """Whether the member at a path has this content, and all that is in it is stored; False on any error."""
        with self._lock, suppress(FindlingError):
            return self._format_of(content) is not None and self._catalogue.members.is_current(path, content)
        return False

    def _format_of(self, digest: bytes) -> str | None:
        content_id = self._catalogue.contents.by_hash(digest)
        content = None if content_id is None else self._catalogue.contents.get(content_id)
        if content is None or "partial" in content.notes or is_outdated(content.extractor):
            return None
        is_chunked = self._catalogue.passages.is_chunked(content.id, self._chunking_id)
        return content.extractor.partition("/")[0] if is_chunked else None

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._catalogue.close()


def is_outdated(extractor: str) -> bool:
    """Whether `extractor` ("name/version", or "" for an empty file) is another version than the current one."""
    return bool(extractor) and not extractor.endswith(f"/{EXTRACTOR_VERSION}")
