"""Parsing of field values: dates in words, sizes, kinds, extensions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.search.query.dates import DateRange, parse_dates
from core.search.query.fields import FIELDS, is_valid, parse_extensions, parse_kinds
from core.search.query.sizes import MAX_SIZE, parse_sizes

TODAY = date(2026, 11, 22)  # a Sunday


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("value", "start", "stop"),
    [
        ("today", "2026-11-22", "2026-11-23"),
        ("Yesterday", "2026-11-21", "2026-11-22"),
        ("this week", "2026-11-16", "2026-11-23"),
        ("last-week", "2026-11-09", "2026-11-16"),
        ("past week", "2026-11-16", "2026-11-23"),
        ("this month", "2026-11-01", "2026-12-01"),
        ("last_month", "2026-10-01", "2026-11-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("last 30 days", "2026-10-24", "2026-11-23"),
        ("2w", "2026-11-09", "2026-11-23"),
        ("past 3 months", "2026-08-23", "2026-11-23"),
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2024-12", "2024-12-01", "2025-01-01"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
        ("5.3.2023", "2023-03-05", "2023-03-06"),
        ("march 2023", "2023-03-01", "2023-04-01"),
        ("mar-2023", "2023-03-01", "2023-04-01"),
        ("2023 März", "2023-03-01", "2023-04-01"),
        ("5 march 2023", "2023-03-05", "2023-03-06"),
        ("dec", "2025-12-01", "2026-01-01"),
        ("november", "2026-11-01", "2026-12-01"),
        ("2025-03..2025-06", "2025-03-01", "2025-07-01"),
        ("2025..", "2025-01-01", ""),
        ("..march 2025", "", "2025-04-01"),
        (">2025-01-01", "2025-01-02", ""),
        (">=2025", "2025-01-01", ""),
        ("<2025", "", "2025-01-01"),
        ("<=2025", "", "2026-01-01"),
    ],
)
def test_dates(value: str, start: str, stop: str) -> None:
    assert parse_dates("date", value, TODAY) == DateRange(day(start), day(stop))


def test_before_and_after() -> None:
    assert parse_dates("before", "2024", TODAY) == DateRange(None, day("2024-01-01"))
    assert parse_dates("after", "march 2024", TODAY) == DateRange(day("2024-04-01"), None)


@pytest.mark.parametrize(
    "value", ["", "soon", "..", "2024..soon", "31.2.2024", "2024-13", "0000", "9999", "0 days", "9999 years", "ma", ">"]
)
def test_what_is_no_date(value: str) -> None:
    assert parse_dates("date", value, TODAY) is None


@given(st.text(max_size=20), st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_days_are_in_order_whatever_is_written(value: str, today: date) -> None:
    found = parse_dates("date", value, today)
    if found and found.start and found.stop and ".." not in value:
        assert found.start < found.stop


@given(st.dates(date(1900, 1, 1), date(2199, 12, 30)))
def test_a_day_as_it_is_written_is_that_day(one: date) -> None:
    for written in (one.isoformat(), f"{one.day}.{one.month}.{one.year}", one.strftime("%Y/%m/%d")):
        assert parse_dates("date", written, TODAY) == DateRange(one, one + timedelta(1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (">10mb", (10 * 2**20 + 1, MAX_SIZE)),
        (">=1kb", (1024, MAX_SIZE)),
        ("<1.5 GB", (0, 3 * 2**29 - 1)),
        ("≤2,5k", (0, 2560)),
        ("2mb..5MiB", (2**21, 5 * 2**20)),
        ("1m..", (2**20, MAX_SIZE)),
        ("..100", (0, 100)),
        ("=7", (7, 7)),
        ("1000", (900, 1100)),
        ("", None),
        ("..", None),
        ("big", None),
        (">", None),
        ("1..x", None),
        ("-5mb", None),
    ],
)
def test_sizes(value: str, expected: tuple[int, int] | None) -> None:
    assert parse_sizes(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("pdf", {"pdf"}),
        ("Mail,images", {"mail", "image"}),
        ("pres", {"presentation"}),
        ("p", {"pdf", "presentation", "image", "code", "web"}),
        ("slides", {"presentation"}),
        ("doc", {"document"}),
        ("zebra", None),
        ("pdf,zebra", None),
        (",", None),
    ],
)
def test_kinds(value: str, expected: set[str] | None) -> None:
    assert parse_kinds(value) == (None if expected is None else frozenset(expected))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(".PDF,docx", {"pdf", "docx"}), ("tar.gz", {"tar.gz"}), ("c++", {"c++"}), ("", None), ("a/b", None)],
)
def test_extensions(value: str, expected: set[str] | None) -> None:
    assert parse_extensions(value) == (None if expected is None else frozenset(expected))


@given(st.sampled_from(sorted(set(FIELDS.values()))), st.text(max_size=12))
def test_any_value_is_understood_or_not(field: str, value: str) -> None:
    assert is_valid(field, value) in {True, False}
