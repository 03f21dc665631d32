"""Advanced options of the GPU engine: existing files, downloads, resource limits, maintenance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.messages import tr
from core.settings import LIMITS, Settings
from gui.engine.path_field import PathField
from gui.widgets.basic import TextButton, ignore_wheel, label
from gui.widgets.card import add_card
from gui.widgets.form import Form, align

if TYPE_CHECKING:
    from core.library import Capabilities, Gpu

MAX_MEMORY_GIB = 512.0


class AdvancedOptions(QWidget):
    """Emits `changed` for a choice, `path_requested(name)` to check a path, `maintenance_requested(task)`.

    The tasks are "repair", "remove", "verify" and "delete".
    """

    changed = Signal()
    path_requested = Signal(str)
    maintenance_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.gpus: dict[int, QCheckBox] = {}
        self._forms: list[Form] = []
        self._add_files(column)
        self._add_downloads(column)
        self._add_limits(column)
        self._add_maintenance(column)
        align(self._forms)

    def show_settings(self, settings: Settings) -> None:
        """Show these settings."""
        for name, field in self.paths.items():
            field.show_text(getattr(settings, name))
        self.hub.setCurrentIndex(max(0, self.hub.findData(settings.hub)))
        self.mirror.setText(settings.hub_mirror)
        self.proxy.setText(settings.proxy)
        self.memory.setValue(settings.memory_gib)
        self.reranker_memory.setValue(settings.reranker_memory_gib)
        self.idle.setValue(settings.idle_minutes)
        for index, box in self.gpus.items():
            box.setChecked(index in settings.gpus)

    def applied(self, settings: Settings) -> Settings:
        """The settings with the choices made here."""
        chosen = tuple(index for index, box in self.gpus.items() if box.isChecked())
        return replace(
            settings,
            hub=self.hub.currentData(),
            hub_mirror=self.mirror.text().strip(),
            proxy=self.proxy.text().strip(),
            memory_gib=self.memory.value(),
            reranker_memory_gib=self.reranker_memory.value(),
            idle_minutes=self.idle.value(),
            gpus=chosen if self.gpus else settings.gpus,
            sglang=self.paths["sglang"].text(),
            model_folder=self.paths["model_folder"].text(),
            reranker_folder=self.paths["reranker_folder"].text(),
        )

    def show_capabilities(self, capabilities: Capabilities, settings: Settings) -> None:
        """Offer the graphics cards if there are several, and the maintenance of what is installed."""
        gpus = capabilities.machine.gpus if len(capabilities.machine.gpus) > 1 else ()
        if tuple(self.gpus) != tuple(gpu.index for gpu in gpus):
            self._show_gpus(gpus, settings)
        for task in ("repair", "remove"):
            self.maintenance[task].setEnabled(capabilities.installation != "missing")
        outdated = capabilities.installation == "outdated"
        self.maintenance["repair"].setText(tr("Update SGLang") if outdated else tr("Reinstall SGLang"))
        model = capabilities.model(settings.model)
        for task in ("verify", "delete"):
            self.maintenance[task].setEnabled(model is not None and model.weights != "missing")

    def _show_gpus(self, gpus: tuple[Gpu, ...], settings: Settings) -> None:
        for box in self.gpus.values():
            box.deleteLater()
        self.gpus = {}
        for gpu in gpus:
            box = QCheckBox(tr("{card}, {memory:memory}", card=gpu.name, memory=gpu.total))
            box.setChecked(gpu.index in settings.gpus)
            box.clicked.connect(self.changed)
            self._gpu_column.addWidget(box)
            self.gpus[gpu.index] = box
        self._gpu_list.setVisible(bool(self.gpus))

    def _add_files(self, column: QVBoxLayout) -> None:
        inner = add_card(column, tr("Existing files"))
        self.paths = {
            "sglang": PathField(tr("SGLang: Python or command"), tr("Installed by Findling"), folder=False),
            "model_folder": PathField(tr("Model folder"), tr("Downloaded by Findling"), folder=True),
            "reranker_folder": PathField(tr("Reranking model folder"), tr("Downloaded by Findling"), folder=True),
        }
        fields = self._form(inner)
        for name, field in self.paths.items():
            field.edited.connect(self._path_edited(name))
        fields.add(tr("SGLang"), self.paths["sglang"])
        fields.add(tr("Model"), self.paths["model_folder"])
        fields.add(tr("Reranking model"), self.paths["reranker_folder"])

    def _path_edited(self, name: str) -> Callable[[], None]:
        def edited() -> None:
            self.changed.emit()
            self.path_requested.emit(name)

        return edited

    def _add_downloads(self, column: QVBoxLayout) -> None:
        self.hub = QComboBox()
        self.hub.addItem(tr("Hugging Face"), "huggingface")
        self.hub.addItem(tr("ModelScope"), "modelscope")
        self.hub.setAccessibleName(tr("Download models from"))
        self.hub.activated.connect(self.changed)
        ignore_wheel(self.hub)
        self.mirror, self.proxy = QLineEdit(), QLineEdit()
        self.mirror.setPlaceholderText(tr("Address of a server with the same files"))
        self.proxy.setPlaceholderText(tr("System proxy"))
        inner = add_card(column, tr("Downloads"), tr("Changing this does not re-index your documents."))
        fields = self._form(inner)
        fields.add(tr("Source"), self.hub)
        for title, line in ((tr("Mirror"), self.mirror), (tr("Proxy"), self.proxy)):
            line.textEdited.connect(self.changed)
            line.setAccessibleName(title)
            fields.add(title, line)

    def _add_limits(self, column: QVBoxLayout) -> None:
        self.memory, self.reranker_memory = _memory_box(), _memory_box()
        self.memory.setAccessibleName(tr("Graphics memory limit for semantic search"))
        self.reranker_memory.setAccessibleName(tr("Graphics memory limit for reranking"))
        self.idle = QSpinBox()
        self.idle.setRange(*map(int, LIMITS["idle_minutes"]))
        self.idle.setSuffix(tr(" min without use"))
        self.idle.setSpecialValueText(tr("Never"))
        self.idle.setAccessibleName(tr("Release the graphics card after"))
        for box in (self.memory, self.reranker_memory, self.idle):
            box.valueChanged.connect(self.changed)
            box.lineEdit().setTextMargins(6, 0, 6, 0)  # the style sheet's padding does not reach it
        ignore_wheel(self.memory, self.reranker_memory, self.idle)
        inner = add_card(
            column,
            tr("Limits"),
            tr("How much graphics memory Findling uses, and for how long. This does not re-index your documents."),
        )
        fields = self._form(inner)
        fields.add(tr("Semantic search"), self.memory)
        fields.add(tr("Reranking"), self.reranker_memory)
        fields.add(tr("Release after"), self.idle)
        self._gpu_list = QWidget()
        self._gpu_column = QVBoxLayout(self._gpu_list)
        self._gpu_column.setContentsMargins(0, 0, 0, 0)
        self._gpu_column.addWidget(label(tr("Graphics cards to use (the first one if none is selected):"), dim=True))
        self._gpu_list.hide()
        inner.addWidget(self._gpu_list)

    def _form(self, inner: QVBoxLayout) -> Form:
        form = Form()
        inner.addLayout(form)
        self._forms.append(form)
        return form

    def _add_maintenance(self, column: QVBoxLayout) -> None:
        inner = add_card(column, tr("Installed files"))
        self.maintenance = {
            "repair": TextButton(tr("Reinstall SGLang")),
            "remove": TextButton(tr("Remove SGLang…")),
            "verify": TextButton(tr("Check model files")),
            "delete": TextButton(tr("Delete model files…")),
        }
        for tasks in (("repair", "remove"), ("verify", "delete")):
            row = QHBoxLayout()
            row.setSpacing(8)
            for task in tasks:
                self.maintenance[task].clicked.connect(self._maintenance_clicked(task))
                row.addWidget(self.maintenance[task])
            row.addStretch(1)
            inner.addLayout(row)

    def _maintenance_clicked(self, task: str) -> Callable[[], None]:
        def clicked() -> None:
            self.maintenance_requested.emit(task)

        return clicked


def _memory_box() -> QDoubleSpinBox:
    """A field for a memory limit in GiB; 0 means no limit."""
    box = QDoubleSpinBox()
    box.setRange(0.0, MAX_MEMORY_GIB)
    box.setDecimals(1)
    box.setSingleStep(0.5)
    box.setSuffix(tr(" GiB"))
    box.setSpecialValueText(tr("As needed"))
    return box
