"""Sections of a grouped or otherwise sorted list."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from gui.results.grouping import by_date, by_folder, by_kind, sections_for, span_of_time
from gui.results.sections import by_tier, in_one
from tests.gui.results.test_model import hit

NOW = datetime(2026, 6, 18, 12).astimezone()  # a Thursday


@pytest.mark.parametrize(
    ("days", "heading"),
    [(0, "Today"), (1, "Yesterday"), (3, "Earlier this week"), (4, "Earlier this month"), (17, "Earlier this month"),
     (18, "Earlier this year"), (168, "Earlier this year"), (169, "2025"), (-1, "Today")],
)  # fmt: skip
def test_spans_of_time(days: int, heading: str) -> None:
    assert span_of_time((NOW - timedelta(days=days)).timestamp(), NOW) == heading


def test_groups_come_in_the_order_of_their_first_hits_and_dates_newest_first() -> None:
    old = replace(hit("/b/old.txt"), kind="text", modified=86_400.0 * 400)
    new = replace(hit("/a/new.pdf"), modified=86_400.0 * 4000)
    other = replace(hit("/b/other.pdf"), modified=86_400.0 * 410)
    hits = [old, new, other]
    assert [(one.title, one.hits) for one in by_kind(hits)] == [("Text", (old,)), ("PDF", (new, other))]
    assert [(one.title, one.hits) for one in by_folder(hits)] == [("/b", (old, other)), ("/a", (new,))]
    assert [(one.title, one.hits) for one in by_date(hits)] == [("1980", (new,)), ("1971", (old, other))]


def test_only_a_list_by_relevance_is_divided_by_tier() -> None:
    assert sections_for("relevance", "none") is by_tier
    assert sections_for("name", "none") is in_one
    assert sections_for("name", "kind") is by_kind
