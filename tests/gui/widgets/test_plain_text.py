"""Text of documents is shown as it is: not interpreted, cut before it is laid out, its ending readable."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontMetrics, Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.messages.visible import cut
from gui.widgets.basic import ELIDE_END, ELIDE_MIDDLE, ElidedLabel, TextButton, label
from gui.widgets.elided_button import ElidedButton
from gui.widgets.plain_text import (
    LONGEST,
    LONGEST_NAME,
    LONGEST_TOOL_TIP,
    TOOL_TIP_COLUMNS,
    PlainMessageBox,
    action_text,
    elided,
    tool_tip,
    window_title,
)

GUI = Path(__file__).parents[3] / "gui"
MARKUP = (
    "<b>x</b>",
    "<img src=/dev/zero>",
    "<qt>",
    "<?xml?>",
    "<!doctype html>",
    "a &lt; b",
    " \n<a href=x>y</a>",
    "<br>",
)
NAME = "A rather long report of the harbour authority, second draft.docx"


@pytest.mark.parametrize("text", MARKUP)
def test_a_tool_tip_is_no_rich_text(text: str) -> None:
    shown = tool_tip(text)
    assert not Qt.mightBeRichText(shown)
    assert shown.replace("\u2060", "") == text


def test_an_ordinary_tool_tip_stays_as_it_is() -> None:
    assert tool_tip("~/Documents/a & b < c.txt\nStrong match") == "~/Documents/a & b < c.txt\nStrong match"


def test_a_long_tool_tip_is_folded_and_cut() -> None:
    lines = tool_tip("/a folder" * 40).split("\n")
    assert all(len(line) <= TOOL_TIP_COLUMNS for line in lines)
    assert "".join(lines) == "/a folder" * 40
    huge = tool_tip("x" * 10_000_000)
    assert len(huge.replace("\n", "")) == LONGEST_TOOL_TIP
    assert not Qt.mightBeRichText(tool_tip("x" * TOOL_TIP_COLUMNS + "<b>" * 10_000_000))


def test_a_cut_text_keeps_its_ends() -> None:
    assert cut("x" * 100 + ".exe", 20) == "x" * 10 + "…" + "xxxxx.exe"
    assert cut("short", 20) == "short"


def test_a_button_shows_its_ampersands_and_one_line() -> None:
    assert action_text("Q&A\nx") == "Q&&A x"
    assert window_title("a[*]b\nc") == "a[*][*]b c"
    assert len(action_text("x" * 10_000_000)) == LONGEST_NAME


@pytest.mark.parametrize("text", MARKUP)
def test_labels_and_questions_show_markup(qtbot: QtBot, text: str) -> None:
    shown = label(text)
    box = PlainMessageBox(None, text, text, text)
    qtbot.addWidget(shown)
    qtbot.addWidget(box)
    shown.setToolTip(text)
    assert not Qt.mightBeRichText(shown.toolTip())
    box.setInformativeText(text)
    for part in (shown, *box.findChildren(QLabel)):
        assert part.textFormat() == Qt.TextFormat.PlainText
    assert box.text() == text


def test_huge_texts_are_cut_before_they_are_laid_out(qtbot: QtBot) -> None:
    huge = "words " * 2_000_000
    shown, short = label(huge, wrap=True), label(huge, elided=ELIDE_END)
    button = ElidedButton(huge)
    for widget in (shown, short, button):
        qtbot.addWidget(widget)
        widget.resize(300, 200)
        widget.show()
        widget.grab()
    assert len(shown.text()) == LONGEST
    assert len(button.text()) == LONGEST_NAME
    assert len(short.toolTip().replace("\n", "")) <= LONGEST_TOOL_TIP


@pytest.mark.parametrize("mode", [ELIDE_END, ELIDE_MIDDLE])
@pytest.mark.parametrize("width", [60, 100, 160, 240])
def test_the_ending_of_a_name_stays_readable(qapp: object, mode: Qt.TextElideMode, width: int) -> None:
    metrics = QFontMetrics(QFont())
    for name in (NAME, "x" * 3000 + ".exe", "a" * 40 + "." + "b" * 40 + ".exe", "הצעה לחוזה שכירות של הדירה החדשה.exe"):
        shown = elided(name, metrics, width, mode)
        assert shown.endswith(name[name.rindex(".") :])
        assert metrics.horizontalAdvance(shown) <= width


def test_what_is_no_name_is_cut_at_its_end(qapp: object) -> None:
    metrics = QFontMetrics(QFont())
    sentence = "Nothing is wrong here. It is only a sentence that is too long for its place."
    assert elided(sentence, metrics, 120).endswith("…")
    assert elided("short.txt", metrics, 200) == "short.txt"


def test_the_tool_tip_of_an_elided_text_has_all_of_it(qtbot: QtBot) -> None:
    name = "<img src=x> " + NAME
    shown, button = ElidedLabel(name), ElidedButton(name)
    for widget in (shown, button):
        qtbot.addWidget(widget)
        widget.resize(90, 30)
        widget.show()
        widget.grab()
        assert widget.toolTip().replace("\u2060", "").replace("\n", "") == name
        assert not Qt.mightBeRichText(widget.toolTip())


def test_a_text_button_shows_a_name_with_an_ampersand(qtbot: QtBot) -> None:
    button = TextButton("R&D.pdf")
    qtbot.addWidget(button)
    assert button.text() == "R&&D.pdf"
    assert button.shortcut().isEmpty()


# What shows text without guessing, and what may be given to it.
SETTERS = {
    "setToolTip": "tool_tip",
    "setWindowTitle": "window_title",
    "setStatusTip": "tool_tip",
    "setWhatsThis": "tool_tip",
}
RICH = {
    "QTextBrowser",
    "QTextEdit",
    "QTextDocument",
    "setHtml",
    "setMarkdown",
    "insertHtml",
    "QErrorMessage",
    "QToolTip",
}
# The manual, which is Findling's own; Markdown in the preview, of which nothing is loaded (test_hostile_texts.py).
RICH_MODULES = {"dialogs/help.py", "dialogs/help_style.py", "dialogs/syntax_sheet.py", "preview/formatted.py"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(GUI.rglob("*.py")):
        yield path.relative_to(GUI).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def is_plain(node: ast.expr, helper: str) -> bool:
    """Whether this is a text of Findling's own (a literal, or a translated one without a field), or from `helper`."""
    if isinstance(node, ast.IfExp):
        return is_plain(node.body, helper) and is_plain(node.orelse, helper)
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.Constant) or ast.unparse(node) == "self._whole"  # made by tool_tip
    is_own = ast.unparse(node.func) == "tr" and len(node.args) == 1 and not node.keywords
    return is_own or ast.unparse(node.func) == helper


