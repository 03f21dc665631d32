"""Scientific articles in JATS (.nxml), and lists of references (.ris, .nbib, .enw)."""

from __future__ import annotations

import re

from lxml import etree

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder, broken
from core.extract.clean import one_line, title_of
from core.extract.decode import decode
from core.extract.own_date import day_of
from core.extract.package import first_text
from core.extract.xml import element_text, root_of

MAX_AUTHORS = 20
_ENTRY = re.compile(r"^(?:TY  - |PMID- |%0 )", re.MULTILINE)
_TITLE = re.compile(r"^(?:TI|T1|%T)(?:  ?- ?| )(.+(?:\n {4,}.+)*)$", re.MULTILINE)
_AUTHOR = re.compile(r"^(?:AU|A1|FAU|%A)(?:  ?- ?| )(.+)$", re.MULTILINE)
_DATE = re.compile(r"^(?:DA|Y1|PY|DP|%D)(?:  ?- ?| )(\d{4})(?:[/ -](\d{2})[/ -](\d{2}))?", re.MULTILINE)


def read(source: ExtractionInput) -> Document:
    """An article's title, authors and abstract, then its sections, each a part; its references are the last one."""
    root = root_of(source.data)
    if root.find("{*}front") is None:
        raise broken("no article")
    front = root.find("{*}front")
    builder = TextBuilder(source.limits)
    title = one_line(first_text(front, "article-title"))
    people = [_name(who) for who in _authors(front)]
    abstracts = [element_text(found) for found in front.iter("{*}abstract")] if front is not None else []
    keywords = [one_line(element_text(found).replace("\n", ", ")) for found in root.iter("{*}kwd-group")]
    head = "\n\n".join(filter(None, (title, ", ".join(people[:MAX_AUTHORS]), *abstracts, *keywords)))
    builder.add(head, "chapter", 1)
    sections = [part for body in root.iterchildren("{*}body") for part in body]
    for number, part in enumerate([*sections, *root.iterchildren("{*}back")], 2):
        builder.add(element_text(part), "chapter", number, one_line(first_text(part, "title"))[:200])
    return builder.document(
        "document", "jats", title=title_of(title), author=", ".join(people)[:200], own_date=_published(front)
    )


def _authors(front: etree._Element | None) -> list[etree._Element]:
    names = list(front.iter("{*}contrib"))[:MAX_AUTHORS] if front is not None else []
    return [found for who in names if (found := next(who.iter("{*}name", "{*}string-name"), None)) is not None]


def _name(element: etree._Element) -> str:
    """A person's name in the order in which it is spoken."""
    parts = [element.findtext(f"{{*}}{part}") or "" for part in ("given-names", "surname")]
    return one_line(" ".join(parts)) or one_line(element_text(element).replace("\n", " "))


def _published(front: etree._Element | None) -> str:
    dates = list(front.iter("{*}pub-date")) if front is not None else []
    for date in dates:
        parts = [(date.findtext(f"{{*}}{name}") or "").strip().zfill(2) for name in ("year", "month", "day")]
        if day := day_of("-".join(parts)):
            return day
    return ""


def read_references(source: ExtractionInput) -> Document:
    """The entries of a list of references; of a single one also its title, authors and day."""
    text = decode(source.data)
    builder = TextBuilder(source.limits)
    builder.add(text)
    if len(_ENTRY.findall(text)) > 1:
        return builder.document("text", "references")
    title, date = _TITLE.search(text), _DATE.search(text)
    return builder.document(
        "text", "references", title=title_of(title[1]) if title else "",
        author=", ".join(one_line(who) for who in _AUTHOR.findall(text))[:200],
        own_date=day_of("-".join(date.groups("")) if date else ""),
    )  # fmt: skip
