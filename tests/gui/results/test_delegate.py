from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QTextCharFormat
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from core.document import Hit
from gui.results import snippet_layout
from gui.results.delegate import ResultDelegate
from gui.results.model import ResultsModel
from gui.results.row_metrics import DENSITIES, Density
from gui.results.row_painter import RowPainter
from gui.results.view import ResultsView
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


def painted(
    row: Hit,
    width: int = 520,
    way: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight,
    density: Density = "comfortable",
) -> QImage:
    rows = ResultsModel()
    rows.replace([row])
    option = QStyleOptionViewItem()
    option.font = QFont()  # type: ignore[misc]
    option.direction = way  # type: ignore[misc]
    option.state = QStyle.StateFlag.State_Enabled  # type: ignore[misc]
    delegate = ResultDelegate(density=density)
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
        row = replace(hit(f"/docs/{name}.txt", title=text, snippet=text), marks=marks, title_marks=marks)
        row = replace(row, sentence=(0, 9))
        for density in DENSITIES:
            assert not painted(row, width, way, density).isNull()


def test_the_mark_is_painted_only_where_there_is_one(qtbot: QtBot) -> None:
    row = hit("/docs/a.pdf")
    assert has_colour(painted(row), colours().mark)
    assert not has_colour(painted(replace(row, marks=())), colours().mark)


def test_every_row_is_of_one_height(qtbot: QtBot) -> None:
    assert len({painted(hit("/a", snippet=text)).height() for text in ODD.values()}) == 1


def laid_out(text: str, marks: list[tuple[int, int]], width: int = 300) -> tuple[str, int]:
    layout = snippet_layout.lay_out(text, [(mark, QTextCharFormat()) for mark in marks], QFont(), width)
    return layout.text(), layout.lineCount()


def test_a_long_snippet_is_cut_with_an_ellipsis_after_a_line(qtbot: QtBot) -> None:
    text, lines = laid_out("many words " * 100, [])
    assert lines == 1
    assert text.endswith("…")


def test_a_short_snippet_is_left_as_it_is(qtbot: QtBot) -> None:
    assert laid_out("The lease ends.", [(4, 9)]) == ("The lease ends.", 1)


def test_right_to_left_text_stands_at_the_right(qtbot: QtBot) -> None:
    layout = snippet_layout.lay_out("ينتهي عقد", [], QFont(), 400)
    line = layout.lineAt(0)
    assert line.naturalTextRect().left() > 200


@pytest.fixture
def tall_view(qtbot: QtBot) -> ResultsView:
    """A list as tall as the one in a window of 760 pixels."""
    view = ResultsView()
    qtbot.addWidget(view)
    view.resize(530, 580)
    view.show_hits([hit(f"/docs/{number}.txt", title=f"Number {number}") for number in range(30)])
    view.show()
    return view


def test_twelve_compact_rows_are_in_sight(tall_view: ResultsView) -> None:
    tall_view.set_density("compact")
    assert tall_view.visualRect(tall_view.rows.index(11)).bottom() <= tall_view.viewport().height()
    tall_view.set_density("comfortable")
    assert tall_view.visualRect(tall_view.rows.index(11)).bottom() > tall_view.viewport().height()


def test_only_rows_that_come_into_sight_are_painted_while_scrolling(
    tall_view: ResultsView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted_rows: list[str] = []
    paint = RowPainter.paint

    def noted(row: RowPainter, shown: Hit, **how: Any) -> None:
        painted_rows.append(shown.path)
        paint(row, shown, **how)

    monkeypatch.setattr(RowPainter, "paint", noted)
    qtbot.waitExposed(tall_view)
    qtbot.waitUntil(lambda: not tall_view.viewport().visibleRegion().isEmpty())
    tall_view.viewport().repaint()
    in_sight = len(painted_rows)
    steps = 30
    painted_rows.clear()
    for step in range(1, steps + 1):
        tall_view.verticalScrollBar().setValue(20 * step)
        QApplication.processEvents()
    assert painted_rows
    assert len(painted_rows) < steps * in_sight / 2


def test_a_list_has_the_ground_of_its_page(tall_view: ResultsView) -> None:
    tall_view.resize(530, 30 * tall_view.sizeHintForRow(0) + 60)
    image = tall_view.grab().toImage()
    assert image.pixelColor(20, image.height() - 10) == colours().base


@pytest.mark.parametrize("density", ["comfortable", "compact"])
def test_the_sentence_is_marked_in_another_colour_than_words(qtbot: QtBot, density: Density) -> None:
    text = "Nothing of it is here. The deposit comes back in spring."
    row = replace(hit("/a.txt", snippet=text), marks=(), title="Deposit", title_marks=((0, 7),))
    assert has_colour(painted(row, density=density), colours().mark)  # in the title
    assert not has_colour(painted(row, density=density), colours().sentence)
    assert has_colour(painted(replace(row, sentence=(23, 56)), density=density), colours().sentence)
    assert not has_colour(painted(replace(row, sentence=(23, 56), band="none"), density=density), colours().sentence)
    assert colours().sentence not in (colours().mark, colours().selected, colours().base)


def test_a_long_name_keeps_its_extension_and_the_marks_on_both_sides(qtbot: QtBot) -> None:
    name = "lease " + "very " * 40 + "long.pdf"
    format_ = QTextCharFormat()
    layout = snippet_layout.lay_out_title(
        name,
        [((0, 5), format_), ((len(name) - 8, len(name) - 4), format_), ((80, 90), format_)],
        QFont(),
        200,
        cut=Qt.TextElideMode.ElideMiddle,
        side=Qt.AlignmentFlag.AlignLeft,
    )
    shown = layout.text()
    assert shown.endswith(".pdf")
    assert [shown[one.start : one.start + one.length] for one in layout.formats()] == ["lease", "long"]


def test_the_folder_keeps_its_room_where_size_and_date_do_not_fit(qtbot: QtBot) -> None:
    where = "/home/anna/Documents/Flat/Letters and papers"
    row = hit(f"{where}/a.txt", title="a.txt")
    narrow, wide = (painted(row, width) for width in (300, 700))
    bare = replace(row, size=0, modified=0.0)
    assert narrow == painted(bare, 300) or narrow == painted(replace(row, size=0), 300)
    assert wide != painted(bare, 700)
