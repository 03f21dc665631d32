"""Shows text of documents, names and errors as it is: Qt would guess that some of it is rich text, and run it."""

from __future__ import annotations

import re

from PySide6.QtGui import QFontMetrics, Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from core.messages.visible import cut

LONGEST = 10_000  # characters of a label; more is cut before it is laid out
LONGEST_TOOL_TIP = 2_000
TOOL_TIP_COLUMNS = 120  # characters of a line of a tool tip, which does not wrap by itself
LONGEST_NAME = 400  # characters of a title, a button, a menu's entry
_ENDING = re.compile(r"(?<=\S)\.[^\s.]{1,12}$")  # of the name of a file
_JOINER = "\u2060"  # a word joiner, which takes no room: no tag begins with it
_LINE_BREAKS = re.compile(r"[\t\n\r\x0b\x0c\0\u2028\u2029]")
_MARKUP = re.compile(r"[<&]")


def shortened(text: str) -> str:
    """A text that is short enough to be laid out at once."""
    return cut(text, LONGEST)


def tool_tip(text: str) -> str:
    """A text as a tool tip that Qt shows as it is, in lines of at most TOOL_TIP_COLUMNS characters."""
    text = cut(text, LONGEST_TOOL_TIP)
    folded = "\n".join(piece for line in text.split("\n") for piece in _folded(line))
    return _MARKUP.sub(rf"\g<0>{_JOINER}", folded) if Qt.mightBeRichText(folded) else folded


def action_text(text: str) -> str:
    """A text for a button or a menu's entry, in one line and with its ampersands, which else mark a key."""
    return cut(_LINE_BREAKS.sub(" ", text), LONGEST_NAME).replace("&", "&&")


def window_title(text: str) -> str:
    """A text as a window's title, in one line; "[*]" in it stays, which else shows that a document is modified."""
    return cut(_LINE_BREAKS.sub(" ", text), LONGEST_NAME).replace("[*]", "[*][*]")


def elided(text: str, metrics: QFontMetrics, width: int, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> str:
    """A text cut to `width` pixels, at its end or in its middle; the ending of a file's name stays while it fits."""
    text = cut(text, LONGEST_NAME)
    ending = _ENDING.search(text)
    if mode == Qt.TextElideMode.ElideRight and ending is None:
        return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, width)
    if shown == text or ending is None or shown.endswith(ending[0]):
        return shown
    head = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - metrics.horizontalAdvance(ending[0]))
    return head + ending[0] if head else metrics.elidedText(ending[0], Qt.TextElideMode.ElideLeft, width)


class PlainLabel(QLabel):
    """A label that shows every text as it is."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(shortened(text))

    def setToolTip(self, text: str) -> None:
        super().setToolTip(tool_tip(text))


class PlainMessageBox(QMessageBox):
    """A message box whose question and details are shown as they are."""

    def __init__(self, parent: QWidget | None, title: str, question: str, details: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.NoIcon)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWindowTitle(window_title(title))
        self.setText(shortened(question))
        self.setInformativeText(shortened(details))
        for part in self.findChildren(QLabel):
            part.setTextFormat(Qt.TextFormat.PlainText)  # Qt guesses again for the details


def _folded(line: str) -> list[str]:
    """A line in pieces of at most TOOL_TIP_COLUMNS characters, broken after a space or a separator of a path."""
    pieces = []
    while len(line) > TOOL_TIP_COLUMNS:
        at = (
            max(line.rfind(mark, TOOL_TIP_COLUMNS // 2, TOOL_TIP_COLUMNS) for mark in (" ", "/", "\\")) + 1
            or TOOL_TIP_COLUMNS
        )
        pieces.append(line[:at])
        line = line[at:]
    return [*pieces, line]
