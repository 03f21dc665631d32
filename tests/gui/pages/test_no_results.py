"""The page without results: its texts and suggestions."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from core.events import Progress, RetrieverProgress
from core.search.query import parse
from core.search.relax import Relaxed
from gui.pages.no_results import NoResultsPage
from gui.widgets.basic import TextButton

READING = Progress(RetrieverProgress(9), RetrieverProgress(3, 6), RetrieverProgress(0, 9))
DONE = Progress(RetrieverProgress(9), RetrieverProgress(9), RetrieverProgress(9))


@pytest.fixture
def page(qtbot: QtBot) -> NoResultsPage:
    made = NoResultsPage()
    qtbot.addWidget(made)
    return made


def test_while_documents_are_read_nothing_is_found_only_so_far(page: NoResultsPage) -> None:
    page.show_progress(READING)
    page.show_query("lease")
    assert page.title.text() == "Nothing found for “lease” so far"
    assert "appear here" in page.advice.text()
    page.show_progress(DONE)
    assert page.title.text() == "Nothing found for “lease”"
    assert page.advice.text().startswith("Try fewer or other words")


def test_a_long_question_is_cut(page: NoResultsPage) -> None:
    page.show_query("lease " * 100)
    assert len(page.title.text()) < 120


def test_what_nothing_is_similar_to_is_named(page: NoResultsPage) -> None:
    page.show_query('like:"~/lease.pdf"', examples=["/home/anna/lease.pdf"])
    assert page.title.text() == "Nothing similar to “lease.pdf” found"
    assert "by meaning" in page.advice.text()


def test_a_query_that_is_too_narrow_offers_wider_ones(qtbot: QtBot, page: NoResultsPage) -> None:
    query = parse("lease type:pdf")
    page.show_query(query.text, [Relaxed(query.operators, "lease", 2)])
    assert page.title.text() == "No documents match all filters"
    (button,) = [button for button in page.findChildren(TextButton) if button not in {page.why, page.add_folder}]
    with qtbot.waitSignal(page.query_chosen) as taken:
        button.click()
    assert taken.args == ["lease"]
