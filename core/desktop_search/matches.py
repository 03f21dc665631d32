"""The documents for what is typed into the desktop's search."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from core.control_socket.operation import Get
from core.errors import FindlingError
from core.links import Link
from core.messages import terms
from core.messages.visible import ELLIPSIS, cut, visible_name

LIMIT = 10
MIN_LETTERS = 2  # of Latin script; one letter of another script may be a word
MAX_TITLE, MAX_PASSAGE = 120, 160
ICONS = {
    "pdf": "application-pdf",
    "document": "x-office-document",
    "text": "text-x-generic",
    "code": "text-x-script",
    "web": "text-html",
    "book": "application-epub+zip",
    "spreadsheet": "x-office-spreadsheet",
    "presentation": "x-office-presentation",
    "mail": "mail-unread",
    "image": "image-x-generic",
    "media": "audio-x-generic",
    "archive": "package-x-generic",
}
ANY_ICON = "text-x-generic"
RELEVANCE = {"strong": 0.9, "likely": 0.7, "weak": 0.4, "none": 0.2}


@dataclass(frozen=True, slots=True)
class Match:
    """A result: its title, its place (page and folder), a passage, and how relevant it is (0 to 1)."""

    link: Link
    title: str
    place: str
    passage: str
    icon: str
    relevance: float

    @property
    def id(self) -> str:
        return str(self.link)

    def description(self, longest: int = MAX_PASSAGE) -> str:
        """The place, with so many characters of the passage at most."""
        return " · ".join(filter(None, (self.place, shorten(self.passage, longest, placeholder=ELLIPSIS))))


class Matches:
    """Searches one query at a time, on a thread; those that wait give way to the newest. `seen`: the last results."""

    def __init__(self, get: Get, used: Callable[[], None]) -> None:
        self._get, self._used = get, used
        self._lock = asyncio.Lock()
        self._newest = 0
        self.seen: dict[str, Match] = {}

    async def find(self, text: str) -> list[Match]:
        """The results for a text, best first; none if it is too short, was overtaken, or the library cannot be had."""
        self._used()
        self._newest = number = self._newest + 1
        if len(text) < MIN_LETTERS and text.isascii():
            return []
        async with self._lock:
            if number != self._newest:
                return []
            try:
                answer = await asyncio.to_thread(self._get, "search", q=text, limit=LIMIT, quick=True)
            except FindlingError:  # such as a library that does not exist yet
                return []
            finally:
                self._used()
        found = [match_of(hit, text, rank) for rank, hit in enumerate(answer["hits"]) if not hit["folded"]]
        self.seen = {match.id: match for match in found}
        return found


def match_of(hit: Mapping[str, Any], query: str, rank: int) -> Match:
    """The result for a hit, as its JSON has it."""
    member, passages = hit["member"], hit["passages"]
    path = f"{hit['path']}/{member}" if member else str(hit["path"])
    start = passages[0]["start"] if passages else None
    title = cut(visible_name(hit["title"]), MAX_TITLE) or _name(path)
    place = _place(path, terms.place(passages[0]["unit"] if passages else None, hit["page"]))
    relevance = RELEVANCE.get(hit["band"], RELEVANCE["none"]) * (1 - 0.01 * rank)
    link = Link("open", path, query, hit["page"], start)
    return Match(link, title, place, _passage(hit["snippet"], title), ICONS.get(hit["kind"], ANY_ICON), relevance)


def kept(link: Link) -> Match:
    """What is known of a result that another process found."""
    place = _place(link.path, terms.place(None, link.page))
    return Match(link, _name(link.path), place, "", ANY_ICON, RELEVANCE["likely"])


def _passage(snippet: str, title: str) -> str:
    """A passage in one line, without the title that it may begin with, and the marks of a heading."""
    text = visible_name(" ".join(snippet.split())).lstrip("#*= ")
    return text[len(title) :].lstrip("#*=.: ") if text.startswith(title) else text


def _place(path: str, page: str) -> str:
    return " · ".join(filter(None, (page, _folder(path))))


def _name(path: str) -> str:
    return cut(visible_name(os.path.basename(path)), MAX_TITLE)


def _folder(path: str) -> str:
    """The folder of a file, with ~ for the home folder."""
    folder, home = os.path.dirname(path), os.path.expanduser("~")
    short = f"~{folder[len(home) :]}" if folder == home or folder.startswith(f"{home}/") else folder
    return visible_name(short)
