"""The whole application from its start to its end: index, search, preview, every dialog, tray, quit.

python -m tests.tools.silence.visit HOME      (a folder with Documents); prints what was found as one line of JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from core import settings as settings_file
from core.settings import Settings
from gui.app.application import App
from gui.app.main import make_qt
from gui.app.options import Options
from tests.tools.screenshots.visit import settle, until

QUESTIONS = ("harbour", "when can I take the boat across the water", "-harbour", "type:pdf harbour")


def visit(home: Path) -> dict[str, list[str]]:
    """Walk through the application; the files found for each question, those that meaning found with a `~`."""
    qt = make_qt(["findling"], "en")
    library = home / "library"
    library.mkdir(mode=0o700)
    settings_file.save(
        Settings(model="english", wait_on_load=False, wait_on_battery=False), library / settings_file.SETTINGS_NAME
    )
    app = App(qt, Options(str(library), (str(home / "Documents"),), "light"))
    app.start()
    until(lambda: app.library is not None and app.search_controller is not None, "the library is open")
    assert app.library is not None
    opened = app.library
    until(lambda: opened.progress().names.done > 0, "names are found")
    until(lambda: _is_complete(app), "everything is indexed")
    _say(f"indexed: {opened.progress().passages_done} passages")
    found = {text: _ask(app, text) for text in QUESTIONS}
    _ask(app, QUESTIONS[0])
    _say("asked")
    _preview_all(app)
    _say("previewed")
    _open_dialogs(app)
    app.residence.toggle_quick_search()
    settle()
    assert app.close()
    return found


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _is_complete(app: App) -> bool:
    assert app.library is not None
    progress = app.library.progress()
    return not progress.scanning and not progress.words.waiting and not progress.meaning.waiting


def _ask(app: App, text: str) -> list[str]:
    """The names of the files found, once the question is answered in full."""
    window = app.window
    window.search.box.setText(text)
    settle(0.6)
    assert app.search_controller is not None
    until(lambda: not app.search_controller._searching.busy, f"{text!r} is answered")
    hits = window.results.rows.hits()
    return sorted(("~" if "meaning" in hit.lanes else "") + Path(hit.path).name for hit in hits)


def _preview_all(app: App) -> None:
    """Show each document that was found, for as long as its pages need to be drawn."""
    results = app.window.results
    for hit in results.rows.hits():
        row = results.rows.row_of(hit.path)
        if row >= 0:
            results.setCurrentIndex(results.rows.index(row))
            settle(0.5)


def _open_dialogs(app: App) -> None:
    controller = app.library_controller
    assert controller is not None
    controller.settings.show()
    settle(0.2)
    controller.settings.dialog.reject()
    controller.diagnostics.privacy.open_view()
    controller.diagnostics.doctor.examine()
    until(controller.diagnostics.doctor.again.isEnabled, "the library was checked")
    controller.diagnostics.doctor.close()
    controller.diagnostics.privacy.close()
    app.help.show_page("privacy.md")
    settle(0.2)
    app.help.dialog.close()
    if app.engine_controller is not None:
        app.engine_controller.show()
        settle(0.5)


if __name__ == "__main__":
    print(json.dumps(visit(Path(sys.argv[1]))))
