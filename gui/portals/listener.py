"""A thread with an event loop of its own, for a connection to the session bus that is kept until it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine

JOIN_SECONDS = 5.0


class ListenerThread:
    """Runs one listener at a time; `start` and `stop` belong to one thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None

    def start(
        self, listen: Callable[[asyncio.Event], Coroutine[None, None, None]], failed: Callable[[Exception], None]
    ) -> None:
        """Run `listen` on a new thread, after one that runs has ended; it returns soon after its event is set.

        `failed` gets what it raises, on that thread.
        """
        self.stop()
        loop, ending = asyncio.new_event_loop(), asyncio.Event()

        def run() -> None:
            try:
                loop.run_until_complete(listen(ending))
            except Exception as error:  # noqa: BLE001  no bus, no portal, or one without what is asked for
                failed(error)
            finally:
                loop.close()

        self._loop, self._ending = loop, ending
        self._thread = threading.Thread(target=run, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End what runs, and wait for it some seconds at most."""
        if self._thread is None or self._loop is None or self._ending is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(JOIN_SECONDS)
        self._thread = self._loop = self._ending = None
