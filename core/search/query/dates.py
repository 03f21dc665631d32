"""Dates in words: today, last week, march 2023, 2024-05, last 30 days, 2025-03..2025-06, >2025-01-01."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 1900, 2199
MONTHS = (
    "january januar janvier enero gennaio januari", "february februar février fevrier febrero febbraio",
    "march märz maerz mars marzo maart", "april avril abril aprile", "may mai mayo maggio mei",
    "june juni juin junio giugno", "july juli juillet julio luglio", "august août aout agosto augustus",
    "september septembre septiembre settembre", "october oktober octobre octubre ottobre",
    "november novembre noviembre", "december dezember décembre decembre diciembre dicembre",
)  # fmt: skip
SHORTEST = 3  # letters of a month's name that are enough
YEAR = re.compile(r"\d{4}\Z")
YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})\Z")
DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\Z")
DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\Z")
NAMED = re.compile(r"(?:(\d{1,2})\.? )?([^\W\d]+)\.?(?: (\d{4}))?\Z")
ROLLING = re.compile(r"(?:(?:last|past) )?(\d{1,4}) ?(d|days?|w|weeks?|months?|y|years?)\Z")
COMPARED = re.compile(r"(<=|>=|<|>|=|≤|≥)?(.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `start` to the one before `stop`; None is without an end on that side."""

    start: date | None
    stop: date | None


def days(field: str, value: str, today: date | None = None) -> Days | None:
    """The days that the value of `date`, `before` or `after` means; None if it means none.

    A week begins on Monday. A month without a year is the last one of that name that has begun.
    """
    now = today or date.today()  # noqa: DTZ011  the person's own calendar
    if field == "before":
        return _compared("<", value, now)
    if field == "after":
        return _compared(">", value, now)
    low, dots, high = value.partition("..")
    if dots:
        return _between(low, high, now)
    sign = COMPARED.match(value)
    return _compared(sign[1] or "", sign[2], now) if sign else None


def _between(low: str, high: str, now: date) -> Days | None:
    first, last = _span(low, now), _span(high, now)
    if (first is None and low.strip()) or (last is None and high.strip()) or (first is None and last is None):
        return None
    return Days(first.start if first else None, last.stop if last else None)


def _compared(sign: str, value: str, now: date) -> Days | None:
    found = _span(value, now)
    if found is None:
        return None
    match sign:
        case "<":
            return Days(None, found.start)
        case ">":
            return Days(found.stop, None)
        case "<=" | "≤":
            return Days(None, found.stop)
        case ">=" | "≥":
            return Days(found.start, None)
        case _:
            return found


def _span(value: str, now: date) -> Days | None:
    """The days of one date, month, year or word."""
    text = " ".join(re.sub(r"(?<=\D)[-_]|[-_](?=[^\d]|$)", " ", value.lower()).split())
    try:
        return _in_words(text, now) or _rolling(text, now) or _written(text) or _named(text, now)
    except (ValueError, OverflowError):  # 31 February, the year 0
        return None


def _in_words(text: str, now: date) -> Days | None:
    monday, first = now - timedelta(now.weekday()), now.replace(day=1)
    match text.removeprefix("the "):
        case "today":
            return _from(now, 1)
        case "yesterday":
            return _from(now - timedelta(1), 1)
        case "this week":
            return _from(monday, 7)
        case "last week" | "lastweek" | "previous week":
            return _from(monday - timedelta(7), 7)
        case "past week":
            return _from(now - timedelta(6), 7)
        case "this month":
            return Days(first, _months_on(first, 1))
        case "last month" | "lastmonth" | "previous month":
            return Days(_months_on(first, -1), first)
        case "this year":
            return _year(now.year)
        case "last year" | "lastyear" | "previous year":
            return _year(now.year - 1)
    return None


def _rolling(text: str, now: date) -> Days | None:
    """The last so many days, this one included."""
    said = ROLLING.match(text)
    if said is None or not int(said[1]):
        return None
    count, unit, stop = int(said[1]), said[2][0], now + timedelta(1)
    if unit in "dw":
        return Days(stop - timedelta(count * (7 if unit == "w" else 1)), stop)
    return Days(_months_on(stop, -count * (12 if unit == "y" else 1)), stop)


def _written(text: str) -> Days | None:
    if YEAR.match(text):
        return _year(int(text))
    if month := YEAR_MONTH.match(text):
        return _month(int(month[1]), int(month[2]))
    if day := DAY.match(text):
        return _from(_day(*map(int, day.groups())), 1)
    if day := DAY_FIRST.match(text):
        return _from(_day(*map(int, reversed(day.groups()))), 1)
    return None


def _named(text: str, now: date) -> Days | None:
    """A month by its name, perhaps with a year before or behind it, and a day: march 2023, 2023 march, 5 march 2024."""
    turned = re.sub(r"\A(\d{4}) (.+)\Z", r"\2 \1", text)
    said = NAMED.match(turned)
    month = _month_called(said[2]) if said else 0
    if said is None or not month:
        return None
    year = int(said[3]) if said[3] else now.year - (month > now.month)
    return _from(_day(year, month, int(said[1])), 1) if said[1] else _month(year, month)


def _month_called(name: str) -> int:
    if len(name) < SHORTEST:
        return 0
    numbers = (number for number, names in enumerate(MONTHS, 1) if any(n.startswith(name) for n in names.split()))
    return next(numbers, 0)


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(year)
    return date(year, month, day)


def _from(first: date, count: int) -> Days:
    return Days(first, first + timedelta(count))


def _month(year: int, month: int) -> Days:
    first = _day(year, month, 1)
    return Days(first, _months_on(first, 1))


def _year(year: int) -> Days:
    return Days(_day(year, 1, 1), _day(year + 1, 1, 1) if year < LAST_YEAR else None)


def _months_on(day: date, count: int) -> date:
    """The same day of another month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
