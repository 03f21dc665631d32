"""The installed programs that open a PDF at a page, each by an option of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QProcess, QUrl

from gui.runtime.users_umask import users_umask

Arguments = Callable[[str, int], list[str]]  # of a path and a page from 1


@dataclass(frozen=True, slots=True)
class PageViewer:
    """A program: the name of its command, and its own name."""

    name: str
    title: str
    arguments: Arguments

    def launch(self, path: str, page: int) -> bool:
        """Open a file at a page, from 1; whether the program could be started."""
        command = shutil.which(self.name)
        with users_umask():
            return command is not None and bool(
                QProcess.startDetached(command, self.arguments(path, page), os.path.expanduser("~"))[0]
            )


def _index_option(path: str, page: int) -> list[str]:
    return [f"--page-index={page}", path]


def _in_url(path: str, page: int) -> list[str]:
    return [f"{bytes(QUrl.fromLocalFile(path).toEncoded().data()).decode()}#page={page}"]


VIEWERS: tuple[PageViewer, ...] = (
    PageViewer("papers", "Papers", _index_option),
    PageViewer("evince", "Evince", _index_option),
    PageViewer("okular", "Okular", lambda path, page: ["--page", str(page), path]),
    PageViewer("xreader", "Xreader", _index_option),
    PageViewer("atril", "Atril", _index_option),
    PageViewer("zathura", "Zathura", lambda path, page: [f"--page={page}", path]),
    PageViewer("qpdfview", "qpdfview", lambda path, page: ["--unique", f"{path}#{page}"]),
    PageViewer("mupdf", "MuPDF", lambda path, page: [path, str(page)]),
    PageViewer("firefox", "Firefox", _in_url),
    PageViewer("firefox-esr", "Firefox ESR", _in_url),
    PageViewer("chromium", "Chromium", _in_url),
    PageViewer("google-chrome", "Google Chrome", _in_url),
)


def installed_viewers() -> list[PageViewer]:
    """The installed ones, in the order of VIEWERS."""
    return [viewer for viewer in VIEWERS if shutil.which(viewer.name)]
