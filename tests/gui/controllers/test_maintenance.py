"""Settings > Advanced: rebuild after a question, export, and import after a preview."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.indexer.stages.index import IndexStage
from gui.app.application import App
from gui.controllers.maintenance import MaintenanceController
from tests.gui.conftest import WAIT_MS, wait_complete
from tests.gui.questions import ask

pytestmark = pytest.mark.slow

Start = Callable[..., App]


def maintenance(app: App) -> MaintenanceController:
    assert app.library_controller is not None
    app.library_controller.settings.show()
    return app.library_controller.maintenance


def test_what_was_exported_is_shown_and_imported(
    qtbot: QtBot, start: Start, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "all.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(path), ""))
    app = start(documents)
    controller = maintenance(app)
    dialog = app.library_controller.settings.dialog  # type: ignore[union-attr]
    assert dialog is not None
    dialog.advanced.export.click()
    data = json.loads(path.read_text())
    assert data["folders"] == [{"path": str(documents), "exclude": [], "gitignore": False}]
    assert "remote_key" not in data["settings"]
    data["settings"] |= {"hidden_files": True, "later": 1}
    data["saved_searches"] = [{"name": "bread", "query": "sourdough"}]
    data["window"] = {"resident/hotkey": "Meta+F", "results/density": "compact"}
    path.write_text(json.dumps(data))
    dialog.advanced.import_file.click()
    preview = controller.dialog
    assert preview is not None
    groups = [preview.list.topLevelItem(row) for row in range(preview.list.topLevelItemCount())]
    shown = {group.child(at).text(0): group.child(at).text(2) for group in groups if group is not None
             for at in range(group.childCount())}  # fmt: skip
    assert shown == {
        "Include hidden files and folders": "On", "Keys of the quick search": "Meta+F", "Result list": "compact",
        "bread": "sourdough", "later": "",
    }  # fmt: skip
    assert preview.warnings == []
    preview.agree.click()
    assert app.library.settings.hidden_files  # type: ignore[union-attr]
    assert app.preferences.hotkey == "Meta+F"
    assert app.window.results.density == "compact"
    qtbot.waitUntil(app.window.folders.saved.isVisible, timeout=WAIT_MS)
    assert "Imported" in app.window.toast.text.text()
    assert list((app.library.root).glob("before-import-*"))  # type: ignore[union-attr]
    path.write_text("no export")
    controller.show_import(str(path))
    assert "cannot be read" in app.window.banner.sentence.text()


def test_the_index_is_rebuilt_after_a_question(
    qtbot: QtBot, start: Start, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start(documents)
    assert app.library is not None
    controller = maintenance(app)
    app.library_controller.settings.dialog.advanced.rebuild.click()  # type: ignore[union-attr]
    question = controller.question
    assert question is not None
    assert "passages" in question.informativeText()
    assert "9 files" in controller.read_again.text()
    first = sorted((app.library.root / "words").rglob("*"))
    controller.read_again.click()
    controller.rebuild.click()
    doctor = app.library_controller.diagnostics.doctor  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: doctor.isVisible() and doctor.again.isEnabled(), timeout=WAIT_MS)
    assert doctor.title.text() == "No problems found"
    assert sorted((app.library.root / "words").rglob("*")) != first
    doctor.close()
    wait_complete(qtbot, app)
    ask(qtbot, app, "sourdough", "Sourdough")
    may_index, apply = threading.Event(), IndexStage.apply_changes
    monkeypatch.setattr(IndexStage, "apply_changes", lambda stage: may_index.is_set() and apply(stage))
    doctor.rebuild(read_again=False)
    qtbot.waitUntil(app.library.diagnostics.is_rebuilding, timeout=WAIT_MS)
    assert "goes on in the background" in doctor.found.text()
    doctor.close()
    doctor.examine()
    assert doctor.title.text() == "Rebuilding the index…"
    doctor.cancel.click()
    qtbot.waitUntil(doctor.again.isEnabled, timeout=WAIT_MS)
    may_index.set()
    assert (doctor.title.text(), doctor.found.text()) == (
        "No problems found",
        "Rebuilding was canceled. The index from before is in use again.",
    )
    assert not doctor.cancel.isVisible()
    doctor.close()
    ask(qtbot, app, "sourdough", "Sourdough")
