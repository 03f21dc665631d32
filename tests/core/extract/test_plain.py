from __future__ import annotations

import json

import pytest

from core.errors import FileProblem
from core.extract import read_bytes


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "intro\n\n## The *garden* book ##\n\nwords", "The *garden* book"),
        ("a.md", '---\ntitle: "A plan"\ndate: 2025\n---\n# Other\n', "A plan"),
        ("a.md", "```\n# a comment\n```\n\nReal title\n==========\n", "Real title"),
        ("a.rst", "Real title\n==========\n\nwords", "Real title"),
        ("a.tex", "\\documentclass{article}\n\\title{On gardens}\n\\begin{document}", "On gardens"),
        ("a.org", "#+TITLE: On gardens\n* head", "On gardens"),
        ("a.txt", "# not a heading", ""),
    ],
)
def test_titles(name: str, text: str, title: str) -> None:
    document = read_bytes(text.encode(), name.encode())
    assert (document.title, document.text, document.kind) == (title, text.strip(), "text")


def test_code_is_code_and_keeps_its_indents() -> None:
    document = read_bytes(b"def f():\n    return 1\n", b"a.py")
    assert (document.kind, document.text) == ("code", "def f():\n    return 1")


def test_a_notebook_is_its_cells_and_their_text_output() -> None:
    notebook = {
        "cells": [
            {"cell_type": "markdown", "source": ["# Harvest\n", "words"]},
            {
                "cell_type": "code",
                "source": "print(6*7)",
                "outputs": [{"text": ["42\n"]}, {"data": {"image/png": "aGk=", "text/plain": "<Figure>"}}],
            },
        ]
    }
    document = read_bytes(json.dumps(notebook).encode(), b"a.ipynb")
    assert document.text == "# Harvest\nwords\n\nprint(6*7)\n\n42\n\n\n<Figure>"
    assert document.title == "Harvest"


def test_a_damaged_notebook_is_read_as_text() -> None:
    assert "print" in read_bytes(b'{"cells": [{"source": "print(1)"', b"a.ipynb").text


def test_subtitles_lose_their_times() -> None:
    subtitles = (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nHello there.\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nGoodbye.\r\n"
    )
    assert read_bytes(subtitles.encode(), b"a.srt").text == "Hello there.\n\nGoodbye."


def test_an_empty_file_has_no_text() -> None:
    assert read_bytes(b" \n", b"a.txt").notes == ("no_text",)


def test_a_picture_named_as_text_is_broken() -> None:
    with pytest.raises(FileProblem) as caught:
        read_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100, b"a.txt")
    assert caught.value.code == "broken"
