from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from core.events import ContentsChanged, EngineChanged, EngineStatus, FoldersChanged, Trouble, TroubleChanged
from gui.runtime.bridge import Bridge


def test_events_of_any_thread_come_out_on_the_main_thread(qtbot: QtBot) -> None:
    bridge = Bridge()
    seen: list[tuple[object, threading.Thread]] = []
    bridge.folders_changed.connect(lambda: seen.append(("folders", threading.current_thread())))
    bridge.contents_changed.connect(lambda: seen.append(("contents", threading.current_thread())))
    bridge.engine_changed.connect(lambda status: seen.append((status, threading.current_thread())))
    bridge.trouble_changed.connect(lambda trouble: seen.append((trouble, threading.current_thread())))
    status, trouble = EngineStatus("ready"), Trouble("storage_full", "The disk is full.")

    def report() -> None:
        for event in (FoldersChanged(), ContentsChanged(), EngineChanged(status), TroubleChanged(trouble)):
            bridge.report(event)

    thread = threading.Thread(target=report)
    thread.start()
    thread.join()
    assert seen == []
    qtbot.waitUntil(lambda: len(seen) == 4)
    assert [what for what, _ in seen] == ["folders", "contents", status, trouble]
    assert {where for _, where in seen} == {threading.main_thread()}


def test_a_closed_bridge_is_silent(qtbot: QtBot) -> None:
    bridge, other = Bridge(), Bridge()
    seen: list[str] = []
    bridge.folders_changed.connect(lambda: seen.append("closed"))
    bridge.report(FoldersChanged())
    bridge.close()
    bridge.report(FoldersChanged())
    with qtbot.waitSignal(other.folders_changed):
        other.report(FoldersChanged())
    assert seen == []
