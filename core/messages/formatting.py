"""Numbers, sizes, dates and durations as a locale writes them (CLDR, through Babel)."""

from __future__ import annotations

import os
import re
import string
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from core.messages.visible import Visible, visible_text

if TYPE_CHECKING:
    from datetime import datetime

    from babel import Locale

_STEP = 1000
_BINARY_STEP = 1024
_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")
_BINARY_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_DECIMALS = re.compile(r"\.(\d)f")


class MessageFormatter(string.Formatter):
    """Fills the fields of a message with values as the locale writes them.

    A whole number is grouped as the locale does; a format spec asks for more:
    `{n:d}` a plain number (a port, a version), `{n:size}` bytes in decimal units, `{n:memory}` bytes in binary units,
    `{n:percent}` a share from 0 to 1, `{n:.2f}` a number with so many decimals, `{n:duration}` seconds in their
    coarsest unit, `{n:date}`, `{n:time}` and `{n:weekday}` seconds since 1970. Any other spec is Python's own.
    """

    def __init__(self, locale: str) -> None:
        super().__init__()
        self.name = locale
        self._by_spec: dict[str, Callable[[Any], str]] = {
            "size": self.size,
            "memory": self.memory,
            "percent": self.percent,
            "duration": self.duration,
            "date": self.date,
            "time": self.time,
            "weekday": self.weekday,
        }

    @cached_property
    def locale(self) -> Locale:
        """Babel's data for the locale; that of its language, or of English, where there is none of its own."""
        from babel import Locale, UnknownLocaleError

        for name in (self.name, self.name.partition("_")[0]):
            try:
                return Locale.parse(name)
            except (UnknownLocaleError, ValueError):
                continue
        return Locale.parse("en")

    def language(self, code: str) -> str:
        """A language by its ISO 639-1 code, as the locale writes it by itself; the code if it is not known."""
        name = str(self.locale.languages.get(code, code))
        return name[:1].upper() + name[1:]

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in self._by_spec:
            return self._by_spec[format_spec](value)
        if not format_spec and isinstance(value, int) and not isinstance(value, bool):
            return self.number(value)
        if (decimals := _DECIMALS.fullmatch(format_spec)) is not None:
            return self.number(value, int(decimals[1]))
        if isinstance(value, bytes):
            value = os.fsdecode(value)
        if isinstance(value, (str, os.PathLike)) and not isinstance(value, Visible):
            value = visible_text(os.fspath(value))
        return str(super().format_field(value, format_spec))

    def number(self, value: float, digits: int = 0) -> str:
        """A number with this many digits after the decimal sign: 12,345 or 12.345."""
        if digits == 0 and 0 <= value < _STEP:
            return str(round(value))
        from babel.numbers import format_decimal

        return format_decimal(round(value, digits), f"#,##0.{'0' * digits}" if digits else "#,##0", self.locale)

    def percent(self, share: float) -> str:
        """A share from 0 to 1 in whole percent: 45 %."""
        from babel.numbers import format_percent

        return format_percent(share, locale=self.locale)

    def size(self, count: float) -> str:
        """Bytes in decimal units, as file managers show them: 1.3 GB."""
        from babel.units import format_unit

        power = 0
        if abs(count) < _STEP:
            return f"{self.number(count)} B"
        while abs(count) >= _STEP and power < len(_UNITS) - 1:
            count /= _STEP
            power += 1
        digits = 1 if power and count < 100 and count % 1 else 0
        text = self.number(count, digits)
        return format_unit(text, f"digital-{_UNITS[power]}", "short", locale=self.locale)

    def memory(self, count: float) -> str:
        """Bytes in binary units, as graphics cards and RAM are measured: 11.2 GiB."""
        power = 0
        while abs(count) >= _BINARY_STEP and power < len(_BINARY_UNITS) - 1:
            count /= _BINARY_STEP
            power += 1
        return f"{self.number(count, 1 if power else 0)} {_BINARY_UNITS[power]}"

    def duration(self, seconds: float) -> str:
        """Seconds in the coarsest unit that helps: 40 sec, 12 min, 3 hr, 2 days."""
        from babel.units import format_unit

        for unit, length in (("day", _DAY), ("hour", _HOUR), ("minute", _MINUTE)):
            if seconds >= length:
                return format_unit(round(seconds / length), f"duration-{unit}", "short", locale=self.locale)
        return format_unit(round(seconds), "duration-second", "short", locale=self.locale)

    def date(self, moment: float) -> str:
        """The day of a moment (seconds since 1970) with all digits of its year, in local time: 13 Oct 2026."""
        from babel.dates import format_date

        return format_date(_local(moment), "medium", self.locale)

    def time(self, moment: float) -> str:
        """The time of day of a moment (seconds since 1970), short, in local time."""
        from babel.dates import format_time

        return format_time(_local(moment), "short", locale=self.locale)

    def recent(self, moment: float, now: float) -> str:
        """A moment (seconds since 1970) as lists show it: the time for one of today, the day for any other."""
        return self.time(moment) if same_day(moment, now) else self.date(moment)

    def weekday(self, moment: float) -> str:
        """The name of the day of a moment (seconds since 1970): Monday."""
        from babel.dates import format_date

        return format_date(_local(moment), "EEEE", self.locale)

    def joined(self, parts: Sequence[str], style: Literal["standard", "or"] = "standard") -> str:
        """A list as the locale writes it in a sentence: "a, b, and c", or with `style` "or" "a, b, or c"."""
        from babel.lists import format_list

        return format_list(parts, style, self.locale)


def same_day(moment: float, other: float) -> bool:
    """Whether two moments (seconds since 1970) are of one day, in local time."""
    return _local(moment).date() == _local(other).date()


def _local(moment: float) -> datetime:
    from datetime import datetime  # not for `findling search`, which shows no time

    return datetime.fromtimestamp(moment).astimezone()
