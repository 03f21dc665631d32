"""Every text can be read on every ground that it stands on, in each look."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from gui.preview.text import CODE
from gui.widgets import desktop_hints, theme
from gui.widgets.palettes import READABLE, READABLE_STRONG, contrast, make_palette, mix

SIGN = 3.0  # contrast of what is no text, such as dots and rings (WCAG 1.4.11)
# What is written in a colour of Colours, and the colours behind it.
TEXTS = {
    "text": ("window", "base", "button", "hover", "soft", "tint", "warn_back", "sentence"),
    "dim": ("window", "base", "button", "hover", "soft"),
    "accent": ("window", "base", "hover", "soft"),
    "on_accent": ("accent", "accent_hover"),
    "selected_text": ("selected",),
    "mark_text": ("mark",),
    "sentence_text": ("sentence",),
    "current_mark_text": ("current_mark",),
    "good": ("window", "base"),
    "warn": ("window", "base", "warn_back"),
    "bad": ("window", "base"),
    "tip_text": ("tip",),
}
APPEARANCES = [(dark, strong) for dark in (False, True) for strong in (False, True)]


def colours(monkeypatch: pytest.MonkeyPatch, palette: QPalette, *, strong: bool) -> theme.Colours:
    monkeypatch.setattr(theme, "high_contrast", lambda: strong)
    return theme.colours_of(palette)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("dark", "strong"), APPEARANCES)
def test_texts_can_be_read(monkeypatch: pytest.MonkeyPatch, *, dark: bool, strong: bool) -> None:
    used = colours(monkeypatch, make_palette(dark=dark, strong=strong), strong=strong)
    needed = READABLE_STRONG if strong else READABLE
    grounds = TEXTS if strong else TEXTS | {"accent": (*TEXTS["accent"], "tint"), "dim": (*TEXTS["dim"], "selected")}
    found = {
        f"{text} on {ground}": round(contrast(getattr(used, text), getattr(used, ground)), 2)
        for text, behind in grounds.items()
        for ground in behind
    }
    assert {pair: ratio for pair, ratio in found.items() if ratio < needed} == {}


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("dark", "strong"), APPEARANCES)
def test_source_code_can_be_read(*, dark: bool, strong: bool) -> None:
    base = make_palette(dark=dark, strong=strong).color(QPalette.ColorRole.Base)
    ratios = [contrast(QColor(name), base) for name in CODE[dark, strong]]
    assert min(ratios) >= (READABLE_STRONG if strong else READABLE)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("dark", "strong"), APPEARANCES)
def test_signs_can_be_seen(monkeypatch: pytest.MonkeyPatch, *, dark: bool, strong: bool) -> None:
    """The filled dots of the strength sign, beside empty ones; rings around what has the focus; edges of fields."""
    used = colours(monkeypatch, make_palette(dark=dark, strong=strong), strong=strong)
    on_row = used.selected_text if strong else used.accent
    empty = mix(used.base, used.text, 0.18)
    assert contrast(used.accent, used.base) >= SIGN
    assert contrast(used.accent, empty) >= SIGN
    assert contrast(on_row, used.selected) >= SIGN
    if strong:
        assert contrast(used.edge, used.base) >= SIGN
        assert contrast(used.text, used.selected) >= SIGN or contrast(used.selected_text, used.selected) >= SIGN


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("name", ["#ffe000", "#00ff00", "#202020", "#e95420", "#ffffff", "#3584e4"])
@pytest.mark.parametrize("dark", [False, True])
def test_an_accent_of_the_desktop_can_be_read(monkeypatch: pytest.MonkeyPatch, name: str, *, dark: bool) -> None:
    used = colours(monkeypatch, make_palette(dark=dark, accent=QColor(name)), strong=False)
    assert min(contrast(used.accent, ground) for ground in (used.base, used.tint, used.soft)) >= READABLE
    assert contrast(used.on_accent, used.accent) >= READABLE


@pytest.mark.usefixtures("qapp")
def test_high_contrast_by_gtk_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not desktop_hints.high_contrast()
    monkeypatch.setenv("GTK_THEME", "HighContrastInverse:dark")
    assert desktop_hints.high_contrast()


def test_the_hint_in_a_field_is_no_paler_than_other_dim_text(qtbot: QtBot, qapp: QApplication) -> None:
    """Qt's own is half transparent."""
    before = qapp.palette(), qapp.styleSheet()
    theme.Theme(qapp, "light").deleteLater()
    field = QLineEdit()
    qtbot.addWidget(field)
    field.setPlaceholderText("Search")
    field.ensurePolished()
    assert field.palette().color(QPalette.ColorRole.PlaceholderText) == theme.colours().dim
    qapp.setPalette(before[0])
    qapp.setStyleSheet(before[1])
