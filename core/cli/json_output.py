"""Results as JSON; the keys are a stable interface for scripts and are never renamed."""

from __future__ import annotations

import dataclasses
from typing import Any

from core.cli.console import printable
from core.document import Hit
from core.events import ModelSwitch
from core.search.query import Filter, Group, Node, Not, Or, Phrase, Query, Term

_KINDS: dict[type[Node], str] = {
    Term: "word",
    Phrase: "phrase",
    Filter: "filter",
    Not: "not",
    Group: "group",
    Or: "either",
}


def hit_as_json(hit: Hit) -> dict[str, Any]:
    """A hit as a JSON object; bytes of paths that are not UTF-8 become replacement characters."""
    fields = dataclasses.asdict(hit)
    fields["path"], fields["title"] = printable(hit.path), printable(hit.title)
    fields["lanes"] = sorted(hit.lanes)
    fields["also_at"] = [printable(path) for path in hit.also_at]
    fields["versions"] = [hit_as_json(version) for version in hit.versions]
    for passage in fields["passages"]:
        passage["lanes"] = sorted(passage["lanes"])
    for match in fields["findings"]:
        match["lane"] = match.pop("retriever")
    return fields


def model_switch_as_json(switch: ModelSwitch | None) -> dict[str, Any] | None:
    """A running change of models as a JSON object; None if there is none."""
    if switch is None:
        return None
    return {"model": switch.model, "meaning": dataclasses.asdict(switch.meaning), "speaks": switch.can_embed}


def query_as_json(query: Query) -> dict[str, Any]:
    """A parsed query as a JSON object: the text for each retriever, and the operators with their spans as typed."""
    return {
        "canonical": str(query),
        "words": query.words,
        "meaning": query.meaning,
        "operators": [{"kind": _KINDS[type(part)], "text": str(part), "span": part.span} for part in query.operators],
    }
