"""Opening a document: at once where it is one, after a question where it may run something."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from gui.controllers.document_opener import DocumentOpener
from gui.dialogs.opening_question import OpeningQuestion
from gui.dialogs.opening_settings import OpeningSettings
from gui.runtime.desktop_services import DesktopServices
from gui.runtime.preferences import Preferences
from gui.widgets.basic import IconButton
from tests.gui.conftest import WAIT_MS, Opened


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def opener(qtbot: QtBot, opened: Opened) -> Iterator[DocumentOpener]:
    made = DocumentOpener(DesktopServices(opened))
    yield made
    made.stop()


def ask(qtbot: QtBot, opener: DocumentOpener, path: Path, window: QWidget) -> OpeningQuestion:
    with qtbot.waitSignal(opener.asked, timeout=WAIT_MS) as asked:
        opener.open_document(str(path), window)
    question = asked.args[0]  # type: ignore[index]
    assert isinstance(question, OpeningQuestion)
    assert question.isVisible()
    return question


def write(path: Path, content: bytes = b"x") -> Path:
    path.write_bytes(content)
    return path


def test_a_document_is_opened_at_once(qtbot: QtBot, opener: DocumentOpener, opened: Opened, tmp_path: Path) -> None:
    letter = write(tmp_path / "letter.txt")
    with qtbot.waitSignal(opener.opened, timeout=WAIT_MS):
        opener.open_document(str(letter))
    assert opened.paths == [str(letter)]


def test_a_document_inside_a_file_is_opened_from_a_copy_and_its_folder_is_the_file(
    qtbot: QtBot, opener: DocumentOpener, opened: Opened, tmp_path: Path, window: QWidget
) -> None:
    inbox, copies = write(tmp_path / "Inbox"), tmp_path / "copies"
    copies.mkdir()
    opener.copy_of = lambda path: str(write(copies / os.path.basename(path)))
    bill, tool = inbox / "Invoice.eml" / "bill.txt", inbox / "Invoice.eml" / "tool.exe"
    with qtbot.waitSignal(opener.opened, timeout=WAIT_MS) as done:
        opener.open_document(str(bill))
    assert (opened.paths, done.args) == ([str(copies / "bill.txt")], [str(bill)])
    assert ".exe" in ask(qtbot, opener, tool, window).text()
    opener.open_folder(str(bill))
    assert opened.paths[1:] == [str(tmp_path)]


def test_a_program_is_asked_about_and_enter_shows_its_folder(
    qtbot: QtBot, opener: DocumentOpener, opened: Opened, tmp_path: Path, window: QWidget
) -> None:
    question = ask(qtbot, opener, write(tmp_path / "invoice\u202etxt.exe"), window)
    assert opened.paths == []
    assert ".exe" in question.text()
    qtbot.keyClick(question, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened.paths == [str(tmp_path)])


def test_escape_opens_nothing(
    qtbot: QtBot, opener: DocumentOpener, opened: Opened, tmp_path: Path, window: QWidget
) -> None:
    question = ask(qtbot, opener, write(tmp_path / "Letter.desktop"), window)
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(question))
    assert opened.paths == []


def test_who_wants_it_gets_it(
    qtbot: QtBot, opener: DocumentOpener, opened: Opened, tmp_path: Path, window: QWidget
) -> None:
    page = write(tmp_path / "letter.pdf", b"<html><body>Not a PDF")
    question = ask(qtbot, opener, page, window)
    assert "“.pdf”" in question.informativeText()
    assert question.defaultButton() is question.folder
    qtbot.mouseClick(question.open_anyway, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.paths == [str(page)])


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.exe", b"x", "program"),
        ("a.sh", b"x", "script"),
        ("a.url", b"x", "shortcut"),
        ("a.docm", b"x", "macros"),
        ("a.pdf", bytes(range(256)), "something else"),
    ],
)
def test_the_question_says_what_it_is_about(
    qtbot: QtBot, opener: DocumentOpener, tmp_path: Path, window: QWidget, name: str, content: bytes, word: str
) -> None:
    question = ask(qtbot, opener, write(tmp_path / name, content), window)
    assert word in f"{question.text()} {question.informativeText()}"
    question.button(QMessageBox.StandardButton.Cancel).click()


def test_the_question_about_scripts_ends_for_one_folder_and_begins_again(
    qtbot: QtBot, opened: Opened, tmp_path: Path, window: QWidget
) -> None:
    preferences = Preferences(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    opener = DocumentOpener(DesktopServices(opened), preferences=preferences)
    scripts, below = tmp_path / "scripts", tmp_path / "scripts" / "below"
    below.mkdir(parents=True)
    first, second = write(scripts / "a.sh", b"#!/bin/sh\n"), write(scripts / "b.py", b"print(1)\n")
    question = ask(qtbot, opener, first, window)
    assert question.remember is not None
    question.remember.setChecked(True)
    qtbot.mouseClick(question.folder, Qt.MouseButton.LeftButton)  # only who opens it is taken at their word
    assert preferences.script_folders == ()
    question = ask(qtbot, opener, first, window)
    assert question.remember is not None
    question.remember.setChecked(True)
    qtbot.mouseClick(question.open_anyway, Qt.MouseButton.LeftButton)
    assert preferences.script_folders == (str(scripts),)
    for script in (first, second):
        with qtbot.waitSignal(opener.opened, timeout=WAIT_MS):
            opener.open_document(str(script), window)
    ask(qtbot, opener, write(below / "c.sh"), window).close()
    ask(qtbot, opener, write(scripts / "d.exe"), window).close()
    lies = ask(qtbot, opener, write(scripts / "e.sh", b"\x7fELF\0\0"), window)
    assert lies.remember is None
    lies.close()
    section = OpeningSettings(preferences)
    qtbot.addWidget(section)
    button = section.rows[0].findChild(IconButton)
    assert isinstance(button, IconButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert preferences.script_folders == (str(scripts),)
    section.apply()
    assert preferences.script_folders == ()
    ask(qtbot, opener, first, window).close()
    opener.stop()


def test_another_program_is_asked_about_too(
    qtbot: QtBot, opener: DocumentOpener, opened: Opened, tmp_path: Path, window: QWidget
) -> None:
    viewed: list[str] = []
    letter, script = write(tmp_path / "letter.txt"), write(tmp_path / "a.sh")
    with qtbot.waitSignal(opener.opened, timeout=WAIT_MS):
        opener.open_document(str(letter), window, lambda path: not viewed.append(path))
    with qtbot.waitSignal(opener.asked, timeout=WAIT_MS) as asked:
        opener.open_document(str(script), window, lambda path: not viewed.append(path))
    assert viewed == [str(letter)]
    asked.args[0].open_anyway.click()  # type: ignore[index]
    assert viewed == [str(letter), str(script)]
    assert opened.paths == []


def test_a_folder_is_shown(qtbot: QtBot, opener: DocumentOpener, opened: Opened, tmp_path: Path) -> None:
    folder = tmp_path / "Plans.app.desktop"
    folder.mkdir()
    with qtbot.waitSignal(opener.opened, timeout=WAIT_MS):
        opener.open_document(str(folder))
    assert opened.paths == [str(folder)]


def test_what_cannot_be_opened_is_said(qtbot: QtBot, opener: DocumentOpener, opened: Opened, tmp_path: Path) -> None:
    with qtbot.waitSignal(opener.trouble, timeout=WAIT_MS) as said:
        opener.open_document(str(tmp_path / "gone.txt"))
    assert "does not exist" in said.args[0]  # type: ignore[index]
    opened.answers = False
    with qtbot.waitSignal(opener.trouble, timeout=WAIT_MS) as said:
        opener.open_document(str(write(tmp_path / "letter.txt")))
    assert "No application" in said.args[0]  # type: ignore[index]
    with qtbot.waitSignal(opener.trouble, timeout=WAIT_MS) as said:
        opener.open_folder(str(tmp_path / "gone" / "letter.txt"))
    assert "folder" in said.args[0]  # type: ignore[index]


def test_a_window_that_is_gone_does_not_take_the_question_with_it(
    qtbot: QtBot, opener: DocumentOpener, tmp_path: Path
) -> None:
    popup = QWidget()
    with qtbot.waitSignal(opener.asked, timeout=WAIT_MS) as asked:
        opener.open_document(str(write(tmp_path / "a.exe")), popup)
        delete(popup)
    question = asked.args[0]  # type: ignore[index]
    assert question.isVisible()
    question.close()


def test_nothing_is_opened_after_the_end(qtbot: QtBot, opened: Opened, tmp_path: Path) -> None:
    opener = DocumentOpener(DesktopServices(opened))
    opener.open_document(str(write(tmp_path / "letter.txt")))
    opener.stop()
    qtbot.wait(50)
    assert opened.paths == []


def test_no_other_module_opens_files() -> None:
    users = []
    gui = Path(__file__).parents[3] / "gui"
    for path in gui.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if ".open_file(" in text or "QDesktopServices" in text or "xdg-open" in text or "os.startfile" in text:
            users.append(str(path.relative_to(gui)).replace(os.sep, "/"))
    assert sorted(users) == ["controllers/document_opener.py", "runtime/desktop_services.py"]
