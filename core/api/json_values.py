"""Results as JSON; the keys are a stable interface for scripts and are never renamed."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from core.document import Hit, HitPassage, folded
from core.events import ModelSwitch
from core.messages import terms
from core.messages.visible import decoded
from core.search.query import Filter, Group, Node, Not, Or, Phrase, Query, Term
from core.store.lexical import wildcards

_KINDS: dict[type[Node], str] = {
    Term: "word",
    Phrase: "phrase",
    Filter: "filter",
    Not: "not",
    Group: "group",
    Or: "either",
}


def hits_as_json(hits: Sequence[Hit], query: Query) -> list[dict[str, Any]]:
    """The hits of a query; of each `folded` says whether the window shows it only on request, as less likely."""
    fold = folded(hits) if query.is_by_relevance else [False] * len(hits)
    return [{**hit_as_json(hit), "folded": folds} for hit, folds in zip(hits, fold, strict=True)]


def broad_wildcards_as_json(broad: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """Wildcards that stand for more words than were searched."""
    return [{"text": text, "words": words, "sentence": terms.broad_wildcard(text, words)} for text, words in broad]


def hit_as_json(hit: Hit) -> dict[str, Any]:
    """A hit as a JSON object.

    A byte of a path that is not UTF-8 is a lone surrogate there, as `os.fsdecode` has it; `uri` has it as %XX.
    Of a document inside a file `path` is that file, and `member` the document's path in it; else that is null.
    """
    fields = dataclasses.asdict(hit)
    fields["path"], fields["member"] = fields.pop("container") or hit.path, hit.member or None
    fields["title"], fields["uri"] = decoded(hit.title), file_uri(fields["path"])
    fields["lanes"] = sorted(hit.lanes)
    fields["versions"] = [hit_as_json(version) for version in hit.versions]
    for passage in fields["passages"]:
        passage["lanes"] = sorted(passage["lanes"])
    for match in fields["findings"]:
        match["lane"] = match.pop("retriever")
    return fields


def passage_as_json(passage: HitPassage) -> dict[str, Any]:
    """A passage as a JSON object."""
    return {**dataclasses.asdict(passage), "lanes": sorted(passage.lanes)}


def file_uri(path: str) -> str:
    """The file: address of a path, whatever its bytes are."""
    return f"file://{quote(os.fsencode(path))}"


def model_switch_as_json(switch: ModelSwitch | None) -> dict[str, Any] | None:
    """A running change of models as a JSON object; None if there is none."""
    if switch is None:
        return None
    return {"model": switch.model, "meaning": dataclasses.asdict(switch.meaning), "speaks": switch.can_embed}


def query_as_json(query: Query) -> dict[str, Any]:
    """A parsed query as a JSON object: the text for each retriever, and the operators with their spans as typed."""
    return {
        "canonical": str(query),
        "words": wildcards.typed(query.words),
        "meaning": query.meaning,
        "operators": [{"kind": _KINDS[type(part)], "text": str(part), "span": part.span} for part in query.operators],
    }
