"""The files that could not be read, by reason, with what would help; and those that the user ignores."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from core.events import Problem
from core.messages import amounts, ntr, tr
from gui.dialogs.problems_tree import ProblemsTree
from gui.pages.page import Page, heading
from gui.widgets import context_menu
from gui.widgets.basic import Symbol, TextButton, label, resize_to_screen
from gui.widgets.toast import Toast


class ProblemsDialog(QDialog):
    """Shows the problems that count, or those that are ignored.

    Emits `retry_requested(paths)`, `ignore_requested(paths, ignored)`, `open_requested(path)`, `folder_requested(path)`
    and `why_requested(path)` ("" for no file).
    """

    help_page = "problems.md"
    retry_requested = Signal(list)
    ignore_requested = Signal(list, bool)
    open_requested = Signal(str)
    folder_requested = Signal(str)
    why_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Problems"))
        resize_to_screen(self, 960, 560)
        self._problems: Sequence[Problem] = ()
        self._shows_ignored = False
        self.title = label("", factor=1.2, weight=QFont.Weight.DemiBold)
        self.intro = label("", dim=True, wrap=True)
        self.other_list = TextButton("", "link")
        self.tree = ProblemsTree()
        self.rows = self.tree.rows
        self.retry_chosen = TextButton(tr("Try again"), "", "refresh")
        self.ignore = TextButton(tr("Ignore"), "", "eye-off")
        self.open_folder = TextButton(tr("Open folder"), "", "folder-open")
        self.retry_all = TextButton(tr("Try all again"))
        self.why = TextButton(tr("Why isn’t a file found?"), "quiet")
        self.check = TextButton(tr("Check the library…"), "quiet")
        self._all_well = heading("")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.tree)
        self._pages.addWidget(self._make_empty())
        self.toast = Toast(self)
        self._arrange()
        self._connect()
        self.tree.setFocus()
        self.show_problems([])

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show these problems, those that are ignored among them; the selection is kept."""
        self._problems = problems
        listed = [problem for problem in problems if problem.ignored == self._shows_ignored]
        if self._shows_ignored and not listed:
            self._show_ignored(shown=False)
            return
        self.rows.replace(listed)
        ignored = sum(problem.ignored for problem in problems)
        if self._shows_ignored:
            self.title.setText(ntr("{count} ignored file", "{count} ignored files", ignored))
            self.intro.setText(
                tr("These files are not counted as problems. A file is listed again once it has another problem.")
            )
            self.other_list.setText(tr("Show problems"))
        else:
            self.title.setText(amounts.problems(len(listed)) if listed else tr("No problems"))
            self.intro.setText(tr("You can find these files by name. Their text could not be read, or not all of it."))
            self.other_list.setText(ntr("Show {count} ignored", "Show {count} ignored", ignored))
        self._all_well.setText(tr("All other files are readable") if ignored else tr("All files are readable"))
        self.intro.setVisible(bool(listed))
        self.other_list.setVisible(self._shows_ignored or ignored > 0)
        had_focus = self.tree.hasFocus()
        self._pages.setCurrentIndex(0 if listed else 1)
        if had_focus and not listed:
            (self.other_list if ignored else self.why).setFocus()
        self._enable()

    def chosen(self) -> list[Problem]:
        """The selected problems."""
        return self.tree.chosen()

    def menu(self) -> QMenu:
        """The context menu of the selected problems."""
        chosen = self.chosen()
        menu = QMenu(self)
        if len(chosen) == 1:
            path = chosen[0].path
            menu.addAction(tr("Open")).triggered.connect(partial(self.open_requested.emit, path))
            menu.addAction(tr("Open folder")).triggered.connect(self._open_folder)
            menu.addAction(tr("Copy path")).triggered.connect(self._copy_paths)
            menu.addAction(tr("Why isn’t this file found?")).triggered.connect(partial(self.why_requested.emit, path))
        elif chosen:
            copy = menu.addAction(ntr("Copy {count} path", "Copy {count} paths", len(chosen)))
            copy.triggered.connect(self._copy_paths)
        if chosen:
            menu.addSeparator()
            menu.addAction(self.retry_chosen.text().strip()).triggered.connect(self._retry_chosen)
            menu.addAction(self.ignore.text().strip()).triggered.connect(self._ignore_chosen)
        return menu

    def _arrange(self) -> None:
        close = TextButton(tr("Close"))
        close.clicked.connect(self.close)
        top, buttons, more = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()  # two rows, which fit into a narrow window
        top.addWidget(self.title, 1)
        top.addWidget(self.other_list)
        for row, shown in (
            (buttons, (self.retry_chosen, self.ignore, self.open_folder)),
            (more, (self.why, self.check)),
        ):
            row.setSpacing(8)
            for button in shown:
                row.addWidget(button)
            row.addStretch(1)
        buttons.addWidget(self.retry_all)
        more.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self.intro)
        column.addWidget(self._pages, 1)
        column.addLayout(buttons)
        column.addLayout(more)

    def _connect(self) -> None:
        self.retry_chosen.clicked.connect(self._retry_chosen)
        self.retry_all.clicked.connect(self._retry_all)
        self.ignore.clicked.connect(self._ignore_chosen)
        self.open_folder.clicked.connect(self._open_folder)
        self.other_list.clicked.connect(self._show_other_list)
        self.why.clicked.connect(self._ask_why)
        self.tree.key_action.connect(self._act)
        self.tree.opened.connect(self._open)
        self.tree.customContextMenuRequested.connect(self._show_menu)
        self.tree.selectionModel().selectionChanged.connect(self._enable)

    def _make_empty(self) -> Page:
        page = Page()
        page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page.add(
            Symbol("check", 40, "good"),
            12,
            self._all_well,
            label(tr("Files that Findling cannot read appear here with the reason."), dim=True, wrap=True),
        )
        return page

    @Slot()
    def _enable(self) -> None:
        chosen = self.chosen()
        for button in (self.retry_chosen, self.ignore):
            button.setEnabled(bool(chosen))
        self.open_folder.setEnabled(len(chosen) == 1)
        self.retry_all.setEnabled(self.rows.count > 0)
        self.ignore.setText(tr("Stop ignoring") if self._shows_ignored else tr("Ignore"))
        self.ignore.set_symbol("eye" if self._shows_ignored else "eye-off")

    @Slot(str)
    def _act(self, name: str) -> None:
        {"ignore": self._ignore_chosen, "folder": self._open_folder, "copy_path": self._copy_paths}[name]()

    @Slot()
    def _retry_chosen(self) -> None:
        self.retry_requested.emit([problem.path for problem in self.chosen()])

    @Slot()
    def _retry_all(self) -> None:
        listed = [problem.path for problem in self._problems if problem.ignored == self._shows_ignored]
        self.retry_requested.emit(listed)

    @Slot()
    def _ignore_chosen(self) -> None:
        paths, ignored = [problem.path for problem in self.chosen()], not self._shows_ignored
        if not paths:
            return
        self.ignore_requested.emit(paths, ignored)
        if ignored:
            said = ntr("{count} file is ignored from now on.", "{count} files are ignored from now on.", len(paths))
        else:
            said = ntr("{count} file counts again.", "{count} files count again.", len(paths))
        self.toast.show_message(said, tr("Undo"), partial(self.ignore_requested.emit, paths, not ignored))

    @Slot()
    def _show_other_list(self) -> None:
        self._show_ignored(shown=not self._shows_ignored)

    def _show_ignored(self, *, shown: bool) -> None:
        self._shows_ignored = shown
        self.show_problems(self._problems)

    @Slot(object)
    def _open(self, problem: Problem) -> None:
        self.open_requested.emit(problem.path)

    @Slot()
    def _ask_why(self) -> None:
        self.why_requested.emit("")

    @Slot()
    def _open_folder(self) -> None:
        for problem in self.chosen()[:1]:
            self.folder_requested.emit(problem.path)

    @Slot()
    def _copy_paths(self) -> None:
        if chosen := self.chosen():
            QGuiApplication.clipboard().setText("\n".join(problem.path for problem in chosen))
            self.toast.show_message(tr("Copied."))

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        menu = self.menu()
        if menu.actions():
            context_menu.show(menu, self.tree.viewport().mapToGlobal(at))
