"""What the checks of the accessibility tree find."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize
from PySide6.QtGui import QAccessible, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QKeySequenceEdit, QListView
from pytestqt.qtbot import QtBot

from gui.preview.page_view import PageView
from gui.widgets import accessible_roles
from tests.tools.accessible.checks import faults_of, silent_rows
from tests.tools.accessible.tree import FOCUSABLE, Node

BUTTON = Node("/1", "Save", "", "push button", 1 << FOCUSABLE, ("Press",))


def around(*children: Node) -> Node:
    return Node("/0", "Window", "", "frame", 0, (), children)


def test_names_roles_and_twins() -> None:
    assert list(faults_of(around(BUTTON, replace(BUTTON, name="Open")))) == []
    assert list(faults_of(around(replace(BUTTON, name=" ")))) == ["push button has no name, within Window"]
    assert list(faults_of(around(replace(BUTTON, role="filler")))) == ["'Save' has the role 'filler'"]
    assert list(faults_of(around(BUTTON, BUTTON))) == ["2 objects of the role 'push button' are all called 'Save'"]
    combo = Node("/3", "Dark", "", "combo box", 1 << FOCUSABLE, ("ShowMenu",), label="Appearance")
    assert list(faults_of(around(combo))) == []
    assert list(faults_of(around(replace(combo, label="")))) == ["combo box 'Dark' has no label, within Window"]
    label = Node("/2", "", "", "label", 0, ())
    assert list(faults_of(around(label, label))) == []


def test_rows_that_are_not_told(qtbot: QtBot) -> None:
    view = QListView()
    model = QStandardItemModel(view)
    for text in ("one", "two", "3 · 4"):
        model.appendRow(QStandardItem(text))
    model.item(2).setAccessibleText("Page 3, 4 matches")
    view.setModel(model)
    view.setAccessibleName("Numbers")
    view.resize(QSize(300, 300))
    qtbot.addWidget(view)
    view.show()
    rows = [Node(f"/{name}", name, "", "list item", 0, ()) for name in ("number one", "Page 3, 4 matches")]
    assert list(silent_rows(view, around(*rows))) == ["row 1 of 'Numbers' is shown as 'two' and not told"]


def test_widgets_have_the_roles_that_qt_does_not_know(qtbot: QtBot) -> None:
    accessible_roles.install()
    for widget, role in (
        (PageView(), QAccessible.Role.Document),
        (QKeySequenceEdit(), QAccessible.Role.HotkeyField),
    ):
        qtbot.addWidget(widget)
        assert QAccessible.queryAccessibleInterface(widget).role() == role
