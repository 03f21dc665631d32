"""Why a file is found or not: its exact state, in one sentence, and what the user can do."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.document import Extent
from core.errors import problem_message
from core.events import FileExplanation
from core.extract import unread_reason
from core.messages import Message, amounts, sentences
from core.store.catalogue.catalogue import FileStatus
from core.store.catalogue.files import MEMBER_INODE, KnownFile
from core.store.catalogue.folders_table import FolderRow
from core.watch.ignore_rules import IgnoreRules
from core.watch.links import linked_folder
from core.watch.mounts import is_nonempty_folder


@dataclass(frozen=True, slots=True)
class FileKnowledge:
    """What the library knows that explains the state of a file.

    `rules` returns the rules of a folder, `file_status` the catalogue's record of a path, `queue_place` the position of
    a file id in the queue of files to read (0: being read, None: not in it). `embedding_obstacle` is a sentence: why no
    passage is embedded at the moment, "" if nothing is in the way. `member_count` returns how many documents a file id
    directly holds, such as the messages of a mailbox; the files in archives are read if `reads_archives`.
    """

    folders: Sequence[FolderRow]
    rules: Callable[[FolderRow], IgnoreRules]
    file_status: Callable[[bytes], FileStatus | None]
    queue_place: Callable[[int], int | None]
    member_count: Callable[[int], int]
    reads_archives: bool = False
    scanning: bool = False
    paused: bool = False
    embedding_obstacle: str = ""


def explain(path: str, knowledge: FileKnowledge) -> FileExplanation:
    """The state of a file; takes a moment, as it reads the disk."""
    return _Explainer(os.path.abspath(path), knowledge).explanation()


@dataclass(slots=True)
class _Explainer:
    path: str
    knowledge: FileKnowledge

    def explanation(self) -> FileExplanation:
        """The first reason that applies, in the order of the stages that a file passes through."""
        name = os.fsencode(self.path)
        through_link = self._through_link(name)
        if isinstance(through_link, FileExplanation):
            return through_link
        real = through_link or os.fsencode(real_path(self.path))
        try:
            status = os.lstat(name)
        except PermissionError:
            return self._unreadable(real, _last_visible_folder(real))
        except OSError:
            return self._missing(name)
        row = self._folder_of(real)
        if row is None:
            return self._explained("outside")
        if not row.connected:
            return self._disconnected(row)
        reason = self.knowledge.rules(row).explain(row.path, real)
        if reason is not None:
            return self._explained("excluded", reason=reason.sentence)
        if os.path.isdir(real) and not os.access(real, os.R_OK | os.X_OK):
            return self._unreadable(real, real)
        if os.path.isdir(real):
            return self._explained("folder")
        if stat.S_ISLNK(status.st_mode) and not os.path.isdir(name):
            return self._explained("link")
        if not stat.S_ISREG(status.st_mode):
            return self._explained("no_document")
        return self._in_catalogue(real, status)

    def _through_link(self, name: bytes) -> bytes | FileExplanation | None:
        """The path by which the library has a file behind a followed link, or why the link is not followed.

        None for a path that goes through no link below the folders of the library, or whose target is in one of them.
        """
        rows = {row.path: row for row in self.knowledge.folders}
        found = linked_folder(rows, name)
        if found is None:
            return None
        path, link = found
        row = next(row for root, row in rows.items() if _contains(root, link))
        rules = self.knowledge.rules(row)
        if rules.follows(row.path, link):
            return path
        if path != link and self._folder_of(os.fsencode(real_path(self.path))) is not None:
            return None  # the library has the file at its own place
        target = os.path.realpath(link)
        is_known = rules.follow_links or self._folder_of(target) is not None
        return self._explained("linked", "link_not_followed" if is_known else "", link=link, folder=target)

    def _missing(self, name: bytes) -> FileExplanation:
        row = next((row for row in self.knowledge.folders if _contains(row.path, name)), None)
        if row is not None and not (row.connected and os.path.lexists(row.path)):
            return self._disconnected(row)
        status = self.knowledge.file_status(name)
        if status is not None:
            return self._in_state(name, status) if status.stat.inode == MEMBER_INODE else self._gone()
        return self._explained("missing")

    def _gone(self) -> FileExplanation:
        return self._explained("gone")

    def _unreadable(self, path: bytes, folder: bytes) -> FileExplanation:
        """A path that cannot be examined because a folder above it is not readable."""
        if not any(_contains(row.path, path) for row in self.knowledge.folders):
            return self._explained("outside")
        return self._explained("shut", folder=folder)

    def _disconnected(self, row: FolderRow) -> FileExplanation:
        if row.single and not os.path.lexists(row.path) and is_nonempty_folder(os.path.dirname(row.path)):
            return self._lost(row)
        if os.path.isdir(row.path) and not os.access(row.path, os.R_OK | os.X_OK):
            return self._unreadable(row.path, row.path)
        return self._explained("disconnected", folder=row.path)

    def _lost(self, row: FolderRow) -> FileExplanation:
        """A file that was added by itself and is missing, though its disk is connected."""
        if self.knowledge.file_status(row.path) is not None:
            return self._gone()
        return self._explained("lost")

    def _in_catalogue(self, real: bytes, status: os.stat_result) -> FileExplanation:
        file_status = self.knowledge.file_status(real)
        if file_status is None:
            if self.knowledge.scanning:
                return self._explained("unseen", "being_scanned")
            folder = os.path.dirname(real)
            if not os.access(folder, os.R_OK):
                return self._unreadable(real, folder)
            return self._explained("unseen")
        on_disk = KnownFile.of(file_status.stat.id, status.st_size, status.st_mtime_ns, status.st_ino)
        if file_status.state == "read" and on_disk != file_status.stat:
            return self._explained("changed")
        return self._in_state(real, file_status)

    def _in_state(self, path: bytes, file_status: FileStatus) -> FileExplanation:
        match file_status.state:
            case "waiting":
                return self._waiting(file_status)
            case "failed":
                return self._failed(file_status)
            case "named":
                return self._explained("named", f"named_{unread_reason(path)}")
        return self._indexed(file_status)

    def _waiting(self, file_status: FileStatus) -> FileExplanation:
        place = self.knowledge.queue_place(file_status.stat.id)
        if self.knowledge.paused:
            return self._explained("waiting", "waiting_paused", place=place)
        if place == 0:
            return self._explained("waiting", "being_read", place=place)
        if place is None:
            return self._explained("waiting")
        return self._explained("waiting", "queued", place=place)

    def _failed(self, file_status: FileStatus) -> FileExplanation:
        problem = problem_message(file_status.problem, file_status.kind)
        code = "explain.failed_with_detail" if file_status.detail else "explain.failed"
        message = Message(code, problem=problem.sentence, detail=file_status.detail, remedy=problem.remedy)
        return FileExplanation(self.path, file_status.problem, message.sentence, message.remedy)

    def _indexed(self, file_status: FileStatus) -> FileExplanation:
        problem = problem_message(file_status.problem, file_status.kind) if file_status.problem else None
        sentence, remedy = (problem.sentence, problem.remedy) if problem else ("", "")
        if extent := Extent.parse(file_status.detail or ""):
            how_far = amounts.read_to(extent.unit, extent.read, extent.total)
            sentence = sentences(sentence, Message("explain.read_to", how_far=how_far).sentence)
        if not file_status.passages:
            if not file_status.is_chunked:
                return self._explained("cutting")
            if not file_status.stat.size:
                return self._explained("no_text", "empty")
            if members := self.knowledge.member_count(file_status.stat.id):
                message = Message("explain.members", count=members)
                return FileExplanation(
                    self.path, file_status.problem or "members", sentences(message.sentence, sentence)
                )
            message = problem_message("no_text", file_status.kind)
            return FileExplanation(self.path, "no_text", message.sentence, message.remedy)
        if file_status.is_partly_indexed:
            sentence = sentences(Message("explain.read_recently").sentence, sentence)
        if file_status.kind == "archive" and file_status.stat.inode != MEMBER_INODE:
            sentence, remedy = self._archive(file_status, sentence, remedy)
        passages, embedded = file_status.passages, file_status.vectors
        if embedded < passages:
            state = Message(
                "explain.partly_by_meaning" if embedded else "explain.words_only", count=passages, embedded=embedded
            )
            remedy = remedy or self.knowledge.embedding_obstacle or state.remedy
        else:
            state = Message("explain.complete", count=passages)
        sentence = sentences(state.sentence, sentence)
        return FileExplanation(self.path, file_status.problem or "read", sentence, remedy, passages, embedded)

    def _archive(self, file_status: FileStatus, sentence: str, remedy: str) -> tuple[str, str]:
        """The sentence and remedy with what is read of the files in an archive."""
        count = self.knowledge.member_count(file_status.stat.id)
        if not count and self.knowledge.reads_archives:
            return sentence, remedy
        message = Message("explain.archive_members", count=count) if count else Message("explain.archive_names")
        return sentences(message.sentence, sentence), remedy or message.remedy

    def _folder_of(self, path: bytes) -> FolderRow | None:
        """The folder that contains a path; one that includes it before one that excludes it."""
        containing = [row for row in self.knowledge.folders if _contains(row.path, path)]
        including = (row for row in containing if not self.knowledge.rules(row).excludes(row.path, path))
        return next(including, next(iter(containing), None))

    def _explained(self, code: str, template: str = "", *, place: int | None = None, **facts: Any) -> FileExplanation:
        """An explanation under this code; `template` names its message where that differs."""
        message = Message(f"explain.{template or code}", place=place, **facts)
        return FileExplanation(self.path, code, message.sentence, message.remedy, place=place)


def real_path(path: str) -> str:
    """A path as the library has it: without links to its folder."""
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))


def _last_visible_folder(path: bytes) -> bytes:
    """The deepest folder above a path that can be examined."""
    folder = os.path.dirname(path)
    while folder != os.path.dirname(folder):
        try:
            os.lstat(folder)
        except OSError:
            folder = os.path.dirname(folder)
        else:
            break
    return folder


def _contains(folder: bytes, path: bytes) -> bool:
    return (path + b"/").startswith(folder.rstrip(b"/") + b"/")
