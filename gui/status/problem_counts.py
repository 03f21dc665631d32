"""How many files have problems, as the status bar counts them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.events import Problem
from core.messages import amounts, ntr, terms


@dataclass(frozen=True, slots=True)
class ProblemCounts:
    """Files of which nothing (`unread`) or not all (`partial`) could be read; those that the user ignores apart."""

    unread: int = 0
    partial: int = 0
    ignored: int = 0

    @property
    def total(self) -> int:
        """The number of files whose problem counts."""
        return self.unread + self.partial


def problem_counts(problems: Iterable[Problem]) -> ProblemCounts:
    """The counts of a list of problems."""
    unread = partial = ignored = 0
    for problem in problems:
        ignored += problem.ignored
        partial += problem.is_partial and not problem.ignored
        unread += not problem.is_partial and not problem.ignored
    return ProblemCounts(unread, partial, ignored)


def in_words(counts: ProblemCounts) -> str:
    """The counts for the details of the status bar; "" for none."""
    ignored = ntr("{count} ignored", "{count} ignored", counts.ignored) if counts.ignored else ""
    if not counts.total:
        return ignored
    if not (counts.unread and counts.partial):
        said = amounts.files(counts.total)
    else:
        said = ntr(
            "{count} file: {unread} could not be read, {partly} only in part",
            "{count} files: {unread} could not be read, {partly} only in part",
            counts.total,
            unread=counts.unread,
            partly=counts.partial,
        )
    return terms.listed([said, ignored]) if ignored else said
