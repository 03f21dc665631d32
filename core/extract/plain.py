"""Plain-text formats: text, Markdown, source code, tables, subtitles, notebooks."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from core.document import Document, Kind
from core.extract import notes
from core.extract.base import ExtractionInput, TextBuilder, broken
from core.extract.clean import one_line, title_of
from core.extract.decode import decode
from core.extract.html_flat import flat_text
from core.extract.own_date import day_of

_HEADING = re.compile(r"^(?:#{1,3}[ \t]+(.+?)[ \t#]*|([^\n]+)\n(?:={3,}|-{3,})[ \t]*)$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_FENCE = re.compile(r"^(```|~~~).*?(?:^\1[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_LATEX_TITLE = re.compile(r"\\title(?:\[[^\]]*\])?\{([^{}]*)\}")
_ORG_TITLE = re.compile(r"^#\+TITLE:[ \t]*(.+)$", re.MULTILINE | re.IGNORECASE)
_CUE = re.compile(
    r"^(?:\d+\n)?(?:\d+:)?\d{1,2}:\d{2}[.,]\d{2,3}[ \t]+-->[^\n]*\n|\A(?:\ufeff)?WEBVTT[^\n]*\n", re.MULTILINE
)


def read(source: ExtractionInput) -> Document:
    """The text of a plain text file; of an exported chat also who wrote in it, and its last day."""
    text = decode(source.data)
    if not notes.is_chat(text):
        return _document(source, text, "text")
    people, day = notes.chat_facts(text.replace("\r\n", "\n"))
    return replace(_document(source, text, "text"), author=people, own_date=day)


def read_code(source: ExtractionInput) -> Document:
    """The text of source code or a configuration file."""
    return _document(source, decode(source.data), "code")


def read_markdown(source: ExtractionInput) -> Document:
    """The text of a Markdown or reStructuredText file, its title from its front matter or first heading."""
    text = notes.without_joplin_properties(decode(source.data))
    head = text[:20_000].replace("\r\n", "\n")
    document = _document(source, text, "text", title=_front_title(head) or _heading(head))
    return replace(document, own_date=day_of(_front_value(head, "date") or _front_value(head, "created")))


def read_markup(source: ExtractionInput) -> Document:
    """The text of a LaTeX or Org file."""
    text = decode(source.data)
    found = _LATEX_TITLE.search(text[:20_000]) or _ORG_TITLE.search(text[:20_000])
    return _document(source, text, "text", title=title_of(found[1]) if found else "")


def read_subtitles(source: ExtractionInput) -> Document:
    """The text of a subtitle file without its times."""
    return _document(source, _CUE.sub("", decode(source.data).replace("\r\n", "\n")), "text")


def read_notebook(source: ExtractionInput) -> Document:
    """The sources and text outputs of a Jupyter notebook's cells in order."""
    try:
        notebook = json.loads(decode(source.data))
        cells = notebook.get("cells") or [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
        text = "\n\n".join(piece for cell in cells for piece in _cell(cell))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise broken(error) from error
    return _document(source, text, "code", title=_heading(text[:20_000]))


def _document(source: ExtractionInput, text: str, kind: Kind, title: str = "") -> Document:
    builder = TextBuilder(source.limits)
    builder.add_up_to_data(text, source)
    return builder.document(kind, "plain", title=title)


def _front_title(head: str) -> str:
    return title_of(_front_value(head, "title"))


def _front_value(head: str, name: str) -> str:
    """A value of the front matter of Markdown; "" if there is none."""
    matter = _FRONT_MATTER.match(head)
    found = re.search(rf"^{name}:[ \t]*(.+)$", matter[1], re.MULTILINE) if matter else None
    return found[1].strip(" \t\"'") if found else ""


def _heading(head: str) -> str:
    found = _HEADING.search(_FENCE.sub("", _FRONT_MATTER.sub("", head)))
    return title_of(one_line((found[1] or found[2]).strip("*_` "))) if found else ""


def _cell(cell: dict[str, Any]) -> list[str]:
    pieces = [_joined(cell.get("source") or cell.get("input") or "")]
    for output in cell.get("outputs") or ():
        data = output.get("data") or {}
        error = f"{output.get('ename', '')}: {output.get('evalue', '')}" if "evalue" in output else ""
        plain = _joined(output.get("text") or data.get("text/plain") or error)
        pieces.append(plain or flat_text(_joined(data.get("text/html") or "")))
    return [piece for piece in pieces if piece]


def _joined(lines: str | list[str]) -> str:
    return lines if isinstance(lines, str) else "".join(lines)
