"""What the command line says about why a document was found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.console import print_hits
from core.document import Finding, Hit

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
    findings=(Finding("words", 2, 11.5, 3.125), Finding("meaning", 1, 0.61, 4.125)),
    chance=0.62,
    band="strong",
)


def test_each_lane_is_told_with_its_place_and_its_part(capsys: pytest.CaptureFixture[str]) -> None:
    print_hits([FOUND], explain=True)
    said = capsys.readouterr().out
    assert "score 7.25, strong match (62%)" in said
    assert "words     +3.12   BM25 11.50, no. 2 of its lane" in said
    assert "meaning   +4.12   cosine 0.61, no. 1 of its lane" in said
    print_hits([FOUND])
    assert "score" not in capsys.readouterr().out


def test_when_nothing_is_an_answer_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_hits([replace(FOUND, band="none")])
    assert capsys.readouterr().out.startswith("Nothing seems to answer this. The nearest are:\n 1. Harbour")
    print_hits([FOUND, replace(FOUND, band="none")])
    assert "Nothing" not in capsys.readouterr().out
