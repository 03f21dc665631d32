"""The parts of a query as words for a person: what a chip under the search box says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gui.text import messages

if TYPE_CHECKING:
    from core.library import Node, Query

_CONTEXT = "query"


def tr(text: str) -> str:
    return QCoreApplication.translate(_CONTEXT, text)


def part(node: Node) -> str:
    """What a part of a query asks for, in a few words."""
    from core.library import Filter, Group, Not, Or, Phrase, Term

    match node:
        case Term(text, reach):
            return _reaching(text, reach)
        case Phrase(text, reach):
            return _reaching(f"“{text}”", reach)
        case Filter(field, value):
            return _filter(field, value)
        case Not(Filter() as inner):
            says = part(inner)
            return tr("Not {}").format(says[:1].lower() + says[1:])
        case Not(inner):
            return tr("Not {}").format(part(inner))
        case Group(parts):
            return " ".join(map(part, parts))
        case Or(parts):
            return tr(" or ").join(map(part, parts))


def idea(query: Query) -> str:
    """That a pasted text was taken for what others should say the like of."""
    return tr("Whatever says the like of {} words").format(messages.number(len(query.text.split())))


def _reaching(text: str, reach: str) -> str:
    if reach == "words":
        return tr("{}, by its words only").format(text)
    return tr("{}, by its meaning only").format(text) if reach == "meaning" else text


def _filter(field: str, value: str) -> str:
    match field:
        case "type":
            return tr("Type: {}").format(_listed(value))
        case "ext":
            return tr("Ending: {}").format(_listed(value))
        case "in":
            return tr("In {}").format(messages.shown_path(value))
        case "path":
            return tr("Path: {}").format(value)
        case "name":
            return tr("Name: {}").format(value)
        case "author":
            return tr("Author: {}").format(value)
        case "title":
            return tr("Title: {}").format(value)
        case "like":
            return tr("Like {}").format(messages.shown_name(value))
        case "before":
            return tr("Before {}").format(_spaced(value))
        case "after":
            return tr("After {}").format(_spaced(value))
        case "size":
            return tr("Size: {}").format(value.upper())
        case _:
            return tr("Changed: {}").format(_spaced(value))


def _listed(value: str) -> str:
    return ", ".join(word.strip() for word in value.split(",") if word.strip())


def _spaced(value: str) -> str:
    """A date as it is read: last-week as last week."""
    return value if any(sign.isdigit() for sign in value) else value.replace("-", " ").replace("_", " ")
