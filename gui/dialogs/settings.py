"""The settings of the library and the appearance of the window."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import Qt, Signal, Slot
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

from core.messages import language_name, languages, tr
from core.settings import Settings, is_kind_limit
from gui.engine import engine_text
from gui.widgets.basic import ELIDE_END, TextButton, ignore_wheel, label, resize_to_screen, rule
from gui.widgets.card import add_card
from gui.widgets.theme import Choice

CHOICES: tuple[Choice, ...] = ("system", "light", "dark")


class SettingsDialog(QDialog):
    """Edits a copy; emits `chosen(Settings)` and `look_chosen(Choice)` when the person saves.

    Model and engine have a panel of their own: emits `engine_requested` after saving the rest.
    """

    help_page = "window.md"
    chosen = Signal(object)
    look_chosen = Signal(str)
    engine_requested = Signal()

    def __init__(self, settings: Settings, look: Choice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Settings"))
        resize_to_screen(self, 620, 640)
        self._before = settings
        form = QWidget()
        form.setObjectName("form")
        self._column = QVBoxLayout(form)
        self._column.setContentsMargins(20, 20, 20, 20)
        self._column.setSpacing(16)
        self._add_look(look)
        self._add_language()
        self._add_engine()
        self._add_files()
        self._add_schedule()
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(form)
        bar = area.verticalScrollBar().sizeHint().width()
        area.setMinimumWidth(form.minimumSizeHint().width() + bar)  # a check box does not wrap
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(area, 1)
        column.addWidget(rule())
        column.addLayout(self._buttons())
        self._show(settings)

    def settings(self) -> Settings:
        """The settings as edited in the dialog."""
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
            language=self.language.currentData(),
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
        self.language.setCurrentIndex(max(0, self.language.findData(settings.language)))

    def _add_look(self, look: Choice) -> None:
        self.look = QComboBox()
        self.look.addItems([tr("Match system"), tr("Light"), tr("Dark")])
        self.look.setCurrentIndex(CHOICES.index(look))
        self.look.setAccessibleName(tr("Appearance"))
        ignore_wheel(self.look)
        card = self._card(tr("Appearance"))
        row = QHBoxLayout()
        row.addWidget(self.look)
        row.addStretch(1)
        card.addLayout(row)

    def _add_language(self) -> None:
        self.language = QComboBox()
        self.language.addItem(tr("Match system"), "")
        for tag in languages():
            self.language.addItem(language_name(tag), tag)
        self.language.setAccessibleName(tr("Language"))
        ignore_wheel(self.language)
        card = self._card(tr("Language"), tr("Takes effect when you start Findling again."))
        row = QHBoxLayout()
        row.addWidget(self.language)
        row.addStretch(1)
        card.addLayout(row)

    def _add_engine(self) -> None:
        card = self._card(
            tr("Model and engine"),
            tr("The AI model that Findling searches with, and where it runs."),
        )
        self.engine = TextButton(tr("Choose…"))
        self.engine.setAccessibleName(tr("Choose model and engine"))
        self.engine.clicked.connect(self._open_engine)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(label(engine_text.in_use(self._before), elided=ELIDE_END), 1)
        row.addWidget(self.engine)
        card.addLayout(row)

    @Slot()
    def _open_engine(self) -> None:
        self.accept()
        self.engine_requested.emit()

    def _add_files(self) -> None:
        card = self._card(tr("Files"), tr("Changes take effect when Findling next checks your folders."))
        self.hidden_files = QCheckBox(tr("Include hidden files and folders"))
        self.largest = QSpinBox()
        self.largest.setRange(1, 4096)
        self.largest.setSuffix(tr(" MB"))
        self.largest.lineEdit().setTextMargins(6, 0, 6, 0)  # the style sheet's padding does not reach it
        self.exclude = QPlainTextEdit()
        self.exclude.setObjectName("field")
        self.exclude.setTabChangesFocus(True)
        self.exclude.setFixedHeight(84)
        self.exclude.setPlaceholderText(tr("One name per line; * and ? are wildcards\n*.bak\nDrafts"))
        card.addWidget(self.hidden_files)
        self.kinds = QLineEdit()
        self.kinds.setPlaceholderText(tr("text 20, code 5, spreadsheet 50"))
        self.poll = QSpinBox()
        self.poll.setRange(1, 1440)
        self.poll.setSuffix(tr(" min"))
        self.poll.lineEdit().setTextMargins(6, 0, 6, 0)
        ignore_wheel(self.largest, self.poll)
        fields = QGridLayout()
        fields.setHorizontalSpacing(16)
        fields.setVerticalSpacing(10)
        fields.setColumnStretch(1, 1)
        for row, (title, field) in enumerate(
            (
                (tr("Index only the names of files larger than"), self.largest),
                (tr("Different limits for file types, in MB"), self.kinds),
                (tr("Check network folders every"), self.poll),
            )
        ):
            title_label = label(title)
            title_label.setBuddy(field)
            fields.addWidget(title_label, row, 0)
            fields.addWidget(field, row, 1)
        card.addLayout(fields)
        exclude_title = label(tr("Exclude, besides caches, version control data and temporary files:"), wrap=True)
        exclude_title.setBuddy(self.exclude)
        card.addWidget(exclude_title)
        card.addWidget(self.exclude)

    def _add_schedule(self) -> None:
        card = self._card(
            tr("Schedule"),
            tr("New and changed files stay searchable by their words. You can resume indexing in the status bar."),
        )
        self.wait_on_battery = QCheckBox(tr("Pause while this computer runs on battery"))
        self.wait_on_load = QCheckBox(tr("Pause while other programs use the processor"))
        self.ask_first = QCheckBox(tr("Ask before sending text to my server, which may cost money"))
        for choice in (self.wait_on_battery, self.wait_on_load, self.ask_first):
            card.addWidget(choice)

    def _card(self, title: str, description: str = "") -> QVBoxLayout:
        return add_card(self._column, title, description)

    def _buttons(self) -> QHBoxLayout:
        save = TextButton(tr("Save"), "main")
        save.setDefault(True)
        cancel = TextButton(tr("Cancel"))
        save.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setContentsMargins(20, 12, 20, 16)
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(save)
        return row

    @Slot()
    def accept(self) -> None:
        self.look_chosen.emit(CHOICES[self.look.currentIndex()])
        if self.settings() != self._before:
            self.chosen.emit(self.settings())
        super().accept()
