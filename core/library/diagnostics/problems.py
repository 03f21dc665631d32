"""The files with a problem, worded."""

from __future__ import annotations

import os
from collections import Counter

from core.document import Extent
from core.errors import problem_message, problem_reason
from core.events import Problem
from core.messages import amounts
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.problems_table import ProblemRow

NS = 1e-9  # seconds


def problems_of(catalogue: Catalogue, *, with_ignored: bool) -> list[Problem]:
    """The problems by reason, the most frequent first, then by path; those that are ignored come last."""
    found = [_worded(row) for row in catalogue.problems.all() if with_ignored or not row.ignored]
    count = Counter((problem.ignored, problem.reason) for problem in found)
    return sorted(found, key=lambda one: (one.ignored, -count[one.ignored, one.reason], one.reason))  # stable: by path


def _worded(row: ProblemRow) -> Problem:
    message, reason = problem_message(row.code, row.kind), problem_reason(row.code, row.kind)
    is_scan = row.code in {"no_text", "scanned_pages"} and row.detail.isdecimal()
    detail = amounts.unread_pages(int(row.detail)) if is_scan else row.detail
    if extent := Extent.parse(row.detail):
        detail = amounts.read_to(extent.unit, extent.read, extent.total)
    return Problem(
        os.fsdecode(row.path),
        row.code,
        message.sentence,
        message.remedy,
        detail,
        row.when,
        reason=reason.sentence,
        help=reason.remedy,
        size=row.size,
        modified=row.mtime_ns * NS,
        waiting=bool(row.waiting),
        ignored=bool(row.ignored),
    )
