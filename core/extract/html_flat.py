"""HTML without its structure, for pages nested too deeply for a parser.

See .github/decisions/0602-html-flattening.md.
"""

from __future__ import annotations

import html
import re

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder
from core.extract.clean import title_of
from core.extract.decode import decode

_INVISIBLE = re.compile(r"<(script|style|noscript|template|svg)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^>]*>([^<]*)", re.IGNORECASE)
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|em|i|kbd|mark|q|s|small|span|strong|sub|sup|tt|u|var)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"<[!/?A-Za-z][^<>]*>")


def read(source: ExtractionInput) -> Document:
    """The text between the tags, a line for each run of it."""
    markup = decode(source.data)
    title = _TITLE.search(markup)
    builder = TextBuilder(source.limits)
    builder.add(flat_text(markup))
    return builder.document("web", "flat", title=title_of(html.unescape(title[1])) if title else "")


def flat_text(markup: str) -> str:
    """The text between the tags of a page, a line for each run of it."""
    flat = _TAG.sub("\n", _INLINE.sub("", _INVISIBLE.sub("\n", markup)))
    lines = (" ".join(line.split()) for line in html.unescape(flat).split("\n"))
    return "\n".join(line for line in lines if line)
