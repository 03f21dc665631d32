"""Says which font package helps where letters of a document have no glyph in any font of this computer."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from PySide6.QtGui import QFont, QTextLayout
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from core.messages import tr
from gui.widgets.basic import IconButton, label

SAMPLE_CHARS = 20_000  # of a text that are looked at
PER_SCRIPT = 12  # letters that are tried
# The first word of a letter's Unicode name, and the package that has its script. All other scripts: the last one.
PACKAGES = {
    "CJK": "fonts-noto-cjk",
    "HIRAGANA": "fonts-noto-cjk",
    "KATAKANA": "fonts-noto-cjk",
    "HANGUL": "fonts-noto-cjk",
    "BOPOMOFO": "fonts-noto-cjk",
}
OTHER_SCRIPTS, SYMBOLS = "fonts-noto-core", "fonts-noto-color-emoji"


def missing_packages(text: str) -> list[str]:
    """The packages with fonts for the letters of a text that cannot be shown."""
    found: dict[str, None] = {}
    tried: dict[str, int] = {}
    for letter in dict.fromkeys(text[:SAMPLE_CHARS]):
        if letter.isascii() or not (letter.isalpha() or unicodedata.category(letter) == "So"):
            continue
        package = _package(letter)
        script = unicodedata.name(letter, "?").split(" ", 1)[0]
        tried[script] = tried.get(script, 0) + 1
        if tried[script] <= PER_SCRIPT and package not in found and not has_glyph(letter):
            found[package] = None
    return list(found)


@lru_cache(maxsize=4096)
def has_glyph(letter: str) -> bool:
    """Whether any font of this computer has a glyph for a letter."""
    layout = QTextLayout(letter, QFont(QApplication.font()))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return all(index != 0 for run in layout.glyphRuns() for index in run.glyphIndexes())


def _package(letter: str) -> str:
    if unicodedata.category(letter) == "So":
        return SYMBOLS
    return PACKAGES.get(unicodedata.name(letter, "?").split(" ", 1)[0], OTHER_SCRIPTS)


class FontHint(QWidget):
    """A line above the text, while letters of it cannot be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hint")
        self.sentence = label("", factor=0.9, dim=True, wrap=True)
        close = IconButton("close", tr("Hide"), size=14)
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 4, 12, 4)
        row.addWidget(self.sentence, 1)
        row.addWidget(close)
        self.hide()

    def show_text(self, text: str) -> None:
        """Look at the letters of another text."""
        packages = missing_packages(text)
        self.setVisible(bool(packages))
        if packages:
            self.sentence.setText(
                tr(
                    "Some characters cannot be shown because no font has them. Install {packages}.",
                    packages=" ".join(packages),
                )
            )
