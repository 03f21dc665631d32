"""Hits from their JSON, to print them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.document import Extent, Hit, RetrieverMatch

_AS_THEY_ARE = (
    "title", "kind", "page", "score", "snippet", "size", "modified", "chance", "band", "answers",
    "answers_place", "nearest", "says_all", "tier", "unread_pages",
)  # fmt: skip


def hit_of(fields: Mapping[str, Any]) -> Hit:
    """A hit without its passages, which are not printed."""
    matches = (RetrieverMatch(one["lane"], one["rank"], one["score"], one["part"]) for one in fields["findings"])
    path, member = fields["path"], fields["member"]
    return Hit(
        path=f"{path}/{member}" if member else path,
        container=path if member else "",
        **{name: fields[name] for name in _AS_THEY_ARE},
        lanes=frozenset(fields["lanes"]),
        marks=tuple((start, end) for start, end in fields["marks"]),
        passages=(),
        findings=tuple(matches),
        extent=Extent(**fields["extent"]) if fields["extent"] else None,
        versions=tuple(map(hit_of, fields["versions"])),
    )
