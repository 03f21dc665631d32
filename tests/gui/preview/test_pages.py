"""The view of pages, with pictures made here in place of drawn ones."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.document import Document, Part
from core.preview.page_text import NOWHERE, PageText
from core.preview.renderer import PageDocument, PagePart, PagePicture
from gui.preview.page_list import PageList
from gui.preview.page_marks import Marks
from gui.preview.page_pictures import MAX_SHARP_PIXELS, MAX_WHOLE_PIXELS
from gui.preview.page_view import PageView

A4 = (595.0, 842.0)
WORDS = "alpha beta gamma"


def document(pages: int = 5, size: tuple[float, float] = A4, source: str = "pdf") -> PageDocument:
    return PageDocument("/a.pdf", source, pages, (size,))  # type: ignore[arg-type]


def picture(part: PagePart, size: tuple[float, float] = A4) -> PagePicture:
    return PagePicture(part, b"\xff\xff\xff\xff" * (part.width * part.height), size)


def characters(text: str = WORDS, top: float = 400.0) -> PageText:
    """A line of characters, ten points each."""
    boxes = tuple(
        NOWHERE if letter == "\n" else (100.0 + 10 * at, top, 110.0 + 10 * at, top + 14)
        for at, letter in enumerate(text)
    )
    return PageText(text, boxes)


@pytest.fixture
def view(qtbot: QtBot) -> PageView:
    made = PageView()
    qtbot.addWidget(made)
    made.resize(500, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def serve(view: PageView, size: tuple[float, float] = A4) -> list[PagePart]:
    """Give the view everything that it asks for; returns the parts."""
    parts, measured = view.missing()
    for part in parts:
        view.take_picture(picture(part, size))
    for page in measured:
        view.take_text(page, characters())
    return parts


def test_the_page_asked_for_is_drawn_first(view: PageView) -> None:
    view.show_pages(document(), 3)
    parts, measured = view.missing()
    assert (parts[0].page, measured[0]) == (3, 3)
    assert view.page == 3
    serve(view)
    assert view.missing() == ([], [])


@pytest.mark.parametrize("size", [A4, (842.0, 595.0), (14_400.0, 14_400.0), (3.0, 3.0), (200.0, 90_000.0)])
@pytest.mark.parametrize("zoom", [None, 0.1, 8.0])
def test_what_is_asked_for_is_bounded(view: PageView, size: tuple[float, float], zoom: float | None) -> None:
    view.show_pages(document(3, size), 0)
    if zoom is not None:
        view.set_zoom(zoom)
    parts, _ = view.missing()
    assert parts
    for part in parts:
        assert part.width * part.height <= max(MAX_WHOLE_PIXELS, MAX_SHARP_PIXELS) * 1.05
    serve(view, size)
    assert view.missing()[0] == []
    assert not view.grab().isNull()


def test_a_large_page_is_drawn_sharply_where_it_is_seen(view: PageView) -> None:
    view.show_pages(document(1), 0)
    view.set_zoom(8.0)
    coarse, sharp = view.missing()[0]
    assert sharp.scale > 2 * coarse.scale
    assert (sharp.width, sharp.height) < (6_000, 8_000)
    serve(view)
    view.verticalScrollBar().setValue(view.verticalScrollBar().value() + 4_000)
    [moved] = view.missing()[0]
    assert moved.top > sharp.top


def test_zooming_keeps_the_place_and_goes_in_steps(view: PageView) -> None:
    view.show_pages(document(), 2)
    fitted = view.zoom
    view.zoom_in()
    assert view.zoom > fitted
    assert view.fit == "none"
    assert view.page == 2
    view.zoom_out()
    view.zoom_out()
    assert view.zoom < fitted
    view.set_fit("width")
    assert view.zoom == pytest.approx(fitted)
    view.set_fit("page")
    assert view.zoom < fitted
    assert view.page == 2


def test_a_small_picture_is_not_blown_up(view: PageView) -> None:
    view.show_pages(document(1, (120.0, 80.0), "picture"), 0)
    assert view.zoom == 1.0
    view.show_pages(document(1, (4_000.0, 3_000.0), "picture"), 0)
    assert view.zoom < 0.2


def test_the_match_is_scrolled_to_once_its_place_is_known(view: PageView) -> None:
    text = f"{WORDS}\n\n{WORDS}"
    parts = (Part(0, len(WORDS), "page", 1), Part(len(WORDS) + 2, len(text), "page", 2))
    view.show_pages(document(2), 0)
    view.set_zoom(3.0)
    start = len(WORDS) + 2 + 6
    view.show_text(Document(text, "pdf", parts=parts), Marks((len(WORDS) + 2, len(text)), ((start, start + 4),), 0))
    view.show_target(1)
    assert view.marks.boxes(1).current == ()
    view.take_text(1, characters("alpha  beta gam\x02ma"))
    assert view.marks.boxes(1).current == ((170.0, 400.0, 210.0, 414.0),)
    assert view.page == 1
    rect = view._layout.from_page(1, view.marks.boxes(1).current[0])
    assert view._in_view().contains(rect)
    assert len(view.marks.boxes(1).passage) == 1


def test_the_characters_of_a_page_are_asked_for_again_once_it_is_recognised(view: PageView) -> None:
    view.show_pages(document(2))
    serve(view)
    view.show_text(Document(WORDS, "pdf", parts=(Part(0, len(WORDS), "scan", 1),)), Marks())
    assert view.missing() == ([], [0])
    serve(view)
    view.show_text(Document(f"{WORDS}.", "pdf", parts=(Part(0, len(WORDS), "scan", 1),)), Marks())
    assert view.missing() == ([], [])


def test_text_is_selected_by_the_pointer_and_copied(qtbot: QtBot, view: PageView) -> None:
    view.show_pages(document(1), 0)
    serve(view)
    view.take_text(0, characters(WORDS, 100.0))

    def at(letter: int) -> QPoint:
        rect = view._layout.from_page(0, (100.0 + 10 * letter, 100.0, 110.0 + 10 * letter, 114.0))
        return (rect.center() - view._in_view().topLeft()).toPoint()

    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at(0))
    view.selection.extend(0, 149.0, 107.0)
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "alpha"
    qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(7))
    assert view.selection.text() == "beta"
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.selection.text() == WORDS
    QGuiApplication.clipboard().clear()


def test_the_keys_of_a_reader_scroll(qtbot: QtBot, view: PageView) -> None:
    view.show_pages(document(5), 0)
    bar = view.verticalScrollBar()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Space):
        before = bar.value()
        qtbot.keyClick(view, key)
        assert bar.value() > before
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.page == 4
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert bar.value() == 0


def test_a_page_that_cannot_be_drawn_says_so_and_is_not_asked_for_again(view: PageView) -> None:
    view.show_pages(document(2), 0)
    for part in view.missing()[0]:
        view.take_failure(part.page, "This page takes too long to draw.")
    for page in view.missing()[1]:
        view.take_text(page, PageText("", ()))
    assert view.missing() == ([], [])
    assert not view.grab().isNull()


def test_assistive_technology_hears_the_page(view: PageView) -> None:
    view.show_pages(document(3), 1)
    view.take_text(1, characters())
    assert view.accessibleName() == "Page 2 of 3"
    assert view.accessibleDescription() == WORDS


def test_the_list_of_pages_asks_for_those_in_view(qtbot: QtBot) -> None:
    pages = PageList()
    qtbot.addWidget(pages)
    pages.resize(140, 400)
    pages.show_pages(document(300))
    pages.show()
    qtbot.waitUntil(lambda: bool(pages.missing()))
    parts = pages.missing()
    assert parts[0].page == 0
    assert len(parts) < 20
    assert pages.take_picture(picture(parts[0]))
    assert not pages.take_picture(picture(PagePart(0, 1.0, 0, 0, 595, 842)))
    assert 0 not in [part.page for part in pages.missing()]
    pages.show_counts({1: 3})
    assert pages.model().index(1, 0).data() == "2 · 3"
    with qtbot.waitSignal(pages.page_chosen) as chosen:
        pages.setCurrentIndex(pages.model().index(4, 0))
        qtbot.keyClick(pages, Qt.Key.Key_Down)
    assert chosen.args == [5]
