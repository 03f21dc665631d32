"""Whether a retriever is complete, and what prevents it."""

from __future__ import annotations

import time

from core.document import Retriever
from core.errors import EngineAnswerError, EngineError, FindlingError, StorageFullError, VectorStoreError
from core.events import Progress
from core.indexer import Indexer


class WaitDeadline:
    """A time-out (seconds, None: never) shared by several waits."""

    def __init__(self, timeout: float | None) -> None:
        self._end = None if timeout is None else time.monotonic() + timeout

    def left(self) -> float | None:
        """The seconds left, at least 0; None without a time-out."""
        return None if self._end is None else max(0.0, self._end - time.monotonic())


def await_retriever(indexer: Indexer, retriever: Retriever, timeout: float | None) -> bool:
    """Wait until a retriever is done or the indexer ended; False after `timeout` seconds.

    Raises what prevents it, and the error that ended the indexer.
    """

    def is_settled(progress: Progress) -> bool:
        return is_done(progress, retriever) or obstacle(progress, retriever) is not None

    in_time = indexer.wait_for(is_settled, is_full, timeout)
    if indexer.failure is not None:
        raise indexer.failure
    reason = obstacle(indexer.progress, retriever)
    if reason is not None and not (indexer.is_progress_current and is_done(indexer.progress, retriever)):
        raise reason
    return in_time


def is_done(progress: Progress, retriever: Retriever) -> bool:
    """Whether a retriever has all that it can have for now."""
    if progress.scanning:
        return False
    if retriever == "meaning":
        return not (_is_embedding(progress) or progress.vectors_pending)
    return not progress.retriever(retriever).waiting


def obstacle(progress: Progress, retriever: Retriever) -> FindlingError | None:
    """What keeps a retriever from completing; None for what may pass by itself soon."""
    trouble = progress.trouble
    if trouble is not None and is_full(progress):
        return StorageFullError("verbatim", sentence=trouble.sentence, remedy=trouble.remedy)
    if retriever != "meaning":
        return None
    if progress.engine.state == "failed":
        return EngineError("verbatim", sentence=progress.engine.detail, remedy=progress.engine.remedy)
    if trouble is not None and trouble.code == EngineAnswerError.code:
        return EngineAnswerError("verbatim", sentence=trouble.sentence, remedy=trouble.remedy)
    if trouble is not None and trouble.code == VectorStoreError.code and not _is_embedding(progress):
        return VectorStoreError("verbatim", sentence=trouble.sentence, remedy=trouble.remedy)
    return None


def _is_embedding(progress: Progress) -> bool:
    return bool(progress.words.waiting or progress.meaning.waiting or progress.handover)


def is_full(progress: Progress) -> bool:
    """Whether the disk is full: then the indexer accepts no request."""
    return progress.trouble is not None and progress.trouble.code == StorageFullError.code
