"""Links that show something in the window: `findling://open?path=/home/me/lease.pdf&page=2`.

Other programs keep them and hand them over. A link names a document, a folder or words; nothing that it says is run.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal, cast, get_args
from urllib.parse import parse_qs, quote, unquote_to_bytes, urlsplit

from core import paths
from core.errors import BadInputError

SCHEME = paths.APP
FILE = "file://"
MAX_LENGTH = 16_384  # characters of a link: four times the longest path
MAX_NUMBER = 2**31 - 1

# Show a document at its place; a search; documents like one; why a file is not found; search in a folder.
LinkAction = Literal["open", "search", "similar", "why", "in"]
NEEDS_PATH: frozenset[LinkAction] = frozenset({"open", "similar", "why", "in"})


@dataclass(frozen=True, slots=True)
class Link:
    """What to show: the `path` of a file or folder, the words of a `query`, and the place in a document.

    `page` is from 1, `start` an offset into the document's text.
    """

    action: LinkAction
    path: str = ""
    query: str = ""
    page: int | None = None
    start: int | None = None

    def __str__(self) -> str:
        facts = (
            ("path", quote(os.fsencode(self.path))),
            ("q", quote(os.fsencode(self.query), safe="")),
            ("page", "" if self.page is None else str(self.page)),
            ("start", "" if self.start is None else str(self.start)),
        )
        return f"{SCHEME}://{self.action}?{'&'.join(f'{name}={value}' for name, value in facts if value)}"


def parse_link(text: str) -> Link:
    """The link of a text; raises BadInputError for one that says nothing, or that has no full path."""
    refusal = BadInputError("link.unknown", link=text[:200])
    if len(text) > MAX_LENGTH:
        raise refusal
    try:
        parts = urlsplit(text)
        given = parse_qs(parts.query, errors="surrogateescape", max_num_fields=20)
    except ValueError as error:
        raise refusal from error
    action, facts = parts.netloc.lower(), {name: values[-1] for name, values in given.items()}
    if action == "document":  # the address of a document for assistants
        action, facts["path"] = "open", "/" + os.fsdecode(unquote_to_bytes(parts.path)).lstrip("/")
    if parts.scheme != SCHEME or action not in get_args(LinkAction):
        raise refusal
    link = Link(
        cast("LinkAction", action),
        facts.get("path", ""),
        " ".join(facts.get("q", "").split()),
        _number(facts.get("page"), 1),
        _number(facts.get("start"), 0),
    )
    if "\0" in link.path or (link.action in NEEDS_PATH and not os.path.isabs(link.path)):
        raise refusal
    return link


def path_of(given: str) -> str:
    """The full path of a path or `file:` address, as a file manager hands it over."""
    named = os.fsdecode(unquote_to_bytes(given[len(FILE) :])) if given.startswith(FILE) else given
    return os.path.abspath(named)


def _number(text: str | None, least: int) -> int | None:
    """A number of a link; None for none that can be one."""
    if text is None or not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    number = int(text)
    return number if least <= number <= MAX_NUMBER else None
