"""What the price of a folder says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.messages import ntr, terms, tr
from gui.text import messages

if TYPE_CHECKING:
    from core.library import PriceTag, SubfolderCost

SEPARATOR = " · "
LEAST_FREE = 500_000_000  # bytes that stay free on the library's disk
SHORTEST = 60.0  # seconds; a shorter time is given as "less than a minute"


def files(price: PriceTag) -> str:
    """How many files there are so far."""
    if price.counted:
        return ntr("{count} file", "{count} files", price.files)
    return ntr("{count} file so far…", "{count} files so far…", price.files)


def named(price: PriceTag) -> str:
    """How many of them are found by name only."""
    return ntr("{count} of them by name only", "{count} of them by name only", price.named) if price.named else ""


def size(price: PriceTag) -> str:
    return tr("{size:size}", size=price.size)


def disk(price: PriceTag) -> str:
    return tr("about {size:size}", size=price.disk)


def duration(price: PriceTag) -> str:
    """How long until everything is searchable by meaning."""
    if price.seconds is None:
        return tr("Not known before the engine runs") if price.done else tr("Measuring…")
    if price.seconds < SHORTEST:
        return tr("less than a minute")
    return tr("about {time:duration}", time=price.seconds)


def in_one_line(price: PriceTag) -> str:
    """Files, size and time of a folder, as far as they are known."""
    parts = [files(price)]
    if price.files:
        parts.append(size(price))
    if price.files and price.counted and not price.done:
        parts.append(tr("measuring how long it takes…"))
    elif price.files and price.done and price.seconds is not None:
        parts.append(duration(price))
    return SEPARATOR.join(parts)


def together(prices: Sequence[PriceTag]) -> str:
    """Files, size and time of several folders, and the disk space of their index."""
    seconds = [price.seconds for price in prices]
    total = replace(prices[0], files=sum(price.files for price in prices), size=sum(price.size for price in prices))
    parts = [files(total), size(total)]
    if None not in seconds:
        total = replace(total, passages=sum(price.passages for price in prices))
        parts.append(duration(total))
    return tr(
        "Together: {facts}\nTheir index takes about {needed:size}. The disk has {free:size} free.",
        facts=SEPARATOR.join(parts),
        needed=sum(price.disk for price in prices),
        free=prices[0].free,
    )


def too_full(prices: Sequence[PriceTag]) -> str:
    """That the index fills the disk; "" if it does not."""
    needed = sum(price.disk for price in prices)
    if not prices or needed + LEAST_FREE <= prices[0].free:
        return ""
    return tr(
        "The disk is nearly full: the index needs about {needed:size}, and {free:size} is free. Free some space first, "
        "or add fewer folders.",
        needed=needed,
        free=prices[0].free,
    )


def subfolder(cost: SubfolderCost) -> str:
    """A heavy subfolder with what it costs."""
    return tr(
        "{folder} ({files}, {size:size})",
        folder=messages.shown_name(cost.path),
        files=ntr("{count} file", "{count} files", cost.files),
        size=cost.size,
    )


def contained(paths: Sequence[str]) -> str:
    """That folders of the list are inside; "" for none."""
    if not paths:
        return ""
    return ntr(
        "{folders} is inside this folder and becomes a part of it.",
        "{folders} are inside this folder and become parts of it.",
        len(paths),
        folders=terms.listed([messages.shown_name(path) for path in paths]),
    )
