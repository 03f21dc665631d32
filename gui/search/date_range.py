"""Asks for a range of dates."""

from __future__ import annotations

from PySide6.QtCore import QDate, Signal, Slot
from PySide6.QtWidgets import QDateEdit, QDialog, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.messages import tr
from gui.widgets.basic import TextButton, label


class DateRangeDialog(QDialog):
    """Two dates; emits `chosen([value])` with the value of a date filter."""

    help_page = "search.md"
    chosen = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Choose dates"))
        today = QDate.currentDate()
        self.first, self.last = _field(today.addMonths(-1)), _field(today)
        self.first.dateChanged.connect(self._check)
        self.last.dateChanged.connect(self._check)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        form.addRow(tr("From"), self.first)
        form.addRow(tr("To"), self.last)
        self.note = label("", dim=True, wrap=True)
        self.choose = TextButton(tr("Show documents"), "main")
        self.choose.setDefault(True)
        cancel = TextButton(tr("Cancel"))
        self.choose.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(tr("Documents that were changed between these days:"), wrap=True))
        column.addLayout(form)
        column.addWidget(self.note)
        column.addLayout(buttons)
        self._check()

    @Slot()
    def accept(self) -> None:
        if self.choose.isEnabled():
            first, last = (field.date().toString("yyyy-MM-dd") for field in (self.first, self.last))
            self.chosen.emit([f"{first}..{last}"])
            super().accept()

    @Slot()
    def _check(self) -> None:
        """Only days in their order can be chosen."""
        in_order = self.first.date() <= self.last.date()
        self.choose.setEnabled(in_order)
        self.note.setText("" if in_order else tr("The first day is after the last."))


def _field(day: QDate) -> QDateEdit:
    field = QDateEdit(day)
    field.setCalendarPopup(True)
    field.setMinimumDate(QDate(1900, 1, 1))
    field.setMaximumDate(QDate(2199, 12, 31))
    return field
