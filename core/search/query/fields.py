"""The fields of the query language and the values that they understand; with any other value a field is text."""

from __future__ import annotations

import os
import re
from typing import get_args

from core.document import Kind
from core.search.query.dates import days
from core.search.query.sizes import sizes

# The names that are understood, and the one that each stands for.
FIELDS = {
    "type": "type", "kind": "type", "ext": "ext", "in": "in", "folder": "in", "path": "path", "name": "name",
    "file": "name", "date": "date", "modified": "date", "before": "before", "after": "after", "size": "size",
    "author": "author", "title": "title", "like": "like",
}  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
# What people call a kind, beside its own name.
CALLED: dict[str, Kind] = {
    "doc": "document", "word": "document", "letter": "document", "txt": "text", "note": "text", "program": "code",
    "source": "code", "html": "web", "page": "web", "ebook": "book", "sheet": "spreadsheet", "table": "spreadsheet",
    "excel": "spreadsheet", "slide": "presentation", "powerpoint": "presentation", "email": "mail", "e-mail": "mail",
    "message": "mail", "picture": "image", "photo": "image",
}  # fmt: skip
EXTENSION = re.compile(r"\.?[\w+-]+(\.[\w+-]+)*\Z")


def understands(field: str, value: str) -> bool:
    """Whether a field can do something with a value."""
    match field:
        case "type":
            return kinds(value) is not None
        case "ext":
            return extensions(value) is not None
        case "date" | "before" | "after":
            return days(field, value) is not None
        case "size":
            return sizes(value) is not None
        case "like":
            return len(value) > 1 and value[0] in "/~"
        case _:
            return any(sign.isalnum() for sign in value) or (field == "in" and value in {"/", "~"})


def kinds(value: str) -> frozenset[Kind] | None:
    """The kinds that a list names; a name may be cut short, and be in the plural. None if one of them is unknown."""
    found: set[Kind] = set()
    for word in _listed(value):
        those = _kinds_called(word)
        if not those:
            return None
        found |= those
    return frozenset(found) or None


def extensions(value: str) -> frozenset[str] | None:
    """The extensions that a list names, in lower case and without their dots."""
    words = _listed(value)
    if not words or not all(map(EXTENSION.match, words)):
        return None
    return frozenset(word.removeprefix(".") for word in words)


def _kinds_called(word: str) -> set[Kind]:
    exact = {kind for kind in KINDS if word in {kind, f"{kind}s"}}
    exact |= {kind for name, kind in CALLED.items() if word in {name, f"{name}s"}}
    if exact:
        return exact
    begun: set[Kind] = {kind for kind in KINDS if kind.startswith(word)}
    return begun | {kind for name, kind in CALLED.items() if name.startswith(word)}


def _listed(value: str) -> list[str]:
    return [word.strip() for word in value.lower().split(",") if word.strip()]


def typed_path(value: str) -> bytes:
    """The path on disk that a value means; a tilde is the person's home."""
    return os.fsencode(os.path.normpath(os.path.expanduser(value)))
