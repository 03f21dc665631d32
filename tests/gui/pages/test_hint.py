"""The start page: what is remembered, and how it is forgotten."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.library import HistoryEntry
from gui.pages.hint import HintPage
from gui.widgets.elided_button import ElidedButton

ENTRY = HistoryEntry("search", "lease", 1.0)


def ask_for_menu(widget: QWidget) -> list[QMenu]:
    """Right-click a widget; the menus that are open then."""
    at = QPoint(2, 2)
    QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at)))
    return [menu for menu in QApplication.topLevelWidgets() if isinstance(menu, QMenu) and menu.isVisible()]


def test_only_an_entry_can_be_forgotten(qtbot: QtBot) -> None:
    hint = HintPage()
    qtbot.addWidget(hint)
    hint.show_history([ENTRY], [])
    with qtbot.waitExposed(hint):
        hint.show()
    forgotten: list[object] = []
    hint.removed.connect(forgotten.append)
    page = hint.widget()
    assert not ask_for_menu(page)
    qtbot.keyClick(page, Qt.Key.Key_Delete)
    assert not forgotten
    entry = next(button for button in page.findChildren(ElidedButton) if button.property("entry") == ENTRY)
    (menu,) = ask_for_menu(entry)
    menu.actions()[0].trigger()
    menu.close()
    qtbot.keyClick(entry, Qt.Key.Key_Delete)
    assert forgotten == [ENTRY, ENTRY]
