"""The preview of each kind of file, and what it says where there is nothing to show."""

from __future__ import annotations

import io

from tests.tools.screenshots.visit import Visit, settle, until

# A picture, the word that is searched for, and the name of the document.
PREVIEWS = (
    ("preview-pdf", "harbour", "agreement.pdf"),
    ("preview-picture", "beach", "scan of a beach.png"),
    ("preview-table", "lighthouse", "sheet.xlsx"),
    ("preview-csv", "anchors", "stock.csv"),
    ("preview-markdown", "compass", "notes.md"),
    ("preview-web", "driftwood", "article.html"),
    ("preview-code", "windlass", "tides.py"),
    ("preview-slides", "tides", "talk.odp"),
    ("preview-document", "regatta", "letter.docx"),
    ("preview-book", "schooner", "novel.epub"),
    ("preview-damaged", "sextant", "broken sextant.pdf"),
    ("preview-password", "logbook", "logbook.pdf"),
)


class PreviewStates(Visit):
    """A folder with a document of each kind, added for these pictures and removed again."""

    def previews(self) -> None:
        from pypdf import PdfReader, PdfWriter

        from tests.builders.documents import pdf
        from tests.builders.previewed_documents import write_kinds

        folder = write_kinds(self.home / "Coast")
        (folder / "broken sextant.pdf").write_bytes(b"%PDF-1.4 and then nothing")
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["Secret"]))))
        writer.encrypt("sesame")
        writer.write(folder / "logbook.pdf")
        library, window = self.app.library, self.app.window
        library.add_folder(folder)
        until(lambda: not (library.progress().scanning or library.progress().words.waiting), "the words are indexed")
        for picture, word, name in PREVIEWS:
            self._show(word, name)
            self.take(picture)
            if picture == "preview-pdf":
                self._pages()
        self._thumbnails()
        library.remove_folder(folder)
        window.search.box.clear()

    def _pages(self) -> None:
        """The list of pages, the text of a PDF, finding in it, and the menu."""
        preview = self.app.window.preview
        preview.tools.pages.setChecked(True)
        settle()
        self.take("preview-page-list")
        preview.tools.pages.setChecked(False)
        preview.tools._buttons["text"].click()
        self.take("preview-pdf-text")
        preview.tools._buttons["page"].click()
        preview.find_in_document()
        preview.find_bar.field.setText("the")
        settle()
        self.take("preview-find")
        preview.find_bar.close_bar()
        menu = preview.tools.menu()
        menu.popup(self.app.window.mapToGlobal(self.app.window.rect().center()))
        self.take("preview-menu", menu)
        menu.close()

    def _thumbnails(self) -> None:
        """The list with small pictures."""
        window, thumbnails = self.app.window, self.app.extras.thumbnails
        thumbnails.choose(True)
        window.search.box.setText("in:Coast type:pdf,image")
        until(lambda: window.results.rows.rowCount() > 2, "the pictures are found")
        settle()
        until(lambda: not (thumbnails._soon.isActive() or thumbnails._drawing.busy), "they are drawn")
        self.take("list-thumbnails")
        thumbnails.choose(False)

    def _show(self, word: str, name: str) -> None:
        window = self.app.window
        window.search.box.setText(word)
        rows = window.results.rows

        def row() -> int:
            return next((n for n in range(rows.rowCount()) if (hit := rows.hit(n)) and hit.path.endswith(name)), -1)

        until(lambda: row() >= 0, f"{name} is found")
        window.results.enter()
        window.results.setCurrentIndex(rows.index(row()))
        until(lambda: window.preview.path.endswith(name), f"{name} is shown")
        settle(0.8)
