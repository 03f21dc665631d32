"""Why a file is found by its name only, and what would help."""

from __future__ import annotations

from core.messages.message import Template
from core.messages.translate import mark

TEMPLATES: dict[str, Template] = {
    "explain.named_archive": Template(
        mark("Findling does not look into this archive: it is found by its name only."),
        mark("Unpack it to search its contents."),
    ),
    "explain.named_cad": Template(
        mark("Findling cannot read technical drawings: it is found by its name only."), mark("Save a copy as PDF.")
    ),
    "explain.named_database": Template(
        mark("Findling does not read databases: it is found by its name only."),
        mark("Export what you search for, for example as CSV."),
    ),
    "explain.named_disk_image": Template(
        mark("It is the image of a disk, and found by its name only."), mark("Mount it, and add its folder.")
    ),
    "explain.named_djvu": Template(
        mark("Findling cannot read DjVu: it is found by its name only."), mark("Save a copy as PDF.")
    ),
    "explain.named_ebook": Template(
        mark("Findling cannot read this kind of book: it is found by its name only."), mark("Save a copy as EPUB.")
    ),
    "explain.named_encrypted": Template(
        mark("It is encrypted, and found by its name only."), mark("Save a copy without encryption.")
    ),
    "explain.named_font": Template(mark("It is a font, and found by its name only.")),
    "explain.named_help": Template(
        mark("Findling cannot read this kind of help: it is found by its name only."),
        mark("Unpack it (7-Zip can do that): its pages are read."),
    ),
    "explain.named_mail_store": Template(
        mark("Findling cannot read this mail program's own store: it is found by its name only."),
        mark("Export the messages as .eml, .msg or .mbox."),
    ),
    "explain.named_media": Template(
        mark("No title, description or other words are written into it: it is found by its name only.")
    ),
    "explain.named_office": Template(
        mark("Findling cannot read the documents of this program: it is found by its name only."),
        mark("Save a copy as PDF, or as a document of LibreOffice or Microsoft Office."),
    ),
    "explain.named_onenote": Template(
        mark("Findling cannot read OneNote: it is found by its name only."), mark("Export the pages as PDF.")
    ),
    "explain.named_picture": Template(
        mark("No title, description or other words are written into it: it is found by its name only.")
    ),
    "explain.named_program": Template(mark("It is a program or its data, and found by its name only.")),
    "explain.named_unknown": Template(mark("Findling cannot read this kind of file: it is found by its name only.")),
}
