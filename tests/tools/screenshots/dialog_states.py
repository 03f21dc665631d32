"""The dialogs, and a library that is damaged or in use."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.messages import Message, tr
from tests.tools.screenshots.pictures import QUERY
from tests.tools.screenshots.visit import Visit, until

if TYPE_CHECKING:
    pass


class DialogStates(Visit):
    """Dialogs, repairs and a locked library."""

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

    def repairing(self) -> None:
        """A damaged library and its repair, with invented progress, as the real one is too quick."""

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
