"""A recursive descent parser of queries; anything it cannot parse is plain text.

query        = { alternatives }
alternatives = part { "OR" part }
part         = [ "-" ] ( field ":" value | "(" query ")" ) | [ "-" | "=" | "~" ] ( phrase | word | "(" query ")" )
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.search.query.ast import Filter, Group, Node, Not, Or, Phrase, Reach, Term, has_reach_prefix, with_reach
from core.search.query.lexer import (
    CLOSING_QUOTES,
    NO_WORD,
    NON_SPACE,
    SENTENCE_END,
    SPACE,
    field_at,
    phrase_end,
    unquoted,
    word_end,
)
from core.search.query.query import Query
from core.search.query.sanitize import SURROGATE, sanitize_for_parsing, sanitize_node
from core.store.lexical.analyzers import UNSPACED

MAX_NESTING = 20  # of brackets
LONG_SENTENCE = 12  # words; a longer text is a sentence however it ends
MIN_SENTENCE = 3  # words; a shorter text is none however it ends
MAX_ALL_CAPS = 3  # words; in a longer text in capitals OR is a word
REACH_OF_PREFIX: dict[str, Reach] = {"=": "words", "~": "meaning"}


def parse(text: str) -> Query:
    """Parse a query. Nothing is an error: an unknown field is text, an open quote ends with the text.

    In a whole sentence (it ends like one, or is long) only fields are operators: its quotes, hyphens and brackets are
    punctuation.
    """
    if SURROGATE.search(text) is None:
        return Query(text, _parts(text))
    return Query(text, tuple(map(sanitize_node, _parts(sanitize_for_parsing(text)))))


def as_query(text: str | Query) -> Query:
    """Parse a text; a parsed query is returned unchanged."""
    return text if isinstance(text, Query) else parse(text)


def _parts(text: str) -> tuple[Node, ...]:
    parts = _Parser(text).parse_all()
    fields = [part for part in parts if not _has_words(part)]
    return _sentence(text, fields) if _is_sentence(text, parts, fields) else parts


def _is_sentence(text: str, parts: Sequence[Node], fields: Sequence[Node]) -> bool:
    rest = text
    for part in reversed(fields):
        rest = rest[: part.span[0]] + rest[part.span[1] :]
    if any(_is_explicit_phrase(part, is_only_part=len(parts) - len(fields) == 1) for part in parts):
        return False
    words = [word for part in parts for word in _words(part)]
    long = sum(not quoted for _, quoted in words) > LONG_SENTENCE
    return long or (
        bool(SENTENCE_END.search(rest)) and (len(words) >= MIN_SENTENCE or UNSPACED.search(rest) is not None)
    )


def _is_explicit_phrase(node: Node, *, is_only_part: bool) -> bool:
    """Whether quotes certainly mean a phrase: it has a reach prefix, or is the only part of the query."""
    return isinstance(node, Phrase) and (node.reach != "all" or is_only_part)


def _has_words(node: Node) -> bool:
    match node:
        case Filter():
            return False
        case Group(parts) | Or(parts):
            return any(map(_has_words, parts))
        case Not(part):
            return _has_words(part)
        case _:
            return True


def _words(node: Node) -> Iterator[tuple[str, bool]]:
    """The words of a part, and whether each is in quotes."""
    match node:
        case Term(text) | Phrase(text):
            quoted = isinstance(node, Phrase)
            yield from ((word, quoted) for word in text.split() if not NO_WORD.match(word))
        case Group(parts) | Or(parts):
            for part in parts:
                yield from _words(part)
        case Not(part):
            yield from _words(part)


def _sentence(text: str, fields: Sequence[Node]) -> tuple[Node, ...]:
    """The words of a sentence, with the fields in their places."""
    parts: list[Node] = []
    at = 0
    for field in fields:
        parts += _terms(text, at, field.span[0])
        parts.append(field)
        at = field.span[1]
    return (*parts, *_terms(text, at, len(text)))


def _terms(text: str, start: int, end: int) -> list[Term]:
    return [Term(word[0], span=word.span()) for word in NON_SPACE.finditer(text, start, end)]


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
        if char == "-" and self._starts_operand(start + 1):
            self._at = start + 1
            return Not(self._operand(), (start, self._at))
        if char in REACH_OF_PREFIX and (
            has_reach_prefix(self._text[start : start + 2]) or self._opens_bracket_or_quote(start + 1)
        ):
            self._at = start + 1
            found = with_reach(self._operand(fields=False), REACH_OF_PREFIX[char])
            return _with_start(found, start)
        return self._operand()

    def _starts_operand(self, at: int) -> bool:
        return self._text[at : at + 1].isalnum() or self._opens_bracket_or_quote(at)

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
        return Term(self._text[start : self._at], span=(start, self._at))

    def _word_at(self, at: int) -> str:
        return self._text[at : word_end(self._text, at, brackets=self._depth > 0)]

    def _skip_space(self) -> None:
        space = SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at


def _with_start(node: Node, start: int) -> Node:
    """The node with its span extended to its prefix."""
    match node:
        case Term(text, reach, span):
            return Term(text, reach, (start, span[1]))
        case Phrase():
            return replace(node, span=(start, node.span[1]))
        case Group(parts, span):
            return Group(parts, (start, span[1]))
        case _:
            return node
