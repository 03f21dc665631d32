"""Numbers, sizes, dates and durations as a locale writes them (CLDR, through Babel)."""

from __future__ import annotations

import os
import string
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel import Locale

_STEP = 1000
_BINARY_STEP = 1024
_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")
_BINARY_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class MessageFormatter(string.Formatter):
    """Fills the fields of a message with values as the locale writes them.

    A whole number is grouped as the locale does; a format spec asks for more:
    `{n:d}` a plain number (a port, a version), `{n:size}` bytes in decimal units, `{n:memory}` bytes in binary units,
    `{n:percent}` a share from 0 to 1, `{n:duration}` seconds in their coarsest unit, `{n:date}` and `{n:time}`
    seconds since 1970. Any other spec is Python's own.
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

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in self._by_spec:
            return self._by_spec[format_spec](value)
        if not format_spec and isinstance(value, int) and not isinstance(value, bool):
            return self.number(value)
        if isinstance(value, bytes):
            value = os.fsdecode(value)
        if isinstance(value, (str, os.PathLike)):
            value = os.fspath(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
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
        digits = 1 if power and count < 100 else 0
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
        """The day of a moment (seconds since 1970), short, in local time."""
        from babel.dates import format_date

        return format_date(datetime.fromtimestamp(moment).astimezone(), "short", self.locale)

    def time(self, moment: float) -> str:
        """The time of day of a moment (seconds since 1970), short, in local time."""
        from babel.dates import format_time

        return format_time(datetime.fromtimestamp(moment).astimezone(), "short", locale=self.locale)
