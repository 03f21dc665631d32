"""Notes as other programs export or keep them: Evernote, Google Keep, Obsidian's canvas, Joplin, chats of WhatsApp."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder, broken
from core.extract.clean import one_line, title_of
from core.extract.decode import decode
from core.extract.html import parse
from core.extract.own_date import day_of
from core.extract.package import first_text, parse_xml

MAX_DEPTH = 50  # of lists inside lists, in JSON

_JOPLIN = re.compile(r"^id: [0-9a-f]{32}\n(?:[a-z_]+:[^\n]*\n)*type_: \d+\s*\Z", re.MULTILINE)
# A line of a chat: a date and a time in any country's order, perhaps in brackets, then who wrote.
_CHAT_LINE = re.compile(
    r"^\u200e?\[?(\d{1,4})[./-](\d{1,2})[./-](\d{2,4}),? \d{1,2}[:.]\d{2}[^\n]{0,12}?(?: - |\] )([^:\n]{1,60}): ",
    re.MULTILINE,
)
_CHAT_START = re.compile(r"\u200e?\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}[:.]\d{2}[^\n]{0,12}?(?: - |\] )")
_CHAT_HEAD = 4_000  # characters that tell whether a text is a chat


def read_evernote(source: ExtractionInput) -> Document:
    """The notes of an .enex, each a part with its title, keywords and text; files in them are left out."""
    root = parse_xml(source.data)
    builder = TextBuilder(source.limits)
    notes = list(root.iter("{*}note"))
    for number, note in enumerate(notes[: source.limits.max_pages], 1):
        heading = one_line(first_text(note, "title"))
        tags = ", ".join(
            one_line("".join(str(piece) for piece in tag.itertext())) for tag in note.iterchildren("{*}tag")
        )
        content = parse(first_text(note, "content"), xhtml=True).text
        builder.add("\n\n".join(filter(None, (heading, tags, content))), "chapter", number, heading)
    one = notes[0] if len(notes) == 1 else None
    is_cut = ("truncated",) if len(notes) > source.limits.max_pages else ()
    return builder.document(
        "text", "enex", title=title_of(first_text(one, "title")), author=one_line(first_text(one, "author"))[:200],
        own_date=day_of(first_text(one, "created")), notes=is_cut,
    )  # fmt: skip


def read_keep(source: ExtractionInput) -> Document:
    """A note of Google Keep, as Takeout gives it: title, text or list, labels, links and people."""
    note = _json(source.data)
    if not isinstance(note, dict):
        raise broken("not a note")
    items = [item for item in _list(note, "listContent") if isinstance(item, dict)]
    lines = [f"{'☑' if item.get('isChecked') else '☐'} {item.get('text', '')}" for item in items]
    names = ", ".join(str(label.get("name", "")) for label in _list(note, "labels") if isinstance(label, dict))
    links = [
        f"{link.get('title', '')} {link.get('url', '')}"
        for link in _list(note, "annotations")
        if isinstance(link, dict)
    ]
    people = ", ".join(str(who.get("email", "")) for who in _list(note, "sharees") if isinstance(who, dict))
    title, text = str(note.get("title") or ""), str(note.get("textContent") or "")
    builder = TextBuilder(source.limits)
    builder.add("\n\n".join(filter(None, (title, text, "\n".join(lines), "\n".join(links), names, people))))
    written = note.get("createdTimestampUsec") or note.get("userEditedTimestampUsec")
    return builder.document("text", "keep", title=title_of(title), own_date=_day(written, 1_000_000))


def read_canvas(source: ExtractionInput) -> Document:
    """The cards of an Obsidian canvas, its groups and connections: texts, names of files, addresses."""
    canvas = _json(source.data)
    builder = TextBuilder(source.limits)
    if not isinstance(canvas, dict):
        raise broken("not a canvas")
    for item in (*_list(canvas, "nodes"), *_list(canvas, "edges")):
        if isinstance(item, dict):
            builder.add("\n".join(str(item[key]) for key in ("label", "text", "file", "url") if item.get(key)))
    return builder.document("text", "canvas")


def without_joplin_properties(text: str) -> str:
    """A note of Joplin's export without the list of its properties at the end; any other text unchanged."""
    found = _JOPLIN.search(text, max(0, len(text) - 4_000))
    return text[: found.start()].rstrip() if found else text


def is_chat(text: str) -> bool:
    """Whether a text begins as an exported chat of WhatsApp or Signal: several lines with a date and a name."""
    head = text[:_CHAT_HEAD]
    return _CHAT_START.match(head) is not None and _CHAT_LINE.search(head) is not None


def chat_facts(text: str) -> tuple[str, str]:
    """Who wrote in a chat, and its last day as "YYYY-MM-DD" if its dates can be told apart."""
    lines = list(_CHAT_LINE.finditer(text))
    people = dict.fromkeys(found[4].strip() for found in lines)
    return one_line(", ".join(list(people)[:20]))[:200], _last_day([(found[1], found[2], found[3]) for found in lines])


def _last_day(days: list[tuple[str, str, str]]) -> str:
    """The last of the days of a chat, whose order of day and month only a day over 12 tells."""
    if not days:
        return ""
    if any(len(day[0]) == 4 for day in days):
        return day_of("-".join((days[-1][0], days[-1][1].zfill(2), days[-1][2].zfill(2))))
    day_first = any(int(day[0]) > 12 for day in days)
    if day_first == any(int(day[1]) > 12 for day in days):
        return ""
    first, second, year = (part.zfill(2) for part in days[-1])
    day, month = (first, second) if day_first else (second, first)
    return day_of(f"{year if len(year) == 4 else '20' + year}-{month}-{day}")


def _json(data: bytes) -> Any:
    try:
        return json.loads(decode(data))
    except (ValueError, RecursionError) as error:
        raise broken(error) from error


def _list(value: dict[str, Any], key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []


def _day(stamp: Any, unit: int) -> str:
    try:
        return day_of(datetime.fromtimestamp(int(stamp) / unit, UTC).date().isoformat())
    except (TypeError, ValueError, OverflowError, OSError):
        return ""
