"""HTML and XHTML: the text of its blocks, without scripts, styles and navigation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder
from core.extract.clean import one_line, title_of
from core.extract.decode import decode
from core.extract.html_flat import flat_text
from core.extract.own_date import day_of

_SELF_CLOSED = re.compile(r"<([A-Za-z][\w:-]*)((?:\s+[^<>]*?)?)\s*/>")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
INVISIBLE = "script,style,noscript,template,iframe,svg,object,button,select,rp,annotation,annotation-xml,[hidden]"
_NAVIGATION = (
    "nav,[role=navigation],[role=search],.navheader,.navfooter,.sphinxsidebar,div.related,"
    ".navbar,.breadcrumb,.breadcrumbs,.toc-nav,.skip-link,.headerlink,.nav-panel"
)
_PARAGRAPHS = (
    "p,div,section,article,aside,header,footer,main,nav,h1,h2,h3,h4,h5,h6,ul,ol,dl,table,blockquote,figure,figcaption,"
    "address,form,fieldset,details,center,title,caption"
)
_LINES = "li,dt,dd,thead,tbody,tfoot,tr,legend,summary,option"
# Control characters that mark the ends of lines, paragraphs and cells, the places of verbatim text, and how words are
# pronounced (ruby), which is written above them and must not part them.
_LINE, _PARAGRAPH, _CELL, _VERBATIM, _READING = "\x01", "\x02", "\x05", "\x04", "\x06"
_MARKS = re.compile(f"[{_LINE}{_PARAGRAPH}{_CELL}{_VERBATIM}{_READING}]")
_READINGS = re.compile(f"{_READING}([^{_READING}]*){_READING}")
_BREAKS = re.compile(f"([{_LINE}{_PARAGRAPH}\\s]*[{_LINE}{_PARAGRAPH}])")
_MAX_NAVIGATION_SHARE = 0.6
LAYOUT_CELL_LENGTH = 300
# Where a page says when it was written: HTML's own name, Open Graph, Dublin Core, schema.org.
_DATES = (
    "meta[name=date i],meta[property='article:published_time'],meta[name='dc.date' i],meta[name='dcterms.created' i],"
    "meta[name='dc.date.created' i],meta[itemprop=datePublished]"
)


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """The text and metadata of a page."""

    text: str
    title: str
    heading: str
    author: str
    own_date: str = ""


def read(source: ExtractionInput) -> Document:
    """The text of an HTML page; it has lines but no parts."""
    page = parse(decode(source.data))
    builder = TextBuilder(source.limits)
    builder.add(page.text)
    title = title_of(page.title) or title_of(page.heading)
    return builder.document("web", "lexbor", title=title, author=page.author, own_date=page.own_date)


def parse(markup: str, *, xhtml: bool = False) -> HtmlPage:
    """Parse a page; `xhtml` if it is known to be XHTML."""
    tree = LexborHTMLParser(_expand_self_closed(_MARKS.sub("", markup), xhtml=xhtml))
    title = _first(tree, "title")
    author = tree.css_first("meta[name=author]")
    days = (day_of(date.attributes.get("content") or "") for date in tree.css(_DATES))
    own_date = next(filter(None, days), "")
    for frame in tree.css("iframe[srcdoc]"):
        frame.replace_with(f"{_PARAGRAPH}{flat_text(frame.attributes.get('srcdoc') or '')}{_PARAGRAPH}")
    drop(tree, INVISIBLE)
    for reading in tree.css("rt"):
        reading.replace_with(f"{_READING}{one_line(reading.text(deep=True))}{_READING}")
    heading = _first(tree, "h1") or _first(tree, "h2") or _first(tree, "h3")
    body = tree.body
    if body is None:
        return HtmlPage("", title, heading, "", own_date)
    drop_navigation(tree, body)
    written_by = one_line((author and author.attributes.get("content")) or "")[:200]
    return HtmlPage(_text(tree, body), title, heading, written_by, own_date)


def _expand_self_closed(markup: str, *, xhtml: bool) -> str:
    """Expand the self-closed elements of XHTML, because an HTML parser takes <title/> for an open element."""
    head = markup[:2000].lower()
    return _SELF_CLOSED.sub(_open_and_close, markup) if xhtml or "<?xml" in head or "xhtml" in head else markup


def _open_and_close(found: re.Match[str]) -> str:
    return found[0] if found[1].lower() in _VOID else f"<{found[1]}{found[2]}></{found[1]}>"


def _first(tree: Any, selector: str) -> str:
    node = tree.css_first(selector)
    return one_line(_READINGS.sub("", node.text(deep=True))) if node is not None else ""


def drop(tree: Any, selector: str) -> None:
    """Remove the elements of a selector."""
    for node in tree.css(selector):
        if node.tag not in ("body", "html"):
            node.remove()


def drop_navigation(tree: Any, body: Any) -> None:
    """Remove what only leads to other pages, unless it is most of the page."""
    links = [node for node in tree.css(_NAVIGATION) if node.tag not in ("body", "html")]
    if links and sum(len(node.text(deep=True)) for node in links) < _MAX_NAVIGATION_SHARE * len(body.text(deep=True)):
        for node in links:
            node.remove()


def _text(tree: Any, body: Any) -> str:
    verbatim: list[str] = []
    for node in tree.css("pre,textarea,listing,xmp"):
        verbatim.append(_READINGS.sub("", node.text(deep=True)))
        node.replace_with(f"{_PARAGRAPH}{_VERBATIM}{len(verbatim) - 1}{_VERBATIM}{_PARAGRAPH}")
    for node in tree.css("br,hr"):
        node.replace_with(_LINE)
    for node in tree.css("td,th"):
        _flatten(node)
        node.insert_after(_CELL)
    for selector, mark in ((_PARAGRAPHS, _PARAGRAPH), (_LINES, _LINE)):
        for node in tree.css(selector):
            node.insert_before(mark)
            node.insert_after(mark)
    return _join_lines(body.text(deep=True), verbatim)


def _flatten(cell: Any) -> None:
    """Join a small cell's paragraphs, so that its row stays on one line; a large cell is page layout."""
    if cell.css_first("p,div,br") is None or cell.css_first("table,pre,ul,ol") is not None:
        return
    text = " ".join(cell.text(deep=True, separator=" ").split())
    if len(text) < LAYOUT_CELL_LENGTH:
        for child in list(cell.iter(include_text=True)):
            child.remove()
        cell.insert_child(text)


def _join_lines(marked: str, verbatim: list[str]) -> str:
    text: list[str] = []
    gap = ""
    for index, block in enumerate(_BREAKS.split(marked)):
        if index % 2:
            gap = "\n\n" if _PARAGRAPH in block or gap == "\n\n" else "\n"
        elif line := _line(block, verbatim):
            text += (gap, line)
            gap = ""
    return "".join(text).strip("\n")


def _line(block: str, verbatim: list[str]) -> str:
    if _READING in block:
        readings = " ".join(_READINGS.findall(block))
        block = f"{_READINGS.sub('', block)} ({readings})"
    line = " ".join(block.split()).replace(f" {_CELL}", _CELL).replace(f"{_CELL} ", _CELL).strip(_CELL)
    if line.startswith(_VERBATIM):
        return verbatim[int(line.strip(_VERBATIM))].strip("\n")
    return line.replace(_CELL, "\t")
