"""A query as it was read: what each lane is asked, and how it prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.search.query.ast import Filter, Group, Node, Or, Phrase, Reach, Term
from core.search.query.lexer import inner
from core.search.query.sanitize import sanitize

MOST = 2000  # characters of a text that others should be like: no model reads more of it as a question
PASTED, PASTED_WORDS = 400, 50  # characters and words of a text that nobody types into a search box


@dataclass(frozen=True, slots=True)
class Query:
    """The typed text and its parts. Two queries are equal if they read the same, however they were typed."""

    text: str
    parts: tuple[Node, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Query) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def __str__(self) -> str:
        """The text in its plainest form, which reads the same again."""
        return " ".join(map(str, self.parts))

    @property
    def plain(self) -> bool:
        """Whether it has no operator at all: then every lane is asked the text as it was typed."""
        return all(map(_is_plain, self.parts))

    @property
    def is_idea(self) -> bool:
        """Whether it is a text that was pasted: what says the like is looked for, and no name of a file."""
        return self.plain and (len(self.text) > PASTED or len(self.text.split()) > PASTED_WORDS)

    @property
    def meaning(self) -> str:
        """What is asked of the meaning lane."""
        return self._asked("meaning")

    @property
    def words(self) -> str:
        """What is asked of the words and of the names."""
        return self._asked("words")

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """What must be found word for word, or is one of several things that may be."""
        said = (node for part in self.parts for node in _said(part))
        return tuple(node for node in said if isinstance(node, Phrase) and node.reach != "meaning")

    @property
    def likes(self) -> tuple[str, ...]:
        """The paths of the documents that others should be like."""
        return tuple(part.value for part in self.parts if isinstance(part, Filter) and part.field == "like")

    @property
    def unfinished(self) -> bool:
        """Whether its last word may be only the beginning of one."""
        if not self.parts or self.text[-1:].isspace():
            return False
        last = self.parts[-1]
        return isinstance(last, Term) or (isinstance(last, Phrase) and not last.closed)

    @property
    def operators(self) -> tuple[Node, ...]:
        """The parts that are more than words, in their order: what a person may want to take away again."""
        return tuple(part for part in self.parts if not _is_plain(part))

    def without(self, part: Node) -> str:
        """The typed text without one of its parts."""
        start, end = part.span
        before, after = self.text[:start].rstrip(), self.text[end:].lstrip()
        return f"{before} {after}".strip() if before and after else before or after

    def _asked(self, reach: Reach) -> str:
        if self.plain:
            return sanitize(self.text)
        said = (node for part in self.parts for node in _said(part))
        return " ".join(node.text for node in said if node.reach in {"all", reach})


def like_text(text: str) -> str:
    """What is typed for whatever says the like of a text, by its meaning only."""
    return str(Phrase(inner(text)[:MOST], "meaning"))


def _said(node: Node) -> Iterator[Term | Phrase]:
    """The words and phrases that are looked for."""
    match node:
        case Term() | Phrase():
            yield node
        case Group(parts) | Or(parts):
            for part in parts:
                yield from _said(part)


def _is_plain(node: Node) -> bool:
    match node:
        case Term(_, reach):
            return reach == "all"
        case Group(parts):
            return all(map(_is_plain, parts))
        case _:
            return False
