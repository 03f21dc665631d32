"""A page of the settings: titled cards of options, each with a line on what it does."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from core.messages import tr
from core.settings import Settings
from gui.widgets.basic import ignore_wheel, label
from gui.widgets.card import add_card
from gui.widgets.tab_order import keep_place, stops_in

EFFECT_FONT = 0.92
WIDEST = 440  # pixels that a page asks for
FORM_WIDTH = 760  # pixels at most: longer lines are hard to read
INDENT = 23  # pixels from the edge of a check box to its text


class SettingsPage(QScrollArea):
    """Scrolls where there is no room; a page with fields of `Settings` overrides `values` and `show_values`.

    `heading` is its title, marked for translation.
    """

    heading = ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = tr(self.heading)
        form = QWidget()
        form.setObjectName("form")
        form.setMaximumWidth(FORM_WIDTH)
        self._column = QVBoxLayout(form)
        self._column.setContentsMargins(14, 20, 14, 20)
        self._column.setSpacing(16)
        self._column.addWidget(label(title, factor=1.3, weight=QFont.Weight.DemiBold, wrap=True))
        self._column.addStretch(1)
        self.setWidgetResizable(True)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to the option that has the focus
        self.setAccessibleName(title)
        self.setWidget(form)
        self._form = form

    def minimumSizeHint(self) -> QSize:
        """As wide as the options, which do not wrap, as far as a narrow window allows; then it scrolls sideways."""
        width = self._form.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(min(width, WIDEST), super().minimumSizeHint().height())

    def values(self) -> dict[str, object]:
        """The fields of `Settings` that this page edits, with the values it shows."""
        return {}

    def show_values(self, settings: Settings) -> None:
        """Show the values of settings."""

    def add_card(self, title: str, description: str = "") -> QVBoxLayout:
        """Append a titled card; returns the layout of its options."""
        inner = QVBoxLayout()
        inner.setSpacing(8)
        card = add_card(inner, title, description)
        self._column.insertLayout(self._column.count() - 1, inner)
        return card

    def add_section(self, section: QWidget) -> None:
        """Append cards that their owner keeps."""
        before = stops_in(self._form)
        self._column.insertWidget(self._column.count() - 1, section)
        if before:
            for one, other in pairwise((before[-1], *stops_in(section))):
                QWidget.setTabOrder(one, other)
        else:
            keep_place(self._form, *stops_in(section))


def add_option(card: QVBoxLayout, option: QWidget, effect: str, title: str = "") -> None:
    """Append an option with a line on its effect; one that does not say what it is has its title beside it."""
    whole = QVBoxLayout()
    whole.setSpacing(2)
    if title:
        row = QHBoxLayout()
        row.setSpacing(12)
        shown = label(title, wrap=True)
        shown.setBuddy(option)
        option.setAccessibleName(title)
        row.addWidget(shown, 1)
        row.addWidget(option)
        whole.addLayout(row)
    else:
        whole.addWidget(option)
    said = label(effect, factor=EFFECT_FONT, dim=True, wrap=True)
    said.setContentsMargins(INDENT if isinstance(option, QCheckBox) else 0, 0, 0, 0)
    option.setAccessibleDescription(effect)
    whole.addWidget(said)
    card.addLayout(whole)


def number_field(least: int, most: int, unit: str) -> QSpinBox:
    """A field for a whole number with its unit."""
    field = QSpinBox()
    field.setRange(least, most)
    field.setSuffix(unit)
    field.setMinimumWidth(110)
    field.lineEdit().setTextMargins(6, 0, 6, 0)  # the style sheet's padding does not reach it
    ignore_wheel(field)
    return field
