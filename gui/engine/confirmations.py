"""What is asked before the engine sends, fetches, re-embeds or deletes anything, and what is offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from gui.engine import engine_text
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Capabilities, EngineManager, Missing


def tr(text: str) -> str:
    """The sentence in the person's language."""
    return QCoreApplication.translate("engine", text)


class Confirmation(QMessageBox):
    """`agreed` when the person says yes; closing it is a no."""

    agreed = Signal()

    def __init__(self, parent: QWidget, text: str, more: str, yes: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.NoIcon)
        self.setWindowTitle(tr("Model and engine"))
        self.setText(text)
        self.setInformativeText(more)
        self.yes = self.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(QMessageBox.StandardButton.Cancel)
        self.buttonClicked.connect(self._clicked)

    @Slot(QAbstractButton)
    def _clicked(self, button: QAbstractButton) -> None:
        if button is self.yes:
            self.agreed.emit()


def before(
    parent: QWidget, *, host: str, missing: Missing, passages: int, seconds: float | None, goes_on: bool
) -> Confirmation | None:
    """What to ask before other settings are used; None if they cost nothing.

    `goes_on`: the present model answers until another one has read all `passages`, which takes it `seconds`.
    """
    parts, heads = [], []
    if host:
        heads.append((tr("Send your documents to {}?").format(host), tr("Send them")))
        parts.append(engine_text.leaving(host))
    if missing:
        size = engine_text.data_size(missing.download)
        heads.append((tr("Download {}?").format(size), tr("Download")))
        parts.append(engine_text.fetching(missing))
    if passages:
        heads.append((tr("Use another model?"), tr("Use it")))
        parts.append(engine_text.again(passages, seconds, goes_on=goes_on))
    if not parts:
        return None
    text, yes = heads[0]
    return Confirmation(parent, text, "\n\n".join(parts), yes)


def losing(parent: QWidget, what: str, model: str) -> Confirmation | None:
    """What to ask before something is deleted; None where nothing is."""
    if what == "remove":
        return Confirmation(
            parent,
            tr("Remove SGLang?"),
            tr("The engine for graphics cards is deleted from this computer. Documents, and what was found out about "
               "them, stay as they are. To use the card again, it has to be downloaded again."),
            tr("Remove"),
        )  # fmt: skip
    if what == "delete":
        return Confirmation(
            parent,
            tr("Delete the files of {}?").format(engine_text.model(model)),
            tr("What this model made of your documents stays. To use it again, it has to be downloaded again."),
            tr("Delete"),
        )
    return None


def found(engines: EngineManager, name: str, path: str) -> str:
    """What is at a path that a person chose; waits. Raises FindlingError."""
    if name == "sglang":
        return tr("SGLang {}").format(engines.version_of(path))
    facts = engines.facts_of(path)
    return tr("{architecture}, {layers} layers, {size}").format(
        architecture=facts.architecture, layers=messages.number(facts.layers), size=engine_text.data_size(facts.bytes)
    )


def offer(look: Capabilities) -> tuple[str, str, str]:
    """(sentence, what it brings, the button) that offers a card that fits."""
    card = look.machine.gpus[0]
    best = engine_text.model(look.best)
    return (
        tr("Your graphics card can find better."),
        tr("{card} has room for {model}, a larger model that understands more. Nothing leaves this computer.").format(
            card=card.name, model=best
        ),
        tr("See what it takes…"),
    )
