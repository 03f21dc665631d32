"""Versions of a text in the result list: one row, expanded by a key, a click or the menu; the current row stays."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from core.document import Hit
from gui.results.delegate import ResultDelegate
from gui.results.model import HitRoles, ResultsModel
from gui.results.view import ResultsView
from gui.widgets.theme import colours
from tests.gui.results.test_delegate import has_colour, painted
from tests.gui.results.test_model import hit

FINAL, FIRST, SECOND = (hit(f"/docs/lease {name}.txt") for name in ("final", "v1", "v2"))
LEASE = replace(FINAL, versions=(SECOND, FIRST))
OTHER = hit("/docs/other.txt")


@pytest.fixture
def view(qtbot: QtBot) -> ResultsView:
    made = ResultsView()
    qtbot.addWidget(made)
    made.resize(520, 600)
    made.show_hits([hit("/docs/first.txt"), LEASE, OTHER])
    made.show()
    return made


def names(view: ResultsView) -> list[str]:
    return [found.path.removeprefix("/docs/").removesuffix(".txt") for found in view.rows.hits()]


COLLAPSED = ["first", "lease final", "other"]
EXPANDED = ["first", "lease final", "lease v2", "lease v1", "other"]


def test_keys_unfold_and_fold(view: ResultsView, qtbot: QtBot) -> None:
    view.enter()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert names(view) == COLLAPSED
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert names(view) == EXPANDED
    qtbot.keyClick(view, Qt.Key.Key_Down)
    with qtbot.waitSignal(view.action_requested) as requested:
        qtbot.keyClick(view, Qt.Key.Key_Space)
    assert requested.args == ["preview", [SECOND]]
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert names(view) == COLLAPSED
    assert view.current() == LEASE


def test_where_people_read_from_the_right_the_keys_do_so_too(view: ResultsView, qtbot: QtBot) -> None:
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    view.setCurrentIndex(view.rows.index(1))
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert names(view) == EXPANDED
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert names(view) == COLLAPSED


def test_a_click_on_how_many_there_are_unfolds_and_opens_nothing(view: ResultsView, qtbot: QtBot) -> None:
    index, option = view.rows.index(1), QStyleOptionViewItem()
    view.initViewItemOption(option)
    option.rect = view.visualRect(index)
    delegate = view.itemDelegate()
    assert isinstance(delegate, ResultDelegate)
    spot = delegate.versions_rect(option, index)
    assert option.rect.contains(spot)
    with qtbot.assertNotEmitted(view.action_requested):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot.center())
        assert names(view) == EXPANDED
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot.center())
    assert view.current() == LEASE
    assert delegate.versions_rect(option, view.rows.index(0)).isEmpty()


def test_the_menu_expands_too(view: ResultsView) -> None:
    def trigger(text: str) -> None:
        menu = view.menu_for(LEASE)
        next(entry for entry in menu.actions() if entry.text() == text).trigger()
        menu.close()

    trigger("Show 2 more versions")
    assert names(view) == EXPANDED
    trigger("Hide 2 versions")
    assert names(view) == COLLAPSED
    assert "versions" not in " ".join(entry.text() for entry in view.menu_for(OTHER).actions())


def test_a_row_tells_of_its_versions(view: ResultsView) -> None:
    index = view.rows.index(1)
    assert "2 more versions" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Similar version: /docs/lease v1.txt" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert "version" not in view.rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert has_colour(painted(LEASE), colours().accent)
    assert painted(LEASE) != painted(FINAL)


def test_the_version_that_a_person_picked_stays_when_another_comes_to_the_front(view: ResultsView) -> None:
    view.show_hits([FIRST, OTHER])
    view.enter()
    view.show_hits([OTHER, replace(FINAL, versions=(SECOND, FIRST))])
    current = view.current()
    assert current is not None
    assert (current.path, [version.path for version in current.versions]) == (FIRST.path, [FINAL.path, SECOND.path])
    view.forget_pick()
    view.show_hits([LEASE, OTHER])
    assert view.current() == LEASE


def test_a_version_that_is_picked_stays_where_it_is(view: ResultsView) -> None:
    view.rows.set_expanded(1, on=True)
    view.setCurrentIndex(view.rows.index(3))
    view.enter()
    view.show_hits([LEASE, OTHER])
    assert names(view) == EXPANDED[1:]
    current = view.current()
    assert current is not None
    assert current.path == FIRST.path
    view.show_hits([OTHER])
    view.show_hits([LEASE, OTHER])
    assert names(view) == ["lease final", "other"]


def move(view: ResultsView, to: QPoint) -> None:
    at = QPointF(to)
    kind, none = QEvent.Type.MouseMove, Qt.MouseButton.NoButton
    event = QMouseEvent(kind, at, view.viewport().mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view.viewport(), event)


def test_what_a_person_points_at_does_not_move_away(view: ResultsView) -> None:
    spot = view.visualRect(view.rows.index(2)).center()
    better = [OTHER, LEASE, hit("/docs/new.txt"), hit("/docs/first.txt")]
    move(view, spot)
    view.show_hits(better)
    assert names(view) == ["lease final", "new", "other", "first"]
    assert view.indexAt(spot).data(HitRoles.PATH) == OTHER.path
    view.forget_pick()  # another question: where the pointer rests means nothing any more
    view.show_hits(better)
    assert names(view) == ["other", "lease final", "new", "first"]
    move(view, spot)
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    view.show_hits([LEASE, OTHER])
    assert names(view) == ["lease final", "other"]


def grouped(letters: str) -> list[Hit]:
    """Hits of the first three letters and so on, each with the others as its versions."""
    parts = [letters[at : at + 3] for at in range(0, len(letters), 3)]
    return [replace(hit(part[0]), versions=tuple(map(hit, part[1:]))) for part in parts]


lists = st.lists(st.sampled_from("abcdefghi"), unique=True).map("".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(before=lists, after=lists, row=st.integers(0, 8), again=st.integers(0, 8))
def test_every_file_can_be_reached_in_any_list(qtbot: QtBot, before: str, after: str, row: int, again: int) -> None:
    rows = ResultsModel()
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for letters, expanded in ((before, row), (after, again)):
        rows.replace(grouped(letters))
        rows.set_expanded(expanded, on=True)
        assert sorted({path for found in rows.hits() for path in found.paths}) == sorted(letters)
        assert all(rows.row_containing(letter) >= 0 for letter in letters)
        for place, found in enumerate(rows.hits()):
            assert rows.row_of(found.path) == place
    for place in range(rows.rowCount() - 1, -1, -1):
        rows.set_expanded(place, on=True)
    assert [found.path for found in rows.hits()] == list(after)
    for place in range(rows.rowCount() - 1, -1, -1):
        rows.set_expanded(place, on=False)
    assert rows.hits() == grouped(after)
    assert tester.model() is rows
