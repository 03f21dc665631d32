"""The manual: pages of Markdown from `resources/help`, with links between them and a way back."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QSettings, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QTextOption
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from core.messages import language, tr
from core.messages.translate import SOURCE_LANGUAGE
from core.paths import resources
from gui.dialogs.help_style import style_document
from gui.widgets.basic import IconButton, TextButton, resize_to_screen, rule
from gui.widgets.theme import colours

CONTENTS = "index.md"
SIZE = (820, 720)
MAX_WIDTH = 760  # pixels of the text; longer lines are hard to read
MARGIN = 28
GEOMETRY = "help/geometry"


def manual_page(name: str) -> Path:
    """The file of a page in the language in use, else in English."""
    folder = resources() / "help"
    translated = folder / language() / name
    return translated if translated.is_file() else folder / SOURCE_LANGUAGE / name


def anchor_of(heading: str) -> str:
    """The fragment of links to a heading: lower case, without punctuation, with hyphens for blanks."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


class ManualView(QTextBrowser):
    """Shows pages of the manual; emits `link_clicked(url)` for a link to anything else, and fetches nothing."""

    link_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("text")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Help"))
        self.setOpenLinks(False)
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)
        self.document().setDocumentMargin(0)
        self.sourceChanged.connect(self._style)
        self.anchorClicked.connect(self._follow)

    def show_page(self, name: str, section: str = "") -> None:
        """Show a page by its file name, from a section on; the page shown before can be returned to."""
        url = QUrl.fromLocalFile(str(manual_page(name)))
        if url != self.source():
            self.setSource(url)
        if section:
            self._scroll_to(section)

    @Slot(QUrl)
    def _follow(self, url: QUrl) -> None:
        if url.isLocalFile() and manual_page(url.fileName()).is_file():
            self.show_page(url.fileName(), url.fragment())
        else:
            self.link_clicked.emit(url.toString())

    def _scroll_to(self, section: str) -> None:
        """Show a section by its heading as links to it spell it; Qt gives the headings of Markdown no anchors."""
        document, block = self.document(), self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and anchor_of(block.text()) == section:
                top = document.documentLayout().blockBoundingRect(block).top()
                self.verticalScrollBar().setValue(round(top))
                return
            block = block.next()

    @Slot()
    def _style(self) -> None:
        style_document(self.document(), colours())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self.source().isEmpty():
            self.reload()  # with the colours of links
            self._style()

    def resizeEvent(self, event: QResizeEvent) -> None:
        spare = max(0, self.width() - MAX_WIDTH - 2 * MARGIN) // 2
        self.setViewportMargins(MARGIN + spare, MARGIN // 2, MARGIN + spare, MARGIN // 2)
        super().resizeEvent(event)


class HelpDialog(QDialog):
    """Stays open beside the other windows: give it no parent, as a modal dialog would block it too."""

    link_clicked = Signal(str)

    def __init__(self, state: QSettings | None = None) -> None:
        super().__init__()
        self._state = state
        self.setWindowTitle(tr("Help"))
        resize_to_screen(self, *SIZE)
        from_right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.back = IconButton("chevron-right" if from_right else "chevron-left", tr("Back (Alt+Left)"))
        self.contents = TextButton(tr("Contents"), "quiet")
        self.view = ManualView()
        self.back.setEnabled(False)
        self.back.clicked.connect(self.view.backward)
        self.contents.clicked.connect(self._show_contents)
        self.view.backwardAvailable.connect(self.back.setEnabled)
        self.view.link_clicked.connect(self.link_clicked)
        QShortcut(QKeySequence("Alt+Left"), self, self.view.backward)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 8, 12, 8)
        bar.setSpacing(4)
        bar.addWidget(self.back)
        bar.addWidget(self.contents)
        bar.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(rule())
        column.addWidget(self.view, 1)
        saved = state.value(GEOMETRY) if state is not None else None
        if isinstance(saved, QByteArray):
            self.restoreGeometry(saved)

    def show_page(self, name: str = CONTENTS) -> None:
        """Open the manual at a page."""
        self.view.show_page(name)
        self.view.setFocus()
        self.show()
        self.raise_()
        self.activateWindow()

    def hideEvent(self, event: QHideEvent) -> None:
        if self._state is not None:
            self._state.setValue(GEOMETRY, self.saveGeometry())
        super().hideEvent(event)

    @Slot()
    def _show_contents(self) -> None:
        self.view.show_page(CONTENTS)
        self.view.setFocus()
