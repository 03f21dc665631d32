"""Documents inside files in the preview: their pages are drawn from a copy, and known by their own path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.library import Library, PageDocument, PagePart, PagePicture
from gui.controllers.preview_tasks import DrawRequest, OpenPagesRequest, PageCharacters, draw
from gui.preview.pane import PreviewPane
from tests.builders import documents
from tests.builders.mailboxes import attach, letter, mailbox_of
from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote

pytestmark = pytest.mark.slow


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "mail").mkdir()
    bill = attach(letter("Invoice"), "bill.pdf", documents.pdf(["Heron payment due"]))
    (tmp_path / "mail" / "Inbox").write_bytes(mailbox_of(bill))
    with fake() as engine, Library.open(tmp_path / "library", remote(engine)) as opened:
        opened.add_folder(tmp_path / "mail")
        opened.wait()
        yield opened


def test_the_pages_of_an_attachment_are_drawn_and_known_by_its_path(library: Library, tmp_path: Path) -> None:
    path = str(tmp_path / "mail" / "Inbox" / "2024-05-06 10.00.00 Invoice.eml" / "bill.pdf")
    [opened] = draw(library, OpenPagesRequest(path, "pdf", ""), lambda: False)
    assert isinstance(opened, PageDocument)
    assert (opened.path, opened.pages) == (path, 1)
    request = DrawRequest(opened, (PagePart(0, 1.0, 0, 0, 100, 100),), (0,))
    picture, characters = draw(library, request, lambda: False)
    assert isinstance(picture, PagePicture)
    assert isinstance(characters, PageCharacters)
    assert "Heron payment due" in characters.text.text


def test_a_mailbox_says_that_its_messages_are_found(library: Library, tmp_path: Path, qtbot: QtBot) -> None:
    hit = next(hit for hit in library.search("Inbox") if hit.path == str(tmp_path / "mail" / "Inbox"))
    pane = PreviewPane()
    qtbot.addWidget(pane)
    pane.show_hit(hit)
    pane.show_document(hit.path, library.queries.document(hit.path))
    told = "No preview: each message in it is a document of its own, and found by itself."
    assert pane.body.note.sentence.text() == told
