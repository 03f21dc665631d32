"""The first step of the welcome: which folders are searched, each with what it costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.messages import tr
from core.messages.translate import sentences
from core.settings import Settings
from gui.engine import engine_text
from gui.engine.option import INDENT
from gui.folders import price_text
from gui.text import messages
from gui.welcome.step import WelcomeStep
from gui.widgets.basic import ELIDE_MIDDLE, Symbol, TextButton, label
from gui.widgets.plain_text import tool_tip
from gui.widgets.wrapping_check_box import WrappingCheckBox

if TYPE_CHECKING:
    from core.library import PriceTag

SMALL = 0.92


class SuggestedFolder(QWidget):
    """A folder with its tick, and a line below that says what it costs."""

    def __init__(self, path: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self.price: PriceTag | None = None
        self.tick = WrappingCheckBox("")
        self.tick.setText(messages.shown_name(path).replace("&", "&&"))
        self.tick.setToolTip(tool_tip(messages.shown_path(path)))
        place = label(messages.shown_path(path), factor=SMALL, dim=True, elided=ELIDE_MIDDLE)
        self.cost = label("", factor=SMALL, dim=True, wrap=True)
        self.cost.setContentsMargins(INDENT, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.tick)
        row.addWidget(place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.cost)

    def show_price(self, price: PriceTag) -> None:
        self.price = price
        self.show_cost(price_text.in_one_line(price))

    def show_cost(self, text: str) -> None:
        self.cost.setText(text)
        self.tick.setAccessibleDescription(text)


class FoldersStep(WelcomeStep):
    """Folders to tick; emits `changed` when the user does, and `add_requested` for another one."""

    changed = Signal()
    add_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Which folders do you want to search?"),
            "",
            parent,
        )
        self.show_settings(Settings())
        self.folders: dict[str, SuggestedFolder] = {}  # by path
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self.empty = label(
            tr("You have no folders named Documents, Desktop or Downloads. Add the folders with your documents."),
            wrap=True,
        )
        self.add = TextButton("", "", "folder-add")
        self.add.clicked.connect(self.add_requested)
        card = self.add_card()
        card.addWidget(self.empty)
        card.addLayout(self._rows)
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch(1)
        card.addLayout(row)
        self.total = label("", wrap=True)
        self.column.addWidget(self.total)
        self.warning = label("", wrap=True)
        self._warned = QWidget()
        row = QHBoxLayout(self._warned)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Symbol("warning", 16, "warn"))
        row.addWidget(self.warning, 1)
        self.column.addWidget(self._warned)
        self._update()

    def add_folder(self, path: str, *, ticked: bool, searched: str = "") -> None:
        """Append a folder; `searched` says that it is searched already, and why it cannot be chosen."""
        if (shown := self.folders.get(path)) is None:
            shown = self.folders[path] = SuggestedFolder(path)
            shown.tick.toggled.connect(self._toggled)
            self._rows.addWidget(shown)
            self.rearranged.emit()
        shown.tick.setChecked(ticked or bool(searched))
        shown.tick.setEnabled(not searched)
        shown.show_cost(searched or tr("Counting…"))
        self._update()

    def show_price(self, path: str, price: PriceTag) -> None:
        """Show what a folder costs, as far as it is counted."""
        if path in self.folders:
            self.folders[path].show_price(price)
            for folder in self.folders.values() if price.rate else ():  # measured once, it holds for all
                if folder.price is not None and folder.price.rate is None:
                    folder.show_price(replace(folder.price, rate=price.rate))
            self._update()

    def show_error(self, path: str, sentence: str) -> None:
        """Say why a folder cannot be searched."""
        if path in self.folders:
            self.folders[path].show_cost(sentence)

    def chosen(self) -> list[str]:
        """The paths of the folders with a tick that are not searched already."""
        return [folder.path for folder in self._ticked()]

    def show_settings(self, settings: Settings) -> None:
        from core.library import receivers

        if any(receivers(settings)):
            follows = tr("Findling reads them once and then follows their changes. Your files stay where they are.")
            self.description = sentences(follows, engine_text.leaves_computer(settings))
        else:
            self.description = tr(
                "Findling reads them once and then follows their changes. Your files stay where they are, and nothing "
                "leaves this computer."
            )

    def focus_widgets(self) -> list[QWidget]:
        return [*(folder.tick for folder in self.folders.values()), self.add]

    def _ticked(self) -> list[SuggestedFolder]:
        return [folder for folder in self.folders.values() if folder.tick.isEnabled() and folder.tick.isChecked()]

    @Slot(bool)
    def _toggled(self, _on: bool) -> None:  # noqa: FBT001  Qt's signal
        self._update()
        self.changed.emit()

    def _update(self) -> None:
        chosen = self._ticked()
        prices = [folder.price for folder in chosen if folder.price is not None]
        counted = prices and len(prices) == len(chosen) and all(price.done for price in prices)
        self.total.setText(price_text.together(prices) if counted else "")
        self.total.setVisible(bool(self.total.text()))
        self.warning.setText(price_text.too_full(prices))
        self._warned.setVisible(bool(self.warning.text()))
        self.empty.setVisible(not self.folders)
        self.add.setText(tr("Add another folder…") if self.folders else tr("Add folder…"))
