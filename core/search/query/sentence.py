"""Whole sentences: in a text that ends like one, or is long, only fields are operators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.search.query.ast import Filter, Group, Node, Not, Or, Phrase, Term
from core.search.query.lexer import NO_WORD, NON_SPACE, SENTENCE_END
from core.store.lexical.letters import UNSPACED

LONG_SENTENCE = 12  # words; a longer text is a sentence however it ends
MIN_SENTENCE = 3  # words; a shorter text is none however it ends


def as_sentence(text: str, parts: Sequence[Node]) -> tuple[Node, ...]:
    """The words and fields of a parsed text that is a sentence; none of any other.

    Its quotes, hyphens, brackets and asterisks are punctuation.
    """
    fields = [part for part in parts if not _has_words(part)]
    return _sentence(text, fields) if _is_sentence(text, parts, fields) else ()


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
