"""Scans: their settings, what is missing for them, and the bar above one in the preview; a wildcard and a rebuild."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

from core.errors import OcrError
from core.messages import Message
from tests.tools.screenshots.list_states import ListStates
from tests.tools.screenshots.pictures import SETTINGS_PICTURES
from tests.tools.screenshots.visit import settle, until

LINES = ("Bicycle workshop", "", "Blue touring bicycle", "chain and cassette       84.00", "paid in cash, thank you")
LANGUAGES = ("eng",)


class ScanStates(ListStates):
    """What concerns documents without text, and work that can be canceled."""

    def scans(self) -> None:
        self._scan_settings()
        folder = self.home / "Coast" / "Receipts"  # where the documents of the other previews are
        folder.mkdir()
        write_scan(folder / "receipt of the bicycle.pdf")
        library, window = self.app.library, self.app.window
        library.add_folder(folder)
        window.search.box.setText("name:receipt")
        rows = window.results.rows
        until(lambda: any(hit.path.startswith(str(folder)) for hit in rows.hits()), "the scan is found")
        until(lambda: bool(library.ocr.unread_pages(rows.hits()[0].path)), "it is read")
        self.pick(lambda hit: hit.path.startswith(str(folder)))
        bar = window.preview.scan_bar
        until(bar.isVisible, "the bar says that there are pages without text")
        self.take("preview-scan")
        bar.show_reading(3, 12)
        self.take("preview-scan-reading")
        bar.show_ended()
        library.remove_folder(folder)
        window.search.box.clear()

    def _scan_settings(self) -> None:
        """The card as it is with a language, without Tesseract, and its menu."""
        from core.library import OcrAvailability

        controller = self.app.library_controller
        controller.settings.show()
        dialog = controller.settings.dialog
        dialog.list.setCurrentRow(SETTINGS_PICTURES.index("settings-files"))
        card = dialog.files.scans
        card.read_scans.setChecked(True)
        card.show_availability(OcrAvailability("tesseract", LANGUAGES, LANGUAGES))
        self.take("settings-scans", dialog)
        card.show_availability(OcrAvailability("tesseract", missing=OcrError("ocr.tesseract_missing")))
        self.take("settings-scans-missing", dialog)
        card.show_availability(OcrAvailability("tesseract", LANGUAGES, LANGUAGES))
        card.languages.click()
        self.take("settings-scans-languages", card._menu)
        card._menu.close()
        dialog.reject()

    def wildcard(self) -> None:
        """A wildcard that stands for more words than are searched, which takes a larger library than that of these."""
        window, search = self.app.window, self.app.search_controller
        window.search.box.setText("lea*")
        until(lambda: window.results.rows.rowCount() > 0 and not search._searching.busy, "the list is there")
        settle()
        search.pages.broad_wildcards = (("lea*", 14_320),)
        search.pages.show_summary()
        self.take("wildcard")
        window.search.box.clear()

    def rebuilding(self) -> None:
        """A rebuild that can be canceled, with invented progress, as the real one is too quick."""
        doctor = self.app.library_controller.diagnostics.doctor
        doctor.task.submit = lambda _task: None
        doctor.rebuild(read_again=False)
        doctor.progress.report(Message("work.reading_missing").sentence, 4_310, 12_400)
        self.take("rebuilding", doctor)
        del doctor.task.submit
        doctor.close()


def write_scan(path: Path) -> None:
    """Write a PDF of two pages that are pictures."""
    pages = []
    for _ in range(2):
        page = Image.new("L", (620, 876), 246)
        drawing = ImageDraw.Draw(page)
        for row, line in enumerate(LINES):
            drawing.text((80, 90 + 44 * row), line, fill=40, font_size=26)
        pages.append(page.rotate(0.6, fillcolor=246))
    pages[0].save(path, save_all=True, append_images=pages[1:])
