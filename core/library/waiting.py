"""When a lane is complete, and what stands in its way."""

from __future__ import annotations

from core.document import Lane
from core.errors import EngineAnswerError, EngineError, FindlingError, StorageFullError
from core.events import Progress


def is_done(progress: Progress, lane: Lane) -> bool:
    """Whether a lane has all that it can have for now."""
    if progress.scanning:
        return False
    if lane == "meaning":
        return not (progress.words.waiting or progress.meaning.waiting)
    return not progress.lane(lane).waiting


def obstacle(progress: Progress, lane: Lane) -> FindlingError | None:
    """What keeps a lane from going on, unless it may be over by itself in a moment."""
    trouble = progress.trouble
    if trouble is not None and trouble.code == StorageFullError.code:
        return StorageFullError(trouble.sentence, trouble.remedy)
    if lane != "meaning":
        return None
    if progress.engine.state == "failed":
        return EngineError(progress.engine.detail, progress.engine.remedy)
    if trouble is not None and trouble.code == EngineAnswerError.code:
        return EngineAnswerError(trouble.sentence, trouble.remedy)
    return None
