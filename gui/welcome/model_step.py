"""The last step of the welcome: the model that is used, where it runs and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from core.messages import tr
from core.settings import Settings
from gui.engine import engine_text
from gui.engine.option import Option
from gui.welcome.step import WelcomeStep
from gui.widgets.basic import TextButton, label

if TYPE_CHECKING:
    from core.library import Capabilities


class ModelStep(WelcomeStep):
    """One option for each model that can be used here; emits `more_requested` for the panel with all choices."""

    more_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("The AI model"),
            "",
            parent,
        )
        self.show_settings(Settings())
        self.options: dict[Settings, Option] = {}
        self._group = QButtonGroup(self)
        self._settings = Settings()
        self._column = QVBoxLayout()
        self._column.setSpacing(12)
        self.note = label("", dim=True, wrap=True)
        self.more = TextButton(tr("More choices…"), "link")
        self.more.clicked.connect(self.more_requested)
        card = self.add_card()
        card.addLayout(self._column)
        card.addWidget(self.note)
        row = QHBoxLayout()
        row.addWidget(self.more)
        row.addStretch(1)
        card.addLayout(row)

    def show_settings(self, settings: Settings) -> None:
        from core.library import receivers

        server, _ = receivers(settings)
        if server:
            self.description = tr(
                "It finds documents by their meaning. It runs on {host}. You can change it at any time in the "
                "settings.",
                host=server,
            )
        else:
            self.description = tr(
                "It finds documents by their meaning. It runs on this computer. You can change it at any time in the "
                "settings."
            )

    def chosen(self) -> Settings:
        """The settings with the model that is chosen."""
        return next((settings for settings, option in self.options.items() if option.radio.isChecked()), self._settings)

    def focus_widgets(self) -> list[QWidget]:
        return [*(option.radio for option in self.options.values()), self.more]

    def show_models(self, settings: Settings, capabilities: Capabilities | None) -> None:
        """Show the models that can be used with these settings; None while the hardware is not known yet.

        The model in use is chosen; one that the user has chosen meanwhile stays so.
        """
        chosen = self.chosen()
        self._settings = settings
        for option in self.options.values():
            self._group.removeButton(option.radio)
            option.hide()
            option.deleteLater()
        self.options = _options(settings, capabilities)
        for option in self.options.values():
            self._group.addButton(option.radio)
            self._column.addWidget(option)
        usable = [found for found, option in self.options.items() if option.radio.isEnabled()]
        if usable:
            self.options[next(each for each in (chosen, settings, usable[0]) if each in usable)].radio.setChecked(True)
        self.rearranged.emit()
        self.note.setText(_note(capabilities, usable=bool(usable)))
        self.note.setVisible(bool(self.note.text()))


def _options(settings: Settings, capabilities: Capabilities | None) -> dict[Settings, Option]:
    """An option for each model that comes with Findling, the best for the graphics card, and the one in use."""
    from core.library import bundled_size, kinds, with_model
    from core.settings import with_bundled_model

    options: dict[Settings, Option] = {}
    default = with_bundled_model(settings)
    if not engine_text.kind_of(settings.engine).is_local:  # a server of the user's own
        options[settings] = Option(engine_text.in_use(settings), engine_text.location_description(settings.engine))
    own = next(kind for kind in kinds() if kind.key == default.engine)
    for name in own.models():
        size = bundled_size(name)
        option = Option(engine_text.model(name), engine_text.model_description(name))
        cost = tr("Runs on the processor · comes with Findling, {size:size} on disk", size=size)
        missing = tr("Its files are missing. Install Findling again to use it.")
        option.show_text(engine_text.model_description(name), cost if size else "", "" if size else missing)
        option.radio.setEnabled(size > 0)
        options[with_model(default, name)] = option
    best = capabilities.best if capabilities else ""
    capability = capabilities.model(best) if capabilities else None
    if capabilities is not None and capability is not None:
        option = Option(tr("{model}, on the graphics card", model=engine_text.model(best)), "")
        better = tr("Finds more, and needs a download first.")
        missing_engine = capabilities.missing(with_model(settings, best)).runtime
        extra = tr("{size:size} more for the engine", size=capabilities.install_download) if missing_engine else ""
        cost = engine_text.SEPARATOR.join(filter(None, [engine_text.model_cost(capability), extra]))
        option.show_text(f"{engine_text.model_description(best)} {better}", cost)
        options[with_model(default, best)] = option
    if settings not in options and engine_text.kind_of(settings.engine).is_local:
        options[settings] = Option(engine_text.in_use(settings), engine_text.model_description(settings.model))
    return options


def _note(capabilities: Capabilities | None, *, usable: bool) -> str:
    if not usable:
        return tr("Without a model, Findling finds documents by their names and words.")
    if capabilities is None:
        return tr("Looking for a graphics card…")
    return ""
