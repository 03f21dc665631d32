from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QTextCharFormat
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from core.document import Hit
from gui.results import snippet_layout
from gui.results.delegate import ResultDelegate
from gui.results.model import ResultsModel
from gui.widgets.theme import colours
from tests.gui.results.test_model import hit

ODD = {
    "empty": "",
    "arabic": "ينتهي عقد الإيجار في الحادي والثلاثين من مارس 2027. " * 5,
    "chinese": "租赁合同于2027年3月31日到期。" * 20,
    "emoji": "👩‍👩‍👧‍👦🏠" * 60,
    "one long word": "x" * 5000,
    "markup": "<b>not bold</b> &amp; <script>",
    "lines": "a\n\tb\r\n\x0b\u2029c\x00d",
    "lone surrogate": "a\ud800b \udcff",
    "combining": "e\u0301" * 400,
    "very long": "word " * 20_000,
}


def painted(row: Hit, width: int = 520, way: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight) -> QImage:
    rows = ResultsModel()
    rows.replace([row])
    option = QStyleOptionViewItem()
    option.font = QFont()  # type: ignore[misc]
    option.direction = way  # type: ignore[misc]
    option.state = QStyle.StateFlag.State_Enabled  # type: ignore[misc]
    delegate = ResultDelegate()
    option.rect = QRect(0, 0, width, delegate.sizeHint(option, rows.index(0)).height())  # type: ignore[misc]
    image = QImage(option.rect.size(), QImage.Format.Format_RGB32)
    image.fill(colours().base)
    painter = QPainter(image)
    delegate.paint(painter, option, rows.index(0))
    painter.end()
    return image


def has_colour(image: QImage, colour: QColor) -> bool:
    rgb = colour.rgb()
    return any(image.pixel(x, y) == rgb for x in range(image.width()) for y in range(image.height()))


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("width", [60, 240, 520])
def test_odd_texts_are_painted(qtbot: QtBot, name: str, width: int) -> None:
    text = ODD[name]
    marks = ((0, 3), (len(text) // 2, len(text) // 2 + 2), (len(text) + 5, len(text) + 9), (3, 1))
    for way in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        image = painted(replace(hit(f"/docs/{name}.txt", title=text, snippet=text), marks=marks), width, way)
        assert not image.isNull()


def test_the_mark_is_painted_only_where_there_is_one(qtbot: QtBot) -> None:
    row = hit("/docs/a.pdf")
    assert has_colour(painted(row), colours().mark)
    assert not has_colour(painted(replace(row, marks=())), colours().mark)


def test_every_row_is_of_one_height(qtbot: QtBot) -> None:
    assert len({painted(hit("/a", snippet=text)).height() for text in ODD.values()}) == 1


def laid_out(text: str, marks: list[tuple[int, int]], width: int = 300) -> tuple[str, int]:
    layout = snippet_layout.lay_out(text, marks, QFont(), width, QTextCharFormat())
    return layout.text(), layout.lineCount()


def test_a_long_snippet_is_cut_with_an_ellipsis_after_two_lines(qtbot: QtBot) -> None:
    text, lines = laid_out("many words " * 100, [])
    assert lines == 2
    assert text.endswith("…")


def test_a_short_snippet_is_left_as_it_is(qtbot: QtBot) -> None:
    assert laid_out("The lease ends.", [(4, 9)]) == ("The lease ends.", 1)


def test_right_to_left_text_stands_at_the_right(qtbot: QtBot) -> None:
    layout = snippet_layout.lay_out("ينتهي عقد", [], QFont(), 400, QTextCharFormat())
    line = layout.lineAt(0)
    assert line.naturalTextRect().left() > 200
