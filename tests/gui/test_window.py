"""The real window on a real library."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from core.document import Hit
from core.events import RetrieverProgress
from core.search.query import Query
from gui.app.application import App
from gui.widgets.basic import IconButton
from tests.builders import multilingual_folder
from tests.gui.conftest import WAIT_MS, Opened

pytestmark = pytest.mark.slow

Start = Callable[..., App]
Keys = Qt.KeyboardModifier


def ask(qtbot: QtBot, app: App, text: str, name: str) -> None:
    """Type a question and wait until a file of that name is in the list."""
    app.window.search.box.clear()
    qtbot.keyClicks(app.window.search.box, text)
    qtbot.waitUntil(lambda: any(name in path for path in found(app)), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not app.search_controller._searching.busy, timeout=WAIT_MS)  # type: ignore[union-attr]


def found(app: App) -> list[str]:
    return [hit.path for hit in app.window.results.rows.hits()]


def row(app: App, name: str) -> int:
    return next(number for number, path in enumerate(found(app)) if name in path)


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
    qtbot.waitUntil(lambda: "Feed the starter" in app.window.preview.text.toPlainText(), timeout=WAIT_MS)
    assert app.window.preview.text.extraSelections()


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
        ask(qtbot, app, "lease", "lease")
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
    ask(qtbot, app, "lease", "lease")
    paths = found(app)
    box = app.window.search.box
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClick(box, Qt.Key.Key_Return, Keys.ControlModifier)
    app.hit_actions.do("open", app.window.results.rows.hits()[1])
    assert opened.paths == [paths[0], os.path.dirname(paths[0]), paths[1]]


def test_down_enters_the_list_and_up_leaves_it(qtbot: QtBot, start: Start, documents: Path, opened: Opened) -> None:
    app = start(documents)
    ask(qtbot, app, "lease", "lease")
    results = app.window.results
    qtbot.keyClick(app.window.search.box, Qt.Key.Key_Down)
    assert results.hasFocus()
    assert results.currentIndex().row() == 0
    qtbot.keyClick(results, Qt.Key.Key_Down)
    qtbot.keyClick(results, Qt.Key.Key_Return)
    assert opened.paths == [found(app)[1]]
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
    qtbot.waitUntil(lambda: bool(app.window.preview.text.toPlainText()), timeout=WAIT_MS)
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
    meter.show_progress(RetrieverProgress(done=1, waiting=3))
    assert meter.numbers.text() == "1 of 4"
    app.window.resize(700, 500)
    qtbot.waitUntil(lambda: not meter.numbers.text().startswith("1 of"))
    meter.show_progress(RetrieverProgress(done=1, waiting=3))
    assert meter.numbers.text() == "25%"
    meter.show_progress(RetrieverProgress(done=4))
    assert not meter.numbers.isVisible()


def test_escape_clears_and_then_puts_the_window_away(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "lease", "lease")
    qtbot.keyClick(app.window.search.box, Qt.Key.Key_Escape)
    assert app.window.search.box.text() == ""
    assert app.window.pages.currentWidget() is app.window.hint
    assert found(app) == []
    qtbot.keyClick(app.window.search.box, Qt.Key.Key_Escape)
    assert app.window.isMinimized()


def test_what_is_searched_already_is_said_when_it_is_dropped_again(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    banner, controller = app.window.banner, app.library_controller
    assert controller is not None
    controller.folders.add([str(documents)])  # as at each start with a folder
    assert not banner.isVisible()
    controller.folders.add_chosen([str(documents)])
    assert banner.sentence.text() == "“Documents” is already searchable."
    controller.folders.add_chosen([str(documents / "Kitchen")])
    assert banner.sentence.text() == "“Kitchen” is already searchable as part of “Documents”."
    ask(qtbot, app, "lease", "lease")
    assert not banner.isVisible()


def test_a_folder_that_cannot_be_added_is_said_in_the_banner(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    app = start()
    assert app.library_controller is not None
    app.library_controller.folders.add([str(tmp_path / "nowhere")])
    assert app.window.banner.isVisible()
    assert "nowhere" in app.window.banner.sentence.text()


def test_a_folder_is_removed_after_a_question(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    panel = app.window.folders
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 1, timeout=WAIT_MS)
    panel.view.setCurrentIndex(panel.rows.index(0))
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    box = next(widget for widget in app.window.findChildren(QMessageBox) if widget.isVisible())
    assert "untouched" in box.informativeText()
    remove = next(button for button in box.buttons() if button.property("path"))
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is app.window.welcome, timeout=WAIT_MS)
    assert documents.is_dir()


def test_a_file_that_is_gone_is_said_and_not_opened(
    qtbot: QtBot, start: Start, documents: Path, opened: Opened
) -> None:
    app = start(documents)
    ask(qtbot, app, "sourdough", "Sourdough")
    os.unlink(documents / "Kitchen" / "Sourdough.md")
    qtbot.keyClick(app.window.search.box, Qt.Key.Key_Return)
    assert opened.paths == []
    assert "Sourdough.md" in app.window.banner.sentence.text()


def test_problems_are_counted_listed_and_tried_again(
    qtbot: QtBot, start: Start, documents: Path, tmp_path: Path, opened: Opened
) -> None:
    multilingual_folder.write_unreadable(documents / "Scans")
    app = start(documents)
    qtbot.waitUntil(app.window.status.problems.isVisible, timeout=WAIT_MS)
    qtbot.mouseClick(app.window.status.problems, Qt.MouseButton.LeftButton)
    assert app.library_controller is not None
    dialog = app.library_controller._problems
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: dialog.rows.rowCount() == 4, timeout=WAIT_MS)
    broken = documents / "Scans" / "tax return 2019.pdf"
    broken.write_bytes(
        multilingual_folder.pdf(["Income and expenses of the year 2019, as declared in the following spring."])
    )
    dialog.table.selectRow(dialog.rows.row_of(str(broken)))
    qtbot.mouseClick(dialog.open_folder, Qt.MouseButton.LeftButton)
    assert opened.paths == [str(broken.parent)]
    qtbot.mouseClick(dialog.retry_chosen, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.rows.row_of(str(broken)) < 0, timeout=WAIT_MS)
    assert dialog.rows.rowCount() == 3


def test_pausing_says_so_and_for_how_long(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    status = app.window.status
    assert app.library is not None
    menu = status.pause_menu()
    assert [action.text() for action in menu.actions()][1] == "Pause for 1 hour"
    menu.actions()[1].trigger()
    assert app.library.indexing.paused
    assert status.summary.text().startswith("Paused until ")
    assert status.resume.isVisible()
    qtbot.mouseClick(status.resume, Qt.MouseButton.LeftButton)
    assert not app.library.indexing.paused
    assert not status.resume.isVisible()
    status.pause_menu().actions()[-1].trigger()
    assert status.summary.text() == "Paused"
    qtbot.mouseClick(status.pause, Qt.MouseButton.LeftButton)
    assert not app.library.indexing.paused


def test_a_click_on_pause_asks_for_how_long(qtbot: QtBot, start: Start) -> None:
    app = start()
    qtbot.mouseClick(app.window.status.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()
    assert app.library is not None
    assert not app.library.indexing.paused


def test_what_is_left_out_is_previewed_while_typing_and_gone_when_saved(
    qtbot: QtBot, start: Start, documents: Path
) -> None:
    app = start(documents)
    panel = app.window.folders
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 1, timeout=WAIT_MS)
    panel.exclude_requested.emit(str(documents))
    dialog = app.library_controller.folders._exclusions  # type: ignore[union-attr]
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.effect.text() == "Hides nothing.", timeout=WAIT_MS)
    dialog.lines.setPlainText("Kitchen/")
    qtbot.waitUntil(lambda: dialog.effect.text().startswith("Hides ") and "nothing" not in dialog.effect.text())
    assert dialog.examples.text() == "Kitchen/"
    dialog.lines.setPlainText("!")
    qtbot.waitUntil(lambda: "not a valid pattern" in dialog.effect.text(), timeout=WAIT_MS)
    assert not dialog.save.isEnabled()
    dialog.lines.setPlainText("Kitchen/\n\n")
    qtbot.waitUntil(dialog.save.isEnabled, timeout=WAIT_MS)
    dialog.gitignore.setChecked(True)
    dialog.accept()
    assert app.library is not None
    qtbot.waitUntil(lambda: app.library.exclusions.get(documents).patterns == ("Kitchen/",), timeout=WAIT_MS)
    assert app.library.exclusions.get(documents).gitignore
    qtbot.waitUntil(lambda: not app.library.search("sourdough", lanes=("words",)), timeout=WAIT_MS)


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
    app.library_controller.show_settings()
    dialog = app.library_controller._settings
    assert dialog is not None
    dialog.exclude.setPlainText("*.bak\n\n drafts ")
    dialog.reject()
    assert app.library is not None
    assert app.library.settings.exclude == ()
    app.library_controller.show_settings()
    dialog = app.library_controller._settings
    assert dialog is not None
    dialog.exclude.setPlainText("*.bak\n\n drafts ")
    dialog.look.setCurrentIndex(2)
    dialog.accept()
    assert app.library.settings.exclude == ("*.bak", "drafts")
    assert app.theme.dark
