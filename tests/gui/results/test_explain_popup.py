"""The popup that explains a hit, and the strength shown in its row."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.document import RetrieverMatch
from core.events import EngineStatus, Progress, RetrieverProgress
from core.search.retrieve.filter_compiler import FilterEffect
from gui.results.explain_popup import ExplainPopup
from gui.results.view import ResultsView
from gui.status import progress_text
from tests.gui.results.test_delegate import painted
from tests.gui.results.test_model import hit

FOUND = replace(
    hit("/docs/lease.txt", title="Lease <b>agreement</b>"),
    findings=(
        RetrieverMatch("names", 3, 0.5, 2.5),
        RetrieverMatch("words", 1, 12.0, 3.0),
        RetrieverMatch("meaning", 2, 0.61, 4.1),
    ),
    chance=0.62,
    band="strong",
)


@pytest.fixture
def view(qtbot: QtBot) -> ResultsView:
    QLocale.setDefault(QLocale("en_GB"))
    made = ResultsView()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show_hits([FOUND])
    made.show()
    return made


def test_it_shows_what_each_retriever_contributes(view: ResultsView) -> None:
    popup = ExplainPopup(FOUND, view)
    said = [label.text() for label in popup.findChildren(QLabel)]
    assert said[:2] == [
        "Lease <b>agreement</b>",
        "Strong match (about 62% likely to answer your question)",
    ]
    assert said[2:6] == ["Names", "no. 3", "50% of the query in its name", "adds 2.50"]
    assert said[-4:] == ["Meaning", "no. 2", "similarity 0.61", "adds 4.10"]
    popup.show_beside_row()
    assert popup.isVisible()
    assert view.screen().availableGeometry().contains(popup.geometry())
    popup.close()


def test_it_shows_the_reranking_and_the_effect_of_filters(view: ResultsView) -> None:
    narrowing = FilterEffect(1204, 3, (("type:pdf", 12), ("in:<b>taxes", 45)))
    popup = ExplainPopup(replace(FOUND, answers=0.9, answers_place=2), view, narrowing)
    said = [label.text() for label in popup.findChildren(QLabel)]
    assert "Reranking rates the best passage at 90%, number 2 of those compared." in said
    assert "Of 1,204 files: type:pdf leaves 12; in:<b>taxes leaves 45; all together 3." in said
    popup.close()


def test_the_menu_asks_for_it(view: ResultsView, qtbot: QtBot) -> None:
    action = next(entry for entry in view.menu_for(FOUND).actions() if entry.text() == "Why this result?")
    with qtbot.waitSignal(view.action_requested) as requested:
        action.trigger()
    assert requested.args == ["why", [FOUND]]


def test_a_row_says_how_likely_it_is(qtbot: QtBot) -> None:
    rows = {band: painted(replace(FOUND, band=band)) for band in ("strong", "likely", "weak", "none")}  # type: ignore[arg-type]
    pictures = list(rows.values())
    assert all(one != other for number, one in enumerate(pictures) for other in pictures[number + 1 :])


def test_when_nothing_is_an_answer_the_line_over_the_list_says_so() -> None:
    done = Progress(meaning=RetrieverProgress(3, 0, 0), engine=EngineStatus("ready"))
    far = replace(FOUND, band="none", tier="related")
    assert (
        progress_text.result_count([far, far], 40, done)
        == "Nothing seems to answer this. These are the closest documents."
    )
    assert (
        progress_text.result_count([far], 40, done, by_example=True)
        == "No very similar documents. These are the closest."
    )
    assert progress_text.result_count([FOUND, far], 40, done) == "2 documents"
    assert "Nothing" not in progress_text.result_count([far], 40, Progress())
