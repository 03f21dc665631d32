"""From a typed text to a query: a recursive descent that takes for text whatever it cannot read.

query  = { either }
either = part { "OR" part }
part   = [ "-" ] ( field ":" value | "(" { either } ")" ) | [ "-" | "=" | "~" ] ( phrase | word | "(" ... ")" )
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.search.query.ast import Filter, Group, Node, Not, Or, Phrase, Reach, Term, is_marked, reaching
from core.search.query.lexer import CHUNK, CLOSING, ENDING, NO_WORD, SPACE, closing, field_at, inner, word_end
from core.search.query.query import Query
from core.search.query.sanitize import SURROGATE, for_reading, sanitize_node
from core.store.lexical.analyzers import UNSPACED

DEEPEST = 20  # brackets in brackets
LONG = 12  # words; a longer text is a sentence
SHORT = 3  # words; a shorter one is none, however it ends
SHOUTED = 3  # words in capitals before OR is one of them
REACHES: dict[str, Reach] = {"=": "words", "~": "meaning"}


def parse(text: str) -> Query:
    """Read a query. Nothing is an error: an unknown field is text, a quote that is left open closes itself.

    In a whole sentence (one that ends like one, or is long) only fields count: its quotes, hyphens and brackets are
    those of the language that it is written in.
    """
    if SURROGATE.search(text) is None:
        return Query(text, _parts(text))
    return Query(text, tuple(map(sanitize_node, _parts(for_reading(text)))))


def as_query(text: str | Query) -> Query:
    """The query of a text; a query that was parsed before is returned as it is."""
    return text if isinstance(text, Query) else parse(text)


def _parts(text: str) -> tuple[Node, ...]:
    parts = _Parser(text).all()
    fields = [part for part in parts if not _has_words(part)]
    return _sentence(text, fields) if _is_sentence(text, parts, fields) else parts


def _is_sentence(text: str, parts: Sequence[Node], fields: Sequence[Node]) -> bool:
    rest = text
    for part in reversed(fields):
        rest = rest[: part.span[0]] + rest[part.span[1] :]
    if any(_is_meant(part, alone=len(parts) - len(fields) == 1) for part in parts):
        return False
    words = [word for part in parts for word in _words(part)]
    long = sum(not quoted for _, quoted in words) > LONG
    return long or (bool(ENDING.search(rest)) and (len(words) >= SHORT or UNSPACED.search(rest) is not None))


def _is_meant(node: Node, *, alone: bool) -> bool:
    """Whether a part's quotes are surely the person's own: there is a sign before them, or nothing else besides."""
    return isinstance(node, Phrase) and (node.reach != "all" or alone)


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
    """The words of a part, and whether they are in quotes."""
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
    """The words of a sentence with the fields among them."""
    parts: list[Node] = []
    at = 0
    for field in fields:
        parts += _chunks(text, at, field.span[0])
        parts.append(field)
        at = field.span[1]
    return (*parts, *_chunks(text, at, len(text)))


def _chunks(text: str, start: int, end: int) -> list[Term]:
    return [Term(chunk[0], span=chunk.span()) for chunk in CHUNK.finditer(text, start, end)]


class _Parser:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def all(self) -> tuple[Node, ...]:
        """The parts of the whole text."""
        return self._parts()

    def _parts(self) -> tuple[Node, ...]:
        parts: list[Node] = []
        while (node := self._either()) is not None:
            parts.append(node)
        return tuple(parts)

    def _either(self) -> Node | None:
        first = self._part()
        if first is None:
            return None
        parts = [first]
        while self._takes_or():
            other = self._part()
            if other is None:  # nothing follows: it was a word, and is read again as one
                break
            parts.append(other)
        if len(parts) == 1:
            return first
        return Or(tuple(parts), (first.span[0], parts[-1].span[1]))

    def _takes_or(self) -> bool:
        """Step over an OR that stands between two parts."""
        self._skip_space()
        here = self._at
        if self._word_at(here) != "OR" or self._is_shouted():
            return False
        self._at = here + 2
        self._skip_space()
        if self._ended():
            self._at = here
            return False
        return True

    def _is_shouted(self) -> bool:
        """Whether all of it is in capitals: then its OR is a word like the others."""
        words = [word for word in self._text.split() if word[:1].isalpha() and word != "OR" and ":" not in word]
        return len(words) > SHOUTED and not any(sign.islower() for word in words for sign in word)

    def _ended(self) -> bool:
        return self._at >= len(self._text) or (self._depth > 0 and self._text[self._at] == ")")

    def _part(self) -> Node | None:
        self._skip_space()
        if self._ended():
            return None
        start = self._at
        sign = self._text[start]
        if sign == "-" and self._begins_operand(start + 1):
            self._at = start + 1
            return Not(self._operand(), (start, self._at))
        if sign in REACHES and (is_marked(self._text[start : start + 2]) or self._opens(start + 1)):
            self._at = start + 1
            found = reaching(self._operand(fields=False), REACHES[sign])
            return _moved(found, start)
        return self._operand()

    def _begins_operand(self, at: int) -> bool:
        return self._text[at : at + 1].isalnum() or self._opens(at)

    def _opens(self, at: int) -> bool:
        following = self._text[at : at + 1]
        return following == "(" or (following != "" and following in CLOSING)

    def _operand(self, *, fields: bool = True) -> Node:
        start = self._at
        sign = self._text[start]
        node = None
        if sign == "(" and self._depth < DEEPEST:
            node = self._group()
        elif sign in CLOSING:
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
        end = closing(self._text, start)
        said = inner(self._text[start + 1 : end])
        if NO_WORD.match(said):
            return None
        self._at = min(end + 1, len(self._text))
        going_on = end == len(self._text) and not self._text[-1].isspace()
        return Phrase(said, span=(start, self._at), closed=not going_on)

    def _word(self, start: int) -> Term:
        self._at = max(word_end(self._text, start, brackets=self._depth > 0), start + 1)
        return Term(self._text[start : self._at], span=(start, self._at))

    def _word_at(self, at: int) -> str:
        return self._text[at : word_end(self._text, at, brackets=self._depth > 0)]

    def _skip_space(self) -> None:
        space = SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at


def _moved(node: Node, start: int) -> Node:
    """The node with the sign before it."""
    match node:
        case Term(text, reach, span):
            return Term(text, reach, (start, span[1]))
        case Phrase():
            return replace(node, span=(start, node.span[1]))
        case Group(parts, span):
            return Group(parts, (start, span[1]))
        case _:
            return node
