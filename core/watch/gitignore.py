"""Lines like those of a .gitignore file: the last one that matches decides, and "!" brings back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import BadInputError


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """What a list of lines says of a path, and the line that says it."""

    leaves_out: bool
    line: str


class GitignorePatterns:
    """A list of lines, ready to be asked. With `any_case` upper and lower case are the same.

    Lines that are no pattern raise BadInputError, or say nothing at all if they are somebody else's (`lenient`).
    """

    def __init__(self, lines: Iterable[str], *, any_case: bool = False, lenient: bool = False) -> None:
        from pathspec import GitIgnoreSpec

        self._any_case = any_case
        self._lines = [line for line in lines if _says_something(line) and (not lenient or _is_pattern(line))]
        for line in self._lines:
            if not _is_pattern(line):
                raise BadInputError(f"“{line}” is no pattern.", "Write names and paths with * and ?, one a line.")
        self._spec = GitIgnoreSpec.from_lines([line.lower() if any_case else line for line in self._lines])

    def __bool__(self) -> bool:
        return bool(self._lines)

    def verdict(self, path: str, *, is_folder: bool) -> PatternMatch | None:
        """What the list says of a path, given from the list's own folder on; None if it says nothing."""
        path = path.lower() if self._any_case else path
        result = self._spec.check_file(path + "/" if is_folder else path)
        if result.include is None or result.index is None:
            return None
        return PatternMatch(result.include, self._lines[result.index])


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line.lower()])
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error, OverflowError, RecursionError):  # a range that runs backwards is a bad expression
        return False
    return True
