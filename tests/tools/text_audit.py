"""Visits every state of the window in a made language: `python -m tests.tools.text_audit [--rtl] [--shots OUT]`.

Prints every visible text that is not translated (window, dialogs, menus, tooltips, accessible names, lists), every
label or button that is too narrow for its text, and with `--rtl` what is not mirrored; exits with 1 if there is any.
Needs no screen. What the desktop's own file dialogs show is out of its reach, and so is a text that is the value of a
field in a translated one. The pages of the manual are documents of one language each.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from core.errors import FindlingError
from core.events import Problem
from core.settings import Settings
from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote
from tests.fakes import pseudo_locale
from tests.tools.screenshots.photographer import Photographer, write_home
from tests.tools.screenshots.pictures import PICTURES
from tests.tools.screenshots.visit import settle
from tests.tools.text_checks import misfit, scrolls_sideways, texts_of

TAG = re.compile(r"<[^>]+>")
# The same in every language: names of products, models and languages, what is typed as it stands, and example values.
NAMES = (
    *("Findling", "SGLang", "OpenAI", "Hugging Face", "ModelScope", "PyTorch", "torch", "gitignore"),
    *("NVIDIA GeForce RTX 4070", "CUDA", "Qwen3", "Embedding", "Reranker", "Multilingual", "MiniLM", "multilingual"),
    *("English", "Deutsch", "简体中文"),
    *("type:pdf date:last-year", "https", "http", "gpu.example.org"),
)


class PseudoQt(QTranslator):
    """Brackets Qt's own texts too, such as the buttons of its dialogs."""

    def translate(self, context: str, text: str, comment: str | None = None, n: int = -1) -> str:  # type: ignore[override]
        return pseudo_locale.pseudo(text) if context.startswith("Q") else ""

    def isEmpty(self) -> bool:  # noqa: N802  Qt's name
        return False


class TextAudit(Photographer):
    """Visits the states, and notes what is not translated, does not fit or is not mirrored."""

    def __init__(self, home: Path, out: Path | None, *, rtl: bool) -> None:
        super().__init__(home, out or home, "light", set(), "", "en")
        self.shots, self.rtl = out, rtl
        self.faults: dict[str, str] = {}
        self.visited: list[str] = []
        self.data: tuple[str, ...] = ()

    @contextmanager
    def settings(self) -> Iterator[Settings]:
        """A fake engine, slow enough to be seen at work: it says the same, and takes less of the processor."""
        with fake("slow=0.3", "multilingual") as engine:
            yield replace(remote(engine), model="multilingual", wait_on_load=False, wait_on_battery=False)

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
        else:
            settle()
        self.visited.append(name)
        print(f"visiting {name}", file=sys.stderr, flush=True)
        self.data = tuple(self._known())
        for part in (root, *root.findChildren(QWidget)):
            if part.isVisible():
                self._check_texts(name, part)
                if fault := misfit(part):
                    self._note(name, part, f"{fault}: {part.text()!r}")  # type: ignore[attr-defined]
                if scrolls_sideways(part):
                    self._note(name, part, f"is too wide for its window: {part.accessibleName()!r}")
        if self.rtl:
            self._check_mirrored(name, root)

    def _known(self) -> Iterator[str]:
        """Names and contents of the person's documents, which are shown as they are."""
        yield from NAMES
        documents = self.home / "Documents"
        for path in (self.home, documents, *documents.rglob("*")):
            yield from (str(path), path.name, path.stem)
            if path != self.home:
                yield f"~/{path.relative_to(self.home)}"
        for hit in self.app.window.results.rows.hits():
            for each in (hit, *hit.versions):
                yield from (each.title, each.snippet)
                yield from (passage.label for passage in each.passages if passage.label)
        if self.app.library_controller is not None:
            # The words of the programs that read documents are kept as they are, for whoever looks for a cause.
            yield from (problem.detail for problem in self._problems())

    def _problems(self) -> list[Problem]:
        try:
            return list(self.app.library.problems())
        except FindlingError:  # the library is closed
            return []

    def _check_texts(self, state: str, widget: QWidget) -> None:
        for what, text in texts_of(widget):
            rest = pseudo_locale.words_outside(TAG.sub(" ", text), self.data)
            if rest:
                self._note(state, widget, f"{what} is not translated ({rest!r}): {text!r}")

    def _check_mirrored(self, state: str, root: QWidget) -> None:
        """Note what is not laid out from right to left: in the window, some pairs of which the first stands right."""
        if root.layoutDirection() != Qt.LayoutDirection.RightToLeft:
            self._note(state, root, "is not laid out right to left")
        window = self.app.window
        if root is not window:
            return
        box, status = window.search.box, window.status
        pairs: list[tuple[str, QWidget, QWidget]] = [
            ("the folders", window.folders, window.pages),
            ("the results", window.results, window.preview),
            ("the magnifier", box._magnifier, box._clear),
            ("the names' progress", status.retrievers["names"], status.engine),
        ]
        for what, first, second in pairs:
            if first.isVisible() and second.isVisible() and _centre(first) <= _centre(second):
                self._note(state, first, f"is not mirrored: {what}")

    def _note(self, state: str, widget: QWidget, fault: str) -> None:
        said = f"{type(widget).__name__} {fault}"
        if said not in self.faults:
            print(f"{state}: {said}", file=sys.stderr, flush=True)
        self.faults.setdefault(said, state)


def _centre(widget: QWidget) -> int:
    return widget.mapToGlobal(QPoint(widget.width() // 2, 0)).x()


def _audit(home: Path, *, rtl: bool, shots: Path | None) -> int:
    """In a process of its own, whose home is `home`."""
    audit = TextAudit(home, shots, rtl=rtl)
    audit.run()
    for fault, state in sorted(audit.faults.items()):
        print(f"{state}: {fault}")
    for name in sorted(set(PICTURES) - set(audit.visited)):
        audit.faults[name] = ""
        print(f"{name}: was not visited")
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
