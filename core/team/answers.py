"""Hits and texts of a team library, from the JSON of its API (`core/api`) into core's own value types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from core.document import Document, Hit, HitPassage, Span

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TeamAnswer:
    """The hits of a query, best first; `unavailable` says why it was not searched by meaning, "" if it was."""

    hits: tuple[Hit, ...]
    unavailable: str = ""


@dataclass(frozen=True, slots=True)
class TeamText:
    """Characters `start` to `start` plus its length of a document of `total`, with its parts as offsets in these."""

    document: Document
    start: int
    total: int

    @property
    def end(self) -> int:
        return self.start + len(self.document.text)


def answer_of(value: Json) -> TeamAnswer:
    """A `SearchAnswer` of the API; raises ValueError (as msgspec does), TypeError or KeyError for what is none."""
    hits = tuple(hit_of(each) for each in value["hits"])
    return TeamAnswer(hits, str(value["notes"]["unavailable"]))


def hit_of(value: Json) -> Hit:
    """A hit; the inverse of `hit_as_json`. Raises as `answer_of`."""
    member = value.get("member")
    fields = {
        **value,
        "path": f"{value['path']}/{member}" if member else value["path"],
        "container": value["path"] if member else "",
        "findings": [{**match, "retriever": match["lane"]} for match in value["findings"]],
        "versions": (),
    }
    hit = msgspec.convert(fields, Hit)
    return replace(
        hit,
        marks=_within(hit.marks, hit.snippet),
        title_marks=_within(hit.title_marks, hit.title),
        passages=tuple(map(_checked, hit.passages)),
        versions=tuple(hit_of(each) for each in value["versions"]),
    )


def text_of(value: Json) -> TeamText:
    """A `DocumentText` of the API. Raises as `answer_of`."""
    start, total = int(value["start"]), int(value["total"])
    parts = [
        {**part, "start": max(0, part["start"] - start), "end": part["end"] - start}
        for part in value["parts"]
        if part["end"] > start and part["start"] < start + len(value["text"])
    ]
    fields = {name: value[name] for name in ("text", "kind", "title", "author", "notes")}
    return TeamText(msgspec.convert({**fields, "parts": parts}, Document), start, total)


def _checked(passage: HitPassage) -> HitPassage:
    return replace(passage, marks=_within(passage.marks, passage.snippet))


def _within(marks: tuple[Span, ...], text: str) -> tuple[Span, ...]:
    """The marks that lie in a text: it comes from another computer."""
    return tuple((start, end) for start, end in marks if 0 <= start < end <= len(text))
