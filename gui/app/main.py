"""Starts the window: creates Qt's application and runs its event loop."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QApplication

from core import settings as settings_file
from core.errors import FindlingError
from gui.app.application import App
from gui.app.library_opening import CLOSE_SECONDS
from gui.app.options import Options
from gui.app.qt_language import use_language
from gui.app.single_instance import hand_over
from gui.runtime.garbage import GarbageCollector
from gui.widgets import accessible_roles
from gui.widgets.assets import app_icon

ID = "org.findling.Findling"
log = logging.getLogger(__name__)


def make_qt(arguments: Sequence[str], language: str = "") -> QApplication:
    """Qt's application object under Findling's name, in a language of `core.messages` ("" for the system's)."""
    QApplication.setApplicationName("Findling")
    QApplication.setDesktopFileName(ID)
    qt = QApplication([arguments[0] if arguments else "findling"])
    use_language(qt, language)
    accessible_roles.install()
    qt.setWindowIcon(app_icon())
    qt.setQuitOnLastWindowClosed(False)
    return qt


def run(options: Options) -> int:
    """Show the window until it is closed; returns the exit code. A second start hands its paths to the first."""
    if hand_over(options.library, list(options.add), background=options.background, link=options.link):
        return 0
    qt = make_qt(sys.argv, _saved_language(Path(options.library) / settings_file.SETTINGS_NAME))
    GarbageCollector(qt)
    app = App(qt, options)
    app.start()
    code = qt.exec()
    if not app.close():
        log.warning("the library did not close, and did nothing for %.0f s", CLOSE_SECONDS)
        sys.stderr.flush()
        os._exit(1)  # the blocked thread would keep the process alive
    return code


def _saved_language(settings_path: Path) -> str:
    try:
        return settings_file.load(settings_path).language
    except FindlingError:  # shown once the library is opened
        return ""
