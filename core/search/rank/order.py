"""Orders other than by relevance: newest, largest or by name."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from core.document import Hit
from core.search.query.fields import Order
from core.store.catalogue.file_facts import FileFacts
from core.store.catalogue.vectors_table import Ids
from core.store.lexical.letters import fold

DIGITS = re.compile(r"(\d+)")

NameKey = tuple[tuple[str, int] | tuple[str], ...]


def name_key(name: str) -> NameKey:
    """The sort key of a name: without case and accents, numbers by their value ("page 9" before "page 10")."""
    parts = DIGITS.split(fold(name))
    return tuple(("0", int(part)) if part.isdecimal() else (part,) for part in parts if part)


def first_files(facts: FileFacts, files: Ids, order: Order, limit: int) -> list[int]:
    """The ids of the first files in an order; "relevance", where nothing is relevant more than another, is by date."""
    if order == "size":
        return facts.largest(files, limit)
    if order != "name":
        return facts.newest(files, limit)
    named = [
        (name_key(title.strip() or os.fsdecode(os.path.basename(path))), path, number)
        for number, title, path in facts.titles(files)
    ]
    return [number for _, _, number in sorted(named)[:limit]]


def sorted_hits(hits: Sequence[Hit], order: Order) -> list[Hit]:
    """The hits in an order, by what their rows show; those by relevance as they are."""
    match order:
        case "date":
            return sorted(hits, key=lambda hit: -hit.modified)
        case "size":
            return sorted(hits, key=lambda hit: -hit.size)
        case "name":
            return sorted(hits, key=lambda hit: (name_key(hit.title.strip() or os.path.basename(hit.path)), hit.path))
        case _:
            return list(hits)
