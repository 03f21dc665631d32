"""A recursive descent parser of queries; anything it cannot parse is plain text.

query        = { alternatives }
alternatives = part { "OR" part }
part         = [ "-" ] ( field ":" value | "(" query ")" ) | [ "-" | "=" | "~" ] ( phrase | word | "(" query ")" )
"""

from __future__ import annotations

import re

from core.search.query.ast import (
    Filter,
    Group,
    Node,
    Not,
    Or,
    Phrase,
    Reach,
    Term,
    has_reach_prefix,
    with_reach,
    with_start,
)
from core.search.query.lexer import (
    CLOSING_QUOTES,
    NO_WORD,
    SPACE,
    field_at,
    phrase_end,
    unquoted,
    word_end,
)
from core.search.query.query import Query
from core.search.query.sanitize import SURROGATE, sanitize_for_parsing, sanitize_node
from core.search.query.sentence import as_sentence
from core.store.lexical import wildcards

MAX_NESTING = 20  # of brackets
MAX_ALL_CAPS = 3  # words; in a longer text in capitals OR is a word
# After a minus, what is text: a number (-18, -.5), and an option of a command: one letter, letters with digits, or a
# name with a value (-v, -O2, -std=c99). A word in quotes is always an exclusion.
NUMBER_OR_OPTION = re.compile(r"-(?:[.,]?\d[^\s()]*|[A-Za-z]|[A-Za-z]{1,2}\d+|[A-Za-z][\w-]*=[^\s()]*)(?=[\s()]|\Z)")
REACH_OF_PREFIX: dict[str, Reach] = {"=": "words", "~": "meaning"}


def parse(text: str) -> Query:
    """Parse a query. Nothing is an error: an unknown field is text, an open quote ends with the text.

    In a whole sentence (it ends like one, or is long) only fields are operators: its quotes, hyphens, brackets and
    asterisks are punctuation.
    """
    if SURROGATE.search(text) is None:
        return Query(text, _parts(text))
    return Query(text, tuple(map(sanitize_node, _parts(sanitize_for_parsing(text)))))


def as_query(text: str | Query) -> Query:
    """Parse a text; a parsed query is returned unchanged."""
    return text if isinstance(text, Query) else parse(text)


def _parts(text: str) -> tuple[Node, ...]:
    parts = _Parser(text).parse_all()
    return as_sentence(text, parts) or parts


class _Parser:
    """Parses one text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def parse_all(self) -> tuple[Node, ...]:
        """The parts of the whole text."""
        return self._parts()

    def _parts(self) -> tuple[Node, ...]:
        parts: list[Node] = []
        while (node := self._alternatives()) is not None:
            parts.append(node)
        return tuple(parts)

    def _alternatives(self) -> Node | None:
        first = self._part()
        if first is None:
            return None
        parts = [first]
        while self._skip_or():
            other = self._part()
            if other is None:  # nothing follows: OR is parsed as a word
                break
            parts.append(other)
        if len(parts) == 1:
            return first
        return Or(tuple(parts), (first.span[0], parts[-1].span[1]))

    def _skip_or(self) -> bool:
        """Skip an OR between two parts; whether there was one."""
        self._skip_space()
        here = self._at
        if self._word_at(here) != "OR" or self._is_all_caps():
            return False
        self._at = here + 2
        self._skip_space()
        if self._at_end():
            self._at = here
            return False
        return True

    def _is_all_caps(self) -> bool:
        """Whether the whole text is in capitals: then OR is a word."""
        words = [word for word in self._text.split() if word[:1].isalpha() and word != "OR" and ":" not in word]
        return len(words) > MAX_ALL_CAPS and not any(char.islower() for word in words for char in word)

    def _at_end(self) -> bool:
        return self._at >= len(self._text) or (self._depth > 0 and self._text[self._at] == ")")

    def _part(self) -> Node | None:
        self._skip_space()
        if self._at_end():
            return None
        start = self._at
        char = self._text[start]
        if char == "-" and self._starts_operand(start + 1) and not NUMBER_OR_OPTION.match(self._text, start):
            self._at = start + 1
            return Not(self._operand(), (start, self._at))
        if char in REACH_OF_PREFIX and (
            has_reach_prefix(self._text[start : start + 2]) or self._opens_bracket_or_quote(start + 1)
        ):
            self._at = start + 1
            found = with_reach(self._operand(fields=False), REACH_OF_PREFIX[char])
            return with_start(found, start)
        return self._operand()

    def _starts_operand(self, at: int) -> bool:
        following = self._text[at : at + 2]
        begins_word = following[:1].isalnum() or (following[:1] == "*" and following[1:].isalnum())
        return begins_word or self._opens_bracket_or_quote(at)

    def _opens_bracket_or_quote(self, at: int) -> bool:
        following = self._text[at : at + 1]
        return following == "(" or (following != "" and following in CLOSING_QUOTES)

    def _operand(self, *, fields: bool = True) -> Node:
        start = self._at
        char = self._text[start]
        node = None
        if char == "(" and self._depth < MAX_NESTING:
            node = self._group()
        elif char in CLOSING_QUOTES:
            node = self._phrase()
        elif fields and (field := field_at(self._text, start, brackets=self._depth > 0)) is not None:
            name, value, self._at = field
            node = Filter(name, value, (start, self._at))
        return self._word(start) if node is None else node

    def _group(self) -> Node | None:
        start = self._at
        self._at += 1
        self._depth += 1
        parts = self._parts()
        self._depth -= 1
        if not parts:
            return None
        self._at = min(self._at + 1, len(self._text))
        return Group(parts, (start, self._at))

    def _phrase(self) -> Node | None:
        start = self._at
        end = phrase_end(self._text, start)
        content = unquoted(self._text[start + 1 : end])
        if NO_WORD.match(content):
            return None
        self._at = min(end + 1, len(self._text))
        unclosed = end == len(self._text) and not self._text[-1].isspace()
        return Phrase(content, span=(start, self._at), closed=not unclosed)

    def _word(self, start: int) -> Term:
        self._at = max(word_end(self._text, start, brackets=self._depth > 0), start + 1)
        text = self._text[start : self._at]
        return Term(text, span=(start, self._at), is_wildcard=wildcards.is_wildcard(text))

    def _word_at(self, at: int) -> str:
        return self._text[at : word_end(self._text, at, brackets=self._depth > 0)]

    def _skip_space(self) -> None:
        space = SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
