"""Visits every state of the window in a made language: `python -m tests.tools.text_audit [--rtl] [--spoken]`.

Prints every visible text that is not translated (window, dialogs, menus, tooltips, accessible names, lists), every
label or button that is too narrow for its text, every control that has no name for screen readers, and with `--rtl`
what is not mirrored; exits with 1 if there is any. `--shots OUT` saves pictures.
With `--spoken`, a screen reader's connection also reads each state over the AT-SPI bus, which takes an X server of its
own: what has no name or no role, siblings of one name, rows that are not told. Else it needs no screen.
What the desktop's own file dialogs show is out of its reach, and so is a text that is the value of a
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
from contextlib import ExitStack, suppress
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from core.errors import FindlingError
from core.messages.visible import visible_name
from core.search.query.fields import FIELDS
from tests.builders.desktop import session_bus, window_manager, x_server
from tests.fakes import pseudo_locale
from tests.tools.accessible.checks import spoken_faults
from tests.tools.accessible.tree import ScreenReader
from tests.tools.focus_order import focus_faults
from tests.tools.screenshots.dialog_states import invented_report
from tests.tools.screenshots.filter_states import FILTERED
from tests.tools.screenshots.photographer import Photographer, write_home
from tests.tools.screenshots.pictures import PICTURES
from tests.tools.screenshots.visit import settle, until
from tests.tools.text_checks import misfit, scrolls_sideways, texts_of, unnamed

# In which Tab does not walk: it hands the query of the quick search to the window, the tray has no window, and what is
# dropped covers all others.
NOT_WALKED = ("quick-", "tray-", "drop", "settings-scans-missing")  # the last is the page of settings-scans again
TAG = re.compile(r"<[^>]+>")
# The same in every language: names of products, models and languages, what is typed as it stands, and example values.
NAMES = (
    *("Findling", "SGLang", "OpenAI", "Hugging Face", "ModelScope", "PyTorch", "torch", "gitignore"),
    *("NVIDIA GeForce RTX 4070", "CUDA", "Qwen3", "Embedding", "Reranker", "Multilingual", "MiniLM", "multilingual"),
    *("PNG", "plain"),  # a format, and what reads text files
    *("English", "Deutsch", "简体中文"),
    *(f"{field}:" for field in FIELDS),
    "findling toggle",  # a command
    "flat, lease, or tenant",  # words of a query, in a list as the locale writes it
    *("harbour or lease", "lease or harbour"),  # the same
    "https://files.example.org:8443",
    *("lease", FILTERED, "type:pdf date:last-year", "https", "http", "gpu.example.org"),
)


class PseudoQt(QTranslator):
    """Brackets Qt's own texts too, such as the buttons of its dialogs."""

    def translate(self, context: str, text: str, comment: str | None = None, n: int = -1) -> str:  # type: ignore[override]
        return pseudo_locale.pseudo(text) if context.startswith("Q") else ""

    def isEmpty(self) -> bool:  # noqa: N802  Qt's name
        return False


