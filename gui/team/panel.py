"""The part of the window that belongs to a team library: a line on its state, its results, and the text of one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from core.document import Hit
from core.messages import tr
from gui.team.hits import TeamHits
from gui.team.reader import TeamReader
from gui.widgets.basic import ELIDE_END, Symbol, TextButton, label, rule


class TeamPanel(QWidget):
    """Hidden until there is something to say.

    Emits `action_clicked(name)` for the buttons beside its state, `opened` when it has results and had none, and
    `emptied` when it has none any more.
    """

    action_clicked = Signal(str)
    opened = Signal()
    emptied = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("results")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.symbol = Symbol("team", 16, "dim")
        self.title = label("", weight=QFont.Weight.DemiBold, elided=ELIDE_END)
        self.state = label("", factor=0.9, dim=True, elided=ELIDE_END)
        self.note = label("", factor=0.95, wrap=True)
        self.first, self.second = TextButton("", "link"), TextButton("", "link")
        self._actions = ["", ""]
        self.first.clicked.connect(self._click_first)
        self.second.clicked.connect(self._click_second)
        self.hits = TeamHits()
        self.reader = TeamReader()
        self.reader.hide()
        self.reader.closed.connect(self.close_reader)
        self.hits.chosen.connect(self.read)
        self.body = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self.hide()

    def show_name(self, name: str) -> None:
        """Show whose results these are."""
        self.title.setText(tr("{name} (team library)", name=name))
        self.setAccessibleName(self.title.text())

    def show_state(self, state: str, note: str = "", *actions: tuple[str, str]) -> None:
        """Show a word on the state; below it a sentence, and buttons by (name, text)."""
        self.state.setText(state)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        focused = self.window().focusWidget()
        for number, button in enumerate((self.first, self.second)):
            name, text = actions[number] if number < len(actions) else ("", "")
            self._actions[number] = name
            button.setText(text)
            button.setVisible(bool(text))
        if focused in (self.first, self.second) and focused.isHidden():
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # its button is gone, and the next one is outside
        self.setAccessibleDescription(" ".join(filter(None, (state, note))))
        self.updateGeometry()
        self.show()

    def sizeHint(self) -> QSize:
        """Without results as high as its line and its note, at any width."""
        size, layout = super().sizeHint(), self.layout()
        if layout is not None and self.body.isHidden():
            size.setHeight(layout.heightForWidth(max(self.width(), self.minimumWidth())))
        return size

    def minimumSizeHint(self) -> QSize:
        size = super().minimumSizeHint()
        return QSize(size.width(), self.sizeHint().height()) if self.body.isHidden() else size

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Show results, or none."""
        self.hits.show_hits(list(hits))
        has_hits = bool(hits)
        if not has_hits:
            self.close_reader()
        had_hits = not self.body.isHidden()
        self.body.setVisible(has_hits)
        vertical = QSizePolicy.Policy.Preferred if has_hits else QSizePolicy.Policy.Fixed  # only its line
        self.setSizePolicy(QSizePolicy.Policy.Preferred, vertical)
        if has_hits != had_hits:
            (self.opened if has_hits else self.emptied).emit()

    @Slot(object)
    def read(self, hit: Hit) -> None:
        """Show the text of a hit beside the list."""
        if self.reader.isHidden() or self.reader.excerpt is None or self.reader.excerpt.hit != hit:
            self.reader.show()
            self.reader.begin(hit)

    @Slot()
    def close_reader(self) -> None:
        """Show the list alone."""
        self.reader.excerpt = None
        self.reader.hide()

    @Slot()
    def _click_first(self) -> None:
        self.action_clicked.emit(self._actions[0])

    @Slot()
    def _click_second(self) -> None:
        self.action_clicked.emit(self._actions[1])

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(20, 6, 16, 6)
        row.setSpacing(8)
        row.addWidget(self.symbol)
        row.addWidget(self.title)
        row.addWidget(self.state, 1)
        row.addWidget(self.first)
        row.addWidget(self.second)
        self.note.setContentsMargins(44, 0, 16, 8)
        for widget in (self.hits, self.reader):
            widget.setMinimumWidth(200)
            self.body.addWidget(widget)
        self.body.setHandleWidth(1)
        self.body.setChildrenCollapsible(False)
        self.body.setSizes([500, 500])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(rule())
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.body, 1)
        self.show_hits(())
