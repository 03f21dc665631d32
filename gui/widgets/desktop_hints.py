"""What the desktop asks of every window: high contrast, and nothing that moves by itself."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

EFFECTS = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
)
_told = {"contrast": False, "still": False}  # by the desktop portal
_usual: dict[Qt.UIEffect, bool] = {}
_usual_blinking: list[int] = []


def high_contrast() -> bool:
    """Whether the desktop is set to high contrast: by the portal, by Qt's own means, or by GTK's theme."""
    hints = QGuiApplication.styleHints()  # a reference: without it, PySide deletes accessibility() too
    by_qt = hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast
    return _told["contrast"] or by_qt or os.environ.get("GTK_THEME", "").startswith("HighContrast")


def reduced_motion() -> bool:
    """Whether the desktop asks for no animations."""
    return _told["still"]


def follow(*, contrast: bool, still: bool) -> bool:
    """Take what the desktop portal says; whether something has changed."""
    told = {"contrast": contrast, "still": still}
    if told == _told:
        return False
    if still != _told["still"]:
        _stop_effects() if still else _restore_effects()
    _told.update(told)
    return True


def _stop_effects() -> None:
    """Stop what Qt moves: menus, lists and tips that unfold or fade, and the blinking of the text cursor."""
    _usual.update({effect: QApplication.isEffectEnabled(effect) for effect in EFFECTS})
    _usual_blinking[:] = [QApplication.cursorFlashTime()]
    for effect in EFFECTS:
        QApplication.setEffectEnabled(effect, False)  # noqa: FBT003
    QApplication.setCursorFlashTime(0)


def _restore_effects() -> None:
    for effect, enabled in _usual.items():
        QApplication.setEffectEnabled(effect, enabled)
    QApplication.setCursorFlashTime(_usual_blinking[0])
