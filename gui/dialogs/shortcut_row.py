"""One shortcut in the settings: the fields for its keys, a way back to the default, and what is wrong with the keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QKeySequenceEdit, QLineEdit, QToolButton, QVBoxLayout, QWidget

from core.messages import tr
from gui.shortcuts.actions import ShortcutAction
from gui.shortcuts.bindings import Keys
from gui.shortcuts.keys import portable
from gui.widgets.basic import IconButton, Symbol, TextButton, label

FIELD_WIDTH = 150  # pixels


class KeyField(QKeySequenceEdit):
    """Records one combination of keys, and emits `chosen`; Tab and Escape leave the field instead."""

    chosen = Signal()

    def __init__(self, keys: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(QKeySequence(keys), parent)
        self._is_recording = False
        self.setMaximumSequenceLength(1)
        self.setClearButtonEnabled(True)
        self.setFixedWidth(FIELD_WIDTH)
        self.setAccessibleName(name)
        self.keySequenceChanged.connect(self._changed)
        for part in (self.findChild(QLineEdit), self.findChild(QToolButton)):
            if part is not None:
                is_button = isinstance(part, QToolButton)
                part.setAccessibleName(tr("Clear") if is_button else name)
            if isinstance(part, QLineEdit):
                part.setPlaceholderText(tr("None"))

    @property
    def keys(self) -> str:
        """The keys that are entered, as they are stored; "" for none."""
        return portable(self.keySequence())

    def show_keys(self, keys: str) -> None:
        """Show other keys, without saying that the user chose them."""
        if keys != self.keys:
            with QSignalBlocker(self):
                self.setKeySequence(QKeySequence(keys))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape} and not (
            event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        ):
            event.ignore()
            return
        before, self._is_recording = self.keys, True
        super().keyPressEvent(event)  # first empties the field
        self._is_recording = False
        if self.keys and self.keys != before:
            self.chosen.emit()

    def event(self, event: QEvent) -> bool:
        """Let Tab move the focus, which else is recorded."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if is_key and event.key() in {Qt.Key.Key_Tab, Qt.Key.Key_Backtab}:  # type: ignore[attr-defined]
            return self.focusNextPrevChild(event.key() == Qt.Key.Key_Tab)  # type: ignore[attr-defined]
        return super().event(event)

    @Slot()
    def _changed(self) -> None:
        if not self._is_recording:  # the button that clears it
            self.chosen.emit()


class ShortcutRow(QWidget):
    """Emits `edited(name, place, keys)` for new keys, `reset_requested(name)`, and `swap_requested` or `refused`."""

    edited = Signal(str, int, str)
    reset_requested = Signal(str)
    swap_requested = Signal()
    refused = Signal()

    def __init__(self, action: ShortcutAction, keys: Keys, places: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.action = action
        self.fields = [self._make_field(place, keys) for place in range(places)]
        self.reset = IconButton("refresh", tr("Reset “{name}”", name=action.title), size=14)
        self.reset.clicked.connect(self._ask_reset)
        title = label(action.title, wrap=True)
        title.setBuddy(self.fields[0])
        fields = QVBoxLayout()
        fields.setSpacing(4)
        for field in self.fields:
            fields.addWidget(field)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(title, 1)
        row.addLayout(fields)
        row.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._make_notice())

    def show_keys(self, keys: Keys, *, is_default: bool) -> None:
        """Show the keys, and whether there is something to reset."""
        for place, field in enumerate(self.fields):
            field.show_keys(keys[place] if place < len(keys) else "")
        self.reset.setEnabled(not is_default)

    def show_conflict(self, sentence: str, *, can_swap: bool) -> None:
        """Say what is wrong with the keys that were entered; the user swaps them, or keeps what was there before."""
        self.sentence.setText(sentence)
        self.swap.setVisible(can_swap)
        self.notice.show()
        for field in self.fields:
            field.setAccessibleDescription(sentence)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

    def hide_conflict(self) -> None:
        """Say nothing more."""
        self.notice.hide()
        for field in self.fields:
            field.setAccessibleDescription("")

    def _make_field(self, place: int, keys: Keys) -> KeyField:
        name = self.action.title if not place else tr("{name}, other keys", name=self.action.title)
        field = KeyField(keys[place] if place < len(keys) else "", name)
        field.setProperty("place", place)
        field.chosen.connect(self._edited)
        return field

    def _make_notice(self) -> QWidget:
        self.notice = QWidget()
        self.sentence = label("", wrap=True)
        self.swap = TextButton(tr("Swap"), "link")
        self.keep = TextButton(tr("Keep as before"), "link")
        self.swap.clicked.connect(self.swap_requested)
        self.keep.clicked.connect(self.refused)
        column = QVBoxLayout(self.notice)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        said, buttons = QHBoxLayout(), QHBoxLayout()
        for row in (said, buttons):
            row.setSpacing(8)
            column.addLayout(row)
        said.addWidget(Symbol("warning", 14, "warn"))
        said.addWidget(self.sentence, 1)
        buttons.addStretch(1)
        buttons.addWidget(self.swap)
        buttons.addWidget(self.keep)
        self.notice.hide()
        return self.notice

    @Slot()
    def _edited(self) -> None:
        field: QObject = self.sender()
        if isinstance(field, KeyField):
            self.edited.emit(self.action.name, field.property("place"), field.keys)

    @Slot()
    def _ask_reset(self) -> None:
        self.reset_requested.emit(self.action.name)
