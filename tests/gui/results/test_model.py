from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from core.document import Band, Hit, HitPassage
from core.messages import terms
from gui.results import hit_text
from gui.results.file_drag import files_mime
from gui.results.model import HitRoles, ResultsModel
from gui.results.text_offsets import is_right_to_left
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


def test_a_name_of_two_directions_ends_with_its_ending_and_keeps_its_marks() -> None:
    name = "عقد lease.pdf"
    named = replace(hit(f"/docs/{name}", title=name), title_marks=((4, 9),))
    shown, ((start, end),) = hit_text.title(named), hit_text.title_marks(named)
    assert shown == f"\u2066{name}\u2069"
    assert shown[start:end] == "lease"
    assert not is_right_to_left(shown)
    assert is_right_to_left(hit_text.title(replace(named, title="عقد lease")))  # a document's title is a text


def test_the_title_falls_back_to_the_files_name_and_hides_it_from_the_place() -> None:
    hits = [hit("/docs/a.pdf"), hit("/docs/b.pdf", title="B."), hit("/docs/c.pdf", title="c.pdf")]
    assert [hit_text.title(one) for one in hits] == ["a.pdf", "B.", "c.pdf"]
    assert [hit_text.where(one) for one in hits] == ["/docs", "/docs/b.pdf", "/docs"]


@pytest.mark.parametrize(("band", "dots"), [("strong", 3), ("likely", 2), ("weak", 1), ("none", 0)])
def test_strength_is_that_of_the_label_and_not_of_the_place(qtbot: QtBot, band: Band, dots: int) -> None:
    rows = ResultsModel()
    rows.replace([replace(hit("/a", 9.0), band="none"), replace(hit("/b", 1.0), band=band)])
    assert hit_text.DOTS[band] == dots
    assert terms.strength(band) in rows.index(1).data(Qt.ItemDataRole.AccessibleTextRole)


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


def test_the_current_row_stays_in_sight_in_a_smaller_window(qtbot: QtBot) -> None:
    view = ResultsView()
    qtbot.addWidget(view)
    view.resize(400, 600)
    view.show()
    view.show_hits([hit(f"/docs/{number:02}.txt") for number in range(30)])
    last = view.rows.index(view.indexAt(QPoint(20, view.viewport().height() - 20)).row())
    view.setCurrentIndex(last)
    view.resize(400, 200)
    assert view.viewport().rect().contains(view.visualRect(last))
    view.scrollToBottom()  # the user looks elsewhere
    view.resize(400, 190)
    assert not view.viewport().rect().intersects(view.visualRect(last))


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


def test_rows_that_are_beside_one_another_come_and_go_together(qtbot: QtBot) -> None:
    rows = ResultsModel()
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Warning)
    changes: list[tuple[str, int, int]] = []
    rows.rowsInserted.connect(lambda _parent, first, last: changes.append(("in", first, last)))
    rows.rowsRemoved.connect(lambda _parent, first, last: changes.append(("out", first, last)))
    some = [hit(f"/docs/{number}.pdf") for number in range(300)]
    rows.replace(some)
    assert changes == [("in", 0, 299)]
    changes.clear()
    rows.replace([*some[200:], hit("/docs/new.pdf"), *some[:100]])
    assert [one.path for one in rows.hits()] == [
        *(f"/docs/{number}.pdf" for number in range(200, 300)),
        "/docs/new.pdf",
        *(f"/docs/{number}.pdf" for number in range(100)),
    ]
    assert changes == [("out", 100, 199), ("in", 100, 100)]
    rows.replace([])
    assert changes[2:] == [("out", 0, 200)]
    assert tester.model() is rows
