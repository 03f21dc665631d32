"""Connects the engine panel with the library: polls what it shows, and confirms before anything is sent or fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.errors import FindlingError
from core.settings import Settings, is_builtin
from gui.controllers.engine_checks import EngineChecks
from gui.controllers.gpu_offer import GpuOffer
from gui.controllers.remote_consent import RemoteConsent
from gui.engine import confirmations, engine_text
from gui.engine.panel import EnginePanel
from gui.runtime.latest_task import LatestTask
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library, Which
    from gui.engine.confirmations import Confirmation
    from gui.window import MainWindow

SERVERS_MS = 200  # between polls of the servers' states
CAPABILITIES_MS = 2000  # between polls of the hardware and what is installed
OFFER_MS = 1500  # from the start until the graphics card is looked for


class EngineController(QObject):
    """Opens the panel by `show`; emits `trouble(sentence, remedy)` for an action that fails.

    `capabilities_known` is emitted each time that the hardware was looked at.
    """

    trouble = Signal(str, str)
    capabilities_known = Signal()

    def __init__(self, window: MainWindow, library: Library, state: QSettings) -> None:
        super().__init__(window)
        self._window, self._library = window, library
        self._engines = library.engines
        self._shown_settings: Settings | None = None
        self._panel: EnginePanel | None = None
        self._checks: EngineChecks | None = None
        self._consent = RemoteConsent(state)
        self._offer = GpuOffer(window.offer, library, state, self)
        self.capabilities_task = LatestTask(self._read_capabilities, "engine-capabilities", self)
        self._servers_timer = _timer(self, SERVERS_MS, self.show_servers)
        self._capabilities_timer = _timer(self, CAPABILITIES_MS, self.refresh_capabilities)
        self.capabilities_task.result_ready.connect(self._show_capabilities)
        window.status.engine_requested.connect(self.show)
        self._offer.accepted.connect(self._suggest_gpu)

    @property
    def panel(self) -> EnginePanel:
        """The panel, created when it is first opened."""
        if self._panel is None:
            self._panel = EnginePanel(self._window)
            self._checks = EngineChecks(self._panel, self._engines, self)
            self._connect(self._panel)
        return self._panel

    def start(self) -> None:
        """Offer the graphics card soon, unless the offer was answered."""
        if self._offer.requested:
            QTimer.singleShot(OFFER_MS, self, self.refresh_capabilities)

    def stop(self) -> None:
        """Stop polling, close the panel and end the threads."""
        self._stop_polling()
        if self._panel is not None:
            self._panel.close()
        self.capabilities_task.stop()
        if self._checks is not None:
            self._checks.stop()

    @Slot()
    def show(self) -> None:
        """Open the panel on the settings in use."""
        self._show_settings()
        self.refresh_capabilities()
        self.show_servers()
        self._servers_timer.start()
        self._capabilities_timer.start()
        self.panel.show()
        self.panel.raise_()
        self.panel.activateWindow()

    @Slot()
    def refresh_capabilities(self) -> None:
        """Read the hardware, what is installed and the logs that are shown, on a background thread."""
        if not self.capabilities_task.busy:
            cards = self._panel.cards if self._panel is not None else {}
            self.capabilities_task.submit([which for which, card in cards.items() if card.fold.isChecked()])

    @Slot()
    def show_servers(self) -> None:
        """Show the state of the servers, and settings and capabilities if these have changed meanwhile."""
        if self._library.settings != self._shown_settings:
            self._show_settings()
        known = self._engines.known
        if known is not None and known is not self.panel.capabilities:
            self.panel.show_capabilities(known)
        progress = self._library.progress()
        self.panel.show_servers(self._engines.servers(), self._engines.setup.job(), progress.rate)

    @Slot(object)
    def use(self, settings: Settings) -> None:
        """Use other settings, after confirmation if that sends, downloads or re-indexes anything."""
        self._use(settings, self.panel, self._passages_to_embed(settings))

    def use_chosen(self, settings: Settings, *, ask_about_index: bool) -> None:
        """The same from the window; what re-indexes is not asked where there is hardly an index yet."""
        self._use(settings, self._window, self._passages_to_embed(settings) if ask_about_index else 0)

    def forget_offer(self) -> None:
        """Offer the graphics card no more."""
        self._offer.close()

    def _use(self, settings: Settings, asking: QWidget, passages: int) -> None:
        try:
            question = confirmations.confirm_change(
                asking,
                host=self._consent.unconfirmed_host(settings),
                missing=self._engines.missing(settings),
                passages=passages,
                seconds=self._indexing_seconds(settings),
                stays_searchable=self._stays_searchable(),
            )
        except FindlingError as error:
            self._report(error)
            return
        _after(question, lambda: self._set_up(settings))

    def _connect(self, panel: EnginePanel) -> None:
        panel.use_requested.connect(self.use)
        panel.finished.connect(self._closed)
        panel.advanced.maintenance_requested.connect(self._maintain)
        for card in panel.cards.values():
            card.action_requested.connect(self._run_action)
            card.log_requested.connect(self.refresh_capabilities)

    def _read_capabilities(self, logs: Any) -> Iterator[object]:
        """Yield ("", Capabilities), then (server, log lines) for each server of `logs`."""
        yield "", self._engines.detect()
        for which in logs:
            yield which, self._engines.log(which)

    @Slot(object, object)
    def _show_capabilities(self, _logs: object, result: Any) -> None:
        which, value = result
        if which:
            self.panel.cards[which].show_log(value)
        else:
            if self._panel is not None:
                self._panel.show_capabilities(value)
            if not self._window.welcome.is_open:  # which has it among its choices
                self._offer.show(value)
            self.capabilities_known.emit()

    def _show_settings(self) -> None:
        self._shown_settings = self._library.settings
        self.panel.show_settings(self._shown_settings)

    def _passages_to_embed(self, settings: Settings) -> int:
        """How many passages are embedded again under other settings."""
        return self._library.progress().passages_total if settings.model != self._library.settings.model else 0

    def _indexing_seconds(self, settings: Settings) -> float | None:
        """An estimate of the time to embed everything; None if unknown."""
        known = self._engines.known if engine_text.kind_of(settings.engine).uses_gpu else None
        capability = known.model(settings.model) if known else None
        return capability.seconds if capability else None

    def _stays_searchable(self) -> bool:
        """Whether the model in use can answer by meaning while another one indexes."""
        handover = self._library.progress().handover
        return is_builtin(self._library.settings.model) if handover is None else handover.can_embed

    def _set_up(self, settings: Settings) -> None:
        host = self._consent.unconfirmed_host(settings)
        if host:
            self._consent.confirm(host)
        self._run(lambda: self._engines.use(settings))

    def _run(self, call: Callable[[], object]) -> None:
        try:
            call()
        except FindlingError as error:
            self._report(error)
        self.show_servers()

    def _report(self, error: FindlingError) -> None:
        self.trouble.emit(*messages.error_text(error))

    @Slot(str, str)
    def _run_action(self, which: Which, action: str) -> None:
        """Run the action of a server card's button."""
        self._engines.setup.forget_job()
        match action:
            case "install" | "download":
                self.use(self._library.settings)
            case "start" | "retry":
                self._engines.start(which)
            case "stop" | "release":
                self._engines.release(which)
            case "cancel":
                self._engines.setup.cancel()
            case "check" if self._checks is not None:
                self._checks.check_server(which)
        self.show_servers()

    @Slot(str)
    def _maintain(self, task: str) -> None:
        """Repair, check or delete what is installed; a deletion is confirmed first."""
        model, engines = self.panel.settings().model, self._engines
        outdated = engines.known is not None and engines.known.installation == "outdated"
        calls: dict[str, Callable[[], object]] = {
            "repair": engines.setup.install if outdated else engines.setup.repair,
            "remove": engines.setup.remove,
            "verify": lambda: engines.setup.verify(model),
            "delete": lambda: engines.setup.delete(model),
        }
        _after(confirmations.confirm_deletion(self.panel, task, model), lambda: self._run(calls[task]))

    def _stop_polling(self) -> None:
        self._servers_timer.stop()
        self._capabilities_timer.stop()

    @Slot()
    def _closed(self) -> None:
        self._stop_polling()
        self._engines.setup.forget_job()

    @Slot()
    def _suggest_gpu(self) -> None:
        from core.library import with_model

        self.show()
        known = self._engines.known
        if known is not None and known.best:
            self.panel.suggest(with_model(self._library.settings, known.best))


def _after(question: Confirmation | None, call: Callable[[], object]) -> None:
    """Call at once, or when the question is confirmed."""
    if question is None:
        call()
    else:
        question.agreed.connect(call)
        question.open()


def _timer(parent: QObject, milliseconds: int, call: Callable[[], object]) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(milliseconds)
    timer.timeout.connect(call)
    return timer
