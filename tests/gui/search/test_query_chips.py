"""The chips for the operators of a query, and removing a filter that excludes everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.search.query import parse
from gui.app.application import App
from gui.search import query_text
from gui.search.query_chips import QueryChips
from gui.text import messages
from gui.widgets.basic import TextButton
from tests.gui.conftest import WAIT_MS
from tests.gui.questions import ask, found

Start = Callable[..., App]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("type:pdf,mail", "Kind: PDF, Email"),
        ("type:email", "Kind: Email"),
        ("type:PDFs,photo", "Kind: PDF, Image"),
        ("-type:pdf", "Exclude Kind: PDF"),
        ("ext:md", "Extension: md"),
        ("in:taxes", "In taxes"),
        ("path:a/b", "Path: a/b"),
        ("name:lease", "Name: lease"),
        ("author:ann", "Author: ann"),
        ("from:ann", "From: ann"),
        ("-to:bob", "Exclude To: bob"),
        ("tag:work,home", "Tag: work, home"),
        ("title:lease", "Title: lease"),
        ("size:>10mb", "Size: >10MB"),
        ("date:last-week", "Date: last week"),
        ("date:gestern", "Date: gestern"),
        ("date:vor-3-Tagen", "Date: vor 3 Tagen"),
        ("date:上周", "Date: 上周"),
        ("date:2024-05", "Date: 2024-05"),
        ("docdate:2015", "Document date: 2015"),
        ("modified:today", "Modified: today"),
        ("before:2024", "Before 2024"),
        ("after:yesterday", "After yesterday"),
        ('like:"/x/lease.pdf"', "Similar to: lease.pdf"),
        ('"annual report"', "“annual report”"),
        ("-draft", "Exclude draft"),
        ("=invoice", "invoice (words only)"),
        ("contr*", "Words like contr*"),
        ("~fired", "fired (meaning only)"),
        ("cats OR dogs", "cats or dogs"),
        ("(a OR b) ", "a or b"),
    ],
)
def test_the_text_of_a_chip(text: str, shown: str) -> None:
    (part,) = parse(text).operators
    assert query_text.part(part) == shown


@pytest.fixture
def chips(qtbot: QtBot) -> QueryChips:
    widget = QueryChips()
    qtbot.addWidget(widget)
    widget.rewritten.connect(lambda text: widget.show_query(parse(text)))
    return widget


def test_a_query_of_words_has_no_chips(chips: QueryChips) -> None:
    chips.show_query(parse("when does the lease end?"))
    assert not chips.isVisibleTo(chips.parentWidget())
    assert chips.chips() == []


def test_each_chip_takes_its_part_away(qtbot: QtBot, chips: QueryChips) -> None:
    chips.show_query(parse("lease type:pdf -draft in:flat"))
    chips.show()
    assert [chip.text().strip() for chip in chips.chips()] == ["Kind: PDF", "Exclude draft", "In flat"]
    with qtbot.waitSignal(chips.rewritten) as rewritten:
        qtbot.mouseClick(chips.chips()[1], Qt.MouseButton.LeftButton)
    assert rewritten.args == ["lease type:pdf in:flat"]


def test_keys_lead_from_chip_to_chip_and_take_away(qtbot: QtBot, chips: QueryChips) -> None:
    chips.show_query(parse("lease type:pdf -draft"))
    with qtbot.waitExposed(chips):
        chips.show()
    chips.activateWindow()
    chips.chips()[0].setFocus()
    qtbot.keyClick(chips.chips()[0], Qt.Key.Key_Right)
    qtbot.waitUntil(chips.chips()[1].hasFocus)
    qtbot.keyClick(chips.chips()[1], Qt.Key.Key_Delete)
    assert [chip.text().strip() for chip in chips.chips()] == ["Kind: PDF"]
    qtbot.waitUntil(chips.chips()[0].hasFocus)
    with qtbot.waitSignal(chips.focus_left):
        qtbot.keyClick(chips.chips()[0], Qt.Key.Key_Up)
    with qtbot.waitSignal(chips.focus_left):
        qtbot.keyClick(chips.chips()[0], Qt.Key.Key_Delete)
    assert chips.chips() == []


def test_the_arrow_keys_are_mirrored_from_right_to_left(qtbot: QtBot, chips: QueryChips) -> None:
    chips.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    chips.show_query(parse("lease type:pdf -draft"))
    with qtbot.waitExposed(chips):
        chips.show()
    first, second = chips.chips()
    assert first.x() > second.x()
    chips.activateWindow()
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Left)
    qtbot.waitUntil(second.hasFocus)
    qtbot.keyClick(second, Qt.Key.Key_Right)
    qtbot.waitUntil(first.hasFocus)


def test_a_long_chip_is_elided_in_a_narrow_window(qtbot: QtBot, chips: QueryChips) -> None:
    chips.show_query(parse('"a phrase that is long but not too long" "another that is as long as the first"'))
    chips.resize(300, 44)
    with qtbot.waitExposed(chips):
        chips.show()
    for chip in chips.chips():
        assert "…" in chip.shown_text()
        assert chip.toolTip().startswith("Remove: “")
        assert chip.geometry().right() < chips.width()


def test_a_screen_reader_hears_what_a_chip_does(chips: QueryChips) -> None:
    chips.show_query(parse("type:pdf"))
    assert chips.chips()[0].accessibleName() == "Kind: PDF, remove"


def test_the_window_shows_how_the_box_was_read(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "lease ext:md,txt,pdf", "lease")
    (chip,) = app.window.chips.chips()
    assert app.window.chips.isVisible()
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert app.window.search.box.text() == "lease"
    assert not app.window.chips.isVisible()


def test_a_condition_that_empties_the_list_is_dropped_by_a_click(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    app.window.search.box.setText("sourdough ext:zzz")
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is app.window.no_results, timeout=WAIT_MS)
    buttons = app.window.no_results.findChildren(TextButton)
    (button,) = [button for button in buttons if "Extension: zzz" in button.text()]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert app.window.search.box.text() == "sourdough"
    qtbot.waitUntil(lambda: any("Sourdough" in path for path in found(app)), timeout=WAIT_MS)


def test_a_pasted_text_is_told_to_be_one_and_goes_with_a_click(chips: QueryChips, qtbot: QtBot) -> None:
    chips.show_query(parse("The lease of the flat ends in June. " * 12))
    (chip,) = chips.chips()
    assert chip.text().strip() == "Similar to your text (96 words)"
    with qtbot.waitSignal(chips.rewritten) as rewritten:
        chip.click()
    assert rewritten.args == [""]


def test_what_is_like_a_passage_is_found_elsewhere(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "sourdough", "Sourdough")
    hit = app.window.results.rows.hits()[0]
    qtbot.waitUntil(lambda: "Feed the starter" in app.window.preview.reading.toPlainText(), timeout=WAIT_MS)
    qtbot.keyClick(app.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    query = app.window.search.box.text()
    assert query.startswith('~"')
    assert query.endswith(f'-in:"{messages.typed_path(hit.path)}"')
    qtbot.waitUntil(lambda: bool(found(app)) and hit.path not in found(app), timeout=WAIT_MS)
    assert all(one.lanes == {"meaning"} for one in app.window.results.rows.hits())
    assert [chip.text()[:1] for chip in app.window.chips.chips()] == ["“", "E"]


def test_similar_documents_are_found_from_the_menu(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "sourdough", "Sourdough")
    hit = app.window.results.rows.hits()[0]
    app.hit_actions.do("similar", hit)
    assert app.window.search.box.text() == f'like:"{hit.path}"'
    qtbot.waitUntil(lambda: bool(found(app)) and hit.path not in found(app), timeout=WAIT_MS)
    assert all(one.lanes == {"meaning"} for one in app.window.results.rows.hits())
