"""Explanations of hits on the command line."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest

from core.api.json_values import hits_as_json
from core.cli.search_report import print_filter_effect, print_hits
from core.document import Hit, RetrieverMatch
from core.search.query import parse
from core.search.retrieve.filter_compiler import FilterEffect

FOUND = Hit(
    path="/docs/a.txt",
    title="Harbour",
    kind="text",
    page=None,
    score=7.25,
    lanes=frozenset({"words", "meaning"}),
    snippet="The harbour is closed.",
    marks=((4, 11),),
    passages=(),
    findings=(RetrieverMatch("words", 2, 11.5, 3.125), RetrieverMatch("meaning", 1, 0.61, 4.125)),
    chance=0.62,
    band="strong",
)


def as_json(*hits: Hit) -> list[dict[str, Any]]:
    return hits_as_json(hits, parse("harbour"))


def test_each_lane_is_told_with_its_place_and_its_part(capsys: pytest.CaptureFixture[str]) -> None:
    print_hits(as_json(FOUND), explain=True)
    said = capsys.readouterr().out
    assert "score 7.25: Strong match (about 62% likely to answer your question)" in said
    assert "words     +3.12   BM25 11.50, no. 2 by words" in said
    assert "meaning   +4.12   cosine 0.61, no. 1 by meaning" in said
    print_hits(as_json(FOUND))
    assert "score" not in capsys.readouterr().out


def test_the_reranker_and_the_versions_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    draft = replace(FOUND, path="/docs/draft\x1b.txt", score=6.5, modified=1_700_000_000.0)
    print_hits(as_json(replace(FOUND, answers=0.9, answers_place=3, versions=(draft,))), explain=True)
    said = capsys.readouterr().out
    assert "reranker   0.90   probability that the passage answers, no. 3 of those read" in said
    assert "    version: /docs/draft⟨ESC⟩.txt  2023-11-1" in said
    assert "score 6.50" in said
    print_hits(as_json(replace(FOUND, versions=(draft,))))
    assert capsys.readouterr().out.splitlines()[-1] == "    version: /docs/draft⟨ESC⟩.txt"


def test_what_the_conditions_left_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    print_filter_effect(asdict(FilterEffect(1204, 3, (("type:pdf", 12), ('in:"my\ttaxes"', 45)))))
    assert (
        capsys.readouterr().out == 'Of 1,204 files: type:pdf leaves 12; in:"my⟨HT⟩taxes" leaves 45; all together 3.\n'
    )
    print_filter_effect(asdict(FilterEffect(9, 2, (("type:pdf", 2),))))
    assert capsys.readouterr().out == "Of 9 files: type:pdf leaves 2.\n"
    print_filter_effect(None)
    assert capsys.readouterr().out == ""


def test_when_nothing_is_an_answer_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    far = replace(FOUND, band="none", tier="related")
    print_hits(as_json(far))
    assert capsys.readouterr().out.startswith(
        "Nothing seems to answer this. These are the closest documents.\n 1. Harbour"
    )
    print_hits(as_json(far), by_example=True)
    assert capsys.readouterr().out.startswith("No very similar documents. These are the closest.\n 1. Harbour")
    print_hits(as_json(FOUND, far))
    assert "Nothing" not in capsys.readouterr().out
    print_hits(as_json(replace(FOUND, band="none")))  # it contains the words
    assert "Nothing" not in capsys.readouterr().out
