"""Desktop notifications, by the service of the session bus; a click on one opens what it is about."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.messages import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

APP_NAME = "Findling"
APP_ID = "org.findling.Findling"
SERVICE, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
TIMEOUT_SECONDS = 25.0  # as libraries for D-Bus wait: the service may have to be started first
STOP_SECONDS = 2.0
MAX_CHARS = 500
REMEMBERED = 50  # notifications, of which a click is understood


class Notification(NamedTuple):
    """What is shown, and the query that a click searches for ("" for the window as it is)."""

    title: str
    text: str
    query: str = ""


class Notifications(QObject):
    """Emits `clicked(query, token)` for a click, with the desktop's activation token or "".

    `refused(Notification)` is one that no service took, so that it can be shown in another way. The connection is made
    with the first notification, and kept on a thread of its own, as clicks come through it.
    """

    clicked = Signal(str, str)
    refused = Signal(object)
    _heard = Signal(str, str)
    _failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._client: _Client | None = None
        self._stopped = False
        self._heard.connect(self._click, Qt.ConnectionType.QueuedConnection)
        self._failed.connect(self._refuse, Qt.ConnectionType.QueuedConnection)

    def show(self, title: str, text: str, query: str = "") -> None:
        """Show a notification; returns at once, and never fails."""
        if self._stopped:
            return
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._client = _Client(self._heard.emit, tr("Open"))
            self._thread = threading.Thread(target=self._run, args=(self._loop,), name="notifications", daemon=True)
            self._thread.start()
        shown = Notification(title[:MAX_CHARS], text[:MAX_CHARS], query)
        asyncio.run_coroutine_threadsafe(self._send(shown), self._loop)

    def stop(self) -> None:
        """Show no more, and hear of no more clicks."""
        self._stopped = True
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(STOP_SECONDS)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.run_forever()
        if self._client is not None:
            self._client.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        with suppress(Exception):
            loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    async def _send(self, shown: Notification) -> None:
        assert self._client is not None
        try:
            await asyncio.wait_for(self._client.send(shown), TIMEOUT_SECONDS)
        except Exception:  # noqa: BLE001  no bus, no service, or one that does not answer
            self._client.close()
            self._failed.emit(shown)

    @Slot(str, str)
    def _click(self, query: str, token: str) -> None:
        if not self._stopped:
            self.clicked.emit(query, token)

    @Slot(object)
    def _refuse(self, shown: Notification) -> None:
        if not self._stopped:
            self.refused.emit(shown)


class _Client:
    """The connection to the service, on the thread of the loop."""

    def __init__(self, clicked: Callable[[str, str], None], action: str) -> None:
        self._clicked, self._action = clicked, action
        self._bus: MessageBus | None = None
        self._connecting = asyncio.Lock()  # two that are shown at once share the connection
        self._unanswered = 0  # notifications whose number is not known yet
        self._queries: dict[int, str] = {}  # by the id of each notification that is shown
        self._tokens: dict[int, str] = {}
        self._early: set[int] = set()  # clicks that were read together with the number of their notification

    async def send(self, shown: Notification) -> None:
        from dbus_fast import Message, MessageType, Variant

        bus = await self._connected()
        hints = {"desktop-entry": Variant("s", APP_ID)}
        actions = ["default", self._action]  # the key of a click on the notification itself
        message = Message(
            destination=SERVICE,
            path=PATH,
            interface=SERVICE,
            member="Notify",
            signature="susssasa{sv}i",
            body=[APP_NAME, 0, APP_ID, shown.title, _escaped(shown.text), actions, hints, -1],
        )
        self._unanswered += 1
        try:
            reply = await bus.call(message)
            if reply is None or reply.message_type == MessageType.ERROR:
                raise ConnectionError("no service")
            number = int(reply.body[0])
            self._queries[number] = shown.query
            if number in self._early:
                self._click(number)
        finally:
            self._unanswered -= 1
            if not self._unanswered:
                self._early.clear()
        while len(self._queries) > REMEMBERED:
            del self._queries[next(iter(self._queries))]

    def close(self) -> None:
        bus, self._bus = self._bus, None
        if bus is not None:
            with suppress(Exception):
                bus.disconnect()

    async def _connected(self) -> MessageBus:
        from dbus_fast import Message
        from dbus_fast.aio import MessageBus

        async with self._connecting:
            if self._bus is None or not self._bus.connected:
                self._bus = await MessageBus().connect()
                self._bus.add_message_handler(self._signal)
                bus_name, bus_path = "org.freedesktop.DBus", "/org/freedesktop/DBus"
                rule = f"type='signal',interface='{SERVICE}',path='{PATH}'"
                await self._bus.call(
                    Message(
                        destination=bus_name, path=bus_path, interface=bus_name,
                        member="AddMatch", signature="s", body=[rule],
                    )
                )  # fmt: skip
            return self._bus

    def _signal(self, message: Message) -> None:
        if message.interface != SERVICE or not message.body:
            return
        number = message.body[0]
        if message.member == "ActivationToken":
            self._tokens = {number: message.body[1]}
        elif message.member == "ActionInvoked" and number in self._queries:
            self._click(number)
        elif message.member == "ActionInvoked" and self._unanswered and len(self._early) < REMEMBERED:
            self._early.add(number)  # of another program, or of one whose number is not known yet

    def _click(self, number: int) -> None:
        self._clicked(self._queries[number], self._tokens.pop(number, ""))


def _escaped(text: str) -> str:
    """A text whose markup the service shows as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
