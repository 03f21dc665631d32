"""The pages while the library is opened or repaired, and for one that cannot be used."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.errors import FindlingError, LibraryDamagedError, LibraryLockedError, ModelError
from core.messages import tr
from gui.pages.page import Page, heading
from gui.text import messages
from gui.widgets.basic import Symbol, TextButton, label
from gui.widgets.progress_bar import WorkProgress

PROGRESS_DELAY_MS = 700  # before opening shows its progress


class WaitingPage(Page):
    """Shown while the library is opened or repaired, with a progress bar if that takes long."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = label("", dim=True, wrap=True)
        self.progress = WorkProgress()
        self.cancel = TextButton(tr("Cancel"))
        self.cancel.setToolTip(tr("Cancel the repair without changes"))
        self.add(self.message, 8, self.progress, 8, self.cancel)
        self._progress_delay = QTimer(self)
        self._progress_delay.setSingleShot(True)
        self._progress_delay.setInterval(PROGRESS_DELAY_MS)
        self._progress_delay.timeout.connect(self.progress.show)
        self.show_opening()

    def show_opening(self) -> None:
        """Show that the library is being opened."""
        self.is_repairing = False
        self.message.setText(tr("Opening the library…"))
        self.progress.hide()
        self.cancel.hide()
        self._progress_delay.start()

    def show_repairing(self) -> None:
        """Show that the library is being repaired, with a button to cancel."""
        self.is_repairing = True
        self.message.setText(tr("Repairing the library. Your files are not changed."))
        self._progress_delay.stop()
        self.progress.show()
        self.cancel.setEnabled(True)
        self.cancel.show()


class UnusablePage(Page):
    """Shown if the library cannot be opened: the error with its remedy, and buttons to try again, repair or quit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = heading("")
        self.remedy = label("", wrap=True)
        self.retry = TextButton(tr("Try again"), "main")
        self.repair = TextButton(tr("Repair library"), "main")
        self.use_builtin = TextButton(tr("Use built-in model"))
        self.quit = TextButton(tr("Quit"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.repair)
        buttons.addWidget(self.retry)
        buttons.addWidget(self.use_builtin)
        buttons.addWidget(self.quit)
        buttons.addStretch(1)
        self.add(Symbol("warning", 40, "warn"), 12, self.sentence, self.remedy, 16, buttons)

    def show_error(self, error: FindlingError) -> None:
        """Show an error with the buttons that help against it."""
        sentence, remedy = messages.error_text(error)
        self.sentence.setText(sentence)
        self.remedy.setText(remedy)
        is_damaged = isinstance(error, LibraryDamagedError)
        self.repair.setVisible(is_damaged)
        self.retry.setVisible(not is_damaged)
        self.use_builtin.setVisible(
            isinstance(error, ModelError)
        )  # the model's folder may be on a disk that is not connected
        if isinstance(error, LibraryLockedError):
            self.remedy.setText(tr("Use that window, or close it. This window continues as soon as it is closed."))
        if is_damaged:
            self.remedy.setText(
                tr(
                    "Your files are not affected. A repair restores the last backup of the catalogue and everything "
                    "that can be recovered from the damaged one. Findling then reads the missing files again. The "
                    "damaged catalogue is kept."
                )
            )
