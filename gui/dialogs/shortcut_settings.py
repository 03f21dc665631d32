"""The page of the settings on which the shortcuts of the window are listed and edited."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.messages import tr
from gui.dialogs.shortcut_row import ShortcutRow
from gui.shortcuts.actions import ACTIONS
from gui.shortcuts.bindings import Keys, Shortcuts, default_keys, user_of
from gui.shortcuts.keys import fixed_use, is_for_typing, native
from gui.widgets.basic import label
from gui.widgets.card import add_card
from gui.widgets.elided_button import ElidedButton
from gui.widgets.tab_order import keep_place, stops_in


class ShortcutSettings(QWidget):
    """Edits a copy of the keys; `apply` uses them. `hotkey` are the keys that open the quick search in any program.

    The many rows are made group by group once the page is shown, so that the settings open without a delay.
    """

    def __init__(self, shortcuts: Shortcuts, hotkey: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shortcuts, self._hotkey = shortcuts, hotkey
        self.keys = shortcuts.keys()
        self.rows: dict[str, ShortcutRow] = {}
        self._pending: tuple[str, int, str, str] | None = None  # action, place, new keys, the action that has them
        self._idle = QTimer(self)  # ends with the page; a pending QTimer.singleShot would keep it in memory
        self._idle.timeout.connect(self._make_next_group)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self._groups = list(dict.fromkeys(action.group for action in ACTIONS.values()))  # still to be made
        self.reset_all = ElidedButton(tr("Reset all shortcuts"))
        self.reset_all.clicked.connect(self._reset_all)
        fixed = label(
            tr("Enter, Esc, Space, Tab, the arrow keys and those to copy and paste are the same everywhere."),
            dim=True,
            wrap=True,
        )
        row = QHBoxLayout()
        row.addWidget(self.reset_all)
        row.addStretch(1)
        self._column.addLayout(row)
        self._column.addWidget(fixed)
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._make_next_group()
        self._idle.start(0)

    @Slot()
    def _make_next_group(self) -> None:
        if not self._groups:
            self._idle.stop()
            return
        group = self._groups.pop(0)
        inner = QVBoxLayout()
        inner.setSpacing(8)
        card = add_card(inner, group)
        for name, action in ACTIONS.items():
            if action.group == group:
                self.rows[name] = self._make_row(name)
                card.addWidget(self.rows[name])
        self._column.insertLayout(self._column.count() - 2, inner)  # above the button and what is said below it
        self._show()
        made = [self.rows[name] for name, action in ACTIONS.items() if action.group == group]
        keep_place(self.reset_all, *(stop for row in made for stop in stops_in(row)))  # it was made before them

    def apply(self) -> None:
        """Use the keys that were edited, and remember them."""
        self._shortcuts.use(self.keys)

    @Slot(str)
    def use_hotkey(self, keys: str) -> None:
        """Take these keys as those of the quick search from now on; say so where the window used them."""
        self._hotkey = keys
        self._refuse()
        while self._groups:
            self._make_next_group()
        if keys and (other := user_of(keys, self.keys)):
            self.rows[other].show_conflict(self._refusal(keys), can_swap=False)

    def _make_row(self, name: str) -> ShortcutRow:
        places = max(1, len(default_keys(name)), len(self.keys[name]))
        row = ShortcutRow(ACTIONS[name], self.keys[name], places)
        row.edited.connect(self._edit)
        row.reset_requested.connect(self._reset)
        row.swap_requested.connect(self._swap)
        row.refused.connect(self._refuse)
        return row

    @Slot(str, int, str)
    def _edit(self, name: str, place: int, keys: str) -> None:
        """Take over new keys, unless something else has them: then say what."""
        if self._pending is not None and self._pending[:3] != (name, place, keys):
            self._refuse()
        before = self.keys[name]
        if keys == (before[place] if place < len(before) else ""):
            return
        if keys and (sentence := self._refusal(keys)):
            self._pending = (name, place, keys, "")
            self.rows[name].show_conflict(sentence, can_swap=False)
        elif keys and (other := user_of(keys, self.keys)):
            self._pending = (name, place, keys, other)
            sentence = tr("“{keys}” belongs to “{action}”.", keys=native(keys), action=ACTIONS[other].title)
            self.rows[name].show_conflict(sentence, can_swap=other != name)
        else:
            self.keys[name] = _with(before, place, keys)
            self._show()

    def _refusal(self, keys: str) -> str:
        """Why keys can be nobody's shortcut; "" if they can."""
        if keys == self._hotkey:
            return tr("“{keys}” opens the quick search in every program.", keys=native(keys))
        if use := fixed_use(keys):
            return tr("“{keys}” is always “{action}”.", keys=native(keys), action=tr(use))
        if is_for_typing(keys):
            return tr("Use Ctrl or Alt together with another key, or a function key.")
        return ""

    @Slot()
    def _swap(self) -> None:
        """Give the keys to the action that the user edits, and its former keys to the one that had them."""
        if self._pending is None:
            return
        name, place, keys, other = self._pending
        self._pending = None
        before = self.keys[name][place] if place < len(self.keys[name]) else ""
        self.keys[other] = tuple(one for one in (before if one == keys else one for one in self.keys[other]) if one)
        self.keys[name] = _with(self.keys[name], place, keys)
        self._show()
        self.rows[name].fields[place].setFocus()

    @Slot()
    def _refuse(self) -> None:
        """Keep the keys as they were before."""
        pending, self._pending = self._pending, None
        self._show()
        if pending is not None:
            self.rows[pending[0]].fields[pending[1]].setFocus()

    @Slot(str)
    def _reset(self, name: str) -> None:
        """Give an action its default keys; where another one has them meanwhile, the user decides."""
        self._refuse()
        for place, keys in enumerate(default_keys(name)):
            if user_of(keys, self.keys) not in {"", name}:
                self._edit(name, place, keys)
                return
        self.keys[name] = default_keys(name)
        self._show()

    @Slot()
    def _reset_all(self) -> None:
        self._pending = None
        self.keys = {name: default_keys(name) for name in ACTIONS}
        self._show()

    def _show(self) -> None:
        for name, row in self.rows.items():
            row.hide_conflict()
            row.show_keys(self.keys[name], is_default=self.keys[name] == default_keys(name))
        self.reset_all.setEnabled(any(keys != default_keys(name) for name, keys in self.keys.items()))


def _with(keys: Keys, place: int, new: str) -> Keys:
    """Keys with others at a place; "" removes those."""
    changed = [*keys, *[""] * (place + 1 - len(keys))]
    changed[place] = new
    return tuple(one for one in changed if one)
