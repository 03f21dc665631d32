"""Visits every state of the window in a made language: `python -m tests.tools.text_audit [--rtl] [--shots OUT]`.

Prints every visible text that is not translated (window, dialogs, menus, tooltips, accessible names, lists) and every
label or button that is too narrow for its text, and exits with 1 if there is one. Needs no screen.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)

from tests.fakes import pseudo_locale
from tests.tools.screenshots import Photographer, write_home

ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
SLACK = 1  # pixels that a style may round away
TAG = re.compile(r"<[^>]+>")
# Names that are the same in every language.
NAMES = (
    *(
        "Findling",
        "SGLang",
        "OpenAI",
        "Hugging Face",
        "ModelScope",
        "NVIDIA",
        "GeForce",
        "RTX",
        "CUDA",
        "PyTorch",
        "torch",
    ),
    *("Qwen3", "Embedding", "Reranker", "Multilingual", "MiniLM", "multilingual", "gitignore", "https", "http"),
    *("English", "Deutsch", "简体中文"),
)


class PseudoQt(QTranslator):
    """Brackets Qt's own texts too, such as the buttons of its dialogs."""

    def translate(self, context: str, text: str, comment: str | None = None, n: int = -1) -> str:  # type: ignore[override]
        return pseudo_locale.pseudo(text) if context.startswith("Q") else ""

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return False


class TextAudit(Photographer):
    """Visits the states, and notes what is not translated or does not fit in place of taking pictures."""

    def __init__(self, home: Path, out: Path | None, *, rtl: bool) -> None:
        super().__init__(home, out or home, "light", set(), "", "en")
        self.shots, self.rtl = out, rtl
        self.faults: dict[str, str] = {}
        self.visited: list[str] = []
        self.data: tuple[str, ...] = ()

    def make_qt(self) -> QApplication:
        qt = super().make_qt()
        pseudo_locale.use()
        translator = PseudoQt(qt)
        qt.installTranslator(translator)
        if self.rtl:
            qt.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        return qt

    def take(self, name: str, widget: QWidget | None = None) -> None:
        root = widget or self.app.window
        if self.shots is not None:
            super().take(name, widget)
        self.visited.append(name)
        print(f"visiting {name}", file=sys.stderr, flush=True)
        self.data = tuple(sorted(self._known(), key=len, reverse=True))
        for part in (root, *root.findChildren(QWidget)):
            if part.isVisible() or isinstance(part, QMenu):
                self._check_texts(name, part)
                self._check_fit(name, part)
        if self.rtl and root.layoutDirection() != Qt.LayoutDirection.RightToLeft:
            self._note(name, root, "is not laid out right to left")

    def _known(self) -> Iterator[str]:
        """Names and contents of the person's documents, which are shown as they are."""
        yield from NAMES
        yield str(self.home)
        for path in (self.home / "Documents").rglob("*"):
            yield path.name
            yield path.stem
        for hit in self.app.window.results.rows.hits():
            yield from (hit.title, hit.snippet, hit.path)
            yield from (passage.label for passage in hit.passages if passage.label)

    def _check_texts(self, state: str, widget: QWidget) -> None:
        for what, text in texts_of(widget):
            rest = pseudo_locale.words_outside(TAG.sub(" ", text), self.data)
            if rest:
                self._note(state, widget, f"{what} is not translated: {text!r}")

    def _check_fit(self, state: str, widget: QWidget) -> None:
        if not widget.isVisible() or not isinstance(widget, (QLabel, QPushButton)) or not widget.text():
            return
        if isinstance(widget, QLabel) and (widget.wordWrap() or _elides(widget)):
            needed = widget.heightForWidth(widget.width()) if widget.wordWrap() else 0
            if needed > widget.height() + SLACK:
                self._note(state, widget, f"is {widget.height()} high and needs {needed}: {widget.text()!r}")
            return
        needed = widget.sizeHint().width()
        if needed > widget.width() + SLACK and not _elides(widget):
            self._note(state, widget, f"is {widget.width()} wide and needs {needed}: {widget.text()!r}")

    def _note(self, state: str, widget: QWidget, fault: str) -> None:
        self.faults.setdefault(f"{type(widget).__name__} {fault}", state)


def _elides(widget: QWidget) -> bool:
    """Whether a widget cuts its text by itself and shows the whole of it otherwise."""
    return "Elided" in type(widget).__name__


def texts_of(widget: QWidget) -> Iterator[tuple[str, str]]:
    """(what it is, text) of everything that a widget says to a person."""
    yield "tooltip", widget.toolTip()
    yield "accessible name", widget.accessibleName()
    yield "accessible description", widget.accessibleDescription()
    if widget.isWindow():
        yield "title", widget.windowTitle()
    match widget:
        case QLabel() | QAbstractButton():
            yield "text", widget.text()
        case QGroupBox():
            yield "title", widget.title()
        case QLineEdit() | QTextEdit() | QPlainTextEdit():
            yield "placeholder", widget.placeholderText()
        case QSpinBox():
            yield from (("prefix", widget.prefix()), ("suffix", widget.suffix()))
        case QTabBar():
            yield from (("tab", widget.tabText(at)) for at in range(widget.count()))
        case QComboBox():
            yield from (("choice", widget.itemText(at)) for at in range(widget.count()))
        case QMenu():
            yield from (("menu item", action.text()) for action in widget.actions() if not action.isSeparator())
    if isinstance(widget, QAbstractSpinBox):
        yield "special value", widget.specialValueText()
    if isinstance(widget, QAbstractItemView) and widget.model() is not None and not isinstance(widget, QHeaderView):
        yield from _items(widget)
    for action in widget.findChildren(QAction, options=Qt.FindChildOption.FindDirectChildrenOnly):
        yield "action", action.text()


def _items(view: QAbstractItemView) -> Iterator[tuple[str, str]]:
    model = view.model()
    root = QModelIndex()
    columns = range(model.columnCount(root) if isinstance(view, QTableView) else 1)
    for row in range(min(model.rowCount(root), 50)):
        for column in columns:
            for role in ROLES:
                yield "item", _text(model.data(model.index(row, column, root), role))
    for column in columns:
        yield "header", _text(model.headerData(column, Qt.Orientation.Horizontal))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _audit(home: Path, *, rtl: bool, shots: Path | None) -> int:
    """In a process of its own, whose home is `home`."""
    audit = TextAudit(home, shots, rtl=rtl)
    audit.run()
    for fault, state in sorted(audit.faults.items()):
        print(f"{state}: {fault}")
    print(f"{len(audit.visited)} states visited, {len(audit.faults)} faults")
    return 1 if audit.faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.text_audit", description=__doc__)
    parser.add_argument("--rtl", action="store_true", help="lay the window out from right to left")
    parser.add_argument("--shots", type=Path, help="also save a picture of each state in this folder")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        return _audit(arguments.child, rtl=arguments.rtl, shots=arguments.shots)
    with tempfile.TemporaryDirectory() as made:
        home = Path(made) / "anna"
        write_home(home)
        own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
        own |= {"FINDLING_CACHE": str(Path(made) / "cache"), "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, "-m", "tests.tools.text_audit", "--child", str(home)]
        command += ["--rtl"] if arguments.rtl else []
        command += ["--shots", str(arguments.shots.resolve())] if arguments.shots else []
        return subprocess.run(command, env=os.environ | own, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
