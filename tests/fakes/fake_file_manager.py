"""A fake file manager: owns org.freedesktop.FileManager1 on the session bus and prints what it is to show.

`python -m tests.fakes.fake_file_manager [--refuse]`; prints "ready", then a line of URLs for each call.
"""

import asyncio
import sys

from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError
from dbus_fast.service import ServiceInterface, method

NAME = "org.freedesktop.FileManager1"


class FakeFileManager(ServiceInterface):
    def __init__(self, *, refuses: bool) -> None:
        super().__init__(NAME)
        self._refuses = refuses

    @method()
    def ShowItems(self, urls: "as", startup_id: "s"):  # noqa: F722, F821, N802  the types of D-Bus
        print(" ".join(urls), flush=True)
        if self._refuses:
            raise DBusError("org.freedesktop.DBus.Error.Failed", "it refuses")


async def main() -> None:
    bus = await MessageBus().connect()
    bus.export("/org/freedesktop/FileManager1", FakeFileManager(refuses="--refuse" in sys.argv))
    await bus.request_name(NAME)
    print("ready", flush=True)
    await bus.wait_for_disconnect()


if __name__ == "__main__":
    asyncio.run(main())
