"""Takes the window through all of its states."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from core import settings as settings_file
from core.settings import Settings
from tests.builders import multilingual_folder
from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote
from tests.tools.screenshots.at_hand_states import AtHandStates
from tests.tools.screenshots.dialog_states import DialogStates
from tests.tools.screenshots.engine_states import EngineStates
from tests.tools.screenshots.filter_states import FilterStates
from tests.tools.screenshots.name_states import NameStates
from tests.tools.screenshots.pictures import SLOW
from tests.tools.screenshots.preview_states import PreviewStates
from tests.tools.screenshots.scan_states import ScanStates
from tests.tools.screenshots.search_states import SearchStates
from tests.tools.screenshots.team_states import TeamStates
from tests.tools.screenshots.visit import until

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


class Photographer(
    SearchStates,
    ScanStates,
    FilterStates,
    PreviewStates,
    EngineStates,
    DialogStates,
    AtHandStates,
    NameStates,
    TeamStates,
):
    """Takes a window through its states and saves a screenshot of each."""

    def make_qt(self) -> QApplication:
        """The Qt application, which speaks the language of the pictures from here on."""
        from PySide6.QtCore import QLocale

        from gui.app.main import make_qt

        qt = make_qt(["findling"], self.language)
        qt.setLayoutDirection(QLocale(self.language).textDirection())  # also of one without a translation
        return qt

    @contextmanager
    def settings(self) -> Iterator[Settings]:
        """The settings of the library, whose engine lives as long as this context."""
        if not self.has_fake_engine:
            yield Settings(wait_on_load=False, wait_on_battery=False)
            return
        with fake(SLOW, "multilingual") as engine:
            self.engine = engine
            yield remote(engine, model="multilingual", wait_on_load=False, wait_on_battery=False)

    def run(self) -> None:
        with self.settings() as settings:
            self._run(settings)

    def _run(self, settings: Settings) -> None:
        from gui.app.application import App
        from gui.app.options import Options

        qt = self.make_qt()
        library = self.home / "library"
        library.mkdir()
        settings_file.save(settings, library / settings_file.SETTINGS_NAME)
        options = Options(str(library), (), self.look)  # type: ignore[arg-type]
        self.app = App(qt, options)
        if self.size is not None:
            self.app.window.resize(*self.size)
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
            self.result_list,
            self.operators,
            self.filters,
            self.remembered,
            self.price,
            self.readme,
            self.previews,
            self.scans,
            self.wildcard,
            self.another_model,
            self.dialogs,
            self.team,
            self.rebuilding,
            self.at_hand,
            self.names,
            self.dragging,
            self.engine_failed,
            self.nothing,
            self.repairing,
        ):
            state()
        self.locked(qt, options)


def write_home(home: Path) -> None:
    """Make the user's home with the documents of the pictures."""
    multilingual_folder.write_documents(home / "Documents")
    multilingual_folder.write_drafts(home / "Documents" / "Flat" / "Drafts")
    multilingual_folder.write_unreadable(home / "Documents" / "Scans")
    multilingual_folder.write_archive(home / "Documents" / "Reports")
