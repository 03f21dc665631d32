"""The keys in use, by action: the defaults, or what the user chose, kept with the window's state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QSettings, Qt, Signal, SignalInstance
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from core.messages import tr
from gui.shortcuts.actions import ACTIONS
from gui.shortcuts.keys import fixed_use, is_for_typing, native, portable
from gui.widgets.basic import IconButton

SEPARATOR = "; "  # between the keys of one action, as `QKeySequence.listToString` writes them
Keys = tuple[str, ...]  # of one action, as `QKeySequence` names them


class Shortcuts(QObject):
    """Emits `changed` after the keys of actions were changed; by then they work.

    `state` keeps the keys that differ from the defaults; without it nothing is kept.
    """

    changed = Signal()

    def __init__(self, window: QWidget, state: QSettings | None = None) -> None:
        super().__init__(window)
        self._window, self._state = window, state
        self._installed: list[tuple[str, QShortcut]] = []
        self._buttons: list[tuple[str, str, IconButton]] = []  # name of the action, title, button
        self._keys = {name: self._stored(name) for name in ACTIONS}

    def keys(self) -> dict[str, Keys]:
        """The keys of every action."""
        return dict(self._keys)

    def text(self, name: str) -> str:
        """The first keys of an action as the desktop writes them; "" for none."""
        return native(self._keys[name][0]) if self._keys[name] else ""

    def sequence(self, name: str) -> QKeySequence:
        """The first keys of an action for a menu; an empty sequence for none."""
        return QKeySequence(self._keys[name][0] if self._keys[name] else "")

    def install(
        self,
        name: str,
        slot: Callable[..., object] | SignalInstance,
        widget: QWidget | None = None,
        context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
    ) -> QShortcut:
        """Call a slot by the keys of an action, in the window or another widget; other keys take effect at once."""
        shortcut = QShortcut(widget or self._window)
        shortcut.setContext(context)
        shortcut.setKeys([QKeySequence(keys) for keys in self._keys[name]])
        shortcut.activated.connect(slot)
        self._installed.append((name, shortcut))
        return shortcut

    def show_on(self, button: IconButton, name: str) -> None:
        """Show the keys of an action in the tool tip of a button, whose accessible name is its title."""
        self._buttons.append((name, button.accessibleName(), button))
        self._name_button(name, button.accessibleName(), button)

    def use(self, keys: Mapping[str, Keys]) -> None:
        """Use other keys from now on, and remember those that differ from the defaults."""
        if all(self._keys[name] == chosen for name, chosen in keys.items()):
            return
        for name, chosen in keys.items():
            self._keys[name] = chosen
            if self._state is None:
                continue
            if chosen == default_keys(name):
                self._state.remove(f"shortcuts/{name}")
            else:
                self._state.setValue(f"shortcuts/{name}", SEPARATOR.join(chosen))
        for name, shortcut in self._installed:
            shortcut.setKeys([QKeySequence(one) for one in self._keys[name]])
        for name, title, button in self._buttons:
            self._name_button(name, title, button)
        self.changed.emit()

    def _name_button(self, name: str, title: str, button: IconButton) -> None:
        keys = self.text(name)
        button.set_name(tr("{title} ({keys})", title=title, keys=keys) if keys else title)

    def _stored(self, name: str) -> Keys:
        """The keys of an action that were kept, without those that cannot be a shortcut."""
        text = None if self._state is None else self._state.value(f"shortcuts/{name}")
        if not isinstance(text, str):
            return default_keys(name)
        found = (portable(one) for one in text.split(SEPARATOR))
        return tuple(one for one in found if one and not is_for_typing(one) and not fixed_use(one))


def default_keys(name: str) -> Keys:
    """The keys of an action by default; in a window from right to left those for back and forward are exchanged."""
    action = ACTIONS[name]
    from_right = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    shown = ACTIONS[action.mirrored] if from_right and action.mirrored else action
    return tuple(portable(keys) for keys in shown.keys)


def user_of(keys: str, among: Mapping[str, Keys]) -> str:
    """The name of the action that has these keys; "" for none."""
    return next((name for name, own in among.items() if keys in own), "")


def keys_of(widget: QWidget, name: str) -> QKeySequence:
    """The keys of an action in the window that a widget is in, for a menu; the default in any other window."""
    shortcuts = getattr(widget.window(), "shortcuts", None)
    if isinstance(shortcuts, Shortcuts):
        return shortcuts.sequence(name)
    return QKeySequence(default_keys(name)[0])
