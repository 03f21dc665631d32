from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from core.document import Hit, HitPassage
from gui.results.model import HitRoles, ResultsModel, files_mime
from gui.results.view import ResultsView


def hit(path: str, score: float = 1.0, title: str = "", snippet: str = "The lease ends.") -> Hit:
    lanes = frozenset({"words", "meaning"})
    passage = HitPassage(1, 0, len(snippet), 3, 1, "page", "", score, lanes, snippet, ((4, 9),))
    return Hit(path, title, "pdf", 3, score, lanes, snippet, ((4, 9),), (passage,), 1000, 1.0)


def test_a_row_says_what_a_screen_reader_needs(qtbot: QtBot) -> None:
    rows = ResultsModel()
    rows.replace([hit("/docs/flat/lease.pdf", title="Lease agreement")])
    spoken = rows.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    for part in ("Lease agreement", "p. 3", "The lease ends.", "/docs/flat/lease.pdf", "found by words, meaning"):
        assert part in spoken


def test_the_title_falls_back_to_the_files_name_and_hides_it_from_the_place(qtbot: QtBot) -> None:
    rows = ResultsModel()
    rows.replace([hit("/docs/a.pdf"), hit("/docs/b.pdf", title="B."), hit("/docs/c.pdf", title="c.pdf")])
    assert [rows.index(row).data(HitRoles.TITLE) for row in range(3)] == ["a.pdf", "B.", "c.pdf"]
    assert [rows.index(row).data(HitRoles.WHERE) for row in range(3)] == ["/docs", "/docs/b.pdf", "/docs"]


def test_strength_is_relative_to_the_list(qtbot: QtBot) -> None:
    rows = ResultsModel()
    rows.replace([hit("/a", 0.03), hit("/b", 0.015)])
    assert [rows.index(row).data(HitRoles.STRENGTH) for row in range(2)] == [1.0, 0.5]


lists = st.lists(st.sampled_from("abcdefgh"), unique=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(before=lists, after=lists)
def test_any_list_becomes_any_other_and_rows_keep_their_path(qtbot: QtBot, before: str, after: str) -> None:
    rows = ResultsModel()
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rows.replace([hit(name) for name in before])
    kept = {name: QPersistentModelIndex(rows.index(row)) for row, name in enumerate(before)}
    rows.replace([hit(name, score=2.0) for name in after])
    assert [found.path for found in rows.hits()] == list(after)
    for name, index in kept.items():
        assert index.isValid() == (name in after)
        assert not index.isValid() or index.data(HitRoles.PATH) == name
    assert tester.model() is rows


def test_a_picked_row_stays_picked_and_in_its_place_when_the_list_is_replaced(qtbot: QtBot) -> None:
    view = ResultsView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    names = [f"/docs/{number:02}.txt" for number in range(30)]
    view.show_hits([hit(name) for name in names])
    view.enter()
    view.setCurrentIndex(view.rows.index(12))
    view.scrollTo(view.currentIndex())
    top = view.visualRect(view.currentIndex()).top()
    chosen: list[object] = []
    resets: list[object] = []
    view.current_changed.connect(chosen.append)
    view.rows.modelReset.connect(lambda: resets.append(1))
    view.show_hits([hit(name) for name in ["/new/1", "/new/2", *names[5:], *names[:5]]])
    current = view.current()
    assert current is not None
    assert current.path == names[12]
    assert view.selectionModel().isSelected(view.currentIndex())
    assert view.visualRect(view.currentIndex()).top() == top
    assert resets == []
    assert {found.path for found in chosen} <= {names[12]}


def test_without_a_pick_the_first_row_is_the_current_one(qtbot: QtBot) -> None:
    view = ResultsView()
    qtbot.addWidget(view)
    view.show_hits([hit("/a"), hit("/b")])
    view.show_hits([hit("/b"), hit("/a")])
    current = view.current()
    assert current is not None
    assert current.path == "/b"


def test_the_preview_is_told_when_the_picked_hit_is_another_value(qtbot: QtBot) -> None:
    view = ResultsView()
    qtbot.addWidget(view)
    view.show_hits([hit("/a")])
    better = replace(hit("/a"), score=9.0)
    with qtbot.waitSignal(view.current_changed) as chosen:
        view.show_hits([better])
    assert chosen.args == [better]


@pytest.mark.parametrize("path", ["/docs/ä b%.txt", "/docs/合同.md"])
def test_files_travel_as_addresses(qtbot: QtBot, path: str) -> None:
    mime = files_mime([path])
    assert [url.toLocalFile() for url in mime.urls()] == [path]
    assert bytes(mime.data("x-special/gnome-copied-files").data()).startswith(b"copy\nfile:///docs/")


def test_rows_can_be_dragged_out(qtbot: QtBot) -> None:
    rows = ResultsModel()
    rows.replace([hit("/docs/a.pdf")])
    assert rows.flags(rows.index(0)) & Qt.ItemFlag.ItemIsDragEnabled
    assert rows.mimeData([rows.index(0)]).urls()[0].toLocalFile() == "/docs/a.pdf"
