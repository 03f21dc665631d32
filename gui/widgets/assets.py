"""Loads icons and the style sheet from resources/, sharp on every screen and in the palette's colours."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from core.paths import resources

SYMBOL_FILL = b"#808080"
_DENSITIES = (1.0, 2.0)


@lru_cache(maxsize=1)
def style_sheet() -> str:
    """The style sheet, with @names in place of colours."""
    return (resources() / "style" / "findling.qss").read_text(encoding="utf-8")


def folder(name: str) -> str:
    """The path of a resource folder for a style sheet."""
    return (resources() / name).as_posix()


@lru_cache(maxsize=64)
def _drawing(name: str) -> bytes:
    return (resources() / "icons" / f"{name}.svg").read_bytes()


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, size: int, density: float) -> QPixmap:
    drawing = _drawing(name)
    if colour:
        drawing = drawing.replace(SYMBOL_FILL, colour.encode())
    pixmap = QPixmap(round(size * density), round(size * density))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(density)
    return pixmap


def picture(name: str, size: int, density: float = 1.0) -> QPixmap:
    """An icon in its own colours: `size` in logical pixels, `density` device pixels to each."""
    return _pixmap(name, "", size, density)


def symbol(name: str, colour: QColor, size: int, density: float = 1.0) -> QPixmap:
    """A symbolic icon in a colour: `size` in logical pixels, `density` device pixels to each."""
    return _pixmap(name, colour.name(), size, density)


def symbol_icon(name: str, colour: QColor, faint: QColor, size: int = 24) -> QIcon:
    """A symbolic icon for buttons and menus: `faint` is its colour when disabled."""
    icon = QIcon()
    for density in _DENSITIES:
        icon.addPixmap(symbol(name, colour, size, density), QIcon.Mode.Normal)
        icon.addPixmap(symbol(name, faint, size, density), QIcon.Mode.Disabled)
    return icon


def app_icon() -> QIcon:
    """Findling's icon in the usual sizes."""
    icon = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        icon.addPixmap(picture("findling", size))
    return icon
