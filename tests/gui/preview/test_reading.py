"""Text made readable: joined lines, tables, formatted documents, letters without a glyph; the way through matches."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from core.document import Document, Part
from core.extract.unpack import ENDINGS
from core.preview.messages import Block, Run
from gui.preview import font_hint
from gui.preview.formatted import FormattedView
from gui.preview.kinds import COMPRESSED, page_source, views_of
from gui.preview.occurrences import Occurrences
from gui.preview.page_marks import Marks
from gui.preview.paragraphs import joined
from gui.preview.table import TableView, column_letters
from gui.preview.table_rows import sheets_of
from gui.results.text_offsets import find_text

PRINTED = (
    "1 Introduction\n"
    "This text was printed in lines of some sixty characters, each of\n"
    "which ends where the page ends and not where a sentence does, so\n"
    "that it is hard to read in a window.\n"
    "A new paragraph starts here, after a short last line, and it goes\n"
    "on for another line of the same page.\n"
    "• a point of a list\n"
    "• another point\n"
)


def test_the_lines_of_a_printed_page_become_paragraphs_of_the_same_length() -> None:
    text = joined(PRINTED)
    assert len(text) == len(PRINTED)
    assert text.split("\n") == [
        "1 Introduction",
        (
            "This text was printed in lines of some sixty characters, each of which ends where the page ends and not "
            "where a sentence does, so that it is hard to read in a window."
        ),
        "A new paragraph starts here, after a short last line, and it goes on for another line of the same page.",
        "• a point of a list",
        "• another point",
        "",
    ]


@pytest.mark.parametrize("text", ["", "one line", "a\nb\nc", "short\nlines\nof\nverse"])
def test_other_lines_stay(text: str) -> None:
    assert joined(text) == text


def test_chinese_lines_are_joined_without_a_space() -> None:
    line = "租客须提前三个月以书面形式通知房东否则合同自动延长一年房屋交还时应保持原状"
    text = joined(f"{line}\n{line}\n正常磨损除外。")
    assert "\n" not in text
    assert " " not in text


def test_a_quoted_cell_keeps_its_commas_and_its_place() -> None:
    text = 'Name,Note\nropes,"new, ""long"" and\ndry"\nanchors,2\n'
    [sheet] = sheets_of(Document(text, "text"), ".csv")
    assert [[cell.text for cell in row] for row in sheet.rows] == [
        ["Name", "Note"],
        ["ropes", 'new, "long" and\ndry'],
        ["anchors", "2"],
    ]
    assert text[sheet.rows[2][0].start : sheet.rows[2][0].end] == "anchors"


def test_a_sheet_has_its_rows_without_its_name() -> None:
    text = "Coast\nName\tHeight\nlighthouse\t41\n\nEmpty\na"
    parts = (Part(0, 32, "sheet", 1, "Coast"), Part(33, len(text), "sheet", 2, "Empty"))
    sheets = sheets_of(Document(text, "spreadsheet", parts=parts), ".xlsx")
    assert [sheet.name for sheet in sheets] == ["Coast", "Empty"]
    assert [[cell.text for cell in row] for row in sheets[0].rows][:2] == [["Name", "Height"], ["lighthouse", "41"]]


def test_the_match_is_shown_on_its_sheet(qtbot: QtBot) -> None:
    text = "Coast\na\tb\n\nSea\nc\twhale"
    parts = (Part(0, 10, "sheet", 1, "Coast"), Part(11, len(text), "sheet", 2, "Sea"))
    view = TableView()
    qtbot.addWidget(view)
    view.show_document(Document(text, "spreadsheet", parts=parts), "/a.xlsx")
    at = text.index("whale")
    view.show_marks(Marks((0, 5), ((at, at + 5),), 0))
    assert view.tabs.currentIndex() == 1
    assert view.grid.currentIndex().data() == "whale"
    assert view.model.headerData(1, view.grid.horizontalHeader().orientation()) == "B"


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_a_column_has_its_letters(column: int, name: str) -> None:
    assert column_letters(column) == name


class LoadingWatch(FormattedView):
    """A view that records what Qt asks it to load."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__()

    def loadResource(self, kind: int, url: QUrl | str) -> object:  # noqa: N802
        self.asked.append(url.toString() if isinstance(url, QUrl) else url)
        return super().loadResource(kind, url)


