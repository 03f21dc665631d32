"""The details of the status bar: opened by each meter, at its line, with a way to the problems."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from core.document import RETRIEVERS, Retriever
from core.events import EngineStatus, Progress, RetrieverProgress
from gui.status.bar import StatusBar
from gui.status.details import rows
from gui.status.problem_counts import ProblemCounts
from gui.widgets.plain_text import PlainLabel

PROGRESS = Progress(RetrieverProgress(376), RetrieverProgress(352, 0, 24), RetrieverProgress(34, 318, 24), 220, 1000)


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    made = StatusBar()
    qtbot.addWidget(made)
    made.resize(1000, 36)
    made.show_progress(PROGRESS, problems=ProblemCounts(2, 0, 1))
    made.show()
    return made


@pytest.mark.parametrize("retriever", RETRIEVERS)
def test_a_meter_opens_the_details_at_its_line(qtbot: QtBot, bar: StatusBar, retriever: Retriever) -> None:
    meter = bar.retrievers[retriever]
    for act in (
        lambda: qtbot.mouseClick(meter, Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(meter, Qt.Key.Key_Return),
        lambda: qtbot.keyClick(meter, Qt.Key.Key_Space),
    ):
        act()
        details = bar.details
        assert details.isVisible()
        marked = [text.text() for text in details.findChildren(PlainLabel) if text.autoFillBackground()]
        assert len(marked) == 2
        assert details.accessibleDescription() == f"{marked[0]}: {marked[1]}"
        assert marked[0].lower() == retriever
        details.close()
    said = QAccessible.queryAccessibleInterface(meter)
    assert said.role() == QAccessible.Role.Button
    assert meter.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_speed_that_is_no_speed_is_not_shown() -> None:
    assert ("Speed", "412 passages/s") in rows(replace(PROGRESS, rate=412.0), ProblemCounts())
    assert "Speed" not in dict(rows(replace(PROGRESS, rate=0.01), ProblemCounts()))


def test_the_details_lead_to_the_problems_also_to_those_that_are_ignored(qtbot: QtBot, bar: StatusBar) -> None:
    bar.show_progress(PROGRESS, problems=ProblemCounts(0, 0, 3))
    assert not bar.problems.isVisible()
    bar.show_details()
    assert not any(text.autoFillBackground() for text in bar.details.findChildren(PlainLabel))
    with qtbot.waitSignal(bar.problems_requested):
        qtbot.mouseClick(bar.details.problems, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("width", [700, 720, 800, 1000])
def test_the_summary_gives_way_before_the_state_of_the_engine(qtbot: QtBot, bar: StatusBar, width: int) -> None:
    ready = replace(PROGRESS, engine=EngineStatus("ready"))
    bar.show_progress(ready, problems=ProblemCounts(2, 0, 1))
    bar.setFixedWidth(width)
    qtbot.waitUntil(lambda: bar.engine.width() >= bar.engine.sizeHint().width())
    assert bar.engine.shown_text() == bar.engine.text()
    assert bar.pause.geometry().right() < width
