"""Days and periods in words, in some languages."""

from __future__ import annotations

from datetime import date

import pytest

from core.search.query.dates import DateRange, parse_dates

WEDNESDAY = date(2024, 5, 15)


@pytest.mark.parametrize(
    ("text", "start", "stop"),
    [
        *((word, date(2024, 5, 14), date(2024, 5, 15)) for word in ("gestern", "yesterday", "hier", "ayer", "昨天")),
        ("vorgestern", date(2024, 5, 13), date(2024, 5, 14)),
        *((word, date(2024, 5, 6), date(2024, 5, 13)) for word in ("letzte-Woche", "la semana pasada", "上周")),
        ("3 days ago", date(2024, 5, 12), date(2024, 5, 13)),
        ("vor 2 Wochen", date(2024, 4, 29), date(2024, 5, 6)),
        ("il y a 1 mois", date(2024, 4, 1), date(2024, 5, 1)),
        *((word, date(2024, 5, 13), date(2024, 5, 14)) for word in ("monday", "lundi", "星期一")),
        ("Mittwoch", date(2024, 5, 15), date(2024, 5, 16)),
        ("q1 2024", date(2024, 1, 1), date(2024, 4, 1)),
        ("q3", date(2023, 7, 1), date(2023, 10, 1)),
        *((word, date(2024, 5, 13), date(2024, 5, 14)) for word in ("avant-hier", "anteayer", "l'altro ieri", "前天")),
        *((word, date(2024, 5, 15), date(2024, 5, 16)) for word in ("aujourd'hui", "aujourd’hui", "vandaag", "hoje")),
        *(
            (words, date(2024, 5, 9), date(2024, 5, 16))
            for words in ("7 days", "last-7-days", "letzte 7 Tage", "les 7 derniers jours", "últimos 7 días", "最近7天")
        ),
        ("die letzten 3 Monate", date(2024, 2, 16), date(2024, 5, 16)),
        ("30d", date(2024, 4, 16), date(2024, 5, 16)),
        ("上週", date(2024, 5, 6), date(2024, 5, 13)),
        ("segunda-feira", date(2024, 5, 13), date(2024, 5, 14)),
        ("naechste Woche", date(2024, 5, 20), date(2024, 5, 27)),
        ("last quarter", date(2024, 1, 1), date(2024, 4, 1)),
    ],
)
def test_a_period_in_words(text: str, start: date, stop: date) -> None:
    assert parse_dates("date", text, WEDNESDAY) == DateRange(start, stop)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        *((word, 3) for word in ("march", "mar", "März", "maerz", "marz", "mars", "marzo", "maart", "março", "三月")),
        *((word, 2) for word in ("February", "feb", "février", "fevrier", "fév", "febbraio", "fevereiro", "2月")),
        *((word, 5) for word in ("may", "Mai", "mayo", "maggio", "mei", "maio")),
        ("sept.", 9),
        ("dez", 12),
    ],
)
def test_a_month_by_its_name_in_some_languages(text: str, month: int) -> None:
    year = 2024 if month <= WEDNESDAY.month else 2023
    found = parse_dates("date", text, WEDNESDAY)
    assert found is not None
    assert found.start == date(year, month, 1)


@pytest.mark.parametrize(
    ("text", "start", "stop"),
    [
        ("15. März 2024", date(2024, 3, 15), date(2024, 3, 16)),
        ("5 de mayo de 2023", date(2023, 5, 5), date(2023, 5, 6)),
        ("2023年11月5日", date(2023, 11, 5), date(2023, 11, 6)),
        ("2023年11月", date(2023, 11, 1), date(2023, 12, 1)),
        ("2023年", date(2023, 1, 1), date(2024, 1, 1)),
        ("letzten Monat..gestern", date(2024, 4, 1), date(2024, 5, 15)),
    ],
)
def test_a_date_with_a_month_in_words(text: str, start: date, stop: date) -> None:
    assert parse_dates("date", text, WEDNESDAY) == DateRange(start, stop)


@pytest.mark.parametrize("text", ["ma", "letzte", "0 days", "3m", "", "年", "31. Februar 2024", "vor Tagen"])
def test_what_is_no_date(text: str) -> None:
    assert parse_dates("date", text, WEDNESDAY) is None
