"""The colours that are derived from a palette, the style sheet, and what the window looks like now."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, fields
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from gui.widgets import desktop_hints
from gui.widgets.assets import folder, style_sheet
from gui.widgets.desktop_hints import high_contrast
from gui.widgets.palettes import Role, is_dark, make_palette, mix, tint_of

Choice = Literal["system", "light", "dark"]

MAX_CACHED = 32
# Good, warning and bad, by (dark, in high contrast).
STATES = {
    (False, False): ("#1b7f47", "#9a5b00", "#b3261e"),
    (True, False): ("#5fcb8f", "#f2b457", "#ff8a80"),
    (False, True): ("#0a5a2e", "#6b3f00", "#8c1009"),
    (True, True): ("#7ee2aa", "#ffc56b", "#ffb3ac"),
}


@dataclass(frozen=True, slots=True)
class Colours:
    """All colours that are painted, derived from one palette; `selected_text` is for text on `selected`."""

    window: QColor
    base: QColor
    button: QColor
    text: QColor
    dim: QColor
    faint: QColor
    line: QColor
    soft: QColor
    edge: QColor
    hover: QColor
    accent: QColor
    on_accent: QColor
    accent_hover: QColor
    tint: QColor
    selected: QColor
    selected_text: QColor
    mark: QColor
    mark_text: QColor
    sentence: QColor
    sentence_text: QColor
    current_mark: QColor
    current_mark_text: QColor
    good: QColor
    warn: QColor
    warn_back: QColor
    bad: QColor
    tip: QColor
    tip_text: QColor


_cache: dict[tuple[int, bool], Colours] = {}


def opposite(direction: Qt.LayoutDirection) -> Qt.LayoutDirection:
    """The other direction of a layout: in it, a button's symbol stands after its text."""
    right = Qt.LayoutDirection.RightToLeft
    return Qt.LayoutDirection.LeftToRight if direction == right else right


def colours() -> Colours:
    """The colours of the application's palette; a widget's own palette is changed by the style sheet."""
    return colours_of(QApplication.palette())


def colours_of(palette: QPalette) -> Colours:
    """The colours of a palette, cached because every painted row needs them."""
    key = (palette.cacheKey(), high_contrast())
    if key not in _cache:
        if len(_cache) >= MAX_CACHED:
            _cache.clear()
        _cache[key] = _derive(palette, strong=key[1])
    return _cache[key]


def _derive(palette: QPalette, *, strong: bool) -> Colours:
    dark = is_dark(palette)
    base, text, accent = palette.color(Role.Base), palette.color(Role.Text), palette.color(Role.Highlight)
    on_accent = palette.color(Role.HighlightedText)
    amber, paper_black = QColor("#ffc83d"), QColor("#1b1208")
    tint = tint_of(base, accent)
    good, warn, bad = STATES[dark, strong]
    return Colours(
        window=palette.color(Role.Window),
        base=base,
        button=palette.color(Role.Button),
        text=text,
        dim=palette.color(Role.PlaceholderText),
        faint=mix(text, base, 0.4 if strong else 0.62),
        line=text if strong else palette.color(Role.Mid),
        soft=palette.color(Role.Midlight),
        edge=text if strong else mix(palette.color(Role.Mid), palette.color(Role.Dark), 0.45),
        hover=mix(base, text, 0.05 if dark else 0.035),
        accent=accent,
        on_accent=on_accent,
        accent_hover=mix(accent, text, 0.12),
        tint=tint,
        selected=accent if strong else tint,
        selected_text=on_accent if strong else text,
        mark=amber if strong else mix(base, amber, 0.36 if dark else 0.45),
        mark_text=paper_black if strong else QColor("#fff2cc") if dark else mix(text, QColor("#5a3d00"), 0.5),
        sentence=mix(base, text, 0.25) if strong else mix(base, accent, 0.4 if dark else 0.22),
        sentence_text=text,
        current_mark=QColor("#ff9d2e" if strong else "#d9822b" if dark else "#ffb84d"),
        current_mark_text=paper_black,
        good=QColor(good),
        warn=QColor(warn),
        warn_back=mix(base, amber, 0.14 if dark else 0.2),
        bad=QColor(bad),
        tip=palette.color(Role.ToolTipBase),
        tip_text=palette.color(Role.ToolTipText),
    )


def sheet(palette: QPalette) -> str:
    """The style sheet with each @name replaced by the colour from the palette."""
    derived = colours_of(palette)
    names = {field.name: getattr(derived, field.name).name() for field in fields(Colours)}
    names["shade"] = "dark" if derived.on_accent.lightness() < 128 else "light"
    names |= {"icons": folder("icons"), "style": folder("style")}
    return re.sub(r"@(\w+)", lambda match: names[match.group(1)], style_sheet())


def scaled(font: QFont, factor: float, weight: QFont.Weight | None = None) -> QFont:
    """A font of another size and weight."""
    other = QFont(font)
    if font.pointSizeF() > 0:
        other.setPointSizeF(font.pointSizeF() * factor)
    else:
        other.setPixelSize(round(font.pixelSize() * factor))
    if weight is not None:
        other.setWeight(weight)
    return other


class Theme(QObject):
    """Applies the palette and style sheet chosen by the user or the desktop."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: Choice = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice: Choice = choice
        self._desktop_palette = QPalette(app.palette())
        app.setStyle("Fusion")
        self._raise_fallback_font()
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._follow)
        hints.accessibility().contrastPreferenceChanged.connect(self.apply)
        self.apply()

    @property
    def choice(self) -> Choice:
        return self._choice

    @property
    def dark(self) -> bool:
        """Whether the dark palette is in use."""
        if self._choice == "system":
            return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._choice == "dark"

    def choose(self, choice: Choice) -> None:
        """Use another palette: light, dark, or the desktop's."""
        if choice != self._choice:
            self._choice = choice
            self.apply()

    @Slot(bool, bool)
    def follow_desktop(self, contrast: bool, still: bool) -> None:  # noqa: FBT001  Qt's signal
        """Use high contrast, and move nothing, as the desktop says."""
        if desktop_hints.follow(contrast=contrast, still=still):
            self.apply()

    @Slot()
    def apply(self) -> None:
        """Set the palette and the style sheet."""
        strong = high_contrast()
        own = make_palette(dark=self.dark, accent=self._desktop_accent(), strong=strong)
        # In high contrast, Windows has colours that the user chose.
        palette = self._desktop_palette if strong and sys.platform == "win32" else own
        self._app.setPalette(palette)
        self._app.setStyleSheet(sheet(palette))
        self.changed.emit()

    @Slot()
    def _follow(self) -> None:
        if self._choice == "system":
            self.apply()

    def _desktop_accent(self) -> QColor | None:
        accent = self._desktop_palette.color(Role.Accent)
        is_default = accent.name() in {"#308cc6", "#308cc5"}
        return None if is_default or accent.saturation() < 40 else accent

    def _raise_fallback_font(self) -> None:
        font = self._app.font()
        if font.family() == "Sans Serif" and font.pointSize() == 9:
            # 9 pt is Qt's default without desktop settings, not a choice of the user.
            font.setPointSize(10)
            self._app.setFont(font)
