"""The checks of the pseudo-locale walk find what they are for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QListView, QMenu, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.basic import ElidedLabel
from gui.widgets.elided_button import ElidedButton
from tests.fakes.pseudo_locale import pseudo, words_outside
from tests.tools.text_checks import misfit, scrolls_sideways, texts_of

LONG = "Put everything where it belongs"
WINDOWS: list[QWidget] = []


@pytest.fixture(autouse=True)
def _keep_windows() -> Iterator[None]:
    yield
    WINDOWS.clear()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (pseudo("Resume"), ""),
        ("Resume", "Resume"),
        (f"{pseudo('Found by')} words", "words"),
        (f"{pseudo('Remove')} lease.txt", "lease.txt"),
        (pseudo("Remove {part}").format(part=pseudo("type")), ""),
        ("builtin\nmultilingual-e5-small", "builtin multilingual-e5-small"),
        ("12 · 4 %", ""),
        ("Ctrl+Shift+C", ""),
        ("1.3 GB", ""),
        ("6:08\u202fPM", ""),
        ("Nov 29, 2026", ""),
        ("", ""),
    ],
)
def test_words_outside_brackets(text: str, rest: str) -> None:
    assert words_outside(text) == rest


def test_data_is_no_word_but_a_part_of_a_word_is_no_data() -> None:
    data = ("rent", "rent.py", "A bill.\nTo pay")
    assert words_outside(f"rent.py. A bill. To  pay. {pseudo('Weak match')}", data) == ""
    assert words_outside("current", data) == "current"


def test_a_longer_text_is_longer_by_two_fifths() -> None:
    assert len(pseudo(LONG)) >= 1.4 * len(LONG)
    assert pseudo("Two lines\n").endswith("\n")
    assert pseudo(" ") == " "


def shown(qtbot: QtBot, widget: QWidget, width: int, height: int = 40) -> QWidget:
    """The widget in a window, in which it has this size."""
    window = QWidget()
    qtbot.addWidget(window)
    WINDOWS.append(window)
    widget.setParent(window)
    widget.setGeometry(0, 0, width, height)
    window.resize(400, 200)
    window.show()
    return widget


@pytest.mark.parametrize("make", [QLabel, QPushButton])
def test_a_text_that_is_cut_off_is_found(qtbot: QtBot, make: type[QLabel | QPushButton]) -> None:
    assert "wide and needs" in misfit(shown(qtbot, make(LONG), 60))
    assert misfit(shown(qtbot, make(LONG), 390)) == ""


def test_a_wrapped_text_that_is_too_high_is_found(qtbot: QtBot) -> None:
    label = QLabel(f"{LONG} {LONG}")
    label.setWordWrap(True)
    assert "high and needs" in misfit(shown(qtbot, label, 80, 20))
    assert misfit(shown(qtbot, label, 380, 120)) == ""


@pytest.mark.parametrize("make", [ElidedLabel, ElidedButton])
def test_an_elided_text_needs_a_tooltip_with_the_whole_of_it(
    qtbot: QtBot, make: type[ElidedLabel | ElidedButton]
) -> None:
    elided = shown(qtbot, make(LONG), 100)
    assert misfit(elided) == ""
    assert elided.toolTip() == LONG
    other = shown(qtbot, ElidedButton(LONG), 100)
    other.setToolTip("Puts it there")
    assert "tooltip" in misfit(other)


def test_a_widget_that_its_parent_cuts_off_is_found(qtbot: QtBot) -> None:
    parent = QWidget()
    label = QLabel(LONG, parent)
    label.setGeometry(50, 0, 300, 30)
    shown(qtbot, parent, 120)
    assert misfit(label) == "is cut off by its QWidget, 50 to 349 of 120"


def test_what_scrolls_is_not_cut_off(qtbot: QtBot) -> None:
    area, inside = QScrollArea(), QWidget()
    label = QLabel(LONG, inside)
    label.setGeometry(50, 0, 300, 30)
    inside.resize(400, 40)
    area.setWidget(inside)
    shown(qtbot, area, 120)
    assert misfit(label) == ""
    assert scrolls_sideways(area)
    inside.resize(60, 40)
    assert not scrolls_sideways(area)


def test_every_text_of_a_widget_is_looked_at(qtbot: QtBot) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.setAccessibleName("name")
    menu.addAction("Open").setToolTip("opens it")
    menu.addSeparator()
    assert {text for _, text in texts_of(menu)} >= {"Open", "opens it", "name"}
    view, rows = QListView(), QStandardItemModel()
    qtbot.addWidget(view)
    item = QStandardItem("row")
    item.setData("spoken", Qt.ItemDataRole.AccessibleTextRole)
    item.setToolTip("tip")
    rows.appendRow(item)
    view.setModel(rows)
    assert {text for _, text in texts_of(view)} >= {"row", "spoken", "tip"}
    field = QLineEdit()
    qtbot.addWidget(field)
    field.setPlaceholderText("Address")
    field.addAction(QAction("Clear", field))
    assert {text for _, text in texts_of(field)} >= {"Address", "Clear"}


def test_a_button_that_fits_is_not_elided(qtbot: QtBot) -> None:
    row = QWidget()
    qtbot.addWidget(row)
    button = ElidedButton(LONG, symbol="close")
    layout = QHBoxLayout(row)
    layout.addWidget(button)
    row.show()
    assert button.shown_text() == button.text()
    row.resize(120, 40)
    qtbot.waitUntil(lambda: button.shown_text().endswith("…"))
    qtbot.waitUntil(lambda: button.toolTip() == LONG)
    row.resize(600, 40)
    qtbot.waitUntil(lambda: button.toolTip() == "")
