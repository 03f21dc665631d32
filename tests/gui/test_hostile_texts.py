"""Every widget, model role and delegate of the window with hostile texts: nothing runs, hangs or turns around.

The markup names a pipe as its image: whoever interprets it reads that pipe, which the test notices, and would wait.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QPoint
from PySide6.QtGui import QAction, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from core.document import RETRIEVERS, Document, Hit, HitPassage, OpeningRisk, Part, RetrieverMatch
from core.errors import FindlingError
from core.events import (
    ConsistencyReport,
    EngineStatus,
    ExclusionEffect,
    FileExplanation,
    Folder,
    Inconsistency,
    PauseState,
    Problem,
    Progress,
    RetrieverProgress,
)
from core.library import FilterEffect, parse
from core.library.engines.jobs import EngineJob
from core.search.relax import Relaxed
from core.settings import Exclusions
from gui.dialogs.doctor import DoctorDialog
from gui.dialogs.opening_question import OpeningQuestion
from gui.dialogs.problems import ProblemsDialog
from gui.dialogs.why import WhyDialog
from gui.engine.confirmations import Confirmation
from gui.folders.exclusions_dialog import ExclusionsDialog
from gui.preview.formatted import FormattedView
from gui.results.explain_popup import ExplainPopup
from gui.results.model import HitRoles
from gui.status.problem_counts import ProblemCounts
from gui.tray.state import TrayState
from gui.tray.tray import Tray
from gui.widgets.plain_text import LONGEST
from gui.window import MainWindow
from tests.tools.text_checks import texts_of

pytestmark = pytest.mark.slow

ORDER = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HUGE = 10_000_000  # characters
LONGEST_PATH = 4_000  # of a file system
LONGEST_SPOKEN = 2 * LONGEST  # of what a screen reader is given


WATCH = """
import os, sys, time
while True:
    try:
        os.close(os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK))
    except OSError:  # nobody reads it
        time.sleep(0.01)
    else:
        print("read", flush=True)
        time.sleep(0.05)
"""


class Pipe:
    """A named pipe, and a process that notices who reads it and lets them go on; Qt holds Python's lock meanwhile."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._noticed = path.with_suffix(".log")
        with self._noticed.open("wb") as log:
            self._process = subprocess.Popen([sys.executable, "-S", "-c", WATCH, path], stdout=log)

    @property
    def readers(self) -> int:
        return self._noticed.read_text().count("read")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


@pytest.fixture(scope="module")
def watched_pipe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipe]:
    made = Pipe(tmp_path_factory.mktemp("pipe") / "pipe.png")
    yield made
    made.stop()


@pytest.fixture
def pipe(watched_pipe: Pipe) -> Iterator[Pipe]:
    before = watched_pipe.readers
    yield watched_pipe
    assert watched_pipe.readers == before, "markup in a text was interpreted"


