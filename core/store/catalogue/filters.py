"""File filters and their compilation to SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

SQLITE_MAX_INTEGER = 2**63 - 1
MAX_OPERANDS = 16  # of one AND or OR: SQLite nests each in the next, and its expressions are at most 1000 deep
IN_JSON_LIST = "IN (SELECT value FROM json_each(?))"
# The part after the last dot of a path. Must stay the expression of the index `files_by_ending`.
PATH_TEXT = "CAST(path AS TEXT)"
EXTENSION = f"lower(substr({PATH_TEXT}, length(rtrim({PATH_TEXT}, replace({PATH_TEXT}, '.', ''))) + 1))"

# Each tag is folded once, however many files have it.
TAGGED = """WITH one AS MATERIALIZED (SELECT DISTINCT tag FROM tags),
    known AS MATERIALIZED (SELECT tag, folded(tag) AS plain FROM one),
    tagged AS (SELECT file_id FROM tags WHERE tag IN (SELECT tag FROM known WHERE {match}))
    SELECT file_id FROM tagged UNION ALL
    SELECT members.file_id FROM members JOIN tagged ON tagged.file_id = members.container_id"""


@dataclass(frozen=True, slots=True)
class KindFilter:
    """Files of these kinds (`core.document.Kind`)."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class ExtensionFilter:
    """Files with these extensions, in lower case and without the first dot."""

    endings: frozenset[str]


@dataclass(frozen=True, slots=True)
class RangeFilter:
    """Files whose size in bytes, or mtime in ns, is from `first` to `last`."""

    column: Literal["size", "mtime_ns"]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class OwnDateFilter:
    """Files whose document says that it was written from `first` to `last` (`datetime.date.toordinal`)."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PathFilter:
    """Files at a path or below it."""

    path: bytes


@dataclass(frozen=True, slots=True)
class MetadataFilter:
    """Files whose author or title contains a text, which is folded as by `analyzers.fold`."""

    column: Literal["author", "title"]
    text: str


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Messages whose sender or recipients contain a text, which is folded as by `analyzers.fold`."""

    whose: Literal["sender", "recipients"]
    text: str


@dataclass(frozen=True, slots=True)
class IdFilter:
    """Files with these ids, and files with these contents."""

    files: frozenset[int] = frozenset()
    contents: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class TagFilter:
    """Files with one of some tags, or with one below it (work/taxes), and what is in them.

    `patterns` are folded, for SQLite's GLOB.
    """

    patterns: frozenset[str]


@dataclass(frozen=True, slots=True)
class AndFilter:
    parts: tuple[FileFilter, ...]


@dataclass(frozen=True, slots=True)
class OrFilter:
    parts: tuple[FileFilter, ...]


@dataclass(frozen=True, slots=True)
class NotFilter:
    part: FileFilter


FileFilter: TypeAlias = (
    KindFilter
    | ExtensionFilter
    | RangeFilter
    | OwnDateFilter
    | PathFilter
    | MetadataFilter
    | LetterFilter
    | IdFilter
    | TagFilter
    | AndFilter
    | OrFilter
    | NotFilter
)


def to_sql(file_filter: FileFilter) -> tuple[str, list[object]]:
    """A boolean SQL expression over a row of `files`, and its values."""
    match file_filter:
        case KindFilter(kinds):
            return f"kind IN ({_placeholders(kinds)})", [*sorted(kinds)]
        case ExtensionFilter(endings):
            return _extension_sql(endings)
        case RangeFilter(column, first, last):
            return f"{column} BETWEEN ? AND ?", [
                min(max(-SQLITE_MAX_INTEGER, number), SQLITE_MAX_INTEGER) for number in (first, last)
            ]
        case OwnDateFilter(first, last):
            return "content_id IN (SELECT content_id FROM own_dates WHERE day BETWEEN ? AND ?)", [first, last]
        case PathFilter(path):
            # "0" follows "/" in ASCII: paths that begin with "path/" sort between the two.
            top = path.rstrip(b"/")
            return "(path = ? OR (path > ? AND path < ?))", [path, top + b"/", top + b"0"]
        case MetadataFilter() | LetterFilter():
            return _containing(file_filter)
        case IdFilter(files, contents):
            values = [json.dumps(sorted(ids)) for ids in (files, contents)]
            return f"(id {IN_JSON_LIST} OR coalesce(content_id, 0) {IN_JSON_LIST})", list(values)
        case TagFilter(patterns):
            globs = [glob for pattern in sorted(patterns) for glob in (pattern, f"{pattern}/*")]
            match = " OR ".join("plain GLOB ?" for _ in globs) or "0"
            return f"id IN ({TAGGED.format(match=match)})", list(globs)
        case NotFilter(part):
            inner, values_of = to_sql(part)
            return f"(({inner}) IS NOT TRUE)", values_of
        case AndFilter(parts):
            return _join(" AND ", parts, "1")
        case OrFilter(parts):
            return _join(" OR ", parts, "0")


def _containing(file_filter: MetadataFilter | LetterFilter) -> tuple[str, list[object]]:
    """SQL for what a text of the document's facts contains."""
    match file_filter:
        case MetadataFilter(column, text):
            found = f"SELECT id FROM contents WHERE instr(folded({column}), ?)"  # noqa: S608  one of two names
        case LetterFilter("sender", text):
            found = "SELECT id FROM contents WHERE kind = 'mail' AND instr(folded(author), ?)"
        case LetterFilter(_, text):
            found = "SELECT content_id FROM mail_headers WHERE instr(folded(recipients), ?)"
    return f"content_id IN ({found})", [text]


def _extension_sql(endings: Iterable[str]) -> tuple[str, list[object]]:
    """SQL for extensions: single ones use the index, longer ones ("tar.gz") are compared with every path."""
    single = sorted(ending for ending in endings if "." not in ending)
    longer = sorted(f"%.{_escape_like(ending)}" for ending in endings if "." in ending)
    choices = [f"{EXTENSION} IN ({_placeholders(single)})"] + [f"{PATH_TEXT} LIKE ? ESCAPE '\\'"] * len(longer)
    return f"({' OR '.join(choices)})", [*single, *longer]


def _escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _join(word: str, parts: Iterable[FileFilter], empty: str) -> tuple[str, list[object]]:
    """Join operands, the most deeply nested first, because SQLite's parser stack is limited; `empty` if none."""
    compiled = [to_sql(part) for part in sorted(dict.fromkeys(parts), key=_depth, reverse=True)]
    values = [value for _, operand_values in compiled for value in operand_values]
    texts = [text for text, _ in compiled]
    while len(texts) > MAX_OPERANDS:
        texts = [f"({word.join(texts[i : i + MAX_OPERANDS])})" for i in range(0, len(texts), MAX_OPERANDS)]
    return f"({word.join(texts)})" if texts else empty, values


def _depth(file_filter: FileFilter) -> int:
    match file_filter:
        case NotFilter(part):
            return 1 + _depth(part)
        case AndFilter(parts) | OrFilter(parts):
            return 1 + max(map(_depth, parts), default=0)
        case _:
            return 0


def _placeholders(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)
