"""The settings dialog: its pages, and each setting on them."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QPlainTextEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from core.messages import languages
from core.settings import Settings
from gui.dialogs.settings import PAGES, SettingsDialog
from gui.dialogs.settings_page import SettingsPage
from gui.results.row_metrics import Density
from gui.widgets.tab_order import stops_in
from tests.tools.text_checks import misfit, scrolls_sideways


def pages_of(dialog: SettingsDialog) -> list[SettingsPage]:
    """All of its pages, also those that are not made yet."""
    return [dialog.page(name) for name in PAGES]


def test_a_language_is_named_in_itself_and_chosen(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(), "system")
    qtbot.addWidget(dialog)
    names = [dialog.appearance.language.itemText(row) for row in range(dialog.appearance.language.count())]
    assert names == ["Match system", "English", "Deutsch", "简体中文"]
    assert dialog.settings().language == ""
    dialog.appearance.language.setCurrentIndex(names.index("Deutsch"))
    with qtbot.waitSignal(dialog.chosen) as saved:
        dialog.accept()
    assert saved.args == [Settings(language="de")]


@pytest.mark.parametrize("language", ["", *languages()])
def test_the_chosen_language_is_shown(qtbot: QtBot, language: str) -> None:
    dialog = SettingsDialog(Settings(language=language), "system")
    qtbot.addWidget(dialog)
    assert dialog.appearance.language.currentData() == language
    assert dialog.settings() == Settings(language=language)


EVERY: dict[str, object] = {
    "max_file_mb": 7,
    "max_kind_mb": ("code 5",),
    "poll_minutes": 9,
    "hidden_files": True,
    "follow_links": True,
    "exclude": ("*.bak",),
    "wait_on_battery": False,
    "wait_on_load": True,
    "ask_before_embedding": True,
    "keep_history": False,
    "keep_judgements": True,
    "read_archives": True,
    "read_scans": True,
    "ocr_languages": ("deu", "eng"),
    "language": "de",
}


@pytest.mark.parametrize("name", EVERY)
def test_every_setting_is_shown_and_edited_by_itself(qtbot: QtBot, name: str) -> None:
    other = replace(Settings(), **{name: EVERY[name]})  # type: ignore[arg-type]
    dialog = SettingsDialog(other, "system")
    qtbot.addWidget(dialog)
    pages = pages_of(dialog)
    assert dialog.settings() == other
    assert dialog.edited() == {}
    for page in pages:
        page.show_values(Settings())
    assert dialog.edited() == {name: getattr(Settings(), name)}


def test_every_setting_that_a_page_edits_is_tested_above() -> None:
    dialog = SettingsDialog(Settings(), "system")
    assert {name for page in pages_of(dialog) for name in page.values()} == set(EVERY)
    dialog.deleteLater()


def test_what_changes_elsewhere_meanwhile_stays(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(), "system")
    qtbot.addWidget(dialog)
    dialog.files.hidden_files.setChecked(True)
    dialog.use(replace(Settings(), model="english", poll_minutes=9))
    assert dialog.settings() == replace(Settings(), model="english", poll_minutes=9, hidden_files=True)
    assert dialog.folders.poll.value() == 9


def test_the_list_shows_its_pages(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(), "system")
    qtbot.addWidget(dialog)
    dialog.resize(660, 440)
    dialog.show_library("~/library", "3 MB", [("~/Documents", "3 files")])
    dialog.show()
    titles = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert titles[0] == "Folders"
    assert titles[-1] == "Advanced"
    for row, page in enumerate(pages_of(dialog)):
        dialog.list.setCurrentRow(row)
        assert page.isVisible()
        assert [part for part in page.findChildren(QWidget) if misfit(part)] == []
        assert not scrolls_sideways(page)


def test_pages_are_made_after_the_first_one_shows_and_tab_follows_them(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(), "system")
    qtbot.addWidget(dialog)
    assert dialog.findChildren(SettingsPage) == [dialog.folders]
    dialog.list.setCurrentRow(list(PAGES).index("schedule"))
    assert dialog.isAncestorOf(dialog.schedule), "at once where the user asks for it"
    dialog.list.setCurrentRow(0)
    dialog.show()
    qtbot.waitUntil(lambda: len(dialog.findChildren(SettingsPage)) == len(PAGES))
    for row, page in enumerate(pages_of(dialog)):
        dialog.list.setCurrentRow(row)
        stops = [stop for stop in stops_in(page) if stop.isVisible() and stop.isEnabled()]
        dialog.list.setFocus()
        for stop in stops:
            qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
            assert dialog.focusWidget() is stop


@pytest.mark.parametrize("steps", range(8))
def test_a_page_that_is_asked_for_while_it_is_made_is_finished_at_once(qtbot: QtBot, steps: int) -> None:
    dialog = SettingsDialog(Settings(), "system")
    qtbot.addWidget(dialog)
    added, section = [], QCheckBox("An option")
    dialog.when_made("files", added.append)
    dialog.when_made("files", lambda page: page.add_section(section))
    for _ in range(steps):
        dialog._make_next()
    dialog.show()
    dialog.list.setCurrentRow(list(PAGES).index("files"))
    assert added == [dialog.files]
    assert dialog.files.isVisible()
    qtbot.waitUntil(lambda: section.isVisibleTo(dialog.files))
    assert dialog.files.values()["max_file_mb"] == Settings().max_file_mb
    qtbot.waitUntil(lambda: not dialog._idle.isActive())
    assert added == [dialog.files]
    assert [dialog._stack.indexOf(page) for page in pages_of(dialog)].count(-1) == 0


def test_no_page_outlives_a_dialog_that_is_closed_at_once(qtbot: QtBot) -> None:
    before = {widget for widget in QApplication.allWidgets() if isinstance(widget, SettingsPage)}
    dialog = SettingsDialog(Settings(), "system")
    dialog.show()
    assert dialog.privacy.isHidden(), "it is made, but not shown"
    dialog.reject()
    qtbot.waitUntil(lambda: not isValid(dialog))
    assert {widget for widget in QApplication.allWidgets() if isinstance(widget, SettingsPage)} == before


def test_nothing_of_settings_that_are_closed_at_once_stays_in_memory(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(), "system")
    dialog.show()
    remembered = weakref.ref(dialog)
    dialog.reject()
    qtbot.waitUntil(lambda: not isValid(remembered()))
    del dialog
    gc.collect()
    assert remembered() is None


def test_every_option_says_what_it_does(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(), "system")
    qtbot.addWidget(dialog)
    options = [
        part
        for page in pages_of(dialog)
        for part in page.findChildren(QWidget)
        if isinstance(part, (QCheckBox, QSpinBox, QComboBox, QPlainTextEdit))
    ]
    assert len(options) > 9
    assert [option.accessibleName() for option in options if not option.accessibleDescription()] == []


@pytest.mark.parametrize("is_made", [True, False])
def test_what_others_add_stands_on_its_page(qtbot: QtBot, is_made: bool) -> None:
    dialog = SettingsDialog(Settings(), "system")
    qtbot.addWidget(dialog)
    section = QWidget()
    if is_made:
        dialog.page("privacy")
    dialog.when_made("privacy", lambda page: page.add_section(section))
    assert dialog.privacy.isAncestorOf(section)


@pytest.mark.parametrize(("before", "after"), [("comfortable", "compact"), ("compact", "comfortable")])
def test_the_density_of_the_list_is_chosen(qtbot: QtBot, before: Density, after: Density) -> None:
    dialog = SettingsDialog(Settings(), "system", density=before)
    qtbot.addWidget(dialog)
    chosen: list[str] = []
    dialog.density_chosen.connect(chosen.append)
    dialog.accept()
    assert chosen == [], "the page was not even made"
    dialog.appearance.density.setCurrentIndex(dialog.appearance.density.findData(after))
    dialog.accept()
    assert chosen == [after]
