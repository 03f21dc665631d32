"""Qt speaks the language of the window."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.messages import use
from gui.app.qt_language import use_language
from gui.shortcuts.keys import native, portable


@pytest.fixture(autouse=True)
def english_afterwards(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    yield
    use(NullTranslations(), "en")
    QLocale.setDefault(before)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.deleteLater()


def test_qts_own_buttons_are_translated(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locale" / "de" / "LC_MESSAGES").mkdir(parents=True)
    monkeypatch.setattr("core.paths.resources", lambda: tmp_path)
    use_language(qapp, "de")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    assert QLocale().language() == QLocale.Language.German


@pytest.mark.parametrize(("language", "shown"), [("en", "Ctrl+Enter"), ("de", "Strg+Enter"), ("zh_CN", "Ctrl+回车")])
def test_the_key_enter_has_one_name(qtbot: QtBot, qapp: QApplication, language: str, shown: str) -> None:
    use_language(qapp, language)
    assert (native("Ctrl+Return"), native("Ctrl+Enter")) == (shown, shown)
    assert portable("Ctrl+Return") == "Ctrl+Return", "as it is stored"
