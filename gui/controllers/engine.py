"""The engine's panel joined with an open library: what it shows is polled, what is big or leaves is asked first."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QSettings, QTimer, Signal, Slot

from core.errors import FindlingError
from core.settings import Settings, is_builtin, with_model
from gui.engine import confirmations as questions
from gui.engine.panel import EnginePanel
from gui.runtime.latest_task import LatestTask
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Capabilities, Library, Which
    from gui.window import MainWindow

POLL_MS = 200
LOOK_MS = 2000
OFFER_MS = 1500
OFFERED = "engine/offered"  # the offer was closed for good
CONFIRMED = "engine/confirmed"  # hosts that documents may be sent to


class EngineController(QObject):
    """Opens the panel by `show`; `trouble(sentence, remedy)` when something that was asked for cannot be done."""

    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, library: Library, state: QSettings) -> None:
        super().__init__(window)
        self._window, self._library, self._state = window, library, state
        self._engines = library.engines
        self._look: Capabilities | None = None
        self._base: Settings | None = None
        self._panel: EnginePanel | None = None
        self.looks = LatestTask(self._looked_at, "engine-look", self)
        self.checks = LatestTask(self._checked, "engine-check", self)
        self._poll = _timer(self, POLL_MS, self.show_servers)
        self._again = _timer(self, LOOK_MS, self.look)
        self.looks.result_ready.connect(self._show_look)
        self.checks.result_ready.connect(self._say_checked)
        self.checks.failed.connect(self._say_wrong)
        window.status.engine_requested.connect(self.show)
        window.offer.acted.connect(self._take_offer)
        window.offer.declined.connect(self._decline_offer)

    @property
    def panel(self) -> EnginePanel:
        """The panel, made when it is first opened."""
        if self._panel is None:
            self._panel = EnginePanel(self._window)
            self._connect(self._panel)
        return self._panel

    def start(self) -> None:
        """Offer the graphics card, where that was not declined."""
        if self._library.settings.engine == "builtin" and not self._state.value(OFFERED):
            QTimer.singleShot(OFFER_MS, self, self.look)

    def stop(self) -> None:
        self._poll.stop()
        self._again.stop()
        if self._panel is not None:
            self._panel.close()
        self.looks.stop()
        self.checks.stop()

    @Slot()
    def show(self) -> None:
        """Open the panel on the settings in use."""
        self._show_settings()
        self.look()
        self.show_servers()
        self._poll.start()
        self._again.start()
        self.panel.show()
        self.panel.raise_()
        self.panel.activateWindow()

    @Slot()
    def look(self) -> None:
        """Look at the machine and at what is installed, on another thread."""
        if not self.looks.busy:
            cards = self._panel.cards if self._panel is not None else {}
            self.looks.submit([which for which, card in cards.items() if card.fold.isChecked()])

    @Slot()
    def show_servers(self) -> None:
        """Show the servers as they are; settings that came into use meanwhile are taken over."""
        if self._library.settings != self._base:
            self._show_settings()
        progress = self._library.progress()
        self.panel.show_servers(self._engines.servers(), self._engines.job(), progress.rate)

    @Slot(object)
    def use(self, settings: Settings) -> None:
        """Use other settings, after a question if that sends, fetches or re-embeds anything."""
        try:
            box = questions.before(
                self.panel,
                host=self._stranger(settings),
                missing=self._engines.missing(settings),
                passages=self._passages(settings),
                seconds=self._seconds(settings),
                goes_on=self._goes_on(),
            )
        except FindlingError as error:
            self._tell(error)
            return
        if box is None:
            self._set_up(settings)
        else:
            box.agreed.connect(lambda: self._set_up(settings))
            box.open()

    def _connect(self, panel: EnginePanel) -> None:
        panel.use_requested.connect(self.use)
        panel.finished.connect(self._closed)
        panel.choices.check_requested.connect(self._check_elsewhere)
        panel.more.path_requested.connect(self._check_path)
        panel.more.care_requested.connect(self._care)
        for card in panel.cards.values():
            card.action_requested.connect(self._step)
            card.log_requested.connect(self.look)

    def _looked_at(self, logs: Any) -> Iterator[object]:
        yield "", self._engines.look()
        for which in logs:
            yield which, self._engines.log(which)

    @Slot(object, object)
    def _show_look(self, _logs: object, answer: Any) -> None:
        which, seen = answer
        if which:
            self.panel.cards[which].show_log(seen)
        else:
            self._look = seen
            if self._panel is not None:
                self._panel.show_look(seen)
            self._offer(seen)

    def _show_settings(self) -> None:
        self._base = self._library.settings
        self.panel.show_settings(self._base)

    def _passages(self, settings: Settings) -> int:
        """How many passages other settings have embedded anew."""
        return self._library.progress().passages_total if settings.model != self._library.settings.model else 0

    def _seconds(self, settings: Settings) -> float | None:
        costs = self._look.model(settings.model) if self._look and settings.engine == "sglang" else None
        return costs.seconds if costs else None

    def _goes_on(self) -> bool:
        """Whether the model that answers now can do so by meaning, too, beside another one."""
        handover = self._library.progress().handover
        return is_builtin(self._library.settings.model) if handover is None else handover.can_embed

    def _stranger(self, settings: Settings) -> str:
        """The host that documents would be sent to and that was not agreed to yet; "" if there is none."""
        host = urlsplit(settings.remote_url).hostname or "" if settings.engine == "remote" else ""
        return "" if not host or is_here(host) or host in self._confirmed() else host

    def _confirmed(self) -> list[str]:
        return [host for host in str(self._state.value(CONFIRMED, "")).split() if host]

    def _set_up(self, settings: Settings) -> None:
        host = self._stranger(settings)
        if host:
            self._state.setValue(CONFIRMED, " ".join([*self._confirmed(), host]))
        try:
            self._engines.set_up(settings)
        except FindlingError as error:
            self._tell(error)
        self.show_servers()

    def _tell(self, error: FindlingError) -> None:
        self.trouble.emit(*messages.trouble(error))

    @Slot(str, str)
    def _step(self, which: Which, step: str) -> None:
        """What the one button of a server's card does."""
        self._engines.forget_job()
        match step:
            case "install" | "download":
                self.use(self._library.settings)
            case "start" | "retry":
                self._engines.start(which)
            case "stop" | "release":
                self._engines.release(which)
            case "cancel":
                self._engines.cancel()
            case "check":
                self.checks.submit(("server", which))
        self.show_servers()

    @Slot(str)
    def _care(self, what: str) -> None:
        """Mend, check or delete what is installed; what is lost is asked for first."""
        model, engines = self.panel.settings().model, self._engines
        is_old = self._look is not None and self._look.installation == "outdated"
        do = {
            "repair": engines.install if is_old else engines.repair,
            "remove": engines.remove,
            "verify": lambda: engines.verify(model),
            "delete": lambda: engines.delete(model),
        }[what]
        box = questions.losing(self.panel, what, model)
        if box is None:
            self._begin(do)
        else:
            box.agreed.connect(lambda: self._begin(do))
            box.open()

    def _begin(self, do: Any) -> None:
        try:
            do()
        except FindlingError as error:
            self._tell(error)
        self.show_servers()

    @Slot()
    def _check_elsewhere(self) -> None:
        """A check sends one sentence of ours, nothing of the person's."""
        self.panel.choices.say_checked(self.tr("It is being asked…"))
        self.checks.submit(("elsewhere", self.panel.settings()))

    @Slot(str)
    def _check_path(self, name: str) -> None:
        text = self.panel.more.paths[name].text()
        self.panel.more.paths[name].say(self.tr("Looking…") if text else "")
        if text:
            self.checks.submit((name, text))

    def _checked(self, question: Any) -> Iterator[str]:
        what, value = question
        if what == "server":
            self._engines.check(value)
            yield self.tr("It answers as it should.")
        elif what == "elsewhere":
            self._engines.check_elsewhere(value)
            yield self.tr("It answers, with the vectors of this model.")
        else:
            yield questions.found(self._engines, what, value)

    @Slot(object, object)
    def _say_checked(self, question: Any, sentence: str) -> None:
        what = question[0]
        if what in self.panel.more.paths:
            self.panel.more.paths[what].say(sentence)
        else:
            self.panel.choices.say_checked(sentence)

    @Slot(object, object)
    def _say_wrong(self, question: Any, error: FindlingError) -> None:
        self._say_checked(question, " ".join(messages.trouble(error)).strip())

    @Slot()
    def _closed(self) -> None:
        self._poll.stop()
        self._again.stop()
        self._engines.forget_job()

    def _offer(self, look: Capabilities) -> None:
        """One quiet line about a card that fits, for who did not decline it and uses none yet."""
        if look.best and self._library.settings.engine == "builtin" and not self._state.value(OFFERED):
            self._window.offer.tell(*questions.offer(look))

    @Slot()
    def _take_offer(self) -> None:
        self._decline_offer()
        self.show()
        if self._look is not None and self._look.best:
            self.panel.suggest(with_model(self._library.settings, self._look.best))  # type: ignore[arg-type]

    @Slot()
    def _decline_offer(self) -> None:
        self._window.offer.hide()
        self._state.setValue(OFFERED, "yes")


def is_here(host: str) -> bool:
    """Whether an address is this computer's own."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _timer(of: QObject, milliseconds: int, call: Any) -> QTimer:
    timer = QTimer(of)
    timer.setInterval(milliseconds)
    timer.timeout.connect(call)
    return timer
