"""The manual: its key, its links, its languages."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt, QUrl
from PySide6.QtGui import QTextTable
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from core.messages import set_language, use
from core.paths import resources
from core.search.query.fields import FIELDS
from gui.app.application import App
from gui.controllers.help import HelpController
from gui.dialogs.doctor import DoctorDialog
from gui.dialogs.help import CONTENTS, MARGIN, HelpDialog, anchor_of, manual_page
from gui.dialogs.problems import ProblemsDialog
from gui.dialogs.settings import SettingsDialog
from gui.dialogs.why import WhyDialog
from gui.engine.panel import EnginePanel
from gui.folders.exclusions_dialog import ExclusionsDialog
from gui.runtime.desktop_services import DesktopServices
from gui.window import MainWindow

pytestmark = pytest.mark.slow

MANUAL = resources() / "help"
ENGLISH = sorted((MANUAL / "en").glob("*.md"))
LINK = re.compile(r"\]\(([^)]+)\)")
OUTSIDE = "https://example.org/findling"


@pytest.fixture
def dialog(qtbot: QtBot) -> HelpDialog:
    dialog = HelpDialog()
    qtbot.addWidget(dialog)
    return dialog


@pytest.fixture
def links() -> list[str]:
    """The addresses that the desktop was asked to open."""
    return []


@pytest.fixture
def controller(qtbot: QtBot, tmp_path: Path, links: list[str]) -> Iterator[HelpController]:
    """The help of a window, with a desktop that opens nothing."""
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    window = MainWindow()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()

    def open_url(url: QUrl) -> bool:
        links.append(url.toString())
        return True

    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    controller = HelpController(qt, window, DesktopServices(open_url), state)
    yield controller
    controller.stop()


def shown(dialog: HelpDialog | None) -> str:
    """The file name of the page that is shown; "" while the manual is closed."""
    return dialog.view.source().fileName() if dialog is not None and dialog.isVisible() else ""


def follow(dialog: HelpDialog, link: str) -> None:
    """Click a link of the page."""
    dialog.view.anchorClicked.emit(dialog.view.source().resolved(QUrl(link)))


def press(qtbot: QtBot, widget: object, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    qtbot.keyClick(widget, key, modifier or Qt.KeyboardModifier.NoModifier)  # type: ignore[arg-type]


def test_f1_in_the_window_opens_the_manual(qtbot: QtBot, start: Callable[..., App]) -> None:
    app = start()
    press(qtbot, app.window.search.box, Qt.Key.Key_F1)
    dialog = app.help.dialog
    assert dialog is not None
    assert shown(dialog) == CONTENTS
    qtbot.waitUntil(lambda: QApplication.focusWidget() is dialog.view)
    press(qtbot, dialog.view, Qt.Key.Key_Escape)
    assert shown(dialog) == ""
    app.window.search.help.click()
    assert app.help.menu.isVisible()
    app.help.menu.actions()[0].trigger()
    assert shown(app.help.dialog) == CONTENTS


def test_f1_in_a_modal_dialog_opens_the_page_about_it(qtbot: QtBot, start: Callable[..., App]) -> None:
    app = start()
    assert app.library_controller is not None
    app.library_controller.settings.show()
    settings = app.library_controller.settings.dialog
    assert settings is not None
    qtbot.waitUntil(lambda: QApplication.activeWindow() is settings)
    qtbot.waitUntil(lambda: settings.isAncestorOf(QApplication.focusWidget()))
    press(qtbot, QApplication.focusWidget(), Qt.Key.Key_F1)
    assert shown(app.help.dialog) == SettingsDialog.help_page
    assert app.help.dialog is not None
    press(qtbot, app.help.dialog.view, Qt.Key.Key_Escape)  # it is not blocked by the modal dialog
    assert not app.help.dialog.isVisible()
    assert settings.isVisible()
    settings.reject()


@pytest.mark.parametrize(
    "dialog_class", [DoctorDialog, EnginePanel, ExclusionsDialog, ProblemsDialog, SettingsDialog, WhyDialog]
)
def test_a_dialog_names_a_page_of_the_manual(dialog_class: type[QDialog]) -> None:
    assert (MANUAL / "en" / dialog_class.help_page).is_file()  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", sorted(MANUAL.glob("*/*.md")), ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_a_link_to_a_section_has_a_heading(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        name, _, section = link.partition("#")
        if section and "://" not in link:
            headings = re.findall(r"(?m)^#+ (.+)$", (page.parent / (name or page.name)).read_text(encoding="utf-8"))
            assert section in map(anchor_of, headings)


def test_a_link_to_a_section_shows_it(qtbot: QtBot, dialog: HelpDialog) -> None:
    dialog.show_page("command-line.md")
    follow(dialog, "other-programs.md#several-people-one-library")
    assert shown(dialog) == "other-programs.md"
    top = dialog.view.cursorForPosition(QPoint(MARGIN, 4))
    assert top.block().text() == "Several people, one library"


def test_every_page_is_reached_by_links_and_the_way_back(qtbot: QtBot, dialog: HelpDialog) -> None:
    dialog.show_page()
    names = LINK.findall((MANUAL / "en" / CONTENTS).read_text(encoding="utf-8"))
    assert sorted([CONTENTS, *names]) == [path.name for path in ENGLISH]
    assert not dialog.back.isEnabled()
    for name in names:
        follow(dialog, name)
        assert shown(dialog) == name
        assert dialog.view.toPlainText().startswith(
            (MANUAL / "en" / name).read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        )
        press(qtbot, dialog.view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        assert shown(dialog) == CONTENTS
    follow(dialog, names[0])
    dialog.back.click()
    assert shown(dialog) == CONTENTS
    follow(dialog, names[0])
    dialog.contents.click()
    assert shown(dialog) == CONTENTS


@pytest.mark.parametrize("path", sorted(MANUAL.glob("*/*.md")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_page_has_no_dead_link_and_its_english_original(path: Path) -> None:
    assert (MANUAL / "en" / path.name).is_file()
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        assert "://" in link or (MANUAL / "en" / link.partition("#")[0]).is_file()


def test_a_page_that_is_not_translated_is_shown_in_english(qtbot: QtBot, dialog: HelpDialog) -> None:
    use(gettext.NullTranslations(), "xx")
    try:
        assert manual_page("search.md") == MANUAL / "en" / "search.md"
        dialog.show_page("search.md")
        assert dialog.view.toPlainText().startswith("Search")
    finally:
        set_language("en")


def test_a_translated_page_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("en", "# Folders"), ("xx", "# Ordner")):
        (tmp_path / "help" / name).mkdir(parents=True)
        (tmp_path / "help" / name / "folders.md").write_text(text, encoding="utf-8")
    monkeypatch.setattr("gui.dialogs.help.resources", lambda: tmp_path)
    use(gettext.NullTranslations(), "xx")
    try:
        assert manual_page("folders.md").read_text(encoding="utf-8") == "# Ordner"
    finally:
        set_language("en")


def test_an_outside_link_goes_to_the_desktop(controller: HelpController, links: list[str]) -> None:
    controller.show_contents()
    assert controller.dialog is not None
    follow(controller.dialog, OUTSIDE)
    assert links == [OUTSIDE]
    assert shown(controller.dialog) == CONTENTS


def test_the_size_is_remembered(qtbot: QtBot, controller: HelpController) -> None:
    controller.show_contents()
    assert controller.dialog is not None
    controller.dialog.resize(640, 480)
    controller.stop()
    controller.show_contents()
    assert controller.dialog.size().toTuple() == (640, 480)


def test_tables_are_as_wide_as_the_text(dialog: HelpDialog) -> None:
    dialog.show_page("search.md")
    tables = [part for part in dialog.view.document().rootFrame().childFrames() if isinstance(part, QTextTable)]
    assert len(tables) == 1
    assert tables[0].format().width().rawValue() == 100
    assert dialog.view.horizontalScrollBar().maximum() == 0


def test_the_sheet_of_the_syntax_is_the_manuals_own(qtbot: QtBot, controller: HelpController) -> None:
    window = controller.parent()
    assert isinstance(window, MainWindow)
    qtbot.mouseClick(window.search.box.syntax, Qt.MouseButton.LeftButton)
    sheet = controller.sheet
    assert sheet is not None
    assert sheet.isVisible()
    page = manual_page("search.md").read_text(encoding="utf-8")
    text = sheet.view.toPlainText()
    for field in FIELDS.values():
        assert f"`{field}:" in page, "the manual names every filter"
        assert f"{field}:" in text
    qtbot.mouseClick(sheet.manual, Qt.MouseButton.LeftButton)
    assert shown(controller.dialog) == "search.md"
    sheet.close()
    qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(sheet.isVisible)
