"""The engine's own window: a card a server, where meaning is made, by which model, and what each choice costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.settings import Settings
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
    """Edits a copy of the settings; `use_wanted(Settings)` when the person agrees to it, the rest by its parts."""

    use_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Model and engine"))
        resize_to_screen(self, *SIZE)
        self._settings = Settings()
        self._look: Capabilities | None = None
        self._busy = False
        self.cards: dict[Which, ServerCard] = {
            "embedding": ServerCard("embedding"),
            "reranker": ServerCard("reranker"),
        }
        self.choices = EngineChoices()
        self.more = AdvancedOptions()
        self.fold = TextButton(self.tr("More choices"), "quiet", "chevron-down")
        self.fold.setCheckable(True)
        self.cost = label("", dim=True, wrap=True)
        self.use = TextButton("", "main")
        self.use.clicked.connect(self._agreed)
        self._arrange()
        self.fold.toggled.connect(self._fit)
        self.choices.changed.connect(self._fit)
        self.more.changed.connect(self._fit)

    def show_settings(self, settings: Settings) -> None:
        """Start from the settings that are in use; what was chosen and not agreed to is given up."""
        self._settings = settings
        self.choices.show_settings(settings)
        self.more.show_settings(settings)
        self._fit()

    def settings(self) -> Settings:
        """The settings as they stand in the panel."""
        return self.more.applied(self.choices.applied(self._settings))

    def show_look(self, look: Capabilities) -> None:
        """Show what this machine can run and what is installed."""
        self._look = look
        self.choices.show_look(look)
        self.more.show_look(look, self.settings())
        self._fit()

    def show_servers(self, servers: Sequence[ServerActions], job: EngineJob | None, rate: float) -> None:
        """Show each server as it is, and what is being fetched."""
        shown = {server.which for server in servers}
        for_ranking = job is not None and job.model.startswith("qwen3-reranker") and "reranker" in shown
        for server in servers:
            mine = job if for_ranking == (server.which == "reranker") else None
            self.cards[server.which].show_server(
                server,
                where=engine_text.place_short(self._settings.engine),
                job=mine,
                memory=self._memory(server),
                rate=rate if server.which == "embedding" else 0.0,
            )
        for which, card in self.cards.items():
            card.setVisible(which in shown)
        if self._busy != (job is not None and job.running):
            self._busy = not self._busy
            self._fit()

    def suggest(self, settings: Settings) -> None:
        """Choose these in the panel; they are used only when the person agrees."""
        self.choices.show_settings(settings)
        self._fit()

    def _memory(self, server: ServerActions) -> Memory:
        """A server's memory on the first of its cards."""
        status, gpus = server.status, self._look.machine.gpus if self._look else ()
        if self._settings.engine != "sglang" or not gpus:
            return Memory(status.memory_used, status.memory_budget)
        wanted = self._settings.gpus[:1] or (gpus[0].index,)
        gpu = next((gpu for gpu in gpus if gpu.index in wanted), gpus[0])
        budget = status.memory_budget or self._budget(server)
        return Memory(status.memory_used, budget, gpu.total, gpu.free)

    def _budget(self, server: ServerActions) -> int:
        """What a server that is off would take."""
        costs = self._look.model(server.model) if self._look else None
        return costs.needs.memory if costs else 0

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
        column.addWidget(self.more)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(form)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(rule())
        whole.addLayout(self._foot())
        self.cards["reranker"].hide()
        self.show_settings(self._settings)

    def _foot(self) -> QHBoxLayout:
        close = TextButton(self.tr("Close"))
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.setContentsMargins(20, 12, 20, 16)
        row.setSpacing(8)
        row.addWidget(self.cost, 1)
        row.addWidget(close)
        row.addWidget(self.use)
        return row

    @Slot()
    def _fit(self) -> None:
        """Show what goes with what is chosen, and whether there is anything to agree to."""
        chosen = self.settings()
        on_card = chosen.engine == "sglang"
        self.fold.setVisible(on_card)
        self.more.setVisible(on_card and self.fold.isChecked())
        self.fold.set_symbol("chevron-up" if self.fold.isChecked() else "chevron-down")
        self.choices.check.setVisible(chosen != self._settings)
        self.use.setVisible(chosen != self._settings)
        self.use.setText(self._use_words(chosen))
        self.use.setEnabled(not self._busy and self._is_whole(chosen))
        self.cost.setText(self._cost_words(chosen))

    def _use_words(self, chosen: Settings) -> str:
        if self._look is not None and self._look.missing(chosen):
            return self.tr("Set it up…")
        return self.tr("Use this…") if chosen.model != self._settings.model else self.tr("Use this")

    def _cost_words(self, chosen: Settings) -> str:
        if chosen == self._settings:
            return ""
        if self._busy:
            return self.tr("Wait until what is being fetched is here, or cancel that.")
        if not self._is_whole(chosen):
            return self.tr("Enter the address of the server.")
        if chosen.model != self._settings.model:
            costs = self._look.model(chosen.model) if self._look and chosen.engine == "sglang" else None
            if costs is not None and costs.seconds is not None:
                return self.tr("Your folders are read anew: {}.").format(engine_text.about(costs.seconds))
            return self.tr("Another model: needs re-embedding.")
        return self.tr("Nothing needs re-embedding.")

    @staticmethod
    def _is_whole(chosen: Settings) -> bool:
        return chosen.engine != "remote" or bool(chosen.remote_url)

    @Slot()
    def _agreed(self) -> None:
        self.use_requested.emit(self.settings())
