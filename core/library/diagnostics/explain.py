"""Why a file is not found: its exact state, as one sentence that fits it and what can be done."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.errors import problem_message
from core.events import FileExplanation
from core.store.catalogue.catalogue import FileStatus
from core.store.catalogue.files import KnownFile
from core.store.catalogue.folders_table import FolderRow
from core.watch.ignore_rules import IgnoreRules
from core.watch.mounts import is_nonempty_folder

RANKED = 200  # files of a lane that a rank is looked for among
LOOK_AGAIN = "Look at the folders again (F5)."
OUTSIDE = ("It is in none of your folders.", "Add its folder, or drop it on the window.")
LET_IN = "Give yourself the right to read that folder, and look at the folders again (F5)."


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
    return _Case(os.path.abspath(path), knowledge).explanation()


@dataclass(slots=True)
class _Case:
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
            return self._told("outside", *OUTSIDE)
        if not row.connected:
            return self._disconnected(row)
        reason = self.knows.rules(row).explain(row.path, real)
        if reason is not None:
            return self._told("excluded", reason.sentence, "Change what is left out of the folder, or in the settings.")
        if stat.S_ISDIR(status.st_mode) and not os.access(real, os.R_OK | os.X_OK):
            return self._shut(real, real)
        if stat.S_ISDIR(status.st_mode):
            return self._told("folder", "It is a folder, and nothing leaves it out.", "Ask about a file in it.")
        if stat.S_ISLNK(status.st_mode):
            return self._told("link", "It is a link: what it leads to is read where it lies.", "Ask about that file.")
        if not stat.S_ISREG(status.st_mode):
            return self._told("no_document", "It is no document, but a device or a pipe.", "It is never opened.")
        return self._known(real, status)

    def _absent(self, name: bytes) -> FileExplanation:
        row = next((row for row in self.knows.folders if _holds(row.path, name)), None)
        if row is not None and not (row.connected and os.path.lexists(row.path)):
            return self._disconnected(row)
        if self.knows.file_status(name) is not None:
            return self._gone()
        return self._told("missing", "There is no such file.", "Check the name.")

    def _gone(self) -> FileExplanation:
        return self._told("gone", "There is no such file any more; it is forgotten soon.", LOOK_AGAIN)

    def _shut(self, path: bytes, folder: bytes) -> FileExplanation:
        """A path that cannot be looked at, as a folder on the way to it lets nobody look into it."""
        if not any(_holds(row.path, path) for row in self.knows.folders):
            return self._told("outside", *OUTSIDE)
        why = f"It cannot be looked at, as the folder {_shown(folder)} may not be read."
        return self._told("shut", f"{why} What is known from there is kept.", LET_IN)

    def _disconnected(self, row: FolderRow) -> FileExplanation:
        if row.single and not os.path.lexists(row.path) and is_nonempty_folder(os.path.dirname(row.path)):
            return self._lost(row)
        if os.path.isdir(row.path) and not os.access(row.path, os.R_OK | os.X_OK):
            return self._shut(row.path, row.path)
        sentence = f"Its folder {_shown(row.path)} is not connected at the moment."
        return self._told("disconnected", sentence, "Connect its disk: what is known of it is kept.")

    def _lost(self, row: FolderRow) -> FileExplanation:
        """A document that was added by itself, and is not where it was, though its disk is there."""
        if self.knows.file_status(row.path) is not None:
            return self._gone()
        remedy = "Add it again from its new place, or remove it from the list of folders."
        return self._told("lost", "It was deleted or moved away, and is not known any more.", remedy)

    def _known(self, real: bytes, status: os.stat_result) -> FileExplanation:
        standing = self.knows.file_status(real)
        if standing is None:
            if self.knows.scanning:
                return self._told("unseen", "Its folder is being looked through; it was not met yet.", "Wait a moment.")
            folder = os.path.dirname(real)
            if not os.access(folder, os.R_OK):
                return self._shut(real, folder)
            return self._told("unseen", "It was not noticed yet.", LOOK_AGAIN)
        seen = KnownFile.of(standing.stat.id, status.st_size, status.st_mtime_ns, status.st_ino)
        match standing.state:
            case "waiting":
                return self._waiting(standing)
            case "failed":
                return self._failed(standing)
            case "named":
                return self._told("named", "There is no reader for this kind of file: it is found by its name only.")
        if seen != standing.stat:
            return self._told("changed", "It changed since it was read; what it said before is found.", LOOK_AGAIN)
        return self._read(standing)

    def _waiting(self, standing: FileStatus) -> FileExplanation:
        place = self.knows.queue_place(standing.stat.id)
        if self.knows.paused:
            return self._told("waiting", "It waits to be read, and indexing is paused.", "Resume it.", place=place)
        if place == 0:
            return self._told("waiting", "It is being read at this moment.", place=place)
        if place is None:
            return self._told("waiting", "It waits to be read.", "It is read once indexing runs.")
        return self._told("waiting", f"It waits to be read, at place {place:,} of the queue.", place=place)

    def _failed(self, standing: FileStatus) -> FileExplanation:
        what = problem_message(standing.problem)
        sentence, remedy = what.sentence, what.remedy
        detail = f" ({standing.detail})" if standing.detail else ""
        return self._told(standing.problem, f"{sentence}{detail} It is found by its name only.", remedy)

    def _read(self, standing: FileStatus) -> FileExplanation:
        what = problem_message(standing.problem) if standing.problem else None
        sentence, remedy = (what.sentence, what.remedy) if what else ("", "")
        if not standing.passages:
            if not standing.is_chunked:
                return self._told("cutting", "It was read, and its text is being prepared.", "Wait a moment.")
            if not standing.stat.size:
                return self._told("no_text", "It is empty: nothing is in it.", "It is found by its name.")
            return self._told("no_text", problem_message("no_text").sentence, problem_message("no_text").remedy)
        if standing.is_partly_indexed:
            sentence = f"It was read a moment ago; its words are found in a few seconds. {sentence}".strip()
        whole, done = standing.passages, standing.vectors
        counted = f"It is searchable by its words in {whole:,} {'passage' if whole == 1 else 'passages'}, "
        if done < whole:
            counted += f"{done:,} of them by meaning too." if done else "not by meaning yet."
            remedy = remedy or self.knows.embedding_obstacle or "Meaning follows as the engine gets there."
        else:
            counted += "and by meaning."
        told = f"{counted} {sentence}".strip()
        return FileExplanation(self.path, standing.problem or "read", told, remedy, whole, done)

    def _folder_of(self, path: bytes) -> FolderRow | None:
        """The folder that holds a path, one that lets it through before others."""
        holding = [row for row in self.knows.folders if _holds(row.path, path)]
        through = (row for row in holding if not self.knows.rules(row).excludes(row.path, path))
        return next(through, next(iter(holding), None))

    def _told(self, code: str, sentence: str, remedy: str = "", place: int | None = None) -> FileExplanation:
        return FileExplanation(self.path, code, sentence, remedy, place=place)


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


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "replace")
