"""One sign-in, on a thread of its own: a window looks at it from a timer, a command waits for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from core.errors import SignInError
from core.sign_in.provider import Provider, discover
from core.sign_in.tokens import Tokens

TOTAL_SECONDS = 600.0  # for a person to sign in


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the person is to open, and the code to type in there: "" if none is needed."""

    url: str
    code: str = ""


class Attempt:
    """Starts to sign in at once. Any thread may call it, and only `wait` waits."""

    def __init__(self, provider: Provider, *, by_code: bool = False, seconds: float = TOTAL_SECONDS) -> None:
        """`by_code` is for a computer without a browser; `seconds` is the time limit for all of it."""
        self.provider, self._by_code, self._seconds = provider, by_code, seconds
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._prompt: Prompt | None = None
        self._result: Tokens | BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="sign-in", daemon=True)
        self._thread.start()

    @property
    def prompt(self) -> Prompt | None:
        """What the person is to do; None until that is known."""
        return self._prompt

    @property
    def done(self) -> bool:
        """Whether there is a result."""
        return self._ended.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the result, for so many seconds at most; whether it is there."""
        return self._ended.wait(seconds)

    def result(self) -> Tokens:
        """The tokens, of an attempt that is done. Raises SignInError, also after `cancel`."""
        assert self._result is not None, "not done"
        if isinstance(self._result, Tokens):
            return self._result
        raise self._result

    def cancel(self) -> None:
        """End it at once; what its thread still waits for is dropped. Does nothing to one that is done."""
        self._end(SignInError("sign_in.cancelled"))

    def join(self) -> None:
        """Wait until the thread has ended, which after `cancel` may take as long as the provider's next answer."""
        self._thread.join()

    def _run(self) -> None:
        try:
            from core.sign_in import browser, device

            sign_in = device.sign_in if self._by_code else browser.sign_in
            self._end(sign_in(self.provider, discover(self.provider.issuer), self._show, self._ended, self._seconds))
        except BaseException as error:  # noqa: BLE001 - raised again by whoever asks for the result
            self._end(error)

    def _show(self, url: str, code: str) -> None:
        self._prompt = Prompt(url, code)

    def _end(self, result: Tokens | BaseException) -> None:
        with self._lock:
            if not self._ended.is_set():
                self._result = result
                self._ended.set()
