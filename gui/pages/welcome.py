"""The pages shown instead of results: first run, no query yet, opening, and a library that cannot be used."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from core.errors import FindlingError, LibraryDamagedError, LibraryLockedError, ModelError
from core.events import Progress
from core.messages import tr
from gui.status import progress_text
from gui.text import messages
from gui.widgets.basic import Picture, Symbol, TextButton, label
from gui.widgets.progress_bar import WorkProgress

MAX_WIDTH = 480
NOTE_ICON, NOTE_GAP = 16, 8  # pixels
PROGRESS_DELAY_MS = 700  # before opening shows its progress


class Page(QWidget):
    """A centred column, slightly above the middle of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = QWidget()
        inner.setMaximumWidth(MAX_WIDTH)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(inner, 100)
        middle.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(32, 32, 32, 32)
        outer.addStretch(2)
        outer.addLayout(middle)
        outer.addStretch(3)

    def add(self, *items: QWidget | QLayout | int) -> None:
        """Append widgets, layouts and gaps (in pixels) to the column, centred."""
        for item in items:
            if isinstance(item, int):
                self.column.addSpacing(item)
            elif isinstance(item, QLayout):
                self.column.addLayout(item)
            elif isinstance(item, QLabel):
                item.setAlignment(Qt.AlignmentFlag.AlignCenter)
                self.column.addWidget(item)
            else:
                self.column.addWidget(item, 0, Qt.AlignmentFlag.AlignHCenter)


def heading(text: str) -> QLabel:
    return label(text, factor=1.6, weight=QFont.Weight.DemiBold, wrap=True)


class WelcomePage(Page):
    """The first-run page: purpose, privacy, and a button to add the first folder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_folder = TextButton(tr("Add folder…"), "main")
        self.add(
            Picture("findling", 88),
            16,
            heading(tr("Find your documents by what they say")),
            label(
                tr(
                    "Add the folders with your documents. Findling reads them once and finds them by name, by their "
                    "words and by their meaning, in any language."
                ),
                wrap=True,
            ),
            16,
            self.add_folder,
            4,
            label(tr("or drop files and folders on this window"), factor=0.92, dim=True),
            32,
            _privacy_note(tr("Everything stays on this computer: no account, no cloud, no telemetry.")),
        )


def _privacy_note(text: str) -> QLayout:
    """A line with a check mark, centred; it wraps where the language needs more than the page's width."""
    note = label(text, factor=0.92, dim=True, wrap=True)
    needed = note.fontMetrics().horizontalAdvance(text) + 1
    note.setMinimumWidth(min(needed, MAX_WIDTH - NOTE_ICON - NOTE_GAP))
    row = QHBoxLayout()
    row.setSpacing(NOTE_GAP)
    row.addStretch(1)
    row.addWidget(Symbol("check", NOTE_ICON, "good"))
    row.addWidget(note)
    row.addStretch(1)
    return row


class HintPage(Page):
    """Shown before a query: examples and progress; emits `example_chosen(text)` when an example is clicked."""

    example_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.coverage = label("", dim=True, wrap=True)
        self.add(
            heading(tr("What are you looking for?")),
            label(tr("Type a few words, a file name, or a whole question. For example:"), dim=True, wrap=True),
            12,
        )
        for example in (
            tr("when does the lease end"),
            tr("invoice for the bicycle repair"),
            "type:pdf date:last-year",
        ):
            chip = TextButton(example, "chip")
            chip.clicked.connect(self._emit_example)
            self.add(chip)
        self.add(24, self.coverage)

    def show_progress(self, progress: Progress) -> None:
        self.coverage.setText(progress_text.coverage(progress))

    @Slot()
    def _emit_example(self) -> None:
        self.example_chosen.emit(self.sender().text())  # type: ignore[attr-defined]


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
        sentence, remedy = messages.trouble(error)
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
