"""The exclusions of one folder: lines as in a .gitignore file, with a live preview of what they hide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QCheckBox, QDialog, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from core.errors import FindlingError
from core.events import ExclusionEffect
from core.messages import tr
from core.messages.visible import decoded
from core.settings import Exclusions
from gui.folders.folder_tree import FolderTree, is_left_out
from gui.runtime.latest_task import LatestTask
from gui.text import messages
from gui.widgets.basic import Symbol, TextButton, label, resize_to_screen

if TYPE_CHECKING:
    from core.library import SubfolderCost

TYPING_MS = 250  # without typing, after which the preview is refreshed
EXAMPLES = 5  # hidden paths that are shown

Preview = Callable[[Exclusions], Iterable[ExclusionEffect]]
Sizes = Callable[[], Iterator["tuple[SubfolderCost, ...]"]]


class ExclusionsDialog(QDialog):
    """Edits a copy of the exclusions; emits `chosen(Exclusions)` on save. `preview` runs on a background thread."""

    help_page = "folders.md"
    chosen = Signal(object)

    def __init__(
        self,
        path: str,
        exclusions: Exclusions,
        preview: Preview,
        parent: QWidget | None = None,
        *,
        sizes: Sizes | None = None,
    ) -> None:
        """`sizes` counts what is in each folder of the tree, on a background thread too."""
        super().__init__(parent)
        self.setWindowTitle(tr("Exclude files and folders"))
        resize_to_screen(self, 760, 560)
        self._before = exclusions
        self._typed_patterns: dict[str, str] = {}  # what the tree wrote, by what is shown of it
        self._preview_task = LatestTask(preview, "preview", self)  # type: ignore[arg-type]
        self._preview_task.result_ready.connect(self._show_effect)
        self._preview_task.failed.connect(self._show_error)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._refresh)
        self._sizes_task = LatestTask(lambda _request: () if sizes is None else sizes(), "sizes", self)
        self._sizes_task.result_ready.connect(self._show_sizes)
        self.tree = FolderTree()
        self.tree.toggled.connect(self._toggle)
        self.lines = QPlainTextEdit("\n".join(map(decoded, exclusions.patterns)))
        self.lines.setObjectName("field")
        self.lines.setTabChangesFocus(True)
        self.lines.setAccessibleName(tr("Files and folders to exclude, one per line"))
        self.lines.setPlaceholderText(tr("Drafts/\n*.bak\n/Invoices/20*/\n!important.bak"))
        self.lines.textChanged.connect(self._typing.start)
        self.lines.textChanged.connect(self._show_ticks)
        self.gitignore = QCheckBox(tr("Also follow .gitignore files"))
        self.gitignore.setChecked(exclusions.gitignore)
        self.gitignore.toggled.connect(self._typing.start)
        self._icon = Symbol("", 16)
        self.effect = label("", weight=QFont.Weight.DemiBold, wrap=True)
        self.examples = label("", factor=0.92, dim=True, wrap=True)
        self._arrange(path)
        self._refresh()
        self._show_ticks()
        self._sizes_task.submit(path)

    def exclusions(self) -> Exclusions:
        """The exclusions as edited in the dialog."""
        original = self._typed_patterns | {decoded(line): line for line in self._before.patterns}
        lines = [line.rstrip() for line in self.lines.toPlainText().splitlines()]
        return Exclusions(tuple(original.get(line, line) for line in lines if line), self.gitignore.isChecked())

    def done(self, result: int) -> None:
        self._typing.stop()
        self._preview_task.stop()
        self._sizes_task.stop()
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
        title = tr("Exclude from “{folder}”", folder=messages.shown_name(path))
        column.addWidget(label(title, factor=1.2, weight=QFont.Weight.DemiBold, wrap=True))
        help_ = tr(
            "Remove the tick of a folder, or enter one name or path per line; * and ? are wildcards. End a line with / "
            "to match folders only, start it with / to match in this folder only, or with ! to include again. Caches, "
            "version control data and temporary files are always excluded."
        )
        column.addWidget(label(help_, dim=True, wrap=True))
        both = QHBoxLayout()
        both.setSpacing(12)
        both.addWidget(self.tree, 1)
        both.addWidget(self.lines, 1)
        column.addLayout(both, 1)
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
        head.addWidget(self._icon)
        head.addWidget(self.effect, 1)
        inner.addLayout(head)
        inner.addWidget(self.examples, 1, Qt.AlignmentFlag.AlignTop)
        return card

    def _buttons(self) -> QHBoxLayout:
        self.save = TextButton(tr("Save"), "main")
        self.save.setDefault(True)
        cancel = TextButton(tr("Cancel"))
        self.save.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.save)
        return row

    @Slot(object, object)
    def _show_sizes(self, _request: object, sizes: tuple[SubfolderCost, ...]) -> None:
        self.tree.show_sizes(sizes)

    @Slot()
    def _show_ticks(self) -> None:
        self.tree.show_left_out([line.strip() for line in self.lines.toPlainText().splitlines()])

    @Slot(str, bool)
    def _toggle(self, pattern: str, left_out: bool) -> None:  # noqa: FBT001  Qt's signal
        """Write the line that leaves out a folder, or remove it; one left out by its name alone is included again."""
        shown = decoded(pattern)
        lines = [line for line in self.lines.toPlainText().splitlines() if line.strip().removeprefix("!") != shown]
        self._typed_patterns |= {shown: pattern, f"!{shown}": f"!{pattern}"}
        if is_left_out(pattern, [line.strip() for line in lines]) != left_out:
            lines.append(shown if left_out else f"!{shown}")
        self.lines.setPlainText("\n".join(lines))

    @Slot()
    def _refresh(self) -> None:
        self._preview_task.submit(self.exclusions())

    @Slot(object, object)
    def _show_effect(self, _request: object, effect: ExclusionEffect) -> None:
        self.save.setEnabled(True)
        self._icon.set("check" if effect.done else "search", "good" if effect.done else "dim")
        self.effect.setText(messages.exclusion_effect(effect))
        shown = [messages.shown_path(example) for example in effect.examples[:EXAMPLES]]
        more = ["…"] if len(effect.examples) > EXAMPLES else []
        self.examples.setText("\n".join(shown + more))

    @Slot(object, object)
    def _show_error(self, _request: object, error: FindlingError) -> None:
        sentence, remedy = messages.error_text(error)
        self.save.setEnabled(False)
        self._icon.set("warning", "bad")
        self.effect.setText(sentence)
        self.examples.setText(remedy)
