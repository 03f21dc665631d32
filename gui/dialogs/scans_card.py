"""The options of reading text in scans and pictures: on or off, in which languages, and what is missing for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QVBoxLayout

from core.messages import terms, tr
from core.settings import Settings
from gui.dialogs.settings_page import add_option
from gui.widgets.basic import TextButton, label
from gui.widgets.wrapping_check_box import WrappingCheckBox

if TYPE_CHECKING:
    from core.library import OcrAvailability


class ScansCard:
    """Fills a card of the settings."""

    def __init__(self, card: QVBoxLayout) -> None:
        self._chosen: tuple[str, ...] = ()
        self._installed: tuple[str, ...] = ()
        self._used: tuple[str, ...] = ()
        self._menu: QMenu | None = None
        self.read_scans = WrappingCheckBox(tr("Read text in scans and pictures (OCR)"))
        self.languages = TextButton(tr("Automatic"))
        self.languages.clicked.connect(self._pop_up)
        self.missing = label("", dim=True, wrap=True)
        add_option(
            card,
            self.read_scans,
            tr("Takes some seconds of the processor for each page, and waits until everything else is indexed."),
        )
        add_option(
            card,
            self.languages,
            tr("The languages that are installed for Tesseract. Another choice reads all scans again."),
            tr("Languages of scans"),
        )
        card.addWidget(self.missing)
        self.missing.hide()

    def values(self) -> dict[str, object]:
        """The fields of `Settings` with the values shown."""
        return {"read_scans": self.read_scans.isChecked(), "ocr_languages": self._chosen}

    def show_values(self, settings: Settings) -> None:
        """Show the values of settings."""
        self.read_scans.setChecked(settings.read_scans)
        self._chosen = settings.ocr_languages
        self._show_languages()

    def show_availability(self, found: OcrAvailability) -> None:
        """Show the languages that are installed, and what is missing."""
        self._installed, self._used = found.installed, found.languages
        self.languages.setEnabled(bool(found.installed))
        error = found.missing
        self.missing.setText("" if error is None else f"{error.sentence} {error.remedy}")
        self.missing.setVisible(error is not None)
        self._show_languages()

    def menu(self) -> QMenu:
        """The installed languages, of which those that are read are checked."""
        menu = QMenu(self.languages)
        for code in self._installed:
            action = menu.addAction(_name(code))
            action.setCheckable(True)
            action.setChecked(code in (self._chosen or self._used))
            action.setData(code)
            action.toggled.connect(self._toggle)
        return menu

    def _show_languages(self) -> None:
        shown = self._chosen or self._used
        self.languages.setText(terms.listed([_name(code) for code in shown]) if shown else tr("Automatic"))

    def _toggle(self, *_: object) -> None:
        if self._menu is not None:
            self._chosen = tuple(entry.data() for entry in self._menu.actions() if entry.isChecked())
        self._show_languages()

    def _pop_up(self) -> None:
        self._menu = self.menu()
        self._menu.popup(self.languages.mapToGlobal(self.languages.rect().bottomLeft()))


def _name(code: str) -> str:
    """A language as the language in use calls it."""
    from core.library import language_tag

    return terms.language(language_tag(code))
