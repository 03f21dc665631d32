"""The properties say what read a file in words for people."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from core.document import Document
from gui.dialogs.properties import PropertiesDialog, PropertyFacts
from tests.gui.results.test_model import hit


@pytest.mark.parametrize(
    ("extractor", "told"), [("plain/9", "Findling"), ("docx/9", "Findling"), ("pdfium/9", "PDFium"), ("", None)]
)
def test_what_read_a_file(qtbot: QtBot, extractor: str, told: str | None) -> None:
    dialog = PropertiesDialog(hit("/docs/notes.txt"))
    qtbot.addWidget(dialog)
    dialog.show_facts(PropertyFacts(None, Document("Some notes.", "text", extractor=extractor), None))
    assert dict(dialog.lines()).get("Read by") == told
