"""Our own bugs: said to be ours, with a report to copy, and the choice to go on or to quit."""

from __future__ import annotations

import platform
import traceback

from PySide6.QtCore import Qt, Signal, Slot, qVersion
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui import VERSION
from gui.widgets.basic import Symbol, TextButton, label, resize_to_screen


def report_text(error: BaseException, where: str) -> str:
    """What a developer needs: versions and the traceback; no document's text and no query."""
    facts = f"Findling {VERSION}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
    return "\n".join([facts, f"thread: {where}", "", *traceback.format_exception(error)]).rstrip()


class CrashDialog(QDialog):
    """Shows one report; `quit_requested` when the person has had enough."""

    quit_requested = Signal()

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("A bug in Findling"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_to_screen(self, 640, 420)
        self.report = QPlainTextEdit(report)
        self.report.setObjectName("field")
        self.report.setReadOnly(True)
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setAccessibleName(self.tr("Report"))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Symbol("warning", 24, "warn"))
        head.addWidget(label(self.tr("This is a mistake of ours"), factor=1.3, weight=QFont.Weight.DemiBold), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(
            label(
                self.tr(
                    "Findling came upon something it was not made for. Your files are untouched. You can go on; "
                    "if it comes back, the report below helps us to mend it. Nothing is sent by itself."
                ),
                wrap=True,
            )
        )
        column.addWidget(self.report, 1)
        column.addLayout(self._buttons())
        self._stay.setFocus()

    def _buttons(self) -> QHBoxLayout:
        copy = TextButton(self.tr("Copy the report"), "", "copy")
        leave = TextButton(self.tr("Quit Findling"))
        self._stay = stay = TextButton(self.tr("Go on"), "main")
        stay.setDefault(True)
        copy.clicked.connect(self._copy)
        leave.clicked.connect(self.quit_requested)
        stay.clicked.connect(self.close)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(stay)
        return row

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
