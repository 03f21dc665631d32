"""The nodes of a parsed query: frozen values, each with its span in the typed text."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from core.document import Span
from core.store.lexical import wildcards

# Which retrievers a word is for: all, filename and lexical only (`=word`), or semantic only (`~word`).
Reach = Literal["all", "words", "meaning"]
REACH_PREFIXES: dict[Reach, str] = {"all": "", "words": "=", "meaning": "~"}

NO_SPAN: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Term:
    """A word as typed, with its punctuation; `is_wildcard` if it stands for many: contr*, carr?ts."""

    text: str
    reach: Reach = "all"
    span: Span = dataclasses.field(default=NO_SPAN, compare=False)
    is_wildcard: bool = False

    @property
    def words(self) -> str:
        """The text for the lexical and the filename retriever."""
        return wildcards.marked(self.text) if self.is_wildcard else self.text

    def __str__(self) -> str:
        return REACH_PREFIXES[self.reach] + self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Adjacent words, without their quotes; `closed` if the closing quote was typed."""

    text: str
    reach: Reach = "all"
    span: Span = dataclasses.field(default=NO_SPAN, compare=False)
    closed: bool = dataclasses.field(default=True, compare=False)

    def __str__(self) -> str:
        return f'{REACH_PREFIXES[self.reach]}"{self.text}"'


@dataclass(frozen=True, slots=True)
class Filter:
    """A field of `fields.FIELDS` with a valid value."""

    field: str
    value: str
    span: Span = dataclasses.field(default=NO_SPAN, compare=False)

    def __str__(self) -> str:
        bare = not any(char.isspace() or char in "()" for char in self.value)
        return f"{self.field}:{self.value}" if bare else f'{self.field}:"{self.value}"'


@dataclass(frozen=True, slots=True)
class Not:
    """A part that must not match."""

    part: Node
    span: Span = dataclasses.field(default=NO_SPAN, compare=False)

    def __str__(self) -> str:
        return f"-{self.part}"


@dataclass(frozen=True, slots=True)
class Group:
    """Parts inside one pair of brackets."""

    parts: tuple[Node, ...]
    span: Span = dataclasses.field(default=NO_SPAN, compare=False)

    def __str__(self) -> str:
        inside = " ".join(map(str, self.parts))
        gap = " " if inside.count("(") > inside.count(")") else ""  # an unbalanced bracket inside is text
        return f"({inside}{gap})"


@dataclass(frozen=True, slots=True)
class Or:
    """Alternatives: at least one of the parts must match."""

    parts: tuple[Node, ...]
    span: Span = dataclasses.field(default=NO_SPAN, compare=False)

    def __str__(self) -> str:
        return " OR ".join(map(str, self.parts))


Node: TypeAlias = Term | Phrase | Filter | Not | Group | Or


def with_reach(node: Node, reach: Reach) -> Node:
    """The node with its words restricted to some retrievers; filters and negations are unchanged."""
    match node:
        case Term(text):
            if reach == "meaning" and node.is_wildcard:
                node = replace(node, is_wildcard=False)
            return replace(node, reach=reach) if has_reach_prefix(REACH_PREFIXES[reach] + text) else node
        case Phrase():
            return replace(node, reach=reach)
        case Group(parts) | Or(parts):
            return replace(node, parts=tuple(with_reach(part, reach) for part in parts))
        case _:
            return node


def has_reach_prefix(text: str) -> bool:
    """Whether a text begins with a reach prefix and a word. In "~20 euros" the tilde means "about"."""
    return text[1:2].isalnum() and not (text[0] == "~" and text[1].isdigit())


def with_start(node: Node, start: int) -> Node:
    """The node with its span extended to its prefix."""
    match node:
        case Term() | Phrase():
            return replace(node, span=(start, node.span[1]))
        case Group(parts, span):
            return Group(parts, (start, span[1]))
        case _:
            return node
