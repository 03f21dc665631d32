"""The window of models and engines: a card for each server, the choice of engine and model, advanced options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.messages import tr
from core.settings import Settings, choices
from gui.engine import engine_text
from gui.engine.advanced import AdvancedOptions
from gui.engine.card import ServerCard
from gui.engine.choice import EngineChoices
from gui.widgets.basic import TextButton, label, resize_to_screen, rule
from gui.widgets.memory_bar import Memory

if TYPE_CHECKING:
    from core.library import Capabilities, EngineJob, ServerActions, Which

SIZE = (680, 780)


class EnginePanel(QDialog):
    """Edits a copy of the settings; emits `use_requested(Settings)` when the user applies it."""

    help_page = "engine.md"
    use_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Model and engine"))
        resize_to_screen(self, *SIZE)
        self._settings = Settings()
        self._busy = False
        self.cards: dict[Which, ServerCard] = {
            "embedding": ServerCard("embedding"),
            "reranker": ServerCard("reranker"),
        }
        self.choices = EngineChoices()
        self.advanced = AdvancedOptions()
        self.fold = TextButton(tr("Advanced options"), "quiet", "chevron-down")
        self.fold.setCheckable(True)
        self.cost = label("", dim=True, wrap=True)
        self.use = TextButton("", "main")
        self.use.clicked.connect(self._apply)
        self._arrange()
        self.fold.toggled.connect(self._update)
        self.choices.changed.connect(self._update)
        self.advanced.changed.connect(self._update)

    def show_settings(self, settings: Settings) -> None:
        """Show the settings in use; choices that were not applied are discarded."""
        self._settings = settings
        self.choices.show_settings(settings)
        self.advanced.show_settings(settings)
        self._update()

    def settings(self) -> Settings:
        """The settings as chosen in the panel."""
        return self.advanced.applied(self.choices.applied(self._settings))

    @property
    def capabilities(self) -> Capabilities | None:
        """What `show_capabilities` showed last."""
        return self.choices.capabilities

    def show_capabilities(self, capabilities: Capabilities) -> None:
        """Show what this computer can run and what is installed."""
        self.choices.show_capabilities(capabilities)
        self.advanced.show_capabilities(capabilities, self.settings())
        self._update()

    def show_servers(self, servers: Sequence[ServerActions], job: EngineJob | None, rate: float) -> None:
        """Show the state of each server and the running job; `rate` is passages embedded per second."""
        shown = {server.which for server in servers}
        for_reranker = job is not None and job.model in choices("reranker")[1:] and "reranker" in shown
        for server in servers:
            own_job = job if for_reranker == (server.which == "reranker") else None
            self.cards[server.which].show_server(
                server,
                location=engine_text.location_short(self._settings.engine),
                job=own_job,
                memory=self._memory(server),
                rate=rate if server.which == "embedding" else 0.0,
            )
        for which, card in self.cards.items():
            card.setVisible(which in shown)
        if self._busy != (job is not None and job.running):
            self._busy = not self._busy
            self._update()

    def suggest(self, settings: Settings) -> None:
        """Choose these settings in the panel without applying them."""
        self.choices.show_settings(settings)
        self._update()

    def _memory(self, server: ServerActions) -> Memory:
        """A server's memory on the first of its graphics cards."""
        status, gpus = server.status, self.capabilities.machine.gpus if self.capabilities else ()
        if not engine_text.kind_of(self._settings.engine).uses_gpu or not gpus:
            return Memory(status.memory_used, status.memory_budget)
        chosen = self._settings.gpus[:1] or (gpus[0].index,)
        gpu = next((gpu for gpu in gpus if gpu.index in chosen), gpus[0])
        budget = status.memory_budget or self._budget(server)
        return Memory(status.memory_used, budget, gpu.total, gpu.free)

    def _budget(self, server: ServerActions) -> int:
        """The memory in bytes that a server that is off would use."""
        capability = self.capabilities.model(server.model) if self.capabilities else None
        return capability.needs.memory if capability else 0

    def _arrange(self) -> None:
        form = QWidget()
        form.setObjectName("form")
        column = QVBoxLayout(form)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(16)
        for card in self.cards.values():
            column.addWidget(card)
        column.addWidget(self.choices)
        folded = QHBoxLayout()
        folded.addWidget(self.fold)
        folded.addStretch(1)
        column.addLayout(folded)
        column.addWidget(self.advanced)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to the field that has the focus
        self.area.setWidget(form)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(rule())
        whole.addLayout(self._buttons())
        self.cards["reranker"].hide()
        self.show_settings(self._settings)

    def _buttons(self) -> QHBoxLayout:
        close = TextButton(tr("Close"))
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.setContentsMargins(20, 12, 20, 16)
        row.setSpacing(8)
        row.addWidget(self.cost, 1)
        row.addWidget(close)
        row.addWidget(self.use)
        return row

    @Slot()
    def _update(self) -> None:
        """Show what belongs to the choices, and the button that applies them if they differ from what is in use."""
        chosen = self.settings()
        on_card = engine_text.kind_of(chosen.engine).uses_gpu
        self.fold.setVisible(on_card)
        self.advanced.setVisible(on_card and self.fold.isChecked())
        self.fold.set_symbol("chevron-up" if self.fold.isChecked() else "chevron-down")
        self.choices.check.setVisible(chosen != self._settings)
        self.use.setVisible(chosen != self._settings)
        self.use.setText(self._apply_label(chosen))
        self.use.setEnabled(not self._busy and self._is_complete(chosen))
        self.cost.setText(self._cost_text(chosen))

    def _apply_label(self, chosen: Settings) -> str:
        if self.capabilities is not None and self.capabilities.missing(chosen):
            return tr("Set up…")
        return tr("Apply…") if chosen.model != self._settings.model else tr("Apply")

    def _cost_text(self, chosen: Settings) -> str:
        if chosen == self._settings:
            return ""
        if self._busy:
            return tr("Wait for the download to finish, or cancel it.")
        if not self._is_complete(chosen):
            return tr("Enter the address of the server.")
        if chosen.model == self._settings.model:
            return tr("Your documents are not re-indexed.")
        known = self.capabilities if engine_text.kind_of(chosen.engine).uses_gpu else None
        capability = known.model(chosen.model) if known else None
        return engine_text.reindexing(capability.seconds if capability else None)

    @staticmethod
    def _is_complete(chosen: Settings) -> bool:
        return engine_text.kind_of(chosen.engine).is_local or bool(chosen.remote_url)

    @Slot()
    def _apply(self) -> None:
        self.use_requested.emit(self.settings())
