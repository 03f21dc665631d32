"""Takes the window through all of its states."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core import settings as settings_file
from core.settings import Settings
from tests.builders import multilingual_folder
from tests.tools.screenshots.dialog_states import DialogStates
from tests.tools.screenshots.engine_states import EngineStates
from tests.tools.screenshots.search_states import SearchStates
from tests.tools.screenshots.visit import until

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


class Photographer(SearchStates, EngineStates, DialogStates):
    """Takes a window through its states and saves a screenshot of each."""

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


def write_home(home: Path) -> None:
    """Make a person's home with the documents of the pictures."""
    multilingual_folder.write_documents(home / "Documents")
    multilingual_folder.write_drafts(home / "Documents" / "Flat" / "Drafts")
    multilingual_folder.write_unreadable(home / "Documents" / "Scans")
    multilingual_folder.write_archive(home / "Documents" / "Reports")
