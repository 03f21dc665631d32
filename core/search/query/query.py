"""A parsed query: the text for each retriever, and its canonical form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from core.search.query.ast import Filter, Group, Node, Or, Phrase, Reach, Term
from core.search.query.fields import Grouping, Order
from core.search.query.lexer import unquoted
from core.search.query.sanitize import sanitize

MAX_LIKE_CHARS = 2000  # models truncate longer queries
MIN_PASTED_CHARS, MIN_PASTED_WORDS = 400, 50  # a longer text is taken as pasted, not typed


@dataclass(frozen=True, slots=True)
class Query:
    """The typed text and its parts. Two queries are equal if their parts are."""

    text: str
    parts: tuple[Node, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Query) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    def __str__(self) -> str:
        """The canonical text, which parses to an equal query."""
        return " ".join(map(str, self.parts))

    @property
    def is_plain(self) -> bool:
        """Whether it has no operator: then every retriever gets the text as typed."""
        return all(map(_is_plain, self.parts))

    @property
    def is_pasted(self) -> bool:
        """Whether the text was probably pasted; file names are then not searched."""
        return self.is_plain and (len(self.text) > MIN_PASTED_CHARS or len(self.text.split()) > MIN_PASTED_WORDS)

    @property
    def meaning(self) -> str:
        """The text for the semantic retriever."""
        return self._text_for("meaning")

    @property
    def words(self) -> str:
        """The text for the lexical and the filename retriever."""
        return self._text_for("words")

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """The phrases to match word for word, both required and alternative ones."""
        nodes = (node for part in self.parts for node in _words_and_phrases(part))
        return tuple(node for node in nodes if isinstance(node, Phrase) and node.reach != "meaning")

    @property
    def has_wildcards(self) -> bool:
        """Whether a word stands for many; negated words do not count."""
        return any(_is_wildcard(node) for part in self.parts for node in _words_and_phrases(part))

    @property
    def likes(self) -> tuple[str, ...]:
        """The paths in `like:` filters."""
        return tuple(part.value for part in self.parts if isinstance(part, Filter) and part.field == "like")

    @property
    def order(self) -> Order:
        """The order of the results: that of the last `sort:`."""
        return cast("Order", self._last("sort") or "relevance")

    @property
    def grouping(self) -> Grouping:
        """By what the results are grouped: that of the last `group:`."""
        return cast("Grouping", self._last("group") or "none")

    @property
    def is_by_relevance(self) -> bool:
        """Whether the results are listed by relevance, in tiers."""
        return self.order == "relevance" and self.grouping == "none"

    @property
    def is_arrangement(self) -> bool:
        """Whether it only says how all documents are arranged."""
        return bool(self.parts) and all(
            isinstance(part, Filter) and part.field in {"sort", "group"} for part in self.parts
        )

    def _last(self, field: str) -> str:
        values = [part.value.lower() for part in self.parts if isinstance(part, Filter) and part.field == field]
        return values[-1] if values else ""

    @property
    def ends_in_prefix(self) -> bool:
        """Whether the last word may still be incomplete, because nothing follows it, not even a space."""
        if not self.parts or self.text[-1:].isspace():
            return False
        last = self.parts[-1]
        return isinstance(last, Term) or (isinstance(last, Phrase) and not last.closed)

    @property
    def operators(self) -> tuple[Node, ...]:
        """The parts other than plain words, in their order."""
        return tuple(part for part in self.parts if not _is_plain(part))

    def without(self, part: Node) -> str:
        """The typed text without one of its parts."""
        start, end = part.span
        before, after = self.text[:start].rstrip(), self.text[end:].lstrip()
        return f"{before} {after}".strip() if before and after else before or after

    def _text_for(self, reach: Reach) -> str:
        if self.is_plain:
            return sanitize(self.text)
        nodes = (node for part in self.parts for node in _words_and_phrases(part))
        if reach == "meaning":  # a model knows no wildcards
            return " ".join(node.text for node in nodes if node.reach != "words" and not _is_wildcard(node))
        texts = (node.words if isinstance(node, Term) else node.text for node in nodes if node.reach != "meaning")
        return " ".join(texts)


def like_text(text: str) -> str:
    """The text of a query for passages similar to a text, by meaning only."""
    return str(Phrase(unquoted(text)[:MAX_LIKE_CHARS], "meaning"))


def _words_and_phrases(node: Node) -> Iterator[Term | Phrase]:
    """The words and phrases of a node, without negated ones."""
    match node:
        case Term() | Phrase():
            yield node
        case Group(parts) | Or(parts):
            for part in parts:
                yield from _words_and_phrases(part)


def _is_wildcard(node: Node) -> bool:
    return isinstance(node, Term) and node.is_wildcard


def _is_plain(node: Node) -> bool:
    match node:
        case Term(_, reach):
            return reach == "all" and not _is_wildcard(node)
        case Group(parts):
            return all(map(_is_plain, parts))
        case _:
            return False
