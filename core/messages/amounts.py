"""Counts, shares and times as texts, shared by the window and the command line."""

from __future__ import annotations

import time

from core.messages.formatting import same_day
from core.messages.translate import formatter, ntr, tr

_MINUTE = 60


def files(count: int) -> str:
    """So many files."""
    return ntr("{count} file", "{count} files", count)


def documents(count: int) -> str:
    """So many documents."""
    return ntr("{count} document", "{count} documents", count)


def problems(count: int) -> str:
    """So many problems."""
    return ntr("{count} problem", "{count} problems", count)


def versions(count: int) -> str:
    """So many other files with nearly the same text; "" for none."""
    return ntr("{count} more version", "{count} more versions", count) if count else ""


def versions_short(count: int) -> str:
    """The same for a row."""
    return tr("{count} more", count=count) if count else ""


def unread_pages(count: int) -> str:
    """So many pages that have no text, such as scans; "" for none."""
    return ntr("{count} page without text", "{count} pages without text", count) if count else ""


def read_to(unit: str, read: int, total: int) -> str:
    """How far a long document was read, as a `core.document.Extent`."""
    if unit == "bytes":
        return tr("Read to {read} of {total}", read=formatter().size(read), total=formatter().size(total))
    if unit == "pages":
        return tr("Read to page {read} of {total}", read=read, total=total)
    if unit == "files":
        return (
            tr("Read to file {read} of {total}", read=read, total=total)
            if total
            else tr("Read to file {read}", read=read)
        )
    if total:
        return tr("Read to character {read} of {total}", read=read, total=total)
    return tr("Read to character {read}", read=read)


def share_done(done: int, total: int) -> str:
    """Whole percent, never 100 before all is done."""
    return formatter().percent(1.0 if done >= total else min(0.99, int(100 * done / total) / 100))


def time_left(seconds: float) -> str:
    """How long it still takes, in the coarsest unit that helps."""
    if seconds < _MINUTE:
        return tr("less than a minute left")
    return tr("{time:duration} left", time=seconds)


def moment(seconds: float, now: float | None = None) -> str:
    """A moment (seconds since 1970) of the coming days: the time for one of today, else with the name of the day."""
    if same_day(seconds, time.time() if now is None else now):
        return formatter().time(seconds)
    return tr("{day:weekday}, {time:time}", day=seconds, time=seconds)
