"""The fonts and measures of a row, comfortable or compact."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, get_args

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics

from gui.widgets.plain_text import elided
from gui.widgets.theme import scaled

Density = Literal["comfortable", "compact"]
DENSITIES: tuple[Density, ...] = get_args(Density)
MARGIN = 8  # pixels between the list's edge and a row's background
GAP = 10
LEADING = 2
VERSION_INDENT = 24
SMALL_FONT = 0.88
KEPT_TEXTS = 512


@dataclass(frozen=True)
class RowMetrics:
    """Fonts, and measures in pixels: `padding` above and below, `gap` between the lines."""

    title: QFont
    body: QFont
    small: QFont
    icon: int
    padding: int
    gap: int
    is_compact: bool

    @cached_property
    def row_height(self) -> int:
        """The height of a row with a hit; all have the same, so that nothing jumps."""
        fonts = (self.title, self.body) if self.is_compact else (self.title, self.body, self.small)
        return 2 * self.padding + (len(fonts) - 1) * self.gap + sum(map(line_height, fonts))

    @cached_property
    def heading_height(self) -> int:
        return line_height(self.small) + (12 if self.is_compact else 18)

    @cached_property
    def more_height(self) -> int:
        """The height of the row that shows or folds away the hits at the end of a section."""
        return line_height(self.body) + 14


@lru_cache(maxsize=8)
def row_metrics(base: QFont, density: Density) -> RowMetrics:
    """The measures for a view's font."""
    title, small = scaled(base, 1.0, QFont.Weight.DemiBold), scaled(base, SMALL_FONT)
    if density == "compact":
        return RowMetrics(title, base, small, icon=24, padding=5, gap=0, is_compact=True)
    return RowMetrics(title, base, small, icon=32, padding=9, gap=3, is_compact=False)


@lru_cache(maxsize=32)
def line_height(font: QFont) -> int:
    """The height of a line of text in pixels, with leading."""
    return QFontMetrics(font).height() + LEADING


@lru_cache(maxsize=KEPT_TEXTS)
def text_width(text: str, font: QFont) -> int:
    """The width of a text in pixels; kept, since a row is painted many times while it is scrolled."""
    return QFontMetrics(font).horizontalAdvance(text) + 1 if text else 0


@lru_cache(maxsize=KEPT_TEXTS)
def cut_text(text: str, font: QFont, width: int, mode: Qt.TextElideMode) -> str:
    """A text cut to `width` pixels; kept as well."""
    return elided(text, QFontMetrics(font), width, mode)
