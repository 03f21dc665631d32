"""Files as other programs take them, by drag and drop or from the clipboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QMimeData, QUrl

from gui.text import messages


def files_mime(paths: Sequence[str]) -> QMimeData:
    """Files in the formats that other programs paste and drop."""
    urls = [QUrl.fromLocalFile(path) for path in paths]
    mime = QMimeData()
    mime.setUrls(urls)
    mime.setText("\n".join(messages.shown_path(path) if "\udc80" in path else path for path in paths))
    copied = "\n".join(["copy", *(bytes(url.toEncoded().data()).decode() for url in urls)])
    mime.setData("x-special/gnome-copied-files", QByteArray(copied.encode()))
    return mime