Texts = Callable[[Pipe], str]
TEXTS: dict[str, Texts] = {
    "markup": lambda pipe: f'<img src="file://{pipe.path}"><a href="file:///dev/zero">x</a><b>bold</b>&lt;',
    "a page": lambda pipe: f'<!doctype html><html><style>@import "file://{pipe.path}"</style><img src="{pipe.path}">',
    "turned around": lambda _: "invoice\u202etxt.exe\u2066\u2067\u200b\u200f\x1b[2J",
    "with zeros": lambda _: "a\x00b\x00\n\r\t\x07c\u2028d",
    "huge": lambda pipe: f'<img src="{pipe.path}">' + "wörd \u202e" * (HUGE // 6),
}


@pytest.fixture(params=TEXTS)
def text(request: pytest.FixtureRequest, pipe: Pipe) -> str:
    return TEXTS[request.param](pipe)


def path_of(text: str) -> str:
    """The text as the name of a file: without slashes and zeros, and no longer than a path may be."""
    return "/docs/" + text.replace("/", "\u2215").replace("\0", "")[:LONGEST_PATH]


def hit_of(text: str) -> Hit:
    lanes = frozenset(RETRIEVERS)
    passage = HitPassage(1, 0, 20, 3, 1, "sheet", text, 1.0, lanes, text, ((0, 4), (5, len(text))))
    path = path_of(text)
    version = Hit(path + "2", text, "pdf", 3, 1.0, lanes, text, (), (passage,))
    matches = tuple(RetrieverMatch(name, 1, 0.5, 0.5) for name in RETRIEVERS)
    return Hit(
        path, text, "pdf", 3, 1.0, lanes, text, ((0, 4),), (passage,), 10, 1.0, (path + "3",), matches,
        says_all=True, versions=(version,),
    )  # fmt: skip


def check_model(model: QAbstractItemModel) -> None:
    for row in range(model.rowCount(QModelIndex())):
        for column in range(model.columnCount(QModelIndex()) if isinstance(model, QAbstractTableModel) else 1):
            index = model.index(row, column, QModelIndex())
            for role in (*range(32), *range(Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 32)):
                value = model.data(index, role)
                if isinstance(value, str) and role != HitRoles.PATH:
                    check_text(f"role {role} of {type(model).__name__}", value)
                    if role == Qt.ItemDataRole.ToolTipRole:
                        check_tip(value)


def check_text(what: str, text: str) -> None:
    """A text that is shown turns nothing around, and is short enough to be laid out at once."""
    assert not set(ORDER) & set(text), f"{what}: {text[:80]!r}"
    assert "\0" not in text, what
    assert len(text) <= LONGEST_SPOKEN + LONGEST_PATH, f"{what} has {len(text)} characters"


def check_tip(text: str) -> None:
    assert not Qt.mightBeRichText(text), text[:80]
    QToolTip.showText(QPoint(10, 10), text)
    for tip in QApplication.topLevelWidgets():
        if tip.inherits("QTipLabel"):
            tip.grab()


def walk(root: QWidget) -> int:
    """Check everything that a window shows, and paint it; returns the number of widgets."""
    root.show()
    widgets = [root, *root.findChildren(QWidget)]
    for widget in widgets:
        if isinstance(widget, QLabel) and widget.pixmap().isNull():
            is_plain = widget.textFormat() == Qt.TextFormat.PlainText
            assert is_plain or not Qt.mightBeRichText(widget.text()), f"{type(widget).__name__}: {widget.text()[:80]!r}"
        for what, shown in texts_of(widget):
            check_text(f"{what} of {type(widget).__name__}", shown)
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            check_model(widget.model())
    root.grab()
    for widget in widgets:  # elided ones set their tool tips as they are painted
        if widget.toolTip():
            check_tip(widget.toolTip())
        for action in widget.findChildren(QAction):
            assert not Qt.mightBeRichText(action.toolTip())
    return len(widgets)


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow()
    qtbot.addWidget(made)
    return made


def test_the_results_and_the_preview(qtbot: QtBot, window: MainWindow, text: str) -> None:
    hit = hit_of(text)
    window.show_page(window.results_page)
    window.results.show_hits([hit])
    window.results.set_expanded(on=True)
    window.preview.show_hit(hit)
    body = text[:LONGEST] or " "
    parts = (Part(0, len(body), "sheet", 1, text),)
    window.preview.show_document(hit.path, Document(body, "pdf", text, text, parts))
    assert walk(window) > 50
    popup = ExplainPopup(hit, window.results, FilterEffect(3, 1, ((text, 1),)))
    qtbot.addWidget(popup)
    popup.show_beside_row()
    walk(popup)
    popup.close()


@pytest.mark.parametrize("markup", ["![x](file://{})", "![x]({})", "[![x]({})](file:///dev/zero)", "<img src={}>"])
def test_markdown_loads_nothing(qtbot: QtBot, pipe: Pipe, markup: str) -> None:
    view = FormattedView()
    qtbot.addWidget(view)
    view.show_markdown(Document(f"# Title\n\n{markup.format(pipe.path)}\n", "text"))
    walk(view)


def test_a_row_in_every_width(qtbot: QtBot, window: MainWindow, text: str) -> None:
    window.show_page(window.results_page)
    window.results.show_hits([hit_of(text)])
    for width in (700, 1000, 1600):
        window.resize(width, 500)
        window.show()
        window.results.grab()


def test_the_menu_of_a_row(qtbot: QtBot, window: MainWindow, text: str) -> None:
    window.results.show_hits([hit_of(text)])
    menu = window.results.menu_for(hit_of(text))
    qtbot.addWidget(menu)
    for action in menu.actions():
        check_text("action", action.text())
        assert not Qt.mightBeRichText(action.toolTip())
    menu.close()


def test_the_folders_and_the_problems(qtbot: QtBot, window: MainWindow, text: str) -> None:
    path = path_of(text)
    folder = Folder(path, 3, 10, connected=True, away=(path + "/x",))
    window.folders.show_folders([folder, Folder(path + "2", 1, 1, connected=False, single=True)])
    window.show_page(window.hint)
    walk(window)
    box = window.folders.removal_box(folder)
    qtbot.addWidget(box)
    walk(box)
    dialog = ProblemsDialog(window)
    dialog.show_problems([Problem(path, "broken", "The file is damaged.", "Save it again.", text, 1.0)])
    walk(dialog)
    exclusions = ExclusionsDialog(
        path, Exclusions(), lambda _: [ExclusionEffect(1, 1, (path[1:],), 0, done=True)], window
    )
    exclusions._show_effect(None, ExclusionEffect(1, 1, (path[1:],), 0, done=True))
    walk(exclusions)
    exclusions.done(0)


def test_chips_and_what_is_not_found(qtbot: QtBot, window: MainWindow, text: str) -> None:
    words = " ".join(text[:LONGEST].split()) or "x"
    query = parse(f'"{words}" author:"{words}" in:"{path_of(text)}" like:"{path_of(text)}" -"{words}"')
    window.chips.show_query(query)
    window.no_results.show_query(text, [Relaxed(query.operators[:1], text, 3)], [path_of(text)])
    window.show_page(window.no_results)
    walk(window)


def test_errors_and_the_state_of_the_engine(qtbot: QtBot, window: MainWindow, text: str) -> None:
    error = FindlingError("library.not_writable", folder=path_of(text), reason=text)
    window.banner.show_message(error.sentence, error.remedy, "Try again")
    window.offer.show_message(error.sentence, error.remedy, "Try again")
    status = EngineStatus("failed", "builtin", text, error.sentence, error.remedy)
    some = RetrieverProgress(1, 2, 3)
    progress = Progress(some, some, some, engine=status, current=path_of(text))
    window.status.show_progress(progress, problems=ProblemCounts(3), pause_state=PauseState("paused"))
    window.status.show_progress(
        progress, problems=ProblemCounts(3), job=EngineJob("install", "x", "running", error.sentence)
    )
    walk(window)
    window.show_unusable(error)
    walk(window)
    box = Confirmation(window, error.sentence, error.remedy, "Send")
    qtbot.addWidget(box)
    walk(box)
    box.close()


@pytest.mark.parametrize("kind", ["program", "script", "shortcut", "macros", "mismatch"])
def test_the_question_before_a_file_is_opened(qtbot: QtBot, window: MainWindow, text: str, kind: str) -> None:
    question = OpeningQuestion(window, path_of(text), OpeningRisk(kind, text[:300], "web"))  # type: ignore[arg-type]
    qtbot.addWidget(question)
    walk(question)
    question.close()


def test_the_diagnostics(qtbot: QtBot, window: MainWindow, text: str) -> None:
    path = path_of(text)
    error = FindlingError("folder.missing", path=path)
    why = WhyDialog(None, window)  # type: ignore[arg-type]
    why.file.setText("")
    why._show((path, text), FileExplanation(path, "x", error.sentence, error.remedy, ranks=(("words", 3),)))
    walk(why)
    why.stop()
    doctor = DoctorDialog(None, window)  # type: ignore[arg-type]
    doctor.show_report(ConsistencyReport(ailments=(Inconsistency("x", 1, error.sentence, error.remedy, (path,)),)))
    walk(doctor)
    doctor.stop()


def test_the_tray(qtbot: QtBot, text: str) -> None:
    tray = Tray()
    tray.show_state(TrayState("indexing", text))
    check_tip(tray.icon.toolTip())
    assert len(tray.line.text()) < 200
    tray.close()


def test_whoever_reads_markup_is_noticed(qtbot: QtBot, watched_pipe: Pipe) -> None:
    before = watched_pipe.readers
    shown = QLabel(TEXTS["markup"](watched_pipe))
    qtbot.addWidget(shown)
    shown.show()
    shown.grab()
    qtbot.waitUntil(lambda: watched_pipe.readers > before)
