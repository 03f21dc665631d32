"""What files must be like to be searched at all: frozen conditions, and the SQL that they come to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

LARGEST = 2**63 - 1
SIDE_BY_SIDE = 16  # conditions; SQLite nests each in the next one, and takes no expression that is 1000 deep
LISTED = "IN (SELECT value FROM json_each(?))"
# What is behind the last dot of a path: stripped of all that is no dot, the path ends there. As in `files_by_ending`.
NAME = "CAST(path AS TEXT)"
ENDING = f"lower(substr({NAME}, length(rtrim({NAME}, replace({NAME}, '.', ''))) + 1))"


@dataclass(frozen=True, slots=True)
class OfKind:
    """Files of some kinds (`core.document.Kind`)."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class WithEnding:
    """Files with some extensions, in lower case and without the first dot."""

    endings: frozenset[str]


@dataclass(frozen=True, slots=True)
class Between:
    """Files whose size in bytes, or time of change in ns, is from `first` to `last`."""

    column: Literal["size", "mtime_ns"]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Below:
    """Files at a path, or anywhere in that folder."""

    path: bytes


@dataclass(frozen=True, slots=True)
class Saying:
    """Files whose document names a text as its author, or in its title; folded as `analysis.fold` does."""

    column: Literal["author", "title"]
    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Files with these ids, and those that hold these contents."""

    files: frozenset[int] = frozenset()
    contents: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class NotFilter:
    part: Condition


Condition: TypeAlias = OfKind | WithEnding | Between | Below | Saying | Listed | AllOf | AnyOf | NotFilter


def sql(condition: Condition) -> tuple[str, list[object]]:
    """An expression over a row of `files`, and its values."""
    match condition:
        case OfKind(kinds):
            return f"kind IN ({_marks(kinds)})", [*sorted(kinds)]
        case WithEnding(endings):
            return _with_ending(endings)
        case Between(column, first, last):
            return f"{column} BETWEEN ? AND ?", [min(max(-LARGEST, number), LARGEST) for number in (first, last)]
        case Below(path):
            # A slash is followed by a nought: what begins with "path/" lies between the two.
            top = path.rstrip(b"/")
            return "(path = ? OR (path > ? AND path < ?))", [path, top + b"/", top + b"0"]
        case Saying(column, text):
            return f"content_id IN (SELECT id FROM contents WHERE instr(folded({column}), ?))", [text]  # noqa: S608
        case Listed(files, contents):
            values = [json.dumps(sorted(ids)) for ids in (files, contents)]
            return f"(id {LISTED} OR coalesce(content_id, 0) {LISTED})", list(values)
        case NotFilter(part):
            inner, values_of = sql(part)
            return f"(({inner}) IS NOT TRUE)", values_of
        case AllOf(parts):
            return _joined(" AND ", parts, "1")
        case AnyOf(parts):
            return _joined(" OR ", parts, "0")


def _with_ending(endings: Iterable[str]) -> tuple[str, list[object]]:
    """Endings of one part are looked up; longer ones ("tar.gz") are compared with every path."""
    single = sorted(ending for ending in endings if "." not in ending)
    longer = sorted(f"%.{_escaped(ending)}" for ending in endings if "." in ending)
    choices = [f"{ENDING} IN ({_marks(single)})"] + [f"{NAME} LIKE ? ESCAPE '\\'"] * len(longer)
    return f"({' OR '.join(choices)})", [*single, *longer]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _joined(word: str, parts: Iterable[Condition], none: str) -> tuple[str, list[object]]:
    """The deepest part is the first, as SQLite's parser remembers what stands before a bracket, and only so much."""
    made = [sql(part) for part in sorted(dict.fromkeys(parts), key=_depth, reverse=True)]
    values = [value for _, listed in made for value in listed]
    texts = [text for text, _ in made]
    while len(texts) > SIDE_BY_SIDE:
        texts = [f"({word.join(texts[i : i + SIDE_BY_SIDE])})" for i in range(0, len(texts), SIDE_BY_SIDE)]
    return f"({word.join(texts)})" if texts else none, values


def _depth(condition: Condition) -> int:
    match condition:
        case NotFilter(part):
            return 1 + _depth(part)
        case AllOf(parts) | AnyOf(parts):
            return 1 + max(map(_depth, parts), default=0)
        case _:
            return 0


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)
