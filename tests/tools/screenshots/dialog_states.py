"""The dialogs, and a library that is damaged or in use."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.messages import Message, tr
from tests.tools.screenshots.pictures import QUERY, SETTINGS_PICTURES
from tests.tools.screenshots.visit import Visit, until

if TYPE_CHECKING:
    from core.library import ComparedModels, Measurement, Method, PrivacyReport
    from gui.dialogs.measure import MeasureDialog


def invented_report(library: str) -> PrivacyReport:
    """Connections that a test may not make."""
    from core.library import Connection, PrivacyReport

    now = time.time()
    connections = (
        Connection(now - 60, "gpu.example.net:8000", "engine", "gpu.example.net:8000", 12, 48_300_000, 9_200_000),
        Connection(
            now - 90_000, "huggingface.co:443", "model_download", "Qwen/Qwen3-Embedding-0.6B", 14, 0, 1_191_600_000
        ),
        Connection(now - 90_300, "cdn-lfs.huggingface.co:443", "model_download", "Qwen/Qwen3-Embedding-0.6B", 3),
        Connection(now - 200_000, "files.pythonhosted.org:443", "engine_download", "SGLang", 208),
    )
    return PrivacyReport(library, 3_210_000_000, "gpu.example.net", connections)


def invented_measurement() -> Measurement:
    """More searches than a picture's library has."""
    from core.library import Estimate, Measurement, MethodScores

    def scores(method: Method, mean: float) -> MethodScores:
        each = (Estimate(mean + up, mean + up - 0.06, mean + up + 0.06) for up in (0.0, 0.04, 0.11))
        gain = None if method == "second" else Estimate(mean - 0.74, mean - 0.78, mean - 0.70)
        return MethodScores(method, *each, gain)

    means: dict[Method, float] = {"words": 0.58, "meaning": 0.66, "fused": 0.71, "sentences": 0.72, "second": 0.74}
    return Measurement(212, 187, "multilingual", "", tuple(scores(method, mean) for method, mean in means.items()))


def invented_comparison() -> ComparedModels:
    """The models that come with Findling, on more searches than a picture's library has."""
    from core.library import ComparedModels, Estimate, ModelScores

    def scores(model: str, mean: float, gain: Estimate | None) -> ModelScores:
        each = (Estimate(mean + up, mean + up - 0.06, mean + up + 0.06) for up in (0.0, 0.04, 0.11))
        return ModelScores(model, *each, gain)

    models = (scores("multilingual", 0.81, None), scores("english", 0.77, Estimate(-0.04, -0.07, -0.01)))
    return ComparedModels(212, 466, models)


class DialogStates(Visit):
    """Dialogs, repairs and a locked library."""

    def dialogs(self) -> None:
        controller = self.app.library_controller
        self._problems()
        status = self.app.window.status
        status.retrievers["meaning"].click()
        self.take("status-details", status.details)
        status.details.close()
        controller.settings.show()
        for row, name in enumerate(SETTINGS_PICTURES):
            controller.settings.dialog.list.setCurrentRow(row)
            self.take(name, controller.settings.dialog)
        self.maintenance()
        controller.settings.dialog.reject()
        folders = self.app.window.folders
        box = folders.removal_box(folders.rows.folder(0))
        box.open()
        self.take("remove", box)
        box.close()
        path = folders.rows.folder(0).path
        controller.folders.show_exclusions(path)
        controller.folders._exclusions.lines.setPlainText("Kitchen/")
        until(lambda: controller.folders._exclusions.examples.text() != "", "the exclusions are previewed")
        self.take("exclusions", controller.folders._exclusions)
        controller.folders._exclusions.reject()
        why = controller.diagnostics.why
        why.open_for(QUERY, str(next((self.home / "Documents").rglob("*.txt"))))
        until(lambda: why.ranks.text() != "", "a file is explained")
        self.take("why", why)
        outside = self.home / next((self.home / "Documents").rglob("*.txt")).name
        outside.write_text("Not in any folder.", encoding="utf-8")
        why.explain(str(outside))
        until(why.add_folder.isVisible, "a file outside is explained")
        self.take("why-outside", why)
        why.close()
        privacy = controller.diagnostics.privacy
        privacy.open_view()
        until(lambda: privacy.view.place.text() != "", "the facts of privacy are shown")
        self.take("privacy", privacy)
        privacy.view.show_report(invented_report(str(self.home / "library")))
        self.take("privacy-connections", privacy)
        privacy.close()
        self._measure(controller.diagnostics.measure)
        for name, page in (("help", "index.md"), ("help-search", "search.md")):
            self.app.help.show_page(page)
            self.take(name, self.app.help.dialog)
        self.app.help.dialog.close()
        from gui.app.crash_dialog import CrashDialog, report_text

        crash = CrashDialog(report_text(RuntimeError("a picture of a bug"), "MainThread"))
        crash.show()
        self.take("crash", crash)
        crash.close()

    def _problems(self) -> None:
        """The problems of the library, one of them ignored, and a list without any."""
        problems = self.app.library_controller.problems
        problems.open_list()
        dialog = problems.dialog
        self.take("problems", dialog)
        every = [one.path for one in self.app.library.problems()]
        problems._ignore(every[:1], True)
        dialog.other_list.click()
        self.take("problems-ignored", dialog)
        dialog.other_list.click()
        problems._ignore(every, True)
        self.take("problems-none", dialog)
        problems._ignore(every, False)
        dialog.close()

    def maintenance(self) -> None:
        """The question before a rebuild, and what an import would change."""
        maintenance = self.app.library_controller.maintenance
        maintenance.ask_to_rebuild()
        question = maintenance.question
        assert question is not None
        self.take("rebuild", question)
        question.reject()
        path = self.home / "findling.json"
        self.app.library.transfer.export(path)
        content = json.loads(path.read_text(encoding="utf-8"))
        content["settings"] |= {"hidden_files": True, "poll_minutes": 30}
        content["folders"] += [{"path": str(self.home / "Documents" / "Flat" / "Drafts")}, {"path": "/home/anna/Old"}]
        content["saved_searches"] = [{"name": "lease", "query": "lease type:pdf"}]
        content["window"] = {"resident/hotkey": "Meta+F"}
        path.write_text(json.dumps(content), encoding="utf-8")
        maintenance.show_import(str(path))
        self.take("import", maintenance.dialog)
        maintenance.dialog.reject()

    def _measure(self, dialog: MeasureDialog) -> None:
        """The quality of search: nothing kept yet, and the scores of a year of searches."""
        dialog.measure()
        until(dialog.again.isEnabled, "the measurement is done")
        self.take("measure-empty", dialog)
        dialog._show(None, invented_measurement())
        self.take("measure", dialog)
        dialog._show(None, invented_comparison())
        self.take("measure-models", dialog)
        dialog.close()

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
