"""Names that lie: in the list, the quick search and the properties, and the questions before such a file is opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tools.screenshots.visit import Visit, settle, until

PROGRAM = b"MZ\x90\0\3\0\0\0 Not a program, but its first bytes are those of one."
SCRIPT = b"#!/bin/sh\nexit 0\n"
SHORTCUT = b"[Desktop Entry]\nType=Application\nName=Invoice\nExec=true\n"
TEXT = b"An invoice for the repair of a bicycle, and of its lamp.\n"
PAGE = b"<html><title>Invoice &#8238;fdp&#8236; &#7; 2024</title><p>An invoice for a bicycle.</html>"
QUERY = "name:invoice"


def _archive(*names: str) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as members:
        for name in names:
            members.writestr(name, "<x/>")
    return package.getvalue()


MACROS = ("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
# A name, by what is asked before it is opened: "" for a file about which nothing is asked.
NAMES = {
    "program": ("invoice\u202etxt.exe", PROGRAM),
    "script": ("invoice\u200b\u2060.pdf\u00ad.sh", SCRIPT),
    "shortcut": ("invoice of the repair of a bicycle, its lamp and its bell.pdf.desktop", SHORTCUT),
    "macros": (
        "invoice \u2067March\u2069.docm",
        _archive(*MACROS),
    ),
    "mismatch": ("invoice.pdf", _archive("photos/beach.jpg")),
    "spaces": (f"invoice.pdf{' ' * 120}.exe", PROGRAM),
}
HARMLESS = {
    "invoice\nbicycle\x07.txt": TEXT,
    "فاتورة invoice 2024.txt": TEXT.replace(b"lamp", b"bell"),
    "invoice page.html": PAGE,
}


class NameStates(Visit):
    """What is shown of names with characters that turn around, are invisible, or push the ending out of sight."""

    def names(self) -> None:
        folder = self.home / "Downloads"
        folder.mkdir()
        for name, content in (*NAMES.values(), *HARMLESS.items()):
            (folder / name).write_bytes(content)
        library = self.app.library
        library.add_folder(folder)
        library.wait("words", 120.0)
        self._list()
        for kind, (name, _) in NAMES.items():
            self._question(f"names-open-{kind}", folder / name)
        with self._mirrored():
            self._question("names-open-mirrored", folder / NAMES["program"][0])
        self.app.window.search.box.clear()
        library.remove_folder(folder)
        until(lambda: str(folder) not in [one.path for one in library.folders()], "the folder is removed")

    def _list(self) -> None:
        window, search = self.app.window, self.app.search_controller
        window.search.box.setText(QUERY)
        until(lambda: len(window.results.rows.hits()) >= len(NAMES), "the names are found")
        until(lambda: not search._searching.busy, "the query was answered")
        window.results.enter()
        settle()
        self.take("names")
        size = window.size()
        window.resize(700, 500)
        self.take("names-small")
        window.resize(size)
        with self._mirrored():
            self.take("names-mirrored")
        turned = next(hit for hit in window.results.rows.hits() if hit.path.endswith(".exe") and "\u202e" in hit.path)
        files = search._file_actions
        files.do("properties", [turned])
        until(lambda: bool(files.properties.lines()), "the properties were read")
        self.take("names-properties", files.properties)
        files.properties.accept()
        quick = self.app.residence.quick
        quick.appear()
        quick.box.setText(QUERY)
        until(lambda: len(quick.hits.hits()) > 3, "the quick search has found them")
        self.take("names-quick", quick)
        quick.box.clear()
        quick.hide()

    def _question(self, picture: str, path: Path) -> None:
        from gui.dialogs.opening_question import OpeningQuestion

        opener, asked = self.app.opener, list[OpeningQuestion]()
        opener.asked.connect(asked.append)
        opener.open_document(str(path), self.app.window)
        until(lambda: bool(asked), f"the question about {path.name!r}")
        opener.asked.disconnect(asked.append)
        self.take(picture, asked[0])
        asked[0].reject()

    @contextmanager
    def _mirrored(self) -> Iterator[None]:
        from PySide6.QtCore import Qt
        from PySide6.QtWidgets import QApplication

        direction = QApplication.layoutDirection()
        QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        yield
        QApplication.setLayoutDirection(direction)
