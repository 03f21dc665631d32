"""Every format that can be read: adding one is a file with a reader, and a line here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from core.document import Kind
from core.extract.base import Extractor


@dataclass(frozen=True, slots=True)
class Format:
    """A format by name: its kind, its extensions (no dot), and its readers ("module:function"), the better first."""

    name: str
    kind: Kind
    extensions: str
    readers: tuple[str, ...]


FORMATS = (
    Format("pdf", "pdf", "pdf", ("pdf:read", "pdf_fallback:read")),
    Format("docx", "document", "docx docm dotx dotm", ("docx:read",)),
    Format("doc", "document", "doc dot", ("office:read_doc",)),
    Format("rtf", "document", "rtf", ("rtf:read",)),
    Format("odt", "document", "odt ott fodt", ("odf:read",)),
    Format("odp", "presentation", "odp otp fodp", ("odf:read",)),
    Format("ods", "spreadsheet", "ods ots fods", ("odf:read", "sheets:read_any")),
    Format("pptx", "presentation", "pptx pptm ppsx ppsm potx", ("office:read_pptx",)),
    Format("ppt", "presentation", "ppt pps pot", ("office:read_ppt",)),
    Format("xlsx", "spreadsheet", "xlsx xlsm xltx xltm", ("sheets:read_xlsx", "sheets:read_any")),
    Format("xlsb", "spreadsheet", "xlsb", ("sheets:read_any", "sheets:read_xlsx")),
    Format("xls", "spreadsheet", "xls xlt", ("sheets:read_xls", "sheets:read_any")),
    Format("epub", "book", "epub", ("epub:read",)),
    Format("fb2", "book", "fb2 fb2.zip", ("xml:read_book",)),
    Format("html", "web", "html htm xhtml xht shtml", ("html:read", "html_flat:read")),
    Format("xml", "text", "xml docbook dbk", ("xml:read", "plain:read")),
    Format("markdown", "text", "md markdown mdown mkd mdx rst adoc asciidoc", ("plain:read_markdown",)),
    Format("markup", "text", "tex ltx sty cls bib org texi texinfo", ("plain:read_markup",)),
    Format("subtitles", "text", "srt vtt", ("plain:read_subtitles",)),
    Format("notebook", "code", "ipynb", ("plain:read_notebook", "plain:read_code")),
    Format("text", "text", "txt text log csv tsv nfo me diff patch pod man 1st asc", ("plain:read",)),
    Format(
        "code",
        "code",
        "py pyi pyx c h cc cpp cxx hh hpp hxx ino m mm cs java kt kts scala groovy gradle js mjs cjs jsx ts tsx "
        "vue svelte go rs rb php pl pm t lua r jl hs lhs ml mli fs fsx ex exs erl hrl clj cljs lisp lsp el scm "
        "rkt swift dart d nim zig v vhd vhdl sv asm s f f90 f95 for pas pp ada adb ads cob sql sh bash zsh fish "
        "ps1 psm1 bat cmd awk sed tcl cmake mk mak make bzl nix tf hcl proto thrift graphql gql css scss sass "
        "less styl json json5 jsonl ndjson yaml yml toml ini cfg conf properties env desktop service rc xsd xsl "
        "xslt dtd tmpl j2 jinja ejs erb haml pug",
        ("plain:read_code",),
    ),
)

_NAMES = "readme license licence copying copyright changelog changes news authors todo install faq notice contributing"
_PROGRAMS = "makefile dockerfile vagrantfile gemfile rakefile jenkinsfile procfile cmakelists.txt"

_BY_NAME = {format_.name: format_ for format_ in FORMATS}
_BY_EXTENSION = {extension: format_ for format_ in FORMATS for extension in format_.extensions.split()}
_BY_FILE_NAME = dict.fromkeys(_NAMES.split(), _BY_NAME["text"]) | dict.fromkeys(_PROGRAMS.split(), _BY_NAME["code"])


def format_named(name: str) -> Format | None:
    """The format of that name."""
    return _BY_NAME.get(name)


def format_of(name: bytes) -> Format | None:
    """The format that a file's name (or path) promises."""
    base = os.path.basename(name).decode("utf-8", "replace").lower()
    if base in _BY_FILE_NAME:
        return _BY_FILE_NAME[base]
    stem, _, extension = base.rpartition(".")
    longer = f"{stem.rpartition('.')[2]}.{extension}"
    return (_BY_EXTENSION.get(longer) or _BY_EXTENSION.get(extension)) if stem else None


def kind_of(name: bytes) -> Kind | None:
    """The kind of document that a file's name promises; None if there is no reader for it: found by name only."""
    found = format_of(name)
    return found.kind if found else None


def readers_of(format_: Format) -> Iterator[Extractor]:
    """A format's readers, the better first; a reader's library is loaded when it is asked for."""
    for reader in format_.readers:
        module, _, function = reader.partition(":")
        yield cast(Extractor, getattr(import_module(f"core.extract.{module}"), function))
