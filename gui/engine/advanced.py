"""What few people need to choose of the engine for graphics cards: own files, where to fetch from, limits, cards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.settings import LIMITS, Settings
from gui.engine import engine_text
from gui.engine.choice import card
from gui.widgets.basic import TextButton, calm, label
from gui.widgets.form import Form, align

if TYPE_CHECKING:
    from core.library import Capabilities, Gpu

MOST_MEMORY = 512.0


class PathField(QWidget):
    """A path that is typed or chosen, and what was found there; `edited` when the person is through."""

    edited = Signal()

    def __init__(self, says: str, hint: str, *, folder: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._says, self._folder = says, folder
        self.line = QLineEdit()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(says)
        self.line.editingFinished.connect(self.edited)
        self.choose = TextButton(self.tr("Choose…"))
        self.choose.setAccessibleName(self.tr("Choose: {}").format(says))
        self.choose.clicked.connect(self._choose)
        self.found = label("", factor=0.92, dim=True, wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.found)
        self.found.hide()

    def text(self) -> str:
        return self.line.text().strip()

    def show_text(self, text: str) -> None:
        self.line.setText(text)
        self.found.hide()

    def say(self, sentence: str) -> None:
        """What is at that path, or why it cannot be used."""
        self.found.setText(sentence)
        self.found.setVisible(bool(sentence))

    @Slot()
    def _choose(self) -> None:
        window = self.window()
        if self._folder:
            path = QFileDialog.getExistingDirectory(window, self._says, self.text())
        else:
            path = QFileDialog.getOpenFileName(window, self._says, self.text())[0]
        if path:
            self.line.setText(path)
            self.edited.emit()


class AdvancedOptions(QWidget):
    """`changed` when something is chosen; `path_wanted(name)` when a path is to be looked at; `care_wanted(what)`."""

    changed = Signal()
    path_requested = Signal(str)
    care_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.cards: dict[int, QCheckBox] = {}
        self._forms: list[Form] = []
        self._add_files(column)
        self._add_sources(column)
        self._add_limits(column)
        self._add_care(column)
        align(self._forms)

    def show_settings(self, settings: Settings) -> None:
        """Start from these."""
        for name, field in self.paths.items():
            field.show_text(getattr(settings, name))
        self.hub.setCurrentIndex(max(0, self.hub.findData(settings.hub)))
        self.mirror.setText(settings.hub_mirror)
        self.proxy.setText(settings.proxy)
        self.memory.setValue(settings.memory_gib)
        self.reranker_memory.setValue(settings.reranker_memory_gib)
        self.idle.setValue(settings.idle_minutes)
        for index, box in self.cards.items():
            box.setChecked(index in settings.gpus)

    def applied(self, settings: Settings) -> Settings:
        """The settings with what stands here."""
        chosen = tuple(index for index, box in self.cards.items() if box.isChecked())
        return replace(
            settings,
            hub=self.hub.currentData(),
            hub_mirror=self.mirror.text().strip(),
            proxy=self.proxy.text().strip(),
            memory_gib=self.memory.value(),
            reranker_memory_gib=self.reranker_memory.value(),
            idle_minutes=self.idle.value(),
            gpus=chosen if self.cards else settings.gpus,
            sglang=self.paths["sglang"].text(),
            model_folder=self.paths["model_folder"].text(),
            reranker_folder=self.paths["reranker_folder"].text(),
        )

    def show_look(self, look: Capabilities, settings: Settings) -> None:
        """Offer the cards there are, where there are several, and the care for what is installed."""
        several = look.machine.gpus if len(look.machine.gpus) > 1 else ()
        if tuple(self.cards) != tuple(gpu.index for gpu in several):
            self._show_cards(several, settings)
        installed = look.installation != "missing"
        for what in ("repair", "remove"):
            self.care[what].setEnabled(installed)
        is_old = look.installation == "outdated"
        self.care["repair"].setText(self.tr("Update SGLang") if is_old else self.tr("Install SGLang again"))
        model = look.model(settings.model)
        for what in ("verify", "delete"):
            self.care[what].setEnabled(model is not None and model.weights != "missing")

    def _show_cards(self, gpus: tuple[Gpu, ...], settings: Settings) -> None:
        for box in self.cards.values():
            box.deleteLater()
        self.cards = {}
        for gpu in gpus:
            box = QCheckBox(
                self.tr("{name}, {memory}").format(name=gpu.name, memory=engine_text.memory_size(gpu.total))
            )
            box.setChecked(gpu.index in settings.gpus)
            box.clicked.connect(self.changed)
            self._cards.addWidget(box)
            self.cards[gpu.index] = box
        self._cards_place.setVisible(bool(self.cards))

    def _add_files(self, column: QVBoxLayout) -> None:
        inner = card(column, self.tr("I have it already"))
        self.paths = {
            "sglang": PathField(
                self.tr("SGLang: its Python or its command"), self.tr("The one that Findling installs"), folder=False
            ),
            "model_folder": PathField(
                self.tr("Folder of the model"), self.tr("The one that Findling downloads"), folder=True
            ),
            "reranker_folder": PathField(
                self.tr("Folder of the model that sorts"), self.tr("The one that Findling downloads"), folder=True
            ),
        }
        fields = self._form(inner)
        for name, field in self.paths.items():
            field.edited.connect(self._edited(name))
        fields.add(self.tr("SGLang"), self.paths["sglang"])
        fields.add(self.tr("Model"), self.paths["model_folder"])
        fields.add(self.tr("Best first"), self.paths["reranker_folder"])

    def _edited(self, name: str) -> Callable[[], None]:
        def edited() -> None:
            self.changed.emit()
            self.path_requested.emit(name)

        return edited

    def _add_sources(self, column: QVBoxLayout) -> None:
        self.hub = QComboBox()
        self.hub.addItem(self.tr("Hugging Face"), "huggingface")
        self.hub.addItem(self.tr("ModelScope"), "modelscope")
        self.hub.setAccessibleName(self.tr("Where models are downloaded from"))
        self.hub.activated.connect(self.changed)
        calm(self.hub)
        self.mirror, self.proxy = QLineEdit(), QLineEdit()
        self.mirror.setPlaceholderText(self.tr("An address that serves the same files"))
        self.proxy.setPlaceholderText(self.tr("As the system has it"))
        inner = card(column, self.tr("Downloading"), self.tr("A change needs re-embedding: no."))
        fields = self._form(inner)
        fields.add(self.tr("From"), self.hub)
        for title, line in ((self.tr("Mirror"), self.mirror), (self.tr("Proxy"), self.proxy)):
            line.textEdited.connect(self.changed)
            line.setAccessibleName(title)
            fields.add(title, line)

    def _add_limits(self, column: QVBoxLayout) -> None:
        self.memory, self.reranker_memory = _gibibytes(self.tr("As needed")), _gibibytes(self.tr("As needed"))
        self.memory.setAccessibleName(self.tr("Most memory of the card for finding by meaning"))
        self.reranker_memory.setAccessibleName(self.tr("Most memory of the card for sorting"))
        self.idle = QSpinBox()
        self.idle.setRange(*map(int, LIMITS["idle_minutes"]))
        self.idle.setSuffix(self.tr(" min without use"))
        self.idle.setSpecialValueText(self.tr("Only when told to"))
        self.idle.setAccessibleName(self.tr("When the card is released"))
        for box in (self.memory, self.reranker_memory, self.idle):
            box.valueChanged.connect(self.changed)
            box.lineEdit().setTextMargins(6, 0, 6, 0)  # the style sheet's padding does not reach it
        calm(self.memory, self.reranker_memory, self.idle)
        inner = card(
            column,
            self.tr("A good neighbour"),
            self.tr("The engine keeps to this much of the card, and gives it back. Re-embedding: no."),
        )
        fields = self._form(inner)
        fields.add(self.tr("Memory"), self.memory)
        fields.add(self.tr("Memory for sorting"), self.reranker_memory)
        fields.add(self.tr("Release the card"), self.idle)
        self._cards_place = QWidget()
        self._cards = QVBoxLayout(self._cards_place)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.addWidget(label(self.tr("Cards to use, the first one if none is chosen:"), dim=True))
        self._cards_place.hide()
        inner.addWidget(self._cards_place)

    def _form(self, inner: QVBoxLayout) -> Form:
        form = Form()
        inner.addLayout(form)
        self._forms.append(form)
        return form

    def _add_care(self, column: QVBoxLayout) -> None:
        inner = card(column, self.tr("What is installed"))
        self.care = {
            "repair": TextButton(self.tr("Install SGLang again")),
            "remove": TextButton(self.tr("Remove SGLang…")),
            "verify": TextButton(self.tr("Check the model’s files")),
            "delete": TextButton(self.tr("Delete the model’s files…")),
        }
        for names in (("repair", "remove"), ("verify", "delete")):
            row = QHBoxLayout()
            row.setSpacing(8)
            for name in names:
                self.care[name].clicked.connect(self._cared(name))
                row.addWidget(self.care[name])
            row.addStretch(1)
            inner.addLayout(row)

    def _cared(self, name: str) -> Callable[[], None]:
        def cared() -> None:
            self.care_requested.emit(name)

        return cared


def _gibibytes(nothing: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(0.0, MOST_MEMORY)
    box.setDecimals(1)
    box.setSingleStep(0.5)
    box.setSuffix(" GiB")
    box.setSpecialValueText(nothing)
    return box
