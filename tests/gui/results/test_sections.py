"""Sections by tier: headings, folded hits and the row that shows them, by mouse and keyboard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from core.document import Band, Hit, Tier
from gui.results.model import HitRoles, ResultsModel
from gui.results.sections import by_tier, in_one
from gui.results.view import ResultsView
from tests.gui.results.test_model import hit


def found(path: str, tier: Tier = "contains", band: Band = "strong", lanes: tuple[str, ...] = ("meaning",)) -> Hit:
    return replace(hit(path), tier=tier, band=band, lanes=frozenset(lanes))  # type: ignore[arg-type]


LEASE, NOTES = found("/lease.pdf"), found("/notes.md", band="weak")
NEAR, FAR, FARTHER = (found(f"/{band}.txt", "related", band) for band in ("likely", "weak", "none"))  # type: ignore[arg-type]


def shown(rows: ResultsModel) -> list[str]:
    return [str(rows.index(row).data()) for row in range(rows.rowCount())]


@pytest.fixture
def view(qtbot: QtBot) -> ResultsView:
    made = ResultsView()
    qtbot.addWidget(made)
    made.resize(500, 600)
    made.show()
    return made


def test_likely_related_hits_are_shown_and_the_others_on_request(qtbot: QtBot) -> None:
    rows = ResultsModel()
    rows.replace([LEASE, NOTES, NEAR, FAR, FARTHER])
    few = ["Contain your words", "lease.pdf", "notes.md", "Related by meaning", "likely.txt"]
    assert shown(rows) == [*few, "Show 2 less likely documents"]
    assert [rows.index(row).data(HitRoles.NOTE) for row in (0, 3)] == ["2", "1 likely, 2 less likely"]
    assert rows.toggle_section(5)
    assert shown(rows) == [*few, "weak.txt", "none.txt", "Show fewer documents"]
    rows.replace([LEASE, NEAR, FAR])  # the same query, after the library changed
    assert "weak.txt" in shown(rows)
    rows.fold_sections()
    rows.replace([LEASE, NEAR, FAR])
    assert "weak.txt" not in shown(rows)
    assert not rows.toggle_section(0)


def test_where_no_related_hit_is_likely_they_are_folded_away(qtbot: QtBot) -> None:
    rows = ResultsModel()
    rows.replace([LEASE, FAR])
    assert shown(rows) == ["Contain your words", "lease.pdf", "Related by meaning", "Show 1 related document"]
    assert [one.path for one in rows.results()] == ["/lease.pdf", "/weak.txt"]


def test_without_hits_that_contain_the_words_nothing_is_folded_away(qtbot: QtBot) -> None:
    rows = ResultsModel()
    rows.replace([NEAR, FAR])
    assert shown(rows) == ["Related by meaning", "likely.txt", "weak.txt"]


def test_hits_that_all_contain_the_words_need_no_heading(qtbot: QtBot) -> None:
    rows = ResultsModel()
    rows.replace([LEASE, NOTES])
    assert shown(rows) == ["lease.pdf", "notes.md"]
    assert by_tier([]) == []


@pytest.mark.parametrize(
    ("lanes", "heading"),
    [
        ((("meaning",), ("meaning", "words")), "Related by meaning"),
        ((("words",), ("names",)), "Contain some of your words"),
        ((("words",), ("meaning",)), "Related"),
    ],
)
def test_the_heading_says_only_what_is_true(lanes: tuple[tuple[str, ...], ...], heading: str) -> None:
    hits = [found(f"/{number}", "related", lanes=one) for number, one in enumerate(lanes)]
    assert by_tier(hits)[0].title == heading


def test_a_small_list_can_do_without_sections(qtbot: QtBot) -> None:
    rows = ResultsModel(sections_of=in_one)
    rows.replace([LEASE, FAR])
    assert shown(rows) == ["lease.pdf", "weak.txt"]
    rows.set_sections(by_tier)
    assert rows.rowCount() == 4


def test_keys_pass_over_headings_and_unfold(qtbot: QtBot, view: ResultsView) -> None:
    view.show_hits([LEASE, FAR])
    view.enter()
    assert view.current() == LEASE
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.current() is None  # the row that shows the others
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.current() == FAR
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.current() == LEASE
    with qtbot.waitSignal(view.left_upwards):
        qtbot.keyClick(view, Qt.Key.Key_Up)


def test_a_click_unfolds_and_selects_nothing_else(qtbot: QtBot, view: ResultsView) -> None:
    view.show_hits([LEASE, FAR])
    at: QPoint = view.visualRect(view.rows.index(3)).center()
    with qtbot.assertNotEmitted(view.action_requested):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert "weak.txt" in shown(view.rows)
    assert view.current() == LEASE


def test_the_next_query_begins_folded(qtbot: QtBot, view: ResultsView) -> None:
    view.show_hits([LEASE, FAR])
    view.rows.toggle_section(3)
    view.forget_pick()
    view.show_hits([NOTES, FAR])
    assert "weak.txt" not in shown(view.rows)


hits = st.lists(
    st.builds(
        found,
        st.sampled_from([f"/{name}" for name in "abcdef"]),
        st.sampled_from(["contains", "related"]),
        st.sampled_from(["strong", "weak"]),
    ),
    unique_by=lambda one: one.path,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lists=st.lists(hits, max_size=4), toggled=st.booleans())
def test_any_lists_follow_each_other(qtbot: QtBot, lists: list[list[Hit]], *, toggled: bool) -> None:
    rows = ResultsModel()
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for one in lists:
        rows.replace(one)
        if toggled:
            rows.toggle_section(rows.rowCount() - 1)
        expected = [row for section in by_tier(one) for row in (*section.hits, *section.folded)]
        assert rows.results() == expected
        assert {hit.path for hit in rows.hits()} <= {hit.path for hit in one}
    assert tester.model() is rows
