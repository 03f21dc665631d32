"""Supervise a server that somebody else runs."""

from __future__ import annotations

from dataclasses import replace

from core.engine.probe.check import Endpoint
from core.engine.supervisor.mailbox import Checked, Mailbox, Suspect
from core.errors import EngineAnswerError, EngineUnavailableError
from core.messages import Message

FIRST_PAUSE = 1.0  # seconds; doubled after each failure
LONGEST_PAUSE = 30.0


class RemoteRunner:
    """Runs on the supervisor's thread: checks until the server answers correctly, then waits for complaints."""

    def __init__(self, endpoint: Endpoint, mailbox: Mailbox) -> None:
        self._endpoint = endpoint
        self._mailbox = mailbox
        self._pause = FIRST_PAUSE

    def run(self) -> None:
        """Check again and again until the mailbox raises Stopped."""
        while True:
            try:
                self._check()
            except EngineUnavailableError as error:
                self._mailbox.show("starting", Message("engine.retrying", reason=error.sentence).sentence, error.remedy)
            except EngineAnswerError as error:
                self._mailbox.show("failed", error.sentence, error.remedy)
            else:
                self._be_ready()
                continue
            self._mailbox.pause(self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _check(self) -> None:
        self._mailbox.check(self._endpoint)
        while not isinstance(message := self._mailbox.next(), Checked):
            pass
        if message.error is not None:
            raise message.error
        self._endpoint = replace(self._endpoint, served_as=message.served_as)

    def _be_ready(self) -> None:
        self._pause = FIRST_PAUSE
        self._mailbox.trust()
        if self._mailbox.endpoint() is None:
            self._mailbox.show("ready", endpoint=self._endpoint)
        while not isinstance(self._mailbox.next(), Suspect):
            pass
