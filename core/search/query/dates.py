"""Parser of dates: today, last week, march 2023, 2024-05, last 30 days, 2025-03..2025-06, >2025-01-01."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from core.search.query import date_words

FIRST_YEAR, LAST_YEAR = 1900, 2199
YEAR = re.compile(r"\d{4}\Z")
YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})\Z")
DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\Z")
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z")
NAMED_MONTH = re.compile(r"(?:(\d{1,2})(?:\.|\.? de)? )?([^\W\d]+)\.?(?: (?:de )?(\d{4}))?\Z")
HAN_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月(?:(\d{1,2})[日号])?)?\Z")
QUARTER = re.compile(r"q([1-4])(?: (\d{4}))?\Z")
COMPARISON = re.compile(r"(<=|>=|<|>|=|≤|≥)?(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days from `start` up to, not including, `stop`; None is unbounded."""

    start: date | None
    stop: date | None


def parse_dates(field: str, value: str, today: date | None = None) -> DateRange | None:
    """The days that a value of `date`, `before` or `after` matches; None if the value is invalid.

    A week starts on Monday. A month without a year is the latest one that has started.
    """
    now = today or date.today()  # noqa: DTZ011  in local time
    if field == "before":
        return _parse_comparison("<", value, now)
    if field == "after":
        return _parse_comparison(">", value, now)
    low, dots, high = value.partition("..")
    if dots:
        return _parse_range(low, high, now)
    sign = COMPARISON.match(value)
    return _parse_comparison(sign[1] or "", sign[2], now) if sign else None


def _parse_range(low: str, high: str, now: date) -> DateRange | None:
    first, last = _parse_period(low, now), _parse_period(high, now)
    if (first is None and low.strip()) or (last is None and high.strip()) or (first is None and last is None):
        return None
    return DateRange(first.start if first else None, last.stop if last else None)


def _parse_comparison(sign: str, value: str, now: date) -> DateRange | None:
    found = _parse_period(value, now)
    if found is None:
        return None
    match sign:
        case "<":
            return DateRange(None, found.start)
        case ">":
            return DateRange(found.stop, None)
        case "<=" | "≤":
            return DateRange(None, found.stop)
        case ">=" | "≥":
            return DateRange(found.start, None)
        case _:
            return found


def _parse_period(value: str, now: date) -> DateRange | None:
    """The days of one date, month, year or relative period."""
    text = date_words.normal(value)
    try:
        return (
            _relative_period(text, now)
            or _in_words(text, now)
            or _quarter(text, now)
            or _numeric_date(text)
            or _han_date(text, now)
            or _rolling_period(text, now)
            or _named_month(text, now)
        )
    except (ValueError, OverflowError):  # 31 February, the year 0
        return None


def _relative_period(text: str, now: date) -> DateRange | None:
    monday, first = now - timedelta(now.weekday()), now.replace(day=1)
    match text.removeprefix("the "):
        case "today":
            return _days_from(now, 1)
        case "yesterday":
            return _days_from(now - timedelta(1), 1)
        case "this week":
            return _days_from(monday, 7)
        case "last week" | "lastweek" | "previous week":
            return _days_from(monday - timedelta(7), 7)
        case "past week":
            return _days_from(now - timedelta(6), 7)
        case "this month":
            return DateRange(first, _add_months(first, 1))
        case "last month" | "lastmonth" | "previous month":
            return DateRange(_add_months(first, -1), first)
        case "this year":
            return _year(now.year)
        case "last year" | "lastyear" | "previous year":
            return _year(now.year - 1)
    return None


def _in_words(text: str, now: date) -> DateRange | None:
    """A day or period by CLDR's words in one of some languages; a weekday is its last one, today included."""
    if text in date_words.weekdays():
        return _days_from(now - timedelta((now.weekday() - date_words.weekdays()[text]) % 7), 1)
    found = date_words.relative_words().get(text) or date_words.ago(text)
    if found is None:
        return None
    unit, offset = found
    if unit == "day":
        return _days_from(now + timedelta(offset), 1)
    if unit == "week":
        return _days_from(now - timedelta(now.weekday()) + timedelta(7 * offset), 7)
    if unit == "year":
        return _year(now.year + offset)
    months = 3 if unit == "quarter" else 1
    first = _add_months(now.replace(day=1), -((now.month - 1) % months) + months * offset)
    return DateRange(first, _add_months(first, months))


def _quarter(text: str, now: date) -> DateRange | None:
    """A quarter: q1 2024; without a year the latest that has started."""
    match = QUARTER.match(text)
    if match is None:
        return None
    month = 3 * int(match[1]) - 2
    first = _day(int(match[2]) if match[2] else now.year - (month > now.month), month, 1)
    return DateRange(first, _add_months(first, 3))


def _rolling_period(text: str, now: date) -> DateRange | None:
    """The last N days, weeks, months or years, today included."""
    found = date_words.rolling(text)
    if found is None or not found[1]:
        return None
    (unit, count), stop = found, now + timedelta(1)
    if unit in {"day", "week"}:
        return DateRange(stop - timedelta(count * (7 if unit == "week" else 1)), stop)
    return DateRange(_add_months(stop, -count * (12 if unit == "year" else 1)), stop)


def _han_date(text: str, now: date) -> DateRange | None:
    """A day, month or year as Chinese and Japanese write it: 2024年5月1日, 5月, 2024年."""
    match = HAN_DATE.match(text)
    if match is None or not text:
        return None
    month = int(match[2] or 0)
    year = int(match[1]) if match[1] else now.year - (month > now.month)
    if not month:
        return _year(year)
    return _days_from(_day(year, month, int(match[3])), 1) if match[3] else _month(year, month)


def _numeric_date(text: str) -> DateRange | None:
    if YEAR.match(text):
        return _year(int(text))
    if month := YEAR_MONTH.match(text):
        return _month(int(month[1]), int(month[2]))
    if day := DAY.match(text):
        return _days_from(_day(*map(int, day.groups())), 1)
    if day := DAY_FIRST.match(text):
        return _days_from(_day(*map(int, reversed(day.groups()))), 1)
    return None


def _named_month(text: str, now: date) -> DateRange | None:
    """A month by name, with an optional year and day: march 2023, 2023 march, 5 march 2024."""
    year_last = re.sub(r"\A(\d{4}) (.+)\Z", r"\2 \1", text)
    match = NAMED_MONTH.match(year_last)
    month = date_words.month_number(match[2]) if match else 0
    if match is None or not month:
        return None
    year = int(match[3]) if match[3] else now.year - (month > now.month)
    return _days_from(_day(year, month, int(match[1])), 1) if match[1] else _month(year, month)


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(year)
    return date(year, month, day)


def _days_from(first: date, count: int) -> DateRange:
    return DateRange(first, first + timedelta(count))


def _month(year: int, month: int) -> DateRange:
    first = _day(year, month, 1)
    return DateRange(first, _add_months(first, 1))


def _year(year: int) -> DateRange:
    return DateRange(_day(year, 1, 1), _day(year + 1, 1, 1) if year < LAST_YEAR else None)


def _add_months(day: date, count: int) -> date:
    """The same day `count` months later, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
