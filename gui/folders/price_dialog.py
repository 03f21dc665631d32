"""The price of a folder before it is added, with its heaviest subfolders to leave out."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QCheckBox, QDialog, QFormLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.errors import FindlingError
from core.messages import tr
from gui.folders import price_text
from gui.runtime.latest_task import LatestTask
from gui.text import messages
from gui.widgets.basic import TextButton, label, resize_to_screen
from gui.widgets.plain_text import action_text, tool_tip
from gui.widgets.progress_bar import WorkProgress

if TYPE_CHECKING:
    from core.library import PriceTag

LARGE_FILES = 1_000  # files, from which a dropped folder is asked about
LARGE_SECONDS = 120.0  # to index it

Steps = Callable[[str, threading.Event], Iterator["PriceTag"]]


def is_large(price: PriceTag) -> bool:
    """Whether a folder is worth a question before it is added."""
    return price.files > LARGE_FILES or (price.seconds or 0.0) > LARGE_SECONDS


class PriceDialog(QDialog):
    """Emits `chosen(path, left_out)` with the names of the subfolders that are left out; counting goes on meanwhile.

    `priced(PriceTag)` is emitted for each step of the count, which runs on a thread of its own until the dialog closes.
    """

    help_page = "folders.md"
    chosen = Signal(str, list)
    priced = Signal(object)

    def __init__(self, path: str, steps: Steps, contained: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Add folder"))
        resize_to_screen(self, 520, 440)
        self._path, self._steps = path, steps
        self._price: PriceTag | None = None
        self._stop = threading.Event()
        self.ticks: dict[str, QCheckBox] = {}  # by the path of the subfolder
        self.files, self.total_size, self.duration, self.disk = (label("…", wrap=True) for _ in range(4))
        self.named = label("", factor=0.92, dim=True, wrap=True)
        self.note = label(price_text.contained(contained), dim=True, wrap=True)
        self.note.setVisible(bool(contained))
        self.progress = WorkProgress()
        self.progress.text.hide()  # the numbers say what is counted
        self.add = TextButton(tr("Add folder"), "main")
        self.cancel = TextButton(tr("Cancel"))
        self._arrange()
        self._counting = LatestTask(self._count, "price", self)
        self._counting.result_ready.connect(self._show)
        self._counting.failed.connect(self._show_error)

    def start(self) -> None:
        """Begin to count."""
        self._counting.submit(self._path)

    def left_out(self) -> list[str]:
        """The names of the subfolders without a tick."""
        return [os.path.basename(path) for path, tick in self.ticks.items() if not tick.isChecked()]

    def done(self, result: int) -> None:
        self._stop.set()
        self._counting.stop()
        super().done(result)

    @Slot()
    def accept(self) -> None:
        self.chosen.emit(self._path, self.left_out())
        super().accept()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        title = tr("Add “{folder}”?", folder=messages.shown_name(self._path))
        column.addWidget(label(title, factor=1.2, weight=QFont.Weight.DemiBold, wrap=True))
        column.addWidget(self.note)
        card = QFrame()
        card.setObjectName("card")
        self._form = form = QFormLayout(card)
        form.setContentsMargins(16, 12, 16, 12)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(6)
        for name, value in (
            (tr("Files"), self.files),
            ("", self.named),
            (tr("Size"), self.total_size),
            (tr("Time to index"), self.duration),
            (tr("Disk space for the index"), self.disk),
        ):
            form.addRow(label(name, dim=True), value)
        form.setRowVisible(self.named, False)  # noqa: FBT003  Qt's method
        column.addWidget(card)
        self.heaviest = label(tr("Its heaviest folders. Remove the tick to leave one out:"), wrap=True)
        self.heaviest.hide()
        column.addWidget(self.heaviest)
        self._tick_column = QVBoxLayout()
        self._tick_column.setSpacing(0)
        column.addLayout(self._tick_column)
        column.addStretch(1)
        column.addWidget(self.progress)
        self.add.setDefault(True)
        self.add.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.add)
        column.addLayout(buttons)

    def _count(self, path: object) -> Iterator[PriceTag]:
        return self._steps(str(path), self._stop)

    @Slot(object, object)
    def _show(self, _path: object, price: PriceTag) -> None:
        self._price = price
        self.progress.setVisible(not price.done)
        self._show_subfolders(price)
        self._show_price()
        self.priced.emit(price)

    def _show_subfolders(self, price: PriceTag) -> None:
        """Show a tick for each of the heaviest; those that lost it stay, so that the choice is never lost."""
        for cost in price.subfolders:
            if cost.path not in self.ticks:
                tick = QCheckBox()
                tick.setChecked(True)
                tick.toggled.connect(self._show_price)
                self.ticks[cost.path] = tick
                self._tick_column.addWidget(tick)
            self.ticks[cost.path].setText(action_text(price_text.subfolder(cost)))
            self.ticks[cost.path].setToolTip(tool_tip(messages.shown_path(cost.path)))
        heaviest = {cost.path for cost in price.subfolders}
        for path, tick in list(self.ticks.items()):
            if path not in heaviest and tick.isChecked():
                self._tick_column.removeWidget(tick)
                tick.deleteLater()
                del self.ticks[path]
        self.heaviest.setVisible(bool(self.ticks))

    @Slot()
    def _show_price(self) -> None:
        if self._price is None:
            return
        left_out = frozenset(path for path, tick in self.ticks.items() if not tick.isChecked())
        price = self._price.without(left_out)
        self.files.setText(price_text.files(price))
        self.named.setText(price_text.named(price))
        self._form.setRowVisible(self.named, bool(self.named.text()))
        self.total_size.setText(price_text.size(price))
        self.duration.setText(price_text.duration(price))
        self.disk.setText(price_text.disk(price))

    @Slot(object, object)
    def _show_error(self, _path: object, error: FindlingError) -> None:
        sentence, remedy = messages.error_text(error)
        self.progress.hide()
        self.note.setText(f"{sentence} {remedy}".strip())
        self.note.show()
