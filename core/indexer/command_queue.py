"""The commands that other threads submit to the indexer."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence

from core.indexer.pipeline import Pipeline
from core.indexer.published_progress import PublishedProgress
from core.settings import Exclusions


class SubmittedCommand:
    """A command that was submitted; `is_executed` once it took effect."""

    def __init__(self, execute: Callable[[Pipeline], None]) -> None:
        self.execute = execute
        self.is_executed = False


class CommandQueue:
    """Commands in the order in which they were submitted.

    Any thread may submit one, which returns at once. Only the indexer's thread executes them.
    """

    def __init__(self, published: PublishedProgress, wake: Callable[[], None]) -> None:
        """`published` counts the commands, `wake` wakes the indexer's thread."""
        self._published = published
        self._wake = wake
        self._waiting: queue.SimpleQueue[SubmittedCommand] = queue.SimpleQueue()
        self._current: SubmittedCommand | None = None  # kept while it fails on a full disk, to be executed again

    @property
    def waiting(self) -> int:
        """The number of commands that are not executed yet."""
        return self._waiting.qsize() + (self._current is not None)

    def add_folder(self, path: bytes, *, single: bool, exclusions: Exclusions | None = None) -> SubmittedCommand:
        """Index a folder, without what is excluded from the start, or a `single` document."""
        return self._submit(lambda pipeline: pipeline.folders.add(path, single=single, exclusions=exclusions))

    def remove_folder(self, path: bytes) -> SubmittedCommand:
        """Remove a folder and its files."""
        return self._submit(lambda pipeline: pipeline.folders.remove(path))

    def exclude(self, path: bytes, exclusions: Exclusions) -> SubmittedCommand:
        """Replace the exclusions of a folder."""
        return self._submit(lambda pipeline: pipeline.folders.exclude(path, exclusions))

    def rescan(self) -> None:
        """Scan all folders."""
        self._submit(lambda pipeline: pipeline.folders.rescan())

    def read_again(self, paths: Sequence[bytes]) -> None:
        """Extract files again, though nothing about them has changed."""
        self._submit(lambda pipeline: pipeline.folders.read_again(paths))

    def read_all_again(self) -> None:
        """Extract all files again, though nothing about them has changed."""
        self._submit(lambda pipeline: pipeline.folders.read_all_again())

    def retry(self, paths: Sequence[bytes] | None) -> None:
        """Read and embed files with a problem again; None: all whose problem is not ignored."""
        self._submit(lambda pipeline: pipeline.folders.retry(paths))

    def ignore_problems(self, paths: Sequence[bytes], *, ignored: bool) -> None:
        """Ignore the problems that these files have, or count them again."""
        self._submit(lambda pipeline: pipeline.folders.ignore_problems(paths, ignored=ignored))

    def mend_text(self, content_id: int) -> None:
        """Read the documents with a damaged text again."""
        self._submit(lambda pipeline: pipeline.mend({"contents": [(content_id,)]}))

    def recognise(self, path: bytes, pages: Sequence[int]) -> None:
        """Recognise the text of pages of a file at once; none: of all that have none."""
        self._submit(lambda pipeline: pipeline.recognise(path, pages))

    def stop_recognising(self, path: bytes) -> None:
        """Cancel `recognise`."""
        self._submit(lambda pipeline: pipeline.stop_recognising(path))

    def disable_previous(self) -> None:
        """Stop semantic search with the previous model."""
        self._submit(Pipeline.disable_previous)

    def execute_next(self, pipeline: Pipeline) -> bool:
        """Execute the next command; False if there is none. Raises what the command raises, which then stays next."""
        try:
            self._current = self._current or self._waiting.get_nowait()
        except queue.Empty:
            return False
        self._current.execute(pipeline)
        self._current.is_executed = True
        self._current = None
        self._published.finish_command()
        return True

    def take_from(self, closed: CommandQueue) -> None:
        """Submit what a closed indexer did not execute, oldest first."""
        pending = [] if closed._current is None else [closed._current]
        while not closed._waiting.empty():
            pending.append(closed._waiting.get())
        for command in pending:
            self._put(command)

    def _submit(self, execute: Callable[[Pipeline], None]) -> SubmittedCommand:
        command = SubmittedCommand(execute)
        self._put(command)
        return command

    def _put(self, command: SubmittedCommand) -> None:
        self._published.add_command()
        self._waiting.put(command)
        self._wake()
