"""Why a file is not found: its exact state, as one sentence that fits it and what can be done."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import problem_message
from core.events import FileExplanation
from core.messages import Message
from core.store.catalogue.catalogue import FileStatus
from core.store.catalogue.files import KnownFile
from core.store.catalogue.folders_table import FolderRow
from core.watch.ignore_rules import IgnoreRules
from core.watch.mounts import is_nonempty_folder

RANKED = 200  # results of a retriever among which a file is looked for


@dataclass(frozen=True, slots=True)
class FileKnowledge:
    """What is known when a file is asked about: the folders, the file's standing, and what is going on.

    `place` is the file's place in the queue, `reason` the rule that leaves it out of a folder.
    """

    folders: Sequence[FolderRow]
    rules: Callable[[FolderRow], IgnoreRules]
    file_status: Callable[[bytes], FileStatus | None]
    queue_place: Callable[[int], int | None]
    scanning: bool = False
    paused: bool = False
    embedding_obstacle: str = ""  # why no passage is being embedded at the moment


def explain(path: str, knowledge: FileKnowledge) -> FileExplanation:
    """The state of a file. Takes a moment: the disk is asked."""
    return _Explainer(os.path.abspath(path), knowledge).explanation()


@dataclass(slots=True)
class _Explainer:
    path: str
    knows: FileKnowledge

    def explanation(self) -> FileExplanation:
        """The first of all reasons that holds, in the order in which a file meets them."""
        name = os.fsencode(self.path)
        real = os.fsencode(os.path.join(os.path.realpath(os.path.dirname(self.path)), os.path.basename(self.path)))
        try:
            status = os.lstat(name)
        except PermissionError:
            return self._shut(real, _nearest(real))
        except OSError:
            return self._absent(name)
        row = self._folder_of(real)
        if row is None:
            return self._explained("outside")
        if not row.connected:
            return self._disconnected(row)
        reason = self.knows.rules(row).explain(row.path, real)
        if reason is not None:
            return self._explained("excluded", reason=reason.sentence)
        if stat.S_ISDIR(status.st_mode) and not os.access(real, os.R_OK | os.X_OK):
            return self._shut(real, real)
        if stat.S_ISDIR(status.st_mode):
            return self._explained("folder")
        if stat.S_ISLNK(status.st_mode):
            return self._explained("link")
        if not stat.S_ISREG(status.st_mode):
            return self._explained("no_document")
        return self._known(real, status)

    def _absent(self, name: bytes) -> FileExplanation:
        row = next((row for row in self.knows.folders if _holds(row.path, name)), None)
        if row is not None and not (row.connected and os.path.lexists(row.path)):
            return self._disconnected(row)
        if self.knows.file_status(name) is not None:
            return self._gone()
        return self._explained("missing")

    def _gone(self) -> FileExplanation:
        return self._explained("gone")

    def _shut(self, path: bytes, folder: bytes) -> FileExplanation:
        """A path that cannot be examined, because a folder on the way to it may not be read."""
        if not any(_holds(row.path, path) for row in self.knows.folders):
            return self._explained("outside")
        return self._explained("shut", folder=folder)

    def _disconnected(self, row: FolderRow) -> FileExplanation:
        if row.single and not os.path.lexists(row.path) and is_nonempty_folder(os.path.dirname(row.path)):
            return self._lost(row)
        if os.path.isdir(row.path) and not os.access(row.path, os.R_OK | os.X_OK):
            return self._shut(row.path, row.path)
        return self._explained("disconnected", folder=row.path)

    def _lost(self, row: FolderRow) -> FileExplanation:
        """A document that was added by itself, and is not where it was, though its disk is there."""
        if self.knows.file_status(row.path) is not None:
            return self._gone()
        return self._explained("lost")

    def _known(self, real: bytes, status: os.stat_result) -> FileExplanation:
        standing = self.knows.file_status(real)
        if standing is None:
            if self.knows.scanning:
                return self._explained("unseen", "being_scanned")
            folder = os.path.dirname(real)
            if not os.access(folder, os.R_OK):
                return self._shut(real, folder)
            return self._explained("unseen")
        seen = KnownFile.of(standing.stat.id, status.st_size, status.st_mtime_ns, status.st_ino)
        match standing.state:
            case "waiting":
                return self._waiting(standing)
            case "failed":
                return self._failed(standing)
            case "named":
                return self._explained("named")
        if seen != standing.stat:
            return self._explained("changed")
        return self._read(standing)

    def _waiting(self, standing: FileStatus) -> FileExplanation:
        place = self.knows.queue_place(standing.stat.id)
        if self.knows.paused:
            return self._explained("waiting", "waiting_paused", place=place)
        if place == 0:
            return self._explained("waiting", "being_read", place=place)
        if place is None:
            return self._explained("waiting")
        return self._explained("waiting", "queued", place=place)

    def _failed(self, standing: FileStatus) -> FileExplanation:
        what = problem_message(standing.problem)
        code = "explain.failed_with_detail" if standing.detail else "explain.failed"
        message = Message(code, problem=what.sentence, detail=standing.detail, remedy=what.remedy)
        return FileExplanation(self.path, standing.problem, message.sentence, message.remedy)

    def _read(self, standing: FileStatus) -> FileExplanation:
        what = problem_message(standing.problem) if standing.problem else None
        sentence, remedy = (what.sentence, what.remedy) if what else ("", "")
        if not standing.passages:
            if not standing.is_chunked:
                return self._explained("cutting")
            if not standing.stat.size:
                return self._explained("no_text", "empty")
            message = problem_message("no_text")
            return FileExplanation(self.path, "no_text", message.sentence, message.remedy)
        if standing.is_partly_indexed:
            sentence = f"{Message('explain.read_recently').sentence} {sentence}".strip()
        passages, embedded = standing.passages, standing.vectors
        if embedded < passages:
            state = Message(
                "explain.partly_by_meaning" if embedded else "explain.words_only", count=passages, embedded=embedded
            )
            remedy = remedy or self.knows.embedding_obstacle or state.remedy
        else:
            state = Message("explain.complete", count=passages)
        sentence = f"{state.sentence} {sentence}".strip()
        return FileExplanation(self.path, standing.problem or "read", sentence, remedy, passages, embedded)

    def _folder_of(self, path: bytes) -> FolderRow | None:
        """The folder that holds a path, one that lets it through before others."""
        holding = [row for row in self.knows.folders if _holds(row.path, path)]
        through = (row for row in holding if not self.knows.rules(row).excludes(row.path, path))
        return next(through, next(iter(holding), None))

    def _explained(self, code: str, template: str = "", *, place: int | None = None, **facts: Any) -> FileExplanation:
        """An explanation under this code; `template` names its message where that differs."""
        message = Message(f"explain.{template or code}", place=place, **facts)
        return FileExplanation(self.path, code, message.sentence, message.remedy, place=place)


def _nearest(path: bytes) -> bytes:
    """The folder on the way to a path behind which nothing can be seen."""
    folder = os.path.dirname(path)
    while folder != os.path.dirname(folder):
        try:
            os.lstat(folder)
        except OSError:
            folder = os.path.dirname(folder)
        else:
            break
    return folder


def _holds(folder: bytes, path: bytes) -> bool:
    return (path + b"/").startswith(folder.rstrip(b"/") + b"/")
