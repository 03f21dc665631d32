"""Filters are completed in the search box, by keys and by the pointer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.messages import set_language
from core.search.query.fields import FIELDS, is_valid
from gui.app.application import App
from gui.search import suggestions
from gui.search.suggestions import suggest
from tests.gui.conftest import WAIT_MS

Start = Callable[..., App]
KNOWN = {"tag": ["work", "to do"], "in": ["~/Documents", "~/Documents/Tax 2024"], "ext": ["pdf", "txt"]}


def texts(text: str, cursor: int | None = None, *, with_fields: bool = False) -> list[str]:
    at = len(text) if cursor is None else cursor
    return [one.text for one in suggest(text, at, KNOWN, with_fields=with_fields)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lease type:p", ["pdf", "presentation"]),
        ("lease -type:im", ["image"]),
        ("(type:im", ["image"]),
        ("type:pdf,ma", ["mail"]),
        ("kind:im", ["image"]),
        (
            "date:last",
            ['"last 7 days"', '"last 30 days"', '"last year"', '"last week"', '"last month"', '"last quarter"'],
        ),
        ("after:fri", ["Friday"]),
        ("docdate:oct", ["October"]),
        ('date:"last 3', ['"last 30 days"']),
        ("date:last-7", ['"last 7 days"']),
        ("in:", ["~/Documents", '"~/Documents/Tax 2024"']),
        ("in:tax", ['"~/Documents/Tax 2024"']),
        ("ext:t", ["txt"]),
        ("tag:", ["work", '"to do"']),
        ("tag:t", ['"to do"']),
        ("sort:n", ["name"]),
        ("sort:name", []),
        ("lease", []),
        ("author:", []),
        ("foo:b", []),
        ("type:pdf ", []),
    ],
)
def test_what_is_suggested(text: str, found: list[str]) -> None:
    assert texts(text) == found


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("de", "date:", ["heute", "gestern", '"letzte 7 Tage"', '"letzte 30 Tage"', '"dieses Jahr"', '"letztes Jahr"']),
        ("de", "date:letzte", ['"letzte 7 Tage"', '"letzte 30 Tage"', '"letztes Jahr"', '"letzte Woche"',
                               '"letzten Monat"', '"letztes Quartal"']),
        ("de", "after:mär", ["März"]),
        ("de", "date:yest", ["yesterday"]),
        ("zh_CN", "date:昨", ["昨天"]),
        ("zh_CN", "date:最", ['"最近 7 天"', '"最近 30 天"']),
    ],
)  # fmt: skip
def test_date_words_are_suggested_in_the_users_language(name: str, text: str, found: list[str]) -> None:
    set_language(name)
    try:
        assert texts(text) == found
        assert all(is_valid("date", value.strip('"')) for value in texts(text))
    finally:
        set_language("en")


def test_all_filters_are_suggested_on_request_only() -> None:
    assert texts("lease s") == []
    assert texts("lease s", with_fields=True) == ["size:", "sort:"]
    assert len(texts("", with_fields=True)) == len(suggestions.fields())


def test_every_suggestion_is_understood() -> None:
    assert suggestions.fields().keys() <= FIELDS.keys()
    for field, values in suggestions.VALUES.items():
        for value in values:
            assert is_valid(field, value), (field, value)


def test_keys_choose_a_suggestion(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    box = app.window.search.box
    shown = app.search_controller._completion.list  # type: ignore[union-attr]
    app.window.activateWindow()
    box.setFocus()
    qtbot.keyClicks(box, "lease type:p")
    assert shown.isVisible()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.text() == "lease type:presentation "
    assert not shown.isVisible()
    box.setText("")
    qtbot.keyClicks(box, "date:to")
    qtbot.keyClick(box, Qt.Key.Key_Tab)
    assert box.text() == "date:today "
    assert box.hasFocus()
    qtbot.keyClicks(box, "sort:")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    assert box.text() == "date:today sort:", "Escape only hides the suggestions"
    box.setText("lease ")
    qtbot.keyClick(box, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert shown.items.rowCount() == len(suggestions.fields())
    assert shown.sizeHintForColumn(0) <= shown.viewport().width(), "the widest one fits"
    assert shown.sizeHintForRow(0) * shown.items.rowCount() == shown.viewport().height()
    qtbot.keyClicks(box, "so")
    qtbot.keyClick(box, Qt.Key.Key_Tab)
    assert box.text() == "lease sort:"
    assert shown.isVisible(), "its values follow"


def test_folders_and_extensions_are_those_of_the_library(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    box = app.window.search.box
    shown = app.search_controller._completion.list  # type: ignore[union-attr]
    app.window.activateWindow()
    box.setFocus()
    qtbot.keyClicks(box, "in:Kit")
    qtbot.waitUntil(lambda: shown.isVisible() and shown.items.rowCount() == 1, timeout=WAIT_MS)
    index = shown.items.index(0, 0)
    qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=shown.visualRect(index).center())
    assert str(documents / "Kitchen") in box.text()
    box.setText("")
    qtbot.keyClicks(box, "ext:m")
    qtbot.waitUntil(lambda: shown.isVisible() and shown.items.index(0, 0).data() == "md", timeout=WAIT_MS)