def faults(name: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                if ast.unparse(base) in {"QLabel", "QMessageBox"}:
                    yield f"{name}:{node.lineno} {node.name} is a {ast.unparse(base)}"
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in {"QLabel", "QMessageBox"} or called.startswith("QMessageBox."):
            yield f"{name}:{node.lineno} makes a {called}"
        method = called.rpartition(".")[2]
        if method in RICH and name not in RICH_MODULES:
            yield f"{name}:{node.lineno} calls {called}"
        helper = SETTERS.get(method)
        if helper and node.args and not is_plain(node.args[-1], helper):  # an item takes its column before the text
            yield f"{name}:{node.lineno} {called} is not given {helper}(...)"


def test_no_module_shows_text_of_documents_in_another_way() -> None:
    found = [fault for name, tree in modules() if name != "widgets/plain_text.py" for fault in faults(name, tree)]
    assert found == []


def test_the_check_sees_what_it_looks_for() -> None:
    code = "QLabel(x)\nw.setToolTip(hit.title)\nQMessageBox.warning(w, 'a', x)\nclass A(QLabel): pass\ndoc.setHtml(x)\n"
    assert len(list(faults("a.py", ast.parse(code)))) == 5
    assert list(faults("a.py", ast.parse("w.setToolTip(tr('x'))\nw.setToolTip(tool_tip(x))\nlabel(x)\n"))) == []
