"""What the window says when there is nothing to list: first run, no question yet, no library."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from core.errors import FindlingError, LibraryDamagedError, LibraryLockedError, ModelError
from core.events import Progress
from gui.status import progress_text
from gui.text import messages
from gui.widgets.basic import Picture, Symbol, TextButton, label
from gui.widgets.progress_bar import WorkProgress

WIDTH = 480
SOON_MS = 700  # before an opening shows how far it is


class Page(QWidget):
    """A calm page: one column in the middle, a little above the centre."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = QWidget()
        inner.setMaximumWidth(WIDTH)
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

    def add(self, *things: QWidget | QLayout | int) -> None:
        """Put widgets, layouts and gaps (in pixels) one below another, in the middle."""
        for thing in things:
            if isinstance(thing, int):
                self.column.addSpacing(thing)
            elif isinstance(thing, QLayout):
                self.column.addLayout(thing)
            elif isinstance(thing, QLabel):
                thing.setAlignment(Qt.AlignmentFlag.AlignCenter)
                self.column.addWidget(thing)
            else:
                self.column.addWidget(thing, 0, Qt.AlignmentFlag.AlignHCenter)


def heading(text: str) -> QLabel:
    return label(text, factor=1.6, weight=QFont.Weight.DemiBold, wrap=True)


class WelcomePage(Page):
    """The first run: what Findling is, that nothing leaves the machine, and the first folder."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_folder = TextButton(self.tr("Add a folder…"), "main")
        self.add(
            Picture("findling", 88),
            16,
            heading(self.tr("Find your documents by what they say")),
            label(
                self.tr(
                    "Add the folders you keep your documents in. Findling reads them once and finds them again by "
                    "name, by their words, and by their meaning, in any language."
                ),
                wrap=True,
            ),
            16,
            self.add_folder,
            4,
            label(self.tr("or drop files and folders anywhere on this window"), factor=0.92, dim=True),
            32,
            _assurance(self.tr("Everything stays on this computer: no account, no cloud, no telemetry.")),
        )


def _assurance(text: str) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(Symbol("check", 16, "good"))
    row.addWidget(label(text, factor=0.92, dim=True))
    return line


class HintPage(Page):
    """Folders, but no question yet: what can be asked, and what is searchable so far; `asked(text)` by an example."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reach = label("", dim=True, wrap=True)
        self.add(
            heading(self.tr("What are you looking for?")),
            label(self.tr("Type a few words, a file's name, or a whole question. For example:"), dim=True, wrap=True),
            12,
        )
        for example in (
            self.tr("when does the lease end"),
            self.tr("invoice for the bicycle repair"),
            self.tr("type:pdf date:last-year"),
        ):
            chip = TextButton(example, "chip")
            chip.clicked.connect(self._chosen)
            self.add(chip)
        self.add(24, self.reach)

    def show_progress(self, progress: Progress) -> None:
        self.reach.setText(progress_text.coverage(progress))

    @Slot()
    def _chosen(self) -> None:
        self.asked.emit(self.sender().text())  # type: ignore[attr-defined]


class WaitingPage(Page):
    """The library is being opened, or repaired; how far that is shows once it takes its time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.says = label("", dim=True, wrap=True)
        self.work = WorkProgress()
        self.cancel = TextButton(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Nothing is changed then"))
        self.add(self.says, 8, self.work, 8, self.cancel)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.work.show)
        self.show_opening()

    def show_opening(self) -> None:
        """The library is being opened."""
        self.repairing = False
        self.says.setText(self.tr("Opening the library…"))
        self.work.hide()
        self.cancel.hide()
        self._soon.start()

    def show_repairing(self) -> None:
        """The library is being repaired, which can be cancelled."""
        self.repairing = True
        self.says.setText(self.tr("Repairing the library. Your files are not touched."))
        self._soon.stop()
        self.work.show()
        self.cancel.setEnabled(True)
        self.cancel.show()


class UnusablePage(Page):
    """The library cannot be used: why, what helps, and another try."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = heading("")
        self.remedy = label("", wrap=True)
        self.again = TextButton(self.tr("Try again"), "main")
        self.repair = TextButton(self.tr("Repair the library"), "main")
        self.instead = TextButton(self.tr("Use the built-in model"))
        self.leave = TextButton(self.tr("Quit"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.repair)
        buttons.addWidget(self.again)
        buttons.addWidget(self.instead)
        buttons.addWidget(self.leave)
        buttons.addStretch(1)
        self.add(Symbol("warning", 40, "warn"), 12, self.sentence, self.remedy, 16, buttons)

    def show_error(self, error: FindlingError) -> None:
        sentence, remedy = messages.trouble(error)
        self.sentence.setText(sentence)
        self.remedy.setText(remedy)
        is_damaged = isinstance(error, LibraryDamagedError)
        self.repair.setVisible(is_damaged)
        self.again.setVisible(not is_damaged)
        self.instead.setVisible(isinstance(error, ModelError))  # its folder may be on a disk that is not connected
        if isinstance(error, LibraryLockedError):
            self.remedy.setText(self.tr("Use that one, or close it: this window goes on as soon as it has ended."))
        if is_damaged:
            self.remedy.setText(
                self.tr(
                    "Your files are not touched. Shall it be repaired? The damaged catalogue is set aside, not "
                    "deleted; its last copy takes its place, with all that the damaged one still holds. What is "
                    "missing then is read again."
                )
            )
