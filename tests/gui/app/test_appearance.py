"""The window follows the desktop's wishes for contrast and motion, as they change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.portals.appearance import APPEARANCE, GNOME, GNOME_ACCESS, DesktopAppearance, wishes
from gui.preview.tools import PreviewTools
from gui.widgets import desktop_hints
from gui.widgets.elided_button import ElidedButton
from gui.widgets.palettes import READABLE_STRONG, contrast
from gui.widgets.progress_bar import BusyMeter
from gui.widgets.theme import Theme, colours
from tests.builders.desktop import FakeProgram, fake_program, session_bus


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProgram]:
    with session_bus() as address, fake_program("fake_portal", DBUS_SESSION_BUS_ADDRESS=address) as program:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield program


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    palette, sheet = qapp.palette(), qapp.styleSheet()
    made = Theme(qapp, "light")
    yield made
    made.follow_desktop(False, False)
    made.deleteLater()
    qapp.setPalette(palette)
    qapp.setStyleSheet(sheet)


@pytest.mark.slow
def test_contrast_and_motion_are_followed(qtbot: QtBot, portal: FakeProgram, theme: Theme) -> None:
    appearance = DesktopAppearance()
    appearance.changed.connect(theme.follow_desktop)
    blinking = QApplication.cursorFlashTime()
    assert blinking > 0
    with qtbot.waitSignal(appearance.changed):
        appearance.start()
    try:
        assert contrast(colours().dim, colours().base) < 7
        with qtbot.waitSignal(theme.changed):
            portal.tell("contrast 1")
        assert contrast(colours().dim, colours().base) >= 7
        with qtbot.waitSignal(theme.changed):
            portal.tell("reduced-motion 1")
        assert desktop_hints.reduced_motion()
        assert QApplication.cursorFlashTime() == 0
        assert not any(QApplication.isEffectEnabled(effect) for effect in desktop_hints.EFFECTS)
        with qtbot.waitSignal(theme.changed):
            portal.tell("reduced-motion 0")
        assert QApplication.cursorFlashTime() == blinking
        with qtbot.waitSignal(theme.changed):
            portal.tell("contrast 0")
        assert contrast(colours().dim, colours().base) < 7
    finally:
        appearance.stop()
        appearance.deleteLater()


def test_a_busy_bar_stands_still(qtbot: QtBot, theme: Theme) -> None:
    meter = BusyMeter()
    qtbot.addWidget(meter)

    def pictures() -> list[object]:
        taken = []
        for _ in range(3):
            meter.advance()
            taken.append(meter.grab().toImage())
        return taken

    meter.resize(200, 8)
    first, second, _ = pictures()
    assert first != second
    theme.follow_desktop(False, True)
    first, second, third = pictures()
    assert first == second == third


def test_without_a_portal_nothing_is_said(qtbot: QtBot) -> None:
    appearance = DesktopAppearance()
    with qtbot.assertNotEmitted(appearance.changed, wait=200):
        appearance.start()
    appearance.stop()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, (False, False)),
        ({(APPEARANCE, "contrast"): 1, (APPEARANCE, "reduced-motion"): 1}, (True, True)),
        ({(GNOME, "gtk-theme"): "HighContrastInverse"}, (True, False)),
        ({(GNOME_ACCESS, "high-contrast"): True, (GNOME, "enable-animations"): False}, (True, True)),
        ({(APPEARANCE, "contrast"): 0, (GNOME, "enable-animations"): True}, (False, False)),
    ],
)
def test_wishes_of_desktops(values: dict[tuple[str, str], object], told: tuple[bool, bool]) -> None:
    assert wishes(values) == told


def test_a_theme_follows_qts_own_hint(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gui.widgets.theme.high_contrast", lambda: True)
    QApplication.styleHints().accessibility().contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert contrast(colours().text, colours().base) == pytest.approx(21)


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_the_switch_of_the_views_has_all_its_edges(qtbot: QtBot, theme: Theme, direction: Qt.LayoutDirection) -> None:
    theme.follow_desktop(True, False)
    tools = PreviewTools()
    tools.setLayoutDirection(direction)
    qtbot.addWidget(tools)
    tools.resize(600, 40)
    tools.show()
    for current in ("page", "text"):
        tools.show_views(("page", "text"), current)
        buttons = [button for button in tools.findChildren(ElidedButton, "segment") if button.isVisible()]
        qtbot.waitUntil(lambda: [button.shown_text() for button in buttons] == ["Page", "Text"])  # noqa: B023
        picture = tools.grab().toImage()
        switch = buttons[0].geometry() | buttons[1].geometry()
        outside = picture.pixelColor(switch.left() - 2, switch.center().y())
        for x in (switch.left(), switch.right()):
            assert contrast(picture.pixelColor(x, switch.center().y()), outside) > READABLE_STRONG
