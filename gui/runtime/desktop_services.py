"""Hand files to the desktop: open them, show their folder, copy them to the clipboard."""

from __future__ import annotations

import os
from collections.abc import Callable

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from gui.results.model import files_mime

OpenUrl = Callable[[QUrl], bool]


def documents_folder() -> str:
    """The folder in which file dialogs start: Documents, else the home folder."""
    places = QStandardPaths.StandardLocation
    folders = map(QStandardPaths.writableLocation, (places.DocumentsLocation, places.HomeLocation))
    return next(filter(os.path.isdir, folders), "")


class DesktopServices:
    """Opens files in other programs and copies to the clipboard; `open_url` returns whether a program took the URL."""

    def __init__(self, open_url: OpenUrl = QDesktopServices.openUrl) -> None:
        self._open_url = open_url

    def open(self, path: str) -> bool:
        """Open a file or folder in its own program."""
        return self._open_url(QUrl.fromLocalFile(path))

    def open_link(self, url: str) -> bool:
        """Open a web address in the browser."""
        return self._open_url(QUrl(url))

    def open_folder(self, path: str) -> bool:
        """Open the folder that a file is in."""
        return self.open(os.path.dirname(path))

    def copy_file(self, path: str) -> None:
        """Put the file itself on the clipboard."""
        QGuiApplication.clipboard().setMimeData(files_mime([path]))

    def copy_text(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
