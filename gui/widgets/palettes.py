"""The palettes: light and dark, each also in high contrast."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

Role = QPalette.ColorRole
Group = QPalette.ColorGroup

ACCENT = {False: "#2961cc", True: "#84acff"}
LIGHT = {
    Role.Window: "#f4f4f6", Role.Base: "#ffffff", Role.AlternateBase: "#f8f8fa", Role.Button: "#ffffff",
    Role.WindowText: "#1d1d22", Role.Text: "#1d1d22", Role.ButtonText: "#1d1d22", Role.PlaceholderText: "#65666f",
    Role.Mid: "#dddde3", Role.Midlight: "#ececf0", Role.Light: "#ffffff", Role.Dark: "#b9b9c2",
    Role.Shadow: "#8e8e98", Role.ToolTipBase: "#2a2b31", Role.ToolTipText: "#f4f4f6",
}  # fmt: skip
DARK = {
    Role.Window: "#1c1d21", Role.Base: "#232429", Role.AlternateBase: "#27282e", Role.Button: "#2e3037",
    Role.WindowText: "#ebecf0", Role.Text: "#ebecf0", Role.ButtonText: "#ebecf0", Role.PlaceholderText: "#abadb7",
    Role.Mid: "#363840", Role.Midlight: "#2b2c33", Role.Light: "#3d3f48", Role.Dark: "#50525d",
    Role.Shadow: "#0c0c0e", Role.ToolTipBase: "#3a3c45", Role.ToolTipText: "#f4f4f6",
}  # fmt: skip
READABLE, READABLE_STRONG = 4.5, 7.0  # contrast of text, of text in high contrast (WCAG 1.4.3, 1.4.6)
STRONG_ACCENT = {False: "#0037a6", True: "#9ec1ff"}
STRONG_LIGHT = {
    Role.Window: "#ffffff", Role.Base: "#ffffff", Role.AlternateBase: "#ffffff", Role.Button: "#ffffff",
    Role.WindowText: "#000000", Role.Text: "#000000", Role.ButtonText: "#000000", Role.PlaceholderText: "#2b2b2b",
    Role.Mid: "#000000", Role.Midlight: "#ebebeb", Role.Light: "#ffffff", Role.Dark: "#000000",
    Role.Shadow: "#000000", Role.ToolTipBase: "#000000", Role.ToolTipText: "#ffffff",
}  # fmt: skip
STRONG_DARK = {
    Role.Window: "#000000", Role.Base: "#000000", Role.AlternateBase: "#000000", Role.Button: "#000000",
    Role.WindowText: "#ffffff", Role.Text: "#ffffff", Role.ButtonText: "#ffffff", Role.PlaceholderText: "#d6d6d6",
    Role.Mid: "#ffffff", Role.Midlight: "#262626", Role.Light: "#ffffff", Role.Dark: "#ffffff",
    Role.Shadow: "#ffffff", Role.ToolTipBase: "#ffffff", Role.ToolTipText: "#000000",
}  # fmt: skip


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """The colour `share` of the way from one to the other."""
    parts = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(a + (b - a) * share) for a, b in parts))


def is_dark(palette: QPalette) -> bool:
    """Whether a palette has light text on a dark background."""
    return palette.color(Role.Base).lightness() < palette.color(Role.Text).lightness()


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    red, green, blue = (_linear(value) for value in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def make_palette(*, dark: bool, accent: QColor | None = None, strong: bool = False) -> QPalette:
    """Findling's palette, light or dark, with the desktop's accent colour if there is one; or in high contrast."""
    palette = QPalette()
    for role, name in _names(dark=dark, strong=strong).items():
        palette.setColor(role, QColor(name))
    own = QColor(STRONG_ACCENT[dark] if strong else ACCENT[dark])
    chosen = own if accent is None or strong else _readable(accent, palette)
    black, white = QColor("#101114"), QColor("#ffffff")
    readable = max(black, white, key=lambda text: contrast(text, chosen))
    for role in (Role.Highlight, Role.Accent, Role.Link, Role.LinkVisited):
        palette.setColor(role, chosen)
    palette.setColor(Role.HighlightedText, readable)
    palette.setColor(Role.BrightText, readable)
    faint = mix(palette.color(Role.Text), palette.color(Role.Window), 0.4 if strong else 0.6)
    for role in (Role.WindowText, Role.Text, Role.ButtonText, Role.PlaceholderText):
        palette.setColor(Group.Disabled, role, faint)
    return palette


def _names(*, dark: bool, strong: bool) -> dict[QPalette.ColorRole, str]:
    if strong:
        return STRONG_DARK if dark else STRONG_LIGHT
    return DARK if dark else LIGHT


def tint_of(base: QColor, accent: QColor) -> QColor:
    """The background of what is chosen."""
    return mix(base, accent, 0.2 if base.lightness() < 128 else 0.11)


def _readable(accent: QColor, palette: QPalette) -> QColor:
    """An accent colour as far towards the text's as it takes to be read as text."""
    base, text = palette.color(Role.Base), palette.color(Role.Text)
    for step in range(21):
        chosen = mix(accent, text, step / 20)
        if (
            contrast(chosen, tint_of(base, chosen)) >= READABLE
            and contrast(chosen, palette.color(Role.Midlight)) >= READABLE
        ):
            return chosen
    return text
