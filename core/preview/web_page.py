"""In the drawing process: a web page as blocks of plain text with their structure; nothing of it is run or fetched."""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from core.extract.decode import decode
from core.extract.html import INVISIBLE, drop, drop_navigation
from core.preview.messages import Block, Run

MAX_BLOCKS = 20_000
MAX_WEB_CHARS = 2_000_000
MAX_DEPTH = 200
HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = (
    "p div section article aside header footer main nav ul ol dl table thead tbody tfoot blockquote figure figcaption "
    "address form fieldset details center caption body html li dt dd tr pre hr summary legend"
)
BLOCKS = frozenset(_BLOCKS.split()) | set(HEADINGS)
STYLES = {"b": "b", "strong": "b", "th": "b", "i": "i", "em": "i", "cite": "i", "var": "i", "code": "c", "kbd": "c",
          "samp": "c", "tt": "c", "a": "a"}  # fmt: skip
SPACE = re.compile(r"\s+")


def blocks_of(markup: bytes) -> list[Block]:
    """The blocks of a page in reading order, without navigation, scripts and what is hidden."""
    tree = LexborHTMLParser(decode(markup))
    drop(tree, INVISIBLE)
    body = tree.body
    if body is None:
        return []
    drop_navigation(tree, body)
    writer = _Writer()
    writer.walk(body, "", 0)
    writer.end()
    return writer.blocks


class _Writer:
    """Collects runs until a block ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._runs: list[Run] = []
        self._kind: Any = "text"
        self._level = 0
        self._lists = 0
        self._quotes = 0
        self._chars = 0

    def end(self) -> None:
        """End the block that is being collected."""
        runs = _trimmed(self._runs)
        self._runs = []
        if runs and len(self.blocks) < MAX_BLOCKS:
            kind: Any = "quote" if self._kind == "text" and self._quotes else self._kind
            self.blocks.append(Block(kind, min(self._level, 99), runs))

    def walk(self, node: Any, style: str, depth: int) -> None:
        """Add what is in a node."""
        if depth > MAX_DEPTH or self._chars > MAX_WEB_CHARS:
            return
        for child in node.iter(include_text=True):
            self._visit(child, style, depth)

    def _visit(self, node: Any, style: str, depth: int) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self._add(SPACE.sub(" ", node.text(deep=False) or ""), style)
        elif tag == "br":
            self._add("\n", style)
        elif tag == "hr":
            self.end()
            self.blocks.append(Block("rule", 0, []))
        elif tag in ("pre", "textarea", "listing", "xmp"):
            self._whole("code", node.text(deep=True).strip("\n"))
        elif tag == "tr":
            self._row(node)
        elif tag in BLOCKS:
            self._block(node, tag, style, depth)
        else:
            mark = STYLES.get(tag, "")
            self.walk(node, style if mark in style else style + mark, depth + 1)

    def _block(self, node: Any, tag: str, style: str, depth: int) -> None:
        self.end()
        before = self._kind, self._level
        self._lists += tag in ("ul", "ol")
        self._quotes += tag == "blockquote"
        if tag in HEADINGS:
            self._kind, self._level = "heading", HEADINGS[tag]
        elif tag in ("li", "dd"):
            self._kind, self._level = "item", max(self._lists, 1)
        self.walk(node, style, depth + 1)
        self.end()
        self._lists -= tag in ("ul", "ol")
        self._quotes -= tag == "blockquote"
        self._kind, self._level = before

    def _row(self, node: Any) -> None:
        cells = [child for child in node.iter() if child.tag in ("td", "th")]
        if any(cell.css_first("table,p,ul,ol,pre,h1,h2,h3,h4") is not None for cell in cells):
            for cell in cells:  # a table that lays out a page
                self.end()
                self.walk(cell, "", 0)
            self.end()
            return
        self.end()
        runs = [Run(_words(cell.text(deep=True)), "b" if cell.tag == "th" else "") for cell in cells]
        self._chars += sum(len(run.text) for run in runs)
        if any(run.text for run in runs) and len(self.blocks) < MAX_BLOCKS:
            self.blocks.append(Block("row", 0, runs))

    def _whole(self, kind: Any, text: str) -> None:
        self.end()
        self._chars += len(text)
        if text.strip() and len(self.blocks) < MAX_BLOCKS:
            self.blocks.append(Block(kind, 0, [Run(text, "c")]))

    def _add(self, text: str, style: str) -> None:
        if not self._runs or self._runs[-1].text.endswith((" ", "\n")):
            text = text.lstrip(" ")
        if text:
            self._chars += len(text)
            self._runs.append(Run(text, style))


def _trimmed(runs: list[Run]) -> list[Run]:
    while runs and not runs[-1].text.strip():
        runs = runs[:-1]
    if runs:
        runs = [*runs[:-1], Run(runs[-1].text.rstrip(), runs[-1].style)]
    return runs


def _words(text: str) -> str:
    return " ".join(text.split())
