"""Rewrites a typed query: the values of one of its filters, as buttons and menus choose them."""

from __future__ import annotations

from collections.abc import Sequence

from core.search.query.ast import Filter, Group, Node, Or
from core.search.query.fields import KINDS, parse_kinds
from core.search.query.languages import code_of
from core.search.query.parser import parse
from core.search.query.query import Query

# Fields that a button of the window sets together with another one.
RELATED = {"date": frozenset({"date", "before", "after"})}
LISTS = frozenset({"type", "ext", "lang", "tag"})  # one filter takes several values, separated by commas


def values_of(query: Query, field: str) -> tuple[str, ...]:
    """The values that a query requires of a field, one of which a document must have; dates name other fields too.

    Kinds and languages by the names that Findling has for them, however they were typed.

    Only filters beside the words count, and alternatives of nothing but this field: `(in:a OR in:b)`.
    """
    values = [value for part in query.parts for value in _values(part, field)]
    if field in LISTS:
        values = [word.strip().lower() for value in values for word in value.split(",") if word.strip()]
    if field == "lang":
        values = [code_of(value) for value in values]
    if field == "type":
        named = [parse_kinds(value) or frozenset() for value in values]
        values = [kind for kinds in named for kind in KINDS if kind in kinds]
    return tuple(dict.fromkeys(values))


def is_filter_of(part: Node, field: str) -> bool:
    """Whether a part of a query is one of those that `values_of` reads."""
    return bool(_values(part, field))


def with_values(query: Query, field: str, values: Sequence[str]) -> str:
    """The text of a query in which one of `values` is required of a field, and nothing else; none removes the filter.

    The new filter stands in the place of the first old one, else at the end, in front where the end is the inside of
    an open phrase or bracket, or between words where it would be an alternative in front: "OR (".
    """
    written = _written(field, values)
    place: int | None = None
    while (part := next((part for part in query.parts if _values(part, field)), None)) is not None:
        place = len(query.text[: part.span[0]].strip()) if place is None else place
        query = parse(query.without(part).strip())
    text = query.text.strip()
    if not written:
        return text
    between = (part.span[0] for part in parse(text).parts)
    places = dict.fromkeys((len(text) if place is None else place, len(text), 0, *between))
    texts = [" ".join(filter(None, (text[:at].rstrip(), written, text[at:].lstrip()))) for at in places]
    required = values_of(parse(written), field)
    return next((made for made in texts if _says(made, field, required, query)), texts[-1])


def _says(text: str, field: str, values: tuple[str, ...], others: Query) -> bool:
    """Whether a text requires these values of a field, and says the same as another query otherwise."""
    made = parse(text)
    return values_of(made, field) == values and tuple(p for p in made.parts if not _values(p, field)) == others.parts


def _written(field: str, values: Sequence[str]) -> str:
    """The filter of some values as it is typed."""
    if field in LISTS and values:
        return str(Filter(field, ",".join(values)))
    parts = tuple(_filter(field, value) for value in values)
    return str(Group((Or(parts),))) if len(parts) > 1 else "".join(map(str, parts))


def _filter(field: str, value: str) -> Filter:
    """A filter; a value that names its own field, as "before:2020", has that."""
    named, colon, rest = value.partition(":")
    if colon and named in RELATED.get(field, frozenset()):
        return Filter(named, rest)
    return Filter(field, value)


def _values(node: Node, field: str) -> tuple[str, ...]:
    """The alternatives of a field that a part requires; none if it says anything else."""
    fields = RELATED.get(field, frozenset({field}))
    match node:
        case Filter(name, value) if name in fields:
            return (value if name == field else f"{name}:{value}",)
        case Or(parts):
            inner = [_values(part, field) for part in parts]
            return tuple(value for some in inner for value in some) if all(inner) else ()
        case Group((Or() as only,)) | Group((Filter() as only,)):
            return _values(only, field)
        case _:
            return ()
