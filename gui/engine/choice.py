"""Where meaning is made and by which model, each with what it costs; edits a copy of the settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from core.settings import GPU_MODELS, RERANKERS, EngineChoice, ModelChoice, Settings
from gui.engine import engine_text
from gui.widgets.basic import Symbol, TextButton, calm, label
from gui.widgets.form import Form, align

if TYPE_CHECKING:
    from core.library import Capabilities

PLACES: tuple[EngineChoice, ...] = get_args(EngineChoice)
MODELS: tuple[ModelChoice, ...] = get_args(ModelChoice)
INDENT = 24  # where the words of a radio button begin


class Option(QWidget):
    """One of several: its name, what speaks for it, what it costs, and a warning where there is one."""

    def __init__(self, title: str, effect: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.radio = QRadioButton(title)
        self.effect = label(effect, factor=0.92, dim=True, wrap=True)
        self.price = label("", factor=0.92, wrap=True)
        self.warning = label("", factor=0.92, wrap=True)
        self._sign = Symbol("warning", 14, "warn")
        warned = QHBoxLayout()
        warned.setSpacing(6)
        warned.addWidget(self._sign)
        warned.addWidget(self.warning, 1)
        below = QVBoxLayout()
        below.setContentsMargins(INDENT, 0, 0, 0)
        below.setSpacing(2)
        below.addWidget(self.effect)
        below.addWidget(self.price)
        below.addLayout(warned)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.radio)
        column.addLayout(below)
        self.say(effect)

    def say(self, effect: str, price: str = "", warning: str = "") -> None:
        """Show what it does, what it costs and what is against it."""
        for shown, text in ((self.effect, effect), (self.price, price), (self.warning, warning)):
            shown.setText(text)
            shown.setVisible(bool(text))
        self._sign.setVisible(bool(warning))
        self.radio.setAccessibleDescription(" ".join(part for part in (effect, price, warning) if part))


class EngineChoices(QWidget):
    """`changed` when the person chooses; `check_requested` for the server whose address stands there."""

    changed = Signal()
    check_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look: Capabilities | None = None
        self.places = {name: Option(engine_text.place(name), _of_place(name)) for name in PLACES}
        self.models = {name: Option(engine_text.model(name), engine_text.character(name)) for name in MODELS}
        self.url, self.key = QLineEdit(), QLineEdit()
        self.check = TextButton(self.tr("Check it"))
        self.checked = label("", factor=0.92, dim=True, wrap=True)
        self.reranker = QComboBox()
        calm(self.reranker)
        self.reranker_price = label("", factor=0.92, dim=True, wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._groups = [self._group(self.places), self._group(self.models)]
        self._add_places()
        self._add_models()
        self._add_ranking()

    def show_settings(self, settings: Settings) -> None:
        """Start from these."""
        self.places[settings.engine].radio.setChecked(True)
        self.models[settings.model].radio.setChecked(True)
        self.url.setText(settings.remote_url)
        self.key.setText(settings.remote_key)
        self.reranker.setCurrentIndex(max(0, self.reranker.findData(settings.reranker)))
        self.checked.hide()
        self._fit()

    def applied(self, settings: Settings) -> Settings:
        """The settings with what stands here."""
        return replace(
            settings,
            engine=self.engine,
            model=next(name for name, option in self.models.items() if option.radio.isChecked()),
            remote_url=self.url.text().strip(),
            remote_key=self.key.text().strip(),
            reranker=self.reranker.currentData(),
        )

    @property
    def engine(self) -> EngineChoice:
        return next(name for name, option in self.places.items() if option.radio.isChecked())

    def show_look(self, look: Capabilities) -> None:
        """Show what this machine can run, and what each model costs on it."""
        self._look = look
        says, trouble = engine_text.machine(look), bool(look.machine.trouble)
        wrong = trouble and bool(look.machine.gpus)  # a card that cannot be used; who has none misses nothing
        self.places["sglang"].say("" if wrong else says, warning=says if wrong else "")
        self.places["sglang"].radio.setEnabled(not trouble or self.engine == "sglang")
        for name in GPU_MODELS:
            self._show_price(name)
        self._show_ranking()

    def say_checked(self, sentence: str) -> None:
        """What came of checking the server, or that it is being checked."""
        self.checked.setText(sentence)
        self.checked.setVisible(bool(sentence))

    def _show_price(self, name: str) -> None:
        costs = self._look.model(name) if self._look else None
        here = self.engine == "sglang" and costs is not None
        option = self.models[name]  # type: ignore[index]
        if costs is None or not here:
            option.say(engine_text.character(name))
            return
        warning = "" if costs.fit.ok else f"{costs.fit.sentence} {costs.fit.remedy}".strip()
        best = self._look is not None and self._look.best == name
        title = engine_text.model(name)
        option.radio.setText(self.tr("{} (recommended here)").format(title) if best else title)
        option.say(engine_text.character(name), engine_text.price(costs), warning)

    @Slot()
    def _show_ranking(self) -> None:
        costs = self._look.model(self.reranker.currentData()) if self._look else None
        chosen = next((name for name, option in self.models.items() if option.radio.isChecked()), "")
        both = self._look.together.get(chosen, {}).get(self.reranker.currentData()) if self._look else None
        short = "" if both is None or both.ok else f"{both.sentence} {both.remedy}".strip()
        self.reranker_price.setText("\n".join(filter(None, [engine_text.price(costs) if costs else "", short])))
        self.reranker_price.setVisible(costs is not None)

    @Slot()
    def _fit(self) -> None:
        """Show what goes with the engine that is chosen, and one of its models."""
        engine = self.engine
        offered = {"builtin": MODELS[:2], "sglang": GPU_MODELS, "remote": MODELS}[engine]
        for model, option in self.models.items():
            option.setVisible(model in offered)
        if not any(option.radio.isChecked() for model, option in self.models.items() if model in offered):
            best = self._look.best if self._look else ""
            self.models[best if best in offered else offered[0]].radio.setChecked(True)
        self._server.setVisible(engine == "remote")
        self.ranking.setVisible(engine == "sglang")
        for name in GPU_MODELS:
            self._show_price(name)

    @Slot()
    def _chosen(self) -> None:
        self._fit()
        self._show_ranking()
        self.changed.emit()

    @Slot(str)
    def _typed(self, _text: str) -> None:
        self.checked.hide()
        self.changed.emit()

    def _group(self, options: dict[EngineChoice, Option] | dict[ModelChoice, Option]) -> QButtonGroup:
        group = QButtonGroup(self)
        for option in options.values():
            group.addButton(option.radio)
        group.buttonClicked.connect(self._chosen)
        return group

    def _add_places(self) -> None:
        inner = card(self._column, self.tr("Where meaning is made"))
        for option in self.places.values():
            inner.addWidget(option)
        self.url.setPlaceholderText(self.tr("Address, ending in /v1"))
        self.url.setAccessibleName(self.tr("Address of the server"))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setPlaceholderText(self.tr("If the server asks for one"))
        self.key.setAccessibleName(self.tr("Key of the server"))
        for field in (self.url, self.key):
            field.textEdited.connect(self._typed)
        self.check.clicked.connect(self.check_requested)
        self._server = QWidget()
        fields = Form(self._server)
        fields.setContentsMargins(INDENT, 0, 0, 0)
        fields.add(self.tr("Address"), self.url)
        fields.add(self.tr("Key"), self.key)
        align([fields])
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.check)
        row.addWidget(self.checked)
        row.addStretch(1)
        fields.addRow("", row)
        inner.addWidget(self._server)

    def _add_models(self) -> None:
        inner = card(self._column, self.tr("Model"), self.tr("A change needs re-embedding: yes."))
        for option in self.models.values():
            inner.addWidget(option)

    def _add_ranking(self) -> None:
        self.ranking = QWidget()
        column = QVBoxLayout(self.ranking)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        inner = card(
            column,
            self.tr("Best first"),
            self.tr(
                "A second model reads the best finds together with your question and sorts them again. "
                "A change needs re-embedding: no."
            ),
        )
        for name in ("", *RERANKERS):
            self.reranker.addItem(engine_text.model(name), name)
        self.reranker.setAccessibleName(self.tr("Model that sorts the best finds"))
        self.reranker.activated.connect(self._chosen)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.reranker)
        row.addWidget(self.reranker_price, 1)
        inner.addLayout(row)
        self._column.addWidget(self.ranking)


def card(column: QVBoxLayout, title: str, effect: str = "") -> QVBoxLayout:
    """A titled frame at the end of a column; returns what to put its contents into."""
    column.addWidget(label(title, factor=1.1, weight=QFont.Weight.DemiBold))
    frame = QFrame()
    frame.setObjectName("card")
    inner = QVBoxLayout(frame)
    inner.setContentsMargins(16, 14, 16, 14)
    inner.setSpacing(10)
    if effect:
        inner.addWidget(label(effect, dim=True, wrap=True))
    column.addWidget(frame)
    return inner


def _of_place(name: EngineChoice) -> str:
    """What speaks for an engine's place."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("EngineChoices", text)

    return {
        "builtin": tr("Works everywhere, with nothing to install. Nothing leaves this computer."),
        "sglang": tr("Looking at what this computer has…"),
        "remote": tr("Any OpenAI-compatible server with the same model. Your passages are sent to it."),
    }[name]
