"""The welcome page: its three steps, one at a time, with Back, Next and Skip."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from core.messages import tr
from core.settings import Settings
from gui.welcome.folders_step import FoldersStep
from gui.welcome.model_step import ModelStep
from gui.welcome.quick_search_step import QuickSearchStep
from gui.welcome.step import WelcomeStep
from gui.widgets.basic import Picture, TextButton, label, rule

WIDEST = 640  # pixels
STEPS = 3


class WelcomePage(QWidget):
    """Emits `left(step)` when the user goes on from a step, `finished` at the end or when the rest is skipped.

    `came_up` is emitted when it is seen first after `begin`, which makes its steps. What they ask for comes as
    `folder_requested` and `models_requested`.
    """

    left = Signal(int)
    came_up = Signal()
    finished = Signal()
    folder_requested = Signal()
    models_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.is_open = False
        self._seen = False
        self._steps = QStackedWidget()
        self.count = label("", dim=True)
        self.title = label("", factor=1.5, weight=QFont.Weight.DemiBold, wrap=True)
        self.description = label("", dim=True, wrap=True)
        self.skip = TextButton(tr("Skip"), "quiet")
        self.skip.setToolTip(tr("Leave the welcome. You find it again in the help menu."))
        self.back = TextButton(tr("Back"))
        self.next = TextButton(tr("Next"), "main")
        self.skip.clicked.connect(self.finish)
        self.back.clicked.connect(self.go_back)
        self.next.clicked.connect(self.go_on)
        self._arrange()

    @property
    def step(self) -> int:
        """The number of the step that is shown, from 0."""
        return self._steps.currentIndex()

    def shown(self, number: int) -> WelcomeStep:
        """A step by its number."""
        steps: tuple[WelcomeStep, ...] = (self.folders, self.quick, self.model)
        return steps[number]

    def begin(self) -> None:
        """Make the steps, if that is not done yet, and show the first one."""
        if not self._steps.count():
            self.folders, self.quick, self.model = FoldersStep(), QuickSearchStep(), ModelStep()
            self.folders.add_requested.connect(self.folder_requested)
            self.model.more_requested.connect(self.models_requested)
            for step in (self.folders, self.quick, self.model):
                self._steps.addWidget(_scrolling(step))
                step.rearranged.connect(self._order)
            self._order()
        self.is_open = True
        self._seen = False
        self._show(0)
        if self.isVisible():
            self._see()

    def show_settings(self, settings: Settings) -> None:
        """Say what the steps say of these settings: where the model runs, and what leaves this computer."""
        for step in (self.folders, self.model):
            step.show_settings(settings)
        self.description.setText(self.shown(self.step).description)

    @Slot()
    def finish(self) -> None:
        """End the welcome."""
        self.is_open = False
        self.finished.emit()

    @Slot()
    def go_on(self) -> None:
        """Go to the next step; from the last one to the end."""
        self.left.emit(self.step)
        if self.step + 1 < STEPS:
            self._show(self.step + 1)
        else:
            self.finish()

    @Slot()
    def go_back(self) -> None:
        if self.step > 0:
            self._show(self.step - 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.is_open:
            self._see()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.go_on()
        else:
            super().keyPressEvent(event)

    def _see(self) -> None:
        if not self._seen:
            self._seen = True
            self.came_up.emit()
            self.next.setFocus()

    def _show(self, number: int) -> None:
        step = self.shown(number)
        self._steps.setCurrentIndex(number)
        self.count.setText(tr("Step {number} of {steps}", number=number + 1, steps=STEPS))
        self.title.setText(step.title)
        self.description.setText(step.description)
        self.setAccessibleName(step.title)
        if not number and self.back.hasFocus():
            self.next.setFocus()
        self.back.setEnabled(number > 0)
        self.next.setText(tr("Start searching") if number + 1 == STEPS else tr("Next"))

    @Slot()
    def _order(self) -> None:
        """Lead the Tab key through the steps before the buttons below them, though these were made first."""
        inside = [widget for number in range(STEPS) for widget in self.shown(number).focus_widgets()]
        for before, after in pairwise([*inside, self.skip, self.back, self.next]):
            QWidget.setTabOrder(before, after)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Picture("findling", 40))
        head.addWidget(label(tr("Welcome to Findling"), factor=1.1, weight=QFont.Weight.DemiBold), 1)
        head.addWidget(self.count)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.skip)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        inner = QWidget()
        inner.setMaximumWidth(WIDEST)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.description)
        column.addSpacing(8)
        column.addWidget(self._steps, 1)
        column.addWidget(rule())
        column.addLayout(buttons)
        middle = QHBoxLayout(self)
        middle.setContentsMargins(24, 20, 24, 16)
        middle.addStretch(1)
        middle.addWidget(inner, 100)
        middle.addStretch(1)


def _scrolling(step: WelcomeStep) -> QScrollArea:
    """A step that scrolls where there is no room for it."""
    holder = QWidget()
    holder.setObjectName("form")
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(step)
    column.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(holder)
    return area
