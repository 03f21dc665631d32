"""Screenshots of the real window by state: `python -m tests.tools.screenshots OUT [--look LOOK] [--only NAME,...]`."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core import settings as settings_file
from core.messages import Message, tr
from core.settings import Settings
from tests.builders import multilingual_folder
from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from gui.app.application import App

QUERY = "when does the lease end"
PATIENCE = 600.0
APPEARANCES = ("light", "dark")
SCREEN = "2600x1800x24"
README_QUERIES = {
    "readme-results": "how long does the bread stay in the oven",
    "readme-operators": 'lease agreement garden street type:pdf,text -"final demand" date:"last 30 days"',
}
ENGINE_STATES = ("no-card", "card-fits", "missing", "installing", "downloading", "starting", "ready", "busy",
                 "released", "failed", "stopping", "remote")  # fmt: skip
# Every picture there is. `take` knows no other, and `tests.tools.text_audit` asks for all of them.
PICTURES = (
    *("welcome", "indexing", "indexing-results", "hint", "results", "results-list", "menu", "why-found", "versions"),
    *("preview-chinese", "preview-arabic", "results-only", "small", "pause-menu", "folder-menu"),
    *("chips", "chips-keys", "chips-nothing", "handover", "handover-small"),
    *("problems", "settings", "remove", "exclusions", "why", "crash", "help", "help-search", "drop"),
    *("banner", "no-result", *README_QUERIES),
    *("damaged", "repairing", "repairing-texts", "doctor", "doctor-repairing", "locked"),
    *(f"engine-{name}" for name in (*ENGINE_STATES, "more", "ask-download", "ask-send", "offer")),
)


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """An environment with a screen: the one there is, or an X server and window manager of our own."""
    if os.environ.get("DISPLAY"):
        yield dict(os.environ)
        return
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as reply:
        display = f":{reply.readline().strip()}"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("QT_", "WAYLAND"))}
    environment["DISPLAY"] = display
    manager = subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL)
    try:
        yield environment
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


def until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Run Qt's event loop until a condition holds; exits after `seconds`."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, timer, end = QEventLoop(), QTimer(), time.monotonic() + seconds
    held = False

    def check() -> None:
        nonlocal held
        held = held or condition()  # once is enough: the next search may be on its way already
        if held or time.monotonic() > end:
            loop.quit()

    timer.timeout.connect(check)
    timer.start(30)
    loop.exec()
    timer.stop()
    if not held:
        raise SystemExit(f"screenshots: waited {seconds:.0f} s for: {what}")


def settle(seconds: float = 0.4) -> None:
    """Wait until everything is painted."""
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() > end, "time passes")


class Photographer:
    """Takes a window through its states and saves a screenshot of each."""

    def __init__(self, home: Path, out: Path, look: str, only: set[str], suffix: str, language: str) -> None:
        self.home, self.out, self.look, self.only, self.suffix = home, out, look, only, suffix
        self.language = language
        self.app: App

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Save the picture of a widget, the window by default; raises KeyError for one that is not in PICTURES."""
        if name not in PICTURES:
            raise KeyError(name)
        if self.only and name not in self.only:
            return
        settle()
        (widget or self.app.window).grab().save(str(self.out / f"{name}-{self.look}{self.suffix}.png"))

    def make_qt(self) -> QApplication:
        """The Qt application, which speaks the language of the pictures from here on."""
        from gui.app.main import make_qt

        return make_qt(["findling"], self.language)

    @contextmanager
    def settings(self) -> Iterator[Settings]:
        """The settings of the library, whose engine lives as long as this context."""
        yield Settings(wait_on_load=False, wait_on_battery=False)

    def run(self) -> None:
        with self.settings() as settings:
            self._run(settings)

    def _run(self, settings: Settings) -> None:
        from gui.app.application import App, Options

        qt = self.make_qt()
        library = self.home / "library"
        library.mkdir()
        settings_file.save(settings, library / settings_file.SETTINGS_NAME)
        options = Options(str(library), (), self.look)  # type: ignore[arg-type]
        self.app = App(qt, options)
        self.app.show()
        until(lambda: self.app.library_controller is not None, "the library is open")
        try:
            self._walk(qt, options)
        finally:
            self.app.close()

    def _walk(self, qt: object, options: object) -> None:
        for state in (
            self.welcome,
            self.engine_panel,
            self.indexing,
            self.results,
            self.operators,
            self.readme,
            self.another_model,
            self.dialogs,
            self.dragging,
            self.engine_failed,
            self.nothing,
            self.repairing,
        ):
            state()
        self.locked(qt, options)

    def welcome(self) -> None:
        self.take("welcome")

    def indexing(self) -> None:
        documents = self.home / "Documents"
        self.app.library_controller.folders.add([str(documents)])
        library = self.app.library
        until(lambda: library.progress().meaning.done > 3 and library.progress().meaning.waiting > 0, "indexing")
        self.take("indexing")
        self.app.window.search.box.setText("lisbon museum")
        until(lambda: self.app.window.results.rows.rowCount() > 0, "results while indexing")
        self.take("indexing-results")
        self.app.window.search.box.clear()
        until(lambda: not library.progress().meaning.waiting and not library.progress().scanning, "meaning is complete")
        settle(1.5)
        self.take("hint")

    def results(self) -> None:
        from shiboken6 import isValid

        from gui.results.explain_popup import ExplainPopup

        window = self.app.window
        window.search.box.setText(QUERY)
        until(lambda: any("meaning" in hit.lanes for hit in window.results.rows.hits()), "found by meaning")
        settle()
        self.take("results")
        window.results.enter()
        self.take("results-list")
        menu = window.results.menu_for(window.results.current())
        menu.popup(window.mapToGlobal(window.rect().center()))
        self.take("menu", menu)
        menu.close()
        until(lambda: not self.app.search_controller._searching.busy, "the query was answered")
        why = ExplainPopup(window.results.current(), window.results)
        why.show_beside_row()
        self.take("why-found", why)
        if isValid(why):  # it deletes itself when it is closed, as by another window in front
            why.close()
        with_versions = next(row for row, hit in enumerate(window.results.rows.hits()) if hit.versions)
        window.results.setCurrentIndex(window.results.rows.index(with_versions))
        window.results.set_expanded(on=True)
        self.take("versions")
        window.results.set_expanded(on=False)
        for name, picture in (("租房合同", "preview-chinese"), ("عقد", "preview-arabic")):
            row = next(i for i, hit in enumerate(window.results.rows.hits()) if name in hit.path)
            window.results.setCurrentIndex(window.results.rows.index(row))
            self.take(picture)
        window.toggle_preview()
        self.take("results-only")
        window.toggle_preview()
        size = window.size()
        window.resize(720, 560)
        self.take("small")
        window.resize(size)
        self.menus()

    def menus(self) -> None:
        """The menus of the pause button and of a folder."""
        from PySide6.QtWidgets import QMenu

        window = self.app.window
        pause = window.status.pause_menu()
        pause.popup(window.mapToGlobal(window.rect().center()))
        self.take("pause-menu", pause)
        pause.close()
        view = window.folders.view
        view.customContextMenuRequested.emit(view.visualRect(view.model().index(0, 0)).center())
        until(lambda: any(menu.isVisible() for menu in window.folders.findChildren(QMenu)), "the folder's menu shows")
        menu = next(menu for menu in window.folders.findChildren(QMenu) if menu.isVisible())
        self.take("folder-menu", menu)
        menu.close()

    def operators(self) -> None:
        """How a query is parsed, and which filters leave no documents."""
        window = self.app.window
        window.search.box.setText(f'{QUERY} type:pdf,text -"final demand" date:"last 30 days"')
        until(lambda: window.chips.isVisible() and not self.app.search_controller._searching.busy, "the query was read")
        self.take("chips")
        window.chips.chips()[1].setFocus()
        self.take("chips-keys", window.chips)
        window.search.box.setText("lease ext:md type:mail before:2001")
        until(lambda: window.pages.currentWidget() is window.no_results, "a filter empties the list", 30)
        settle()
        self.take("chips-nothing")

    def readme(self) -> None:
        """The pictures of results and filters in the README; that of the engine is `engine-card-fits`."""
        window = self.app.window
        window.search.take_focus()
        for name, query in README_QUERIES.items():
            window.search.box.setText(query)
            settle()
            until(lambda: not self.app.search_controller._searching.busy, "the query was answered")
            until(lambda: any("meaning" in hit.lanes for hit in window.results.rows.hits()), "found by meaning")
            self.take(name)

    def another_model(self) -> None:
        """The previous model answers until the new one is ready, which a slow fake engine delays."""
        window, library, before = self.app.window, self.app.library, self.app.library.settings
        with fake(f"slow={PATIENCE}") as slow:
            library.change_settings(remote(slow))
            until(lambda: library.progress().handover is not None, "another model indexes")
            window.search.box.setText(QUERY)
            until(
                lambda: any("meaning" in hit.lanes for hit in window.results.rows.hits()), "the previous model answers"
            )
            self.take("handover")
            size = window.size()
            window.resize(720, 560)
            self.take("handover-small")
            window.resize(size)
            library.change_settings(before)
            until(lambda: library.settings == before and library.progress().handover is None, "it is changed back")

    def nothing(self) -> None:
        """No results, which takes a search without an engine."""
        window = self.app.window
        window.banner.clear()
        window.search.box.setText("zzzzqqqq")
        until(lambda: window.pages.currentWidget() is window.no_results, "nothing found", 30)
        self.take("no-result")

    def dialogs(self) -> None:
        controller = self.app.library_controller
        controller.show_problems()
        self.take("problems", controller._problems)
        controller._problems.close()
        controller.show_settings()
        self.take("settings", controller._settings)
        controller._settings.reject()
        folders = self.app.window.folders
        box = folders.removal_box(folders.rows.folder(0))
        box.open()
        self.take("remove", box)
        box.close()
        path = folders.rows.folder(0).path
        controller.folders.show_exclusions(path)
        controller.folders._exclusions.lines.setPlainText("Kitchen/")
        until(lambda: controller.folders._exclusions.examples.text() != "", "the exclusions are previewed", 30)
        self.take("exclusions", controller.folders._exclusions)
        controller.folders._exclusions.reject()
        why = controller.diagnostics.why
        why.open_for(QUERY, str(next((self.home / "Documents").rglob("*.txt"))))
        until(lambda: why.ranks.text() != "", "a file is explained", 30)
        self.take("why", why)
        why.close()
        for name, page in (("help", "index.md"), ("help-search", "search.md")):
            self.app.help.show_page(page)
            self.take(name, self.app.help.dialog)
        self.app.help.dialog.close()
        from gui.app.crash_dialog import CrashDialog, report_text

        crash = CrashDialog(report_text(RuntimeError("a picture of a bug"), "MainThread"))
        crash.show()
        self.take("crash", crash)
        crash.close()

    def engine_panel(self) -> None:
        """The engine panel with invented states, as this computer may have no graphics card."""
        from gui.engine import confirmations
        from gui.engine.panel import EnginePanel
        from tests.builders.engine_states import GPU, LOG, capabilities, states

        for name, state in states().items():
            panel = EnginePanel(self.app.window)
            panel.show_settings(state.settings)
            panel.show_capabilities(state.capabilities)
            panel.show_servers(state.servers(), state.job, state.rate)
            panel.cards["embedding"].fold.setChecked(name == "failed")
            panel.cards["embedding"].show_log(LOG)
            if name == "card-fits":
                panel.choices.engines["sglang"].radio.click()
            panel.resize(panel.width(), 1010 if name in {"card-fits", "busy"} else panel.height())
            panel.show()
            self.take(f"engine-{name}", panel)
            if name == "busy":
                panel.fold.click()
                settle()
                panel.area.verticalScrollBar().setValue(panel.area.verticalScrollBar().maximum())
                self.take("engine-more", panel)
            panel.close()
        missing = capabilities(installed=False, weights=False).missing(GPU)
        asked = {"host": "", "missing": missing, "passages": 12_400, "seconds": 1500.0, "stays_searchable": True}
        sent = {"host": "gpu.example.org", "missing": capabilities(card=False).missing(states()["remote"].settings)}
        costs_nothing = {"passages": 0, "seconds": None, "stays_searchable": False}
        for name, facts in (("download", asked), ("send", sent | costs_nothing)):
            box = confirmations.confirm_change(self.app.window, **facts)  # type: ignore[arg-type]
            box.open()
            self.take(f"engine-ask-{name}", box)
            box.close()
        self.app.window.offer.show_message(*confirmations.gpu_offer(capabilities()))
        self.take("engine-offer")
        self.app.window.offer.hide()

    def repairing(self) -> None:
        """A damaged library and its repair, with invented progress, as the real one is too quick."""
        from pathlib import Path

        from core.store.catalogue.database import catalogue_damaged

        window, waiting = self.app.window, self.app.window.opening
        before = window.pages.currentWidget()
        window.show_unusable(catalogue_damaged(Path("/home/anna/.local/share/findling")))
        self.take("damaged")
        waiting.show_repairing()
        window.show_page(waiting)
        checking = Message("work.checking_copy", when=datetime(2026, 3, 1, 12, 30).astimezone().timestamp())
        for name, what, done, total in (
            ("repairing", checking, 0, 0),
            ("repairing-texts", Message("storage.recovering_texts"), 3_400, 12_800),
        ):
            waiting.progress.report(what.sentence, done, total)
            self.take(name)
        window.show_page(before)
        window.search.box.setEnabled(True)
        doctor = self.app.library_controller.diagnostics.doctor
        doctor.examine()
        until(doctor.again.isEnabled, "the library was counted")
        self.take("doctor", doctor)
        doctor.title.setText(tr("Repairing…"))
        doctor.progress.show()
        doctor.progress.report(Message("work.reading_missing").sentence, 310, 1_200)
        self.take("doctor-repairing", doctor)
        doctor.close()

    def dragging(self) -> None:
        from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
        from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent
        from PySide6.QtWidgets import QApplication

        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self.home / "Documents"))])
        buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(QPoint(400, 300), Qt.DropAction.CopyAction, mime, buttons, keys)
        QApplication.sendEvent(self.app.window, enter)
        self.take("drop")
        QApplication.sendEvent(self.app.window, QDragLeaveEvent())

    def engine_failed(self) -> None:
        from dataclasses import replace

        window, library = self.app.window, self.app.library
        window.search.box.setText(QUERY)
        settle(1.0)
        library.change_settings(replace(library.settings, engine="remote", remote_url="http://127.0.0.1:9/v1"))
        settle(1.0)
        until(lambda: library.settings.engine == "remote" and library.progress().names.total > 0, "the engine changed")
        library.engines.start()
        until(window.banner.isVisible, "the banner shows", 60)
        self.take("banner")

    def locked(self, qt: object, options: object) -> None:
        """A window whose library another program without a window has open."""
        from core.library import Library
        from gui.app.application import App

        self.app.close()
        with Library.open(self.home / "library"):
            self.app = App(qt, options)  # type: ignore[arg-type]
            self.app.show()
            until(lambda: self.app.window.pages.currentWidget() is self.app.window.unusable, "the library is locked")
            self.take("locked")
            self.app.close()


