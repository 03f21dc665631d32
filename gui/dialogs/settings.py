"""The choices of a library and the look of the window, each with what it costs."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.settings import Settings, is_kind_limit
from gui.engine import engine_text
from gui.widgets.basic import CUT_END, TextButton, calm, label, resize_to_screen, rule
from gui.widgets.theme import Choice

CHOICES: tuple[Choice, ...] = ("system", "light", "dark")


class SettingsDialog(QDialog):
    """Edits a copy: `chosen(Settings)` and `look_chosen(Choice)` are sent when the person agrees.

    Model and engine have a panel of their own: `engine_requested`, after the rest is kept.
    """

    chosen = Signal(object)
    look_chosen = Signal(str)
    engine_requested = Signal()

    def __init__(self, settings: Settings, look: Choice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        resize_to_screen(self, 620, 640)
        self._before = settings
        form = QWidget()
        form.setObjectName("form")
        self._column = QVBoxLayout(form)
        self._column.setContentsMargins(20, 20, 20, 20)
        self._column.setSpacing(16)
        self._add_look(look)
        self._add_engine()
        self._add_files()
        self._add_schedule()
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(form)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area, 1)
        column.addWidget(rule())
        column.addLayout(self._buttons())
        self._show(settings)

    def settings(self) -> Settings:
        """The settings as they stand in the dialog."""
        lines = self.exclude.toPlainText().splitlines()
        return dataclasses.replace(
            self._before,
            max_file_mb=self.largest.value(),
            max_kind_mb=tuple(filter(is_kind_limit, (" ".join(part.split()) for part in self.kinds.text().split(",")))),
            poll_minutes=self.poll.value(),
            hidden_files=self.hidden_files.isChecked(),
            wait_on_battery=self.wait_on_battery.isChecked(),
            wait_on_load=self.wait_on_load.isChecked(),
            ask_before_embedding=self.ask_first.isChecked(),
            exclude=tuple(line.strip() for line in lines if line.strip()),
        )

    def _show(self, settings: Settings) -> None:
        self.largest.setValue(settings.max_file_mb)
        self.kinds.setText(", ".join(settings.max_kind_mb))
        self.poll.setValue(settings.poll_minutes)
        self.hidden_files.setChecked(settings.hidden_files)
        self.exclude.setPlainText("\n".join(settings.exclude))
        self.wait_on_battery.setChecked(settings.wait_on_battery)
        self.wait_on_load.setChecked(settings.wait_on_load)
        self.ask_first.setChecked(settings.ask_before_embedding)

    def _add_look(self, look: Choice) -> None:
        self.look = QComboBox()
        self.look.addItems([self.tr("As the desktop"), self.tr("Light"), self.tr("Dark")])
        self.look.setCurrentIndex(CHOICES.index(look))
        self.look.setAccessibleName(self.tr("Appearance"))
        calm(self.look)
        card = self._card(self.tr("Appearance"))
        row = QHBoxLayout()
        row.addWidget(self.look)
        row.addStretch(1)
        card.addLayout(row)

    def _add_engine(self) -> None:
        card = self._card(
            self.tr("Model and engine"),
            self.tr("What turns passages into meaning, and where that is done."),
        )
        self.engine = TextButton(self.tr("Choose…"))
        self.engine.setAccessibleName(self.tr("Choose model and engine"))
        self.engine.clicked.connect(self._ask_engine)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label(engine_text.in_use(self._before), elided=CUT_END), 1)
        row.addWidget(self.engine)
        card.addLayout(row)

    @Slot()
    def _ask_engine(self) -> None:
        self.accept()
        self.engine_requested.emit()

    def _add_files(self) -> None:
        card = self._card(self.tr("Files"), self.tr("Changes take effect with the next look at the folders."))
        self.hidden_files = QCheckBox(self.tr("Hidden files and folders too"))
        self.largest = QSpinBox()
        self.largest.setRange(1, 4096)
        self.largest.setSuffix(self.tr(" MB"))
        self.largest.lineEdit().setTextMargins(6, 0, 6, 0)  # the style sheet's padding does not reach it
        self.exclude = QPlainTextEdit()
        self.exclude.setObjectName("field")
        self.exclude.setTabChangesFocus(True)
        self.exclude.setFixedHeight(84)
        self.exclude.setPlaceholderText(self.tr("One name a line, with * and ?\n*.bak\nDrafts"))
        card.addWidget(self.hidden_files)
        self.kinds = QLineEdit()
        self.kinds.setPlaceholderText("text 20, code 5, spreadsheet 50")
        self.poll = QSpinBox()
        self.poll.setRange(1, 1440)
        self.poll.setSuffix(self.tr(" min"))
        self.poll.lineEdit().setTextMargins(6, 0, 6, 0)
        calm(self.largest, self.poll)
        fields = QGridLayout()
        fields.setHorizontalSpacing(16)
        fields.setVerticalSpacing(10)
        fields.setColumnStretch(1, 1)
        for row, (says, field) in enumerate(
            (
                (self.tr("Larger files are found by name only, from"), self.largest),
                (self.tr("For single kinds, in MB"), self.kinds),
                (self.tr("Network folders are looked at every"), self.poll),
            )
        ):
            named = label(says)
            named.setBuddy(field)
            fields.addWidget(named, row, 0)
            fields.addWidget(field, row, 1)
        card.addLayout(fields)
        left_out = label(self.tr("Left out, beside caches, version control and temporary files:"))
        left_out.setBuddy(self.exclude)
        card.addWidget(left_out)
        card.addWidget(self.exclude)

    def _add_schedule(self) -> None:
        card = self._card(
            self.tr("Schedule"),
            self.tr("What you save is found by its words all the same. “Go on anyway” is at the foot of the window."),
        )
        self.wait_on_battery = QCheckBox(self.tr("Wait while this computer runs on its battery"))
        self.wait_on_load = QCheckBox(self.tr("Wait while other programs keep the processor busy"))
        self.ask_first = QCheckBox(self.tr("Ask before passages are sent to a server of mine, which may cost money"))
        for choice in (self.wait_on_battery, self.wait_on_load, self.ask_first):
            card.addWidget(choice)

    def _card(self, title: str, effect: str = "") -> QVBoxLayout:
        self._column.addWidget(label(title, factor=1.1, weight=QFont.Weight.DemiBold))
        card = QFrame()
        card.setObjectName("card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(16, 14, 16, 14)
        inner.setSpacing(10)
        if effect:
            inner.addWidget(label(effect, dim=True, wrap=True))
        self._column.addWidget(card)
        return inner

    def _buttons(self) -> QHBoxLayout:
        save = TextButton(self.tr("Save"), "main")
        save.setDefault(True)
        leave = TextButton(self.tr("Cancel"))
        save.clicked.connect(self.accept)
        leave.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setContentsMargins(20, 12, 20, 16)
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(save)
        return row

    @Slot()
    def accept(self) -> None:
        self.look_chosen.emit(CHOICES[self.look.currentIndex()])
        if self.settings() != self._before:
            self.chosen.emit(self.settings())
        super().accept()
