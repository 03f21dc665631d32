"""What can be typed in the search box, on one sheet: the tables of the manual's page on search."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from core.messages import tr
from gui.dialogs.help import manual_page
from gui.dialogs.help_style import style_document
from gui.shortcuts.actions import ACTIONS
from gui.shortcuts.bindings import Shortcuts
from gui.shortcuts.keys import native
from gui.widgets.basic import TextButton, resize_to_screen
from gui.widgets.theme import colours

PAGE = "search.md"
SHEET_SIZE = (720, 560)
TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)


def syntax_tables() -> str:
    """The tables of the manual's page in the language in use, as Markdown."""
    return "\n".join(TABLE.findall(manual_page(PAGE).read_text(encoding="utf-8") + "\n"))


def keys_table(shortcuts: Shortcuts) -> str:
    """The keys of all actions that have some, as a table in Markdown."""
    in_use = shortcuts.keys()
    rows = [
        f"| {' '.join(_code(native(keys)) for keys in in_use[name])} | {action.title} |"
        for name, action in ACTIONS.items()
        if in_use[name]
    ]
    return "\n".join((f"| {tr('Keys')} | {tr('Action')} |", "|---|---|", *rows, ""))


def _code(text: str) -> str:
    """Keys as code in a cell of a table."""
    return f"`` {text} ``".replace("|", "\\|")


class SyntaxSheet(QDialog):
    """Stays open beside the window; emits `manual_requested` for the whole page."""

    help_page = PAGE
    manual_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("What you can type"))
        self.setModal(False)
        resize_to_screen(self, *SHEET_SIZE)
        self.view = QTextBrowser()
        self.view.setObjectName("text")
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setAccessibleName(tr("What you can type"))
        self.view.setOpenLinks(False)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.view.document().setDefaultTextOption(option)
        self._show(syntax_tables())
        self.manual = TextButton(tr("More in the manual"), "quiet")
        self.manual.clicked.connect(self._open_manual)
        close = TextButton(tr("Close"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(16, 8, 16, 12)
        buttons.addWidget(self.manual)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addLayout(buttons)

    def show_keys(self, shortcuts: Shortcuts) -> None:
        """Show the keys in use below what can be typed."""
        self._show(f"{syntax_tables()}\n{keys_table(shortcuts)}")

    def _show(self, markdown: str) -> None:
        self.view.setMarkdown(markdown)
        style_document(self.view.document(), colours())

    def _open_manual(self) -> None:
        self.manual_requested.emit(PAGE)