def write_home(home: Path) -> None:
    """Make a person's home with the documents of the pictures."""
    multilingual_folder.write_documents(home / "Documents")
    multilingual_folder.write_drafts(home / "Documents" / "Flat" / "Drafts")
    multilingual_folder.write_unreadable(home / "Documents" / "Scans")
    multilingual_folder.write_archive(home / "Documents" / "Reports")


def _photograph(arguments: argparse.Namespace, look: str, scale: str, environment: dict[str, str]) -> int:
    """Take the screenshots of one appearance in a process with an empty home folder."""
    with tempfile.TemporaryDirectory() as made:
        home = Path(made) / "anna"
        write_home(home)
        own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "QT_SCALE_FACTOR": scale}
        own |= {"FINDLING_CACHE": str(arguments.cache), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
        command = [
            sys.executable,
            "-m",
            "tests.tools.screenshots",
            str(arguments.out),
            "--child",
            look,
            "--language",
            arguments.language,
        ]
        command += ["--only", ",".join(arguments.only)] if arguments.only else []
        return subprocess.run(command, env=environment | own, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.screenshots", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder for the pictures")
    parser.add_argument("--look", default=",".join(APPEARANCES), help="light, dark or both (default)")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], help="names of pictures")
    parser.add_argument("--scale", default="", help="take all at this scale, instead of 1 and some at 2")
    parser.add_argument("--language", default="en", help="the language of the window (default: en)")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    arguments.out = arguments.out.resolve()
    if arguments.child:
        scale = os.environ.get("QT_SCALE_FACTOR", "1")
        suffix = "" if scale == "1" else f"-{scale}x"
        Photographer(Path.home(), arguments.out, arguments.child, set(arguments.only), suffix, arguments.language).run()
        return 0
    return _all(arguments)


def _all(arguments: argparse.Namespace) -> int:
    missing = [tool for tool in ("Xvfb", "openbox") if not shutil.which(tool)]
    if missing and not os.environ.get("DISPLAY"):
        print(f"screenshots: install {' and '.join(missing)}, or start this on a screen.", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory() as cache, screen() as environment:
        arguments.cache = Path(cache)
        codes = [
            _photograph(arguments, look, arguments.scale or "1", environment) for look in arguments.look.split(",")
        ]
        if not arguments.scale and not arguments.only:
            arguments.only = ["results", "welcome"]
            codes.append(_photograph(arguments, "light", "2", environment))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
