"""The window with its paints and stalls reported: each line of its output is a JSON object with an event and its time.

Started by `tests.tools.bench window`; times are of the monotonic clock, which programs of a machine share. The command
"rows N" on its input fills the list of results with N hits.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal, Slot

from core.document import Hit
from gui.app.application import App
from gui.app.main import make_qt
from gui.app.options import Options
from gui.app.resting import Resting
from tests.tools.bench.stall_watch import StallWatch


class PaintReporter(QObject):
    """Reports the first paint of the pop-up after it was shown, and each paint of rows that match what was typed."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._quick = app.residence.quick
        self._is_new = False
        self._quick.shown.connect(self._shown)
        self._quick.box.installEventFilter(self)
        self._quick.results.viewport().installEventFilter(self)
        self._show_hits = self._quick.show_hits
        self._quick.show_hits = self._hits_shown  # type: ignore[method-assign]

    def _hits_shown(self, hits: Sequence[Hit]) -> None:
        """Paint rows that stay as they are, too: those of the letter before may have been painted while it waited."""
        self._show_hits(hits)
        self._quick.results.viewport().update()

    def _shown(self) -> None:
        self._is_new = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        if event.type() == QEvent.Type.Paint:
            if watched is self._quick.box and self._is_new:
                self._is_new = False
                tell("quick search painted")
            elif watched is not self._quick.box and self._quick.hits_are_shown and not self._quick.is_pending:
                tell("rows painted", text=self._quick.text())
        if event.type() == QEvent.Type.FocusIn and watched is self._quick.box:
            tell("quick search focused")
        return False


class PagePaints(QObject):
    """Reports each paint of a page of which there is a picture."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._preview = app.window.preview
        self._preview.body.pages.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        if event.type() == QEvent.Type.Paint and self._preview.body.pages.has_picture(self._preview.path):
            tell("page painted", path=self._preview.path)
        return False


class LongList(QObject):
    """Fills the list of results with copies of the hits in it, and reports each paint of it from then on."""

    rows_requested = Signal(int)

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._results = app.window.results
        self.rows_requested.connect(self._fill)
        threading.Thread(target=self._read, name="commands", daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.rows_requested.emit(int(line.split()[1]))

    @Slot(int)
    def _fill(self, count: int) -> None:
        rows = self._results.rows
        hits = [hit for hit in map(rows.hit, range(rows.rowCount())) if hit]
        copies = [replace(hits[n % len(hits)], path=f"{hits[n % len(hits)].path}-{n}") for n in range(count)]
        start = time.monotonic()
        self._results.show_hits(copies)
        self._results.viewport().installEventFilter(self)
        tell("rows filled", count=rows.rowCount(), seconds=time.monotonic() - start)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        if event.type() == QEvent.Type.Paint:
            tell("list painted")
        return False


def tell(event: str, **facts: object) -> None:
    print(json.dumps({"event": event, "at": time.monotonic(), **facts}), flush=True)


def main() -> int:
    library, rest_seconds = sys.argv[1], float(sys.argv[2])
    qt = make_qt(["findling"], "en")
    app = App(qt, Options(str(Path(library))))
    reporters: list[QObject] = []
    app.window.painted.connect(lambda: tell("first paint"))

    def opened() -> None:
        reporters.extend((PaintReporter(app), PagePaints(app), LongList(app), StallWatch(tell, app)))
        for one in app.window.findChildren(Resting):
            one.released.connect(lambda: tell("memory released"))
        tell("usable")

    app.opening.task.finished.connect(opened)
    import gui.app.resting as resting

    resting.HIDDEN_SECONDS, resting.TICK_MS = rest_seconds, 500  # type: ignore[misc]
    resting.MINUTE = rest_seconds  # so that the engine is unloaded within the measurement
    app.preferences.rest_minutes, app.preferences.told = 2, True
    app.start()
    code = qt.exec()
    app.close()
    return code


if __name__ == "__main__":
    sys.exit(main())
