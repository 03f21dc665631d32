"""What can follow in a query: the names of filters, and the values of the one that is being typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from core.document import Kind
from core.messages import language, tr
from gui.search import filter_text

MAX_SUGGESTIONS = 10
WORD = re.compile(r"""(?:^|[\s(])-?((?:[A-Za-z]+:(?:"[^"]*|[^\s()"]*))|[A-Za-z]*)$""")
KINDS: tuple[str, ...] = get_args(Kind)
SIZES = ("<100kb", "100kb..1mb", "1mb..10mb", "10mb..100mb", ">100mb")
LISTS = frozenset({"type", "ext", "lang"})  # several values, separated by commas
# Fields whose values are known without the library, and the field under which a synonym stands.
VALUES: dict[str, Sequence[str]] = {
    "type": KINDS,
    "date": filter_text.DATES,
    "modified": filter_text.DATES,
    "docdate": ("this year", "last year"),
    "before": ("today", "this year", "last year"),
    "after": ("yesterday", "last week", "last month", "last year"),
    "size": SIZES,
    "sort": filter_text.ORDERS,
    "group": filter_text.GROUPINGS,
}
SYNONYMS = {"kind": "type", "folder": "in", "file": "name", "language": "lang"}
DATE_FIELDS = frozenset({"date", "modified", "docdate", "before", "after"})
FROM_LIBRARY = frozenset({"in", "ext", "lang", "tag"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that replaces characters `start` to the cursor, and what it means; `goes_on` if a value follows."""

    text: str
    meaning: str
    start: int
    goes_on: bool = False


def fields() -> dict[str, str]:
    """The filters that can be typed, with what each restricts."""
    return {
        "type": tr("Kind of file"),
        "ext": tr("Extension"),
        "in": tr("Folder"),
        "path": tr("Anywhere in the path"),
        "name": tr("File name"),
        "date": tr("Date of the document or of its last change"),
        "modified": tr("Date of the last change"),
        "docdate": tr("Date that the document itself has"),
        "before": tr("Changed before"),
        "after": tr("Changed after"),
        "size": tr("Size"),
        "lang": tr("Language"),
        "tag": tr("Tag"),
        "author": tr("Author"),
        "title": tr("Title"),
        "from": tr("Sender of a message"),
        "to": tr("Recipient of a message"),
        "sort": tr("Order of the results"),
        "group": tr("Groups of the results"),
    }


def typed_field(text: str, cursor: int) -> str:
    """The filter whose value is typed at the cursor; "" for none."""
    word = _word(text, cursor)
    name, colon, _ = word.partition(":")
    name = SYNONYMS.get(name.lower(), name.lower())
    return name if colon and (name in VALUES or name in FROM_LIBRARY) else ""


def suggest(
    text: str, cursor: int, known: Mapping[str, Sequence[str]], *, with_fields: bool = False
) -> list[Suggestion]:
    """What can replace the word before the cursor; names of filters only on request, as words are often such names.

    `known` has the values of the fields of `FROM_LIBRARY`.
    """
    word = _word(text, cursor)
    field = typed_field(text, cursor)
    if field:
        start = cursor - len(word) + word.index(":") + 1
        prefix = text[start:cursor].lstrip('"')
        if field in LISTS:
            listed = prefix.rpartition(",")
            start, prefix = start + len(text[start:cursor]) - len(listed[2]), listed[2]
        values = [value for value in _values(field, known, typed=bool(prefix)) if _fits(value, prefix)]
        return [
            Suggestion(_quoted(value), _meaning(field, value), start)
            for value in values[:MAX_SUGGESTIONS]
            if value.lower() != prefix.lower()
        ]
    if not with_fields:
        return []
    found = [(name, meaning) for name, meaning in fields().items() if name.startswith(word.lower())]
    return [Suggestion(f"{name}:", meaning, cursor - len(word), goes_on=True) for name, meaning in found]


def _values(field: str, known: Mapping[str, Sequence[str]], *, typed: bool) -> Sequence[str]:
    """The values of a field; dates in the user's language, and more of these once something is `typed`."""
    if field not in DATE_FIELDS:
        return VALUES.get(field, known.get(field, ()))
    from core.library import suggested_dates

    first, more = suggested_dates(VALUES[field], language(), lambda value: filter_text.value_text("date", value))
    return [*first, *more] if typed else first


def _word(text: str, cursor: int) -> str:
    match = WORD.search(text[:cursor])
    return match[1] if match else ""


def _fits(value: str, prefix: str) -> bool:
    """Whether a value begins as typed; a path also if one of its folders does."""
    value, prefix = value.lower(), prefix.lower().replace("-", " ") if prefix[:1].isalpha() else prefix.lower()
    return value.startswith(prefix) or (value[:1] in "/~" and f"/{prefix}" in value)


def _quoted(value: str) -> str:
    return f'"{value}"' if any(char.isspace() or char in "()" for char in value) else value


def _meaning(field: str, value: str) -> str:
    """A value in words, where it is not in words yet."""
    if field in {"type", "size", "date", "lang", "sort", "group"}:
        said = filter_text.value_text(field, value)
        return "" if said.lower() == value.lower() else said
    return ""
