"""Offers the graphics card once, when a larger model fits on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal, Slot

from gui.engine import confirmations, engine_text

if TYPE_CHECKING:
    from core.library import Capabilities, Library
    from gui.widgets.banner import Offer

ANSWERED = "engine/offered"  # set once the offer was taken or dismissed


class GpuOffer(QObject):
    """Shows the offer; emits `accepted` when the user wants to see what it takes."""

    accepted = Signal()

    def __init__(self, offer: Offer, library: Library, state: QSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._offer, self._library, self._state = offer, library, state
        offer.action_clicked.connect(self._accept)
        offer.declined.connect(self.close)

    @property
    def requested(self) -> bool:
        """Whether the built-in engine is in use and the offer was not answered yet."""
        kind = engine_text.kind_of(self._library.settings.engine)
        return kind.is_local and not kind.uses_gpu and not self._state.value(ANSWERED)

    def show(self, capabilities: Capabilities) -> None:
        """Show the offer if a model fits on the graphics card."""
        if capabilities.best and self.requested:
            self._offer.show_message(*confirmations.gpu_offer(capabilities))

    @Slot()
    def _accept(self) -> None:
        self.close()
        self.accepted.emit()

    @Slot()
    def close(self) -> None:
        """Hide the offer for good."""
        self._offer.hide()
        self._state.setValue(ANSWERED, "yes")
