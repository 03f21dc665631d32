"""Matching of .gitignore lines through pathspec: the last matching line decides, "!" re-includes.

Why not pathspec alone: .github/decisions/0302-gitignore-matching.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import BadInputError


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """Whether a path is excluded (or re-included), and the line that decides."""

    excludes: bool
    line: str


class GitignorePatterns:
    """Compiled .gitignore lines. With `ignore_case` upper and lower case are the same.

    Invalid lines raise BadInputError; with `lenient` they are ignored, as git does.
    """

    def __init__(self, lines: Iterable[str], *, ignore_case: bool = False, lenient: bool = False) -> None:
        from pathspec import GitIgnoreSpec

        self._ignore_case = ignore_case
        self._lines = [line for line in lines if _is_rule(line) and (not lenient or _is_valid(line))]
        for line in self._lines:
            if not _is_valid(line):
                raise BadInputError("exclusion.bad_pattern", line=line)
        self._spec = GitIgnoreSpec.from_lines([line.lower() if ignore_case else line for line in self._lines])

    def __bool__(self) -> bool:
        return bool(self._lines)

    def match(self, path: str, *, is_folder: bool) -> PatternMatch | None:
        """The match of a path relative to the folder of the lines; None if no line matches."""
        path = path.lower() if self._ignore_case else path
        result = self._spec.check_file(path + "/" if is_folder else path)
        if result.include is None or result.index is None:
            return None
        return PatternMatch(result.include, self._lines[result.index])


def _is_rule(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _is_valid(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line.lower()])
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error, OverflowError, RecursionError):  # [z-a] becomes an invalid regular expression
        return False
    return True
