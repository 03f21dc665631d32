"""What to leave out of one folder: lines as in a .gitignore file, and at once what they hide."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from core.errors import FindlingError
from core.events import ExclusionEffect
from core.settings import Exclusions
from gui.runtime.latest_task import LatestTask
from gui.text import messages
from gui.widgets.basic import Symbol, TextButton, label, resize_to_screen

TYPED_MS = 250  # a pause in typing after which the preview begins anew
EXAMPLES = 5

Preview = Callable[[Exclusions], Iterable[ExclusionEffect]]


class ExclusionsDialog(QDialog):
    """Edits a copy: `chosen(Exclusions)` is sent when the person agrees. `preview` is asked on a thread of its own."""

    chosen = Signal(object)

    def __init__(self, path: str, exclusions: Exclusions, preview: Preview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What to leave out"))
        resize_to_screen(self, 560, 520)
        self._before = exclusions
        self._asking = LatestTask(preview, "preview", self)  # type: ignore[arg-type]
        self._asking.result_ready.connect(self._show_hidden)
        self._asking.failed.connect(self._show_error)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPED_MS)
        self._typed.timeout.connect(self._ask)
        self.lines = QPlainTextEdit("\n".join(map(messages.readable, exclusions.patterns)))
        self.lines.setObjectName("field")
        self.lines.setTabChangesFocus(True)
        self.lines.setAccessibleName(self.tr("What to leave out, one line each"))
        self.lines.setPlaceholderText("Drafts/\n*.bak\n/Invoices/20*/\n!important.bak")
        self.lines.textChanged.connect(self._typed.start)
        self.gitignore = QCheckBox(self.tr("Also what the .gitignore files in it leave out"))
        self.gitignore.setChecked(exclusions.gitignore)
        self.gitignore.toggled.connect(self._typed.start)
        self._sign = Symbol("", 16)
        self.says = label("", weight=QFont.Weight.DemiBold, wrap=True)
        self.examples = label("", factor=0.92, dim=True, wrap=True)
        self._arrange(path)
        self._ask()

    def exclusions(self) -> Exclusions:
        """The choice as it stands in the dialog."""
        kept = {messages.readable(line): line for line in self._before.patterns}
        lines = [line.rstrip() for line in self.lines.toPlainText().splitlines()]
        return Exclusions(tuple(kept.get(line, line) for line in lines if line), self.gitignore.isChecked())

    def done(self, result: int) -> None:
        self._typed.stop()
        self._asking.stop()
        super().done(result)

    @Slot()
    def accept(self) -> None:
        if self.exclusions() != self._before:
            self.chosen.emit(self.exclusions())
        super().accept()

    def _arrange(self, path: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        title = self.tr("What to leave out of “{}”").format(messages.shown_name(path))
        column.addWidget(label(title, factor=1.2, weight=QFont.Weight.DemiBold, wrap=True))
        help_ = self.tr(
            "One name or path a line, with * and ?. A slash at the end means folders only, one at the beginning this "
            "folder only, and ! brings back. Caches, version control and temporary files are left out anyway."
        )
        column.addWidget(label(help_, dim=True, wrap=True))
        column.addWidget(self.lines, 1)
        column.addWidget(self.gitignore)
        column.addWidget(self._preview_card())
        column.addLayout(self._buttons())

    def _preview_card(self) -> QFrame:
        card = QFrame()
        card.setObjectName("card")
        card.setMinimumHeight(self.fontMetrics().lineSpacing() * (EXAMPLES + 3))
        inner = QVBoxLayout(card)
        inner.setContentsMargins(16, 12, 16, 12)
        inner.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._sign)
        head.addWidget(self.says, 1)
        inner.addLayout(head)
        inner.addWidget(self.examples, 1, Qt.AlignmentFlag.AlignTop)
        return card

    def _buttons(self) -> QHBoxLayout:
        self.save = TextButton(self.tr("Save"), "main")
        self.save.setDefault(True)
        leave = TextButton(self.tr("Cancel"))
        self.save.clicked.connect(self.accept)
        leave.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(leave)
        row.addWidget(self.save)
        return row

    @Slot()
    def _ask(self) -> None:
        self._asking.submit(self.exclusions())

    @Slot(object, object)
    def _show_hidden(self, _question: object, hidden: ExclusionEffect) -> None:
        self.save.setEnabled(True)
        self._sign.set("check" if hidden.done else "search", "good" if hidden.done else "dim")
        self.says.setText(messages.exclusion_effect(hidden))
        shown = [messages.shown_path(example) for example in hidden.examples[:EXAMPLES]]
        more = ["…"] if len(hidden.examples) > EXAMPLES else []
        self.examples.setText("\n".join(shown + more))

    @Slot(object, object)
    def _show_error(self, _question: object, error: FindlingError) -> None:
        sentence, remedy = messages.trouble(error)
        self.save.setEnabled(False)
        self._sign.set("warning", "bad")
        self.says.setText(sentence)
        self.examples.setText(remedy)
