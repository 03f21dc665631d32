"""The choice of engine, model and reranker, each with what it costs; edits a copy of the settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.messages import sentences, tr
from core.settings import Settings, choices
from gui.engine import engine_text
from gui.engine.option import INDENT, Option
from gui.widgets.basic import TextButton, ignore_wheel, label
from gui.widgets.card import add_card
from gui.widgets.form import Form, align

if TYPE_CHECKING:
    from core.library import Capabilities


class EngineChoices(QWidget):
    """Emits `changed` when the user chooses, `check_requested` to test the server whose address is entered.

    `capabilities` are those shown, None before the first.
    """

    changed = Signal()
    check_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.capabilities: Capabilities | None = None
        self.engines = {
            name: Option(engine_text.location(name), engine_text.location_description(name))
            for name in choices("engine")
        }
        self.models = {
            name: Option(engine_text.model(name), engine_text.model_description(name)) for name in choices("model")
        }
        self.url, self.key = QLineEdit(), QLineEdit()
        self.check = TextButton(tr("Test connection"))
        self.check_result = label("", factor=0.92, dim=True, wrap=True)
        self.reranker = QComboBox()
        ignore_wheel(self.reranker)
        self.reranker_cost = label("", factor=0.92, dim=True, wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._groups = [self._group(self.engines), self._group(self.models)]
        self._add_engines()
        self._add_models()
        self._add_reranking()

    def show_settings(self, settings: Settings) -> None:
        """Show these settings."""
        self.engines[settings.engine].radio.setChecked(True)
        self.models[settings.model].radio.setChecked(True)
        self.url.setText(settings.remote_url)
        self.key.setText(settings.remote_key)
        self.reranker.setCurrentIndex(max(0, self.reranker.findData(settings.reranker)))
        self.check_result.hide()
        self._update_visibility()

    def applied(self, settings: Settings) -> Settings:
        """The settings with the choices made here."""
        return replace(
            settings,
            engine=self.engine,
            model=next(name for name, option in self.models.items() if option.radio.isChecked()),
            remote_url=self.url.text().strip(),
            remote_key=self.key.text().strip(),
            reranker=self.reranker.currentData(),
        )

    @property
    def engine(self) -> str:
        """The engine that is chosen."""
        return next(name for name, option in self.engines.items() if option.radio.isChecked())

    def show_capabilities(self, capabilities: Capabilities) -> None:
        """Show what this computer can run, and what each model costs on it."""
        self.capabilities = capabilities
        text, trouble = engine_text.machine(capabilities), bool(capabilities.machine.trouble)
        unusable = trouble and bool(capabilities.machine.gpus)  # without a card there is nothing to warn of
        for engine, option in self.engines.items():
            if engine_text.kind_of(engine).uses_gpu:
                option.show_text("" if unusable else text, warning=text if unusable else "")
                option.radio.setEnabled(not trouble or self.engine == engine)
        for name in self.models:
            self._show_cost(name)
        self._show_reranker_cost()

    def show_check_result(self, sentence: str) -> None:
        """Show the outcome of a check of the server, or that it is being checked."""
        self.check_result.setText(sentence)
        self.check_result.setVisible(bool(sentence))

    def _show_cost(self, name: str) -> None:
        capability = self.capabilities.model(name) if self.capabilities else None
        option = self.models[name]
        if capability is None or not engine_text.kind_of(self.engine).uses_gpu:
            option.show_text(engine_text.model_description(name))
            return
        fit = capability.fit
        warning = "" if fit.ok else sentences(fit.sentence, fit.remedy)
        recommended = self.capabilities is not None and self.capabilities.best == name
        title = engine_text.model(name)
        option.radio.setText(tr("{model} (recommended)", model=title) if recommended else title)
        option.show_text(engine_text.model_description(name), engine_text.model_cost(capability), warning)

    @Slot()
    def _show_reranker_cost(self) -> None:
        """Show what the chosen reranker costs, and a warning if it does not fit beside the chosen model."""
        known, reranker = self.capabilities, self.reranker.currentData()
        capability = known.model(reranker) if known else None
        chosen = next((name for name, option in self.models.items() if option.radio.isChecked()), "")
        both = known.together.get(chosen, {}).get(reranker) if known else None
        warning = "" if both is None or both.ok else sentences(both.sentence, both.remedy)
        cost = engine_text.model_cost(capability) if capability else ""
        self.reranker_cost.setText("\n".join(filter(None, [cost, warning])))
        self.reranker_cost.setVisible(capability is not None)

    @Slot()
    def _update_visibility(self) -> None:
        """Show what belongs to the chosen engine, and choose a model that it can run."""
        kind = engine_text.kind_of(self.engine)
        offered = kind.models()
        for model, option in self.models.items():
            option.setVisible(model in offered)
        if not any(option.radio.isChecked() for model, option in self.models.items() if model in offered):
            best = self.capabilities.best if self.capabilities else ""
            self.models[best if best in offered else offered[0]].radio.setChecked(True)
        self._server.setVisible(not kind.is_local)
        self.reranking.setVisible(kind.can_rerank)
        for name in self.models:
            self._show_cost(name)

    @Slot()
    def _chosen(self) -> None:
        self._update_visibility()
        self._show_reranker_cost()
        self.changed.emit()

    @Slot(str)
    def _typed(self, _text: str) -> None:
        self.check_result.hide()
        self.changed.emit()

    def _group(self, options: dict[str, Option]) -> QButtonGroup:
        group = QButtonGroup(self)
        for option in options.values():
            group.addButton(option.radio)
        group.buttonClicked.connect(self._chosen)
        return group

    def _add_engines(self) -> None:
        inner = add_card(self._column, tr("Where Findling runs its AI model"))
        for option in self.engines.values():
            inner.addWidget(option)
        self.url.setPlaceholderText(tr("Address, ending in /v1"))
        self.url.setAccessibleName(tr("Server address"))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText(tr("If the server requires one"))
        self.key.setAccessibleName(tr("API key of the server"))
        for field in (self.url, self.key):
            field.textEdited.connect(self._typed)
        self.check.clicked.connect(self.check_requested)
        self._server = QWidget()
        fields = Form(self._server)
        fields.setContentsMargins(INDENT, 0, 0, 0)
        fields.add(tr("Address"), self.url)
        fields.add(tr("API key"), self.key)
        align([fields])
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.check)
        row.addWidget(self.check_result)
        row.addStretch(1)
        fields.addRow("", row)
        inner.addWidget(self._server)

    def _add_models(self) -> None:
        inner = add_card(self._column, tr("Model"), tr("Changing this re-indexes your documents."))
        for option in self.models.values():
            inner.addWidget(option)

    def _add_reranking(self) -> None:
        self.reranking = QWidget()
        column = QVBoxLayout(self.reranking)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        inner = add_card(
            column,
            tr("Reranking"),
            tr(
                "A second model reads the best results together with your query and reorders them. Changing this does "
                "not re-index your documents."
            ),
        )
        for name in choices("reranker"):
            self.reranker.addItem(engine_text.model(name), name)
        title = label(tr("Reranking model"), wrap=True)
        title.setBuddy(self.reranker)  # on Linux, a screen reader says no other name of a combo box
        self.reranker.setAccessibleName(title.text())
        self.reranker.activated.connect(self._chosen)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(title, 1)
        row.addWidget(self.reranker)
        inner.addLayout(row)
        inner.addWidget(self.reranker_cost)
        self._column.addWidget(self.reranking)
