"""The Privacy view: what it says, and the list of connections."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.connections import Connection, record
from core.library import Library, PrivacyReport
from core.settings import Settings
from gui.dialogs.connections_model import COUNT, HOST, RECEIVED, SENT, WHY
from gui.dialogs.privacy import PrivacyDialog, PrivacyView
from gui.engine.engine_text import leaves_computer

FOLDER = "/home/anna/library"


def view_of(qtbot: QtBot, *connections: Connection, server: str = "", store: str = "") -> PrivacyView:
    view = PrivacyView()
    qtbot.addWidget(view)
    view.show_report(PrivacyReport(FOLDER, 3_000_000, server, connections, store))
    return view


def test_without_connections_it_says_that_there_are_none(qtbot: QtBot) -> None:
    view = view_of(qtbot)
    assert view.title.text() == "Nothing leaves this computer"
    assert view.pages.currentWidget() is view.empty
    assert view.place.text() == FOLDER
    with qtbot.waitSignal(view.folder_requested) as asked:
        view.open_folder.click()
    assert asked.args == [FOLDER]


def test_a_server_elsewhere_is_named_first(qtbot: QtBot) -> None:
    assert "gpu.example" in view_of(qtbot, server="gpu.example").title.text()


def test_a_vector_store_elsewhere_is_named(qtbot: QtBot) -> None:
    alone = view_of(qtbot, store="vectors.example")
    assert "vectors.example" in alone.title.text()
    both = view_of(qtbot, server="gpu.example", store="vectors.example")
    assert "gpu.example" in both.title.text()
    assert "vectors.example" in both.promise.text()


NO_SERVER = Settings()
TEXT_SERVER = Settings(engine="remote", remote_url="http://gpu.example:8000/v1")
OWN_SERVER = Settings(engine="remote", remote_url="http://127.0.0.1:8000/v1")
STORE = {"vector_store": "milvus", "vector_store_url": "http://vectors.example:19530"}


def test_the_settings_say_the_same_as_the_privacy_view() -> None:
    assert leaves_computer(NO_SERVER).startswith("Nothing.")
    assert leaves_computer(OWN_SERVER).startswith("Nothing.")
    assert "sent to gpu.example." in leaves_computer(TEXT_SERVER)
    assert "go to vectors.example" in leaves_computer(replace(NO_SERVER, **STORE))
    both = leaves_computer(replace(TEXT_SERVER, **STORE))
    assert "sent to gpu.example." in both
    assert "vectors.example" in both


def test_each_connection_is_a_row_in_plain_text(qtbot: QtBot) -> None:
    hostile = "<img src=x>\u202efdp.exe"
    view = view_of(qtbot, Connection(time.time(), "hub.example:443", "model_download", hostile, 1200, 0, 5_000_000))
    assert view.pages.currentWidget() is view.table
    row = [view.rows.index(0, column).data() for column in range(view.rows.columnCount())]
    assert row[HOST] == "hub.example:443"
    assert "\u202e" not in row[WHY]
    assert row[COUNT] == "1,200"
    assert (row[SENT], row[RECEIVED]) == ("", "5 MB")
    tip = view.rows.index(0, WHY).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tip


def test_the_dialog_loads_the_report_of_a_library(qtbot: QtBot, tmp_path: Path) -> None:
    record("hub.example", 443, "model_download", "a model")
    with Library.open(tmp_path / "library") as library:
        dialog = PrivacyDialog(library)
        qtbot.addWidget(dialog)
        dialog.open_view()
        qtbot.waitUntil(lambda: dialog.view.rows.rowCount() == 1)
        assert dialog.view.place.text().endswith("library")
        assert dialog.view.size_text.text()
        dialog.stop()
