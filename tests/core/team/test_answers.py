"""What a team library answers becomes the same value types that the answers were made from."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.api.json_values import hit_as_json
from core.document import Extent, Hit, HitPassage, RetrieverMatch
from core.team.answers import answer_of, hit_of, text_of

PASSAGE = HitPassage(
    7, 10, 90, 2, 1, "page", "", 1.5, frozenset({"words", "meaning"}), "a lease of the quay", ((2, 7),), (0, 5)
)
HIT = Hit(
    "/srv/a.zip/b.pdf",
    "A lease",
    "pdf",
    2,
    1.5,
    frozenset({"words"}),
    "a lease of the quay",
    ((2, 7),),
    (PASSAGE,),
    findings=(RetrieverMatch("words", 1, 2.5, 0.5),),
    band="strong",
    title_marks=((2, 7),),
    extent=Extent("pages", 10, 20),
    container="/srv/a.zip",
    also_at=("/srv/b.pdf",),
)


def sent(hit: Hit) -> dict[str, object]:
    """A hit as it comes over the network."""
    value: dict[str, object] = json.loads(json.dumps({**hit_as_json(hit), "folded": False}))
    return value


def test_a_hit_comes_back_as_it_was() -> None:
    hit = replace(HIT, versions=(HIT,))
    assert hit_of(sent(hit)) == hit


def test_a_path_that_is_no_text_comes_back() -> None:
    assert hit_of(sent(Hit("/srv/\udcff", "", "text", None, 1, frozenset(), "", (), ()))).path == "/srv/\udcff"


def test_marks_beside_the_text_are_left_out() -> None:
    value = sent(HIT) | {"marks": [[2, 7], [-1, 3], [5, 5], [10, 900]], "title_marks": [[0, 99]]}
    assert hit_of(value).marks == ((2, 7),)
    assert hit_of(value).title_marks == ()


def test_fields_of_a_later_version_are_left_out() -> None:
    assert hit_of(sent(HIT) | {"new": 1}) == HIT


@pytest.mark.parametrize("value", [{}, {"hits": 1, "notes": {}}, {"hits": [{}], "notes": {"unavailable": ""}}])
def test_what_is_no_answer_is_an_error(value: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        answer_of(value)


def test_the_parts_of_a_text_are_offsets_in_what_came() -> None:
    parts = [{"start": start, "end": start + 100, "unit": "page", "number": 1, "label": ""} for start in (0, 100, 200)]
    fields = {"kind": "pdf", "title": "", "author": "", "notes": [], "parts": parts}
    text = text_of({**fields, "text": "x" * 100, "start": 150, "total": 300})
    assert [(part.start, part.end) for part in text.document.parts] == [(0, 50), (50, 150)]
    assert (text.start, text.end, text.total) == (150, 250, 300)
