"""What the user confirms before the engine sends, downloads, re-indexes or deletes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from core.messages import ntr, tr
from gui.engine import engine_text
from gui.widgets.plain_text import PlainMessageBox

if TYPE_CHECKING:
    from core.library import Capabilities, Missing


class Confirmation(PlainMessageBox):
    """A question with a default of Cancel; emits `agreed` when the user confirms."""

    agreed = Signal()

    def __init__(self, parent: QWidget, question: str, details: str, action: str) -> None:
        super().__init__(parent, tr("Model and engine"), question, details)
        self.confirm = self.addButton(action, QMessageBox.ButtonRole.AcceptRole)
        self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(QMessageBox.StandardButton.Cancel)
        self.buttonClicked.connect(self._clicked)

    @Slot(QAbstractButton)
    def _clicked(self, button: QAbstractButton) -> None:
        if button is self.confirm:
            self.agreed.emit()


def confirm_change(
    parent: QWidget, *, host: str, missing: Missing, passages: int, seconds: float | None, stays_searchable: bool
) -> Confirmation | None:
    """The question before other settings are used; None if they send, download and re-index nothing.

    `host` is sent documents for the first time ("" for none). `passages` are re-indexed, which takes about `seconds`;
    `stays_searchable`: the present model answers meanwhile.
    """
    questions, details = [], []
    if host:
        questions.append((tr("Send your documents to {host}?", host=host), tr("Send")))
        details.append(engine_text.sending(host))
    if missing:
        questions.append((tr("Download {size:size}?", size=missing.download), tr("Download")))
        details.append(engine_text.downloading(missing))
    if passages:
        questions.append((tr("Change the model?"), tr("Change model")))
        details.append(engine_text.changing_model(passages, seconds, stays_searchable=stays_searchable))
    if not questions:
        return None
    question, action = questions[0]
    return Confirmation(parent, question, "\n\n".join(details), action)


def confirm_deletion(parent: QWidget, task: str, model: str) -> Confirmation | None:
    """The question before a maintenance task deletes something; None for a task that does not."""
    if task == "remove":
        return Confirmation(
            parent,
            tr("Remove SGLang?"),
            tr("This deletes the engine for graphics cards from this computer. Your documents and their index are "
               "kept. To use the graphics card again, you have to download SGLang again."),
            tr("Remove"),
        )  # fmt: skip
    if task == "delete":
        return Confirmation(
            parent,
            tr("Delete the files of {model}?", model=engine_text.model(model)),
            tr("The index that this model made is kept. To use the model again, you have to download it again."),
            tr("Delete"),
        )
    return None


def describe_path(name: str, path: str) -> str:
    """What is at a path that the user chose; blocks. Raises FindlingError."""
    from core.library import inspect_weights, sglang_version

    if not name.endswith("_folder"):
        return tr("SGLang {version}", version=sglang_version(path))
    facts = inspect_weights(path)
    return ntr(
        "{architecture}, {count} layer, {size:size}",
        "{architecture}, {count} layers, {size:size}",
        facts.layers,
        architecture=facts.architecture,
        size=facts.bytes,
    )


def gpu_offer(capabilities: Capabilities) -> tuple[str, str, str]:
    """(sentence, details, button) that offers to use the graphics card."""
    return (
        tr("Your graphics card can run a better model."),
        tr(
            "{card} has room for {model}, a larger model that gives better results. Nothing leaves this computer.",
            card=capabilities.machine.gpus[0].name,
            model=engine_text.model(capabilities.best),
        ),
        tr("Learn more…"),
    )
