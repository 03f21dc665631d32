"""Numbers, sizes and dates as a locale writes them."""

from __future__ import annotations

import time

import pytest

from core.messages.formatting import MessageFormatter

NOON = time.mktime((2026, 11, 22, 12, 0, 0, 0, 0, -1))


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "1,234.50 69% 12,345 12345 2.0 kB 1.5 GiB 2 hr"),
        ("de", "1.234,50 69\xa0% 12.345 12345 2,0 kB 1,5 GiB 2 Std."),
        ("zh_CN", "1,234.50 69% 12,345 12345 2.0 kB 1.5 GiB 2小时"),
    ],
)
def test_a_field_is_written_as_its_spec_and_the_locale_say(locale: str, text: str) -> None:
    template = "{score:.2f} {share:percent} {count} {port:d} {size:size} {memory:memory} {left:duration}"
    values = {"score": 1234.5, "share": 0.69, "count": 12_345, "port": 12_345, "size": 2048}
    values |= {"memory": 3 << 29, "left": 7200}
    assert MessageFormatter(locale).format(template, **values) == text


def test_a_moment_of_today_is_a_time_and_any_other_a_date() -> None:
    british, german = MessageFormatter("en_GB"), MessageFormatter("de")
    assert british.recent(NOON - 3600, NOON) == "11:00"
    assert british.recent(NOON - 40 * 86_400, NOON) == "13 Oct 2026"
    assert german.format("{day:weekday} {day:date} {day:time}", day=NOON) == "Sonntag 22.11.2026 12:00"


def test_a_list_is_written_as_in_a_sentence() -> None:
    assert MessageFormatter("en").joined(["a", "b"], "or") == "a or b"
    assert MessageFormatter("de").joined(["a", "b", "c"]) == "a, b und c"
    assert MessageFormatter("zh_CN").joined(["a", "b", "c"]) == "a、b和c"


def test_an_unknown_locale_is_english_and_an_unknown_region_is_its_language() -> None:
    assert MessageFormatter("tlh").number(1234) == "1,234"
    assert MessageFormatter("de_XX").number(1234) == "1.234"


def test_a_name_that_is_not_text_can_be_shown() -> None:
    assert MessageFormatter("en").format("{path}", path=b"a\xff.txt") == "a\ufffd.txt"
