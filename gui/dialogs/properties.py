"""The properties of a file: what the disk, its text and the library know of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.document import Document, Hit
from core.errors import FindlingError
from core.events import FileExplanation
from core.messages import ntr, terms, tr
from gui.results import hit_text
from gui.text import messages
from gui.widgets.basic import ELIDE_END, Picture, TextButton, label, resize_to_screen, rule

if TYPE_CHECKING:
    from core.library import Library


# The libraries that read documents, by the names that the catalogue has for them.
READERS = {
    "calamine": "Calamine",
    "lexbor": "Lexbor",
    "office-oxide": "Office Oxide",
    "pdfium": "PDFium",
    "pypdf": "pypdf",
}


@dataclass(frozen=True, slots=True)
class PropertyFacts:
    """What is known of a file; None where it is gone, has no text, or is not in the library."""

    status: os.stat_result | None
    document: Document | None
    explanation: FileExplanation | None
    tags: Sequence[str] = ()


def read_facts(library: Library, path: str) -> PropertyFacts:
    """Look at the disk and into the library; takes a moment."""
    try:
        status = os.stat(path)
    except OSError:
        status = None
    try:
        facts = library.diagnostics
        return PropertyFacts(status, library.queries.document(path), facts.why(path), facts.tags(path))
    except FindlingError:
        return PropertyFacts(status, None, None)


class PropertiesDialog(QDialog):
    """Shows what the list knows at once, and the rest when it was read."""

    help_page = "window.md"

    def __init__(self, hit: Hit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Properties"))
        resize_to_screen(self, 520, 460)
        self.path, self._hit = hit.path, hit
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(Picture(hit.kind, 40))
        title = label(hit_text.title(hit), factor=1.15, weight=QFont.Weight.DemiBold, elided=ELIDE_END)
        head.addWidget(title, 1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)
        copy = TextButton(tr("Copy"), "", "copy")
        close = TextButton(tr("Close"), "main")
        close.setDefault(True)
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 16)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(rule())
        column.addLayout(self._grid)
        column.addStretch(1)
        column.addLayout(buttons)
        self._lines: list[tuple[str, str]] = []
        self._show(self._known_at_once())
        close.setFocus()

    def lines(self) -> list[tuple[str, str]]:
        """What is shown, as (name, value)."""
        return list(self._lines)

    def show_facts(self, facts: PropertyFacts) -> None:
        """Add what was read from the disk and the library."""
        tags = [(tr("Tags"), terms.listed(facts.tags))]
        shown = [*self._known_at_once(facts.status), *tags, *_of_text(facts.document)]
        self._show([*shown, *_of_library(facts.explanation)])

    def _known_at_once(self, status: os.stat_result | None = None) -> list[tuple[str, str]]:
        hit = self._hit
        size = hit.size if status is None else status.st_size
        exact = tr("{size} ({count} bytes)", size=messages.size(size), count=messages.number(size))
        lines = [
            (tr("Name"), messages.shown_name(hit.path)),
            (tr("Folder"), messages.shown_path(os.path.dirname(hit.path))),
            (tr("Kind"), terms.kind(hit.kind)),
            (tr("Size"), exact if size >= 1000 else messages.size(size)),
            (tr("Modified"), _moment(hit.modified if status is None else status.st_mtime)),
        ]
        if status is not None:
            lines.append((tr("Opened"), _moment(status.st_atime)))
        copies = [messages.shown_path(path) for path in hit.also_at]
        return [*lines, *((tr("Same content"), path) for path in copies)]

    def _show(self, lines: list[tuple[str, str]]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        # Values can be copied; a copy of a name has no marks around it.
        self._lines = [(name, messages.unmarked(value)) for name, value in lines if value]
        for row, (name, value) in enumerate(self._lines):
            name_label, value_label = label(name, dim=True), label(value, wrap=True)
            name_label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
            value_label.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            value_label.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(name_label, row, 0)
            self._grid.addWidget(value_label, row, 1)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"{name}: {value}" for name, value in self._lines))


def _moment(seconds: float) -> str:
    return tr("{day:date}, {time:time}", day=seconds, time=seconds) if seconds > 0 else ""


def _of_text(document: Document | None) -> list[tuple[str, str]]:
    if document is None:
        return []
    counted = {"page", "slide", "sheet", "chapter", "message"}
    if any(part.unit == "quote" for part in document.parts):  # one message: what it says itself is in two parts
        counted.remove("message")
    parts = [part for part in document.parts if part.unit in counted]
    return [
        (tr("Title"), document.title),
        (tr("Author"), document.author),
        (tr("Parts"), _parts(parts[0].unit, len(parts)) if parts else ""),
        (tr("Text"), ntr("{count} character", "{count} characters", len(document.text))),
        (tr("Read by"), _reader(document.extractor)),
    ]


def _reader(extractor: str) -> str:
    """What read a file, by its own name; Findling itself for formats that need no library."""
    name = extractor.rpartition("/")[0] or extractor
    return READERS.get(name, "Findling") if name else ""


def _parts(unit: str, count: int) -> str:
    match unit:
        case "page":
            return ntr("{count} page", "{count} pages", count)
        case "slide":
            return ntr("{count} slide", "{count} slides", count)
        case "sheet":
            return ntr("{count} sheet", "{count} sheets", count)
        case "chapter":
            return ntr("{count} chapter", "{count} chapters", count)
        case _:
            return ntr("{count} message", "{count} messages", count)


def _of_library(explanation: FileExplanation | None) -> list[tuple[str, str]]:
    if explanation is None:
        return []
    passages = ntr("{count} passage", "{count} passages", explanation.passages) if explanation.passages else ""
    if explanation.passages and explanation.embedded < explanation.passages:
        passages = tr(
            "{passages}, {count} of them searchable by meaning", passages=passages, count=explanation.embedded
        )
    return [
        (tr("Passages"), passages),
        (tr("State"), explanation.sentence),
        (tr("What you can do"), explanation.remedy),
    ]
