"""The spans of time by which results are grouped."""

from __future__ import annotations

from datetime import datetime


def time_span(seconds: float, now: datetime) -> str:
    """The span that a moment (seconds since 1970) lies in: today, yesterday, week, month, year; the year if it is over.

    "week", "month" and "year" are the earlier days of the present one, in the time zone of `now`.
    """
    day = datetime.fromtimestamp(seconds, now.tzinfo)
    days = (now.date() - day.date()).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    if days <= now.weekday():
        return "week"
    if (day.year, day.month) == (now.year, now.month):
        return "month"
    return "year" if day.year == now.year else str(day.year)
