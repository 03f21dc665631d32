"""Small pictures of documents in the place of the icons of rows, by choice; drawn when a row is seen first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QSettings, QTimer, Slot
from PySide6.QtGui import QImage, QPixmap

from core.document import Hit
from gui.preview.kinds import Source, page_source
from gui.runtime.latest_task import LatestTask

if TYPE_CHECKING:
    from core.library import Library, Thumbnail
    from gui.dialogs.settings import SettingsDialog
    from gui.window import MainWindow

SETTING = "results/thumbnails"
SOON_MS = 60  # from the first row that is painted without its picture to the request for all of them
IDLE_MS = 20_000  # after which the drawing process ends
MAX_KEPT = 400  # pictures in memory


class ThumbnailController(QObject):
    """Gives the result list its pictures while the setting is on; off deletes them from memory and disk."""

    def __init__(self, window: MainWindow, library: Library, state: QSettings) -> None:
        super().__init__(window)
        self._window, self._thumbnails, self._state = window, library.thumbnails, state
        self._kept: OrderedDict[str, QPixmap | None] = OrderedDict()  # by path; None of what cannot be drawn
        self._current: set[str] = set()  # those of `_kept` whose files were looked at
        self._missing: dict[str, Source] = {}
        self._drawing = LatestTask(self._draw, "thumbnails", self)
        self._drawing.result_ready.connect(self._take)
        self._drawing.finished.connect(self._finished)
        self._soon, self._idle = QTimer(self), QTimer(self)
        for timer, milliseconds, call in (
            (self._soon, SOON_MS, self._request),
            (self._idle, IDLE_MS, self._release),
        ):
            timer.setSingleShot(True)
            timer.setInterval(milliseconds)
            timer.timeout.connect(call)
        self.use()

    @property
    def is_on(self) -> bool:
        """Whether the user wants them."""
        return bool(self._state.value(SETTING) == "true")

    @Slot(object)
    def add_settings(self, dialog: SettingsDialog) -> None:
        """Show the setting in the dialog, and use what is saved."""
        dialog.when_made("appearance", lambda page: page.thumbnails.setChecked(self.is_on))
        dialog.thumbnails_chosen.connect(self.choose)

    @Slot(bool)
    def choose(self, on: bool) -> None:  # noqa: FBT001  Qt's signal
        """Turn them on or off."""
        if on != self.is_on:
            self._state.setValue(SETTING, str(on).lower())
            self.use()

    def use(self) -> None:
        """Use what is set."""
        for known in (self._kept, self._current, self._missing):
            known.clear()
        self._window.results.show_thumbnails(self._pixmap if self.is_on else None)
        if not self.is_on:
            self._drawing.submit(())  # deletes those on disk

    def stop(self) -> None:
        """Draw no more."""
        self._soon.stop()
        self._idle.stop()
        self._window.results.show_thumbnails(None)
        self._drawing.stop()

    @Slot()
    def forget(self) -> None:
        """Look again at files that may have changed; their pictures stay until then."""
        self._current.clear()

    def _pixmap(self, hit: Hit) -> QPixmap | None:
        """The picture of a hit, if it is there already; else it is drawn soon."""
        source = page_source(hit.path, hit.kind)
        if source is None:
            return None
        if hit.path not in self._current:
            self._missing[hit.path] = source
            if not self._soon.isActive():
                self._soon.start()
        if hit.path in self._kept:
            self._kept.move_to_end(hit.path)
        return self._kept.get(hit.path)

    @Slot()
    def _request(self) -> None:
        if self._missing:
            self._idle.stop()
            self._drawing.submit(tuple(self._missing.items()))

    def _draw(self, request: object) -> Iterator[tuple[str, Thumbnail | None]]:
        missing = cast("tuple[tuple[str, Source], ...]", request)
        if not missing:
            self._thumbnails.clear()
        for path, source in missing:
            yield path, self._thumbnails.get(path, source)

    @Slot(object, object)
    def _take(self, _request: object, result: tuple[str, Thumbnail | None]) -> None:
        path, drawn = result
        self._missing.pop(path, None)
        if not self.is_on:
            return
        self._current.add(path)
        self._kept[path] = None if drawn is None else _as_pixmap(drawn)
        while len(self._kept) > MAX_KEPT:
            self._current.discard(self._kept.popitem(last=False)[0])
        self._window.results.viewport().update()

    @Slot()
    def _finished(self) -> None:
        if self.is_on:
            self._idle.start()

    @Slot()
    def _release(self) -> None:
        if not self._drawing.busy:
            self._thumbnails.release()


def _as_pixmap(drawn: Thumbnail) -> QPixmap:
    row = 4 * drawn.width
    return QPixmap.fromImage(QImage(drawn.pixels, drawn.width, drawn.height, row, QImage.Format.Format_ARGB32).copy())
