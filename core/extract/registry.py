"""The registry of formats: a new format is a module with its reader, and a line in `FORMATS`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Literal, cast

from core.document import Kind
from core.extract.base import DocumentReader
from core.extract.signatures import (
    MARKUP,
    PACKAGE_MEMBER,
    Signature,
    contains,
    html_page,
    ole_stream,
    package_member,
    package_suffix,
    package_type,
    tag,
    text_magic,
    xml_declaration,
)

TextRole = Literal["refuse", "ignore", "vague", "strong"]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its kind, its extensions (without dot) and whole file names, its readers and its signatures.

    `readers` are "module:function" below `core.extract`, best first; without any, files are indexed by name only.
    `text` tells how to treat a file with a name of the format whose content is text: "refuse" it as damaged; "ignore"
    the name, which other programs also use; "vague": read it unless it is HTML; "strong": read it.
    """

    name: str
    kind: Kind
    extensions: str
    readers: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    text: TextRole = "refuse"
    file_names: str = ""


_ODF = b"application/vnd.oasis.opendocument."
_FLAT_ODF = tag(b"<office:document", priority=MARKUP - 1)
_NAMES = "readme license licence copying copyright changelog changes news authors todo install faq notice contributing"
_PROGRAMS = "makefile dockerfile vagrantfile gemfile rakefile jenkinsfile procfile cmakelists.txt"

FORMATS = (
    Format(
        "pdf", "pdf", "pdf", ("pdf:read", "pdf_fallback:read"),
        (contains(b"%PDF-", within=1024), contains(b"%PDF-", within=65_536, only_if_named=True)),
    ),
    Format("docx", "document", "docx docm dotx dotm", ("docx:read",), (package_member("word/document"),)),
    Format("doc", "document", "doc dot", ("office:read_doc",), (ole_stream("WordDocument"),), "ignore"),
    Format("rtf", "document", "rtf", ("rtf:read",), (text_magic(b"{\\rtf"),)),
    Format("odt", "document", "odt ott fodt", ("odf:read",), (package_type(_ODF + b"text"), _FLAT_ODF)),
    Format("odp", "presentation", "odp otp fodp", ("odf:read",), (package_type(_ODF + b"presentation"), _FLAT_ODF)),
    Format(
        "ods", "spreadsheet", "ods ots fods", ("odf:read", "sheets:read_any"),
        (package_type(_ODF + b"spreadsheet"), _FLAT_ODF),
    ),
    Format(
        "xlsb", "spreadsheet", "xlsb", ("sheets:read_any", "sheets:read_xlsx"),
        (package_member("xl/workbook.bin", priority=PACKAGE_MEMBER + 1),),
    ),
    Format(
        "xlsx", "spreadsheet", "xlsx xlsm xltx xltm", ("sheets:read_xlsx", "sheets:read_any"),
        (package_member("xl/workbook"),),
    ),
    Format(
        "pptx", "presentation", "pptx pptm ppsx ppsm potx", ("office:read_pptx",), (package_member("ppt/presentation"),)
    ),
    Format("ppt", "presentation", "ppt pps pot", ("office:read_ppt",), (ole_stream("PowerPoint Document"),), "ignore"),
    Format(
        "xls", "spreadsheet", "xls xlt", ("sheets:read_xls", "sheets:read_any"), (ole_stream("Workbook", "Book"),),
        "ignore",
    ),
    Format(
        "epub", "book", "epub", ("epub:read",),
        (package_type(b"application/epub+zip"), package_member("META-INF/container.xml")),
    ),
    Format("fb2", "book", "fb2 fb2.zip", ("xml:read_book",), (tag(b"<FictionBook"), package_suffix(".fb2")), "strong"),
    Format("html", "web", "html htm xhtml xht shtml", ("html:read", "html_flat:read"), (html_page(),), "strong"),
    Format("xml", "text", "xml docbook dbk", ("xml:read", "plain:read"), (xml_declaration(),), "vague"),
    Format("markdown", "text", "md markdown mdown mkd mdx rst adoc asciidoc", ("plain:read_markdown",), text="strong"),
    Format("markup", "text", "tex ltx sty cls bib org texi texinfo", ("plain:read_markup",), text="strong"),
    Format("subtitles", "text", "srt vtt", ("plain:read_subtitles",), text="strong"),
    Format("notebook", "code", "ipynb", ("plain:read_notebook", "plain:read_code"), text="strong"),
    Format(
        "text", "text", "txt text log csv tsv nfo me diff patch pod man 1st asc", ("plain:read",), text="vague",
        file_names=_NAMES,
    ),
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
        text="strong",
        file_names=_PROGRAMS,
    ),
    Format("image", "image", "png jpg jpeg gif bmp tif tiff webp heic svg"),
    Format("msg", "mail", "msg", (), (ole_stream("__properties_version1.0"),)),
    Format("mail", "mail", "eml mbox"),
)  # fmt: skip

_BY_NAME = {format_.name: format_ for format_ in FORMATS}
_UNREAD_FIRST = sorted(FORMATS, key=lambda format_: bool(format_.readers))  # a format with a reader takes them over
_BY_EXTENSION = {extension: format_ for format_ in _UNREAD_FIRST for extension in format_.extensions.split()}
_BY_FILE_NAME = {name: format_ for format_ in FORMATS for name in format_.file_names.split()}


def format_by_name(name: str) -> Format:
    """The format with this name; raises KeyError."""
    return _BY_NAME[name]


def format_of(path: bytes) -> Format | None:
    """The format that a file's name (or path) belongs to."""
    base = os.path.basename(path).decode("utf-8", "replace").lower()
    if base in _BY_FILE_NAME:
        return _BY_FILE_NAME[base]
    stem, _, extension = base.rpartition(".")
    longer = f"{stem.rpartition('.')[2]}.{extension}"
    return (_BY_EXTENSION.get(longer) or _BY_EXTENSION.get(extension)) if stem else None


def readable_kind(path: bytes) -> Kind | None:
    """The kind of a file by its name; None if its format has no reader, so that it is indexed by name only."""
    found = format_of(path)
    return found.kind if found and found.readers else None


def kind_of(path: bytes) -> Kind:
    """The kind of a file by its name, with or without a reader; "other" if no format has the name."""
    found = format_of(path)
    return found.kind if found else "other"


def unread_extensions() -> dict[Kind, frozenset[str]]:
    """The extensions of formats without a reader, by their kind."""
    found: dict[Kind, frozenset[str]] = {}
    for extension, format_ in _BY_EXTENSION.items():
        if not format_.readers:
            found[format_.kind] = found.get(format_.kind, frozenset()) | {extension}
    return found


def readers_of(format_: Format) -> Iterator[DocumentReader]:
    """A format's readers, best first; imports a reader's module only when the iteration reaches it."""
    for reader in format_.readers:
        module, _, function = reader.partition(":")
        yield cast(DocumentReader, getattr(import_module(f"core.extract.{module}"), function))
