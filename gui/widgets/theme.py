"""The light and dark palettes, the colours derived from a palette, and the style sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from gui.widgets.assets import folder, style_sheet

Choice = Literal["system", "light", "dark"]
Role = QPalette.ColorRole
Group = QPalette.ColorGroup

MAX_CACHED = 32
ACCENT = {False: "#2d68d8", True: "#7ba6ff"}
LIGHT = {
    Role.Window: "#f4f4f6", Role.Base: "#ffffff", Role.AlternateBase: "#f8f8fa", Role.Button: "#ffffff",
    Role.WindowText: "#1d1d22", Role.Text: "#1d1d22", Role.ButtonText: "#1d1d22", Role.PlaceholderText: "#65666f",
    Role.Mid: "#dddde3", Role.Midlight: "#ececf0", Role.Light: "#ffffff", Role.Dark: "#b9b9c2",
    Role.Shadow: "#8e8e98", Role.ToolTipBase: "#2a2b31", Role.ToolTipText: "#f4f4f6",
}  # fmt: skip
DARK = {
    Role.Window: "#1c1d21", Role.Base: "#232429", Role.AlternateBase: "#27282e", Role.Button: "#2e3037",
    Role.WindowText: "#ebecf0", Role.Text: "#ebecf0", Role.ButtonText: "#ebecf0", Role.PlaceholderText: "#a3a5af",
    Role.Mid: "#363840", Role.Midlight: "#2b2c33", Role.Light: "#3d3f48", Role.Dark: "#50525d",
    Role.Shadow: "#0c0c0e", Role.ToolTipBase: "#3a3c45", Role.ToolTipText: "#f4f4f6",
}  # fmt: skip


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
    good: QColor
    warn: QColor
    warn_back: QColor
    bad: QColor
    tip: QColor
    tip_text: QColor


_cache: dict[tuple[int, bool], Colours] = {}


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """The colour `share` of the way from one to the other."""
    parts = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(a + (b - a) * share) for a, b in parts))


def is_dark(palette: QPalette) -> bool:
    """Whether a palette has light text on a dark background."""
    return palette.color(Role.Base).lightness() < palette.color(Role.Text).lightness()


def high_contrast() -> bool:
    """Whether the desktop is set to high contrast."""
    hints = QGuiApplication.styleHints()  # a reference: without it, PySide deletes accessibility() too
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


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
    amber = QColor("#ffc83d")
    tint = mix(base, accent, 0.2 if dark else 0.11)
    return Colours(
        window=palette.color(Role.Window),
        base=base,
        button=palette.color(Role.Button),
        text=text,
        dim=text if strong else palette.color(Role.PlaceholderText),
        faint=mix(text, base, 0.62),
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
        mark=mix(base, amber, 0.36 if dark else 0.45),
        mark_text=QColor("#fff2cc") if dark else mix(text, QColor("#5a3d00"), 0.5),
        good=QColor("#5fcb8f" if dark else "#1b7f47"),
        warn=QColor("#f2b457" if dark else "#9a5b00"),
        warn_back=mix(base, amber, 0.14 if dark else 0.2),
        bad=QColor("#ff8a80" if dark else "#b3261e"),
        tip=palette.color(Role.ToolTipBase),
        tip_text=palette.color(Role.ToolTipText),
    )


def make_palette(*, dark: bool, accent: QColor | None = None) -> QPalette:
    """Findling's palette, light or dark, with the desktop's accent colour if there is one."""
    palette = QPalette()
    for role, name in (DARK if dark else LIGHT).items():
        palette.setColor(role, QColor(name))
    chosen = accent or QColor(ACCENT[dark])
    readable = QColor("#101114") if chosen.lightness() > 150 else QColor("#ffffff")
    palette.setColor(Role.Highlight, chosen)
    palette.setColor(Role.Accent, chosen)
    palette.setColor(Role.HighlightedText, readable)
    palette.setColor(Role.Link, chosen)
    palette.setColor(Role.LinkVisited, chosen)
    palette.setColor(Role.BrightText, readable)
    faint = mix(palette.color(Role.Text), palette.color(Role.Window), 0.6)
    for role in (Role.WindowText, Role.Text, Role.ButtonText, Role.PlaceholderText):
        palette.setColor(Group.Disabled, role, faint)
    return palette


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
        app.styleHints().colorSchemeChanged.connect(self._follow)
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

    def apply(self) -> None:
        """Set the palette and the style sheet."""
        palette = (
            self._desktop_palette if high_contrast() else make_palette(dark=self.dark, accent=self._desktop_accent())
        )
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
