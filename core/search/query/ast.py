"""What a query is made of: frozen values, each with the span of the typed text that it was read from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

# Which lanes a word is for: all of them, those that compare words (`=word`), or meaning alone (`~idea`).
Reach = Literal["all", "words", "meaning"]
SIGNS: dict[Reach, str] = {"all": "", "words": "=", "meaning": "~"}

Span = tuple[int, int]
NOWHERE: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Term:
    """A word as it was typed, with its punctuation."""

    text: str
    reach: Reach = "all"
    span: Span = dataclasses.field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return SIGNS[self.reach] + self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand side by side, without their quotes; `closed` unless it may still be going on."""

    text: str
    reach: Reach = "all"
    span: Span = dataclasses.field(default=NOWHERE, compare=False)
    closed: bool = dataclasses.field(default=True, compare=False)

    def __str__(self) -> str:
        return f'{SIGNS[self.reach]}"{self.text}"'


@dataclass(frozen=True, slots=True)
class Filter:
    """A field of `fields.FIELDS` with a value that it understands."""

    field: str
    value: str
    span: Span = dataclasses.field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        bare = not any(sign.isspace() or sign in "()" for sign in self.value)
        return f"{self.field}:{self.value}" if bare else f'{self.field}:"{self.value}"'


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    part: Node
    span: Span = dataclasses.field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return f"-{self.part}"


@dataclass(frozen=True, slots=True)
class Group:
    """Parts in brackets that belong together."""

    parts: tuple[Node, ...]
    span: Span = dataclasses.field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        inside = " ".join(map(str, self.parts))
        gap = " " if inside.count("(") > inside.count(")") else ""  # a bracket that is text takes none of ours
        return f"({inside}{gap})"


@dataclass(frozen=True, slots=True)
class Or:
    """Parts of which one is enough; each is what stands between two `OR`s."""

    parts: tuple[Node, ...]
    span: Span = dataclasses.field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return " OR ".join(map(str, self.parts))


Node: TypeAlias = Term | Phrase | Filter | Not | Group | Or


def reaching(node: Node, reach: Reach) -> Node:
    """The node with its words for some lanes only; what is no word stays as it is."""
    match node:
        case Term(text):
            return replace(node, reach=reach) if is_marked(SIGNS[reach] + text) else node
        case Phrase():
            return replace(node, reach=reach)
        case Group(parts) | Or(parts):
            return replace(node, parts=tuple(reaching(part, reach) for part in parts))
        case _:
            return node


def is_marked(text: str) -> bool:
    """Whether a sign before a word says which lanes it is for: in "~20 euros" it means "about"."""
    return text[1:2].isalnum() and not (text[0] == "~" and text[1].isdigit())
