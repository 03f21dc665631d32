"""What Findling makes of files: in its extract workers, with their limits, as in a library."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Literal

from core.chunk import ChunkingConfig
from core.extract import unread_reason
from core.extract.registry import format_of
from core.extract_workers.jobs import ExtractionJob, ExtractionResult
from core.extract_workers.pool import WorkerPool
from core.indexer.stages.named_files import expected_kind
from tests.tools.formats.library_reader import words_of

Outcome = Literal["read", "name", "empty", "refused"]
CHUNKING = ChunkingConfig("english", 256, 32)
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """One file: `kind` is its ending, or its name without one; `why` a code if it is not read as a whole."""

    path: Path
    kind: str
    format: str
    outcome: Outcome
    why: str
    words: frozenset[str]


def read_all(paths: Sequence[Path]) -> list[Reading]:
    """What becomes of each file, in their order."""
    results: SimpleQueue[ExtractionResult] = SimpleQueue()
    pool = WorkerPool(WORKERS, CHUNKING, results.put)
    found: dict[int, Reading] = {}
    try:
        for number, path in enumerate(paths):
            name = os.fsencode(path.resolve())
            if expected_kind(name) is None:
                results.put(ExtractionResult(number, name, is_unrecognised=True))
            else:
                pool.submit(ExtractionJob(number, name, path.stat().st_size))
        for _ in paths:
            result = results.get()
            found[result.token] = _reading(paths[result.token], result)
    finally:
        pool.close()
    return [found[number] for number in range(len(paths))]


def _reading(path: Path, result: ExtractionResult) -> Reading:
    name = os.fsencode(path.name)
    document = result.document
    by_name = format_of(name)
    format_ = document.extractor.split("/")[0] if document is not None and document.extractor else ""
    kind = path.suffix.lower()[1:] or path.name.lower()
    title = document.title if document is not None else ""  # which is searched too
    words = frozenset(words_of(f"{title}\n{_whole_text(result)}"))
    outcome, why = _outcome(name, result)
    return Reading(path, kind, format_ or (by_name.name if by_name else "-"), outcome, why, words)


def _whole_text(result: ExtractionResult) -> str:
    """The text of a file and of the documents inside it."""
    inside = [_whole_text(member.result) for member in result.members if member.result is not None]
    return "\n".join([*((result.document.text,) if result.document else ()), *inside])


def _outcome(name: bytes, result: ExtractionResult) -> tuple[Outcome, str]:
    if result.is_unrecognised:
        return "name", unread_reason(name)
    if result.document is None:
        code, detail = result.problem or ("", "")
        return "refused", f"{code}: {detail}"
    notes = [note for note in result.document.notes if note != "no_text"]
    if not _whole_text(result).strip():
        return "empty", ", ".join(notes) or ("scan" if result.document.scans else "no text")
    return "read", ", ".join(notes)
