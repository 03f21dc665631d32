"""A message is shown with its header as a table, and what was found in it is marked."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from core.document import Document, Part
from gui.preview.formatted import FormattedView
from gui.preview.kinds import views_of
from gui.preview.letter import letter_blocks
from gui.preview.page_marks import Marks

FIRST = "From: Ann <ann@example.org>\nSubject: Foghorn: news\nAttachments: bill.pdf\n\nIt is repaired.\n\nRegards"
SECOND = "bill.pdf\n\nInvoice 17 for the diaphragm"
TEXT = f"{FIRST}\n\n{SECOND}"
MAIL = Document(
    TEXT, "mail",
    parts=(Part(0, len(FIRST), "message", 1, "Foghorn"), Part(len(FIRST) + 2, len(TEXT), "attachment", 2, "bill.pdf")),
)  # fmt: skip


def test_the_header_is_a_table_and_attachments_have_headings() -> None:
    shown = [(block.kind, [run.text for run in block.runs]) for block in letter_blocks(MAIL)]
    assert shown == [
        ("row", ["From", "Ann <ann@example.org>"]),
        ("row", ["Subject", "Foghorn: news"]),
        ("row", ["Attachments", "bill.pdf"]),
        ("text", ["It is repaired."]),
        ("text", ["Regards"]),
        ("rule", []),
        ("heading", ["bill.pdf"]),
        ("text", ["Invoice 17 for the diaphragm"]),
    ]


def test_what_is_quoted_looks_so() -> None:
    head, quoted, own = "From: Ann", "Bob wrote:\n> The lamp is broken.", "Is it: really?\n\nTomorrow."
    text = "\n\n".join((head, quoted, own))
    at, end = text.index(quoted), text.index(own)
    parts = (Part(0, at - 2, "message", 1), Part(at, end - 2, "quote", 2), Part(end, len(text), "message", 3))
    shown = [
        (block.kind, [run.text for run in block.runs]) for block in letter_blocks(Document(text, "mail", parts=parts))
    ]
    assert shown == [
        ("row", ["From", "Ann"]),
        ("quote", [quoted]),
        ("text", ["Is it: really?"]),
        ("text", ["Tomorrow."]),
    ]


def test_a_word_in_an_attachment_is_marked(qtbot: QtBot) -> None:
    assert views_of("/mail/Inbox", "mail") == ("formatted", "text")
    view = FormattedView()
    qtbot.addWidget(view)
    view.show_document(MAIL, "mail")
    at = TEXT.index("diaphragm")
    view.show_marks(Marks((0, len(TEXT)), ((at, at + 9),), 0))
    [(start, end)] = view.positions((at, at + 9))
    assert view.toPlainText()[start:end] == "diaphragm"
