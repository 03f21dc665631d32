"""Checks servers and paths of the engine panel on a background thread and shows the results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from core.errors import FindlingError
from core.messages import tr
from gui.engine import confirmations
from gui.runtime.latest_task import LatestTask
from gui.text import messages

if TYPE_CHECKING:
    from core.library import EngineManager, Which
    from gui.engine.panel import EnginePanel

SERVER, ADDRESS = "server", "address"  # kinds of a check, beside the names of paths


class EngineChecks(QObject):
    """One check at a time; a newer one replaces it."""

    def __init__(self, panel: EnginePanel, engines: EngineManager, parent: QObject) -> None:
        super().__init__(parent)
        self._panel, self._engines = panel, engines
        self._task = LatestTask(self._run, "engine-check", self)
        self._task.result_ready.connect(self._show)
        self._task.failed.connect(self._show_error)
        panel.choices.check_requested.connect(self._check_remote)
        panel.advanced.path_requested.connect(self._check_path)

    def stop(self) -> None:
        """Show no further results."""
        self._task.stop()

    def check_server(self, which: Which) -> None:
        """Check a server in use."""
        self._task.submit((SERVER, which))

    @Slot()
    def _check_remote(self) -> None:
        """Check the server whose address is entered, with a sentence of Findling's own."""
        self._panel.choices.show_check_result(tr("Connecting…"))
        self._task.submit((ADDRESS, self._panel.settings()))

    @Slot(str)
    def _check_path(self, name: str) -> None:
        field = self._panel.advanced.paths[name]
        field.show_result(tr("Checking…") if field.text() else "")
        if field.text():
            self._task.submit((name, field.text()))

    def _run(self, request: Any) -> Iterator[str]:
        kind, value = request
        if kind == SERVER:
            self._engines.check(value)
            yield tr("The server works.")
        elif kind == ADDRESS:
            from core.library import check_server

            check_server(value)
            yield tr("The server works and runs this model.")
        else:
            yield confirmations.describe_path(kind, value)

    @Slot(object, object)
    def _show(self, request: Any, sentence: str) -> None:
        kind = request[0]
        if kind in self._panel.advanced.paths:
            self._panel.advanced.paths[kind].show_result(sentence)
        else:
            self._panel.choices.show_check_result(sentence)

    @Slot(object, object)
    def _show_error(self, request: Any, error: FindlingError) -> None:
        self._show(request, " ".join(messages.error_text(error)).strip())
