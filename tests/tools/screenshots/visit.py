"""A window, what is waited for in it, and the pictures that are taken of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.tools.screenshots.pictures import PICTURES
from tests.waiting import StallWatch

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gui.app.application import App
    from tests.core.engine.conftest import Running


def until(condition: Callable[[], bool], what: str) -> None:
    """Run Qt's event loop until a condition holds; exits when nothing moves any more, see `tests.waiting`."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, timer, watch = QEventLoop(), QTimer(), StallWatch(what)
    held, reason = False, ""

    def check() -> None:
        nonlocal held, reason
        held = held or condition()  # once is enough: the next search may be on its way already
        try:
            watch.check()
        except AssertionError as error:
            reason = str(error)
        if held or reason:
            loop.quit()

    timer.timeout.connect(check)
    timer.start(30)
    loop.exec()
    timer.stop()
    if not held:
        raise SystemExit(f"screenshots: {reason}")


def settle(seconds: float = 0.4) -> None:
    """Wait until everything is painted."""
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() > end, "time passes")


class Visit:
    """The window that is taken through its states, and what is done in each."""

    def __init__(self, home: Path, out: Path, look: str, only: set[str], suffix: str, language: str) -> None:
        self.home, self.out, self.look, self.only, self.suffix = home, out, look, only, suffix
        self.language = language
        self.size: tuple[int, int] | None = None
        self.has_fake_engine = False
        self.engine: Running | None = None  # the fake one
        self.app: App

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Save the picture of a widget, the window by default; raises KeyError for one that is not in PICTURES."""
        if name not in PICTURES:
            raise KeyError(name)
        if self.only and name not in self.only:
            return
        settle()
        (widget or self.app.window).grab().save(str(self.out / f"{name}-{self.look}{self.suffix}.png"))

    def is_found_by_meaning(self) -> bool:
        """Whether the results have some by meaning; asks again where the engine was given up, on a busy machine."""
        controller = self.app.search_controller
        assert controller is not None
        found = any("meaning" in hit.lanes for hit in self.app.window.results.rows.hits())
        if not found and not controller._searching.busy:
            controller.refresh()
        return found
