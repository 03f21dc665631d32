"""What the errors of tantivy mean: a full disk, or damaged files."""

from __future__ import annotations

import shutil
from pathlib import Path

TANTIVY_FULL = ("No space left", "quota exceeded")
PANIC_CLASS_NAME = "PanicException"  # raised by tantivy on corrupt files; derived from BaseException


def is_disk_full(error: Exception, folder: Path, heap_bytes: int) -> bool:
    """Whether an error means a full disk; then tantivy may only report that its writer was killed.

    A writer with a heap of `heap_bytes` needs as much for what it writes.
    """
    text = str(error)
    if any(words in text for words in TANTIVY_FULL):
        return True
    return "writer was killed" in text and shutil.disk_usage(folder).free < heap_bytes


def is_damage(error: BaseException) -> bool:
    """Whether an error of a search says that the files are damaged."""
    return type(error).__name__ == PANIC_CLASS_NAME or (isinstance(error, ValueError) and "orrupt" in str(error))
