"""Extracts text in sandboxed child processes, which may hang, crash or be killed without harm to anything else."""

from __future__ import annotations

from core.extract_workers.jobs import ExtractionJob, ExtractionResult
from core.extract_workers.pool import WorkerPool

__all__ = ["ExtractionJob", "ExtractionResult", "WorkerPool"]
