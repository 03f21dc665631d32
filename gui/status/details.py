"""A popup with everything that is known of the progress of indexing, above the status bar."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from core.document import RETRIEVERS, Retriever
from core.events import Progress
from core.messages import amounts, ntr, terms, tr
from gui.status import progress_text
from gui.status.problem_counts import ProblemCounts, in_words
from gui.text import messages
from gui.widgets.basic import ELIDE_MIDDLE, TextButton, label
from gui.widgets.theme import colours

WIDTH = 500


class StatusDetails(QFrame):
    """The popup; it closes on Escape or a click elsewhere. The line of one retriever may be marked."""

    problems_requested = Signal()

    def __init__(
        self, progress: Progress, problems: ProblemCounts, parent: QWidget, retriever: Retriever | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("whyFound")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(tr("Progress of indexing"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(label(progress_text.summary(progress) or tr("No files yet."), weight=QFont.Weight.DemiBold))
        grid = QGridLayout()
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        self.marked = RETRIEVERS.index(retriever) if retriever is not None else -1
        for row, (name, value) in enumerate(rows(progress, problems)):
            shown = (label(name, dim=row != self.marked), label(value, elided=ELIDE_MIDDLE))
            for place, text in enumerate(shown):
                text.setContentsMargins(8 if not place else 12, 3, 8, 3)
                if row == self.marked:
                    _mark(text)
                grid.addWidget(text, row, place)
            if row == self.marked:
                self.setAccessibleDescription(tr("{name}: {counts}", name=name, counts=value))
        column.addLayout(grid)
        if problems.total or problems.ignored:
            self.problems = TextButton(tr("Show problems"), "link")
            self.problems.clicked.connect(self._ask_problems)
            column.addWidget(self.problems, 0, Qt.AlignmentFlag.AlignLeading)
        self.setFixedWidth(WIDTH)

    @Slot()
    def _ask_problems(self) -> None:
        self.close()
        self.problems_requested.emit()

    def show_above(self, widget: QWidget) -> None:
        """Show above a widget, on the screen that it is on."""
        self.adjustSize()
        at = widget.mapToGlobal(QPoint(0, -self.height() - 4))
        room = widget.screen().availableGeometry()
        self.move(max(room.left(), min(at.x(), room.right() - self.width())), max(room.top(), at.y()))
        self.show()


def _mark(text: QWidget) -> None:
    """Give a text the colour of what is selected."""
    palette, used = text.palette(), colours()
    palette.setColor(QPalette.ColorRole.Window, used.selected)
    palette.setColor(QPalette.ColorRole.WindowText, used.selected_text)
    text.setPalette(palette)
    text.setAutoFillBackground(True)


def rows(progress: Progress, problems: ProblemCounts) -> list[tuple[str, str]]:
    """(name, value) of what is known."""
    found = [(terms.retriever_title(name), _files(progress, name)) for name in RETRIEVERS]
    if progress.passages_total and progress.meaning.waiting:
        done, total = progress.passages_done, progress.passages_total
        found.append((tr("Passages"), tr("{done} of {total} searchable by meaning", done=done, total=total)))
    if progress.eta is not None:
        found.append((tr("Time"), amounts.time_left(progress.eta)))
    if round(progress.rate) > 0:
        found.append((tr("Speed"), tr("{count} passages/s", count=round(progress.rate))))
    if progress.current:
        found.append((tr("Reading now"), messages.shown_path(progress.current)))
    if progress.ocr.total or progress.ocr.trouble:
        found.append((tr("Scans"), progress_text.scans(progress.ocr)))
    if progress.ocr.current:
        found.append((tr("Recognizing now"), messages.shown_path(progress.ocr.current)))
    found.append((tr("Engine"), messages.engine(progress.engine)))
    if said := in_words(problems):
        found.append((tr("Problems"), said))
    return found


def _files(progress: Progress, name: str) -> str:
    files = progress.retriever(name)  # type: ignore[arg-type]
    if not files.waiting:
        return amounts.files(files.done)
    return ntr("{done} of {count} file", "{done} of {count} files", files.done + files.waiting, done=files.done)
