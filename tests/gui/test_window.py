"""The real window on a real library."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.document import Hit
from core.events import Progress, RetrieverProgress
from core.search.query import Query
from gui.app.application import App
from gui.widgets.basic import IconButton
from tests.gui.conftest import WAIT_MS, Opened
from tests.gui.questions import ask, found

pytestmark = pytest.mark.slow

Start = Callable[..., App]
Keys = Qt.KeyboardModifier


def test_the_first_run_shows_the_welcome_page_and_typing_is_possible(qtbot: QtBot, start: Start) -> None:
    app = start()
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is app.window.welcome)
    assert not app.window.status.isVisible()


def test_typing_shows_results_with_the_passage_in_the_preview(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    assert app.window.pages.currentWidget() is app.window.hint
    ask(qtbot, app, "sourdough starter", "Sourdough")
    assert "Sourdough" in found(app)[0]
    assert app.window.pages.currentWidget() is app.window.results_page
    qtbot.waitUntil(lambda: "Feed the starter" in app.window.preview.reading.toPlainText(), timeout=WAIT_MS)
    assert app.window.preview.reading.extraSelections()


def test_meaning_joins_the_words(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "sourdough starter", "Sourdough")
    qtbot.waitUntil(lambda: any("meaning" in hit.lanes for hit in app.window.results.rows.hits()), timeout=WAIT_MS)


def test_who_types_on_does_not_wait_for_a_better_order(
    qtbot: QtBot, start: Start, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start(documents)
    held, asked = threading.Event(), threading.Event()

    def better_steps(_query: Query, hits: list[Hit]) -> Iterator[list[Hit]]:
        asked.set()
        held.wait()
        yield hits[::-1]

    monkeypatch.setattr(app.library.queries, "reranking_steps", better_steps)
    try:
        ask(qtbot, app, "sourdough starter", "Sourdough")
        qtbot.waitUntil(asked.is_set, timeout=WAIT_MS)
        ask(qtbot, app, "lease OR sourdough", "lease")
        before = found(app)
    finally:
        held.set()
    qtbot.waitUntil(lambda: not app.search_controller._reranking.busy, timeout=WAIT_MS)  # type: ignore[union-attr]
    assert found(app) == before[::-1]  # of the last question only
    with qtbot.assertNotEmitted(app.window.results.rows.rowsMoved):
        with qtbot.waitSignal(app.search_controller._searching.finished, timeout=WAIT_MS):  # type: ignore[union-attr]
            app.search_controller.refresh()  # type: ignore[union-attr]
        qtbot.waitUntil(lambda: not app.search_controller._reranking.busy, timeout=WAIT_MS)  # type: ignore[union-attr]
    assert found(app) == before[::-1]


def test_enter_opens_the_first_and_the_numbers_open_the_others(
    qtbot: QtBot, start: Start, documents: Path, opened: Opened
) -> None:
    app = start(documents)
    ask(qtbot, app, "lease OR sourdough", "lease")
    paths = found(app)
    box = app.window.search.box
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClick(box, Qt.Key.Key_Return, Keys.ControlModifier)
    qtbot.keyClick(app.window, Qt.Key.Key_2, Keys.ControlModifier)
    qtbot.waitUntil(lambda: sorted(opened.paths) == sorted([os.path.dirname(paths[0]), *paths[:2]]), timeout=WAIT_MS)


def test_down_enters_the_list_and_up_leaves_it(qtbot: QtBot, start: Start, documents: Path, opened: Opened) -> None:
    app = start(documents)
    ask(qtbot, app, "lease OR sourdough", "lease")
    results, second = app.window.results, found(app)[1]
    qtbot.keyClick(app.window.search.box, Qt.Key.Key_Down)
    assert results.hasFocus()
    assert results.current() == results.rows.hits()[0]
    qtbot.keyClick(results, Qt.Key.Key_Down)
    qtbot.keyClick(results, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened.paths == [second], timeout=WAIT_MS)
    qtbot.keyClick(results, Qt.Key.Key_Up)
    qtbot.keyClick(results, Qt.Key.Key_Up)
    assert app.window.search.box.hasFocus()


def test_space_toggles_the_preview_and_typing_goes_to_the_box(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "lease", "lease")
    app.window.results.enter()
    qtbot.keyClick(app.window.results, Qt.Key.Key_Space)
    assert not app.window.preview.isVisible()
    qtbot.keyClick(app.window.results, Qt.Key.Key_Space)
    assert app.window.preview.isVisible()
    qtbot.keyClick(app.window.results, Qt.Key.Key_S)
    assert app.window.search.box.text() == "leases"
    assert app.window.search.box.hasFocus()


def test_copying_the_file_the_path_and_the_passage(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "sourdough", "Sourdough")
    path = str(documents / "Kitchen" / "Sourdough.md")
    qtbot.keyClick(app.window.search.box, Qt.Key.Key_C, Keys.ControlModifier)
    assert [url.toLocalFile() for url in QGuiApplication.clipboard().mimeData().urls()] == [path]
    hit = app.window.results.rows.hits()[0]
    app.hit_actions.do("copy_path", hit)
    assert QGuiApplication.clipboard().text() == path
    qtbot.waitUntil(lambda: bool(app.window.preview.reading.toPlainText()), timeout=WAIT_MS)
    app.hit_actions.do("copy_passage", hit)
    assert "Feed the starter" in QGuiApplication.clipboard().text()


def test_the_keys_go_back_to_the_box_when_what_had_them_is_gone(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "lease", "lease")
    app.window.results.enter()
    app.window.search.box.setText("lease ext:zzz")
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is app.window.no_results, timeout=WAIT_MS)
    assert app.window.focusWidget() is app.window.search.box


def test_a_narrow_window_shows_the_folders_or_the_text(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "lease", "lease")
    window = app.window
    side = window.search.side
    window.resize(700, 500)
    qtbot.waitUntil(lambda: not window.folders.isVisible())
    assert not side.isChecked()
    assert window.preview.isVisible()
    side.click()
    assert window.folders.isVisible()
    assert not window.preview.isVisible()
    window.toggle_preview()
    assert window.preview.isVisible()
    assert not window.folders.isVisible()
    window.resize(1100, 700)
    qtbot.waitUntil(window.folders.isVisible)
    assert window.preview.isVisible()
    assert side.isChecked()


def test_the_foot_of_a_narrow_window_says_the_least(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    app.window.resize(1100, 700)
    meter = app.window.status.retrievers["meaning"]
    meter.show_progress(Progress(meaning=RetrieverProgress(done=1, waiting=3)))
    assert meter.numbers.text() == "25%"
    meter.show_progress(Progress(meaning=RetrieverProgress(done=4)))
    assert meter.numbers.text() == "4"
    app.window.resize(700, 500)
    qtbot.waitUntil(meter.numbers.isHidden)
    meter.show_progress(Progress(meaning=RetrieverProgress(done=1, waiting=3)))
    assert meter.numbers.text() == "25%"


def test_search_by_meaning_that_is_off_is_started(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    status, library = app.window.status, app.library
    assert library is not None

    def is_off() -> bool:
        if library._sessions.current.engine.status().state != "stopped":
            library._sessions.current.engine.stop()  # work that was still going on starts it again
        return status.start.isVisible()

    qtbot.waitUntil(is_off, timeout=WAIT_MS)
    assert status.summary.text() == "Search by meaning: off"
    qtbot.mouseClick(status.summary, Qt.MouseButton.LeftButton)
    assert status.details.isVisible()
    status.details.close()
    qtbot.mouseClick(status.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not status.start.isVisible(), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: library.progress().engine.state in {"ready", "busy"}, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: status.summary.text() == "Everything is up to date", timeout=WAIT_MS)


def test_escape_clears_and_then_puts_the_window_away(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "lease", "lease")
    qtbot.keyClick(app.window.search.box, Qt.Key.Key_Escape)
    assert app.window.search.box.text() == ""
    assert app.window.pages.currentWidget() is app.window.hint
    assert found(app) == []
    qtbot.keyClick(app.window.search.box, Qt.Key.Key_Escape)
    assert app.window.isMinimized()


def test_a_file_that_is_gone_is_said_and_not_opened(
    qtbot: QtBot, start: Start, documents: Path, opened: Opened
) -> None:
    app = start(documents)
    ask(qtbot, app, "sourdough", "Sourdough")
    os.unlink(documents / "Kitchen" / "Sourdough.md")
    qtbot.keyClick(app.window.search.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Sourdough.md" in app.window.banner.sentence.text(), timeout=WAIT_MS)
    assert opened.paths == []


def test_the_status_bar_counts_each_lane(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    app.window.resize(1100, 700)
    qtbot.waitUntil(lambda: app.window.status.retrievers["meaning"].numbers.text() == "9", timeout=WAIT_MS)
    assert app.window.status.retrievers["names"].numbers.text() == "9"


def test_every_icon_only_button_has_a_name(qtbot: QtBot, start: Start) -> None:
    app = start()
    buttons = app.window.findChildren(IconButton)
    assert len(buttons) > 5
    for button in buttons:
        assert button.accessibleName()
        assert button.toolTip()


def test_settings_are_changed_only_when_saved(qtbot: QtBot, start: Start) -> None:
    app = start()
    assert app.library_controller is not None
    app.library_controller.settings.show()
    dialog = app.library_controller.settings.dialog
    assert dialog is not None
    dialog.files.exclude.setPlainText("*.bak\n\n drafts ")
    dialog.reject()
    assert app.library is not None
    assert app.library.settings.exclude == ()
    app.library_controller.settings.show()
    dialog = app.library_controller.settings.dialog
    assert dialog is not None
    dialog.files.exclude.setPlainText("*.bak\n\n drafts ")
    dialog.appearance.look.setCurrentIndex(2)
    dialog.accept()
    assert app.library.settings.exclude == ("*.bak", "drafts")
    assert app.theme.dark
