"""The fields of the query language and their valid values; with any other value a field is plain text."""

from __future__ import annotations

import os
import re
from typing import Literal, get_args

from core.document import Kind
from core.search.query.dates import parse_dates
from core.search.query.languages import parse_languages
from core.search.query.sizes import parse_sizes
from core.store.lexical.letters import fold

# Accepted field names, and the field of each.
FIELDS = {
    "type": "type", "kind": "type", "ext": "ext", "in": "in", "folder": "in", "path": "path", "name": "name",
    "file": "name", "date": "date", "modified": "modified", "docdate": "docdate", "before": "before", "after": "after",
    "size": "size",
    "sort": "sort", "group": "group",
    "lang": "lang", "language": "lang", "from": "from", "to": "to",
    "author": "author", "title": "title", "like": "like", "tag": "tag",
}  # fmt: skip
# How the results are arranged; these fields restrict nothing.
Order = Literal["relevance", "date", "name", "size"]
Grouping = Literal["none", "kind", "folder", "date"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Accepted synonyms of the kinds.
KIND_SYNONYMS: dict[str, Kind] = {
    "doc": "document", "word": "document", "letter": "document", "txt": "text", "note": "text", "program": "code",
    "source": "code", "html": "web", "page": "web", "ebook": "book", "sheet": "spreadsheet", "table": "spreadsheet",
    "excel": "spreadsheet", "slide": "presentation", "powerpoint": "presentation", "email": "mail", "e-mail": "mail",
    "message": "mail", "picture": "image", "photo": "image", "audio": "media", "video": "media",
    "music": "media", "song": "media", "film": "media", "movie": "media", "zip": "archive",
}  # fmt: skip
EXTENSION = re.compile(r"\.?[\w+-]+(\.[\w+-]+)*\Z")


def is_valid(field: str, value: str) -> bool:
    """Whether a value is valid for a field."""
    match field:
        case "type":
            return parse_kinds(value) is not None
        case "ext":
            return parse_extensions(value) is not None
        case "date" | "modified" | "docdate" | "before" | "after":
            return parse_dates(field, value) is not None
        case "size":
            return parse_sizes(value) is not None
        case "lang":
            return parse_languages(value) is not None
        case "sort":
            return value.lower() in get_args(Order)
        case "group":
            return value.lower() in get_args(Grouping)
        case "tag":
            return parse_tags(value) is not None
        case "like":
            return len(value) > 1 and value[0] in "/~"
        case _:
            return any(char.isalnum() for char in value) or (field == "in" and value in {"/", "~"})


def parse_kinds(value: str) -> frozenset[Kind] | None:
    """The kinds in a comma-separated list; prefixes and plurals count. None if one is unknown."""
    found: set[Kind] = set()
    for word in _split_list(value):
        named = _kinds_named(word)
        if not named:
            return None
        found |= named
    return frozenset(found) or None


def parse_extensions(value: str) -> frozenset[str] | None:
    """The extensions in a comma-separated list, in lower case and without dots. None if one is invalid."""
    words = _split_list(value)
    if not words or not all(map(EXTENSION.match, words)):
        return None
    return frozenset(word.removeprefix(".") for word in words)


def parse_tags(value: str) -> frozenset[str] | None:
    """The tags in a comma-separated list, folded, as SQLite's GLOB takes them: * and ? stand for letters."""
    return frozenset(fold(word).replace("[", "[[]") for word in _split_list(value)) or None


def _kinds_named(word: str) -> set[Kind]:
    exact = {kind for kind in KINDS if word in {kind, f"{kind}s"}}
    exact |= {kind for name, kind in KIND_SYNONYMS.items() if word in {name, f"{name}s"}}
    if exact:
        return exact
    by_prefix: set[Kind] = {kind for kind in KINDS if kind.startswith(word)}
    return by_prefix | {kind for name, kind in KIND_SYNONYMS.items() if name.startswith(word)}


def _split_list(value: str) -> list[str]:
    return [word.strip() for word in value.lower().split(",") if word.strip()]


def typed_path(value: str) -> bytes:
    """The normalized path of a typed value; a leading tilde is the home folder."""
    return os.fsencode(os.path.normpath(os.path.expanduser(value)))
