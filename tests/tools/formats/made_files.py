"""Small files of kinds that collections seldom have: the first bytes of each, and some text where it has text."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

SENTENCE = "The brass foghorn of the lighthouse was replaced in spring."
_BINARY = bytes(range(256)) * 8
# The first bytes of formats that are known by name only.
_BYTES: dict[str, bytes] = {
    "drawing.dwg": b"AC1027\0\0\0",
    "part.stl": bytes(80) + b"\x01\0\0\0",
    "scene.blend": b"BLENDER-v300",
    "disk.iso": bytes(2048),
    "disk.qcow2": b"QFI\xfb\0\0\0\3",
    "image.dmg": b"x\x01\x73\x0d",
    "book.djvu": b"AT&TFORM\0\0\1\0DJVU",
    "book.mobi": b"Title\0".ljust(60, b"\0") + b"BOOKMOBI",
    "book.azw3": b"Title\0".ljust(60, b"\0") + b"BOOKMOBI",
    "letter.gpg": b"\x85\x01\x0c\x03",
    "keys.kdbx": b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5",
    "font.ttf": b"\0\1\0\0\0\x0f\0\x80",
    "font.woff2": b"wOF2\0\1\0\0",
    "help.hlp": b"\x3f\x5f\x03\0",
    "mail.ost": b"!BDN\0\0\0\0",
    "mail.dbx": b"\xcf\xad\x12\xfe",
    "letter.wpd": b"\xffWPC\x10\0\0\0",
    "poster.indd": b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5",
    "poster.pub": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "photo.cr2": b"II\x2a\0\x10\0\0\0CR\2\0",
    "photo.nef": b"MM\0\x2a\0\0\0\x08",
    "picture.psd": b"8BPS\0\1\0\0",
    "picture.xcf": b"gimp xcf v011\0",
    "program.exe": b"MZ\x90\0\3\0\0\0",
    "library.so": b"\x7fELF\2\1\1\0",
    "code.pyc": b"\xa7\x0d\x0d\x0a",
    "code.class": b"\xca\xfe\xba\xbe",
    "code.wasm": b"\0asm\1\0\0\0",
    "data.parquet": b"PAR1\x15\0\x15",
    "data.mdb": b"\0\1\0\0Standard Jet DB\0",
    "packet.pcap": b"\xd4\xc3\xb2\xa1",
    "packed.rpm": b"\xed\xab\xee\xdb\3\0",
    "packed.lz4": b"\x04\x22\x4d\x18",
    "packed.cab": b"MSCF\0\0\0\0",
    "installer.deb": b"!<arch>\ndebian-binary",
}
# The text of other formats, with SENTENCE in place of the dollar sign.
_TEXTS: dict[str, str] = {
    "script": "#!/bin/sh\n# $\necho done\n",
    "Dockerfile": "FROM debian\n# $\n",
    "Makefile": "# $\nall:\n\techo\n",
    "LICENSE": "$\n",
    "unknown.xyzzy": "$\n",
    "page.wiki": "== Foghorn ==\n$\n",
    "page.textile": "h1. Foghorn\n\n$\n",
    "page.rst": "Foghorn\n=======\n\n$\n",
    "page.adoc": "= Foghorn\n\n$\n",
    "page.org": "* Foghorn\n$\n",
    "notes.qmd": "---\ntitle: Foghorn\n---\n$\n",
    "notes.typ": "= Foghorn\n$\n",
    "notes.mmd": "Title: Foghorn\n\n$\n",
    "paper.tex": "\\section{Foghorn}\n$\n",
    "plan.puml": "@startuml\nA -> B: $\n@enduml\n",
    "old.bas": '10 PRINT "$"\n',
    "code.py": "def foghorn():\n    '''$'''\n",
    "code.rs": "// $\nfn main() {}\n",
    "code.sql": "-- $\nSELECT 1;\n",
    "change.patch": "--- a\n+++ b\n@@ -1 +1 @@\n+$\n",
    "citation.ris": "TY  - JOUR\nTI  - $\nER  - \n",
    "citation.nbib": "PMID- 1\nTI  - $\n",
    "tool.1": ".TH TOOL 1\n.SH NAME\ntool \\- $\n",
    "song.srt": "1\n00:00:01,000 --> 00:00:02,000\n$\n",
    "song.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n$\n",
    "table.tsv": "name\ttext\nfoghorn\t$\n",
    "table.csv": "name,text\nfoghorn,$\n",
    "data.yaml": "text: $\n",
    "data.toml": 'text = "$"\n',
    "data.jsonl": '{"text": "$"}\n',
    "feeds.opml": '<opml><body><outline text="$"/></body></opml>',
    "place.kml": '<?xml version="1.0"?><kml><Placemark><name>$</name></Placemark></kml>',
    "picture.svg": '<svg xmlns="http://www.w3.org/2000/svg"><text>$</text></svg>',
    "plan.drawio": '<mxfile><diagram name="Foghorn"><mxGraphModel><root><mxCell value="$"/></root></mxGraphModel>'
    "</diagram></mxfile>",
    "site.webloc": '<?xml version="1.0"?><plist version="1.0"><dict><key>URL</key>'
    "<string>https://example.org/foghorn</string></dict></plist>",
    "site.url": "[InternetShortcut]\nURL=https://example.org/foghorn\n",
    "figure.eps": "%!PS-Adobe-3.0 EPSF-3.0\n%%Title: $\n",
    "date.ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:$\nEND:VEVENT\nEND:VCALENDAR\n",
    "note.canvas": '{"nodes": [{"type": "text", "text": "$"}], "edges": []}',
}


def make_files(folder: Path) -> None:
    """Write the files; those of formats that are not read hold their first bytes, and nothing that could be read."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in _BYTES.items():
        (folder / name).write_bytes(data + _BINARY)
    for name, text in _TEXTS.items():
        (folder / name).write_text(text.replace("$", SENTENCE), encoding="utf-8")
    notebook = {"cells": [{"cell_type": "markdown", "source": [SENTENCE]}], "nbformat": 4, "nbformat_minor": 5}
    (folder / "notes.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "data.sqlite").unlink(missing_ok=True)
    with sqlite3.connect(folder / "data.sqlite") as database:
        database.execute("CREATE TABLE notes (text TEXT)")
    database.close()
