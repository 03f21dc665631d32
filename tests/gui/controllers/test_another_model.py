"""After a change of the model, the previous one answers until the new one is ready."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core import settings as settings_file
from core.settings import Settings
from gui.app.application import App
from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow


def test_the_previous_model_finds_by_meaning_while_the_new_ones_engine_starts(
    qtbot: QtBot, start: Callable[..., App], root: Path, documents: Path
) -> None:
    settings_file.save(Settings(readers=1), root / settings_file.SETTINGS_NAME)
    app = start(documents)
    library, window = app.library, app.window
    assert library is not None
    with fake("slow=600") as slow:
        library.change_settings(remote(slow, readers=1))
        qtbot.waitUntil(lambda: library.progress().handover is not None, timeout=WAIT_MS)
        window.search.box.setText("when does the lease end")
        qtbot.waitUntil(lambda: any("meaning" in hit.lanes for hit in window.results.rows.hits()), timeout=WAIT_MS)
        assert library.progress().engine.state == "starting"
