"""Requests to a desktop portal: a call, and the response that comes as a signal once the user has answered."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dbus_fast import Message, Variant
    from dbus_fast.aio import MessageBus

BUS_NAME, PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
REQUEST = "org.freedesktop.portal.Request"
REGISTRY = "org.freedesktop.host.portal.Registry"
APP_ID = "org.findling.Findling"
ANSWER_SECONDS = 600.0  # the desktop may ask the user


class PortalError(Exception):
    """There is no bus, no portal, or none of this kind."""


class DeclinedError(Exception):
    """The desktop or the user did not allow it."""


async def call(bus: MessageBus, interface: str, member: str, signature: str, body: list[Any]) -> list[Any]:
    """The body of the portal's reply; raises PortalError for an error."""
    from dbus_fast import Message, MessageType

    message = Message(
        destination=BUS_NAME, path=PATH, interface=interface, member=member, signature=signature, body=body
    )
    reply = await bus.call(message)
    if reply is None or reply.message_type == MessageType.ERROR:
        raise PortalError(f"{member}: {reply.error_name if reply else 'no reply'}")
    return reply.body


async def match(bus: MessageBus, rule: str) -> None:
    """Receive the signals that a rule describes."""
    from dbus_fast import Message

    name, path = "org.freedesktop.DBus", "/org/freedesktop/DBus"
    message = Message(destination=name, path=path, interface=name, member="AddMatch", signature="s", body=[rule])
    await bus.call(message)


async def ask(
    bus: MessageBus, interface: str, member: str, signature: str, body: list[Any], options: dict[str, Variant]
) -> dict[str, Any]:
    """The results of a request, whose `options` are its last argument. Raises PortalError and DeclinedError."""
    from dbus_fast import Variant

    token = f"findling_{secrets.token_hex(8)}"
    sender = (bus.unique_name or "").lstrip(":").replace(".", "_")
    path = f"{PATH}/request/{sender}/{token}"
    answer: asyncio.Future[tuple[int, dict[str, Any]]] = asyncio.get_running_loop().create_future()

    def heard(message: Message) -> None:
        if message.member == "Response" and message.interface == REQUEST and message.path == path and not answer.done():
            answer.set_result((message.body[0], message.body[1]))

    bus.add_message_handler(heard)
    try:
        await match(bus, f"type='signal',interface='{REQUEST}',path='{path}'")
        await call(bus, interface, member, signature, [*body, {**options, "handle_token": Variant("s", token)}])
        code, results = await asyncio.wait_for(answer, ANSWER_SECONDS)
    finally:
        bus.remove_message_handler(heard)
    if code != 0:
        raise DeclinedError
    return results
