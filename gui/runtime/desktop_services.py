"""Hand files to the desktop: open them, show their folder, copy them to the clipboard."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from gui.results.file_drag import files_mime
from gui.runtime.file_manager import FileManager
from gui.runtime.users_umask import users_umask

OpenUrl = Callable[[QUrl], bool]


def documents_folder() -> str:
    """The folder in which file dialogs start: Documents, else the home folder."""
    places = QStandardPaths.StandardLocation
    folders = map(QStandardPaths.writableLocation, (places.DocumentsLocation, places.HomeLocation))
    return next(filter(os.path.isdir, folders), "")


def suggested_folders() -> dict[str, bool]:
    """Documents, Desktop and Downloads as far as they exist, each with whether it mostly holds documents."""
    places = QStandardPaths.StandardLocation
    home = os.path.realpath(QStandardPaths.writableLocation(places.HomeLocation))
    found: dict[str, bool] = {}
    for place in (places.DocumentsLocation, places.DesktopLocation, places.DownloadLocation):
        path = os.path.realpath(QStandardPaths.writableLocation(place))
        if os.path.isdir(path) and path != home:  # a desktop without such a folder names the home folder
            found.setdefault(path, place != places.DownloadLocation)
    return found


class DesktopServices:
    """Opens files in other programs and copies to the clipboard; `open_url` returns whether a program took the URL.

    `file_manager` selects files in their folders; without it, folders are opened as any URL is.
    """

    def __init__(self, open_url: OpenUrl = QDesktopServices.openUrl, file_manager: FileManager | None = None) -> None:
        self._open_url = open_url
        self._file_manager = file_manager

    def open_file(self, path: str) -> bool:
        """Open a file in its own program, without a question: `DocumentOpener` asks where one is needed."""
        return self._opened(QUrl.fromLocalFile(path))

    def open_link(self, url: str) -> bool:
        """Open a web address in the browser."""
        return self._opened(QUrl(url))

    def open_folder(self, path: str) -> bool:
        """Show a file selected in its folder, or open the folder where the file manager cannot do that."""
        folder = os.path.dirname(path)
        manager = self._file_manager if os.path.lexists(path) else None
        selected = manager is not None and manager.select([path], instead=lambda: self.show_folder(folder))
        return selected or self.show_folder(folder)

    def show_folder(self, path: str) -> bool:
        """Open a folder itself; what is no folder is not opened."""
        return os.path.isdir(path) and self._opened(QUrl.fromLocalFile(path))

    def _opened(self, url: QUrl) -> bool:
        with users_umask():
            return self._open_url(url)

    def copy_files(self, paths: Sequence[str]) -> None:
        """Put the files themselves on the clipboard."""
        QGuiApplication.clipboard().setMimeData(files_mime(paths))

    def copy_text(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
