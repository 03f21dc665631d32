"""The dialog for a bug in Findling: a report to copy, and the choice to continue or quit."""

from __future__ import annotations

import platform
import traceback

from PySide6.QtCore import Qt, Signal, Slot, qVersion
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from core import VERSION
from core.messages import tr
from gui.widgets.basic import Symbol, TextButton, label, resize_to_screen


def report_text(error: BaseException, where: str) -> str:
    """The versions and the traceback; no text of a document and no query."""
    facts = f"Findling {VERSION}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
    return "\n".join([facts, f"thread: {where}", "", *traceback.format_exception(error)]).rstrip()


class CrashDialog(QDialog):
    """Shows one report; emits `quit_requested` when the user chooses to quit."""

    quit_requested = Signal()

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Bug in Findling"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_to_screen(self, 640, 420)
        self.report = QPlainTextEdit(report)
        self.report.setObjectName("field")
        self.report.setReadOnly(True)
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setAccessibleName(tr("Report"))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Symbol("warning", 24, "warn"))
        head.addWidget(label(tr("Something went wrong in Findling"), factor=1.3, weight=QFont.Weight.DemiBold), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(
            label(
                tr(
                    "Please report this: copy the report below and send it to the developers. Your files are "
                    "untouched, and Findling sends nothing by itself."
                ),
                wrap=True,
            )
        )
        column.addWidget(self.report, 1)
        column.addLayout(self._buttons())
        self._continue.setFocus()

    def _buttons(self) -> QHBoxLayout:
        copy = TextButton(tr("Copy report"), "", "copy")
        quit_button = TextButton(tr("Quit Findling"))
        self._continue = continue_button = TextButton(tr("Continue"), "main")
        continue_button.setDefault(True)
        copy.clicked.connect(self._copy)
        quit_button.clicked.connect(self.quit_requested)
        continue_button.clicked.connect(self.close)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(quit_button)
        row.addWidget(continue_button)
        return row

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
