"""What holds of the passages of any text: they are ordered, inside it, and together cover it."""

from __future__ import annotations

from itertools import pairwise

from core.document import Passage


def uncovered(text: str, passages: tuple[Passage, ...]) -> str:
    """The text that is in no passage."""
    left = list(text)
    for passage in passages:
        left[passage.start : passage.end] = " " * (passage.end - passage.start)
    return "".join(left).strip()


def check_spans(text: str, passages: tuple[Passage, ...]) -> None:
    for number, passage in enumerate(passages):
        body = text[passage.start : passage.end]
        assert passage.ordinal == number
        assert 0 <= passage.start < passage.end <= len(text)
        assert body == body.strip() != ""
        assert passage.line == 1 + text.count("\n", 0, passage.start)
    for before, after in pairwise(passages):
        assert before.start < after.start
        assert before.end < after.end
    assert uncovered(text, passages) == ""
