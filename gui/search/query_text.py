"""The texts of the chips under the search box, which describe the parts of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from core.document import Kind
from core.messages import ntr, terms, tr
from core.messages.translate import formatter
from gui.search import filter_text
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Node, Query


def part(node: Node) -> str:
    """A short description of a part of a query."""
    from core.library import Filter, Group, Not, Or, Phrase, Term

    match node:
        case Term(text, reach, is_wildcard=True):
            return _with_reach(tr("Words like {wildcard}", wildcard=text), reach)
        case Term(text, reach):
            return _with_reach(text, reach)
        case Phrase(text, reach):
            return _with_reach(tr("“{phrase}”", phrase=text), reach)
        case Filter(field, value):
            return _filter(field, value)
        case Not(inner):
            return tr("Exclude {part}", part=part(inner))
        case Group(parts):
            return " ".join(map(part, parts))
        case Or(parts):
            return formatter().joined(list(map(part, parts)), "or")


def pasted_text(query: Query) -> str:
    """The note that a pasted text is searched for similar documents."""
    return ntr("Similar to your text ({count} word)", "Similar to your text ({count} words)", len(query.text.split()))


def _with_reach(text: str, reach: str) -> str:
    """A term or phrase with the retriever to which it is restricted, if any."""
    if reach == "words":
        return tr("{text} (words only)", text=text)
    return tr("{text} (meaning only)", text=text) if reach == "meaning" else text


def _filter(field: str, value: str) -> str:
    match field:
        case "type":
            return filter_text.button("type", _kinds(value))
        case "ext":
            return tr("Extension: {extensions}", extensions=_values(value))
        case "in":
            return tr("In {folder}", folder=messages.shown_path(value))
        case "lang":
            return tr("Language: {languages}", languages=_languages(value))
        case "tag":
            return tr("Tag: {tags}", tags=_values(value))
        case "path" | "name" | "author" | "title" | "from" | "to":
            return _contains(field, value)
        case "like":
            return tr("Similar to: {name}", name=messages.shown_name(value))
        case "before" | "after":
            date = _date(value)
            return tr("Before {date}", date=date) if field == "before" else tr("After {date}", date=date)
        case "size":
            return tr("Size: {size}", size=value.upper())
        case "date" | "modified" | "docdate":
            return _dated(field, _date(value))
        case _:
            return f"{field}:{value}"  # as typed: excluding an order means nothing


def _contains(field: str, text: str) -> str:
    """A filter by what a path, a name or a field of a document contains."""
    match field:
        case "path":
            return tr("Path: {path}", path=text)
        case "name":
            return tr("Name: {name}", name=text)
        case "author":
            return tr("Author: {author}", author=text)
        case "from":
            return tr("From: {sender}", sender=text)
        case "to":
            return tr("To: {recipient}", recipient=text)
        case _:
            return tr("Title: {title}", title=text)


def _dated(field: str, day: str) -> str:
    if field == "date":
        return tr("Date: {date}", date=day)
    return tr("Modified: {date}", date=day) if field == "modified" else tr("Document date: {date}", date=day)


def _languages(value: str) -> str:
    from core.library import code_of

    return terms.listed([filter_text.value_text("lang", code_of(word)) for word in value.split(",") if word.strip()])


def _kinds(value: str) -> list[str]:
    """The kinds of a list as it was typed: email is mail."""
    from core.library import parse_kinds

    named = parse_kinds(value) or frozenset()
    return [kind for kind in get_args(Kind) if kind in named]


def _values(value: str) -> str:
    return terms.listed([word.strip() for word in value.split(",")])


def _date(value: str) -> str:
    """A date value as it was typed, in words: last-week as last week."""
    from core.library import spaced

    return spaced(value)
