"""Reads documents in child processes that may hang, crash and be killed without harm to anything else."""

from __future__ import annotations

from core.extract_workers.jobs import ReadJob, ReadResult
from core.extract_workers.pool import ReaderPool

__all__ = ["ReadJob", "ReadResult", "ReaderPool"]
