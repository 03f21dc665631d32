"""Small pictures in the place of icons: off by default, drawn for the rows that are seen, deleted when turned off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core import paths
from gui.app.application import App
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow

Start = Callable[..., App]
PINK = (255, 0, 128)


def shows_pink(app: App) -> bool:
    """Whether the list has a pixel of the picture's colour."""
    image = app.window.results.viewport().grab().toImage()
    return any(image.pixelColor(x, y) == QColor(*PINK) for x in range(60) for y in range(image.height()))


def test_a_picture_takes_the_place_of_its_icon_by_choice(
    qtbot: QtBot, start: Start, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINDLING_CACHE", str(tmp_path / "cache"))
    Image.new("RGB", (300, 200), PINK).save(documents / "garden.png")
    app = start(documents)
    app.window.search.box.setText("name:garden")
    qtbot.waitUntil(lambda: app.window.results.rows.rowCount() > 0, timeout=WAIT_MS)
    assert not shows_pink(app)
    assert not list((paths.cache_dir() / "thumbnails").glob("*"))
    for on in (True, False):
        app.library_controller.settings.show()  # type: ignore[union-attr]
        dialog = app.library_controller.settings.dialog  # type: ignore[union-attr]
        assert dialog is not None
        assert dialog.appearance.thumbnails.isChecked() is not on
        dialog.appearance.thumbnails.setChecked(on)
        dialog.accept()
        qtbot.waitUntil(lambda on=on: shows_pink(app) is on, timeout=WAIT_MS)  # type: ignore[misc]
        folder = paths.cache_dir() / "thumbnails"
        qtbot.waitUntil(lambda on=on, folder=folder: bool(list(folder.glob("*"))) is on, timeout=WAIT_MS)  # type: ignore[misc]
