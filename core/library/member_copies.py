"""Copies of documents inside files, for the programs that show them."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from pathlib import Path

import blake3

from core.errors import FileProblem
from core.extract_workers.member_copy import member_bytes
from core.library.session.manager import SessionManager


class MemberCopies:
    """A part of `Library`: read-only copies in a folder of this program alone, which `close` deletes."""

    def __init__(self, sessions: SessionManager) -> None:
        self._sessions = sessions
        self._lock = threading.Lock()
        self._folder: Path | None = None

    def copy(self, path: str) -> str | None:
        """The path of a copy of the document inside a file; waits for a worker that finds it there.

        None if there is no document inside a file at this path, or it is not there any more.
        """
        with self._sessions.catalogue() as catalogue:
            location = catalogue.members.location(os.fsencode(path))
        if location is None:
            return None
        with self._lock:
            try:
                data = member_bytes(location)
            except FileProblem:
                return None
            place = self._place(path)
            self._write(place, data)
            return str(place)

    def copy_with_hash(self, path: str, digest: bytes) -> str | None:
        """As `copy`, but only of a document whose bytes have this hash (BLAKE3); no other copy has the same path."""
        with self._sessions.catalogue() as catalogue:
            location = catalogue.members.location(os.fsencode(path))
        if location is None:
            return None
        with self._lock:
            place = self._place(path, digest.hex())
            if not place.exists():
                try:
                    data = member_bytes(location)
                except FileProblem:
                    return None
                if blake3.blake3(data).digest() != digest:
                    return None
                self._write(place, data)
            return str(place)

    def file_of(self, path: str) -> str:
        """The path itself, or the copy of a document inside a file, which an earlier call may have made."""
        if os.path.lexists(path):
            return path
        made = self._place(path) if self._folder is not None else None
        return str(made) if made is not None and made.exists() else self.copy(path) or path

    def close(self) -> None:
        """Delete the copies."""
        with self._lock:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None

    def _write(self, copy: Path, data: bytes) -> None:
        copy.parent.mkdir(mode=0o700, exist_ok=True)
        copy.unlink(missing_ok=True)
        copy.write_bytes(data)
        copy.chmod(0o400)

    def _place(self, path: str, digest: str = "") -> Path:
        """Where the copy of a document is, or of one with these bytes; makes the folder of all copies."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="findling-"))
        name = hashlib.sha256(os.fsencode(path) + b"\0" + digest.encode() if digest else os.fsencode(path)).hexdigest()
        return self._folder / name[:24] / os.path.basename(path)
