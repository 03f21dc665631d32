"""The texts of the chips under the search box, which describe the parts of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.messages import ntr, terms, tr
from core.messages.translate import formatter
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Node, Query


def part(node: Node) -> str:
    """A short description of a part of a query."""
    from core.library import Filter, Group, Not, Or, Phrase, Term

    match node:
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
            return tr("Type: {types}", types=_values(value))
        case "ext":
            return tr("Extension: {extensions}", extensions=_values(value))
        case "in":
            return tr("In {folder}", folder=messages.shown_path(value))
        case "path":
            return tr("Path: {path}", path=value)
        case "name":
            return tr("Name: {name}", name=value)
        case "author":
            return tr("Author: {author}", author=value)
        case "title":
            return tr("Title: {title}", title=value)
        case "like":
            return tr("Similar to: {name}", name=messages.shown_name(value))
        case "before":
            return tr("Before {date}", date=_date(value))
        case "after":
            return tr("After {date}", date=_date(value))
        case "size":
            return tr("Size: {size}", size=value.upper())
        case _:
            return tr("Modified: {date}", date=_date(value))


def _values(value: str) -> str:
    return terms.listed([word.strip() for word in value.split(",")])


def _date(value: str) -> str:
    """A date value in words: last-week as last week."""
    return value if any(character.isdigit() for character in value) else value.replace("-", " ").replace("_", " ")
