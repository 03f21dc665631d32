"""A sign-in at the provider that a team library names: in the browser, or by a code on any device."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import SignInError
from core.sign_in import Attempt, Prompt, Provider

LOOK_MS = 200  # between two looks at the attempt, which has threads of its own


class TeamSignIn(QObject):
    """Emits `prompted(Prompt)` once, then `signed_in(Provider, Tokens)` or `failed(sentence)`."""

    prompted = Signal(object)
    signed_in = Signal(object, object)
    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._attempt: Attempt | None = None
        self._prompt: Prompt | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def provider(self) -> Provider | None:
        """Where somebody is signing in; None if nobody is."""
        return self._attempt.provider if self._attempt is not None else None

    def begin(self, provider: Provider, *, by_code: bool = False) -> None:
        """Start to sign in; an attempt before is ended."""
        self.cancel()
        self._attempt, self._prompt = Attempt(provider, by_code=by_code), None
        self._timer.start()

    @Slot()
    def cancel(self) -> None:
        """End the attempt, if there is one."""
        self._timer.stop()
        if self._attempt is not None:
            self._attempt.cancel()
            self._attempt = None

    @Slot()
    def _look(self) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        if attempt.prompt is not None and self._prompt is None:
            self._prompt = attempt.prompt
            self.prompted.emit(self._prompt)
        if not attempt.done:
            return
        self._timer.stop()
        self._attempt = None
        try:
            tokens = attempt.result()
        except SignInError as error:
            self.failed.emit(str(error))
        else:
            self.signed_in.emit(attempt.provider, tokens)
