"""Python's garbage is collected on the main thread only."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.runtime import garbage
from gui.runtime.garbage import GarbageCollector


class Node:
    """Garbage, once it is let go: it refers to itself."""

    def __init__(self) -> None:
        self.itself = self


def test_garbage_is_collected_by_the_main_thread_and_no_other(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "CHECK_MS", 10)
    threads: list[threading.Thread] = []
    gc.enable()
    parent = QObject()
    GarbageCollector(parent)
    seen = weakref.finalize(Node(), lambda: threads.append(threading.current_thread()))
    kept: list[object] = []

    def allocate() -> None:
        kept.extend([] for _ in range(10 * gc.get_threshold()[0]))

    def is_collected() -> bool:
        # Each time anew: what other tests left behind and is freed meanwhile is taken off the count of objects.
        thread = threading.Thread(target=allocate)
        thread.start()
        thread.join()
        return not seen.alive

    qtbot.waitUntil(is_collected)
    assert threads == [threading.main_thread()]
