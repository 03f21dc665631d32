"""The field in which the keys of the quick search are chosen, with whether they work."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QKeySequenceEdit, QLineEdit, QToolButton, QVBoxLayout, QWidget

from core.messages import tr
from gui.hotkey.keys import DEFAULT_HOTKEY, parse_keys
from gui.hotkey.status import HotkeyStatus
from gui.widgets.basic import TextButton, label
from gui.widgets.elided_button import ElidedButton

COMMAND = "findling toggle"


class HotkeyField(QWidget):
    """`keys_chosen(keys)` tries other keys at once, so that `show_status` can say whether they work."""

    keys_chosen = Signal(str)

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.keys = QKeySequenceEdit(QKeySequence(keys))
        self.keys.setMaximumSequenceLength(1)
        self.keys.setClearButtonEnabled(True)
        self.keys.setAccessibleName(tr("Keys of the quick search"))
        for part in (self.keys.findChild(QLineEdit), self.keys.findChild(QToolButton)):
            if part is not None:
                is_button = isinstance(part, QToolButton)
                part.setAccessibleName(tr("Clear") if is_button else self.keys.accessibleName())
        self.keys.editingFinished.connect(self._keys_edited)
        title = label(tr("Keys"))
        title.setBuddy(self.keys)
        self.default = TextButton(tr("Default"))
        self.default.setAccessibleName(tr("Use the default keys"))
        self.default.clicked.connect(self._use_default)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(title)
        row.addWidget(self.keys, 1)
        row.addWidget(self.default)
        column.addLayout(row)
        self.status = label("", dim=True, wrap=True)
        column.addWidget(self.status)
        self.command = QWidget()
        copy_row = QHBoxLayout(self.command)
        copy_row.setContentsMargins(0, 0, 0, 0)
        copy_row.setSpacing(12)
        shown = label(COMMAND)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        shown.setObjectName("code")
        self.copy = ElidedButton(tr("Copy command"), "", "copy")
        self.copy.clicked.connect(self._copy_command)
        copy_row.addWidget(shown)
        copy_row.addWidget(self.copy)
        copy_row.addStretch(1)
        column.addWidget(self.command)
        self.command.hide()

    def chosen(self) -> str:
        """The keys that are entered, as `QKeySequence` names them; "" for none."""
        return self.keys.keySequence().toString(QKeySequence.SequenceFormat.PortableText)

    def is_usable(self) -> bool:
        """Whether no keys are entered, or keys that are not for typing."""
        return not self.chosen() or parse_keys(self.chosen()) is not None

    @Slot(object)
    def show_status(self, status: HotkeyStatus) -> None:
        """Say whether the hotkey works, by which method, and what to do where it does not."""
        self.status.setText(status_text(status, usable=self.is_usable()))
        self.command.setVisible(status.state in {"unavailable", "refused"})

    @Slot()
    def _keys_edited(self) -> None:
        if self.is_usable():
            self.keys_chosen.emit(self.chosen())
        else:
            self.status.setText(status_text(HotkeyStatus(), usable=False))
            self.command.hide()

    @Slot()
    def _use_default(self) -> None:
        self.keys.setKeySequence(QKeySequence(DEFAULT_HOTKEY))
        self._keys_edited()

    @Slot()
    def _copy_command(self) -> None:
        QGuiApplication.clipboard().setText(COMMAND)
        self.copy.setText(tr("Copied"))


def status_text(status: HotkeyStatus, *, usable: bool = True) -> str:
    """How the hotkey works, in one or two sentences; not `usable` are keys that are for typing."""
    if not usable:
        return tr("Use Ctrl, Alt or the Windows key together with another key.")
    match status.state:
        case "off":
            return tr("No keys: the quick search opens from the system tray.")
        case "starting" if status.method == "portal":
            return tr("Waiting for your desktop to allow these keys…")
        case "starting":
            return tr("Asking for these keys…")
        case "taken":
            return tr("Another program already uses these keys. Choose other keys.")
        case "refused":
            return tr("Your desktop did not allow a shortcut. Bind this command to keys in its keyboard settings:")
        case "unavailable":
            return tr(
                "This desktop offers no shortcuts to programs. Bind this command to keys in its keyboard settings:"
            )
    if status.method == "portal" and status.trigger:
        return tr("Works in every program. Your desktop uses: {keys}", keys=status.trigger)
    return {
        "x11": tr("Works in every program (by X11)."),
        "portal": tr("Works in every program (by the desktop portal)."),
    }.get(status.method, tr("Works in every program."))
