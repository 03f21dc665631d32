"""From a keystroke to the list: what the search controller asks of the library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.app.application import App
from tests.builders.parsed_texts import parsed_texts
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("text", ["lease", "lease type:text -draft", "sourdough type:image"])
def test_a_keystroke_parses_the_text_once(qtbot: QtBot, start: Callable[..., App], documents: Path, text: str) -> None:
    app = start(documents)
    controller = app.search_controller
    assert controller is not None
    with parsed_texts() as texts:
        with qtbot.waitSignal(controller._searching.finished, timeout=WAIT_MS):
            app.window.search.box.setText(text)
        qtbot.waitUntil(lambda: not controller._reranking.busy, timeout=WAIT_MS)
        with qtbot.waitSignal(controller._searching.finished, timeout=WAIT_MS):
            controller.refresh()
        qtbot.waitUntil(lambda: not controller._reranking.busy, timeout=WAIT_MS)
    assert texts.count(text) == 1
    if app.window.results.rows.hits():
        assert texts == [text]


def test_the_chips_follow_what_is_searched_for(qtbot: QtBot, start: Callable[..., App], documents: Path) -> None:
    (documents / "unpack.txt").write_text("Unpack it with tar -xzf archive.tgz.", encoding="utf-8")
    app = start(documents)
    controller = app.search_controller
    assert controller is not None
    for text, chips in (
        ("tar -xzf", []),
        ("tar -draft", ["Exclude draft"]),
        ("tar -xzf type:text -draft", ["Exclude draft"]),
    ):
        with qtbot.waitSignal(
            controller._searching.finished,
            timeout=WAIT_MS,
            check_params_cb=lambda request: request.query.text == text,  # noqa: B023 - a refresh may come between
        ):
            app.window.search.box.setText(text)
        assert [chip.text().strip() for chip in app.window.chips.chips()] == chips, text
        assert [Path(hit.path).name for hit in app.window.results.rows.hits()][:1] == ["unpack.txt"]
