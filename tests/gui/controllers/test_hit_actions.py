"""The actions of a result's menu and keys, in the real window with a real library."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from core.document import Hit
from core.links import parse_link
from gui.app.application import App
from tests.gui.conftest import WAIT_MS, Opened
from tests.gui.questions import ask, found
from tests.gui.runtime.test_applications import desktop_file, program, started_with

pytestmark = pytest.mark.slow

Keys = Qt.KeyboardModifier
Start = Callable[..., App]


def pick(app: App, *names: str) -> list[Hit]:
    """Select the rows of these files."""
    results = app.window.results
    rows = [next(row for row in range(results.rows.rowCount()) if name in getattr(results.rows.hit(row), "path", ""))
            for name in names]  # fmt: skip
    results.setCurrentIndex(results.rows.index(rows[0]))
    for row in rows[1:]:
        results.selectionModel().select(results.rows.index(row), QItemSelectionModel.SelectionFlag.Select)
    return results.selected()


def titles(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def choose(menu: QMenu, title: str) -> None:
    """Choose an entry of a menu, or of the menus in it."""
    actions = [action for one in (menu, *menu.findChildren(QMenu)) for action in one.actions()]
    next(action for action in actions if action.text() == title).trigger()


@pytest.fixture
def app(qtbot: QtBot, start: Start, documents: Path) -> App:
    made = start(documents)
    ask(qtbot, made, "lease OR sourdough", "lease")
    return made


def test_several_are_copied_together_and_a_message_says_so(qtbot: QtBot, app: App) -> None:
    hits = pick(app, "lease", "Sourdough")
    results, clipboard = app.window.results, QGuiApplication.clipboard()
    assert len(hits) == 2
    assert titles(results.menu_for(hits[0]))[:3] == ["Open 2 documents", "Copy 2 files", "Copy 2 paths"]
    qtbot.keyClick(results, Qt.Key.Key_C, Keys.ControlModifier)
    assert [url.toLocalFile() for url in clipboard.mimeData().urls()] == [hit.path for hit in hits]
    assert app.window.toast.isVisible()
    assert app.window.toast.text.text() == "Copied 2 files"
    app.hit_actions.do("copy_path", hits)
    assert clipboard.text().splitlines() == [hit.path for hit in hits]
    app.hit_actions.do("copy_passage", hits)
    assert len(clipboard.text().split("\n\n")) >= 2
    assert app.window.toast.text.text() == "Copied 2 passages"
    choose(results.menu_for(hits[0]), "Copy 2 links")
    links = [parse_link(line) for line in clipboard.text().splitlines()]
    assert [(link.action, link.path, link.query) for link in links] == [
        ("open", hit.path, "lease OR sourdough") for hit in hits
    ]
    assert [link.start for link in links] == [hit.passages[0].start for hit in hits]
    assert app.window.toast.text.text() == "Copied 2 links"
    app.window.search.box.setText("lease " * 10_000)  # a text that was pasted is no part of a link
    results.clearSelection()
    choose(results.menu_for(hits[0]), "Copy link")
    assert (parse_link(clipboard.text()).path, parse_link(clipboard.text()).query) == (hits[0].path, "")


def test_many_are_opened_only_after_a_question(qtbot: QtBot, app: App, opened: Opened) -> None:
    hits = [hit for hit in app.window.results.rows.results() for _ in range(6)][:6]
    app.hit_actions.do("open", hits[:2])
    qtbot.waitUntil(lambda: len(opened.paths) == 2, timeout=WAIT_MS)
    app.hit_actions.do("open", hits)
    box = next(box for box in app.window.findChildren(QMessageBox) if box.isVisible())
    assert box.text() == "Open 6 documents?"
    box.button(QMessageBox.StandardButton.Cancel).click()
    app.hit_actions.do("open", hits)
    box = next(box for box in app.window.findChildren(QMessageBox) if box.isVisible())
    next(button for button in box.buttons() if button.text() == "Open 6").click()
    qtbot.waitUntil(lambda: len(opened.paths) == 8, timeout=WAIT_MS)


def test_another_application_opens_it(
    qtbot: QtBot, app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Opened
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    editor = program(tmp_path, "editor")
    desktop_file(tmp_path / "system" / "applications", "editor.desktop", f"'{editor}' %f", mime="text/plain;")
    (hit,) = pick(app, "Sourdough")
    choose(app.window.results.menu_for(hit), "Editor")
    assert started_with(qtbot, editor) == [hit.path]
    assert opened.paths == []


@pytest.mark.parametrize("what", ["This file", "The folder “Kitchen”", "All .md files"])
def test_what_is_excluded_goes_at_once_and_undo_brings_it_back(qtbot: QtBot, app: App, what: str) -> None:
    (hit,) = pick(app, "Sourdough")
    root = app.library.folders()[0].path  # type: ignore[union-attr]
    choose(app.window.results.menu_for(hit), what)
    assert not any("Sourdough" in path for path in found(app))
    assert app.window.toast.action.text() == "Undo"
    qtbot.waitUntil(lambda: bool(app.library.exclusions.get(root).patterns), timeout=WAIT_MS)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: app.library.diagnostics.why(hit.path).code == "excluded", timeout=WAIT_MS)  # type: ignore[union-attr]
    ask(qtbot, app, "lease", "lease")
    assert not any("Sourdough" in one.path for one in app.window.results.rows.results())
    app.window.toast.action.click()
    qtbot.waitUntil(lambda: not app.library.exclusions.get(root).patterns, timeout=WAIT_MS)  # type: ignore[union-attr]
    ask(qtbot, app, "sourdough starter", "Sourdough")


def test_all_passages_of_a_file_are_shown_below_it(qtbot: QtBot, start: Start, documents: Path) -> None:
    days = [f"Day {n}: the sourdough rose again, as it does in a warm kitchen in spring." for n in range(400)]
    (documents / "Diary.txt").write_text("\n\n".join(days), encoding="utf-8")
    app = start(documents)
    ask(qtbot, app, "sourdough", "Diary")
    (hit,) = pick(app, "Diary")
    rows = app.window.results.rows
    choose(app.window.results.menu_for(hit), "All passages in this file")
    qtbot.waitUntil(lambda: rows.has_passages(hit.path), timeout=WAIT_MS)
    row = rows.row_of(hit.path) + 1
    passage = rows.hit(row)
    assert passage is not None
    assert passage.path == hit.path
    app.window.results.setCurrentIndex(rows.index(row))
    assert app.window.results.current() == passage
    choose(app.window.results.menu_for(hit), "Hide passages")
    assert not rows.has_passages(hit.path)


def test_a_file_with_one_passage_has_no_others(qtbot: QtBot, app: App) -> None:
    (hit,) = pick(app, "Sourdough")
    choose(app.window.results.menu_for(hit), "All passages in this file")
    qtbot.waitUntil(lambda: app.window.toast.text.text() == "There is no other passage in this file.", timeout=WAIT_MS)
    assert not app.window.results.rows.has_passages(hit.path)


def test_properties_by_key(qtbot: QtBot, app: App) -> None:
    (hit,) = pick(app, "lease")
    qtbot.keyClick(app.window, Qt.Key.Key_Return, Keys.AltModifier)
    files = app.search_controller._file_actions  # type: ignore[union-attr]
    assert files.properties is not None
    lines = dict(files.properties.lines())
    assert (lines["Name"], lines["Kind"]) == (os.path.basename(hit.path), "PDF")
    qtbot.waitUntil(lambda: "Passages" in dict(files.properties.lines()), timeout=WAIT_MS)  # type: ignore[union-attr]
    lines = dict(files.properties.lines())
    assert lines["Parts"] == "3 pages"
    assert "bytes)" in lines["Size"]
    files.properties.accept()


def test_it_is_indexed_again(qtbot: QtBot, app: App) -> None:
    (hit,) = pick(app, "Sourdough")
    choose(app.window.results.menu_for(hit), "Index again")
    assert app.window.toast.text.text() == "Indexing 1 file again"


def test_compact_rows_are_remembered(qtbot: QtBot, app: App) -> None:
    results = app.window.results
    before = results.visualRect(results.currentIndex()).height()
    app.window.list_header.density_chosen.emit("compact")
    assert results.density == "compact"
    assert results.visualRect(results.currentIndex()).height() < before
    assert app.state.value("results/density") == "compact"
