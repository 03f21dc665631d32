"""The list of problems: groups by reason, sorting, selecting, ignoring, by mouse and by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from core.errors import problem_message, problem_reason
from core.events import Problem
from gui.dialogs.problems import ProblemsDialog
from gui.dialogs.problems_model import DATE, FILE, FOLDER, MOST_STEPS, SIZE, ProblemsModel


def problem(
    path: str, code: str = "no_text", *, size: int = 1, modified: float = 1.0, ignored: bool = False
) -> Problem:
    message, reason = problem_message(code), problem_reason(code)
    return Problem(
        path, code, message.sentence, message.remedy, "", 1.0, reason=reason.sentence, help=reason.remedy, size=size,
        modified=modified, ignored=ignored,
    )  # fmt: skip


OpenWith = Callable[..., ProblemsDialog]
SCANS = [
    problem("/docs/b/Zebra.pdf", size=10, modified=3.0),
    problem("/docs/c/apple.pdf", size=30, modified=2.0),
    problem("/docs/a/mango.pdf", size=20, modified=1.0),
]
LOCKED = problem("/docs/a/locked.pdf", "protected")


def shown(model: ProblemsModel) -> dict[str, list[str]]:
    """The names in each group, in order."""
    groups = [model.index(row, FILE) for row in range(model.rowCount())]
    return {
        str(group.data()): [str(model.index(row, FILE, group).data()) for row in range(model.rowCount(group))]
        for group in groups
    }


@pytest.fixture
def open_with(qtbot: QtBot) -> Iterator[OpenWith]:
    """Opens the dialog with problems; it lives until the end, also while what the test left is painted."""
    kept: list[ProblemsDialog] = []

    def begin(*problems: Problem) -> ProblemsDialog:
        dialog = ProblemsDialog()
        kept.append(dialog)
        qtbot.addWidget(dialog)
        dialog.show_problems(problems)
        with qtbot.waitExposed(dialog):
            dialog.show()
        return dialog

    yield begin
    kept.clear()


def test_files_are_grouped_by_reason_the_largest_group_first() -> None:
    model = ProblemsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.replace([LOCKED, *SCANS])
    assert shown(model) == {
        "No readable text (probably a scan): 3 files": ["apple.pdf", "mango.pdf", "Zebra.pdf"],
        "Protected by a password: 1 file": ["locked.pdf"],
    }
    model.replace([LOCKED, SCANS[0], problem("/docs/a/other.pdf", "protected"), problem("/docs/x", "broken")])
    assert shown(model) == {
        "Protected by a password: 2 files": ["locked.pdf", "other.pdf"],
        "Damaged, or with the wrong extension: 1 file": ["x"],
        "No readable text (probably a scan): 1 file": ["Zebra.pdf"],
    }
    model.replace([])
    assert shown(model) == {}


def test_a_list_that_changes_as_a_whole_is_shown_anew() -> None:
    model = ProblemsModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.replace([problem(f"/docs/{number}.pdf") for number in range(MOST_STEPS + 50)])
    assert model.count == MOST_STEPS + 50
    model.replace([problem("/docs/7.pdf")])
    assert shown(model) == {"No readable text (probably a scan): 1 file": ["7.pdf"]}


def test_a_click_on_a_column_sorts_the_files_and_keeps_the_selection(qtbot: QtBot, open_with: OpenWith) -> None:
    dialog = open_with(*SCANS, LOCKED)
    dialog.tree.select("/docs/c/apple.pdf")
    header, names = dialog.tree.header(), lambda: next(iter(shown(dialog.rows).values()))
    for column, expected in (
        (SIZE, ["Zebra.pdf", "mango.pdf", "apple.pdf"]),
        (DATE, ["mango.pdf", "apple.pdf", "Zebra.pdf"]),
        (FOLDER, ["mango.pdf", "Zebra.pdf", "apple.pdf"]),
        (FILE, ["apple.pdf", "mango.pdf", "Zebra.pdf"]),
    ):
        for order in (expected, expected[::-1]):
            place = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
            qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
            if header.sortIndicatorOrder() == Qt.SortOrder.DescendingOrder:
                order = expected[::-1]
            assert names() == order
            assert [one.path for one in dialog.chosen()] == ["/docs/c/apple.pdf"]


def test_a_group_stands_for_its_files_and_stays_collapsed(qtbot: QtBot, open_with: OpenWith) -> None:
    dialog = open_with(*SCANS, LOCKED)
    group = dialog.rows.index(0, FILE)
    dialog.tree.setCurrentIndex(group)
    assert {one.path for one in dialog.chosen()} == {one.path for one in SCANS}
    assert not dialog.open_folder.isEnabled()
    qtbot.keyClick(dialog.tree, Qt.Key.Key_Return)
    assert not dialog.tree.isExpanded(group)
    dialog.show_problems([*SCANS, LOCKED, problem("/docs/new.pdf")])
    dialog.show_problems([])
    dialog.show_problems([LOCKED, *SCANS])
    assert not dialog.tree.isExpanded(dialog.rows.index(0, FILE))
    assert dialog.tree.isExpanded(dialog.rows.index(1, FILE))
    asked: list[list[str]] = []
    dialog.retry_requested.connect(asked.append)
    dialog.tree.setCurrentIndex(dialog.rows.index(0, FILE))
    qtbot.mouseClick(dialog.retry_chosen, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.retry_all, Qt.MouseButton.LeftButton)
    assert [len(paths) for paths in asked] == [3, 4]


def test_ignored_files_have_a_list_of_their_own_with_a_way_back(qtbot: QtBot, open_with: OpenWith) -> None:
    dialog = open_with(*SCANS, problem("/docs/seen.pdf", ignored=True))
    asked: list[tuple[list[str], bool]] = []
    dialog.ignore_requested.connect(lambda paths, ignored: asked.append((paths, ignored)))
    assert (dialog.title.text(), dialog.other_list.text()) == ("3 problems", "Show 1 ignored")
    dialog.tree.select("/docs/a/mango.pdf")
    qtbot.mouseClick(dialog.ignore, Qt.MouseButton.LeftButton)
    assert dialog.toast.text.text() == "1 file is ignored from now on."
    qtbot.mouseClick(dialog.toast.action, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.other_list, Qt.MouseButton.LeftButton)
    assert dialog.title.text() == "1 ignored file"
    dialog.tree.select("/docs/seen.pdf")
    assert dialog.ignore.text().strip() == "Stop ignoring"
    qtbot.keyClick(dialog.tree, Qt.Key.Key_Delete)
    assert asked == [(["/docs/a/mango.pdf"], True), (["/docs/a/mango.pdf"], False), (["/docs/seen.pdf"], False)]
    dialog.show_problems(SCANS)  # nothing is ignored any more
    assert dialog.title.text() == "3 problems"
    assert not dialog.other_list.isVisible()


def test_the_menu_and_the_keys_act_on_the_selection(qtbot: QtBot, open_with: OpenWith) -> None:
    dialog = open_with(*SCANS)
    opened: list[str] = []
    dialog.open_requested.connect(opened.append)
    dialog.folder_requested.connect(opened.append)
    dialog.why_requested.connect(opened.append)
    dialog.tree.select("/docs/c/apple.pdf")
    dialog.tree.setFocus()
    qtbot.keyClick(dialog.tree, Qt.Key.Key_Return)
    qtbot.keyClick(dialog.tree, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(dialog.tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == "/docs/c/apple.pdf"
    menu = dialog.menu()
    next(action for action in menu.actions() if action.text().startswith("Why")).trigger()
    assert opened == ["/docs/c/apple.pdf"] * 3
    menu.close()
    dialog.tree.selectAll()
    several = dialog.menu()
    assert [action.text() for action in several.actions() if action.text()] == ["Copy 3 paths", "Try again", "Ignore"]
    several.close()


def test_a_screen_reader_is_told_the_reason_and_what_helps(open_with: OpenWith) -> None:
    dialog = open_with(LOCKED)
    group = dialog.rows.index(0, FILE)
    said = QAccessible.queryAccessibleInterface(dialog.tree)
    assert said.text(QAccessible.Text.Name) == "Files with problems"
    described = Qt.ItemDataRole.AccessibleDescriptionRole
    assert "password helps" in str(group.data(described))
    assert "protected by a password" in str(dialog.rows.index(0, FILE, group).data(described))
    assert dialog.rows.parent(group) == QModelIndex()


def test_no_problems_is_good_news(open_with: OpenWith) -> None:
    dialog = open_with()
    assert dialog.title.text() == "No problems"
    assert not dialog.retry_all.isEnabled()
    assert not dialog.tree.isVisible()
    assert not dialog.menu().actions()