class TextAudit(Photographer):
    """Visits the states, and notes what is not translated, does not fit or is not mirrored."""

    def __init__(self, home: Path, out: Path | None, *, rtl: bool, spoken: bool) -> None:
        super().__init__(home, out or home, "light", set(), "", "en")
        self.shots, self.rtl = out, rtl
        self.has_fake_engine = True  # it says the same, and takes less of the processor
        self.reader = ScreenReader(os.environ["DBUS_SESSION_BUS_ADDRESS"]) if spoken else None
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
        else:
            settle()
        self.visited.append(name)
        print(f"visiting {name}", file=sys.stderr, flush=True)
        known = {shown for text in self._known() for shown in (text, TAG.sub(" ", text))}
        # A number is no word, and would be cut out of times such as 2:01 AM.
        self.data = tuple(text for text in known if any(map(str.isalpha, text)))
        for part in (root, *root.findChildren(QWidget)):
            if part.isVisible():
                self._check_texts(name, part)
                if misfit(part):
                    settle()  # its text may have changed just now
                if fault := misfit(part):
                    self._note(name, part, f"{fault}: {part.text()!r}")  # type: ignore[attr-defined]
                if unnamed(part):
                    self._note(name, part, f"has no name for screen readers, in {type(part.parentWidget()).__name__}")
                if scrolls_sideways(part):
                    self._note(name, part, f"is too wide for its window: {part.accessibleName()!r}")
        if self.rtl:
            self._check_mirrored(name, root)
        if self.reader is not None:
            self._check_spoken(name, root, self.reader)
        if not name.startswith(NOT_WALKED):
            for widget, fault in focus_faults(root):
                self._note(name, widget, fault)

    def _known(self) -> Iterator[str]:
        """Names and contents of the user's documents, which are shown as they are."""
        yield from NAMES
        folders = [self.home / name for name in ("library", "Documents", "Coast", "Downloads")]
        for path in (self.home, *folders, *(path for folder in folders[1:] for path in folder.rglob("*"))):
            yield from map(visible_name, (str(path), path.name, path.stem))
            if path != self.home:
                yield visible_name(f"~/{path.relative_to(self.home)}")
        quick = self.app.residence.quick
        yield from (quick.recent.row(number).text for number in range(quick.recent.rowCount()))
        rows = self.app.window.results.rows
        for hit in (*rows.results(), *rows.hits(), *quick.hits.results()):
            for each in (hit, *hit.versions):
                yield from (each.title, visible_name(each.title), each.snippet)
                yield from (passage.label for passage in each.passages if passage.label)
        yield from self._of_team()
        if self.app.library_controller is not None:
            yield from (entry.text for entry in self.app.library.history.searches())
            # The words of the programs that read documents are kept as they are, for whoever looks for a cause.
            with suppress(FindlingError):  # the library is closed
                yield from (problem.detail for problem in self.app.library.problems())
                yield from self._previewed()
        yield from (connection.host for connection in invented_report("").connections)

    def _of_team(self) -> Iterator[str]:
        """What the team library is called, and its documents."""
        extras = self.app.extras
        if extras is not None and (library := extras.team.team) is not None:
            yield from (library.name, library.address)
        for hit in self.app.window.team.hits.rows.hits():
            yield from (hit.path, str(Path(hit.path).parent), Path(hit.path).name, hit.title, hit.snippet)

    def _previewed(self) -> Iterator[str]:
        """The lines and cells of the document in the preview."""
        document = self.app.library.queries.document(self.app.window.preview.path)
        if document is not None:
            yield from re.split(r'[\t\n;"]', document.text)

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

    def _check_spoken(self, state: str, root: QWidget, reader: ScreenReader) -> None:
        """Read the tree below a widget as a screen reader does, and note what it cannot tell."""
        if not self.visited[1:]:
            found = reader.connect("Findling")
            until(found.done, "the program is on the accessibility bus")
            found.result()
        faults = spoken_faults(root, reader)
        if faults:  # what changed while it was read is right by now
            settle()
            faults = [fault for fault in spoken_faults(root, reader) if fault in faults]
        for widget, fault in faults:
            self._note(state, widget, fault)

    def _note(self, state: str, widget: QWidget, fault: str) -> None:
        said = f"{type(widget).__name__} {fault}"
        if said not in self.faults:
            print(f"{state}: {said}", file=sys.stderr, flush=True)
        self.faults.setdefault(said, state)


def _centre(widget: QWidget) -> int:
    return widget.mapToGlobal(QPoint(widget.width() // 2, 0)).x()


def _audit(home: Path, *, rtl: bool, spoken: bool, shots: Path | None) -> int:
    """In a process of its own, whose home is `home`."""
    audit = TextAudit(home, shots, rtl=rtl, spoken=spoken)
    audit.run()
    if audit.reader is not None:
        audit.reader.close()
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
    parser.add_argument("--spoken", action="store_true", help="also read each state over the AT-SPI bus (Linux)")
    parser.add_argument("--shots", type=Path, help="also save a picture of each state in this folder")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        return _audit(arguments.child, rtl=arguments.rtl, spoken=arguments.spoken, shots=arguments.shots)
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        home = Path(made) / "anna"
        write_home(home)
        own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
        own |= {"FINDLING_CACHE": str(Path(made) / "cache"), "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, "-m", "tests.tools.text_audit", "--child", str(home)]
        command += ["--rtl"] if arguments.rtl else []
        if arguments.spoken:
            command.append("--spoken")
            own |= {"DBUS_SESSION_BUS_ADDRESS": stack.enter_context(session_bus())}
            own |= {"DISPLAY": stack.enter_context(x_server()), "QT_QPA_PLATFORM": "xcb"}
            own |= {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
            stack.enter_context(window_manager(own["DISPLAY"]))
        command += ["--shots", str(arguments.shots.resolve())] if arguments.shots else []
        return subprocess.run(command, env=os.environ | own, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
