"""In the drawing process: the keywords, strings and comments of source code, by Pygments."""

from __future__ import annotations

from typing import Any

import pygments.lexers
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType
from pygments.util import ClassNotFound

from core.preview.messages import MAX_TOKENS, Token

STYLES: tuple[tuple[_TokenType, Any], ...] = (
    (Comment, "comment"),
    (String, "string"),
    (Number, "number"),
    (Keyword, "keyword"),
    (Name.Tag, "keyword"),
    (Name.Function, "name"),
    (Name.Class, "name"),
    (Name.Attribute, "name"),
    (Name.Decorator, "name"),
    (Name.Namespace, "name"),
)


def tokens_of(name: str, text: str) -> list[Token]:
    """The pieces of a text that are to look different; none if its language is not known."""
    try:
        lexer = pygments.lexers.get_lexer_for_filename(name, text[:4000])
    except (ClassNotFound, ValueError, LookupError):
        return []
    tokens: list[Token] = []
    for start, kind, value in lexer.get_tokens_unprocessed(text):
        style = next((style for parent, style in STYLES if kind in parent), None)
        if style is None or not value.strip():
            continue
        last = tokens[-1] if tokens else None
        if last is not None and last.style == style and last.start + last.length == start:
            tokens[-1] = Token(last.start, last.length + len(value), style)
        elif len(tokens) < MAX_TOKENS:
            tokens.append(Token(start, len(value), style))
    return tokens