def test_nothing_that_markdown_names_is_loaded(qtbot: QtBot) -> None:
    view = LoadingWatch()
    qtbot.addWidget(view)
    text = "# A *title*\n\n![x](file:///etc/passwd) and <img src='file:///etc/hostname'>\n\nthe word"
    view.show_markdown(Document(text, "text"))
    view.resize(400, 300)
    view.grab()
    loaded = [view.loadResource(2, url) for url in tuple(view.asked)]
    assert loaded
    assert all(isinstance(image, QImage) and image.width() == 1 for image in loaded)
    assert "<img" in view.toPlainText()
    at = text.index("word")
    assert [view.toPlainText()[slice(*span)] for span in view.positions((at, at + 4))] == ["word"]


def test_the_blocks_of_a_web_page_are_formatted(qtbot: QtBot) -> None:
    view = FormattedView()
    qtbot.addWidget(view)
    blocks = [
        Block("heading", 1, [Run("Title 🏠")]),
        Block("text", 0, [Run("Some "), Run("bold", "b"), Run(" words")]),
        Block("row", 0, [Run("key", "b"), Run("value")]),
        Block("item", 2, [Run("deep")]),
        Block("code", 0, [Run("a\n  b", "c")]),
    ]
    source = "Title 🏠\n\nSome bold words\n\nkey\tvalue\ndeep\na\n  b"
    view.show_blocks(Document(source, "web"), blocks)
    assert view.document().begin().blockFormat().headingLevel() == 1
    for word in ("bold", "value", "deep"):
        at = source.index(word)
        view.show_marks(Marks((0, 5), ((at, at + len(word)),), 0))
        assert [one.cursor.selectedText() for one in view.extraSelections()] == [word]  # type: ignore[attr-defined]


def test_a_letter_without_a_glyph_names_its_package(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    monkeypatch.setattr(font_hint, "has_glyph", lambda letter: letter < "\u0e00")
    assert font_hint.missing_packages("plain text, Größe, мир") == []
    assert font_hint.missing_packages("漢字とハングル 한글") == ["fonts-noto-cjk"]
    assert font_hint.missing_packages("ภาษา 漢") == ["fonts-noto-core", "fonts-noto-cjk"]
    hint = font_hint.FontHint()
    qtbot.addWidget(hint)
    hint.show_text("漢")
    assert "fonts-noto-cjk" in hint.sentence.text()
    assert not hint.isHidden()
    hint.show_text("plain")
    assert hint.isHidden()


def test_qt_knows_which_letters_have_a_glyph(qtbot: QtBot) -> None:
    assert font_hint.has_glyph("a")
    assert not font_hint.has_glyph("\U000f1234")


def test_matches_are_gone_through_from_the_passage_on() -> None:
    words = [(5, 8), (20, 23), (40, 43)]
    found = Occurrences()
    found.show(words, (18, 30))
    assert found.current == 1
    assert found.step(1, (18, 30))
    assert found.current == 2
    assert not found.step(1, (18, 30))
    found.show(words, (25, 30))
    assert found.current == -1
    assert found.step(-1, (25, 30))
    assert found.current == 1
    found.go_to_end(1)
    assert found.current == 0
    found.show((), (0, 9))
    assert not found.step(1, (0, 9))


def test_a_text_is_found_within_words_and_over_line_ends() -> None:
    assert find_text("Hand in\nhand, handy", "in hand") == [(5, 12)]
    assert len(find_text("Hand in hand, handy", "hand")) == 3
    assert find_text("a.c abc", "a.c") == [(0, 3)]
    assert find_text("abc", "  ") == []


@pytest.mark.parametrize(
    ("path", "kind", "views", "source"),
    [
        ("/a.pdf", "pdf", ("page", "text"), "pdf"),
        ("/a.JPG", "image", ("page", "text"), "picture"),
        ("/a.svg", "image", ("page", "text"), "picture"),
        ("/a.md", "text", ("formatted", "text"), None),
        ("/a.html", "web", ("formatted", "text"), None),
        ("/a.csv", "text", ("table", "text"), None),
        ("/a.ods", "spreadsheet", ("table", "text"), None),
        ("/a.docx", "document", ("text",), None),
        ("/a.pdf.gz", "pdf", ("text",), None),
        ("/a.png.XZ", "image", ("text",), None),
    ],
)
def test_a_kind_has_its_views(path: str, kind: str, views: tuple[str, ...], source: str | None) -> None:
    assert views_of(path, kind) == views  # type: ignore[arg-type]
    assert page_source(path, kind) == source  # type: ignore[arg-type]


def test_compressed_files_are_those_that_the_reader_unpacks() -> None:
    assert {ending.decode() for ending in ENDINGS} == COMPRESSED
