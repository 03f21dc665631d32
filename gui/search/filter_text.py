"""The texts of the filter buttons and their menus."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from core.messages import terms, tr
from core.messages.translate import formatter
from gui.text import messages

FACETS = ("type", "date", "in", "size", "lang")  # filters that count documents
ARRANGEMENTS = ("sort", "group")
FIELDS = (*FACETS, *ARRANGEMENTS)
DATES = ("today", "yesterday", "last 7 days", "last 30 days", "this year", "last year")
ORDERS = ("relevance", "date", "name", "size")
GROUPINGS = ("none", "kind", "folder", "date")
UNITS = {"": 1, "b": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}  # as they are shown
DEFAULTS = {"sort": "relevance", "group": "none"}


def title(field: str) -> str:
    """The name of a button."""
    return {
        "type": tr("Kind"),
        "date": tr("Date"),
        "in": tr("Folder"),
        "size": tr("Size"),
        "lang": tr("Language"),
        "sort": tr("Sort"),
        "group": tr("Group"),
    }[field]


def everything(field: str) -> str:
    """The entry of a menu that removes the filter."""
    return {
        "type": tr("Any kind"),
        "date": tr("Any date"),
        "in": tr("All folders"),
        "size": tr("Any size"),
        "lang": tr("Any language"),
    }[field]


def button(field: str, values: Sequence[str]) -> str:
    """The text of a button while these values are chosen."""
    if field in ARRANGEMENTS and not values:
        values = (DEFAULTS[field],) if field == "sort" else ()
    if not values:
        return title(field)
    listed = terms.listed([value_text(field, value) for value in values])
    return tr("{filter}: {values}", filter=title(field), values=listed)


def value_text(field: str, value: str) -> str:
    """A value as its menu and its button say it."""
    match field:
        case "type":
            return terms.kind(value) if value != "other" else tr("Other files")
        case "in":
            return messages.shown_name(value) if value[:1] in "/~" else value
        case "date":
            return _date(value)
        case "size":
            return _size(value)
        case "lang":
            return terms.language(value) if value != "other" else tr("Not recognized")
        case "sort":
            return {"date": tr("Date"), "name": tr("Name"), "size": tr("Size")}.get(value.lower(), tr("Relevance"))
        case _:
            return {"kind": tr("Kind"), "folder": tr("Folder"), "date": tr("Date")}.get(value.lower(), tr("None"))


def _date(value: str) -> str:
    from core.library import spaced

    field, colon, year = value.partition(":")
    if colon:
        return tr("Before {date}", date=year) if field == "before" else tr("After {date}", date=year)
    known = {
        "today": tr("Today"),
        "yesterday": tr("Yesterday"),
        "last 7 days": tr("Last 7 days"),
        "last 30 days": tr("Last 30 days"),
        "this year": tr("This year"),
        "last year": tr("Last year"),
    }
    words = spaced(value)
    return known.get(words.lower(), words.replace("..", " – "))


def _size(value: str) -> str:
    low, dots, high = value.partition("..")
    if dots:
        return tr("{least} – {most}", least=_bytes(low), most=_bytes(high))
    if value[:1] == "<":
        return tr("Under {size}", size=_bytes(value.lstrip("<=")))
    return tr("Over {size}", size=_bytes(value.lstrip(">="))) if value[:1] == ">" else _bytes(value)


def _bytes(value: str) -> str:
    """A size as the query language writes it, such as 10mb, as the locale does."""
    digits = "".join(takewhile(lambda char: char.isdigit() or char == ".", value))
    unit = value[len(digits) :].strip().lower()[:1]
    if not digits or digits == "." or unit not in UNITS:
        return value
    return tr("{size:size}", size=float(digits) * UNITS[unit])


def count(number: int) -> str:
    """How many documents an entry would leave."""
    return formatter().number(number)
