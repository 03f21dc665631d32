"""The registry of formats: a new format is a module with its reader, and a line in `FORMATS`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from typing import cast

from core.document import Kind
from core.extract.base import DocumentReader
from core.extract.format import Format
from core.extract.mail.signatures import mail_header, mailbox, web_archive
from core.extract.signatures import (
    ARCHIVE,
    MARKUP,
    PACKAGE_MEMBER,
    contains,
    html_page,
    iso_media,
    magic,
    ole_stream,
    package_member,
    package_suffix,
    package_type,
    pdf_header,
    riff,
    script,
    tag,
    tar,
    text_magic,
    text_with,
    xml_declaration,
)

_ODF = b"application/vnd.oasis.opendocument."
_FLAT_ODF = tag(b"<office:document", priority=MARKUP - 1)
_NAMES = "readme license licence copying copyright changelog changes news authors todo install faq notice contributing"
_PROGRAMS = "makefile dockerfile vagrantfile gemfile rakefile jenkinsfile procfile cmakelists.txt"

_ARTICLE = (
    rb"(?:<.{0,600}?)?<article\s[^>]{0,2000}?article-type=|(?:<.{0,200}?)?<!DOCTYPE article[^>]{0,200}(?:JATS|NLM)"
)
_PLIST = rb"(?:<.{0,300}?)?<plist[\s>]"
_KEEP_NOTE = rb'\{.{0,3000}?"(?:textContent|textContentHtml|isTrashed|userEditedTimestampUsec)"\s*:'
_AUDIO = "mp3 m4a m4b aac ogg oga opus flac wav aif aiff wma ape mka"
_VIDEO = "mp4 m4v mov mkv webm avi wmv flv ogv mpg mpeg 3gp vob"
_COMPRESSIONS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd")

FORMATS = (
    Format(
        "pdf", "pdf", "pdf", ("pdf:read", "pdf_fallback:read"),
        (pdf_header(), contains(b"%PDF-", within=65_536, only_if_named=True),
         contains(b"/Catalog", within=65_536, only_if_named=True)),
    ),
    Format("docx", "document", "docx docm dotx dotm", ("docx:read",), (package_member("word/document"),)),
    Format("doc", "document", "doc dot", ("office:read_doc",), (ole_stream("WordDocument"),), "ignore"),
    Format("rtf", "document", "rtf", ("rtf:read",), (text_magic(b"{\\rtf"),)),
    Format("odg", "document", "odg otg fodg", ("odf:read",), (package_type(_ODF + b"graphics"), _FLAT_ODF)),
    Format("visio", "document", "vsdx vstx vssx vsdm", ("diagrams:read_visio",), (package_member("visio/"),)),
    Format(
        "drawio", "document", "drawio dio", ("diagrams:read_drawio", "xml:read"),
        (tag(b"<mxfile"), tag(b"<mxGraphModel")),
    ),
    Format("xps", "document", "xps oxps", ("xps:read",), (package_suffix(".fpage"), package_suffix("/[0].piece"))),
    Format(
        "iwork", "document", "pages key numbers", ("iwork:read",),
        (package_member("Index/Document.iwa"), package_member("index.", only_if_named=True),
         package_suffix("/index.zip", only_if_named=True)),
    ),
    Format(
        "jats", "document", "jats nxml", ("article:read", "xml:read"),
        (text_with(_ARTICLE, priority=MARKUP - 1),), "vague",
    ),
    Format("postscript", "document", "ps eps epsf", ("postscript:read",), (magic(b"%!PS", b"\xc5\xd0\xd3\xc6"),)),
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
    Format("xml", "text", "xml docbook dbk rss atom kml gpx",
        ("xml:read", "plain:read"), (xml_declaration(),), "vague"),
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
        (script(),),
        text="strong",
        file_names=_PROGRAMS,
    ),
    Format(
        "image", "image", "png jpg jpeg jpe gif bmp tif tiff webp heic heif avif", ("pictures:read",),
        (magic(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"), magic(b"BM", only_if_named=True),
         riff(b"WEBP"), iso_media(pictures=True)),
        is_seeking=True,
    ),
    Format(
        "media", "media", f"{_AUDIO} {_VIDEO}", ("media:read",),
        (magic(b"ID3", b"fLaC", b"OggS", b"\x1a\x45\xdf\xa3", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b"FLV\x01",
               b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\0\0\1\xba", b"\0\0\1\xb3"),
         riff(b"WAVE", b"AVI ", b"AIFF", b"AIFC"), iso_media(pictures=False)),
        is_seeking=True,
    ),
    Format("svg", "image", "svg", ("xml:read_svg",), (tag(b"<svg", priority=MARKUP - 2),), "strong"),
    Format("outline", "text", "opml", ("xml:read_outline",), (tag(b"<opml"),), "vague"),
    Format(
        "plist", "text", "plist", ("property_list:read", "xml:read"),
        (magic(b"bplist"), text_with(_PLIST)), "vague",
    ),
    Format(
        "link", "web", "webloc url", ("property_list:read_link", "plain:read"),
        (text_with(rb"\[InternetShortcut\]"), magic(b"bplist", only_if_named=True),
         text_with(_PLIST, only_if_named=True)), "strong",
    ),
    Format("enex", "text", "enex", ("notes:read_evernote",), (text_with(rb"(?:<.{0,400}?)?<en-export[\s>]"),), "vague"),
    Format(
        "keep", "text", "", ("notes:read_keep", "plain:read_code"),
        (text_with(_KEEP_NOTE),),
    ),
    Format("canvas", "text", "canvas", ("notes:read_canvas", "plain:read"), text="strong"),
    Format("references", "text", "ris nbib enw", ("article:read_references",), text="strong"),
    Format("records", "text", "ics ifb vcs vcf vcard ldif", ("records:read",), text="strong"),
    Format("compressed", "other", "gz bz2 xz lzma zst svgz", ("unpack:read",), (magic(*_COMPRESSIONS),)),
    Format(
        "archive", "archive", "zip tar tgz tbz2 txz tzst tar.gz tar.bz2 tar.xz tar.zst 7z rar", ("archive_list:read",),
        (magic(b"PK", only_if_named=True, priority=ARCHIVE), magic(b"7z\xbc\xaf", b"Rar!"), tar(),
         magic(*_COMPRESSIONS, only_if_named=True)),
        members="archive_members:files_of",
    ),
    Format("program_package", "archive", "jar war ear"),
    Format("msg", "mail", "msg", ("mail.message:read_outlook",), (ole_stream("__properties_version1.0"),),
        members="mail.attachments:of_outlook", members_within=1),
    Format("mbox", "mail", "mbox mbx", ("mail.mailbox:read",), (mailbox(),), "strong",
        members="mail.mailbox:messages_from"),
    Format("eml", "mail", "eml emlx", ("mail.message:read",), (mail_header(),), "strong",
        members="mail.attachments:of_message", members_within=1),
    Format("mht", "web", "mht mhtml", ("mail.message:read_web_archive",), (web_archive(),), "strong"),
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


def is_read_by_seeking(path: bytes) -> bool:
    """Whether a file's name belongs to a format whose readers seek in it for what they need."""
    found = format_of(path)
    return found is not None and found.is_seeking


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
